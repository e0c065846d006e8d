"""What pgmc found beside what R did: differences, and what is wrong."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import Any

# How far apart two right answers may be: optimisers stop, and standard errors of both are from
# differences somewhere.
LIKELIHOOD = 1e-3
ESTIMATE = 1e-3
ERROR = 2e-2

# The word of two maxima of the same height.
EQUAL_MAXIMA = "W0421"


@dataclass
class Number:
    """A parameter: of R, of pgmc, and the unit in which a difference is told."""

    name: str
    theirs: float
    ours: float
    unit: float
    their_error: float | None = None
    our_error: float | None = None


@dataclass
class Verdict:
    difference: float = math.nan
    estimate: tuple[float, str] = (math.nan, "")
    error: tuple[float, str] = (math.nan, "")
    wrong: list[str] = field(default_factory=list)


def get(variables: dict[str, Any], name: str, key: str) -> float | None:
    value = variables.get(name, {}).get(key)
    return None if value is None else float(value)


def number(variables: dict[str, Any], name: str, theirs: float, error: float | None,
           unit: float | None = None) -> Number:
    """A relative difference where the number is large beside its error, else one in errors."""
    ours = get(variables, name, "estimate")
    unit = unit if unit is not None else max(abs(theirs), error or 0.0, 1e-300)
    return Number(name, theirs, math.nan if ours is None else ours, unit, error,
                  get(variables, name, "std_error"))


def of_mixed(facts: dict[str, Any], reference: dict[str, Any], variables: dict[str, Any]):
    sigma = reference.get("sigma")
    for name, value in reference["beta"].items():
        yield number(variables, f"b_{name}", value, reference["se"][name])
    if sigma is not None:
        yield number(variables, "sigma", sigma, reference.get("sigma_se"))
    for name in ("size", "zero"):
        if reference.get(name) is not None:
            yield number(variables, name, reference[name], None)
    errors = reference.get("sd_se") or []
    for i, (term, random) in enumerate(zip(facts["terms"], reference["random"]), 1):
        if term["correlated"]:
            yield from of_correlated(i, term, random, variables)
            continue
        for column, theirs, floor in zip(term["columns"], random["sd"], random["floor"]):
            error = errors[i - 1] if errors and not random["singular"] else None
            yield number(variables, f"sd{i}_{column}", theirs, error, max(theirs, floor))


def of_correlated(i: int, term: dict[str, Any], random: dict[str, Any],
                  variables: dict[str, Any]):
    labels = [f"of_{c}" for c in term["columns"]]
    for label, theirs, floor in zip(labels, random["sd"], random["floor"]):
        yield number(variables, f"sd{i}[{label}]", theirs, None, max(theirs, floor))
    factor = [[get(variables, f"L{i}[{a},{b}]", "estimate") or 0.0 for b in labels]
              for a in labels]
    if random["singular"]:
        return
    for a in range(len(labels)):
        for b in range(a):
            ours = sum(x * y for x, y in zip(factor[a], factor[b]))
            name = f"correlation {labels[a]} {labels[b]}"
            yield Number(name, random["correlation"][a][b], ours, 1.0)


def of_curve(reference: dict[str, Any], variables: dict[str, Any]):
    for name, value in reference["estimates"].items():
        yield number(variables, name, value, reference.get("se", {}).get(name))
    if reference.get("sigma") is not None:
        yield number(variables, "sigma", reference["sigma"], reference["sigma_se"])
    if reference.get("tau") is not None:
        yield number(variables, "tau", reference["tau"], reference["tau_se"])


def swapped(reference: dict[str, Any], swap: dict[str, str]) -> dict[str, Any]:
    """The same curve by other values: parameters that change places, `-a` with another sign."""
    found = dict(reference)
    for key in ("estimates", "se"):
        values = reference.get(key, {})
        found[key] = dict(values)
        for name, other in swap.items():
            sign = -1.0 if other.startswith("-") and key == "estimates" else 1.0
            if (value := values.get(other.lstrip("-"))) is not None:
                found[key][name] = sign * value
    return found


def nearest(references: list[dict[str, Any]], variables: dict[str, Any]) -> list[Number]:
    return min((list(of_curve(r, variables)) for r in references), key=farthest)


def farthest(numbers: list[Number]) -> float:
    return worst([(abs(n.ours - n.theirs) / n.unit, n.name) for n in numbers])[0]


def worst(pairs: list[tuple[float, str]]) -> tuple[float, str]:
    """The largest, what is no number above all."""
    return max(pairs, key=lambda p: math.inf if math.isnan(p[0]) else p[0], default=(0.0, ""))


def judged(facts: dict[str, Any], reference: dict[str, Any], run: dict[str, Any],
           options: list[str], swap: dict[str, str]) -> Verdict:
    verdict = Verdict()
    summary = run.get("summary")
    if run["exit"] == "limit":
        verdict.wrong.append("time limit")
    elif run["exit"] != 0:
        codes = dict.fromkeys(re.findall(r"\b[EW]\d{4}\b", run["stderr"]))
        verdict.wrong.append(f"exit {run['exit']} ({' '.join(codes)})")
    if not summary or run["exit"] != 0:
        return verdict
    ours = summary.get("log_likelihood")
    ours = math.nan if ours is None else ours
    verdict.difference = ours - reference["log_likelihood"]
    if math.isnan(verdict.difference):
        verdict.wrong.append("no log likelihood")
    elif abs(verdict.difference) > LIKELIHOOD:
        word = "below" if verdict.difference < 0 else "above"
        verdict.wrong.append(f"log likelihood {word} by {abs(verdict.difference):.4g}")
    variables = summary["variables"]
    if "estimates" in reference:
        numbers = nearest([reference, swapped(reference, swap)], variables)
    else:
        numbers = list(of_mixed(facts, reference, variables))
    codes = {f["code"] for f in summary["findings"]}
    # Curves such as sums of exponentials say the same by several values, which is told.
    if "estimates" in reference and EQUAL_MAXIMA in codes and not verdict.wrong:
        return verdict
    verdict.estimate = worst([(abs(n.ours - n.theirs) / n.unit, n.name) for n in numbers])
    if not verdict.estimate[0] <= ESTIMATE:
        verdict.wrong.append("estimates off by {:.2g} ({})".format(*verdict.estimate))
    of_errors(numbers, verdict)
    verdict.wrong += warnings(reference, summary, options)
    return verdict


def warnings(reference: dict[str, Any], summary: dict[str, Any], options: list[str]) -> list[str]:
    """Warnings that take the answer back, where there is one."""
    # That another, lower maximum was seen is no fault of the answer.
    right = {"W0413"}
    if any(r["singular"] for r in reference.get("random", [])):
        right |= {"W0412", "W0414", "W0415"}
    # Where Laplace's approximation was asked for, a word about how coarse it is is right.
    if "laplace" in options:
        right.add("W0416")
    codes = [f["code"] for f in summary["findings"] if f["code"].startswith(("W", "E"))]
    wrong = [c for c in dict.fromkeys(codes) if c not in right]
    return [f"warns {' '.join(wrong)}"] if wrong else []


def of_errors(numbers: list[Number], verdict: Verdict) -> None:
    known = [n for n in numbers if n.their_error is not None and math.isfinite(n.their_error)]
    missing = [n.name for n in known if n.our_error is None or math.isnan(n.our_error)]
    if missing:
        shown = ", ".join(missing[:3]) + (f" and {len(missing) - 3} more" if missing[3:] else "")
        verdict.wrong.append(f"no standard error: {shown}")
    there = [(abs(n.our_error / n.their_error - 1), n.name) for n in known
             if n.name not in missing and n.their_error]
    if there:
        verdict.error = worst(there)
        if verdict.error[0] > ERROR:
            verdict.wrong.append("standard errors off by {:.2g} ({})".format(*verdict.error))
