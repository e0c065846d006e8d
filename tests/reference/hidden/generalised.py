"""Cases with one hidden number a group and an output that is not normal, and one with three layers.

The hidden variable of a group is written s u with u standard normal. The integral over u:
- exact: the trapezoid rule on a fine grid from -12 to 12, which for smooth integrands is exact to rounding;
- laplace: the integrand's mode and the curvature there;
- agh:K: K nodes of Gauss-Hermite quadrature, centred at the mode and scaled by the curvature. K = 1 is Laplace.
All constants are included. Gradients pass through the mode: Newton steps after convergence carry its first two derivatives.
"""

import jax
import jax.numpy as jnp
import numpy as np
from jax.scipy.special import gammaln, logsumexp

from common import HERE, LOG_2PI, arrays, at, from_lme4, levels, maximum, numbers, table

METHODS = ("exact", "laplace", "agh:9", "agh:25")
GRID = np.linspace(-12, 12, 801)


def binomial(n, y):
    constant = gammaln(n + 1) - gammaln(y + 1) - gammaln(n - y + 1)
    return lambda eta, rows=slice(None): (constant + 0 * y)[rows] + y[rows] * eta - n[rows] * jnp.logaddexp(0, eta)


def poisson(y):
    return lambda eta, rows=slice(None): y[rows] * eta - jnp.exp(eta) - gammaln(y[rows] + 1)


class Groups:
    """The log likelihoods of outputs with one hidden number a group."""

    def __init__(self, density, fixed, spread, group, count):
        self.density, self.fixed, self.spread, self.group, self.count = density, fixed, spread, group, count

    def joint(self, p, u):
        """The log of the integrand of each group, where the groups have the values u."""
        rows = self.density(self.fixed(p) + p[self.spread] * u[self.group])
        return jax.ops.segment_sum(rows, self.group, self.count) - 0.5 * LOG_2PI - 0.5 * u**2

    def mode(self, p):
        """Modes and their scales."""

        def newton(p, u, longest):
            first, second = self.derivatives(p, u)
            return u + jnp.clip(-first / second, -longest, longest)

        held = jax.lax.stop_gradient(p)
        u = jax.lax.fori_loop(0, 60, lambda _, u: newton(held, u, 0.7), jnp.zeros(self.count))
        u = newton(p, newton(p, jax.lax.stop_gradient(u), jnp.inf), jnp.inf)
        return u, 1 / jnp.sqrt(-self.derivatives(p, u)[1])

    def derivatives(self, p, u):
        first = lambda u: jax.grad(lambda v: self.joint(p, v).sum())(u)
        return jax.jvp(first, (u,), (jnp.ones(self.count),))

    def log_likelihood(self, method):
        if method == "exact":
            nodes, weights = jnp.asarray(GRID), jnp.log(GRID[1] - GRID[0])
            return lambda p: logsumexp(self.at_nodes(p, nodes[:, None] * jnp.ones(self.count)) + weights, axis=0).sum()
        count = 1 if method == "laplace" else int(method.split(":")[1])
        x, w = np.polynomial.hermite.hermgauss(count)
        extra = jnp.asarray(np.log(w) + x**2)

        def log_likelihood(p):
            u, scale = self.mode(p)
            nodes = u + np.sqrt(2) * scale * x[:, None]
            return (logsumexp(self.at_nodes(p, nodes) + extra[:, None], axis=0) + jnp.log(np.sqrt(2) * scale)).sum()

        return log_likelihood

    def at_nodes(self, p, nodes):
        return jax.vmap(lambda u: self.joint(p, u))(nodes)

    def latents(self, p, method):
        """Of s u: mean and standard deviation, or for Laplace mode and standard deviation at the curvature."""
        p, s = arrays(p), p[self.spread]
        if method == "laplace":
            u, scale = self.mode(p)
            return {"mode": numbers(s * u, 12), "sd": numbers(s * scale, 12)}
        log = np.asarray(self.at_nodes(p, jnp.asarray(GRID)[:, None] * jnp.ones(self.count)))
        weights = np.exp(log - log.max(0))
        weights /= weights.sum(0)
        mean = (GRID[:, None] * weights).sum(0)
        return {"mean": numbers(s * mean, 12), "sd": numbers(s * np.sqrt(((GRID[:, None] - mean) ** 2 * weights).sum(0)), 12)}


