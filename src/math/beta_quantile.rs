//! The quantile of the beta distribution.
//!
//! Solved for logit x from a starting value. Sources: Abramowitz and Stegun 26.5.22 if both
//! parameters are at least 1; otherwise the power laws at both ends, joined as in Press et al.,
//! "Numerical Recipes" (2007), section 6.14.

use super::beta::lbeta;
use super::beta_inc::Point;
use super::quantile::{Local, Tail, Target, solve};

/// Below this, the power law at an end gives the quantile to rounding, for any parameters up to
/// 1e20.
const TINY: f64 = 1e-40;

/// The x with I_x(a, b) = p; a > 0, b > 0, 0 ≤ p ≤ 1. Relative error about 1e-13, or the effect of
/// rounding p if that is larger.
#[must_use]
pub fn beta_quantile(a: f64, b: f64, p: f64) -> f64 {
    quantile(a, b, Target::of_probability(p))
}

/// The x with I_x(a, b) = Φ(e), with full relative accuracy of x in both tails; if it would
/// underflow, the smallest positive number.
#[must_use]
pub fn beta_of_normal(a: f64, b: f64, e: f64) -> f64 {
    quantile(a, b, Target::of_deviate(e))
}

fn quantile(a: f64, b: f64, target: Option<Target>) -> f64 {
    let (Some(target), Some(middle)) = (target, Point::new(a, b, 0.5)) else { return f64::NAN };
    if target.log_probability == f64::NEG_INFINITY {
        return match target.tail {
            Tail::Lower => 0.0,
            Tail::Upper => 1.0,
        };
    }
    let start = start(middle, target);
    if start.x.min(start.y) < TINY {
        return start.x.max(f64::MIN_POSITIVE);
    }
    let local = |point: Point| {
        let (log_probability, slope) = point.log_tail(target.tail);
        let Point { a, b, x, y } = point;
        Local::new(log_probability - target.log_probability, slope, a * y - b * x, -(a + b) * x * y)
    };
    solve(start, local, Point::moved).x
}

impl Point {
    /// The point whose logit is larger by `step`.
    fn moved(self, step: f64) -> Self {
        let (x, y) = if step > 0.0 {
            (self.x, self.y * (-step).exp())
        } else {
            (self.x * step.exp(), self.y)
        };
        Self { x: x / (x + y), y: y / (x + y), ..self }
    }

    /// The point with this log x or, if that is near 0, this log y.
    fn at(self, tail: Tail, log: f64) -> Self {
        let (part, rest) = (log.min(0.0).exp(), -log.min(0.0).exp_m1());
        match tail {
            Tail::Lower => Self { x: part, y: rest, ..self },
            Tail::Upper => Self { x: rest, y: part, ..self },
        }
    }
}

/// A starting value for the quantile; if it is, or 1 minus it is, below [`TINY`], the quantile
/// itself.
fn start(middle: Point, target: Target) -> Point {
    let Point { a, b, .. } = middle;
    if a >= 1.0 && b >= 1.0 && (a > 1.0 || b > 1.0) {
        let (left, right) = (1.0 / (2.0 * a - 1.0), 1.0 / (2.0 * b - 1.0));
        let (deviate, mean) = (-target.deviate, 2.0 / (left + right));
        let lambda = (deviate * deviate - 3.0) / 6.0;
        let w = deviate * (mean + lambda).sqrt() / mean
            - (right - left) * (lambda + 5.0 / 6.0 - 2.0 / (3.0 * mean));
        let guess = Point { x: a / (a + b), y: b / (a + b), ..middle }
            .moved((-2.0 * w).clamp(-700.0, 700.0));
        if guess.x.min(guess.y) > TINY {
            return guess;
        }
    }
    // The masses that the two power laws would have up to the mean.
    let log = |first: f64, second: f64| first * (-second / (first + second)).ln_1p() - first.ln();
    let (left, right) = (log(a, b), log(b, a));
    let total = left.max(right) + (-(left - right).abs()).exp().ln_1p();
    let lower = (a.ln() + total + target.log_lower()) / a;
    let upper = (b.ln() + total + target.log_upper()) / b;
    let (tail, log) =
        if target.log_lower() < left - total { (Tail::Lower, lower) } else { (Tail::Upper, upper) };
    if log > TINY.ln() {
        return middle.at(tail, log.min(-1e-3));
    }
    // So far out that the power law alone is enough.
    let (size, log_probability) = match tail {
        Tail::Lower => (a, target.log_lower()),
        Tail::Upper => (b, target.log_upper()),
    };
    middle.at(tail, (size.ln() + lbeta(a, b) + log_probability) / size)
}
