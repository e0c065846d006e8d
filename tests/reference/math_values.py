#!/usr/bin/env python3
"""Writes math_values.csv beside this file: values and derivatives of every function of the language, by mpmath 1.3.

A line is function,x,y,z,value,dx,dy,dz. Arguments are exact doubles; values and derivatives were computed with 60 digits or more and rounded
to 20. An empty derivative is not checked (an edge, a kink, or not available in pgmc). Derivatives are mpmath's numerical ones of the
function itself, not our formulas, except where a function below brings its own (the ones with a quadrature in them).
"""

import csv
import math
import pathlib
import random

from mpmath import mp, mpf

mp.dps = 60
INF, NAN = mpf("inf"), mpf("nan")
dice = random.Random()  # seeded a family below, so that one family's points do not move another's


def uniform(low, high, n=12):
    return [dice.uniform(low, high) for _ in range(n)]


def log_uniform(low, high, n=12):
    return [10.0 ** dice.uniform(math.log10(low), math.log10(high)) for _ in range(n)]


def signed(values):
    return [v for value in values for v in (value, -value)]


def pairs(first, second):
    return list(zip(first, second))


dice.seed("shared")
WIDE = signed(log_uniform(1e-12, 1e12, 8)) + uniform(-5, 5)
POSITIVE = log_uniform(1e-9, 1e9, 16) + uniform(0.5, 3, 6)
EXPONENTS = uniform(-700, 700, 8) + uniform(-3, 3, 8) + signed(log_uniform(1e-12, 1e-3, 4)) + [800.0, -800.0, 37.0, -37.0]
UNIT = uniform(0, 1, 12) + log_uniform(1e-300, 1e-2, 8) + [1 - v for v in log_uniform(1e-15, 1e-2, 8)] + [0.5, 0.5 + 1e-9]

rows = []


def text(value):
    if value is None:
        return ""
    value = mpf(value)
    if mp.isnan(value):
        return "nan"
    if mp.isinf(value):
        return "inf" if value > 0 else "-inf"
    return mp.nstr(value, 20, strip_zeros=True, min_fixed=0, max_fixed=0)


def difference(function, x, digits):
    """The derivative by a central difference of relative step 10^-digits, in three times the digits: right to about 2·digits."""
    small = -int(mp.log10(abs(x))) if 0 < abs(x) < 1 else 0
    with mp.workdps(3 * digits + 20 + small):
        step = (abs(x) or mpf(1)) * mpf(10) ** -digits
        return (function(x + step) - function(x - step)) / (2 * step)


def derivative(function, point, position):
    return difference(lambda t: function(*point[:position], t, *point[position + 1 :]), point[position], 40)


def put(name, function, points, partials=None, edges=()):
    """`points` with derivatives (`partials`: None = numerical, else one function or constant or None each), `edges` without."""
    for point in points:
        point = point if isinstance(point, tuple) else (point,)
        exact = [mpf(v) for v in point]
        value = function(*exact)
        slopes = []
        for position in range(len(point)):
            given = "numerical" if partials is None else partials[position]
            if given == "numerical":
                slopes.append(derivative(function, exact, position))
            else:
                slopes.append(given(*exact) if callable(given) else given)
        write(name, point, value, slopes)
    for point, value in edges:
        write(name, point if isinstance(point, tuple) else (point,), value, [])


def write(name, point, value, slopes):
    arguments = [repr(float(v)) for v in point] + [""] * (3 - len(point))
    derivatives = [text(v) for v in slopes] + [""] * (3 - len(slopes))
    rows.append([name, *arguments, text(value), *derivatives])


def sign(x):
    return mp.sign(x)


