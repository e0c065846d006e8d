#!/usr/bin/env python3
"""pgmc beside lme4, nlme, glmmTMB and nls, on the data sets that come with them.

    python3 benches/statisticians/run.py --pgmc target/release/pgmc

Takes each data set from the R packages, fits it in R and by pgmc in the units that it comes in, with
the outcome times 1e6 and 1e-6, with predictors shifted by 1000 standard deviations and times 1e4,
and prints a line for each. What is right is known from R in convenient units, transformed (mixed.R)
from a closed form (curve.R), or from R in these units (written.R); what R finds in the units themselves is told beside it. The exit
status is 1 where pgmc differs.

Needs R with lme4, nlme, glmmTMB, jsonlite and numDeriv. With `--folder` what R found is kept there,
and not computed again by the next run.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import resource
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from cases import everything
from compare import LIKELIHOOD, Verdict, judged
from models import Curve, Mixed, Written, text_of

Case = Mixed | Curve | Written

HERE = Path(__file__).resolve().parent


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--pgmc", type=Path, required=True)
    parser.add_argument("--only", action="append", default=[], help="names that begin so")
    parser.add_argument("--units", action="append", default=[], help="such as raw or x*1e4")
    parser.add_argument("--seeds", default="1", help="such as 1 or 0..9")
    parser.add_argument("--rows", default="1000", help="of InstEval: a number, or all")
    parser.add_argument("--limit", type=float, default=30.0, help="processor seconds of a fit of pgmc")
    parser.add_argument("--json", type=Path, help="everything, as JSON")
    parser.add_argument("--folder", type=Path, help="where data and R's results are kept")
    return parser.parse_args()


def seeds(text: str) -> list[int]:
    first, _, last = text.partition("..")
    return list(range(int(first), int(last or first) + 1))


def reference(case: Case, folder: Path) -> dict[str, Any] | None:
    """What R says; None, with the reason printed, where it cannot."""
    folder.mkdir(parents=True, exist_ok=True)
    program = [(HERE / name).read_text() for name in ("common.R", case.program)]
    made_by = hashlib.sha256("".join([*program, json.dumps(case.spec())]).encode()).hexdigest()
    kept, hashed, found = (folder / n for n in ("spec.json", "made_by", "reference.json"))
    if not (found.exists() and hashed.exists() and hashed.read_text() == made_by):
        kept.write_text(json.dumps(case.spec()))
        hashed.write_text(made_by)
        found.unlink(missing_ok=True)
        command = ["Rscript", str(HERE / case.program), str(kept), str(folder)]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0 or not found.exists():
            print(f"{case.name}: R failed: {done.stderr.strip()[-600:]}", flush=True)
            return None
    facts = json.loads(found.read_text())
    (folder / "model.pgm").write_text(text_of(case, facts))
    return facts


def fit(pgmc: Path, folder: Path, data: str, options: list[str], seed: int,
        limit: float) -> dict[str, Any]:
    out = folder / "fit"
    summary = out / "summary.json"
    summary.unlink(missing_ok=True)
    command = [str(pgmc.resolve()), "fit", "model.pgm", data, "--method", "ml", "--seed",
               str(seed), "--quiet", "--out", "fit", *options]
    bound = math.ceil(limit)
    before = spent()
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, timeout=8 * limit,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (bound, bound)),
        )
        status: int | str = done.returncode
        said = done.stderr
    except subprocess.TimeoutExpired:
        status, said = "limit", ""
    seconds = spent() - before
    if status in (-signal.SIGKILL, -signal.SIGXCPU):
        status = "limit"
    run: dict[str, Any] = {"exit": status, "seconds": seconds, "stderr": said[:4000]}
    if summary.exists():
        run["summary"] = json.loads(summary.read_text())
    return run


def spent() -> float:
    """Processor seconds of all children so far, so that what else runs does not count."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def shown(x: float | None, form: str) -> str:
    return "–" if x is None or math.isnan(x) else format(x, form)


