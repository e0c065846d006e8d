//! The regularised lower incomplete gamma function P and its derivatives.
//!
//! P is computed by its power series to the left of shape + 1, and 1 − P by Legendre's continued
//! fraction to the right of it; the derivative by the shape comes from the same series and fraction
//! over [`Jet`]s. For large shapes near the mean, where both need many terms, the density is
//! integrated by quadrature.

use super::curve::{Bent, Curve};
use super::gamma::{digamma, lgamma, trigamma};
use super::jet::{Jet, Scalar, continued_fraction};
use super::logistic::{log1m_exp, log1m_exp_slope};
use super::quadrature::{integrate, normal_reach};
use super::quantile::Tail;
use super::stirling;
use std::f64::consts::TAU;

/// For shapes at least this large, [`NEAR`] the mean, quadrature is cheaper than series and
/// fraction.
const LARGE: f64 = 1e4;
/// The distance from the mean, relative to it: below it the density still falls roughly like a
/// normal one, above it series and fraction need at most a few hundred terms.
const NEAR: f64 = 0.1;

/// P(shape, x) = γ(shape, x)/Γ(shape), shape > 0, x ≥ 0; relative error about 1e-13.
#[must_use]
pub fn gamma_inc(shape: f64, x: f64) -> f64 {
    if outside(shape, x) {
        return f64::NAN;
    }
    if is_near(shape, x) {
        let tail = tail_integral(shape, x, x > shape, |_| 1.0);
        return if x > shape { 1.0 - tail } else { tail };
    }
    let term = power_term(shape, x);
    if term == 0.0 {
        // So far out that the tail vanishes, or x = 0 or ∞.
        if x > shape { 1.0 } else { 0.0 }
    } else if x < shape + 1.0 {
        (term * series(shape, x)).min(1.0)
    } else {
        1.0 - term * shape / fraction(shape, x)
    }
}

/// ∂P(shape, x)/∂shape, shape > 0, x ≥ 0.
#[must_use]
pub fn gamma_inc_shape(shape: f64, x: f64) -> f64 {
    if outside(shape, x) {
        return f64::NAN;
    }
    if is_near(shape, x) {
        return near_slope(shape, x);
    }
    let term = power_term(shape, x);
    if term == 0.0 {
        return 0.0;
    }
    let parameter = Jet::parameter(shape, 0);
    let growth = log_less_digamma_next(shape, x);
    if x < shape + 1.0 {
        let sum = series(parameter, x);
        term * (sum.value * growth + sum.slopes[0])
    } else {
        let upper = parameter / fraction(parameter, x);
        -term * (upper.value * growth + upper.slopes[0])
    }
}

/// ∂²P(shape, x)/∂shape², shape > 0, x ≥ 0.
#[must_use]
pub fn gamma_inc_shape_shape(shape: f64, x: f64) -> f64 {
    if outside(shape, x) {
        return f64::NAN;
    }
    if is_near(shape, x) {
        return near_bend(shape, x);
    }
    let term = power_term(shape, x);
    if term == 0.0 {
        return 0.0;
    }
    let parameter = Curve::parameter(shape, 0);
    let growth = [log_less_digamma_next(shape, x), 0.0];
    let growth_bends = [-trigamma(shape + 1.0), 0.0, 0.0];
    if x < shape + 1.0 {
        series(parameter, x).bends_times(term, growth, growth_bends)[0]
    } else {
        -(parameter / fraction(parameter, x)).bends_times(term, growth, growth_bends)[0]
    }
}

/// x^(shape−1)·exp(−x)/Γ(shape), the gamma density of rate 1; shape > 0, x ≥ 0.
#[must_use]
pub fn density(shape: f64, x: f64) -> f64 {
    if outside(shape, x) {
        f64::NAN
    } else if x == 0.0 {
        if shape == 1.0 { 1.0 } else { x.powf(shape - 1.0) }
    } else {
        power_term(shape, x) * (shape / x)
    }
}

/// Whether (shape, x) is outside the domain.
pub(super) fn outside(shape: f64, x: f64) -> bool {
    let inside = shape > 0.0 && shape < f64::INFINITY && x >= 0.0;
    !inside
}

