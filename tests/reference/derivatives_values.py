#!/usr/bin/env python3
"""Writes derivatives_values.csv beside this file: first and second derivatives of functions of the language over a wide grid, by mpmath 1.3.

A line is function,x,y,z and then the derivatives dx,dy,dz,dxx,dxy,dxz,dyy,dyz,dzz. Arguments are exact doubles; derivatives are differences of the
function itself in so many digits that nothing cancels, rounded to 20. Empty: not checked, because the function has no such argument, the derivative
does not exist, or it is beyond the largest double.
"""

import csv
import pathlib

from mpmath import mp, mpf

SIZES = [1e-300, 1e-8, 1.0, 30.0, 745.2, 800.0, 1e4, 1e8]
REAL = [sign * size for size in SIZES for sign in (1, -1)]
EXPONENTS = [v for v in REAL if abs(v) < 705]
PLACES = [(0, 0), (0, 1), (0, 2), (1, 1), (1, 2), (2, 2)]
# The step of differences, relative to the argument: their error is of the order of its square.
STEP = 40
LARGEST = mpf("1.7976931348623157e308")
rows = []


def text(value):
    if value is None or mp.isnan(value) or abs(value) > LARGEST:
        return ""
    return "0.0" if abs(value) < mpf(10) ** -320 else mp.nstr(value, 20, strip_zeros=True, min_fixed=0, max_fixed=0)


def derivatives(f, point):
    """First and second derivatives at a point by differences."""
    steps = [(abs(x) or mpf(1)) * mpf(10) ** -STEP for x in point]
    moved = lambda *moves: f(*[x + s * sum(m for i, m in moves if i == j) for j, (x, s) in enumerate(zip(point, steps))])
    middle = f(*point)
    first = [(moved((i, 1)) - moved((i, -1))) / (2 * steps[i]) for i in range(len(point))]
    second = {}
    for i, j in PLACES:
        if j >= len(point):
            continue
        if i == j:
            second[i, j] = (moved((i, 1)) - 2 * middle + moved((i, -1))) / steps[i] ** 2
        else:
            corners = moved((i, 1), (j, 1)) - moved((i, 1), (j, -1)) - moved((i, -1), (j, 1)) + moved((i, -1), (j, -1))
            second[i, j] = corners / (4 * steps[i] * steps[j])
    # What rounding leaves of a derivative that is 0.
    noise = abs(middle) * mpf(10) ** (10 - mp.dps)
    for i, j in second:
        if abs(second[i, j] * steps[i] * steps[j]) < noise:
            second[i, j] = mpf(0)
    return first, second


def put(name, f, points, digits=200, smooth=None):
    """`smooth`: the arguments by which to differentiate; the others are constants."""
    for point in points:
        point = point if isinstance(point, tuple) else (point,)
        place = list(range(len(point))) if smooth is None else smooth
        # Differences of numbers next to the smallest argument, and of a result next to 1.
        small = max([0] + [-int(mp.log10(abs(mpf(x)))) for x in point if x != 0])
        with mp.workdps(digits + 2 * STEP + 2 * small):
            exact = [mpf(x) for x in point]
            of = lambda *moved: f(*[moved[place.index(i)] if i in place else x for i, x in enumerate(exact)])
            first, second = derivatives(of, [exact[i] for i in place])
        arguments = [repr(float(x)) for x in point] + [""] * (3 - len(point))
        by = ["" if i not in place else text(first[place.index(i)]) for i in range(3)]
        twice = ["" if i not in place or j not in place else text(second[place.index(i), place.index(j)]) for i, j in PLACES]
        rows.append([name, *arguments, *by, *twice])


def pairs(first, second):
    return [(x, y) for x in first for y in second]


def arithmetic():
    some = [1e-8, -1.0, 30.0, -745.2, 1e8]
    put("multiply", lambda x, y: x * y, pairs(some, some))
    put("divide", lambda x, y: x / y, pairs(some, some + [1e-150, -1e150]))
    put("power", lambda x, y: x**y, pairs([1e-8, 0.5, 1.0, 30.0, 800.0, 1e8], [-30.0, -1.0, -0.5, 0.0, 1e-8, 0.5, 1.0, 2.0, 2.5, 30.0]))
    put("power", lambda x, y: x**y, pairs([-2.0], [1.0, 2.0, 3.0, 4.0]), smooth=[0])
    put("abs", abs, REAL)
    put("min", min, pairs(some, [2.0, -3.0]))
    put("max", max, pairs(some, [2.0, -3.0]))
    put("sqrt", mp.sqrt, SIZES)
    put("hypot", mp.hypot, pairs([1e-8, -1.0, 30.0, 1e8], [1e-8, 2.0, -745.2, 1e8]))


