"""Draws of several kinds and what ArviZ says of them: writes draws_arviz.json, read by tests/draws.rs.

Made with ArviZ 0.23.4, NumPy 2.4.6, SciPy 1.17.1. Draws are kept with 12 significant digits, and the expected values are those of the
draws as they are kept.
"""
import json
import os

import arviz
import numpy as np

rng = np.random.default_rng(20240611)


def autoregression(chains, draws, rho):
    x = np.empty((chains, draws))
    x[:, 0] = rng.normal(size=chains)
    for t in range(1, draws):
        x[:, t] = rho * x[:, t - 1] + np.sqrt(1 - rho**2) * rng.normal(size=chains)
    return x


cases = {
    "independent": rng.normal(3, 2, size=(4, 250)),
    "autoregression": autoregression(4, 300, 0.9),
    "antithetic": autoregression(4, 200, -0.7),
    "slow": autoregression(3, 200, 0.99),
    "heavy_tails": rng.standard_cauchy(size=(4, 200)),
    "tiny_scale": 1e-9 * rng.normal(size=(2, 100)) + 1e-9,
    "large_offset": 1e6 + autoregression(2, 150, 0.5),
    "chains_apart": rng.normal(size=(4, 100)) + np.array([[0.0], [0.0], [5.0], [0.1]]),
    "scales_apart": rng.normal(size=(4, 100)) * np.array([[1.0], [1.0], [6.0], [1.0]]),
    "counts": rng.poisson(1.5, size=(4, 150)).astype(float),
    "indicator": (rng.random(size=(4, 150)) < 0.03).astype(float),
    "one_chain": autoregression(1, 201, 0.6),
    "odd": autoregression(4, 101, 0.4),
    "quantile_on_a_draw": rng.normal(size=(3, 67)),
    "very_short": rng.normal(size=(2, 5)),
    "four": rng.normal(size=(2, 4)),
    "three": rng.normal(size=(2, 3)),
    "constant": np.full((2, 20), 0.1),
    "two_constants": np.repeat([[1.0], [2.0]], 20, axis=1),
    "not_finite": np.where(np.arange(40).reshape(2, 20) == 7, np.inf, rng.normal(size=(2, 20))),
}


def number(value):
    value = float(value)
    return value if np.isfinite(value) else None


out = {}
for name, draws in cases.items():
    draws = np.array([[float(f"{v:.12g}") for v in chain] for chain in draws])
    out[name] = {
        "draws": [[number(v) for v in chain] for chain in draws],
        "mean": number(draws.mean()),
        "sd": number(draws.std(ddof=1)) if np.isfinite(draws).all() else None,
        "q05": number(np.quantile(draws, 0.05)) if np.isfinite(draws).all() else None,
        "q50": number(np.quantile(draws, 0.5)) if np.isfinite(draws).all() else None,
        "q95": number(np.quantile(draws, 0.95)) if np.isfinite(draws).all() else None,
        "mcse_mean": number(arviz.mcse(draws, method="mean")),
        "ess_bulk": number(arviz.ess(draws, method="bulk")),
        "ess_tail": number(arviz.ess(draws, method="tail")),
        "rhat": number(arviz.rhat(draws, method="rank")) if draws.shape[0] > 1 else None,
        "e_bfmi": [number(v) for v in arviz.bfmi(draws)],
    }
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "draws_arviz.json"), "w") as f:
    json.dump(out, f)
    f.write("\n")
