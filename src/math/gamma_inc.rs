//! A shape and a number → the regularised lower incomplete gamma function and its derivatives.
//!
//! P by its power series left of shape + 1, 1 − P by Legendre's continued fraction right of it; the derivative by the shape comes from
//! the same series and fraction over [`Jet`]s.

use super::gamma::{digamma, lgamma};
use super::jet::{Jet, Scalar, continued_fraction};
use super::stirling;
use std::f64::consts::TAU;

/// Whether (shape, x) is outside the domain.
fn outside(shape: f64, x: f64) -> bool {
    !(shape > 0.0 && shape < f64::INFINITY && x >= 0.0)
}

/// P(shape, x) = γ(shape, x)/Γ(shape); relative error about 1e-13.
#[must_use]
pub fn gamma_inc(shape: f64, x: f64) -> f64 {
    if outside(shape, x) {
        f64::NAN
    } else if x == 0.0 {
        0.0
    } else if x == f64::INFINITY {
        1.0
    } else if x < shape + 1.0 {
        (power_term(shape, x) * series(shape, x)).min(1.0)
    } else {
        1.0 - power_term(shape, x) * shape / fraction(shape, x)
    }
}

/// ∂P(shape, x)/∂shape.
#[must_use]
pub fn gamma_inc_shape(shape: f64, x: f64) -> f64 {
    if outside(shape, x) {
        return f64::NAN;
    }
    let term = power_term(shape, x);
    if term == 0.0 {
        return 0.0;
    }
    let parameter = Jet::parameter(shape, 0);
    let growth = log_less_digamma(shape, x);
    if x < shape + 1.0 {
        let sum = series(parameter, x);
        term * (sum.value * (growth - 1.0 / shape) + sum.slopes[0])
    } else {
        let upper = Jet::constant(1.0) / fraction(parameter, x);
        -term * shape * (upper.value * growth + upper.slopes[0])
    }
}

/// x^(shape−1)·exp(−x)/Γ(shape), the gamma density of rate 1.
#[must_use]
pub fn density(shape: f64, x: f64) -> f64 {
    if outside(shape, x) {
        f64::NAN
    } else if x == 0.0 {
        if shape == 1.0 { 1.0 } else { x.powf(shape - 1.0) }
    } else if x == f64::INFINITY {
        0.0
    } else {
        power_term(shape, x) * (shape / x)
    }
}

/// x^shape·exp(−x)/Γ(shape + 1). For large shapes in the saddle-point form of C. Loader, "Fast and accurate computation of binomial
/// probabilities" (2000), where what is left of the exponent is no larger than the logarithm of the result; not for an x that is small
/// beside the shape, whose digits the difference of both would drop.
fn power_term(shape: f64, x: f64) -> f64 {
    if shape >= stirling::LARGE && x > 0.1 * shape {
        let deviance = -shape * stirling::log1p_less_linear((x - shape) / shape);
        (-stirling::error(shape) - deviance).exp() / (TAU * shape).sqrt()
    } else if shape < stirling::LARGE && x < 100.0 {
        x.powf(shape) * (-x).exp() / libm::tgamma(shape + 1.0)
    } else {
        (shape * x.ln() - x - lgamma(shape + 1.0)).exp()
    }
}

/// log x − ψ(shape), without cancellation where both are large.
fn log_less_digamma(shape: f64, x: f64) -> f64 {
    if shape < stirling::LARGE {
        return x.ln() - digamma(shape);
    }
    let difference = (x - shape) / shape;
    let relative = if difference.abs() < 0.5 { difference.ln_1p() } else { (x / shape).ln() };
    relative + super::gamma::log_less_digamma(shape)
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

/// x^shape·exp(−x)/Γ(shape, x). Source: DLMF 8.9.2.
fn fraction<T: Scalar>(shape: T, x: f64) -> T {
    let start = T::constant(x + 1.0) - shape;
    continued_fraction(start, |n| (T::constant(n) * (shape - T::constant(n)), start + T::constant(2.0 * n)))
}
