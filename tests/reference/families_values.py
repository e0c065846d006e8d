"""Writes families_values.csv: values of every distribution family of library/families, from 50-digit arithmetic.

Run: python3 tests/reference/families_values.py [--check]   (needs mpmath; --check, scipy: compares with scipy.stats where scipy has the family)

Columns: family; parameters as name=value;... (lists in brackets; the names say which way of naming is meant); clause; argument (empty for
mean and variance); value. Parameters and arguments are the doubles that their digits denote; values are rounded to doubles.

What the rows hold: the interior, the edges of the support, far tails, tiny and huge parameters. log_cdf and log_ccdf stand for tails far
below the smallest double where the family's file promises them (TAILS); elsewhere only where that tail is above 1e-3, because the logarithm
of cdf, or of 1 - cdf, is all there is. A moment that does not exist has no row.
"""

import csv
import itertools
import json
import pathlib
import sys

from mpmath import mp, mpf

import families_formulas as formulas

# Which tails the family's file gives without underflow or cancellation.
TAILS = {
    "Normal": "both", "LogNormal": "both", "Logistic": "both", "Laplace": "both", "Gumbel": "both", "Cauchy": "both",
    "Exponential": "both", "Weibull": "both", "Pareto": "both", "Geometric": "both", "Bernoulli": "both",
    "StudentT": "both", "HalfStudentT": "both", "HalfNormal": "both", "HalfCauchy": "both", "Uniform": "both", "DiscreteUniform": "both",
    "Beta": "both", "Binomial": "both", "NegativeBinomial": "both", "Gamma": "lower", "ChiSquare": "lower", "InverseGamma": "upper",
    "Poisson": "upper", "VonMises": "none", "Categorical": "none",
}

# Families over vectors and matrices: a log density is all that they have here.
MULTIVARIATE = {
    "MultivariateNormal", "MultivariateStudentT", "Dirichlet", "Multinomial", "DirichletMultinomial", "LKJ", "LKJCholesky", "Wishart",
    "InverseWishart",
}

# Where the logarithm of a doubly rounded probability is taken, the probability itself must not underflow.
UNDERFLOW = {"StudentT", "HalfStudentT", "Beta", "Binomial", "NegativeBinomial", "Gamma", "ChiSquare", "InverseGamma", "Poisson"}

PROBABILITIES = [1e-12, 0.001, 0.025, 0.25, 0.5, 0.6, 0.975, 0.999, 0.999999999]

LOCATION_SCALE = [(0, 1), (2, 0.5), (-1000, 3), (1e-3, 1e-4), (0, 1e10)]
REAL_STEPS = [-40, -8, -1.5, -0.01, 0, 0.7, 3, 12]


def located(names, steps=REAL_STEPS, rows=LOCATION_SCALE):
    """Parameters of a family with location and scale, with values that many scales from the location."""
    return [(dict(zip(names, row)), [row[0] + row[1] * step for step in steps]) for row in rows]


def scaled(name, steps, scales):
    """Parameters of a family with a scale alone, with values that many scales from 0."""
    return [({name: scale}, [scale * step for step in steps]) for scale in scales]


