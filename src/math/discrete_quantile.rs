//! Quantiles of families of counts: the smallest count whose distribution function reaches Φ(e) for
//! a normal deviate e.
//!
//! Found by bisection on the logarithm of the smaller tail, from a bracket that doubles outwards
//! from the normal approximation.

use super::beta_inc::Point;
use super::gamma_inc::log_tail;
use super::quantile::{Tail, Target};

/// Counts beyond this cannot be distinguished from their neighbours.
const LARGEST: f64 = 9_007_199_254_740_992.0;

/// The quantile of the Poisson distribution at Φ(e); rate > 0.
#[must_use]
pub fn poisson_of_normal(rate: f64, e: f64) -> f64 {
    let Some(target) = Target::of_deviate(e).filter(|_| rate > 0.0 && rate < LARGEST) else {
        return f64::NAN;
    };
    // P(Y ≤ k) = Q(k + 1, rate). Source: DLMF 8.4.10.
    let tail = |k: f64, tail: Tail| log_tail(k + 1.0, rate, opposite(tail)).0;
    smallest(target, rate, rate.sqrt(), LARGEST, tail)
}

/// The quantile of the binomial distribution at Φ(e); n = 0, 1, ..., 0 ≤ p ≤ 1.
#[must_use]
pub fn binomial_of_normal(n: f64, p: f64, e: f64) -> f64 {
    let inside = (0.0..LARGEST).contains(&n) && n.fract() == 0.0 && (0.0..=1.0).contains(&p);
    let Some(target) = Target::of_deviate(e).filter(|_| inside) else { return f64::NAN };
    if p == 0.0 || p == 1.0 {
        return n * p;
    }
    // P(Y > k) = I_p(k + 1, n − k). Source: DLMF 8.17.5.
    let tail = |k: f64, tail: Tail| {
        Point::new(k + 1.0, n - k, p).map_or(f64::NAN, |point| point.log_tail(opposite(tail)).0)
    };
    smallest(target, n * p, (n * p * (1.0 - p)).sqrt(), n, tail)
}

/// The quantile of the negative binomial distribution with this mean and size at Φ(e); mean > 0,
/// size > 0.
#[must_use]
pub fn negative_binomial_of_normal(mean: f64, size: f64, e: f64) -> f64 {
    let inside = mean > 0.0 && mean < LARGEST && size > 0.0;
    let Some(target) = Target::of_deviate(e).filter(|_| inside) else { return f64::NAN };
    if size.is_infinite() {
        return poisson_of_normal(mean, e);
    }
    let p = mean / (size + mean);
    if p == 0.0 {
        return poisson_of_normal(mean, e);
    }
    // P(Y > k) = I_p(k + 1, size). Source: DLMF 8.17.24.
    let tail = |k: f64, tail: Tail| {
        Point::new(k + 1.0, size, p).map_or(f64::NAN, |point| point.log_tail(opposite(tail)).0)
    };
    smallest(target, mean, (mean + mean * mean / size).sqrt(), LARGEST, tail)
}

/// A count's lower tail is the upper tail of the continuous variable that it is expressed by.
fn opposite(tail: Tail) -> Tail {
    match tail {
        Tail::Lower => Tail::Upper,
        Tail::Upper => Tail::Lower,
    }
}

/// The smallest k from 0 to `largest` for which log P(Y ≤ k) or log P(Y > k), given by `tail` below
/// `largest`, reaches its target.
fn smallest(
    target: Target,
    mean: f64,
    deviation: f64,
    largest: f64,
    tail: impl Fn(f64, Tail) -> f64,
) -> f64 {
    if target.log_probability == f64::NEG_INFINITY {
        return match target.tail {
            Tail::Lower => 0.0,
            Tail::Upper => largest_as_value(largest),
        };
    }
    let reached = |k: f64| {
        k >= largest
            || match target.tail {
                Tail::Lower => tail(k, Tail::Lower) >= target.log_probability,
                Tail::Upper => tail(k, Tail::Upper) <= target.log_probability,
            }
    };
    let start = (mean + target.deviate * deviation).clamp(0.0, largest).floor();
    let mut step = deviation.max(1.0).floor();
    // The bracket (low, high]: `low` does not reach the target, or is −1; `high` does.
    let (mut low, mut high) =
        if reached(start) { (start - step, start) } else { (start, start + step) };
    while low >= 0.0 && reached(low) {
        step *= 2.0;
        (low, high) = (low - step, low);
    }
    while !reached(high) {
        step *= 2.0;
        (low, high) = (high, high + step);
    }
    (low, high) = (low.max(-1.0), high.min(largest));
    while high - low > 1.0 {
        let middle = low + ((high - low) / 2.0).floor();
        if reached(middle) { high = middle } else { low = middle }
    }
    high
}

/// The end of an unbounded support is infinite.
fn largest_as_value(largest: f64) -> f64 {
    if largest < LARGEST { largest } else { f64::INFINITY }
}