def operators():
    two = pairs(WIDE, dice.sample(WIDE, len(WIDE)))
    put("add", lambda x, y: x + y, two)
    put("subtract", lambda x, y: x - y, two)
    put("multiply", lambda x, y: x * y, two)
    put("divide", lambda x, y: x / y, two, edges=[((1.0, 0.0), INF)])
    put("negate", lambda x: -x, WIDE)
    positive = pairs(log_uniform(1e-5, 1e5, 20), uniform(-9, 9, 20))
    put("power", lambda x, y: x**y, positive)
    put("power", lambda x, y: x**y, [(-2.0, 3.0), (-1.5, -2.0), (-0.3, 1.0)], ["numerical", None])
    constant = [(0.0, 2.0, 0, 0), (0.0, 1.0, 1, 0), (0.0, 0.0, 0, None), (3.0, 0.0, 0, mp.log(3))]
    for x, y, dx, dy in constant:
        write("power", (x, y), mpf(x) ** mpf(y), [dx, dy])
    put("power", None, [], edges=[((-2.0, 0.5), NAN), ((0.0, -1.0), INF)])
    compare = {
        "equal": lambda x, y: x == y,
        "not_equal": lambda x, y: x != y,
        "less": lambda x, y: x < y,
        "less_equal": lambda x, y: x <= y,
        "greater": lambda x, y: x > y,
        "greater_equal": lambda x, y: x >= y,
    }
    for name, test in compare.items():
        put(name, lambda x, y: int(test(x, y)), [(1.0, 2.0), (2.0, 1.0), (2.0, 2.0), (-1.0, 1e-300)], [0, 0])
        put(name, None, [], edges=[((float("nan"), 1.0), int(name == "not_equal"))])
    truth = [(0.0, 0.0), (0.0, 1.0), (1.0, 0.0), (1.0, 1.0)]
    put("and", lambda x, y: x * y, truth, [0, 0])
    put("or", lambda x, y: max(x, y), truth, [0, 0])
    put("not", lambda x: 1 - x, [0.0, 1.0], [0])
    put("select", lambda c, x, y: x if c else y, [(0.0, 3.0, 4.0), (1.0, 3.0, 4.0)], [0, lambda c, x, y: c, lambda c, x, y: 1 - c])


def order():
    nan = [(float("nan"), NAN)]
    put("abs", abs, WIDE, [sign], edges=[(-0.0, 0)])
    put("sign", sign, WIDE, [0], edges=[(0.0, 0), *nan])
    put("step", lambda x: int(x >= 0), WIDE, [0], edges=[(0.0, 1), *nan])
    put("floor", mp.floor, WIDE, [0], edges=[(-0.5, -1), (3.0, 3)])
    two = pairs(WIDE, dice.sample(WIDE, len(WIDE)))
    nan = [((float("nan"), 1.0), NAN), ((1.0, float("nan")), NAN), ((2.0, 2.0), 2)]
    put("min", min, two, [lambda x, y: int(x <= y), lambda x, y: int(y < x)], edges=nan)
    put("max", max, two, [lambda x, y: int(x >= y), lambda x, y: int(y > x)], edges=nan)


def elementary():
    put("sqrt", mp.sqrt, POSITIVE, edges=[(0.0, 0), (-1.0, NAN)])
    two = pairs(WIDE, dice.sample(WIDE, len(WIDE)))
    put("hypot", mp.hypot, two, [lambda x, y: x / mp.hypot(x, y), lambda x, y: y / mp.hypot(x, y)])
    write("hypot", (0.0, 0.0), 0, [0, 0])
    put("exp", mp.exp, [v for v in EXPONENTS if abs(v) < 705], edges=[(800.0, INF), (-800.0, 0)])
    put("expm1", mp.expm1, [v for v in EXPONENTS if abs(v) < 705], [mp.exp], edges=[(-800.0, -1)])
    put("log", mp.log, POSITIVE, edges=[(0.0, -INF), (-1.0, NAN)])
    put("log10", mp.log10, POSITIVE, edges=[(0.0, -INF), (-1.0, NAN), (1000.0, 3)])
    put("log1p", mp.log1p, POSITIVE + uniform(-1, 0) + signed(log_uniform(1e-15, 1e-3, 4)), edges=[(-1.0, -INF), (-1.1, NAN)])
    put("log1m", lambda x: mp.log1p(-x), UNIT + [-v for v in POSITIVE], edges=[(1.0, -INF), (1.1, NAN)])
    angles = uniform(-7, 7, 12) + signed(log_uniform(1e-9, 1e6, 6))
    for name in ("sin", "cos", "tan"):
        put(name, getattr(mp, name), angles)
    inner = signed(UNIT)
    put("asin", mp.asin, inner, edges=[(1.0, mp.pi / 2), (1.1, NAN)])
    put("acos", mp.acos, inner, edges=[(1.0, 0), (-1.1, NAN)])
    put("atan", mp.atan, WIDE)
    moderate = uniform(-700, 700, 6) + uniform(-3, 3, 10) + signed(log_uniform(1e-9, 1e-2, 4))
    for name in ("sinh", "cosh", "tanh"):
        put(name, getattr(mp, name), moderate)