GRID = {
    "Normal": located(("mean", "sd")) + located(("mean", "variance"), [-3, 0.5], [(1, 4)]) + located(("mean", "precision"), [-3, 0.5], [(1, 4)]),
    "Logistic": located(("location", "scale"), [-900, -30, -2, -0.01, 0, 1.5, 40, 800]),
    "Laplace": located(("location", "scale"), [-900, -30, -2, -0.01, 0, 1.5, 40, 800]),
    "Gumbel": located(("location", "scale"), [-6, -2, -0.3, 0, 1.5, 20, 39, 60, 900]),
    "Cauchy": located(("location", "scale"), [-1e30, -1e6, -30, -1, -0.01, 0, 1.5, 1e12]),
    "StudentT": [
        ({"df": df, "location": location, "scale": scale}, [location + scale * step for step in (-1e8, -50, -3, -0.2, 0, 1.5, 20, 1e5)])
        for df, location, scale in [(1, 0, 1), (0.3, 5, 2), (2, 0, 1e-3), (4.5, -3, 10)]
    ] + [({"df": df, "location": 0, "scale": 1}, [-6, -1, 0, 2.5]) for df in (40, 1e3, 1e5)],
    "HalfStudentT": [
        ({"df": df, "scale": scale}, [scale * step for step in (0, 1e-6, 0.2, 1, 3, 50, 1e5, 1e8)])
        for df, scale in [(1, 1), (0.3, 2), (2, 1e-3), (3, 5), (7, 1e4)]
    ] + [({"df": df, "scale": 1}, [0.01, 1, 5]) for df in (40, 1e4)],
    "HalfNormal": scaled("sd", [0, 1e-9, 0.01, 0.5, 1, 3, 8, 60], [1, 1e-3, 25, 1e8]),
    "HalfCauchy": scaled("scale", [0, 1e-9, 0.01, 0.5, 1, 3, 1e6, 1e30], [1, 1e-3, 25]),
    "LogNormal": [
        ({"mean_log": m, "sd_log": s}, [0, 1e-300, 1e-6, 0.5, 1, 3.5, 1e4, 1e200]) for m, s in [(0, 1), (1.5, 0.3), (-4, 3), (2, 20)]
    ] + [({"mean": 2, "sd": 1}, [0.5, 2, 9]), ({"mean": 1e6, "sd": 1e5}, [900000, 1200000])],
    "Exponential": scaled("rate", [0, 1e-9, 0.2, 1, 5, 900], [1]) + [
        ({"rate": rate}, [0, 0.1 / rate, 1 / rate, 40 / rate, 1e4 / rate]) for rate in (1e-6, 0.25, 1000)
    ] + [({"mean": 4}, [0, 1, 30])],
    "Gamma": [
        ({"shape": shape, "rate": rate}, [0, 1e-10 / rate, 0.3 * shape / rate, shape / rate, 2.5 * shape / rate])
        for shape, rate in [(1, 2), (0.01, 1), (0.5, 1e-4), (2.5, 0.5), (30, 1e3), (2000, 5)]
    ] + [({"shape": 3, "scale": 2}, [0.5, 9]), ({"shape": 3, "mean": 2}, [0.5, 9]), ({"mean": 3, "sd": 2}, [0.5, 9])],
    "ChiSquare": [({"df": df}, [0, 1e-8, 0.3 * df, df, 3 * df]) for df in (1, 2, 5.5, 60, 0.1)],
    "InverseGamma": [
        ({"shape": shape, "scale": scale}, [0, 0.02 * scale / shape, scale / shape, 5 * scale / shape, 1e6 * scale])
        for shape, scale in [(1, 1), (0.5, 4), (3, 2), (2.5, 1e-4), (100, 50)]
    ],
    "Beta": [
        ({"a": a, "b": b}, [0, 1e-12, 0.03, 0.25, 0.5, 0.875, 1]) for a, b in [(1, 1), (2, 3.5), (0.5, 0.5), (40, 3), (1, 9), (200, 300)]
    ] + [({"mean": 0.25, "size": 10}, [0.1, 0.6]), ({"a": 1e-3, "b": 5}, [1e-200, 0.1])],
    "Uniform": [
        ({"lower": lower, "upper": upper}, [lower, lower + 0.25 * (upper - lower), lower + 0.75 * (upper - lower), upper])
        for lower, upper in [(0, 1), (-2, 6), (0, 1e-6), (1000, 1000.5), (-1e10, 1e10)]
    ],
    "Weibull": [
        ({"shape": shape, "scale": scale}, [0, 1e-6 * scale, 0.4 * scale, scale, 3 * scale, 9 * scale])
        for shape, scale in [(1, 2), (0.5, 1), (2.5, 3), (0.2, 1e4), (10, 1e-3)]
    ],
    "Pareto": [
        ({"minimum": m, "shape": a}, [m, 1.001 * m, 2 * m, 100 * m, 1e20 * m]) for m, a in [(1, 2), (0.5, 3), (2, 0.1), (1e6, 1), (1e-3, 40)]
    ],
    "VonMises": [
        ({"location": location, "concentration": k}, [-3.1, -1.5, 0, 0.4, 2, 3.14])
        for location, k in [(0, 1), (1, 4), (3, 0.01), (-20, 2.5), (0.4, 50), (0, 500)]
    ],
    "Bernoulli": [({"p": p}, [False, True]) for p in (0, 1e-20, 1e-3, 0.3, 0.5, 0.99, 1)],
    "Binomial": [
        ({"n": n, "p": p}, values)
        for n, p, values in [
            (10, 0.3, [0, 1, 4, 9, 10]), (1, 0.5, [0, 1]), (5, 0, [0, 1]), (5, 1, [4, 5]), (0, 0.3, [0]),
            (1000, 1e-3, [0, 1, 5, 60]), (100000000, 3e-8, [0, 3, 20]), (400, 0.9, [300, 360, 399, 400]), (1000000, 0.25, [249000, 250000, 251000]),
        ]
    ],
    "Poisson": [
        ({"rate": rate}, values)
        for rate, values in [(3, [0, 1, 7, 40]), (1e-8, [0, 1, 2]), (0.7, [0, 2, 100]), (50, [20, 50, 90, 300]), (1e5, [99000, 100000, 101000])]
    ],
    "NegativeBinomial": [
        ({"mean": mean, "size": size}, values)
        for mean, size, values in [
            (3, 2, [0, 1, 5, 60]), (2.5, 0.7, [0, 2, 9, 200]), (1e-6, 1, [0, 1]), (40, 1e4, [10, 40, 90]), (4, 1e8, [0, 4, 30]), (1e5, 20, [1000, 90000, 400000]),
            (100, 1e-3, [0, 1, 5000]),
        ]
    ] + [({"size": 3, "p": 0.4}, [0, 2, 30]), ({"size": 0.5, "p": 1}, [0, 3])],
    "Geometric": [
        ({"p": p}, values) for p, values in [(0.3, [0, 1, 5, 80]), (1, [0, 1]), (1e-6, [0, 1000, 1000000, 3000000000]), (0.95, [0, 2, 300])]
    ],
    "DiscreteUniform": [
        ({"lower": a, "upper": b}, sorted({a, (a + b) // 2, b})) for a, b in [(1, 6), (-3, 3), (4, 4), (0, 1000000), (-9, -8)]
    ],
    "Categorical": [
        ({"p": p}, list(range(1, len(p) + 1))) for p in ([0.2, 0.5, 0.3], [1, 0], [0.25, 0.25, 0.25, 0.25], [1e-300, 1], [0.125, 0, 0.5, 0.375, 0])
    ],
    "MultivariateNormal": [
        ({"mean": [0, 0], "covariance": [[1, 0.5], [0.5, 2]]}, [[0, 0], [1, -1], [30, -40]]),
        ({"mean": [1, 2, 3], "covariance": [[1, 0, 0], [0, 4, 0], [0, 0, 9]]}, [[0, 0, 0], [1, 2, 3]]),
        ({"mean": [1e3, -5], "covariance": [[1e-4, 0.0099], [0.0099, 1]]}, [[1000.01, -4], [1000.02, -7]]),
        ({"mean": [2], "covariance": [[9]]}, [[-1]]),
        ({"mean": [0, 0, 1], "cholesky": [[2, 0, 0], [1, 3, 0], [-1, 0.5, 0.25]]}, [[0, 0, 1], [1, -1, 2]]),
        ({"mean": [0, 1], "precision": [[1, 0.5], [0.5, 2]]}, [[1, -1], [0.5, 8]]),
    ],
    "MultivariateStudentT": [
        ({"df": 4, "location": [0, 1], "scale": [[1, 0.5], [0.5, 2]]}, [[0, 1], [1, -1], [300, 1e6]]),
        ({"df": 0.5, "location": [1, 2, 3], "scale": [[1, 0, 0], [0, 4, 0], [0, 0, 9]]}, [[0, 0, 0], [1, 2, 3]]),
        ({"df": 1e9, "location": [0, 0], "scale": [[1, 0.5], [0.5, 2]]}, [[1, -1]]),
        ({"df": 3, "location": [0, 0, 1], "cholesky": [[2, 0, 0], [1, 3, 0], [-1, 0.5, 0.25]]}, [[0, 0, 1], [1, -1, 2]]),
    ],
    "Dirichlet": [
        ({"concentration": [1, 1, 1]}, [[0.25, 0.25, 0.5], [0, 0.5, 0.5]]),
        ({"concentration": [0.01, 2]}, [[1e-8, 0.99999999], [0.5, 0.5]]),
        ({"concentration": [1, 2, 3.5, 0.5]}, [[0.125, 0.25, 0.5, 0.125], [0.5, 0.25, 1e-300, 0.25]]),
        ({"concentration": [1000, 2000]}, [[0.25, 0.75], [0.375, 0.625]]),
    ],
    "Multinomial": [
        ({"trials": 10, "p": [0.2, 0.5, 0.3]}, [[2, 5, 3], [10, 0, 0], [2, 5, 2]]),
        ({"trials": 3, "p": [0.5, 0, 0.5]}, [[1, 0, 2], [1, 1, 1]]),
        ({"trials": 0, "p": [0.25, 0.75]}, [[0, 0]]),
        ({"trials": 1000, "p": [0.125, 0.375, 0.25, 0.25]}, [[125, 375, 250, 250], [200, 300, 200, 300]]),
    ],
    "DirichletMultinomial": [
        ({"trials": 10, "concentration": [1, 2, 3]}, [[2, 5, 3], [10, 0, 0], [2, 5, 2]]),
        ({"trials": 0, "concentration": [1, 2]}, [[0, 0]]),
        ({"trials": 20, "concentration": [0.01, 0.5, 4]}, [[0, 0, 20], [10, 5, 5]]),
        ({"trials": 20, "concentration": [1e8, 3e8]}, [[5, 15], [10, 10]]),
    ],
    "LKJ": [
        ({"shape": 1}, [[[1, 0.5], [0.5, 1]]]),
        ({"shape": 0.3}, [[[1, 0.5, 0.25], [0.5, 1, -0.125], [0.25, -0.125, 1]]]),
        ({"shape": 12.5}, [[[1, 0.5, 0.25, 0], [0.5, 1, -0.125, 0.25], [0.25, -0.125, 1, 0.5], [0, 0.25, 0.5, 1]]]),
        ({"shape": 1e6}, [[[1, 0.5], [0.5, 1]]]),
    ],
    "LKJCholesky": [
        ({"shape": 1}, [[[1, 0], [0.6, 0.8]]]),
        ({"shape": 0.3}, [[[1, 0, 0], [0.6, 0.8, 0], [-0.28, 0, 0.96]]]),
        ({"shape": 12.5}, [[[1, 0, 0, 0], [0.6, 0.8, 0, 0], [-0.28, 0, 0.96, 0], [0.5, 0.5, 0.5, 0.5]]]),
    ],
    "Wishart": [
        ({"df": 5, "scale": [[1, 0.5], [0.5, 2]]}, [[[4, 1], [1, 9]], [[0.01, 0], [0, 20]]]),
        ({"df": 2.5, "scale": [[1, 0, 0], [0, 4, 1], [0, 1, 9]]}, [[[4, 1, 0.5], [1, 9, 2], [0.5, 2, 3]]]),
        ({"df": 300, "scale": [[2]]}, [[[600]], [[1]]]),
    ],
    "InverseWishart": [
        ({"df": 5, "scale": [[1, 0.5], [0.5, 2]]}, [[[4, 1], [1, 9]], [[0.01, 0], [0, 20]]]),
        ({"df": 2.5, "scale": [[1, 0, 0], [0, 4, 1], [0, 1, 9]]}, [[[4, 1, 0.5], [1, 9, 2], [0.5, 2, 3]]]),
        ({"df": 300, "scale": [[2]]}, [[[0.01]], [[1]]]),
    ],
}


def exactly(value):
    """A double as 50-digit number; lists and truth values as they are."""
    return value if isinstance(value, (bool, list)) else mpf(float(value))


def written(value):
    """A number, list or truth value as the table writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return json.dumps(value)
    number = float(value)
    return str(int(number)) if number == int(number) and abs(number) < 1e15 else repr(number)


def logarithm(tail, other):
    """log of a tail, by the other one where that is smaller."""
    if tail == 0:
        return -mp.inf
    return mp.log(tail) if tail < 0.5 else mp.log1p(-other)


def tails(name, family, y):
    """The rows log_cdf and log_ccdf at y that the family's file can be held to."""
    lower, upper = family.cdf(y), family.ccdf(y)
    for clause, tail, other, side in (("log_cdf", lower, upper, "lower"), ("log_ccdf", upper, lower, "upper")):
        sound = TAILS[name] in ("both", side)
        smallest = 0 if sound and name not in UNDERFLOW else mpf("1e-290") if sound else mpf("1e-3")
        if tail == 0 and sound or tail > smallest:
            yield clause, y, logarithm(tail, other)


def rows_at(name, family, y):
    """All rows of one family at one value."""
    yield "log_density", y, family.log_density(exactly(y))
    if name in MULTIVARIATE:
        return
    cdf = family.cdf(exactly(y))
    if cdf is not None:
        yield "cdf", y, cdf
    if cdf is not None and name not in ("Categorical", "VonMises"):
        yield from ((clause, y, value) for clause, _, value in tails(name, family, exactly(y)))


def rows_of(name, parameters, values):
    """All rows of one family with its parameters."""
    family = getattr(formulas, name)(**parameters)
    for y in values:
        yield from rows_at(name, family, y)
    if name in MULTIVARIATE:
        return
    for moment in ("mean", "variance"):
        value = getattr(family, moment)()
        if value is not None:
            yield moment, "", value
    # 1 + p, or 1 - p, of a tiny p is rounded: HalfNormal promises its quantiles from 0.001 on.
    probabilities = [p for p in PROBABILITIES if name != "HalfNormal" or p >= 0.001]
    for p in probabilities:
        value = family.quantile(mpf(p))
        if value is not None:
            yield "quantile", p, value


def table():
    """The whole table."""
    for name, cases in GRID.items():
        for parameters, values in cases:
            label = ";".join(f"{key}={written(value)}" for key, value in parameters.items())
            for clause, argument, value in rows_of(name, parameters, values):
                yield name, label, clause, "" if argument == "" else written(argument), repr(float(value))


def main():
    path = pathlib.Path(__file__).with_suffix(".csv")
    rows = list(table())
    with path.open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["family", "parameters", "clause", "argument", "value"])
        writer.writerows(rows)
    counts = {key: len(list(group)) for key, group in itertools.groupby(sorted((row[0], row[2]) for row in rows))}
    print(len(rows), "rows;", "fewest a family and clause:", min(counts.values()))
    if "--check" in sys.argv:
        import families_scipy

        families_scipy.compare(rows)


if __name__ == "__main__":
    main()
