"""Cases whose hidden variables belong to one row each: Gaussian, two layers with a bent link, and families with a closed form."""

import jax
import jax.numpy as jnp
import numpy as np
from jax.scipy.special import gammaln, logsumexp

from common import HERE, LOG_2PI, arrays, at, maximum, normal, numbers, table

POSITIVE = {name: "positive" for name in "s r d B a b average size".split()}


def least_squares(y, *columns):
    """Coefficients and standard deviation (by n) of a regression, and its highest log likelihood."""
    X = np.column_stack([np.ones(len(y)), *columns])
    coefficients = np.linalg.lstsq(X, y, rcond=None)[0]
    sd = np.sqrt(np.mean((y - X @ coefficients) ** 2))
    return coefficients, sd, -0.5 * len(y) * (LOG_2PI + 1) - len(y) * np.log(sd)


def hidden_regression_two():
    """Of its parameters the data see five functions only: B A, B a0 + b0 and s^2 |B|^2 + r^2."""
    columns = table("models/hidden_regression/data.csv")
    x, y = np.column_stack([columns[f"x{i}"] for i in (1, 2, 3)]), columns["y"]

    def log_likelihood(p):
        mean = x @ (p["B"] @ p["A"]) + p["B"] @ p["a0"] + p["b0"]
        return normal(y, mean, jnp.sqrt(p["s"] ** 2 * p["B"] @ p["B"] + p["r"] ** 2)).sum()

    points = [
        {"A": [[1.0, -0.5, 0.25], [0.5, 0.5, -0.5]], "a0": [0.5, -0.5], "s": 1.0, "B": [1.0, 0.1], "b0": 1.5, "r": 0.7},
        {"A": [[0.2, 0.1, -0.3], [-0.4, 0.6, 0.5]], "a0": [0.0, 1.0], "s": 0.5, "B": [-1.0, 2.0], "b0": 0.0, "r": 1.5},
        {"A": [[0.0, 0.0, 0.0], [0.0, 0.0, 0.0]], "a0": [0.0, 0.0], "s": 2.0, "B": [0.5, 0.5], "b0": 2.0, "r": 0.3},
    ]
    coefficients, sd, best = least_squares(y, x)
    # One of the many maxima, to see that it is one.
    one = {"A": [list(coefficients[1:]), [0.0, 0.0, 0.0]], "a0": [0.0, 0.0], "s": 0.5, "B": [1.0, 0.0], "b0": coefficients[0],
           "r": np.sqrt(sd**2 - 0.25)}
    value = at(log_likelihood, one)
    assert abs(value["log_likelihood"] - best) < 1e-9
    identified = {"B @ A": numbers(coefficients[1:]), "B @ a0 + b0": float(coefficients[0]), "s^2 * B @ B + r^2": float(sd**2)}
    return {"model": f"{HERE}/hidden_regression_two.pgm", "data": ["models/hidden_regression/data.csv"],
            "methods": {"exact": {"points": [*(at(log_likelihood, point) for point in points), value],
                                  "maximum": {"log_likelihood": best, "identified": identified}}}}


def hidden_regression():
    columns = table("models/hidden_regression/data.csv")
    x, y = np.column_stack([columns[f"x{i}"] for i in (1, 2, 3)]), columns["y"]

    def log_likelihood(p):
        return normal(y, x @ p["A"][0] + p["b0"], jnp.sqrt(1 + p["r"] ** 2)).sum()

    points = [{"A": [[1.0, -0.5, 0.25]], "b0": 2.0, "r": 0.7}, {"A": [[0.0, 0.0, 0.0]], "b0": 0.0, "r": 2.0}, {"A": [[2.0, 0.5, -1.0]], "b0": 1.0, "r": 0.2}]
    best = maximum(log_likelihood, points[0], POSITIVE)
    coefficients, sd, highest = least_squares(y, x)
    assert abs(best["log_likelihood"] - highest) < 1e-9
    assert abs(best["parameters"]["r"] - np.sqrt(sd**2 - 1)) < 1e-8
    p = best["parameters"]
    mean = x @ np.array(p["A"][0])
    share = 1 / (1 + p["r"] ** 2)
    z = mean + share * (y - p["b0"] - mean)
    best["latents"] = {"z": {"mean_of_first": numbers(z[:10, None]), "sd_of_all": float(np.sqrt(1 - share))}}
    return {"model": "models/hidden_regression/model.pgm", "data": ["models/hidden_regression/data.csv"],
            "methods": {"exact": {"points": [at(log_likelihood, point) for point in points], "maximum": best}}}