def herd():
    columns = table("models/herd/data.csv")
    (herds, group), (_, period) = levels(columns["herd"]), levels(columns["period"])
    return Groups(binomial(columns["size"], columns["incidence"]), lambda p: p["level"][period], "s_herd", group, len(herds))


def ticks():
    columns = table("models/ticks/data.csv")
    (broods, group), (_, year) = levels(columns["brood"]), levels(columns["year"])
    height = (columns["height"] - 460) / 100
    return Groups(poisson(columns["ticks"]), lambda p: p["level"][year] + p["rise"] * height, "s_brood", group, len(broods))


def binary_visits():
    columns = table(f"{HERE}/binary_visits.csv")
    patients, group = levels(columns["patient"])
    fixed = lambda p: p["base"] + (p["fall"] + p["more"] * columns["treated"]) * columns["month"]
    return Groups(binomial(np.ones(len(group)), columns["there"]), fixed, "s_patient", group, len(patients))


def one_layer(model, data, groups, effect, points, fits):
    out = {"model": model, "data": [data], "methods": {}, "lme4": {}}
    for method in METHODS:
        log_likelihood = groups.log_likelihood(method)
        best = maximum(log_likelihood, points[0], {groups.spread: "positive"}, differences=True)
        if method in ("exact", "laplace"):
            best["latents"] = {effect: groups.latents(best["parameters"], method)}
        out["methods"][method] = {"points": [at(log_likelihood, point) for point in points], "maximum": best}
    fine = float(groups.log_likelihood("agh:151")(arrays(points[0])))
    out["check"] = {"agh:151_of_first_point": fine}
    assert abs(fine - out["methods"]["exact"]["points"][0]["log_likelihood"]) < 1e-9
    for method, figures in fits.items():
        found = from_lme4(figures, points[0])
        # lme4 leaves out constants where nAGQ > 1; these are complete.
        own = {m: float(groups.log_likelihood(m)(arrays(found["parameters"]))) for m in METHODS}
        found["complete_log_likelihood"] = own
        out["lme4"][method] = found
    return out


