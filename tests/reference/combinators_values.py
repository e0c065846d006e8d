#!/usr/bin/env python3
"""Writes combinators_values.csv beside this file: clauses of combinators of distributions, by mpmath 1.4 with 1000 digits.

A line is distribution;clause;at;value, the distribution as it is written in the language. Here every clause is a sum or an integral by its
definition; so many digits leave enough of 1 less a tail.
"""

import pathlib

from mpmath import mp, mpf

mp.dps = 1000
INF = mp.inf
rows = []


class Family:
    """Density or mass, P(Y ≤ y) and P(Y > y)."""

    def __init__(self, text, density, below, above, discrete=False):
        self.text, self.density, self.below, self.above, self.discrete = text, density, below, above, discrete

    def positive(self):
        """The same, with the values of its distribution function up to 0."""
        below, above = self.below, self.above
        self.below, self.above = lambda y: below(y) if y > 0 else mpf(0), lambda y: above(y) if y > 0 else mpf(1)
        return self

    def up_from(self, y):
        """P(Y ≥ y)."""
        return self.above(y - 1) if self.discrete else self.above(y)


def m(x):
    return mpf(repr(float(x)))


def normal(mean, sd):
    z = lambda y: (mpf(y) - m(mean)) / m(sd)
    return Family(f"Normal({mean}, {sd})", lambda y: mp.exp(-z(y) ** 2 / 2) / mp.sqrt(2 * mp.pi) / m(sd),
                  lambda y: mp.erfc(-z(y) / mp.sqrt(2)) / 2, lambda y: mp.erfc(z(y) / mp.sqrt(2)) / 2)


def log_normal(mean, sd):
    z = lambda y: (mp.log(y) - m(mean)) / m(sd)
    return Family(f"LogNormal({mean}, {sd})", lambda y: mp.exp(-z(y) ** 2 / 2) / mp.sqrt(2 * mp.pi) / m(sd) / y,
                  lambda y: mp.erfc(-z(y) / mp.sqrt(2)) / 2, lambda y: mp.erfc(z(y) / mp.sqrt(2)) / 2).positive()


def weibull(k, s):
    h = lambda y: (mpf(y) / m(s)) ** m(k)
    return Family(f"Weibull({k}, {s})", lambda y: m(k) / m(s) * (mpf(y) / m(s)) ** (m(k) - 1) * mp.exp(-h(y)),
                  lambda y: -mp.expm1(-h(y)), lambda y: mp.exp(-h(y))).positive()


def exponential(rate):
    return Family(f"Exponential({rate})", lambda y: m(rate) * mp.exp(-m(rate) * y), lambda y: -mp.expm1(-m(rate) * y),
                  lambda y: mp.exp(-m(rate) * y)).positive()


def gamma(a, rate):
    return Family(f"Gamma({a}, {rate})", lambda y: m(rate) ** m(a) * mpf(y) ** (m(a) - 1) * mp.exp(-m(rate) * y) / mp.gamma(m(a)),
                  lambda y: mp.gammainc(m(a), 0, m(rate) * y, regularized=True), lambda y: mp.gammainc(m(a), m(rate) * y, INF, regularized=True)).positive()


def inverse_gamma(a, scale):
    return Family(f"InverseGamma({a}, {scale})", lambda y: m(scale) ** m(a) * mpf(y) ** (-m(a) - 1) * mp.exp(-m(scale) / y) / mp.gamma(m(a)),
                  lambda y: mp.gammainc(m(a), m(scale) / y, INF, regularized=True), lambda y: mp.gammainc(m(a), 0, m(scale) / y, regularized=True)).positive()


def logistic(location, scale):
    z = lambda y: (mpf(y) - m(location)) / m(scale)
    return Family(f"Logistic({location}, {scale})", lambda y: mp.exp(-z(y)) / m(scale) / (1 + mp.exp(-z(y))) ** 2,
                  lambda y: 1 / (1 + mp.exp(-z(y))), lambda y: 1 / (1 + mp.exp(z(y))))


def gumbel(location, scale):
    z = lambda y: (mpf(y) - m(location)) / m(scale)
    return Family(f"Gumbel({location}, {scale})", lambda y: mp.exp(-z(y) - mp.exp(-z(y))) / m(scale),
                  lambda y: mp.exp(-mp.exp(-z(y))), lambda y: -mp.expm1(-mp.exp(-z(y))))


