//! Modified Bessel functions of the first kind, of orders 0 and 1, for a real argument: the
//! logarithm of the first and their ratio.
//!
//! Below `FAR` by power series, whose terms are all positive; above it by Hankel's expansions,
//! whose smallest term is below 1e-17.

use std::f64::consts::TAU;

/// Where the power series gives way to Hankel's expansions.
const FAR: f64 = 25.0;

/// Σ tᵏ/(k!·(k+order)!) − 1/order! with t = x²/4: I₀(x) − 1 and 2·I₁(x)/x − 1. Source: DLMF
/// 10.25.2.
fn series_less_first(order: f64, x: f64) -> f64 {
    let t = 0.25 * x * x;
    let mut term = t / (1.0 + order);
    let (mut sum, mut k) = (term, 2.0);
    while term > 1e-17 * sum {
        term *= t / (k * (k + order));
        sum += term;
        k += 1.0;
    }
    sum
}

/// I(x)·√(2πx)·exp(−x) and its derivative, for I₀ or I₁ and x ≥ `FAR`. Source: DLMF 10.40.1.
fn far(order: f64, x: f64) -> (f64, f64) {
    let (mut term, mut sum, mut slope, mut k) = (1.0_f64, 1.0, 0.0, 1.0);
    while k < 45.0 && term.abs() > 1e-18 {
        let odd = 2.0 * k - 1.0;
        term *= (odd * odd - 4.0 * order * order) / (8.0 * k * x);
        sum += term;
        slope -= k * term / x;
        k += 1.0;
    }
    (sum, slope)
}

/// exp(x)/√(2πx)·`scaled`, overflowing only where the result does.
fn unscale(x: f64, scaled: f64) -> f64 {
    if x == f64::INFINITY {
        return x;
    }
    let half = (0.5 * x).exp();
    half * (scaled / (TAU * x).sqrt()) * half
}

/// I₀(x).
#[must_use]
pub fn i0(x: f64) -> f64 {
    let size = x.abs();
    if size < FAR { 1.0 + series_less_first(0.0, x) } else { unscale(size, far(0.0, size).0) }
}

/// I₁(x), odd.
#[must_use]
pub fn i1(x: f64) -> f64 {
    let size = x.abs();
    if size < FAR {
        0.5 * x * (1.0 + series_less_first(1.0, x))
    } else {
        unscale(size, far(1.0, size).0).copysign(x)
    }
}

/// log I₀(x), with full relative accuracy also near 0.
#[must_use]
pub fn log_i0(x: f64) -> f64 {
    let size = x.abs();
    if size < FAR {
        series_less_first(0.0, x).ln_1p()
    } else if size == f64::INFINITY {
        size
    } else {
        size - 0.5 * (TAU * size).ln() + far(0.0, size).0.ln()
    }
}

/// I₁(x)/I₀(x), odd, between −1 and 1.
#[must_use]
pub fn ratio(x: f64) -> f64 {
    let size = x.abs();
    if size < FAR {
        0.5 * x * (1.0 + series_less_first(1.0, x)) / (1.0 + series_less_first(0.0, x))
    } else {
        (far(1.0, size).0 / far(0.0, size).0).copysign(x)
    }
}

/// 1 − I₁(x)/I₀(x) for x ≥ 0, without cancellation for large x.
#[must_use]
pub(super) fn ratio_complement(x: f64) -> f64 {
    if x < FAR {
        return 1.0 - ratio(x);
    }
    let (mut zero, mut one, mut difference, mut k) = (1.0_f64, 1.0, 0.0, 1.0);
    while k < 45.0 && zero > 1e-18 {
        let odd = 2.0 * k - 1.0;
        zero *= odd * odd / (8.0 * k * x);
        one *= (odd * odd - 4.0) / (8.0 * k * x);
        difference += zero - one;
        k += 1.0;
    }
    difference / far(0.0, x).0
}

/// The derivative of [`ratio`], 1 − ratio/x − ratio², without the cancellation in that form. For
/// small x, I₀² times it is ½Σ (2k)!/((k!)⁴(k+1)²)·tᵏ, t = x²/4, from the series of products, DLMF
/// 10.31.3. For large x, the quotient rule applied to `far`.
#[must_use]
pub fn ratio_slope(x: f64) -> f64 {
    let size = x.abs();
    if size >= FAR {
        let ((zero, zero_slope), (one, one_slope)) = (far(0.0, size), far(1.0, size));
        return (one_slope * zero - one * zero_slope) / (zero * zero);
    }
    let (t, mut term, mut sum, mut k) = (0.25 * x * x, 0.5_f64, 0.5, 1.0);
    while term > 1e-17 * sum {
        term *= t * (2.0 * k - 1.0) * 2.0 * k / ((k + 1.0) * (k + 1.0) * k * k);
        sum += term;
        k += 1.0;
    }
    let zero = i0(x);
    sum / (zero * zero)
}

/// exp(−x)·I₀(x) for x ≥ 0.
pub(super) fn scaled_i0(x: f64) -> f64 {
    if x < FAR { i0(x) * (-x).exp() } else { far(0.0, x).0 / (TAU * x).sqrt() }
}