def hidden_outputs():
    columns = table("models/hidden_outputs/data.csv")
    x = np.column_stack([columns["x1"], columns["x2"]])
    y = np.column_stack([columns[f"y{i}"] for i in (1, 2, 3)])

    def log_likelihood(p):
        residual = y - (x @ p["A"])[:, None] * p["B"] - p["b0"]
        root = jnp.linalg.cholesky(jnp.outer(p["B"], p["B"]) + jnp.diag(p["r"] ** 2))
        white = jax.scipy.linalg.solve_triangular(root, residual.T, lower=True)
        return -0.5 * y.size * LOG_2PI - len(y) * jnp.log(jnp.diag(root)).sum() - 0.5 * (white**2).sum()

    points = [{"A": [0.8, -0.6], "B": [1.0, 0.7, 1.5], "b0": [0.0, 1.0, -1.0], "r": [0.5, 0.8, 0.6]},
              {"A": [0.0, 0.5], "B": [0.5, 2.0, 1.0], "b0": [1.0, 0.0, 0.0], "r": [1.0, 1.0, 2.0]}]
    best = maximum(log_likelihood, points[0], POSITIVE)
    p = {name: np.array(value) for name, value in best["parameters"].items()}
    precision = 1 + (p["B"] ** 2 / p["r"] ** 2).sum()
    z = (x @ p["A"] + ((y - p["b0"]) * p["B"] / p["r"] ** 2).sum(1)) / precision
    best["latents"] = {"z": {"mean_of_first": numbers(z[:10]), "sd_of_all": float(1 / np.sqrt(precision))}}
    return {"model": "models/hidden_outputs/model.pgm", "data": ["models/hidden_outputs/data.csv"],
            "methods": {"exact": {"points": [at(log_likelihood, point) for point in points], "maximum": best}}}


S1, S2 = 0.6, 0.2


def two_layer():
    """z1 ~ Normal(a x + v, 0.6), z2 ~ Normal(tanh(z1), 0.2), y ~ Normal(d z2 + e, r).

    Exact: given z1, z2 is integrated out in closed form, z1 by the trapezoid rule. Checked by quadrature in two dimensions.
    """
    columns = table("models/two_layer/data.csv")
    x, y = columns["x"], columns["y"]
    grid = np.linspace(-9, 9, 361)
    heavy = jnp.asarray(normal(grid, 0.0, 1.0) + np.log(grid[1] - grid[0]))

    def exact(p):
        z1 = p["a"] * x + p["v"] + S1 * grid[:, None]
        rows = normal(y, p["d"] * jnp.tanh(z1) + p["e"], jnp.sqrt((p["d"] * S2) ** 2 + p["r"] ** 2))
        return logsumexp(rows + heavy[:, None], axis=0).sum()

    def in_two_dimensions(p, count):
        """A grid of nodes of Gauss-Hermite quadrature over the noise of both layers."""
        nodes, weights = np.polynomial.hermite_e.hermegauss(count)
        weights = weights / np.sqrt(2 * np.pi)
        total = 0.0
        for xi, yi in zip(x, y):
            z1 = p["a"] * xi + p["v"] + S1 * nodes
            z2 = np.tanh(z1)[:, None] + S2 * nodes
            density = np.exp(-0.5 * ((yi - p["d"] * z2 - p["e"]) / p["r"]) ** 2) / (np.sqrt(2 * np.pi) * p["r"])
            total += np.log(weights @ density @ weights)
        return float(total)

    def joint(p, z1, z2, x, y):
        return normal(z1, p["a"] * x + p["v"], S1) + normal(z2, jnp.tanh(z1), S2) + normal(y, p["d"] * z2 + p["e"], p["r"])

    def profile(p, z1):
        """The joint density of a row at the best z2, up to a constant: it has the joint's modes in z1."""
        return normal(z1, p["a"] * x + p["v"], S1) + normal(y, p["d"] * jnp.tanh(z1) + p["e"], jnp.sqrt((p["d"] * S2) ** 2 + p["r"] ** 2))

    def modes(p):
        """The highest joint mode of each row, from the best point of a grid by Newton's steps in z1 alone; and how many modes there are."""
        wide = p["a"] * x + p["v"] + S1 * grid[:, None]
        values = profile(p, wide)
        several = ((values[1:-1] > values[:-2]) & (values[1:-1] > values[2:])).sum(0)
        z1 = wide[values.argmax(0), np.arange(len(x))]
        slope = jax.grad(lambda z: profile(p, z).sum())
        for _ in range(12):
            first, second = jax.jvp(slope, (z1,), (jnp.ones_like(z1),))
            z1 = z1 - jnp.clip(first / second, -0.02, 0.02)
        z2 = (jnp.tanh(z1) / S2**2 + p["d"] * (y - p["e"]) / p["r"] ** 2) / (1 / S2**2 + (p["d"] / p["r"]) ** 2)
        return jnp.stack([z1, z2], axis=1), several

    def laplace(p):
        """Of both hidden variables of each row, at their highest joint mode; a Newton step carries the mode's derivatives."""
        z = jax.lax.stop_gradient(modes(jax.lax.stop_gradient(p))[0])
        row = lambda p, z, x, y: joint(p, z[0], z[1], x, y)
        each = lambda f: jax.vmap(f, in_axes=(None, 0, 0, 0))
        slope, curvature = each(jax.grad(row, argnums=1)), each(jax.hessian(row, argnums=1))
        z = z - jnp.linalg.solve(curvature(p, z, x, y), slope(p, z, x, y)[..., None])[..., 0]
        return (each(row)(p, z, x, y) + LOG_2PI - 0.5 * jnp.linalg.slogdet(-curvature(p, z, x, y))[1]).sum()

    points = [{"a": 1.2, "v": -0.3, "d": 2.0, "e": 0.5, "r": 0.3}, {"a": 0.8, "v": 0.0, "d": 1.5, "e": 0.0, "r": 0.5},
              {"a": 1.5, "v": -0.5, "d": 2.5, "e": 1.0, "r": 0.8}]
    found = {"points": [at(exact, point) for point in points], "maximum": maximum(exact, points[0], POSITIVE)}
    with_laplace = {"points": [at(laplace, point) for point in points], "maximum": maximum(laplace, points[0], POSITIVE, differences=True)}
    several = [int((modes(arrays(point))[1] > 1).sum()) for point in points]
    assert several == [0, 0, 0], "Laplace's approximation has one place to be made at"
    checks = {f"nodes_{count}_by_{count}": [in_two_dimensions(point, count) for point in points] for count in (60, 100, 140)}
    return {"model": "models/two_layer/model.pgm", "data": ["models/two_layer/data.csv"], "check": checks,
            "methods": {"exact": found, "laplace": with_laplace}}