/// x^shape·exp(−x)/Γ(shape + 1). For large shapes the remaining exponent is no larger than the
/// logarithm of the result.
fn power_term(shape: f64, x: f64) -> f64 {
    if x == f64::INFINITY {
        0.0
    } else if shape >= stirling::LARGE {
        (-stirling::error(shape) - stirling::deviance(shape, x, x - shape)).exp()
            / (TAU * shape).sqrt()
    } else if x < 100.0 {
        x.powf(shape) * (-x).exp() / libm::tgamma(shape + 1.0)
    } else {
        (shape * x.ln() - x - lgamma(shape + 1.0)).exp()
    }
}

/// The logarithm of [`power_term`] for x > 0, valid even where that underflows.
fn log_power_term(shape: f64, x: f64) -> f64 {
    if shape >= stirling::LARGE {
        -stirling::error(shape) - stirling::deviance(shape, x, x - shape) - 0.5 * (TAU * shape).ln()
    } else {
        shape * x.ln() - x - lgamma(shape + 1.0)
    }
}

/// The logarithm of P(shape, x) or 1 − P(shape, x), with its derivative by log x; 0 < x < ∞. Does
/// not underflow.
pub(super) fn log_tail(shape: f64, x: f64, tail: Tail) -> (f64, f64) {
    let (own, log_value, slope) = own_tail(shape, x);
    if own == tail {
        (log_value, signed(tail, slope))
    } else {
        (log1m_exp(log_value), signed(tail, -slope * log1m_exp_slope(log_value)))
    }
}

/// The tail to which series, fraction or quadrature applies, with the logarithm of its probability
/// and the size of that logarithm's derivative by log x.
fn own_tail(shape: f64, x: f64) -> (Tail, f64, f64) {
    let log_term = log_power_term(shape, x);
    if is_near(shape, x) {
        let (own, area) = (side(shape, x), near_area(shape, x, |_| 1.0));
        (own, log_term + (shape * area).ln(), 1.0 / area)
    } else if x < shape + 1.0 {
        let sum = series(shape, x);
        (Tail::Lower, log_term + sum.ln(), shape / sum)
    } else {
        let fraction = fraction(shape, x);
        (Tail::Upper, log_term + (shape / fraction).ln(), fraction)
    }
}

/// First and second derivative by the shape of the logarithm of P(shape, x) or 1 − P(shape, x);
/// 0 < x < ∞. They do not underflow.
pub(super) fn log_tail_by_shape(shape: f64, x: f64, tail: Tail) -> (f64, f64) {
    let parameter = Curve::parameter(shape, 0);
    let (own, bent) = if is_near(shape, x) {
        (side(shape, x), near_by_shape(shape, x))
    } else {
        let (own, part) = if x < shape + 1.0 {
            (Tail::Lower, series(parameter, x))
        } else {
            (Tail::Upper, parameter / fraction(parameter, x))
        };
        let (slope, bend) = (log_less_digamma_next(shape, x), -trigamma(shape + 1.0));
        (own, part.logarithmic().plus([slope, 0.0], [bend, 0.0, 0.0]))
    };
    let bent = if own == tail { bent } else { bent.of_rest(log1m_exp_slope(own_tail(shape, x).1)) };
    (bent.slopes[0], bent.bends[0])
}

/// First and second derivative by the shape of the logarithm of the near tail. With d the mean over
/// the tail of log t − log x they are log x − ψ(shape) + d and the variance of log t over the tail
/// less that over the whole range.
fn near_by_shape(shape: f64, x: f64) -> Bent {
    let whole = near_area(shape, x, |_| 1.0);
    let first = near_area(shape, x, f64::ln_1p) / whole;
    let second = near_area(shape, x, |up| up.ln_1p().powi(2)) / whole;
    let here = ((x - shape) / shape).ln_1p() + super::gamma::log_less_digamma(shape);
    let bend = second - first * first - trigamma(shape);
    Bent { slopes: [here + first, 0.0], bends: [bend, 0.0, 0.0] }
}

/// The slope of a tail's probability: the lower tail's rises with x.
fn signed(tail: Tail, slope: f64) -> f64 {
    match tail {
        Tail::Lower => slope,
        Tail::Upper => -slope,
    }
}