def elementary():
    put("exp", mp.exp, REAL)
    put("expm1", mp.expm1, REAL)
    put("log", mp.log, SIZES)
    put("log10", mp.log10, SIZES)
    put("log1p", mp.log1p, SIZES + [-1e-300, -1e-8, -0.5, -1 + 1e-15])
    put("log1m", lambda x: mp.log1p(-x), [-v for v in SIZES] + [1e-300, 1e-8, 0.5, 1 - 1e-15])
    for name in ("sin", "cos", "tan"):
        put(name, getattr(mp, name), REAL)
    inner = [1e-300, -1e-8, 0.5, -0.9, 1 - 1e-15, -1 + 1e-15]
    put("asin", mp.asin, inner)
    put("acos", mp.acos, inner)
    put("atan", mp.atan, REAL + [1e200])
    put("sinh", mp.sinh, REAL)
    put("cosh", mp.cosh, REAL)
    put("tanh", mp.tanh, REAL, digits=800)
    put("asinh", mp.asinh, REAL)


def logistic():
    far = dict(digits=1000)
    log1p_exp = lambda x: mp.log1p(mp.exp(x))
    log1m_exp = lambda x: mp.log(-mp.expm1(x)) if x > -1 else mp.log1p(-mp.exp(x))
    put("inv_logit", lambda x: 1 / (1 + mp.exp(-x)), REAL, **far)
    put("logit", lambda p: mp.log(p) - mp.log1p(-p), [1e-150, 1e-8, 0.3, 0.5, 1 - 1e-8, 1 - 1e-15])
    put("log_inv_logit", lambda x: -log1p_exp(-x), REAL, **far)
    put("log1p_exp", log1p_exp, REAL, **far)
    put("log1m_exp", log1m_exp, [-v for v in SIZES] + [-1e-150, -0.69, -0.7, -100.0], **far)
    gaps = [1e-8, 1.0, 30.0, 745.2, 800.0, 1e4]
    put("log_diff_exp", lambda x, y: x + log1m_exp(y - x), [(x, x - gap) for x in (-1e4, -1.0, 0.0, 800.0) for gap in gaps], **far)
    put("log_add_exp", lambda x, y: x + log1p_exp(y - x), [(x, x + gap) for x in (-1e4, -1.0, 0.0, 800.0) for g in [0.0, *gaps] for gap in (g, -g)], **far)
    xs = [0.0, 1e-8, -1.0, 30.0, 1e8]
    put("xlogy", lambda x, y: x * mp.log(y), pairs(xs, [1e-150, 1e-8, 0.5, 1.0, 30.0, 1e8]))
    put("xlog1py", lambda x, y: x * mp.log1p(y), pairs(xs, [-1 + 1e-15, -0.5, 1e-150, 1e-8, 30.0, 1e8]))


def normal():
    root = mpf(2)
    density = lambda x: mp.exp(-x * x / 2) / mp.sqrt(2 * mp.pi)
    lower = lambda x: mp.erfc(-x / mp.sqrt(root)) / 2
    log_lower = lambda x: mp.log(lower(x)) if x < 0 else mp.log1p(-lower(-x))
    # At ±1 or so and ±30, where 800 digits hold 1 less a tail; beyond, the tails are closed forms to the last digit.
    near = [v for v in REAL if abs(v) <= 30] + [5.0, -5.0, 37.0, -37.0, 38.6, -38.6]
    for name, f in (("erf", mp.erf), ("erfc", mp.erfc)):
        put(name, f, [v / 2 for v in near], digits=1100)
    put("Phi", lower, near, digits=1100)
    put("log_Phi", log_lower, near + [-745.2, -800.0, -1e4], digits=1100)
    put("log_Phi", lambda x: -density(x) / x, [745.2, 800.0, 1e4, 1e8], digits=100)


def gammas():
    put("lgamma", mp.loggamma, [1e-150] + SIZES[1:])
    put("digamma", lambda x: mp.psi(0, x), [1e-100] + SIZES[1:])
    put("trigamma", lambda x: mp.psi(1, x), [1e-70] + SIZES[1:])
    sizes = [1e-8, 0.5, 1.0, 30.0, 745.2, 1e4]
    put("lbeta", lambda a, b: mp.loggamma(a) + mp.loggamma(b) - mp.loggamma(a + b), pairs(sizes, sizes), digits=120)
    choose = lambda n, k: mp.loggamma(n + 1) - mp.loggamma(k + 1) - mp.loggamma(n - k + 1)
    put("lchoose", choose, [(n, n * share) for n in (1.0, 30.0, 745.0, 1e4) for share in (0.0, 0.25, 0.9)], digits=120, smooth=[0])


def lower_series(a, x):
    """P(a, x) by its power series, whose terms are positive. DLMF 8.7.1."""
    term = total = mpf(1)
    n = 1
    while term > total * mpf(10) ** -mp.dps:
        term *= x / (a + n)
        total += term
        n += 1
    return mp.exp(a * mp.log(x) - x - mp.loggamma(a + 1)) * total


def upper_fraction(a, x):
    """Q(a, x) by its continued fraction. DLMF 8.9.2."""
    b = x + 1 - a
    c, d = mpf(10) ** (3 * mp.dps), 1 / b
    h, n = d, 1
    while True:
        step = n * (a - n)
        b += 2
        d = 1 / (step * d + b)
        c = b + step / c
        h *= c * d
        if abs(c * d - 1) < mpf(10) ** -(mp.dps - 5):
            return mp.exp(a * mp.log(x) - x - mp.loggamma(a)) * h
        n += 1