def logistic():
    def log1p_exp(x):
        return mp.log1p(mp.exp(x))

    def log1m_exp(x):
        return mp.log(-mp.expm1(x)) if x > -1 else mp.log1p(-mp.exp(x))

    def logit(p):
        return mp.log(p) - mp.log1p(-p)

    put("inv_logit", lambda x: 1 / (1 + mp.exp(-x)), EXPONENTS)
    put("logit", logit, UNIT, edges=[(0.0, -INF), (1.0, INF), (-0.1, NAN), (1.1, NAN)])
    put("log_inv_logit", lambda x: -log1p_exp(-x), EXPONENTS)
    put("log1p_exp", log1p_exp, EXPONENTS)
    negative = [-v for v in log_uniform(1e-300, 1e-1, 8) + uniform(0, 3, 12) + uniform(3, 700, 8)]
    put("log1m_exp", log1m_exp, negative, edges=[(0.0, -INF), (0.1, NAN), (-800.0, 0)])
    differences = [(x, x - d) for x, d in pairs(uniform(-700, 700, 20), log_uniform(1e-9, 1e3, 20))]
    edges = [((1.0, 1.0), -INF), ((1.0, 2.0), NAN), ((3.0, float("-inf")), 3), ((float("-inf"), float("-inf")), -INF)]
    slope = lambda d: difference(log1m_exp, d, 40)
    put("log_diff_exp", lambda x, y: x + log1m_exp(y - x), differences, [lambda x, y: 1 - slope(y - x), lambda x, y: slope(y - x)], edges)
    two = pairs(WIDE, log_uniform(1e-300, 1e300, len(WIDE)))
    put("xlogy", lambda x, y: x * mp.log(y), two, edges=[((1.0, 0.0), -INF), ((1.0, -1.0), NAN), ((0.0, -1.0), NAN)])
    write("xlogy", (0.0, 0.0), 0, [-INF, 0])
    write("xlogy", (0.0, 2.0), 0, [mp.log(2), 0])
    two = pairs(WIDE, POSITIVE[:14] + uniform(-1, 0, 7) + [1e-12, -1e-12, 0.0, -1 + 1e-9, 1e-300, 5.0, 0.5])
    put("xlog1py", lambda x, y: x * mp.log1p(y), two, edges=[((1.0, -1.0), -INF), ((0.0, -2.0), NAN)])
    write("xlog1py", (0.0, -1.0), 0, [-INF, 0])


