"""Gaussian integrals at extreme units, with 80 digits: integrals_mpmath.json.

Each case is a model with its data, coordinates of the parameters (how many of
them, at the end, are logarithms), and value, gradient and Hessian
of the log density with the hidden variables integrated out, from the covariance of the data.
"""

import json
import math
import random

from mpmath import mp, mpf, matrix, log, pi, cholesky, exp

mp.dps = 80


def normal(y, mean, covariance):
    """log N(y | mean, covariance)."""
    n = len(y)
    l = cholesky(covariance)
    z, total = [], mpf(0)
    for i in range(n):
        rest = sum((l[i, k] * z[k] for k in range(i)), mpf(0))
        z.append((y[i] - mean[i] - rest) / l[i, i])
        total -= z[-1] ** 2 / 2 + log(l[i, i]) + log(2 * pi) / 2
    return total


def linear(rows, q, groups):
    """y = fixed effects + hidden ones, each a column times a number a level; `groups`: for each hidden
    variable its column of levels, its column of predictors (none: 1) and the place of its log scale."""
    y, fixed = rows["y"], rows["fixed"]
    s2 = exp(2 * q[rows["sigma"]])
    mean = [sum((mpf(column[i]) * q[place] for place, column in fixed), mpf(0)) for i in range(len(y))]
    x = lambda predictor, i: mpf(1) if predictor is None else mpf(predictor[i])
    parts = {}
    for i, g in enumerate(rows["block"]):
        parts.setdefault(g, []).append(i)
    total = mpf(0)
    for part in parts.values():
        covariance = matrix(len(part), len(part))
        for a, i in enumerate(part):
            for c, j in enumerate(part):
                entry = s2 if i == j else mpf(0)
                for levels, predictor, place in groups:
                    if levels[i] == levels[j]:
                        entry += exp(2 * q[place]) * x(predictor, i) * x(predictor, j)
                covariance[a, c] = entry
        total += normal([mpf(y[i]) for i in part], [mean[i] for i in part], covariance)
    return total


def derivatives(f, q):
    """Value, gradient and Hessian by differences with 80 digits."""
    h = mpf(10) ** -20
    q = [mpf(x) for x in q]

    def moved(*steps):
        p = list(q)
        for i, step in steps:
            p[i] += step
        return f(p)

    n, value = len(q), f(q)
    gradient = [(moved((i, h)) - moved((i, -h))) / (2 * h) for i in range(n)]
    hessian = [
        [
            (moved((i, h), (j, h)) - moved((i, h), (j, -h)) - moved((i, -h), (j, h)) + moved((i, -h), (j, -h)))
            / (4 * h * h)
            for j in range(n)
        ]
        for i in range(n)
    ]
    return float(value), [float(g) for g in gradient], [[float(x) for x in row] for row in hessian]


def table(columns):
    names = list(columns)
    lines = [",".join(names)]
    lines += [",".join(repr(columns[name][i]) for name in names) for i in range(len(columns[names[0]]))]
    return "\n".join(lines) + "\n"


INTERCEPTS = """plate rows
plate groups = levels(g)
input g[rows] : groups
param m
param s0, s : positive
latent u[groups] ~ Normal(0, s0)
observe y[rows] ~ Normal(m + u[g], s)"""

SLOPES = """plate rows
plate groups = levels(g)
input g[rows] : groups
input x[rows]
param m, b
param s0, s1, s : positive
latent u0[groups] ~ Normal(0, s0)
latent u1[groups] ~ Normal(0, s1)
observe y[rows] ~ Normal(m + u0[g] + (b + u1[g]) * x, s)"""

CROSSED = """plate rows
plate as = levels(g)
plate bs = levels(h)
input g[rows] : as
input h[rows] : bs
param m
param sa, sb, s : positive
latent u[as] ~ Normal(0, sa)
latent v[bs] ~ Normal(0, sb)
observe y[rows] ~ Normal(m + u[g] + v[h], s)"""

FIVE = """plate rows
plate groups = levels(g)
input g[rows] : groups
input x1[rows], x2[rows], x3[rows], x4[rows]
param m
param s0, s1, s : positive
latent u0[groups] ~ Normal(0, s0)
latent u1[groups] ~ Normal(0, s1)
latent u2[groups] ~ Normal(0, s1)
latent u3[groups] ~ Normal(0, s1)
latent u4[groups] ~ Normal(0, s1)
observe y[rows] ~ Normal(m + u0[g] + u1[g] * x1 + u2[g] * x2 + u3[g] * x3 + u4[g] * x4, s)"""

cases = []


