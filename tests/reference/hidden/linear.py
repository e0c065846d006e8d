"""Cases whose hidden variables are linear and normal: the likelihood of all outputs as one dense multivariate normal density.

A case is given by its parts: the hidden variables z have mean m and covariance P, the outputs y = H z + c + noise of standard deviations r.
"""

import jax
import jax.numpy as jnp
import mpmath
import numpy as np

from common import HERE, LOG_2PI, arrays, at, dense_normal, levels, maximum, numbers, table


def likelihood(parts, y):
    def log_likelihood(parameters):
        m, P, H, c, r = parts(parameters)
        return dense_normal(y, H @ m + c, H @ P @ H.T + jnp.diag(r**2 * jnp.ones(len(y))))

    return log_likelihood


def hidden(parts, y, parameters, names):
    """Mean and standard deviation of the hidden variables given the outputs and parameters."""
    m, P, H, c, r = (np.asarray(part) for part in parts(arrays(parameters)))
    V = H @ P @ H.T + np.diag(r**2 * np.ones(len(y)))
    gain = np.linalg.solve(V, H @ P).T
    mean, variance = m + gain @ (y - H @ m - c), np.diag(P - gain @ H @ P)
    out, begin = {}, 0
    for name, size in names:
        part = slice(begin, begin + size)
        # A variance of rounding errors alone is none.
        out[name] = {"mean": numbers(mean[part], 12), "sd": numbers(np.sqrt(np.maximum(variance[part], 0)), 12)}
        begin += size
    return out


def in_many_digits(parts, y, parameters):
    """The log likelihood with 40 digits."""
    m, P, H, c, r = (np.asarray(part) for part in parts(arrays(parameters)))
    with mpmath.workdps(40):
        n = len(y)
        exact = lambda matrix: [[mpmath.mpf(float(v)) for v in row] for row in matrix]
        # H is a choice of elements, so that H P H' has no rounding errors of its own.
        assert set(np.unique(H)) <= {0.0, 1.0} and (H.sum(1) == 1).all()
        V = exact(H @ P @ H.T)
        for i in range(n):
            V[i][i] += mpmath.mpf(float(np.broadcast_to(r, n)[i])) ** 2
        residual = [mpmath.mpf(float(y[i])) - mpmath.mpf(float((H @ m)[i])) - mpmath.mpf(float(np.broadcast_to(c, n)[i])) for i in range(n)]
        total = -mpmath.mpf(n) / 2 * mpmath.log(2 * mpmath.pi)
        root = [[None] * n for _ in range(n)]
        solved = []
        for i in range(n):
            for j in range(i):
                root[i][j] = (V[i][j] - mpmath.fdot(root[i][:j], root[j][:j])) / root[j][j]
            root[i][i] = mpmath.sqrt(V[i][i] - mpmath.fdot(root[i][:i], root[i][:i]))
            solved.append((residual[i] - mpmath.fdot(root[i][:i], solved)) / root[i][i])
            total -= mpmath.log(root[i][i]) + solved[i] ** 2 / 2
        return total


def choice(places, count):
    """The matrix that gives each row its element."""
    return jnp.eye(count)[places]


def block(*matrices):
    return jax.scipy.linalg.block_diag(*matrices)


def dyestuff(data):
    columns = table(data)
    names, batch = levels(columns["batch"])
    k = len(names)

    def parts(p):
        return p["overall"] * jnp.ones(k), p["s_batch"] ** 2 * jnp.eye(k), choice(batch, k), 0.0, p["s"]

    return parts, columns["yield"], [("quality", k)]