def student_t(df, location, scale):
    nu = m(df)
    z = lambda y: (mpf(y) - m(location)) / m(scale)
    tail = lambda t: mp.betainc(nu / 2, mpf(1) / 2, 0, nu / (nu + t * t), regularized=True) / 2
    above = lambda y: tail(z(y)) if z(y) > 0 else 1 - tail(z(y))
    density = lambda y: (1 + z(y) ** 2 / nu) ** (-(nu + 1) / 2) / mp.sqrt(nu) / mp.beta(nu / 2, mpf(1) / 2) / m(scale)
    return Family(f"StudentT({df}, {location}, {scale})", density, lambda y: 1 - above(y), above)


def uniform(low, high):
    share = lambda y: min(max((mpf(y) - m(low)) / (m(high) - m(low)), mpf(0)), mpf(1))
    return Family(f"Uniform({low}, {high})", lambda y: 1 / (m(high) - m(low)) if low <= y <= high else mpf(0), share, lambda y: 1 - share(y))


def counts(text, mass):
    below = lambda y: sum((mass(k) for k in range(int(y) + 1)), mpf(0))
    return Family(text, lambda y: mass(int(y)) if y >= 0 else mpf(0), below, lambda y: 1 - below(y), discrete=True)


def poisson(rate):
    return counts(f"Poisson({rate})", lambda k: m(rate) ** k * mp.exp(-m(rate)) / mp.factorial(k))


def binomial(n, p):
    return counts(f"Binomial({n}, {p})", lambda k: mp.binomial(n, k) * m(p) ** k * (1 - m(p)) ** (n - k) if k <= n else mpf(0))


def negative_binomial(mean, size):
    q = m(size) / (m(size) + m(mean))
    return counts(f"NegativeBinomial({mean}, {size})", lambda k: mp.gamma(k + m(size)) / mp.gamma(m(size)) / mp.factorial(k) * q ** m(size) * (1 - q) ** k)


def geometric(p):
    return counts(f"Geometric({p})", lambda k: m(p) * (1 - m(p)) ** k)


def number(x):
    return "inf" if x == INF else "-inf" if x == -INF else repr(x)


def truncated(of, low, high):
    start = (of.below(low - 1) if of.discrete else of.below(low)) if low > -INF and (low > 0 or not of.discrete) else mpf(0)
    end = of.above(high) if high < INF else mpf(0)
    whole = 1 - start - end
    below = lambda y: mpf(0) if y < low else mpf(1) if y >= high else (of.below(y) - start) / whole
    above = lambda y: mpf(1) if y < low else mpf(0) if y >= high else (of.above(y) - end) / whole
    density = lambda y: of.density(y) / whole if low <= y <= high else mpf(0)
    return Family(f"Truncated({of.text}, {number(low)}, {number(high)})", density, below, above, of.discrete)


def mixture(weights, *parts):
    mix = lambda f: lambda y: sum(m(w) * f(p)(y) for w, p in zip(weights, parts))
    text = f"Mixture([{', '.join(map(repr, weights))}], {', '.join(p.text for p in parts)})"
    return Family(text, mix(lambda p: p.density), mix(lambda p: p.below), mix(lambda p: p.above), parts[0].discrete)


def with_zeros(text, p, of):
    """A mass at 0; where the rest is continuous, the density at 0 is that mass."""
    rest = 1 - m(p)

    def density(y):
        if y == 0:
            return m(p) + (rest * of.density(0) if of.discrete else 0)
        return rest * of.density(y)

    return Family(text, density, lambda y: m(p) + rest * of.below(y) if y >= 0 else mpf(0), lambda y: rest * of.above(y) if y >= 0 else mpf(1), of.discrete)


def zero_inflated(p, of):
    return with_zeros(f"ZeroInflated({p}, {of.text})", p, of)


def hurdle(p, of):
    return with_zeros(f"Hurdle({p}, {of.text})", p, truncated(of, 1, INF) if of.discrete else of)


def put(of, at, clauses=("log_density", "log_cdf", "log_ccdf", "cdf")):
    functions = {"log_density": lambda y: mp.log(of.density(y)), "log_cdf": lambda y: mp.log(of.below(y)),
                 "log_ccdf": lambda y: mp.log(of.above(y)), "cdf": of.below}
    for y in at:
        for clause in clauses:
            write(of.text, clause, y, functions[clause](y if isinstance(y, int) else mpf(y)))