def normal():
    deviates = uniform(-38, 38, 14) + uniform(-3, 3, 12) + signed(log_uniform(1e-12, 1e-2, 3)) + [-12.0, -12.001, -11.999, -37.5, -1.0, 0.0]
    far = deviates + [-v for v in log_uniform(38, 1e9, 8)]
    root = mp.sqrt(2)
    density = lambda x: mp.exp(-x * x / 2) / mp.sqrt(2 * mp.pi)
    lower = lambda x: mp.erfc(-x / root) / 2
    log_lower = lambda x: mp.log(lower(x)) if x < 0 else mp.log1p(-lower(-x))

    def excess(x):
        with mp.workdps(mp.dps + 60):
            return x + density(x) / lower(x)

    # By the tail on whose side the argument is, where 60 digits suffice.
    erfc_slope = lambda x: difference(mp.erfc, abs(x), 40)
    put("erf", mp.erf, [v / 2 for v in deviates], [lambda x: -erfc_slope(x)])
    put("erfc", mp.erfc, [v / 2 for v in deviates], [erfc_slope])
    put("Phi", lower, deviates, [lambda x: difference(lower, -abs(x), 40)], edges=[(-40.0, lower(mpf(-40))), (-60.0, 0), (60.0, 1), (float("-inf"), 0)])
    put("log_Phi", log_lower, far + [-40.0], edges=[(60.0, 0)])
    hazard = lambda x: density(x) / lower(x)
    put("normal_hazard", hazard, far)
    put("normal_hazard_excess", excess, far)

    def quantile(p):
        if p > 0.5:
            return -quantile(1 - p)
        x = -mp.sqrt(-2 * mp.log(2 * p)) if p < mpf("0.4") else (p - mpf("0.5")) * mp.sqrt(2 * mp.pi)
        for _ in range(60):
            step = log_lower(x) - mp.log(p)
            x -= step / hazard(x)
            if abs(step) < mpf(10) ** -100:
                break
        return x

    with mp.workdps(120):
        put("inv_Phi", quantile, UNIT + [0.075, 0.925, 1e-300, 1e-12], [lambda p: 1 / density(quantile(p))])
    put("inv_Phi", None, [], edges=[(0.0, -INF), (1.0, INF), (-0.1, NAN), (1.1, NAN)])


def gamma_functions():
    arguments = POSITIVE + uniform(0, 12, 10) + [1.0, 2.0, 10.0, 1e-300, 0.5, 1.5, 1e15]
    put("lgamma", mp.loggamma, arguments, [lambda x: mp.psi(0, x)], edges=[(0.0, INF), (-0.5, NAN), (float("inf"), INF)])
    put("digamma", lambda x: mp.psi(0, x), arguments[:-4] + [1e-3], edges=[(0.0, -INF), (-0.5, NAN), (float("inf"), INF)])
    put("trigamma", lambda x: mp.psi(1, x), arguments[:-4] + [1e-3], edges=[(0.0, INF), (-0.5, NAN), (float("inf"), 0)])
    difference_of = lambda x, d: mp.psi(0, x + d) - mp.psi(0, x)
    two = pairs(log_uniform(1e-3, 1e12, 24), log_uniform(1e-3, 1e12, 24)) + [(1e12, 5e3), (50.0, -7.0), (50.0, -45.0), (3.0, -0.5), (1e8, 1e-3)]
    slopes = [lambda x, d: mp.psi(1, x + d) - mp.psi(1, x), lambda x, d: mp.psi(1, x + d)]
    put("digamma_difference", difference_of, two, slopes, edges=[((0.0, 1.0), INF), ((2.0, -3.0), NAN), ((-1.0, 3.0), NAN)])
    orders = [float(n) for n in (0, 1, 2, 3, 4, 5, 7, 10, 15, 20, 30, 40)]
    two = [(n, x) for n in orders for x in log_uniform(1e-3, 1e4, 3) + uniform(0.1, 20, 3)]
    next_order = lambda n, x: mp.psi(int(n) + 1, x)
    put("polygamma", lambda n, x: mp.psi(int(n), x), two, [0, next_order])
    put("polygamma", lambda n, x: mp.psi(int(n), x), [(120.0, 30.0), (150.0, 90.0)], [0, next_order])
    put("polygamma", None, [], edges=[((2.0, 0.0), -INF), ((3.0, 0.0), INF), ((2.5, 1.0), NAN), ((2.0, -1.0), NAN), ((2.0, float("inf")), 0)])


