"""The distribution families in mpmath, 50 digits, each checked against scipy.stats: what families_values.py tabulates.

A family here is a class with the family's parameters as attributes and the methods log_density, cdf, ccdf, quantile, mean,
variance. A method that returns None says that the family's file has no such clause.
"""

from mpmath import mp, mpf

mp.dps = 50
INF = mp.inf


def xlogy(x, y):
    """x log(y), 0 where x is 0."""
    return mpf(0) if x == 0 else (x * mp.log(y) if y > 0 else mp.sign(x) * -INF)


def gamma_lower(shape, x):
    """Regularised lower incomplete gamma function."""
    return mpf(1) if x == INF else mp.gammainc(shape, 0, x, regularized=True)


def gamma_upper(shape, x):
    """Regularised upper incomplete gamma function."""
    return mpf(0) if x == INF else mp.gammainc(shape, x, INF, regularized=True)


def beta_fraction(a, b, x):
    """Regularised incomplete beta function for x below about a / (a + b). DLMF 8.17.22, by Lentz's method."""
    c, d = mpf(1), 1 / (1 - (a + b) * x / (a + 1))
    value, m = d, 0
    while True:
        m += 1
        for step in (m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)), -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))):
            c, d = 1 + step / c, 1 / (1 + step * d)
            value *= c * d
        if abs(c * d - 1) < mp.eps:
            log_beta = mp.loggamma(a) + mp.loggamma(b) - mp.loggamma(a + b)
            return mp.exp(a * mp.log(x) + b * mp.log1p(-x) - log_beta) * value / a


def beta_lower(a, b, x):
    """Regularised incomplete beta function."""
    if x <= 0 or x >= 1:
        return mpf(0) if x <= 0 else mpf(1)
    with mp.workdps(80):
        return beta_fraction(a, b, x) if x < (a + 1) / (a + b + 2) else 1 - beta_fraction(b, a, 1 - x)


def normal_upper(z):
    """P(Z > z) of a standard normal variable."""
    return mp.erfc(z / mp.sqrt(2)) / 2


def normal_quantile(p):
    """z with P(Z <= z) = p, by Newton's method on log P."""
    if p == mpf(1) / 2:
        return mpf(0)
    if p > mpf(1) / 2:
        return -normal_quantile(1 - p)
    start = -mp.sqrt(-2 * mp.log(2 * p)) if p < mpf("0.2") else mpf(-0.3)
    return mp.findroot(lambda z: mp.log(normal_upper(-z)) - mp.log(p), start)


class Family:
    """A family with its parameters."""

    def __init__(self, **parameters):
        self.parameters = parameters
        for name, value in parameters.items():
            setattr(self, name, value if isinstance(value, (list, bool)) else mpf(value))

    def cdf(self, y):
        return None

    def ccdf(self, y):
        cdf = self.cdf(y)
        return None if cdf is None else 1 - cdf

    def quantile(self, p):
        return None

    def mean(self):
        return None

    def variance(self):
        return None


class LocationScale(Family):
    """A family whose values are location + scale z."""

    names = ("location", "scale")

    def z(self, y):
        location, scale = (getattr(self, name) for name in self.names)
        return (y - location) / scale

    def log_density(self, y):
        return self.standard_log_density(self.z(y)) - mp.log(getattr(self, self.names[1]))

    def cdf(self, y):
        return self.standard_cdf(self.z(y))

    def ccdf(self, y):
        return self.standard_ccdf(self.z(y))

    def standard_ccdf(self, z):
        return self.standard_cdf(-z)

    def standard_quantile(self, p):
        return None

    def quantile(self, p):
        z = self.standard_quantile(p)
        location, scale = (getattr(self, name) for name in self.names)
        return None if z is None else location + scale * z


