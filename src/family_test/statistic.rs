//! Test statistics → the probability of one as large.

use crate::math::gamma_inc::gamma_inc;

/// P(D ≥ d) for the Kolmogorov–Smirnov distance of `n` draws. Source: Stephens 1970, the limit distribution at
/// (√n + 0.12 + 0.11/√n)·d; within 0.01 of the exact level for n ≥ 5, closer in the tail.
pub fn kolmogorov_smirnov(distance: f64, n: usize) -> f64 {
    let root = (n as f64).sqrt();
    let x = (root + 0.12 + 0.11 / root) * distance;
    if x < 0.2 {
        return 1.0;
    }
    let term = |k: f64| if k % 2.0 == 0.0 { -1.0 } else { 1.0 } * (-2.0 * k * k * x * x).exp();
    (2.0 * (1..=100).map(|k| term(f64::from(k))).sum::<f64>()).clamp(0.0, 1.0)
}

/// P(X ≥ x) for the chi-square distribution.
pub fn chi_square(x: f64, degrees: usize) -> f64 {
    if degrees == 0 { 1.0 } else { 1.0 - gamma_inc(degrees as f64 / 2.0, x / 2.0) }
}