def write(text, clause, at, value):
    value = "-inf" if value == -INF else mp.nstr(value, 20, strip_zeros=True, min_fixed=0, max_fixed=0)
    rows.append(f"{text};{clause};{at!r};{value}")


def put_censored(of, y, low=None, high=None):
    """Each way in which a value can be known."""
    write(f"Censored({of.text}, right = true)", "log_density", y, mp.log(of.up_from(y)))
    write(f"Censored({of.text}, right = false)", "log_density", y, mp.log(of.density(y)))
    write(f"Censored({of.text}, left = true)", "log_density", y, mp.log(of.below(y)))
    for end in (y + 2, y + 50):
        write(f"Censored({of.text}, interval = {end!r})", "log_density", y, mp.log(of.up_from(y) - of.above(end)))
    write(f"Censored({of.text}, interval = {y!r})", "log_density", y, mp.log(of.density(y)))
    write(f"Censored({of.text}, left = true, right = true)", "log_density", y, mp.log(of.up_from(y)))
    if low is not None:
        for at, value in ((y, of.density(y)), (low, of.below(low)), (high, of.up_from(high)), (high + 3, of.up_from(high))):
            write(f"Censored({of.text}, {low!r}, {high!r})", "log_density", at, mp.log(value))


# Far tails: by the smaller one, nothing underflows.
put(truncated(normal(0, 1), 30, 40), [30.5, 31.0, 39.0], ["log_density", "log_ccdf"])
put(truncated(normal(0, 1), -40, -30), [-30.5, -39.0], ["log_density", "log_cdf"])
put(truncated(normal(0, 1), 40, INF), [40.0, 41.0], ["log_density"])
put(truncated(normal(2, 3), -1, 2.5), [-1.0, 0.25, 2.5, 7.0])
put(truncated(normal(0, 1), -8, 9), [0.0, -3.5, 6.0])
put(truncated(weibull(1.7, 2.0), 30, 50), [31.0, 49.5], ["log_density", "log_ccdf"])
put(truncated(exponential(2), 500, INF), [501.0], ["log_density", "log_ccdf"])
put(truncated(gamma(3, 2), 600, 700), [601.0], ["log_density", "log_ccdf"])
put(truncated(gamma(3, 2), 0, 1e-90), [5e-91], ["log_density", "log_cdf"])
put(truncated(inverse_gamma(3, 2), 0, 1e-3), [5e-4], ["log_density", "log_cdf"])
put(truncated(log_normal(0, 0.5), 1e8, 1e9), [2e8], ["log_density", "log_ccdf"])
put(truncated(logistic(0, 1), 800, 900), [801.0], ["log_density", "log_ccdf"])
put(truncated(logistic(0, 1), -900, -800), [-801.0], ["log_density", "log_cdf"])
put(truncated(gumbel(0, 1), 800, 900), [801.0], ["log_density", "log_ccdf"])
put(truncated(student_t(4, 0, 1), 1e6, 1e7), [2e6], ["log_density", "log_ccdf"])
put(truncated(student_t(4, 1, 2), -3, 4), [-3.0, 0.5, 3.5])
put(truncated(uniform(0, 2), 0.5, 5), [0.75, 2.0], ["log_density", "cdf"])
# Counts: bounds are inclusive.
put(truncated(poisson(3), 1, INF), [1, 4, 9])
put(truncated(poisson(3), 0, 2), [0, 2, 5])
put(truncated(poisson(3), 2, 7), [2, 5, 7])
put(truncated(poisson(2), 60, 90), [60, 70], ["log_density"])
put(truncated(poisson(1e-7), 1, INF), [1, 2], ["log_density"])
put(truncated(poisson(500), 0, 100), [100, 90], ["log_density", "log_cdf"])
put(truncated(binomial(12, 0.3), 2, 6), [2, 4, 6])
put(truncated(binomial(12, 0.3), 1, 12), [1, 12], ["log_density"])
put(truncated(negative_binomial(3, 1.5), 1, INF), [1, 5])
put(truncated(negative_binomial(3, 1.5), 2, 9), [2, 9])
put(truncated(geometric(0.2), 3, 8), [3, 8])
# Censoring.
for of, y in ((normal(0, 1), 40.0), (normal(0, 1), -40.0), (weibull(1.5, 2.0), 700.0), (exponential(2.0), 900.0), (gamma(2.5, 1), 1000.0),
              (logistic(1, 2), 2000.0), (gumbel(0, 1), 900.0), (log_normal(1, 0.2), 1e6), (student_t(3, 0, 1), 1e8)):
    write(f"Censored({of.text}, right = true)", "log_density", y, mp.log(of.above(y)))