class Normal(LocationScale):
    names = ("mean_", "sd")

    def __init__(self, **parameters):
        super().__init__(**{("mean_" if name == "mean" else name): value for name, value in parameters.items()})
        self.parameters = parameters
        if "variance" in parameters:
            self.sd = mp.sqrt(mpf(parameters["variance"]))
        if "precision" in parameters:
            self.sd = 1 / mp.sqrt(mpf(parameters["precision"]))
        self.variance = lambda: self.sd**2

    def standard_log_density(self, z):
        return -z * z / 2 - mp.log(2 * mp.pi) / 2

    def standard_cdf(self, z):
        return normal_upper(-z)

    def standard_quantile(self, p):
        return normal_quantile(p)

    def mean(self):
        return self.mean_


class StudentT(LocationScale):
    def standard_log_density(self, z):
        n = self.df
        return mp.loggamma((n + 1) / 2) - mp.loggamma(n / 2) - mp.log(n * mp.pi) / 2 - (n + 1) / 2 * mp.log1p(z * z / n)

    def standard_cdf(self, z):
        tail = beta_lower(self.df / 2, mpf(1) / 2, self.df / (self.df + z * z)) / 2
        return tail if z < 0 else 1 - tail

    def mean(self):
        return self.location if self.df > 1 else None

    def variance(self):
        if self.df <= 1:
            return None
        return self.scale**2 * self.df / (self.df - 2) if self.df > 2 else INF


class HalfStudentT(Family):
    def log_density(self, y):
        return mp.log(2) + StudentT(df=self.df, location=0, scale=self.scale).log_density(y)

    def cdf(self, y):
        z = y / self.scale
        return beta_lower(mpf(1) / 2, self.df / 2, z * z / (self.df + z * z))

    def ccdf(self, y):
        z = y / self.scale
        return beta_lower(self.df / 2, mpf(1) / 2, self.df / (self.df + z * z))

    def mean(self):
        n = self.df
        if n <= 1:
            return INF
        return 2 * self.scale * mp.sqrt(n / mp.pi) * mp.gamma((n + 1) / 2) / (mp.gamma(n / 2) * (n - 1))

    def variance(self):
        return self.scale**2 * self.df / (self.df - 2) - self.mean() ** 2 if self.df > 2 else INF


class HalfNormal(Family):
    def log_density(self, y):
        return mp.log(2) + Normal(mean=0, sd=self.sd).log_density(y)

    def cdf(self, y):
        return mp.erf(y / self.sd / mp.sqrt(2))

    def ccdf(self, y):
        return 2 * normal_upper(y / self.sd)

    def quantile(self, p):
        return self.sd * normal_quantile((1 + p) / 2)

    def mean(self):
        return self.sd * mp.sqrt(2 / mp.pi)

    def variance(self):
        return self.sd**2 * (1 - 2 / mp.pi)


class Cauchy(LocationScale):
    def standard_log_density(self, z):
        return -mp.log(mp.pi) - mp.log1p(z * z)

    def standard_cdf(self, z):
        return mp.atan2(1, -z) / mp.pi

    def standard_quantile(self, p):
        return mpf(0) if p == 0.5 else -mp.cot(mp.pi * p)


class HalfCauchy(Family):
    def log_density(self, y):
        return mp.log(2) + Cauchy(location=0, scale=self.scale).log_density(y)

    def cdf(self, y):
        return 2 / mp.pi * mp.atan(y / self.scale)

    def ccdf(self, y):
        return 2 / mp.pi * mp.atan2(self.scale, y)

    def quantile(self, p):
        return self.scale * mp.tan(mp.pi * p / 2)


class Laplace(LocationScale):
    def standard_log_density(self, z):
        return -abs(z) - mp.log(2)

    def standard_cdf(self, z):
        return mp.exp(z) / 2 if z < 0 else 1 - mp.exp(-z) / 2

    def standard_quantile(self, p):
        return mp.log(2 * p) if p < 0.5 else -mp.log(2 * (1 - p))

    def mean(self):
        return self.location

    def variance(self):
        return 2 * self.scale**2


class Logistic(LocationScale):
    def standard_log_density(self, z):
        return -abs(z) - 2 * mp.log1p(mp.exp(-abs(z)))

    def standard_cdf(self, z):
        return 1 / (1 + mp.exp(-z))

    def standard_quantile(self, p):
        return mp.log(p / (1 - p))

    def mean(self):
        return self.location

    def variance(self):
        return (self.scale * mp.pi) ** 2 / 3


