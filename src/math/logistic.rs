//! The logistic function, its logarithm and its inverse, and logarithms of sums and differences,
//! for numbers on the log-odds or log scale.
//!
//! In forms that neither overflow nor cancel. Source: M. Mächler, "Accurately computing log(1 −
//! exp(−|a|))", Rmpfr vignette (2012).

use std::f64::consts::LN_2;

/// 1/(1 + exp(−x)).
#[must_use]
pub fn inv_logit(x: f64) -> f64 {
    let e = (-x.abs()).exp();
    // Written without a branch: the signs of data would make it unpredictable.
    let numerator = if x >= 0.0 { 1.0 } else { e };
    numerator / (1.0 + e)
}

/// log(p/(1 − p)), −∞ at 0, ∞ at 1. Near 1/2, where the logarithm cancels, by log1p of the exact p
/// − 1/2.
#[must_use]
pub fn logit(p: f64) -> f64 {
    if (0.25..=0.75).contains(&p) {
        (2.0 * (p - 0.5) / (1.0 - p)).ln_1p()
    } else {
        p.ln() - (-p).ln_1p()
    }
}

/// log(1/(1 + exp(−x))).
#[must_use]
pub fn log_inv_logit(x: f64) -> f64 {
    -log1p_exp(-x)
}

/// log(1 + exp(x)).
#[must_use]
pub fn log1p_exp(x: f64) -> f64 {
    x.max(0.0) + log1p_fraction((-x.abs()).exp())
}

/// log(1 + e) for 0 ≤ e ≤ 1: the logarithm of the rounded sum u plus a first-order correction for
/// the rounding error, δ/u with δ = e − (u − 1), which is exact (Dekker, Numer. Math. 18 (1971)).
/// As |δ| ≤ min(e, 2⁻⁵³), the second-order term is below 2⁻⁵⁴ of the result. Unlike `ln_1p` it has
/// no branches.
fn log1p_fraction(e: f64) -> f64 {
    let sum = 1.0 + e;
    sum.ln() + (e - (sum - 1.0)) / sum
}

/// log(1 − exp(x)) for x ≤ 0, −∞ at 0.
#[must_use]
pub fn log1m_exp(x: f64) -> f64 {
    if x > -LN_2 { (-x.exp_m1()).ln() } else { (-x.exp()).ln_1p() }
}

/// −exp(x)/(1 − exp(x)) for x ≤ 0, the derivative of [`log1m_exp`]: 0 far to the left, −∞ at 0.
#[must_use]
pub fn log1m_exp_slope(x: f64) -> f64 {
    if x > 0.0 { f64::NAN } else { -1.0 / (-x).exp_m1().abs() }
}

/// log(exp(x) − exp(y)) for x ≥ y, −∞ if they are equal.
#[must_use]
pub fn log_diff_exp(x: f64, y: f64) -> f64 {
    if x == y && x < f64::INFINITY { f64::NEG_INFINITY } else { x + log1m_exp(y - x) }
}

/// exp(x)/(exp(x) + exp(y)); a half where x = y, even if both are infinite.
#[must_use]
pub fn log_add_exp_share(x: f64, y: f64) -> f64 {
    if x == y { 0.5 } else { inv_logit(x - y) }
}

/// log(exp(x) + exp(y)), −∞ if both are.
#[must_use]
pub fn log_add_exp(x: f64, y: f64) -> f64 {
    let (larger, smaller) = if x < y { (y, x) } else { (x, y) };
    if larger.is_infinite() {
        larger + if smaller.is_nan() { smaller } else { 0.0 }
    } else {
        larger + log1p_fraction((smaller - larger).exp())
    }
}