for of, y in ((normal(0, 1), -40.0), (logistic(1, 2), -2000.0), (gumbel(0, 1), -5.0), (student_t(3, 0, 1), -1e8), (gamma(2.5, 1), 1e-130)):
    write(f"Censored({of.text}, left = true)", "log_density", y, mp.log(of.below(y)))
put_censored(normal(1, 2), 0.5, -1.0, 3.0)
put_censored(weibull(1.5, 10.0), 7.0, 2.0, 20.0)
put_censored(log_normal(1, 0.7), 2.0, 0.5, 8.0)
put_censored(gamma(2.5, 0.5), 3.0, 1.0, 9.0)
put_censored(truncated(normal(0, 2), 0.0, INF), 1.5, 0.5, 4.0)
put_censored(mixture([0.25, 0.75], normal(0, 1), normal(4, 0.5)), 3.0, -1.0, 4.5)
put_censored(poisson(4), 3, 1, 6)
put_censored(negative_binomial(4, 2), 5, 0, 9)
put_censored(zero_inflated(0.3, poisson(4)), 3, 0, 6)
# Mixtures, also where one part underflows.
put(mixture([0.3, 0.7], normal(0, 1), normal(5, 2)), [0.0, 4.0, -20.0, 60.0])
put(mixture([0.5, 0.5], normal(0, 1), normal(100, 1)), [50.0, 0.0], ["log_density"])
put(mixture([0.1, 0.2, 0.7], normal(0, 1), student_t(3, 1, 2), logistic(0, 3)), [0.5, -7.0])
put(mixture([0.4, 0.6], uniform(0, 1), uniform(0, 3)), [0.5, 2.0])
put(mixture([0.4, 0.6], poisson(2), negative_binomial(7, 2)), [0, 3, 12])
put(mixture([0.5, 0.5], exponential(1.0), gamma(2, 3)), [0.2, 4.0])
put(truncated(mixture([0.3, 0.7], normal(0, 1), normal(5, 2)), 1, 6), [1.5, 5.0])
put(truncated(mixture([0.4, 0.6], poisson(2), poisson(9)), 1, INF), [1, 8])
put(mixture([0.4, 0.6], truncated(normal(0, 1), 0, INF), exponential(2.0)), [0.2, 2.0])
# Zeros.
put(zero_inflated(0.3, poisson(2)), [0, 1, 5])
put(zero_inflated(0.3, negative_binomial(4, 2)), [0, 6])
put(zero_inflated(0.2, truncated(poisson(2), 1, INF)), [0, 1, 3])
put(zero_inflated(0.2, binomial(8, 0.4)), [0, 5])
put(zero_inflated(0.2, gamma(2, 1)), [0.0, 1.5], ["log_density", "cdf"])
put(hurdle(0.4, poisson(2)), [0, 1, 5])
put(hurdle(0.4, negative_binomial(4, 2)), [0, 1, 6])
put(hurdle(0.4, binomial(5, 0.3)), [0, 4])
put(hurdle(0.4, log_normal(0, 1)), [0.0, 2.0], ["log_density", "cdf"])
put(mixture([0.5, 0.5], zero_inflated(0.2, gamma(2, 1)), zero_inflated(0.6, exponential(1.0))), [1.5], ["log_density"])
write("Mixture([0.5, 0.5], ZeroInflated(0.2, Gamma(2, 1)), Exponential(1.0))", "log_density", 0.0, mp.log(mpf("0.5") * m(0.2)))
put(truncated(zero_inflated(0.3, poisson(2)), 0, 4), [0, 4])
put(truncated(zero_inflated(0.3, poisson(2)), 1, 4), [1, 4], ["log_density"])

with open(pathlib.Path(__file__).with_suffix(".csv"), "w", newline="") as file:
    file.write("distribution;clause;at;value\n" + "\n".join(rows) + "\n")