class Gumbel(LocationScale):
    def standard_log_density(self, z):
        return -z - mp.exp(-z)

    def standard_cdf(self, z):
        return mp.exp(-mp.exp(-z))

    def standard_ccdf(self, z):
        return -mp.expm1(-mp.exp(-z))

    def standard_quantile(self, p):
        return -mp.log(-mp.log(p))

    def mean(self):
        return self.location + self.scale * mp.euler

    def variance(self):
        return (self.scale * mp.pi) ** 2 / 6


class LogNormal(Family):
    def __init__(self, **parameters):
        if "mean" in parameters:
            mean, sd = mpf(parameters["mean"]), mpf(parameters["sd"])
            self.sd_log = mp.sqrt(mp.log(1 + (sd / mean) ** 2))
            self.mean_log = mp.log(mean) - self.sd_log**2 / 2
            self.parameters = parameters
        else:
            super().__init__(**parameters)

    def z(self, y):
        return (mp.log(y) - self.mean_log) / self.sd_log if y > 0 else -INF

    def log_density(self, y):
        return -self.z(y) ** 2 / 2 - mp.log(y * self.sd_log) - mp.log(2 * mp.pi) / 2 if y > 0 else -INF

    def cdf(self, y):
        return normal_upper(-self.z(y))

    def ccdf(self, y):
        return normal_upper(self.z(y))

    def quantile(self, p):
        return mp.exp(self.mean_log + self.sd_log * normal_quantile(p))

    def mean(self):
        return mp.exp(self.mean_log + self.sd_log**2 / 2)

    def variance(self):
        return mp.expm1(self.sd_log**2) * self.mean() ** 2


class Exponential(Family):
    def __init__(self, **parameters):
        rate = parameters.get("rate")
        self.rate = mpf(rate) if rate is not None else 1 / mpf(parameters["mean"])
        self.parameters = parameters

    def log_density(self, y):
        return mp.log(self.rate) - self.rate * y

    def cdf(self, y):
        return -mp.expm1(-self.rate * y)

    def ccdf(self, y):
        return mp.exp(-self.rate * y)

    def quantile(self, p):
        return -mp.log1p(-p) / self.rate

    def mean(self):
        return 1 / self.rate

    def variance(self):
        return 1 / self.rate**2


class Gamma(Family):
    def __init__(self, **parameters):
        p = {name: mpf(value) for name, value in parameters.items()}
        if "sd" in p:
            self.shape, self.rate = (p["mean"] / p["sd"]) ** 2, p["mean"] / p["sd"] ** 2
        else:
            self.shape = p["shape"]
            self.rate = p["rate"] if "rate" in p else 1 / p["scale"] if "scale" in p else p["shape"] / p["mean"]
        self.parameters = parameters

    def log_density(self, y):
        return self.shape * mp.log(self.rate) - mp.loggamma(self.shape) + xlogy(self.shape - 1, y) - self.rate * y

    def cdf(self, y):
        return gamma_lower(self.shape, self.rate * y)

    def ccdf(self, y):
        return gamma_upper(self.shape, self.rate * y)

    def mean(self):
        return self.shape / self.rate

    def variance(self):
        return self.shape / self.rate**2


class ChiSquare(Gamma):
    def __init__(self, df):
        super().__init__(shape=mpf(df) / 2, rate=0.5)
        self.parameters = {"df": df}


class InverseGamma(Family):
    def log_density(self, y):
        if y == 0:
            return -INF
        a, b = self.shape, self.scale
        return a * mp.log(b) - mp.loggamma(a) - (a + 1) * mp.log(y) - b / y

    def cdf(self, y):
        return gamma_upper(self.shape, self.scale / y) if y > 0 else mpf(0)

    def ccdf(self, y):
        return gamma_lower(self.shape, self.scale / y) if y > 0 else mpf(1)

    def mean(self):
        return self.scale / (self.shape - 1) if self.shape > 1 else INF

    def variance(self):
        return self.scale**2 / (self.shape - 1) ** 2 / (self.shape - 2) if self.shape > 2 else INF