def sleepstudy(correlated):
    columns = table("models/sleepstudy/data.csv")
    names, subject = levels(columns["subject"])
    k, days = len(names), columns["days"]
    Z = choice(subject, k)

    def parts(p):
        if not correlated:
            mean = jnp.concatenate([p["intercept"] * jnp.ones(k), p["slope"] * jnp.ones(k)])
            covariance = block(p["s_intercept"] ** 2 * jnp.eye(k), p["s_slope"] ** 2 * jnp.eye(k))
            return mean, covariance, jnp.hstack([Z, Z * days[:, None]]), 0.0, p["s"]
        of_e0 = p["s_intercept"] + p["s_slope"] * p["correlation"] * days
        of_e1 = p["s_slope"] * jnp.sqrt(1 - p["correlation"] ** 2) * days
        H = jnp.hstack([Z * of_e0[:, None], Z * of_e1[:, None]])
        return jnp.zeros(2 * k), jnp.eye(2 * k), H, p["intercept"] + p["slope"] * days, p["s"]

    return parts, columns["reaction"], [("e0", k), ("e1", k)] if correlated else [("level", k), ("trend", k)]


def penicillin():
    columns = table("models/penicillin/data.csv")
    (dishes, dish), (samples, sample) = levels(columns["dish"]), levels(columns["sample"])
    H = jnp.hstack([choice(dish, len(dishes)), choice(sample, len(samples))])

    def parts(p):
        P = block(p["s_dish"] ** 2 * jnp.eye(len(dishes)), p["s_sample"] ** 2 * jnp.eye(len(samples)))
        return jnp.zeros(len(P)), P, H, p["overall"], p["s"]

    return parts, columns["diameter"], [("by_dish", len(dishes)), ("by_sample", len(samples))]


def pastes():
    columns = table("models/pastes/data.csv")
    (batches, batch), (casks, cask) = levels(columns["batch"]), levels(columns["cask"])
    of_cask = np.zeros(len(casks), dtype=int)
    of_cask[cask] = batch
    W = choice(of_cask, len(batches))
    H = jnp.hstack([jnp.zeros((len(cask), len(batches))), choice(cask, len(casks))])

    def parts(p):
        b = p["s_batch"] ** 2
        P = jnp.block([[b * jnp.eye(len(batches)), b * W.T], [b * W, b * W @ W.T + p["s_cask"] ** 2 * jnp.eye(len(casks))]])
        return p["overall"] * jnp.ones(len(P)), P, H, 0.0, p["s"]

    return parts, columns["strength"], [("quality", len(batches)), ("paste", len(casks))]


def nile():
    flow = table("models/nile/data.csv")["flow"]
    t = np.arange(len(flow))
    steps = np.minimum(t[:, None], t[None, :])

    def parts(p):
        return 1000.0 * jnp.ones(len(t)), 1000.0**2 + p["s_level"] ** 2 * steps, jnp.eye(len(t)), 0.0, p["s_flow"]

    return parts, flow, [("level", len(t))]


def ar_noise():
    y = table(f"{HERE}/ar_noise.csv")["y"]
    t = np.arange(len(y))
    lag = np.abs(t[:, None] - t[None, :])

    def parts(p):
        P = p["s"] ** 2 / (1 - p["phi"] ** 2) * p["phi"] ** lag
        return p["mu"] * jnp.ones(len(y)), P, jnp.eye(len(y)), 0.0, p["r"]

    return parts, y, [("x", len(y))]


POSITIVE = {name: "positive" for name in "s s_batch s_cask s_dish s_sample s_intercept s_slope s_flow s_level r".split()}
KINDS = {**POSITIVE, "correlation": "correlation", "phi": "correlation"}


def case(model, data, built, points, digits=False):
    parts, y, names = built
    log_likelihood = likelihood(parts, y)
    best = maximum(log_likelihood, points[0], KINDS)
    best["latents"] = hidden(parts, y, best["parameters"], names)
    values = [at(log_likelihood, point) for point in points]
    out = {"model": model, "data": [data], "methods": {"exact": {"points": values, "maximum": best}}}
    if digits:
        exact = in_many_digits(parts, y, points[0])
        out["check"] = {"log_likelihood_of_first_point_in_40_digits": mpmath.nstr(exact, 20)}
        assert abs(exact - values[0]["log_likelihood"]) < 1e-9, (exact, values[0]["log_likelihood"])
    return out


