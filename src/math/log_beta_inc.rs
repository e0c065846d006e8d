//! The logarithm of the regularised incomplete beta function at a logit, with derivatives. It does not
//! underflow, and the upper tail is that of the opposite logit with the parameters swapped.

use super::beta::lbeta;
use super::beta_inc::Point;
use super::curve::Bent;
use super::gamma::{digamma_difference, trigamma};
use super::logistic::{inv_logit, log1m_exp, log1m_exp_slope};
use super::quantile::Tail;

/// Beyond this logit x or 1 − x is so small that the power law at the end holds to rounding.
const END: f64 = 700.0;

/// log I_x(a, b) with x = 1/(1 + exp(−t)), a > 0, b > 0; −∞ at −∞, 0 at ∞. Absolute error about
/// 1e-13, or relative to the result if that is larger.
#[must_use]
pub fn log_beta_inc(a: f64, b: f64, t: f64) -> f64 {
    match place(a, b, t) {
        Place::Outside => f64::NAN,
        Place::Infinite => t.min(0.0),
        Place::LowEnd => end(a, b, t),
        Place::HighEnd => log1m_exp(end(b, a, -t)),
        Place::Within(point) => point.log_tail(Tail::Lower).0,
    }
}

/// Its derivative by t: x·(1−x)·density relative to I_x(a, b).
#[must_use]
pub fn slope(a: f64, b: f64, t: f64) -> f64 {
    match place(a, b, t) {
        Place::Outside => f64::NAN,
        Place::Infinite => {
            if t < 0.0 {
                a
            } else {
                0.0
            }
        }
        Place::LowEnd => a,
        Place::HighEnd => -b * log1m_exp_slope(end(b, a, -t)),
        Place::Within(point) => point.log_tail(Tail::Lower).1,
    }
}

/// Its derivative by a.
#[must_use]
pub fn first(a: f64, b: f64, t: f64) -> f64 {
    bent(a, b, t).slopes[0]
}

/// Its derivative by b.
#[must_use]
pub fn second(a: f64, b: f64, t: f64) -> f64 {
    bent(a, b, t).slopes[1]
}

/// Its second derivative by a.
#[must_use]
pub fn first_first(a: f64, b: f64, t: f64) -> f64 {
    bent(a, b, t).bends[0]
}

/// Its derivative by a and b.
#[must_use]
pub fn first_second(a: f64, b: f64, t: f64) -> f64 {
    bent(a, b, t).bends[1]
}

/// Its second derivative by b.
#[must_use]
pub fn second_second(a: f64, b: f64, t: f64) -> f64 {
    bent(a, b, t).bends[2]
}

/// Where the arguments are.
enum Place {
    Outside,
    Infinite,
    LowEnd,
    HighEnd,
    Within(Point),
}

fn place(a: f64, b: f64, t: f64) -> Place {
    match Point::new(a, b, inv_logit(t)) {
        None => Place::Outside,
        Some(_) if t.is_infinite() => Place::Infinite,
        Some(_) if t < -END => Place::LowEnd,
        Some(_) if t > END => Place::HighEnd,
        Some(point) => Place::Within(Point { y: inv_logit(-t), ..point }),
    }
}

/// log(x^a/(a·B(a, b))): log I_x(a, b) near x = 0.
fn end(a: f64, b: f64, t: f64) -> f64 {
    a * t - a.ln() - lbeta(a, b)
}

/// The derivatives of [`end`] by a and b.
fn end_bent(a: f64, b: f64, t: f64) -> Bent {
    let both = trigamma(a + b);
    // ψ(a+b) − ψ(a+1), the derivative of −log a − log B.
    let first = digamma_difference(a, b) - 1.0 / a;
    Bent {
        slopes: [t + first, digamma_difference(b, a)],
        bends: [both - trigamma(a + 1.0), both, both - trigamma(b)],
    }
}

fn bent(a: f64, b: f64, t: f64) -> Bent {
    let all = |value: f64| Bent { slopes: [value; 2], bends: [value; 3] };
    match place(a, b, t) {
        Place::Outside => all(f64::NAN),
        Place::Infinite => {
            let nothing = all(0.0);
            if t > 0.0 { nothing } else { Bent { slopes: [t, 0.0], ..nothing } }
        }
        Place::LowEnd => end_bent(a, b, t),
        Place::HighEnd => end_bent(b, a, -t).swapped().of_rest(log1m_exp_slope(end(b, a, -t))),
        Place::Within(point) => point.log_tail_bent(Tail::Lower),
    }
}