class Beta(Family):
    def __init__(self, **parameters):
        p = {name: mpf(value) for name, value in parameters.items()}
        self.a = p["a"] if "a" in p else p["mean"] * p["size"]
        self.b = p["b"] if "b" in p else (1 - p["mean"]) * p["size"]
        self.parameters = parameters

    def log_density(self, y):
        log_beta = mp.loggamma(self.a) + mp.loggamma(self.b) - mp.loggamma(self.a + self.b)
        return xlogy(self.a - 1, y) + xlogy(self.b - 1, 1 - y) - log_beta

    def cdf(self, y):
        return beta_lower(self.a, self.b, y)

    def ccdf(self, y):
        return beta_lower(self.b, self.a, 1 - y)

    def mean(self):
        return self.a / (self.a + self.b)

    def variance(self):
        return self.a * self.b / (self.a + self.b) ** 2 / (self.a + self.b + 1)


class Uniform(Family):
    def log_density(self, y):
        return -mp.log(self.upper - self.lower)

    def cdf(self, y):
        return (y - self.lower) / (self.upper - self.lower)

    def quantile(self, p):
        return self.lower + p * (self.upper - self.lower)

    def mean(self):
        return (self.lower + self.upper) / 2

    def variance(self):
        return (self.upper - self.lower) ** 2 / 12


class Weibull(Family):
    def log_density(self, y):
        z = y / self.scale
        return mp.log(self.shape / self.scale) + xlogy(self.shape - 1, z) - z**self.shape

    def cdf(self, y):
        return -mp.expm1(-((y / self.scale) ** self.shape))

    def ccdf(self, y):
        return mp.exp(-((y / self.scale) ** self.shape))

    def quantile(self, p):
        return self.scale * (-mp.log1p(-p)) ** (1 / self.shape)

    def mean(self):
        return self.scale * mp.gamma(1 + 1 / self.shape)

    def variance(self):
        return self.scale**2 * mp.gamma(1 + 2 / self.shape) - self.mean() ** 2


class Pareto(Family):
    def log_density(self, y):
        return mp.log(self.shape) + self.shape * mp.log(self.minimum) - (self.shape + 1) * mp.log(y)

    def cdf(self, y):
        return 1 - (self.minimum / y) ** self.shape

    def ccdf(self, y):
        return (self.minimum / y) ** self.shape

    def quantile(self, p):
        return self.minimum * (1 - p) ** (-1 / self.shape)

    def mean(self):
        return self.shape * self.minimum / (self.shape - 1) if self.shape > 1 else INF

    def variance(self):
        a, m = self.shape, self.minimum
        return m**2 * a / (a - 1) ** 2 / (a - 2) if a > 2 else INF


class VonMises(Family):
    def log_density(self, y):
        log_i0 = mp.log(mp.besseli(0, self.concentration))
        return self.concentration * mp.cos(y - self.location) - mp.log(2 * mp.pi) - log_i0

    def cdf(self, y):
        # The probability may be as small as exp(-2 concentration), and the difference must leave 50 digits of it.
        with mp.workdps(50 + int(self.concentration)):
            return self.primitive(y - self.location) - self.primitive(-mp.pi - self.location)

    def primitive(self, angle):
        """A primitive of the density around 0: the sum of its Fourier series, Mardia and Jupp 2000, equation 3.5.18."""
        total, order, i0 = angle / (2 * mp.pi), 0, mp.besseli(0, self.concentration)
        while True:
            order += 1
            weight = mp.besseli(order, self.concentration) / i0
            total += weight * mp.sin(order * angle) / order / mp.pi
            if weight < mp.eps:
                return total


class Bernoulli(Family):
    def log_density(self, y):
        chance = self.p if y else 1 - self.p
        return mp.log(chance) if chance > 0 else -INF

    def cdf(self, y):
        return mpf(1) if y else 1 - self.p

    def mean(self):
        return self.p

    def variance(self):
        return self.p * (1 - self.p)