def line(case: Case, facts: dict[str, Any], result: dict[str, Any], seed: int,
         run: dict[str, Any], verdict: Verdict) -> str:
    theirs = result["reference"]["log_likelihood"]
    own = result["own"]
    ours = (run.get("summary") or {}).get("log_likelihood")
    off = None if own["log_likelihood"] is None else own["log_likelihood"] - theirs
    return (
        f"{case.name:<20} {result['units']:<9} {seed:>4} {facts['rows']:>6} {theirs:>15.4f} "
        f"{shown(ours, '15.4f'):>15} {shown(verdict.difference, '10.2g'):>10} "
        f"{shown(verdict.estimate[0], '8.1e'):>8} {shown(verdict.error[0], '8.1e'):>8} "
        f"{own['seconds']:>7.2f} {run['seconds']:>7.2f} {shown(off, '9.1g'):>9} "
        f"{'; '.join(verdict.wrong) or 'right'}"
    )


HEADING = (
    f"{'data set':<20} {'units':<9} {'seed':>4} {'rows':>6} {'log lik. R':>15} {'pgmc':>15} "
    f"{'difference':>10} {'est.':>8} {'s.e.':>8} {'s R':>7} {'s pgmc':>7} {'R itself':>9} "
    f"verdict on pgmc"
)


def record(case: Case, result: dict[str, Any], seed: int, run: dict[str, Any],
           verdict: Verdict) -> dict[str, Any]:
    summary = run.get("summary") or {}
    return {
        "name": case.name, "model": case.words(), "units": result["units"], "seed": seed,
        "exit": run["exit"], "seconds": run["seconds"], "wrong": verdict.wrong,
        "log_likelihood": summary.get("log_likelihood"),
        "reference": result["reference"], "own": result["own"],
        "difference": verdict.difference, "estimates": verdict.estimate,
        "errors": verdict.error, "stderr": run["stderr"],
        "findings": [f["code"] for f in summary.get("findings", [])],
    }


def told(units: str, records: list[dict[str, Any]]) -> str:
    """How many are right in these units, of pgmc and of R."""
    def theirs(r: dict[str, Any]) -> bool:
        own = r["own"]["log_likelihood"]
        return own is not None and own > r["reference"]["log_likelihood"] - LIKELIHOOD

    right = sum(not r["wrong"] for r in records)
    return (f"{units}: pgmc {right} of {len(records)} right; R itself has the maximum in "
            f"{sum(map(theirs, records))}")


def main() -> int:
    asked = arguments()
    wanted = [c for c in everything(asked.rows)
              if not asked.only or any(c.name.startswith(n) for n in asked.only)]
    records = []
    print(HEADING, flush=True)
    with tempfile.TemporaryDirectory() as temporary:
        root = asked.folder or Path(temporary)
        for case in wanted:
            folder = root / case.name
            facts = reference(case, folder)
            if facts is None:
                records.append({"name": case.name, "wrong": ["no reference"]})
                continue
            results = [r for r in facts["results"]
                       if not asked.units or r["units"] in asked.units]
            for result in results:
                for seed in seeds(asked.seeds):
                    run = fit(asked.pgmc, folder, result["data"], case.options, seed, asked.limit)
                    verdict = judged(facts, result["reference"], run, case.options, case.swap)
                    print(line(case, facts, result, seed, run, verdict), flush=True)
                    records.append(record(case, result, seed, run, verdict))
    right = sum(not r["wrong"] for r in records)
    for units in dict.fromkeys(r["units"] for r in records if "units" in r):
        print(told(units, [r for r in records if r.get("units") == units]))
    print(f"{right} of {len(records)} right")
    if asked.json:
        asked.json.write_text(json.dumps(records, indent=1))
    return 0 if right == len(records) else 1


if __name__ == "__main__":
    sys.exit(main())