def beta_functions():
    lbeta = lambda a, b: mp.loggamma(a) + mp.loggamma(b) - mp.loggamma(a + b)
    psi = lambda x: mp.psi(0, x)
    two = pairs(log_uniform(1e-5, 1e8, 30), log_uniform(1e-5, 1e8, 30)) + pairs(uniform(0, 25, 20), uniform(0, 25, 20))
    two += [(1e-5, 1e8), (1e-200, 1e-200), (1e-8, 1e-9), (3.0, 1e6), (1e10, 1e10), (10.0, 10.0), (0.9, 0.99)]
    edges = [((0.0, 1.0), INF), ((-1.0, 1.0), NAN), ((1.0, float("inf")), -INF)]
    put("lbeta", lbeta, two, [lambda a, b: psi(a) - psi(a + b), lambda a, b: psi(b) - psi(a + b)], edges=edges)
    mp.dps = 400
    lchoose = lambda n, k: mp.loggamma(n + 1) - mp.loggamma(k + 1) - mp.loggamma(n - k + 1)
    slopes = [lambda n, k: psi(n + 1) - psi(n - k + 1), lambda n, k: psi(n - k + 1) - psi(k + 1)]
    counts = [(1e6, 3.0), (5.0, 5.0), (5.0, 0.0), (2.0, 1.0), (52.0, 5.0), (1000.0, 500.0), (1e15, 20.0), (1e6, 999_990.0), (1e300, 3.0)]
    reals = [(n, n * u) for n, u in pairs(log_uniform(1, 1e8, 20), uniform(0, 1, 20))]
    put("lchoose", lchoose, counts + reals, slopes)
    put("lchoose", None, [], edges=[((5.0, 6.0), -INF), ((5.0, -1.0), -INF), ((5.0, 9.0), -INF), ((-1.0, 0.0), NAN)])
    mp.dps = 60


def gamma_inc():
    def lower(a, x):
        return mp.gammainc(a, 0, x, regularized=True)

    def by_shape(a, x):
        if x < a:
            return difference(lambda s: mp.gammainc(s, 0, x, regularized=True), a, 14)
        return -difference(lambda s: mp.gammainc(s, x, mp.inf, regularized=True), a, 14)

    def density(a, x):
        return mp.exp((a - 1) * mp.log(x) - x - mp.loggamma(a))

    two = pairs(log_uniform(1e-3, 30, 20), log_uniform(1e-3, 60, 20))
    shapes = log_uniform(0.5, 300, 24) + [9.9, 10.0, 10.1]
    two += [(a, abs(a + dice.uniform(-6, 6) * a**0.5) + 1e-3) for a in shapes]
    two += [(1e4, 1e4), (1e4, 9.7e3), (1e4, 1.03e4), (1e6, 1.002e6), (1e6, 9.98e5), (1e5, 1e5 - 0.4), (9e3, 9_050.0), (9e3, 8_950.0), (2e4, 19_000.0), (2e4, 19_100.0), (2e4, 20_900.0), (50.0, 1.0), (5.0, 1e-5), (0.01, 1.2), (1e-6, 0.3)]
    edges = [((2.0, 0.0), 0), ((2.0, float("inf")), 1), ((0.0, 1.0), NAN), ((2.0, -1.0), NAN), ((2.0, 1e4), 1)]
    put("gamma_inc", lower, two, [by_shape, density], edges=edges)
    zero = [((2.0, 0.0), 0), ((2.0, float("inf")), 0), ((0.0, 1.0), NAN), ((2.0, -1.0), NAN)]
    mixed = lambda a, x: density(a, x) * (mp.log(x) - mp.psi(0, a))
    put("gamma_inc_shape", by_shape, two, [None, mixed], edges=zero)
    put("gamma_inc_density", density, two, edges=zero + [((1.0, 0.0), 1), ((0.5, 0.0), INF), ((float("nan"), 1.0), NAN)])


