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


def second_difference(function, x, digits):
    """The second derivative by differences of relative step 10^-digits, in four times the digits."""
    with mp.workdps(4 * digits + 20):
        step = (abs(x) or mpf(1)) * mpf(10) ** -digits
        return (function(x + step) - 2 * function(x) + function(x - step)) / step**2


def tail_root(cdf, density, p, low, high):
    """Where a distribution function is p: Newton's steps on the logarithm of the smaller tail, to the middle of the bracket where they leave it."""
    at = (low + high) / 2
    for _ in range(2000):
        value, rate = cdf(at), density(at)
        tail, wanted, sign = (value, p, 1) if p <= 0.5 else (1 - value, 1 - p, -1)
        if value > p:
            high = at
        else:
            low = at
        step = -sign * (mp.log(tail) - mp.log(wanted)) * tail / rate if rate and tail > 0 else mp.inf
        if not low < at + step < high:
            step = (low + high) / 2 - at
        at += step
        if abs(step) < mpf(10) ** -30 * abs(at):
            return at
    raise ArithmeticError("no root")


def normal_probability(e):
    """Φ(e) of an exact double."""
    return mp.erfc(-mpf(e) / mp.sqrt(2)) / 2


DEVIATES = [-12.0, -8.0, -5.0, -2.0, -0.7, 0.0, 1e-3, 0.5, 1.5, 3.0, 6.0, 9.0, 12.0]
PROBABILITIES = [1e-200, 1e-30, 1e-9, 0.01, 0.3, 0.5, 0.8, 0.99, 1 - 1e-9]


def put_quantiles(family, parameters, quantile, slopes, density, first=False, digits=110):
    """`family`_of_normal and `family`_quantile at each of `parameters` in turn, with the next deviate and probability.

    `quantile` is given the probability in so many `digits` that 1 less it has enough. The derivatives are −∂F/∂parameter/density and
    1/density (times the normal density). `first`: the noise is the first argument.
    """
    order = lambda noise, point: (noise, *point) if first else (*point, noise)
    with mp.workdps(digits):
        for name, noises in ((f"{family}_of_normal", DEVIATES), (f"{family}_quantile", PROBABILITIES)):
            for i, point in enumerate(parameters):
                noise = noises[i % len(noises)]
                exact = [mpf(v) for v in point]
                is_normal = name.endswith("normal")
                p = normal_probability(noise) if is_normal else mpf(noise)
                x = quantile(*exact, p)
                # Not where a double underflows, nor where 1 − x of a beta variable has lost its digits.
                if not mpf(2) ** -1000 < abs(x) < mpf(2) ** 1000 or (family == "beta" and x > 0.99):
                    continue
                f = density(x, *exact) if first else density(*exact, x)
                by_noise = (mp.npdf(mpf(noise)) if is_normal else 1) / f
                others = [-slope(x, *exact) / f if first else -slope(*exact, x) / f for slope in slopes]
                write(name, order(noise, point), x, order(by_noise, others))


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


def log_add_exp():
    """Beside its family's dice, so that adding it moved no other point."""
    kept = dice.getstate()
    dice.seed("log_add_exp")
    sums = [(x, x + d) for x, d in pairs(uniform(-700, 700, 20), signed(log_uniform(1e-9, 1e3, 10)))] + [(2.0, 2.0), (-900.0, -901.5)]
    share = lambda x, y: 1 / (1 + mp.exp(y - x))
    low = float("-inf")
    edges = [((low, low), -INF), ((3.0, low), 3), ((low, -800.0), -800), ((float("nan"), 1.0), NAN), ((low, float("nan")), NAN)]
    put("log_add_exp", lambda x, y: x + mp.log1p(mp.exp(y - x)), sums, [share, lambda x, y: share(y, x)], edges)
    dice.setstate(kept)


