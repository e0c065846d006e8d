"""Writes figures.json: models with hidden variables, their likelihoods with the hidden variables integrated out, their maxima, and lme4's fits.

Run, in the root of the repository: python3 tests/reference/hidden/figures.py [CASE...]   (needs numpy, jax, mpmath; Rscript with lme4 and jsonlite)

With names of cases, only these are made anew. Each case has
- model, data: files, from the root of the repository;
- methods: `exact`, `laplace`, `agh:9`, `agh:25`, each with
  - points: parameters by the model's names (vectors and matrices as lists, in the order of the plates), the log likelihood there, complete
    with all constants, and its gradient by the parameters as they are (not transformed);
  - maximum: the highest log likelihood, the estimates, standard errors from the observed information of that likelihood, the largest slope left
    (in unbounded coordinates), and of hidden variables given the estimates mean and sd, or mode and sd for Laplace's approximation.
    Instead of estimates `identified`, where the data know functions of the parameters only; `at_bound` names estimates at a bound;
- lme4: what that package gives, by method: its log likelihood (without constants for agh), estimates, its standard errors of the fixed effects,
  the effects (conditional modes and sds, as deviations from the fixed effects), and `complete_log_likelihood`: ours, by all methods, at its estimates;
- check: the same by another way.
"""

import json
import platform
import subprocess
import sys

import jax
import mpmath
import numpy as np

import chains
import generalised
import linear
import rows
from common import HERE, ROOT, from_lme4

SCRIPTS = {"linear": linear, "generalised": generalised, "chains": chains, "rows": rows}
MEMBERS = {
    "linear": ["dyestuff", "dyestuff2", "sleepstudy", "sleepstudy_independent", "penicillin", "pastes", "nile", "ar_noise"],
    "generalised": ["herd", "ticks", "ticks_layers", "binary_visits"],
    "chains": ["volatility"],
    "rows": ["hidden_regression", "hidden_regression_two", "hidden_outputs", "two_layer", "beta_binomial", "gamma_poisson"],
}


def main(wanted):
    run = subprocess.run(["Rscript", f"{HERE}/lme4.R"], cwd=ROOT, check=True, capture_output=True, text=True)
    lme4 = json.loads(run.stdout)
    packages = {"NumPy": np.__version__, "JAX": jax.__version__, "mpmath": mpmath.__version__}
    keep("versions", {"Python": platform.python_version(), **packages, **lme4["versions"]})
    for script, names in MEMBERS.items():
        for name in names:
            if wanted and name not in wanted:
                continue
            case = SCRIPTS[script].cases([name], lme4)[name]
            if script == "linear" and name in lme4:
                case["lme4"] = {"exact": from_lme4(lme4[name]["exact"], case["methods"]["exact"]["maximum"]["parameters"])}
            case["made_by"] = {"methods": f"{HERE}/{script}.py", **({"lme4": f"{HERE}/lme4.R"} if "lme4" in case else {})}
            keep(name, case)
            print(name, flush=True)


def keep(name, value):
    """Puts a value into figures.json, a case a line."""
    path = ROOT / HERE / "figures.json"
    out = json.loads(path.read_text()) if path.exists() else {}
    out[name] = value
    order = ["versions", *(name for names in MEMBERS.values() for name in names)]
    lines = [f"{json.dumps(name)}: {json.dumps(out[name])}" for name in order if name in out]
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
