"""Stochastic volatility: exactly, by the forward recursion over a grid, and by Laplace's approximation with a dense Hessian."""

import jax
import jax.numpy as jnp
import numpy as np
from jax.scipy.special import logsumexp

from common import HERE, LOG_2PI, at, arrays, maximum, normal, numbers, table

KINDS = {"phi": "correlation", "s": "positive"}


def volatility():
    r = table(f"{HERE}/volatility.csv")["r"]
    n = len(r)
    t = np.arange(n)

    def exact(p, nodes=501):
        """The grid's steps are small beside the standard deviation of a step of the chain, so that the trapezoid rule is exact to rounding."""
        # In units of the stationary standard deviation.
        z = jnp.linspace(-14, 14, nodes)
        wide = p["s"] / jnp.sqrt(1 - p["phi"] ** 2)
        log_step = jnp.log(z[1] - z[0])
        move = jnp.exp(normal(z[None, :], p["phi"] * z[:, None], jnp.sqrt(1 - p["phi"] ** 2)) + log_step)
        seen = lambda y: -0.5 * LOG_2PI - 0.5 * (p["mu"] + wide * z) - 0.5 * y**2 * jnp.exp(-(p["mu"] + wide * z))

        def step(carry, y):
            state, total = carry
            here = state @ move * jnp.exp(seen(y) - seen(y).max())
            return (here / here.sum(), total + jnp.log(here.sum()) + seen(y).max()), None

        first = normal(z, 0.0, 1.0) + log_step + seen(r[0])
        begin = (jnp.exp(first - logsumexp(first)), logsumexp(first))
        return jax.lax.scan(step, begin, r[1:])[0][1]

    def precision(p):
        """Of the chain, dense."""
        middle = jnp.where((t == 0) | (t == n - 1), 1.0, 1 + p["phi"] ** 2)
        off = -p["phi"] * (np.eye(n, k=1) + np.eye(n, k=-1))
        return (jnp.diag(middle) + off) / p["s"] ** 2

    def joint(p, h):
        first = normal(h[0], p["mu"], p["s"] / jnp.sqrt(1 - p["phi"] ** 2))
        return first + normal(h[1:], p["mu"] + p["phi"] * (h[:-1] - p["mu"]), p["s"]).sum() + normal(r, 0.0, jnp.exp(h / 2)).sum()

    def hessian(p, h):
        return -precision(p) - jnp.diag(0.5 * r**2 * jnp.exp(-h))

    def mode(p):
        slope = lambda p, h: jax.grad(joint, argnums=1)(p, h)

        def newton(p, h):
            return -jnp.linalg.solve(hessian(p, h), slope(p, h))

        def bounded(h):
            step = newton(held, h)
            return h + step * jnp.minimum(1, 1 / jnp.abs(step).max())

        held = jax.lax.stop_gradient(p)
        h = jax.lax.fori_loop(0, 40, lambda _, h: bounded(h), held["mu"] * jnp.ones(n))
        h = jax.lax.stop_gradient(h)
        return h + newton(p, h)

    def laplace(p):
        h = mode(p)
        return joint(p, h) + 0.5 * n * LOG_2PI - 0.5 * jnp.linalg.slogdet(-hessian(p, h))[1]

    points = [{"mu": -1.0, "phi": 0.95, "s": 0.3}, {"mu": -0.5, "phi": 0.8, "s": 0.6}, {"mu": -1.5, "phi": 0.7, "s": 0.3}]
    h = mode(arrays(points[0]))
    assert np.allclose(jax.hessian(joint, argnums=1)(arrays(points[0]), h), hessian(arrays(points[0]), h), atol=1e-9)
    by_grid = {"points": [at(exact, point) for point in points], "maximum": maximum(exact, points[0], KINDS, differences=True)}
    start = by_grid["maximum"]["parameters"]
    by_laplace = {"points": [at(laplace, point) for point in points], "maximum": maximum(laplace, start, KINDS, differences=True)}
    best = arrays(by_laplace["maximum"]["parameters"])
    h = mode(best)
    by_laplace["maximum"]["latents"] = {"h": {"mode": numbers(h, 12), "sd": numbers(jnp.sqrt(jnp.diag(jnp.linalg.inv(-hessian(best, h)))), 12)}}
    coarse = [float(exact(arrays(point), nodes=401)) for point in points]
    assert np.allclose(coarse, [point["log_likelihood"] for point in by_grid["points"]], rtol=0, atol=1e-9), coarse
    return {"model": f"{HERE}/volatility.pgm", "data": [f"{HERE}/volatility.csv"], "check": {"exact_on_a_coarser_grid": coarse},
            "methods": {"exact": by_grid, "laplace": by_laplace}}


def cases(_, __):
    return {"volatility": volatility()}