def log_gamma_inc():
    """The logarithms of both tails, far out too, with derivatives by differences of the functions themselves."""
    shapes = log_uniform(1e-2, 300, 14) + [0.5, 1.0, 2.0, 40.0]
    near = [(a, a * dice.uniform(0.2, 3)) for a in shapes]
    far = [(a, a * dice.uniform(5, 20) + 200) for a in shapes[:8]] + [(2.0, 900.0), (1.0, 2000.0)]
    low = [(a, a * 10 ** dice.uniform(-12, -3)) for a in shapes[6:14]] + [(150.0, 0.5)]
    lower = lambda a, x: mp.log(mp.gammainc(a, 0, x, regularized=True))
    upper = lambda a, x: mp.log(mp.gammainc(a, x, mp.inf, regularized=True))
    edges = [((2.0, float("inf")), 0), ((2.0, 0.0), -INF), ((0.0, 1.0), NAN), ((2.0, -1.0), NAN)]
    put("log_gamma_inc", lower, near + low, edges=edges)
    edges = [((2.0, float("inf")), -INF), ((2.0, 0.0), 0), ((0.0, 1.0), NAN), ((2.0, -1.0), NAN)]
    put("log_gamma_inc_upper", upper, near + far, edges=edges)
    by = lambda function, position: lambda a, x: derivative(function, (a, x), position)
    density = lambda a, x: mp.exp((a - 1) * mp.log(x) - x - mp.loggamma(a))
    lower_slope = lambda a, x: density(a, x) / mp.gammainc(a, 0, x, regularized=True)
    upper_slope = lambda a, x: density(a, x) / mp.gammainc(a, x, mp.inf, regularized=True)
    put("log_gamma_inc_slope", lower_slope, near + low, edges=[((2.0, 0.0), INF), ((2.0, float("inf")), 0), ((-1.0, 1.0), NAN)])
    edges = [((2.0, 0.0), 0), ((1.0, 0.0), 1), ((2.0, float("inf")), 1), ((-1.0, 1.0), NAN)]
    put("log_gamma_inc_upper_slope", upper_slope, near + far, edges=edges)
    # Mixed and second derivatives by steps that leave the first ones their digits.
    twice = lambda function: lambda a, x: second_difference(lambda s: function(s, x), a, 14)
    mixed = lambda function: lambda a, x: difference(lambda t: difference(lambda s: function(s, t), a, 20), x, 12)
    put("log_gamma_inc_shape", by(lower, 0), near, [twice(lower), mixed(lower)], edges=[((2.0, 0.0), -INF), ((2.0, float("inf")), 0), ((0.0, 1.0), NAN)])
    put("log_gamma_inc_shape", by(lower, 0), low, [None, mixed(lower)])
    put("log_gamma_inc_upper_shape", by(upper, 0), near, [twice(upper), mixed(upper)], edges=[((2.0, 0.0), 0), ((2.0, float("inf")), INF), ((0.0, 1.0), NAN)])


