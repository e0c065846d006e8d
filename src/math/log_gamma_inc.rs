//! Logarithms of the regularised incomplete gamma functions, with derivatives. They do not
//! underflow.

use super::gamma::trigamma;
use super::gamma_inc::{density, log_tail, log_tail_by_shape, outside};
use super::quantile::Tail;

/// log P(shape, x), −∞ at 0.
#[must_use]
pub fn lower(shape: f64, x: f64) -> f64 {
    value(shape, x, Tail::Lower)
}

/// log(1 − P(shape, x)), −∞ at ∞.
#[must_use]
pub fn upper(shape: f64, x: f64) -> f64 {
    value(shape, x, Tail::Upper)
}

/// The gamma density divided by P(shape, x): the derivative of [`lower`] by x.
#[must_use]
pub fn lower_slope(shape: f64, x: f64) -> f64 {
    slope(shape, x, Tail::Lower)
}

/// The gamma density divided by 1 − P(shape, x): minus the derivative of [`upper`] by x.
#[must_use]
pub fn upper_slope(shape: f64, x: f64) -> f64 {
    slope(shape, x, Tail::Upper)
}

/// The derivative of [`lower`] by the shape.
#[must_use]
pub fn lower_shape(shape: f64, x: f64) -> f64 {
    by_shape(shape, x, Tail::Lower)
}

/// The derivative of [`upper`] by the shape.
#[must_use]
pub fn upper_shape(shape: f64, x: f64) -> f64 {
    by_shape(shape, x, Tail::Upper)
}

/// The second derivative of [`lower`] by the shape.
#[must_use]
pub fn lower_shape_shape(shape: f64, x: f64) -> f64 {
    by_shape_twice(shape, x, Tail::Lower)
}

/// The second derivative of [`upper`] by the shape.
#[must_use]
pub fn upper_shape_shape(shape: f64, x: f64) -> f64 {
    by_shape_twice(shape, x, Tail::Upper)
}

fn value(shape: f64, x: f64, tail: Tail) -> f64 {
    if outside(shape, x) {
        return f64::NAN;
    }
    match (tail, x) {
        (Tail::Lower, 0.0) | (Tail::Upper, f64::INFINITY) => f64::NEG_INFINITY,
        (Tail::Lower, f64::INFINITY) | (Tail::Upper, 0.0) => 0.0,
        (Tail::Lower | Tail::Upper, _) => log_tail(shape, x, tail).0,
    }
}

fn slope(shape: f64, x: f64, tail: Tail) -> f64 {
    if outside(shape, x) {
        return f64::NAN;
    }
    match (tail, x) {
        (Tail::Lower, 0.0) => f64::INFINITY,
        (Tail::Lower, f64::INFINITY) => 0.0,
        (Tail::Upper, f64::INFINITY) => 1.0,
        (Tail::Upper, 0.0) => density(shape, x),
        (Tail::Lower | Tail::Upper, _) => log_tail(shape, x, tail).1.abs() / x,
    }
}

fn by_shape(shape: f64, x: f64, tail: Tail) -> f64 {
    if outside(shape, x) {
        return f64::NAN;
    }
    match (tail, x) {
        (Tail::Lower, 0.0) => f64::NEG_INFINITY,
        (Tail::Upper, f64::INFINITY) => f64::INFINITY,
        (Tail::Lower, f64::INFINITY) | (Tail::Upper, 0.0) => 0.0,
        (Tail::Lower | Tail::Upper, _) => log_tail_by_shape(shape, x, tail).0,
    }
}

fn by_shape_twice(shape: f64, x: f64, tail: Tail) -> f64 {
    if outside(shape, x) {
        return f64::NAN;
    }
    match (tail, x) {
        // log P(shape, x) is shape·log x − lgamma(shape + 1) near 0, and log(1 − P) is (shape −
        // 1)·log x − lgamma(shape) at ∞.
        (Tail::Lower, 0.0) => -trigamma(shape + 1.0),
        (Tail::Upper, f64::INFINITY) => -trigamma(shape),
        (Tail::Lower, f64::INFINITY) | (Tail::Upper, 0.0) => 0.0,
        (Tail::Lower | Tail::Upper, _) => log_tail_by_shape(shape, x, tail).1,
    }
}
