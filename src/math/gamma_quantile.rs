//! The quantile of the gamma distribution with rate 1.
//!
//! Solved for log x from a starting value. Sources: A. R. DiDonato and A. H. Morris, "Computation
//! of the incomplete gamma function ratios and their inverse", ACM TOMS 12 (1986), for the starting
//! values and the order in which they are used; E. B. Wilson and M. M. Hilferty (1931).

use super::gamma::lgamma;
use super::gamma_inc::log_tail;
use super::quantile::{Local, Tail, Target, solve};

/// Below this the leading terms of the power series give the quantile to rounding.
const TINY: f64 = 1e-8;
/// From this shape on, the cube root of a gamma variable is roughly normal.
const NEARLY_NORMAL: f64 = 0.5;

/// The x with P(shape, x) = p; shape > 0, 0 ≤ p ≤ 1. Relative error about 1e-14, or the effect of
/// rounding p if that is larger.
#[must_use]
pub fn gamma_quantile(shape: f64, p: f64) -> f64 {
    quantile(shape, Target::of_probability(p))
}

/// The x with P(shape, x) = Φ(e), with full relative accuracy in both tails; if it would underflow,
/// the smallest positive number, because 0 has probability 0.
#[must_use]
pub fn gamma_of_normal(shape: f64, e: f64) -> f64 {
    quantile(shape, Target::of_deviate(e))
}

fn quantile(shape: f64, target: Option<Target>) -> f64 {
    let Some(target) = target.filter(|_| shape > 0.0 && shape < f64::INFINITY) else {
        return f64::NAN;
    };
    if target.log_probability == f64::NEG_INFINITY {
        return match target.tail {
            Tail::Lower => 0.0,
            Tail::Upper => f64::INFINITY,
        };
    }
    let start = start(shape, target);
    if start < TINY * (1.0 + shape) {
        return start.max(f64::MIN_POSITIVE);
    }
    let local = |x: f64| {
        let (log_probability, slope) = log_tail(shape, x, target.tail);
        Local::new(log_probability - target.log_probability, slope, shape - x, -x)
    };
    solve(start, local, |x, step| x * step.exp())
}

/// A starting value for the quantile; if it is below [`TINY`], the quantile itself.
fn start(shape: f64, target: Target) -> f64 {
    let root = 1.0 - 1.0 / (9.0 * shape) + target.deviate / (3.0 * shape.sqrt());
    if shape >= NEARLY_NORMAL && root > 0.3 {
        return shape * root * root * root;
    }
    // P = x^shape/Γ(shape + 1)·(1 − x·shape/(shape + 1) + ...).
    let small = ((target.log_lower() + lgamma(shape + 1.0)) / shape).exp();
    if small < 0.5 * (1.0 + shape) {
        return small * (1.0 + small / (1.0 + shape));
    }
    // 1 − P = x^(shape − 1)·exp(−x)/Γ(shape)·(1 + ...).
    let log = -target.log_upper() - lgamma(shape);
    if log > 1.5 { log - (1.0 - shape) * log.ln() } else { 0.5 * (1.0 + shape) }
}