/// log x − ψ(shape + 1), without cancellation where both are large.
fn log_less_digamma_next(shape: f64, x: f64) -> f64 {
    if shape < stirling::LARGE {
        return x.ln() - digamma(shape + 1.0);
    }
    let relative = (x - shape) / shape;
    let log_ratio = if relative.abs() < 0.5 { relative.ln_1p() } else { (x / shape).ln() };
    log_ratio + super::gamma::log_less_digamma(shape) - 1.0 / shape
}

/// Σ xⁿ/((shape + 1)...(shape + n)). Source: DLMF 8.7.1.
fn series<T: Scalar>(shape: T, x: f64) -> T {
    let (mut term, mut sum, mut n) = (T::constant(1.0), T::constant(1.0), 1.0);
    loop {
        term = term * (T::constant(x) / (shape + T::constant(n)));
        let next = sum + term;
        if (next / sum).leaves(next) {
            return next;
        }
        sum = next;
        n += 1.0;
    }
}

/// x^shape·exp(−x)/Γ(shape, x), with the upper incomplete gamma function. Source: DLMF 8.9.2.
fn fraction<T: Scalar>(shape: T, x: f64) -> T {
    let start = T::constant(x + 1.0) - shape;
    continued_fraction(start, |n| {
        (T::constant(n) * (shape - T::constant(n)), start + T::constant(2.0 * n))
    })
}

/// Whether to use quadrature here.
fn is_near(shape: f64, x: f64) -> bool {
    shape > LARGE && (x - shape).abs() < NEAR * shape
}

/// The tail on the side of the mean that x is on.
fn side(shape: f64, x: f64) -> Tail {
    if x > shape { Tail::Upper } else { Tail::Lower }
}

/// ∫ density·`weight` over that tail, relative to x times the density at x, so that it does not
/// underflow. `weight` receives t/x − 1.
fn near_area(shape: f64, x: f64, weight: impl Fn(f64) -> f64) -> f64 {
    let (difference, deviation) = (x - shape, shape.sqrt());
    let reach = normal_reach(difference / deviation) * deviation;
    let integrand = |up: f64| {
        let exponent = shape * stirling::log1p_less_linear(up) - difference * up;
        exponent.exp() / (1.0 + up) * weight(up)
    };
    match side(shape, x) {
        Tail::Upper => integrate(0.0, (reach - difference) / x, integrand),
        Tail::Lower => integrate((-reach - difference) / x, 0.0, integrand),
    }
}

/// ∫ density·`weight` from `x` to the right, or to the left. `weight` receives t/shape − 1.
fn tail_integral(shape: f64, x: f64, to_the_right: bool, weight: impl Fn(f64) -> f64) -> f64 {
    let (difference, deviation) = (x - shape, shape.sqrt());
    let reach = normal_reach(difference / deviation) * deviation;
    let integrand = |offset: f64| {
        let relative = (difference + offset) / shape;
        (shape * stirling::log1p_less_linear(relative)).exp() / (1.0 + relative) * weight(relative)
    };
    let area = if to_the_right {
        integrate(0.0, reach - difference, integrand)
    } else {
        integrate(-reach - difference, 0.0, integrand)
    };
    area * (-stirling::error(shape)).exp() / (TAU * shape).sqrt()
}

/// ∂P/∂shape, ∫ density·(log t − ψ(shape)): integrated from the side on which the factor does not
/// change sign (the integral over the whole range is 0).
fn near_slope(shape: f64, x: f64) -> f64 {
    let offset = super::gamma::log_less_digamma(shape);
    let factor = |relative: f64| relative.ln_1p() + offset;
    let to_the_right = factor((x - shape) / shape) > 0.0;
    let tail = tail_integral(shape, x, to_the_right, factor);
    if to_the_right { -tail } else { tail }
}

/// ∂²P/∂shape², ∫ density·((log t − ψ(shape))² − ψ′(shape)), integrated over the side of the mean
/// that x is on (the integral over the whole range is 0).
fn near_bend(shape: f64, x: f64) -> f64 {
    let (offset, variance) = (super::gamma::log_less_digamma(shape), trigamma(shape));
    let factor = |relative: f64| {
        let deviation = relative.ln_1p() + offset;
        deviation * deviation - variance
    };
    let to_the_right = x > shape;
    let tail = tail_integral(shape, x, to_the_right, factor);
    if to_the_right { -tail } else { tail }
}