def counts():
    """Quantiles by adding masses up, in so many digits that 1 less the sum has enough."""

    def smallest(mass, p, last=mp.inf):
        k, total = 0, mass(0)
        while total < p and k < last:
            k += 1
            total += mass(k)
        return k

    low, high, nan = float("-inf"), float("inf"), float("nan")
    with mp.workdps(110):
        for i, rate in enumerate(log_uniform(1e-3, 300, 26)):
            e = DEVIATES[i % len(DEVIATES)]
            mass = lambda k: mp.exp(k * mp.log(mpf(rate)) - mpf(rate) - mp.loggamma(k + 1))
            write("poisson_of_normal", (rate, e), smallest(mass, normal_probability(e)), [0, 0])
        for i, (n, p) in enumerate(pairs([dice.randrange(0, 300) for _ in range(26)], uniform(0, 1, 26))):
            e = DEVIATES[i % len(DEVIATES)]
            mass = lambda k: mp.binomial(n, k) * mpf(p) ** k * (1 - mpf(p)) ** (n - k)
            write("binomial_of_normal", (float(n), p, e), smallest(mass, normal_probability(e), n), [0, 0, 0])
        for i, (mean, size) in enumerate(pairs(log_uniform(1e-2, 100, 26), log_uniform(0.3, 1e4, 26))):
            e = DEVIATES[i % len(DEVIATES)]
            m, s = mpf(mean), mpf(size)
            mass = lambda k: mp.exp(mp.loggamma(k + s) - mp.loggamma(s) - mp.loggamma(k + 1) + s * mp.log(s / (s + m)) + k * mp.log(m / (s + m)))
            write("negative_binomial_of_normal", (mean, size, e), smallest(mass, normal_probability(e)), [0, 0, 0])
    put("poisson_of_normal", None, [], edges=[((2.0, low), 0), ((2.0, high), INF), ((0.0, 1.0), NAN), ((2.0, nan), NAN)])
    put("binomial_of_normal", None, [], edges=[((7.0, 0.3, low), 0), ((7.0, 0.3, high), 7), ((7.0, 0.0, 1.0), 0), ((7.0, 1.0, -1.0), 7), ((7.0, 1.1, 0.0), NAN)])
    put("negative_binomial_of_normal", None, [], edges=[((2.0, 1.0, low), 0), ((2.0, 1.0, high), INF), ((2.0, -1.0, 0.0), NAN)])


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
    log_add_exp()
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

    logs = [-v for v in log_uniform(1e-300, 1e-2, 8) + uniform(0, 3, 10) + log_uniform(3, 1e6, 16) + [700.0, 700.1, 0.693, 0.694]]

    def of_log(v):
        x = -mp.sqrt(-2 * v) if v < -1 else -quantile(-mp.expm1(v))
        for _ in range(200):
            step = (log_lower(x) - v) / hazard(x)
            x -= step
            if abs(step) < mpf(10) ** -45 * abs(x):
                break
        return x

    with mp.workdps(60):
        far = [v for v in logs if v < -1e-30]
        put("inv_log_Phi", of_log, far, [lambda v: 1 / hazard(of_log(v))], edges=[(0.0, INF), (float("-inf"), -INF), (0.1, NAN)])


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
    by_shape_twice = lambda a, x: second_difference(lambda s: lower(s, x) if x < a else -mp.gammainc(s, x, mp.inf, regularized=True), a, 14)
    put("gamma_inc_shape", by_shape, two, [by_shape_twice, mixed], edges=zero)
    mixed = lambda a, x: density(a, x) * ((mp.log(x) - mp.psi(0, a)) ** 2 - mp.psi(1, a))
    put("gamma_inc_shape_shape", by_shape_twice, two, [None, mixed], edges=zero)
    put("gamma_inc_density", density, two, edges=zero + [((1.0, 0.0), 1), ((0.5, 0.0), INF), ((float("nan"), 1.0), NAN)])
    dice.seed("gamma_quantile")
    shapes = log_uniform(1e-2, 30, 40) + log_uniform(30, 3e4, 12) + [0.01, 0.5, 1.0, 1e6, 1e8, 1e8]

    # P by the power series, whose terms are positive, in as many digits as 1 − P needs.
    def lower_series(a, x):
        term = total = mpf(1)
        n = 1
        while term > total * mpf(10) ** -mp.dps:
            term *= x / (a + n)
            total += term
            n += 1
        return mp.exp(a * mp.log(x) - x - mp.loggamma(a + 1)) * total

    slope = lambda a, x: difference(lambda s: lower_series(s, x), a, 20)
    log_density = lambda a, u: a * u - mp.exp(u) - mp.loggamma(a)

    def quantile(a, p):
        # P is below the leading term of its series.
        bounds = ((mp.log(p) + mp.loggamma(a + 1)) / a, mp.log(a + 13 * mp.sqrt(a) + 100))
        return mp.exp(tail_root(lambda u: lower_series(a, mp.exp(u)), lambda u: mp.exp(log_density(a, u)), p, *bounds))

    put_quantiles("gamma", [(a,) for a in shapes], quantile, [slope], density)
    edges = [((2.0, 0.0), 0), ((2.0, 1.0), INF), ((0.0, 0.5), NAN), ((2.0, -0.1), NAN), ((2.0, 1.1), NAN)]
    put("gamma_quantile", None, [], edges=edges)
    infinite = float("inf")
    put("gamma_of_normal", None, [], edges=[((2.0, -infinite), 0), ((2.0, infinite), INF), ((-1.0, 0.5), NAN), ((2.0, float("nan")), NAN), ((0.001, -3.0), mpf(2) ** -1022)])


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
    twice = lambda a, b, x: second_difference(lambda t: lower(t, b, x), a, 20)
    both = lambda a, b, x: difference(lambda s: difference(lambda t: lower(s, t, x), b, 20), a, 20)
    twice_second = lambda a, b, x: second_difference(lambda t: lower(a, t, x), b, 20)
    few = three[::2] + three[-10:]
    put("beta_inc_first", first, three, [None, None, mixed], edges=zero)
    put("beta_inc_first", first, few, [twice, both, mixed])
    log_first = lambda a, b, x: mp.log(x) - psi(a) + psi(a + b)
    log_second = lambda a, b, x: mp.log1p(-x) - psi(b) + psi(a + b)
    trigamma = lambda x: mp.psi(1, x)
    mixed = lambda a, b, x: density(a, b, x) * (log_first(a, b, x) ** 2 - trigamma(a) + trigamma(a + b))
    put("beta_inc_first_first", twice, few, [None, None, mixed], edges=zero)
    mixed = lambda a, b, x: density(a, b, x) * (log_first(a, b, x) * log_second(a, b, x) + trigamma(a + b))
    put("beta_inc_first_second", both, few, [None, None, mixed], edges=zero)
    mixed = lambda a, b, x: density(a, b, x) * (log_second(a, b, x) ** 2 - trigamma(b) + trigamma(a + b))
    put("beta_inc_second_second", twice_second, few, [None, None, mixed], edges=zero)
    mixed = lambda a, b, x: density(a, b, x) * (mp.log1p(-x) - psi(b) + psi(a + b))
    put("beta_inc_second", second, three, [None, None, mixed], edges=zero)
    put("beta_inc_second", second, few, [both, twice_second, mixed])
    put("beta_inc_density", density, three, edges=zero + [((1.0, 3.0, 0.0), 3), ((3.0, 1.0, 1.0), 3), ((0.5, 1.0, 0.0), INF)])
    dice.seed("beta_quantile")
    two = pairs(log_uniform(1e-2, 30, 40), log_uniform(1e-2, 30, 40)) + pairs(log_uniform(0.5, 1e4, 20), log_uniform(0.5, 1e4, 20))
    two += [(1.0, 1.0), (0.5, 0.5), (1.0, 7.0), (2.0, 1e8), (1e5, 2e5), (3e4, 3e4)]

    def quantile(a, b, p):
        logistic = lambda u: 1 / (1 + mp.exp(-u))
        return logistic(tail_root(lambda u: lower(a, b, logistic(u)), lambda u: power_term(a, b, logistic(u)), p, mpf(-900), mpf(200)))

    put_quantiles("beta", two, quantile, [first, second], density)
    edges = [((2.0, 3.0, 0.0), 0), ((2.0, 3.0, 1.0), 1), ((0.0, 1.0, 0.5), NAN), ((1.0, -1.0, 0.5), NAN)]
    put("beta_quantile", None, [], edges=edges + [((1.0, 1.0, 1.5), NAN)])
    put("beta_of_normal", None, [], edges=[((2.0, 3.0, float("-inf")), 0), ((2.0, 3.0, float("inf")), 1), ((0.0, 1.0, 0.5), NAN), ((1.0, 1.0, float("nan")), NAN)])


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
    ratio_slope = lambda k: 1 - ratio(k) / k - ratio(k) ** 2 if k else mpf(1) / 2

    def twice(x, k):
        if x > 0:
            return -twice(-x, k)
        r, v = ratio(k), ratio_slope(k)
        f = lambda t: (mp.cos(t) - r) ** 2 - v
        return integral(f, -mp.pi, x, k) if mp.cos(x) - r < -mp.sqrt(v) else -integral(f, x, 0, k)

    put("von_mises_cdf_concentration", by_concentration, two, [mixed, twice], edges=edges[:2])
    mixed = lambda x, k: density(x, k) * ((mp.cos(x) - ratio(k)) ** 2 - ratio_slope(k))
    put("von_mises_cdf_concentration_concentration", twice, two, [mixed, None], edges=edges[:2])
    put("von_mises_density", density, two, edges=[((0.0, -1.0), NAN)])
    dice.seed("von_mises_quantile")

    def quantile(k, p):
        if p == 0.5:
            return mpf(0)
        if p > 0.5:
            return -quantile(k, 1 - p)
        return tail_root(lambda x: cdf(x, k), lambda x: density(x, k), p, -mp.pi, mpf(0))

    concentrations = [(k,) for k in log_uniform(1e-3, 300, 26)] + [(0.0,), (0.0,), (1e4,), (1e6,)]
    put_quantiles("von_mises", concentrations, quantile, [by_concentration], density, first=True, digits=70)
    pi = 3.141592653589793
    put("von_mises_quantile", None, [], edges=[((0.0, 2.0), -mp.pi), ((1.0, 2.0), mp.pi), ((0.5, 2.0), 0), ((1.5, 1.0), NAN), ((0.5, -1.0), NAN)])
    put("von_mises_of_normal", None, [], edges=[((0.0, 2.0), 0), ((float("-inf"), 2.0), -mp.pi), ((float("nan"), 1.0), NAN)])