def closed_form(name, log_likelihood, points, latents):
    best = maximum(log_likelihood, points[0], POSITIVE)
    best["latents"] = latents(best["parameters"])
    return {"model": f"{HERE}/{name}.pgm", "data": [f"{HERE}/{name}.csv"],
            "methods": {"exact": {"points": [at(log_likelihood, point) for point in points], "maximum": best}}}


def beta_binomial():
    columns = table(f"{HERE}/beta_binomial.csv")
    n, y = columns["n"], columns["y"]
    lbeta = lambda a, b: gammaln(a) + gammaln(b) - gammaln(a + b)

    def log_likelihood(p):
        choose = gammaln(n + 1) - gammaln(y + 1) - gammaln(n - y + 1)
        return (choose + lbeta(p["a"] + y, p["b"] + n - y) - lbeta(p["a"], p["b"])).sum()

    def latents(p):
        a, b = p["a"] + y, p["b"] + n - y
        return {"p": {"mean": numbers(a / (a + b), 12), "sd": numbers(np.sqrt(a * b / ((a + b) ** 2 * (a + b + 1))), 12)}}

    return closed_form("beta_binomial", log_likelihood, [{"a": 2.0, "b": 5.0}, {"a": 0.7, "b": 0.9}, {"a": 20.0, "b": 30.0}], latents)


def gamma_poisson():
    y = table(f"{HERE}/gamma_poisson.csv")["y"]

    def log_likelihood(p):
        size, share = p["size"], p["average"] / (p["average"] + p["size"])
        return (gammaln(y + size) - gammaln(size) - gammaln(y + 1) + size * jnp.log1p(-share) + y * jnp.log(share)).sum()

    def latents(p):
        shape, rate = p["size"] + y, p["size"] / p["average"] + 1
        return {"rate": {"mean": numbers(shape / rate, 12), "sd": numbers(np.sqrt(shape) / rate, 12)}}

    return closed_form("gamma_poisson", log_likelihood, [{"average": 4.0, "size": 1.5}, {"average": 1.0, "size": 0.5}, {"average": 6.0, "size": 20.0}],
                       latents)


def cases(names, _):
    return {name: globals()[name]() for name in names}
