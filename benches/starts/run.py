#!/usr/bin/env python3
"""Where maximisation ends from each of several seeds, over all models of `models/`.

    python3 benches/starts/run.py target/release/pgmc [another/pgmc ...] [--seeds 10] [--only NAME]

One line a model and binary: how many seeds end at the best value known of all, evaluations a fit,
seconds. Needs Python 3.11 and nothing else.
"""

import argparse
import json
import pathlib
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]

# How far from the best value known an end may be, in nats.
NEAR = 1e-3


def models(only):
    for folder in sorted((ROOT / "models").iterdir()):
        model = folder / "model.pgm"
        if model.exists() and (only is None or folder.name == only):
            yield folder, model


def data(folder):
    return [str(path) for path in sorted(folder.iterdir()) if path.suffix in (".csv", ".json")]


def fit(pgmc, folder, model, seed, limit):
    """(log density, evaluations, seconds, converged); log density None where there is no result."""
    with tempfile.TemporaryDirectory() as out:
        command = [pgmc, "fit", str(model), *data(folder), "--seed", str(seed), "--quiet"]
        begin = time.monotonic()
        for method in ("ml", "map"):
            try:
                run = subprocess.run(
                    [*command, "--method", method, "--out", f"{out}/{method}"],
                    capture_output=True, text=True, timeout=limit, check=False)
            except subprocess.TimeoutExpired:
                return None, 0, limit, False
            summary = pathlib.Path(out, method, "summary.json")
            if summary.exists():
                found = json.loads(summary.read_text())
                optimizer = found.get("optimizer")
                if optimizer is None:
                    return None, 0, 0.0, False
                return (optimizer.get("log_density"), optimizer.get("gradient_evaluations", 0),
                        time.monotonic() - begin, optimizer.get("converged", False))
            if "E0406" not in run.stderr:
                return None, 0, time.monotonic() - begin, False
    return None, 0, time.monotonic() - begin, False


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pgmc", nargs="+")
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--only")
    parser.add_argument("--limit", type=float, default=30.0, help="seconds a fit")
    arguments = parser.parse_args()
    totals = {pgmc: [0, 0, 0, 0.0] for pgmc in arguments.pgmc}
    for folder, model in models(arguments.only):
        ends = {pgmc: [fit(pgmc, folder, model, seed, arguments.limit)
                       for seed in range(arguments.seeds)] for pgmc in arguments.pgmc}
        values = [end[0] for found in ends.values() for end in found if end[0] is not None and end[3]]
        if not values:
            print(f"{folder.name:20} no maximum")
            continue
        best = max(values)
        for pgmc, found in ends.items():
            good = sum(e[0] is not None and abs(e[0] - best) < NEAR * (1 + 1e-3 * abs(best)) for e in found)
            evaluations = sum(e[1] for e in found) / len(found)
            seconds = sum(e[2] for e in found) / len(found)
            total = totals[pgmc]
            total[0] += good
            total[1] += len(found)
            total[2] += evaluations
            total[3] += seconds
            print(f"{folder.name:20} {pgmc[-40:]:40} {good:3} of {len(found)}  best {best:14.5f}"
                  f"  evaluations {evaluations:9.0f}  {seconds:6.2f} s", flush=True)
    for pgmc, (good, all_of, evaluations, seconds) in totals.items():
        print(f"{'all':20} {pgmc[-40:]:40} {good} of {all_of}, evaluations {evaluations:.0f}, {seconds:.1f} s")


if __name__ == "__main__":
    main()