class Binomial(Family):
    def log_density(self, y):
        choose = mp.loggamma(self.n + 1) - mp.loggamma(y + 1) - mp.loggamma(self.n - y + 1)
        return choose + xlogy(y, self.p) + xlogy(self.n - y, 1 - self.p)

    def cdf(self, y):
        return mpf(1) if y >= self.n else beta_lower(self.n - y, y + 1, 1 - self.p)

    def ccdf(self, y):
        return mpf(0) if y >= self.n else beta_lower(y + 1, self.n - y, self.p)

    def mean(self):
        return self.n * self.p

    def variance(self):
        return self.n * self.p * (1 - self.p)


class Poisson(Family):
    def log_density(self, y):
        return xlogy(y, self.rate) - self.rate - mp.loggamma(y + 1)

    def cdf(self, y):
        return gamma_upper(y + 1, self.rate)

    def ccdf(self, y):
        return gamma_lower(y + 1, self.rate)

    def mean(self):
        return self.rate

    def variance(self):
        return self.rate


class NegativeBinomial(Family):
    def __init__(self, **parameters):
        p = {name: mpf(value) for name, value in parameters.items()}
        self.size = p["size"]
        self.p = p["p"] if "p" in p else p["size"] / (p["size"] + p["mean"])
        self.parameters = parameters

    def log_density(self, y):
        choose = mp.loggamma(y + self.size) - mp.loggamma(self.size) - mp.loggamma(y + 1)
        return choose + xlogy(self.size, self.p) + xlogy(y, 1 - self.p)

    def cdf(self, y):
        return beta_lower(self.size, y + 1, self.p)

    def ccdf(self, y):
        return beta_lower(y + 1, self.size, 1 - self.p)

    def mean(self):
        return self.size * (1 - self.p) / self.p

    def variance(self):
        return self.mean() / self.p


class Geometric(Family):
    def log_density(self, y):
        return mp.log(self.p) + xlogy(y, 1 - self.p)

    def cdf(self, y):
        return 1 - (1 - self.p) ** (y + 1)

    def ccdf(self, y):
        return (1 - self.p) ** (y + 1)

    def quantile(self, p):
        return mpf(0) if self.p == 1 else max(mpf(0), mp.ceil(mp.log1p(-p) / mp.log1p(-self.p)) - 1)

    def mean(self):
        return (1 - self.p) / self.p

    def variance(self):
        return (1 - self.p) / self.p**2


class DiscreteUniform(Family):
    def log_density(self, y):
        return -mp.log(self.upper - self.lower + 1)

    def cdf(self, y):
        return (y - self.lower + 1) / (self.upper - self.lower + 1)

    def quantile(self, p):
        return max(self.lower, self.lower + mp.ceil(p * (self.upper - self.lower + 1)) - 1)

    def mean(self):
        return (self.lower + self.upper) / 2

    def variance(self):
        return ((self.upper - self.lower + 1) ** 2 - 1) / 12


class Categorical(Family):
    def log_density(self, y):
        p = mpf(self.p[int(y) - 1])
        return mp.log(p) if p > 0 else -INF

    def cdf(self, y):
        return mp.fsum(mpf(p) for p in self.p[: int(y)])


class MultivariateNormal(Family):
    def matrix(self):
        """The covariance matrix."""
        if "cholesky" in self.parameters:
            factor = mp.matrix(self.parameters["cholesky"])
            return factor * factor.T
        if "precision" in self.parameters:
            return mp.matrix(self.parameters["precision"]) ** -1
        return mp.matrix(self.parameters["covariance"])

    def log_density(self, y):
        covariance = self.matrix()
        rest = mp.matrix(y) - mp.matrix(self.parameters["mean"])
        distance = (rest.T * covariance**-1 * rest)[0]
        return -distance / 2 - mp.log(mp.det(covariance)) / 2 - len(y) * mp.log(2 * mp.pi) / 2