def three_layers(fits):
    """Laplace over all hidden variables at once, with a dense Hessian."""
    columns = table("models/ticks/data.csv")
    (broods, brood), (locations, location), (_, year) = (levels(columns[name]) for name in ("brood", "location", "year"))
    height, n = (columns["height"] - 460) / 100, len(brood)
    sizes = (n, len(broods), len(locations))
    split = (n, n + len(broods))
    density = poisson(columns["ticks"])
    # Rows by hidden variables; the predictor is linear in them.
    places = [np.arange(n), n + brood, n + len(broods) + location]

    def parts(p):
        Z = jnp.zeros((n, sum(sizes)))
        for place, s in zip(places, ("s_chick", "s_brood", "s_location")):
            Z = Z.at[np.arange(n), place].set(p[s])
        return p["level"][year] + p["rise"] * height, Z

    def mode(p):
        """By Newton's method, with the second derivatives of the Poisson written out."""
        fixed, Z = parts(p)

        def newton(Z, fixed, u):
            eta = fixed + Z @ u
            gradient = Z.T @ (columns["ticks"] - jnp.exp(eta)) - u
            return jnp.linalg.solve(Z.T @ (jnp.exp(eta)[:, None] * Z) + jnp.eye(len(u)), gradient)

        def bounded(u):
            step = newton(*held, u)
            return u + step * jnp.minimum(1, 1 / jnp.abs(step).max())

        held = jax.lax.stop_gradient((Z, fixed))
        u = jax.lax.stop_gradient(jax.lax.fori_loop(0, 15, lambda _, u: bounded(u), jnp.zeros(sum(sizes))))
        return u + newton(Z, fixed, u), fixed, Z

    def log_likelihood(p):
        u, fixed, Z = mode(p)
        eta = fixed + Z @ u
        information = Z.T @ (jnp.exp(eta)[:, None] * Z) + jnp.eye(len(u))
        root = jnp.linalg.cholesky(information)
        return density(eta).sum() - 0.5 * u @ u - jnp.log(jnp.diag(root)).sum()

    log_likelihood = jax.jit(log_likelihood)
    points = [{"level": [0.5, 1.5, -0.5], "rise": -2.0, "s_chick": 0.5, "s_brood": 0.7, "s_location": 0.5},
              {"level": [1.0, 1.0, 0.0], "rise": -1.0, "s_chick": 1.0, "s_brood": 0.3, "s_location": 0.8}]
    start = {"level": [0.426, 1.606, -0.553], "rise": -2.376, "s_chick": 0.542, "s_brood": 0.75, "s_location": 0.529}
    kinds = {s: "positive" for s in ("s_chick", "s_brood", "s_location")}
    best = maximum(log_likelihood, start, kinds, differences=True)
    p = arrays(best["parameters"])
    u, fixed, Z = mode(p)
    sd = jnp.sqrt(jnp.diag(jnp.linalg.inv(Z.T @ (jnp.exp(fixed + Z @ u)[:, None] * Z) + jnp.eye(len(u)))))
    names = ("chick", "brood", "location")
    latents = {f"by_{name}": {"mode": numbers(p[f"s_{name}"] * part, 12), "sd": numbers(p[f"s_{name}"] * scale, 12)}
               for name, part, scale in zip(names, jnp.split(u, split), jnp.split(sd, split))}
    # The chicks' own effects are many.
    latents["by_chick"] = {key: values[:20] for key, values in latents["by_chick"].items()}
    best["latents"] = latents
    found = from_lme4(fits["laplace"], start)
    found["complete_log_likelihood"] = {"laplace": float(log_likelihood(arrays(found["parameters"])))}
    return {"model": f"{HERE}/ticks_layers.pgm", "data": ["models/ticks/data.csv"], "lme4": {"laplace": found},
            "methods": {"laplace": {"points": [at(log_likelihood, point) for point in points], "maximum": best}}}


def cases(names, lme4):
    made = {
        "herd": lambda: one_layer("models/herd/model.pgm", "models/herd/data.csv", herd(), "effect",
                          [{"level": [-1.4, -2.4, -2.5, -3.0], "s_herd": 0.6}, {"level": [-1.0, -2.0, -3.0, -2.0], "s_herd": 1.5},
                           {"level": [-2.0, -2.0, -2.0, -2.0], "s_herd": 0.1}], lme4["herd"]),
        "ticks": lambda: one_layer("models/ticks/model.pgm", "models/ticks/data.csv", ticks(), "effect",
                           [{"level": [0.5, 1.7, -0.4], "rise": -2.4, "s_brood": 0.9}, {"level": [1.0, 1.0, 0.0], "rise": -1.0, "s_brood": 2.0},
                            {"level": [0.0, 2.0, -1.0], "rise": -3.0, "s_brood": 0.4}], lme4["ticks"]),
        "ticks_layers": lambda: three_layers(lme4["ticks_layers"]),
        "binary_visits": lambda: one_layer(f"{HERE}/binary_visits.pgm", f"{HERE}/binary_visits.csv", binary_visits(), "effect",
                                   [{"base": -0.5, "fall": -0.25, "more": -0.15, "s_patient": 3.0},
                                    {"base": 0.5, "fall": -0.1, "more": -0.4, "s_patient": 1.0},
                                    {"base": -2.0, "fall": -0.4, "more": 0.1, "s_patient": 6.0}], lme4["binary_visits"]),
    }
    return {name: made[name]() for name in names}