def beta_inc():
    def power_term(a, b, x):
        return mp.exp(a * mp.log(x) + b * mp.log1p(-x) - mp.loggamma(a) - mp.loggamma(b) + mp.loggamma(a + b))

    # DLMF 8.17.8, whose terms are positive; mpmath's betainc gives up where a parameter is large.
    def series(a, b, x):
        term = total = mpf(1)
        n = 0
        while term > total * mpf(10) ** -mp.dps:
            term *= (a + b + n) / (a + 1 + n) * x
            total += term
            n += 1
        return power_term(a, b, x) * total / a

    def lower(a, b, x):
        return series(a, b, x) if x < 0.5 else 1 - series(b, a, 1 - x)

    def first(a, b, x):
        return difference(lambda t: lower(t, b, x), a, 20)

    def second(a, b, x):
        return difference(lambda t: lower(a, t, x), b, 20)

    def density(a, b, x):
        return power_term(a, b, x) / (x * (1 - x))

    three = list(zip(log_uniform(1e-2, 30, 24), log_uniform(1e-2, 30, 24), uniform(0, 1, 24)))
    for a, b in pairs(log_uniform(0.5, 3000, 20), log_uniform(0.5, 3000, 20)):
        mean, spread = a / (a + b), (a * b / (a + b + 1)) ** 0.5 / (a + b)
        three.append((a, b, min(max(mean + dice.uniform(-5, 5) * spread, mean / 50), 1 - (1 - mean) / 50)))
    three += [(10.0, 10.0, 0.5), (1e4, 1e4, 0.51), (2.0, 1e5, 3e-5), (1e5, 2.0, 1 - 3e-5), (3.0, 4.0, 1e-9), (3.0, 4.0, 1 - 1e-9)]
    three += [(1.0, 1.0, 0.3), (10.0, 1e-5, 0.99), (1e-5, 10.0, 0.01), (1e-4, 1e-4, 0.7), (1.0, 5.0, 0.2), (7.0, 1.0, 0.9)]
    three += [(2e4, 3e4, 0.401), (2e4, 3e4, 0.39), (2e4, 3e4, 0.4), (2e4, 3e4, 0.415), (1.1e4, 1e6, 0.0112), (1e5, 2e4, 0.8333)]
    three += [(5e3, 1e12, 5.05e-9), (300.0, 1e9, 2.9e-7), (9e3, 9e3, 0.505), (40.0, 1e6, 1e-4)]
    bad = [((0.0, 1.0, 0.5), NAN), ((1.0, -1.0, 0.5), NAN), ((1.0, 1.0, 1.5), NAN)]
    put("beta_inc", lower, three, [first, second, density], edges=[((2.0, 3.0, 0.0), 0), ((2.0, 3.0, 1.0), 1), *bad])
    zero = [((2.0, 3.0, 0.0), 0), ((2.0, 3.0, 1.0), 0), *bad]
    psi = lambda x: mp.psi(0, x)
    mixed = lambda a, b, x: density(a, b, x) * (mp.log(x) - psi(a) + psi(a + b))
    put("beta_inc_first", first, three, [None, None, mixed], edges=zero)
    mixed = lambda a, b, x: density(a, b, x) * (mp.log1p(-x) - psi(b) + psi(a + b))
    put("beta_inc_second", second, three, [None, None, mixed], edges=zero)
    put("beta_inc_density", density, three, edges=zero + [((1.0, 3.0, 0.0), 3), ((3.0, 1.0, 1.0), 3), ((0.5, 1.0, 0.0), INF)])