class MultivariateStudentT(Family):
    def log_density(self, y):
        df, k = mpf(self.parameters["df"]), len(y)
        if "cholesky" in self.parameters:
            factor = mp.matrix(self.parameters["cholesky"])
            scale = factor * factor.T
        else:
            scale = mp.matrix(self.parameters["scale"])
        rest = mp.matrix(y) - mp.matrix(self.parameters["location"])
        distance = (rest.T * scale**-1 * rest)[0]
        constant = mp.loggamma((df + k) / 2) - mp.loggamma(df / 2) - mpf(k) / 2 * mp.log(df * mp.pi) - mp.log(mp.det(scale)) / 2
        return constant - (df + k) / 2 * mp.log1p(distance / df)


class Dirichlet(Family):
    def log_density(self, y):
        c = [mpf(x) for x in self.concentration]
        logs = [(a - 1) * mp.log(mpf(p)) if a != 1 else mpf(0) for a, p in zip(c, y)]
        return mp.loggamma(mp.fsum(c)) - mp.fsum(mp.loggamma(a) for a in c) + mp.fsum(logs)


class Multinomial(Family):
    def log_density(self, y):
        if sum(y) != self.trials:
            return -INF
        logs = [n * mp.log(mpf(p)) if n else mpf(0) for n, p in zip(y, self.p)]
        return mp.loggamma(mpf(sum(y)) + 1) - mp.fsum(mp.loggamma(mpf(n) + 1) for n in y) + mp.fsum(logs)


class DirichletMultinomial(Family):
    def log_density(self, y):
        if sum(y) != self.trials:
            return -INF
        c, n, total = [mpf(x) for x in self.concentration], mpf(sum(y)), mp.fsum(mpf(x) for x in self.concentration)
        parts = [mp.loggamma(m + a) - mp.loggamma(a) - mp.loggamma(mpf(m) + 1) for m, a in zip(y, c)]
        return mp.loggamma(n + 1) + mp.loggamma(total) - mp.loggamma(n + total) + mp.fsum(parts)


class LKJ(Family):
    def constant(self, k):
        """The logarithm of the integral of det(R)^(shape - 1): Lewandowski, Kurowicka and Joe 2009, equation (16)."""
        shape, log = mpf(self.shape), mpf(0)
        for i in range(1, k):
            half = shape + mpf(k - i - 1) / 2
            log += (k - i) * ((2 * shape - 2 + k - i) * mp.log(2) + mp.loggamma(half) * 2 - mp.loggamma(2 * half))
        return log

    def log_density(self, y):
        return (mpf(self.shape) - 1) * mp.log(mp.det(mp.matrix(y))) - self.constant(len(y))


class LKJCholesky(LKJ):
    def log_density(self, y):
        k, shape = len(y), mpf(self.shape)
        return mp.fsum((k - i + 2 * shape - 3) * mp.log(mpf(y[i][i])) for i in range(k)) - self.constant(k)


class Wishart(Family):
    def multigamma(self, k):
        df = mpf(self.df)
        return mpf(k * (k - 1)) / 4 * mp.log(mp.pi) + mp.fsum(mp.loggamma((df - i) / 2) for i in range(k))

    def log_density(self, y):
        y, scale, df, k = mp.matrix(y), mp.matrix(self.scale), mpf(self.df), len(y)
        trace = mp.fsum((scale**-1 * y)[i, i] for i in range(k))
        constant = df * k / 2 * mp.log(2) + df / 2 * mp.log(mp.det(scale)) + self.multigamma(k)
        return (df - k - 1) / 2 * mp.log(mp.det(y)) - trace / 2 - constant


class InverseWishart(Wishart):
    def log_density(self, y):
        y, scale, df, k = mp.matrix(y), mp.matrix(self.scale), mpf(self.df), len(y)
        trace = mp.fsum((scale * y**-1)[i, i] for i in range(k))
        constant = df * k / 2 * mp.log(2) - df / 2 * mp.log(mp.det(scale)) + self.multigamma(k)
        return -(df + k + 1) / 2 * mp.log(mp.det(y)) - trace / 2 - constant
