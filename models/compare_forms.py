"""Prints the table of docs/forms.md: effective draws per 1000 gradients of each form, of the slowest variable.

Run: python3 models/compare_forms.py PGMC [--seed N] [MODEL...]   (PGMC: the command's binary; Python 3, standard library only)
"""

import json
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).parent
MODELS = ["eight_schools", "classrooms", "workshops", "volatility"]
FORMS = ["centred", "auxiliary", "auto"]


def fit(pgmc, model, form, seed, out):
    """The summary of a fit."""
    folder = HERE / model
    command = [pgmc, "fit", folder / "model.pgm", folder / "data.csv", "--form", form, "--seed", seed, "--quiet", "--out", out]
    subprocess.run(command, check=True, capture_output=True)
    return json.loads((pathlib.Path(out) / "summary.json").read_text())


def figures(summary):
    """Effective draws per 1000 gradients and divergences, warm-up and trials left out."""
    slowest = min(v["ess_bulk"] for v in summary["variables"].values() if v["ess_bulk"] is not None)
    sampler = summary["sampler"]
    gradients = sampler["gradient_evaluations"] - sampler["gradient_evaluations_warmup"]
    return 1000 * slowest / gradients, sampler["divergences"], sampler["target_accept"]


def main(pgmc, *rest):
    seed = rest[1] if rest[:1] == ("--seed",) else "1"
    models = rest[2:] if rest[:1] == ("--seed",) else rest
    print("| model | centred | auxiliary | chosen by itself | what is chosen |")
    print("|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as out:
        for model in models or MODELS:
            cells, chosen = [], ""
            for form in FORMS:
                summary = fit(pgmc, model, form, seed, out)
                efficiency, divergences, target = figures(summary)
                steps = f", at target {target}" if target != 0.92 else ""
                cells.append(f"{efficiency:.1f} ({divergences}{steps})")
                chosen = ", ".join(f"{name}: {facts['form']}" for name, facts in summary["compiler"]["forms"].items())
            print("| " + " | ".join([f"`{model}`", *cells, chosen]) + " |", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