def bessel():
    i0, i1 = (lambda x: mp.besseli(0, x)), (lambda x: mp.besseli(1, x))
    ratio = lambda x: i1(x) / i0(x)

    def slope(x):
        with mp.workdps(mp.dps + 40):
            return mpf(1) / 2 if x == 0 else 1 - ratio(x) / x - ratio(x) ** 2

    def slope_slope(x):
        with mp.workdps(mp.dps + 40):
            return mpf(0) if x == 0 else (ratio(x) / x - slope(x)) / x - 2 * ratio(x) * slope(x)

    near = uniform(-25, 25, 16) + signed(log_uniform(1e-9, 1, 5)) + [20.0, 19.999, -20.0, 0.0]
    big = uniform(20, 700, 8) + [-650.0]
    huge = log_uniform(700, 1e9, 6)
    put("bessel_i0", i0, near + big, [i1], edges=[(1000.0, INF)])
    put("bessel_i1", i1, near + big, [lambda x: (i0(x) + mp.besseli(2, x)) / 2], edges=[(-1000.0, -INF)])
    put("log_bessel_i0", lambda x: mp.log(i0(x)), near + big + huge, [ratio], edges=[(float("inf"), INF)])
    put("bessel_ratio", ratio, near + big + huge, [slope])
    put("bessel_ratio_slope", slope, near + big + [0.00999, 0.01], [slope_slope])


def von_mises():
    mp.dps = 50
    ratio = lambda k: mp.besseli(1, k) / mp.besseli(0, k)
    density = lambda x, k: mp.exp(k * mp.cos(x)) / (2 * mp.pi * mp.besseli(0, k))

    def integral(factor, start, end, k):
        # Relative to the height at the end: mp.quad's error is absolute.
        height = density(end, k)
        f = lambda t: mp.exp(k * (mp.cos(t) - mp.cos(end))) * factor(t)
        # Cuts where the peak needs them.
        width = 1 / mp.sqrt(1 + k)
        cuts = [start, *(c for c in (-64 * width, -16 * width, -8 * width, -4 * width, -2 * width, -width) if start < c < end), end]
        if end < -width:
            cuts = [start, *(c for c in (end - mpf(2) ** -j for j in range(-1, 12)) if start < c < end), end]
        return height * mp.quad(f, cuts)

    def cdf(x, k):
        if x > 0:
            return 1 - cdf(-x, k)
        return integral(lambda t: 1, -mp.pi, x, k)

    def by_concentration(x, k):
        if x > 0:
            return -by_concentration(-x, k)
        r = ratio(k)
        f = lambda t: mp.cos(t) - r
        return integral(f, -mp.pi, x, k) if mp.cos(x) < r else -integral(f, x, 0, k)

    two = pairs(uniform(-3.14, 3.14, 16), log_uniform(1e-3, 100, 16))
    two += [(x, k) for k, z in pairs(log_uniform(1, 1e5, 12), uniform(-7, 7, 12)) if abs(x := z / k**0.5) < 3.14]
    two += [(0.5, 0.0), (-2.0, 0.0), (0.0, 3.0), (-1e-6, 5.0), (-3.0, 20.0), (-3.14, 0.5)]
    pi = 3.141592653589793
    edges = [((4.0, 1.0), NAN), ((0.0, -1.0), NAN), ((pi, 2.0), 1)]
    put("von_mises_cdf", cdf, two, [density, by_concentration], edges=edges)
    mixed = lambda x, k: density(x, k) * (mp.cos(x) - ratio(k))
    put("von_mises_cdf_concentration", by_concentration, two, [mixed, None], edges=edges[:2])
    put("von_mises_density", density, two, edges=[((0.0, -1.0), NAN)])


for family in (operators, order, elementary, logistic, normal, gamma_functions, beta_functions, gamma_inc, beta_inc, bessel, von_mises):
    dice.seed(family.__name__)
    family()
    print(family.__name__, len(rows), flush=True)
with open(pathlib.Path(__file__).with_suffix(".csv"), "w", newline="") as file:
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(["function", "x", "y", "z", "value", "dx", "dy", "dz"])
    writer.writerows(rows)