def at_zero(data):
    """The case whose likelihood is highest where the batches do not differ: there it is that of independent rows."""
    parts, y, names = dyestuff(data)
    log_likelihood = likelihood(parts, y)
    best = {"overall": float(y.mean()), "s_batch": 0.0, "s": float(y.std())}
    n = len(y)
    points = [{"overall": 5.0, "s_batch": 1.0, "s": 4.0}, {"overall": 6.0, "s_batch": 0.01, "s": 3.0}, best]
    near = [float(log_likelihood(arrays({**best, "s_batch": v}))) for v in (1e-3, 1e-2, 0.1, 0.5, 1.0)]
    assert all(later < earlier for earlier, later in zip([float(log_likelihood(arrays(best))), *near], near))
    found = {"log_likelihood": -0.5 * n * (LOG_2PI + 1) - n * np.log(y.std()), "parameters": best, "at_bound": ["s_batch"],
             # Of the others, with s_batch held at 0.
             "std_errors": {"overall": float(y.std() / np.sqrt(n)), "s": float(y.std() / np.sqrt(2 * n))},
             "latents": hidden(parts, y, best, names)}
    return {"model": f"{HERE}/dyestuff.pgm", "data": [data],
            "methods": {"exact": {"points": [at(log_likelihood, point) for point in points], "maximum": found}}}


def cases(names, _):
    nights = [{"intercept": 250.0, "slope": 10.0, "s_intercept": 25.0, "s_slope": 6.0, "s": 25.0},
              {"intercept": 240.0, "slope": 12.5, "s_intercept": 10.0, "s_slope": 9.0, "s": 40.0},
              {"intercept": 260.0, "slope": 8.0, "s_intercept": 50.0, "s_slope": 2.0, "s": 18.0}]
    made = {
        "dyestuff": lambda: case(f"{HERE}/dyestuff.pgm", "models/dyestuff/data.csv", dyestuff("models/dyestuff/data.csv"),
                         [{"overall": 1500.0, "s_batch": 50.0, "s": 50.0}, {"overall": 1600.0, "s_batch": 20.0, "s": 70.0},
                          {"overall": 1527.5, "s_batch": 0.5, "s": 40.0}], digits=True),
        "dyestuff2": lambda: at_zero(f"{HERE}/dyestuff2.csv"),
        "sleepstudy": lambda: case("models/sleepstudy/model.pgm", "models/sleepstudy/data.csv", sleepstudy(True),
                           [{**point, "correlation": rho} for point, rho in zip(nights, (0.2, -0.7, 0.95))]),
        "sleepstudy_independent": lambda: case(f"{HERE}/sleepstudy_independent.pgm", "models/sleepstudy/data.csv", sleepstudy(False), nights),
        "penicillin": lambda: case("models/penicillin/model.pgm", "models/penicillin/data.csv", penicillin(),
                           [{"overall": 23.0, "s_dish": 1.0, "s_sample": 2.0, "s": 0.5}, {"overall": 20.0, "s_dish": 0.3, "s_sample": 5.0, "s": 1.0},
                            {"overall": 24.0, "s_dish": 3.0, "s_sample": 0.1, "s": 2.0}]),
        "pastes": lambda: case("models/pastes/model.pgm", "models/pastes/data.csv", pastes(),
                       [{"overall": 60.0, "s_batch": 1.0, "s_cask": 3.0, "s": 1.0}, {"overall": 58.0, "s_batch": 4.0, "s_cask": 0.5, "s": 2.0},
                        {"overall": 62.0, "s_batch": 0.2, "s_cask": 2.0, "s": 0.5}]),
        "nile": lambda: case(f"{HERE}/nile.pgm", "models/nile/data.csv", nile(),
                     [{"s_flow": 120.0, "s_level": 40.0}, {"s_flow": 60.0, "s_level": 150.0}, {"s_flow": 200.0, "s_level": 1.0}], digits=True),
        "ar_noise": lambda: case(f"{HERE}/ar_noise.pgm", f"{HERE}/ar_noise.csv", ar_noise(),
                         [{"mu": 3.0, "phi": 0.8, "s": 1.0, "r": 0.7}, {"mu": 0.0, "phi": -0.3, "s": 2.0, "r": 0.2},
                          {"mu": 2.0, "phi": 0.99, "s": 0.4, "r": 1.5}], digits=True),
    }
    return {name: made[name]() for name in names}
