//! The logarithm of the gamma function and its derivatives, for positive arguments.

/// log Γ(x), ∞ at 0 and ∞, NaN below 0. Source: FreeBSD's lgamma as in the `libm` crate, 1.5 ulp.
#[must_use]
pub fn lgamma(x: f64) -> f64 {
    if x < 0.0 { f64::NAN } else { libm::lgamma(x) }
}

/// B₂ₖ/(2k) for k = 1..8: the asymptotic series of ψ. Source: DLMF 24.2.
const DIGAMMA_SERIES: [f64; 8] = [
    1.0 / 12.0,
    -1.0 / 120.0,
    1.0 / 252.0,
    -1.0 / 240.0,
    1.0 / 132.0,
    -691.0 / 32_760.0,
    1.0 / 12.0,
    -3_617.0 / 8_160.0,
];

/// ψ(x), −∞ at 0, NaN below. Source: DLMF 5.11.2, terms to B₁₆, after raising x to at least 10 by
/// ψ(x) = ψ(x+1) − 1/x; truncation below 4e-18.
#[must_use]
pub fn digamma(x: f64) -> f64 {
    if x < 0.0 {
        return f64::NAN;
    }
    let (mut raised, mut steps) = (x, 0.0);
    while raised < 10.0 {
        steps += 1.0 / raised;
        raised += 1.0;
    }
    let square = 1.0 / (raised * raised);
    let series = DIGAMMA_SERIES.iter().rev().fold(0.0, |sum, c| (sum + c) * square);
    raised.ln() - 0.5 / raised - series - steps
}

/// B₂ₖ for k = 1..10. Source: DLMF 24.2.
const BERNOULLI: [f64; 10] = [
    1.0 / 6.0,
    -1.0 / 30.0,
    1.0 / 42.0,
    -1.0 / 30.0,
    5.0 / 66.0,
    -691.0 / 2_730.0,
    7.0 / 6.0,
    -3_617.0 / 510.0,
    43_867.0 / 798.0,
    -174_611.0 / 330.0,
];

/// ψ′(x), ∞ at 0, NaN below. Source: DLMF 5.15.8, terms to B₁₆, after raising x to at least 10 by
/// ψ′(x) = ψ′(x+1) + 1/x²; truncation below 6e-17.
#[must_use]
pub fn trigamma(x: f64) -> f64 {
    if x < 0.0 {
        return f64::NAN;
    }
    let (mut raised, mut steps) = (x, 0.0);
    while raised < 10.0 {
        steps += 1.0 / (raised * raised);
        raised += 1.0;
    }
    let square = 1.0 / (raised * raised);
    let series = BERNOULLI[..8].iter().rev().fold(0.0, |sum, c| (sum + c) * square);
    steps + (1.0 + 0.5 / raised + series) / raised
}

/// ψ⁽ⁿ⁾(x) for n = 0, 1, 2, ..., ±∞ at 0; NaN if n is not a count or x < 0. Source: DLMF 25.11.12,
/// (−1)ⁿ⁺¹·n!·ζ(n+1, x), with the Hurwitz zeta function by Euler–Maclaurin summation (DLMF
/// 25.11.28).
#[must_use]
pub fn polygamma(n: f64, x: f64) -> f64 {
    if n == 0.0 {
        return digamma(x);
    }
    if n == 1.0 {
        return trigamma(x);
    }
    if n.is_nan() || n < 0.0 || n.fract() != 0.0 || x.is_nan() || x < 0.0 {
        return f64::NAN;
    }
    let first = factorial_over_power(n, x);
    let size =
        if first > 0.0 && first < f64::INFINITY { first * scaled_zeta(n + 1.0, x) } else { first };
    if n % 2.0 == 0.0 { -size } else { size }
}

/// n!/xⁿ⁺¹. Up to n = 100 as a product, which overflows only if the result does; beyond that from
/// logarithms, with relative error n·1e-15.
fn factorial_over_power(n: f64, x: f64) -> f64 {
    if n > 100.0 {
        return (lgamma(n + 1.0) - (n + 1.0) * x.ln()).exp();
    }
    let (mut product, mut k) = (1.0 / x, 1.0);
    while k <= n {
        product *= k / x;
        k += 1.0;
    }
    product
}

/// xˢ·ζ(s, x) for s > 1, x > 0.
fn scaled_zeta(s: f64, x: f64) -> f64 {
    let (mut sum, mut raised) = (0.0, x);
    while raised < s + 12.0 {
        let term = (x / raised).powf(s);
        sum += term;
        raised += 1.0;
        if term < 1e-18 * sum {
            return sum;
        }
    }
    let (mut factor, mut tail) = (s / raised, raised / (s - 1.0) + 0.5);
    let mut order = 2.0;
    for bernoulli in BERNOULLI {
        factor /= order;
        tail += bernoulli * factor;
        factor *= (s + order - 1.0) / raised * ((s + order) / raised) / (order + 1.0);
        order += 2.0;
    }
    sum + (x / raised).powf(s) * tail
}

/// log x − ψ(x) for x ≥ 10, where direct subtraction would cancel. Source: DLMF 5.11.2.
pub(super) fn log_less_digamma(x: f64) -> f64 {
    let square = 1.0 / (x * x);
    0.5 / x + DIGAMMA_SERIES.iter().rev().fold(0.0, |sum, c| (sum + c) * square)
}

/// Below this fraction of x, a difference of digammas is computed by Taylor series, whose next term
/// is then a relative 5e-16.
const SMALL_STEP: f64 = 3e-4;

/// ψ(x + added) − ψ(x), without cancellation if x is large or `added` small; NaN if x or x + added
/// is negative.
#[must_use]
pub fn digamma_difference(x: f64, added: f64) -> f64 {
    if x > 0.0 && added.abs() < SMALL_STEP * x {
        let middle = x + 0.5 * added;
        return added * (trigamma(middle) + added * added / 24.0 * polygamma(3.0, middle));
    }
    if x < 10.0 || x + added < 10.0 {
        return digamma(x + added) - digamma(x);
    }
    (added / x).ln_1p() + log_less_digamma(x) - log_less_digamma(x + added)
}