def uniforms():
    """Where no random number decides: tests/numerics.rs looks at the rest."""
    certain = [(0.25, 7.0, 0.0), (0.25, 7.0, 1.0), (0.9, 0.0, 0.5)]
    put("count_below", lambda u, n, p: n if p == 1 else 0, certain, partials=[0, 0, 0], edges=[((1.5, 1.0, 0.5), NAN), ((0.5, 0.5, 0.5), NAN)])


def tails():
    """Logarithms of tails and what their derivatives are made of."""
    masked = [(2.0, -3.5), (1e200, 1e-100), (0.0, 2.0), (-4.0, 0.0)]
    put("masked_product", lambda x, y: x * y, masked, [lambda x, y: y, lambda x, y: x], edges=[((0.0, float("inf")), 0), ((float("nan"), 0.0), 0)])
    put("asinh", mp.asinh, WIDE + [1e200], edges=[(0.0, 0), (float("-inf"), -INF)])
    slope = lambda x: -1 / mp.expm1(-x)
    negative = [-v for v in log_uniform(1e-100, 1e-1, 8) + uniform(0, 3, 8) + uniform(3, 700, 6)]
    put("log1m_exp_slope", slope, negative, edges=[(0.0, -INF), (0.1, NAN), (-800.0, 0)])

    lower = lambda a, x: mp.log(mp.gammainc(a, 0, x, regularized=True))
    upper = lambda a, x: mp.log(mp.gammainc(a, x, mp.inf, regularized=True))
    twice = lambda function: lambda a, x: second_difference(lambda s: function(s, x), a, 14)
    mixed = lambda function: lambda a, x: difference(lambda t: second_difference(lambda s: function(s, t), a, 20), x, 12)
    shapes = log_uniform(1e-2, 300, 10) + [0.5, 1.0]
    two = [(a, a * dice.uniform(0.2, 3)) for a in shapes]
    edges = [((0.0, 1.0), NAN), ((2.0, -1.0), NAN), ((2.0, 0.0), -mp.psi(1, 3)), ((2.0, float("inf")), 0)]
    put("log_gamma_inc_shape_shape", twice(lower), two, [None, mixed(lower)], edges=edges)
    edges = [((0.0, 1.0), NAN), ((2.0, -1.0), NAN), ((2.0, 0.0), 0), ((2.0, float("inf")), -mp.psi(1, 2))]
    put("log_gamma_inc_upper_shape_shape", twice(upper), two, [None, mixed(upper)], edges=edges)
    far = [(a, 900.0 + a) for a in shapes[:5]]
    put("log_gamma_inc_upper_shape_shape", twice(upper), far, [None, None])

    # DLMF 8.17.8, whose terms are positive.
    def series(a, b, t):
        x = 1 / (1 + mp.exp(-t))
        term = total = mpf(1)
        n = 0
        while term > total * mpf(10) ** -mp.dps:
            term *= (a + b + n) / (a + 1 + n) * x
            total += term
            n += 1
        return mp.exp(-a * mp.log1p(mp.exp(-t)) - b * mp.log1p(mp.exp(t)) + mp.loggamma(a + b) - mp.loggamma(a) - mp.loggamma(b)) * total / a

    log_beta = lambda a, b, t: mp.log(series(a, b, t)) if t < 0 else mp.log1p(-series(b, a, -t))
    three = list(zip(log_uniform(0.05, 300, 12), log_uniform(0.05, 300, 12), uniform(-6, 6, 12))) + [(2.0, 3.0, -750.0), (2.0, 3.0, -40.0), (0.5, 8.0, 20.0)]
    infinite = float("inf")
    bad = [((0.0, 1.0, 0.5), NAN), ((1.0, -1.0, 0.5), NAN)]
    by = lambda position, digits=20: lambda a, b, t: difference(lambda s: log_beta(*[s if i == position else v for i, v in enumerate((a, b, t))]), (a, b, t)[position], digits)
    by_twice = lambda position: lambda a, b, t: second_difference(lambda s: log_beta(*[s if i == position else v for i, v in enumerate((a, b, t))]), (a, b, t)[position], 20)

    def both(first, second):
        def at(a, b, t):
            outer = lambda s: by(first)(*[s if i == second else v for i, v in enumerate((a, b, t))])
            return difference(outer, (a, b, t)[second], 10)
        return at

    def third(function):
        return lambda a, b, t: difference(lambda s: function(a, b, s), t, 8)

    put("log_beta_inc", log_beta, three, [by(0), by(1), by(2)], edges=bad + [((2.0, 3.0, infinite), 0), ((2.0, 3.0, -infinite), -INF)])
    put("log_beta_inc_slope", by(2), three, [both(2, 0), both(2, 1), by_twice(2)], edges=bad + [((2.0, 3.0, infinite), 0), ((2.0, 3.0, -infinite), 2)])
    put("log_beta_inc_first", by(0), three, [by_twice(0), both(0, 1), both(0, 2)], edges=bad + [((2.0, 3.0, infinite), 0)])
    put("log_beta_inc_second", by(1), three, [both(0, 1), by_twice(1), both(1, 2)], edges=bad + [((2.0, 3.0, infinite), 0)])
    few = three[:9]
    put("log_beta_inc_first_first", by_twice(0), few, [None, None, third(by_twice(0))], edges=bad)
    put("log_beta_inc_first_second", both(0, 1), few, [None, None, third(both(0, 1))], edges=bad)
    put("log_beta_inc_second_second", by_twice(1), few, [None, None, third(by_twice(1))], edges=bad)
    share = lambda x, y: 1 / (1 + mp.exp(y - x))
    low = float("-inf")
    pair = [(x, x + d) for x, d in pairs(uniform(-700, 700, 8), signed(log_uniform(1e-9, 600, 4)))] + [(2.0, 2.0)]
    put("log_add_exp_share", share, pair, edges=[((low, low), 0.5), ((low, 2.0), 0), ((2.0, low), 1)])


for family in (operators, order, elementary, logistic, normal, gamma_functions, beta_functions, gamma_inc, log_gamma_inc, beta_inc, counts, bessel, von_mises, uniforms, tails):
    dice.seed(family.__name__)
    family()
    print(family.__name__, len(rows), flush=True)
with open(pathlib.Path(__file__).with_suffix(".csv"), "w", newline="") as file:
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(["function", "x", "y", "z", "value", "dx", "dy", "dz"])
    writer.writerows(rows)
