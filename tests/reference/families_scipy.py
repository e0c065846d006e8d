"""Compares rows of families_values.csv with scipy.stats, a second opinion that shares no formula with families_formulas.py."""

import json
import math

import numpy as np
from scipy import stats

# Family and its parameters' names → scipy's distribution. scipy has no Categorical and no HalfStudentT.
SCIPY = {
    "Normal mean sd": lambda mean, sd: stats.norm(mean, sd),
    "Normal mean variance": lambda mean, variance: stats.norm(mean, math.sqrt(variance)),
    "Normal mean precision": lambda mean, precision: stats.norm(mean, 1 / math.sqrt(precision)),
    "HalfNormal sd": lambda sd: stats.halfnorm(scale=sd),
    "StudentT df location scale": lambda df, location, scale: stats.t(df, location, scale),
    "Cauchy location scale": lambda location, scale: stats.cauchy(location, scale),
    "HalfCauchy scale": lambda scale: stats.halfcauchy(scale=scale),
    "Laplace location scale": lambda location, scale: stats.laplace(location, scale),
    "Logistic location scale": lambda location, scale: stats.logistic(location, scale),
    "LogNormal mean_log sd_log": lambda mean_log, sd_log: stats.lognorm(sd_log, scale=math.exp(mean_log)),
    "Exponential rate": lambda rate: stats.expon(scale=1 / rate),
    "Exponential mean": lambda mean: stats.expon(scale=mean),
    "Gamma shape rate": lambda shape, rate: stats.gamma(shape, scale=1 / rate),
    "Gamma shape scale": lambda shape, scale: stats.gamma(shape, scale=scale),
    "Gamma shape mean": lambda shape, mean: stats.gamma(shape, scale=mean / shape),
    "Gamma mean sd": lambda mean, sd: stats.gamma((mean / sd) ** 2, scale=sd**2 / mean),
    "InverseGamma shape scale": lambda shape, scale: stats.invgamma(shape, scale=scale),
    "ChiSquare df": lambda df: stats.chi2(df),
    "Beta a b": lambda a, b: stats.beta(a, b),
    "Beta mean size": lambda mean, size: stats.beta(mean * size, (1 - mean) * size),
    "Uniform lower upper": lambda lower, upper: stats.uniform(lower, upper - lower),
    "Weibull shape scale": lambda shape, scale: stats.weibull_min(shape, scale=scale),
    "Gumbel location scale": lambda location, scale: stats.gumbel_r(location, scale),
    "Pareto minimum shape": lambda minimum, shape: stats.pareto(shape, scale=minimum),
    "VonMises location concentration": lambda location, concentration: stats.vonmises(concentration, loc=location),
    "MultivariateNormal mean covariance": lambda mean, covariance: stats.multivariate_normal(mean, covariance),
    "Bernoulli p": lambda p: stats.bernoulli(p),
    "Binomial n p": lambda n, p: stats.binom(int(n), p),
    "Poisson rate": lambda rate: stats.poisson(rate),
    "NegativeBinomial mean size": lambda mean, size: stats.nbinom(size, size / (size + mean)),
    "NegativeBinomial size p": lambda size, p: stats.nbinom(size, p),
    "Geometric p": lambda p: stats.geom(p, loc=-1),
    "DiscreteUniform lower upper": lambda lower, upper: stats.randint(int(lower), int(upper) + 1),
}


def read(text):
    """A number or a list of them."""
    return json.loads(text) if text.startswith("[") else float(text)


def value_of(distribution, clause, argument):
    """scipy's value."""
    if clause in ("mean", "variance"):
        return distribution.mean() if clause == "mean" else distribution.var()
    y = {"true": 1.0, "false": 0.0}.get(argument) if argument in ("true", "false") else read(argument)
    if isinstance(y, list):
        return distribution.logpdf(y)
    if clause == "cdf" and distribution.dist.name == "vonmises":
        return distribution.cdf(y) - distribution.cdf(-math.pi)
    if clause == "log_density":
        return (distribution.logpmf if hasattr(distribution.dist, "pmf") else distribution.logpdf)(y)
    return {"cdf": distribution.cdf, "log_cdf": distribution.logcdf, "log_ccdf": distribution.logsf, "quantile": distribution.ppf}[clause](y)


def compare(rows, tolerance=1e-8):
    """Prints the rows that differ from scipy, and how many agree."""
    agree, differ = 0, []
    for family, label, clause, argument, value in rows:
        parameters = dict(part.split("=") for part in label.split(";"))
        make = SCIPY.get(" ".join([family, *parameters]))
        if make is None:
            continue
        with np.errstate(all="ignore"):
            theirs = float(value_of(make(**{name: read(text) for name, text in parameters.items()}), clause, argument))
        ours = float(value)
        if theirs == ours or abs(theirs - ours) <= tolerance * max(1.0 if clause.startswith("log") else 0.0, abs(ours)):
            agree += 1
        else:
            differ.append((family, label, clause, argument, ours, theirs))
    print(agree, "rows agree with scipy.stats to", tolerance)
    for row in differ:
        print("differs:", *row)