def tails(a, x):
    """P and Q, each as accurate as can be."""
    if x > a + 40:
        upper = upper_fraction(a, x)
        return 1 - upper, upper
    lower = lower_series(a, x)
    return lower, 1 - lower


def incomplete_gamma():
    shapes = [1e-8, 0.01, 0.5, 1.0, 3.0, 30.0, 745.2]
    ratios = [1e-12, 1e-3, 0.2, 0.8, 1.0, 1.3, 3.0, 20.0]
    points = [(a, max(a, 1.0) * r) for a in shapes for r in ratios]
    points += [(1.0, 800.0), (2.0, 1e4), (0.5, 745.2), (30.0, 1e4), (3.0, 1e-100), (2e4, 1.9e4), (2e4, 2.01e4), (2e4, 2.15e4), (2e4, 1.0e4), (2e4, 4e4)]
    put("gamma_inc", lambda a, x: tails(a, x)[0], points, digits=120)
    put("log_gamma_inc", lambda a, x: mp.log(tails(a, x)[0]), points, digits=120)
    # With a shape near 0 what is left beside P has lost its digits.
    put("log_gamma_inc_upper", lambda a, x: mp.log(tails(a, x)[1]), [(a, x) for a, x in points if a > 1e-3], digits=120)


def incomplete_beta():
    def series(a, b, log_x, log_y):
        """I_x(a, b) by DLMF 8.17.8, whose terms are positive, from log x and log(1 - x)."""
        x = mp.exp(log_x)
        term = total = mpf(1)
        n = 0
        while term > total * mpf(10) ** -mp.dps:
            term *= (a + b + n) / (a + 1 + n) * x
            total += term
            n += 1
        return mp.exp(a * log_x + b * log_y + mp.loggamma(a + b) - mp.loggamma(a) - mp.loggamma(b)) * total / a

    def log_lower(a, b, t):
        log_x, log_y = -mp.log1p(mp.exp(-t)), -mp.log1p(mp.exp(t))
        return mp.log(series(a, b, log_x, log_y)) if t < 0 else mp.log1p(-series(b, a, log_y, log_x))

    shapes = [(0.01, 0.5), (0.5, 0.5), (1.0, 3.0), (30.0, 2.0), (5.0, 300.0), (745.2, 800.0)]
    logits = [-1e4, -800.0, -745.2, -30.0, -8.0, -1.0, 0.5, 5.0, 20.0, 30.0]
    put("log_beta_inc", log_lower, [(a, b, t) for a, b in shapes for t in logits], digits=120)
    lower = lambda a, b, x: series(a, b, mp.log(x), mp.log1p(-x)) if x < 0.5 else 1 - series(b, a, mp.log1p(-x), mp.log(x))
    put("beta_inc", lower, [(a, b, x) for a, b in shapes for x in (1e-12, 1e-3, 0.3, 0.49, 0.6, 0.97)], digits=120)


def inverse_normal():
    log_lower = lambda x: mp.log(mp.erfc(-x / mp.sqrt(mpf(2))) / 2)

    def quantile(v):
        """The y with log Phi(y) = v, by Newton's method from the far tail."""
        y = -mp.sqrt(-2 * v) if v < -1 else mp.sqrt(-2 * mp.log(-v))
        for _ in range(200):
            step = (log_lower(y) - v) / mp.exp(-y * y / 2 - mp.log(2 * mp.pi) / 2 - log_lower(y))
            y -= step
            if abs(step) < mpf(10) ** -(mp.dps - 20):
                break
        return y

    put("inv_log_Phi", quantile, [-1e4, -800.0, -745.2, -30.0, -1.5, -0.1, -1e-8], digits=100)
    put("inv_Phi", lambda p: quantile(mp.log(p)), [1e-100, 1e-8, 0.01, 0.3, 0.8, 0.999, 1 - 1e-8], digits=100)


def bessel():
    i0, i1 = (lambda x: mp.besseli(0, x)), (lambda x: mp.besseli(1, x))
    near = [1e-8, 0.009, -1.0, 15.0, -30.0, 300.0]
    put("bessel_i0", i0, near)
    put("bessel_i1", i1, near)
    put("log_bessel_i0", lambda x: mp.log(i0(x)), near + [745.2, -800.0, 1e4])
    put("bessel_ratio", lambda x: i1(x) / i0(x), near + [745.2, -800.0, 1e4])
    put("polygamma", lambda n, x: mp.psi(int(n), x), [(n, x) for n in (1.0, 2.0, 3.0) for x in (1e-8, 0.5, 30.0, 1e4)], smooth=[1])


for family in (arithmetic, elementary, logistic, normal, gammas, incomplete_gamma, incomplete_beta, inverse_normal, bessel):
    family()
    print(family.__name__, len(rows), flush=True)
with open(pathlib.Path(__file__).with_suffix(".csv"), "w", newline="") as file:
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(["function", "x", "y", "z", "dx", "dy", "dz", "dxx", "dxy", "dxz", "dyy", "dyz", "dzz"])
    writer.writerows(rows)