def add(name, text, columns, q, f, rows):
    # The rounding of the data, in standard deviations, and by coordinate the curvature of the joint
    # density, which what is integrated out explains away.
    n, logs = len(rows["y"]), len(text.split(" : positive")[0].split("\nparam ")[-1].split(","))
    s = math.exp(q[rows["sigma"]])
    mean = [sum(column[i] * q[place] for place, column in rows["fixed"]) for i in range(n)]
    largest = max(max(abs(a), abs(b)) for a, b in zip(rows["y"], mean))
    joint = [sum(x * x for x in column) / s**2 for _, column in rows["fixed"]]
    joint += [n + sum((a - b) ** 2 for a, b in zip(rows["y"], mean)) / s**2] * logs
    # What hidden coordinates that almost stand for each other cost: where a predictor lies, in its
    # standard deviations.
    mid = lambda x: sum(x) / n
    sd = lambda x: math.sqrt(sum((v - mid(x)) ** 2 for v in x) / n)
    alike = max([1.0] + [(mid(x) / sd(x)) ** 2 for _, x in rows["fixed"][1:]])
    rounding = 2.0**-52 * (4 + largest / s * math.sqrt(n))
    value, gradient, hessian = derivatives(f, q)
    cases.append(
        {"name": name, "text": text, "table": table(columns), "q": q, "logs": logs,
         "joint": joint, "rounding": rounding, "alike": 2.0**-52 * alike,
         "value": value, "gradient": gradient, "hessian": hessian}
    )


def intercepts(name, y, q):
    n = len(y)
    g = [1.0 + i % 4 for i in range(n)]
    rows = {"y": y, "fixed": [(0, [1.0] * n)], "sigma": 2, "block": g}
    add(name, INTERCEPTS, {"g": g, "y": y}, q, lambda p: linear(rows, p, [(g, None, 1)]), rows)


def slopes(name, x, y, q):
    n = len(y)
    g = [1.0 + i % 4 for i in range(n)]
    rows = {"y": y, "fixed": [(0, [1.0] * n), (1, x)], "sigma": 4, "block": g}
    add(name, SLOPES, {"g": g, "x": x, "y": y}, q, lambda p: linear(rows, p, [(g, None, 2), (g, x, 3)]), rows)


def crossed(name, y, q):
    n = len(y)
    g = [1.0 + i % 4 for i in range(n)]
    h = [1.0 + (i // 3) % 5 for i in range(n)]
    rows = {"y": y, "fixed": [(0, [1.0] * n)], "sigma": 3, "block": [0] * n}
    add(name, CROSSED, {"g": g, "h": h, "y": y}, q, lambda p: linear(rows, p, [(g, None, 1), (h, None, 2)]), rows)


def five(name, xs, y, q):
    n = len(y)
    g = [1.0 + i % 3 for i in range(n)]
    rows = {"y": y, "fixed": [(0, [1.0] * n)], "sigma": 3, "block": g}
    hidden = [(g, None, 1)] + [(g, x, 2) for x in xs]
    columns = {"g": g, "x1": xs[0], "x2": xs[1], "x3": xs[2], "x4": xs[3], "y": y}
    add(name, FIVE, columns, q, lambda p: linear(rows, p, hidden), rows)


random.seed(20)
noise = lambda n: [random.gauss(0, 1) for _ in range(n)]
e, f, z = noise(16), noise(16), noise(16)
l = math.log
far = [1e8 + x for x in e]
for s0, s in [(1.0, 1.0), (1e-3, 1.0), (1e3, 1.0), (1.0, 1e-2)]:
    intercepts(f"y near 1e8, s0 {s0}, s {s}", far, [1e8, l(s0), l(s)])
    crossed(f"crossed, y near 1e8, s {s0}, {s}", far, [1e8, l(s0), l(2 * s0), l(s)])
intercepts("y near 1e8, mean at 0", far, [0.0, 0.0, 0.0])
intercepts("y near 1e8, mean at 0, wide", far, [0.0, l(1e8), 0.0])
crossed("crossed, y near 1e8, mean at 0", far, [0.0, l(1e4), 0.0, 0.0])
for unit in [1e-6, 1e6]:
    y = [unit * (3 + x) for x in e]
    intercepts(f"unit {unit}", y, [3 * unit, l(0.5 * unit), l(unit)])
    crossed(f"crossed, unit {unit}", y, [3 * unit, l(0.5 * unit), l(0.3 * unit), l(unit)])
    slopes(f"slopes, unit {unit}", [unit * x for x in f], y, [3 * unit, 0.2, l(0.5 * unit), l(0.4), l(unit)])
for ratio in [0.0, 1e-8, 1e-4, 1e4, 1e8]:
    log_ratio = l(ratio) if ratio > 0 else -800.0
    intercepts(f"s0/s {ratio}", e, [0.1, log_ratio, 0.0])
    slopes(f"slopes, s0/s {ratio}", f, e, [0.1, 0.2, log_ratio, -0.3, 0.0])
    slopes(f"slopes, s1/s {ratio}", f, e, [0.1, 0.2, -0.3, log_ratio, 0.0])
    crossed(f"crossed, sa/s {ratio}", e, [0.1, log_ratio, -0.3, 0.0])
    five(f"five, s1/s {ratio}", [e, f, [a * b for a, b in zip(e, z)], [b * b for b in z]], z,
         [0.1, 0.2, log_ratio, 0.0])
x = [1e5 + v for v in f]
for s0, s1 in [(1.0, 1.0), (1e5, 1.0), (1e-3, 1e-3), (1e8, 1e3)]:
    slopes(f"x near 1e5, {s0}, {s1}", x, [2.0 * b + c for b, c in zip(x, e)], [0.5, 2.0, l(s0), l(s1), -0.5])

with open("integrals_mpmath.json", "w") as out:
    json.dump(cases, out, indent=0)
    out.write("\n")
