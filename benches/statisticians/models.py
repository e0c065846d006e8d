"""What a case is, and its model as .pgm text."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass
class Term:
    """Effects of a group: the columns that have one, as R's formula, correlated or not."""

    group: str
    columns: str = "1"
    correlated: bool = False


@dataclass
class Mixed:
    """A linear or generalised mixed model of a data set of R."""

    name: str
    data: str
    fixed: str
    terms: list[Term]
    family: str = "gaussian"
    offset: str | None = None
    trials: str | None = None
    options: list[str] = field(default_factory=list)
    swap: dict[str, str] = field(default_factory=dict)
    program = "mixed.R"

    def spec(self) -> dict[str, Any]:
        return {k: v for k, v in asdict(self).items() if v is not None}

    def words(self) -> str:
        bars = [
            f"({t.columns} {'|' if t.correlated or '+' not in t.columns else '||'} {t.group})"
            for t in self.terms
        ]
        family = "" if self.family == "gaussian" else f", {self.family}"
        return " + ".join([self.fixed, *bars]) + family


@dataclass
class P:
    """A parameter of a curve: R's starting value; the powers of the outcome's and the inputs'
    units that it is in, or whose logarithm it has."""

    start: float
    y: float = 0
    x: float = 0
    log: bool = False


@dataclass
class Curve:
    """A mean that is a formula in both languages, with Gaussian noise; one parameter may differ
    between groups. `swap`: which parameters give the same curve in each other's place."""

    name: str
    data: str
    response: str
    inputs: dict[str, str]
    mean: str
    parameters: dict[str, P]
    scaled: list[str]
    group: str | None = None
    varies: str | None = None
    options: list[str] = field(default_factory=list)
    swap: dict[str, str] = field(default_factory=dict)
    program = "curve.R"

    def spec(self) -> dict[str, Any]:
        return {k: v for k, v in asdict(self).items() if v is not None}

    def words(self) -> str:
        return f"{self.response} ~ {self.mean}" + (
            f", {self.varies} ~ 1 | {self.group}" if self.group else ""
        )


@dataclass
class Written:
    """A model that is written out: the columns and the call in R (its data frame is `d`), where R
    has each estimate, and the power of the outcome's unit that it is in."""

    name: str
    data: str
    columns: dict[str, str]
    call: str
    found: dict[str, str]
    powers: dict[str, float]
    text: str
    options: list[str] = field(default_factory=list)
    swap: dict[str, str] = field(default_factory=dict)
    program = "written.R"

    def spec(self) -> dict[str, Any]:
        return asdict(self)

    def words(self) -> str:
        return self.call


def text_of(case: Mixed | Curve | Written, facts: dict[str, Any]) -> str:
    """A case's model, given what R wrote of its data."""
    if isinstance(case, Mixed):
        return mixed_text(facts)
    return curve_text(case) if isinstance(case, Curve) else case.text


def mixed_text(facts: dict[str, Any]) -> str:
    """The model of what mixed.R wrote: its columns, terms and family."""
    lines = ["plate rows"]
    lines += [f"plate {t['name']}_levels = levels({t['name']})" for t in facts["terms"]]
    lines += [f"input {c}[rows]" for c in facts["inputs"]]
    lines += [f"input {t['name']}[rows] : {t['name']}_levels" for t in facts["terms"]]
    lines += ["input offset[rows]"] if facts["offset"] else []
    lines += ["input trials[rows] : count"] if facts["trials"] else []
    sums = ["b_one"] if facts["intercept"] else []
    sums += [f"b_{c} * {c}" for c in facts["columns"]]
    names = (["b_one"] if facts["intercept"] else []) + [f"b_{c}" for c in facts["columns"]]
    lines += [f"param {', '.join(names)} : real"]
    for i, term in enumerate(facts["terms"], 1):
        found, effects = effects_text(i, term)
        lines += found
        sums += effects
    sums += ["offset"] if facts["offset"] else []
    lines += [f"let eta[rows] = {' + '.join(sums)}"]
    return "\n".join(lines + outcome_text(facts["family"], facts["trials"])) + "\n"


def effects_text(i: int, term: dict[str, Any]) -> tuple[list[str], list[str]]:
    """Declarations of a term, and its summands in the linear predictor."""
    name, columns = term["name"], term["columns"]
    times = lambda column: "" if column == "one" else f" * {column}"
    if term["correlated"]:
        labels = [f"of_{c}" for c in columns]
        lines = [
            f"plate coef{i} = {{{', '.join(labels)}}}",
            f"param sd{i}[coef{i}] : positive",
            f"param L{i} : cholesky_correlation[coef{i}]",
            f"latent u{i}[{name}_levels] : vector[coef{i}] ~ "
            f"MultivariateNormal(0, cholesky = diag(sd{i}) @ L{i})",
        ]
        return lines, [
            f'u{i}[{name}, "{label}"]{times(c)}' for label, c in zip(labels, columns)
        ]
    lines = []
    for c in columns:
        lines += [
            f"param sd{i}_{c} : positive",
            f"latent u{i}_{c}[{name}_levels] ~ Normal(0, sd{i}_{c})",
        ]
    return lines, [f"u{i}_{c}[{name}]{times(c)}" for c in columns]


def outcome_text(family: str, trials: bool) -> list[str]:
    match family:
        case "gaussian":
            return ["param sigma : positive", "observe y[rows] ~ Normal(eta, sigma)"]
        case "poisson":
            return ["observe y[rows] ~ Poisson(exp(eta))"]
        case "binomial" if trials:
            return ["observe y[rows] ~ Binomial(trials, inv_logit(eta))"]
        case "binomial":
            return ["observe y[rows] ~ Bernoulli(inv_logit(eta))"]
        case "nbinom2":
            return [
                "param size : positive",
                "observe y[rows] ~ NegativeBinomial(exp(eta), size)",
            ]
        case "zip":
            return [
                "param zero : unit",
                "observe y[rows] ~ ZeroInflated(zero, Poisson(exp(eta)))",
            ]
    raise ValueError(family)


def curve_text(case: Curve) -> str:
    mean = case.mean
    lines = ["plate rows"]
    if case.group:
        lines += [
            "plate groups = levels(by_group)",
            "input by_group[rows] : groups",
            "param tau : positive",
            "latent u[groups] ~ Normal(0, tau)",
        ]
        mean = re.sub(rf"\b{case.varies}\b", f"({case.varies} + u[by_group])", mean)
    lines += [f"input {name}[rows]" for name in case.inputs]
    lines += [f"param {', '.join(case.parameters)} : real", "param sigma : positive"]
    return "\n".join([*lines, f"observe y[rows] ~ Normal({mean}, sigma)"]) + "\n"
