//! The quantile of the von Mises distribution around 0.

use super::quantile::{Local, Tail, Target, solve};
use super::von_mises::{Lower, density};
use std::f64::consts::PI;

/// The x with `von_mises::cdf(x, concentration)` = p; concentration ≥ 0, 0 ≤ p ≤ 1. Relative error
/// about 1e-13 of x or of its distance from ±π, whichever is less, or the effect of rounding p if
/// that is larger.
#[must_use]
pub fn von_mises_quantile(p: f64, concentration: f64) -> f64 {
    quantile(Target::of_probability(p), concentration)
}

/// The x with `von_mises::cdf(x, concentration)` = Φ(e), with full relative accuracy in both tails.
#[must_use]
pub fn von_mises_of_normal(e: f64, concentration: f64) -> f64 {
    quantile(Target::of_deviate(e), concentration)
}

fn quantile(target: Option<Target>, concentration: f64) -> f64 {
    let Some(target) = target.filter(|_| (0.0..f64::INFINITY).contains(&concentration)) else {
        return f64::NAN;
    };
    // The distribution is symmetric, so only its lower half is solved for.
    let left = lower_half(target, concentration);
    match target.tail {
        Tail::Lower => left,
        Tail::Upper => -left,
    }
}

/// The x from −π to 0 at which the distribution function equals the target's smaller probability.
fn lower_half(target: Target, concentration: f64) -> f64 {
    let log_probability = target.log_probability;
    if log_probability == f64::NEG_INFINITY {
        return -PI;
    }
    if target.deviate == 0.0 {
        return 0.0;
    }
    // The density is smallest at −π: a smaller probability is reached before the next representable
    // number.
    if log_probability.exp() < density(PI, concentration) * f64::EPSILON {
        return -PI;
    }
    let first = (-PI).next_up();
    let start = start(target, concentration).max(first);
    let local = |lower: Lower| {
        let slope = density(lower.x, concentration) / lower.probability;
        let (sin, cos) = lower.x.sin_cos();
        Local::new(
            lower.probability.ln() - log_probability,
            slope,
            -concentration * sin,
            -concentration * cos,
        )
    };
    let apply = |lower: Lower, step: f64| lower.moved((lower.x + step).clamp(first, 0.0));
    solve(Lower::new(start, concentration), local, apply).x
}

/// The quantile of a normal variable with roughly the same peak, or of a uniform one if there is
/// hardly a peak.
fn start(target: Target, concentration: f64) -> f64 {
    let half = -0.5 * target.deviate.abs() / concentration.sqrt();
    let flat = PI * (2.0 * target.log_probability.exp() - 1.0);
    if half > -0.8 { (2.0 * half.asin()).max(flat) } else { flat }
}
