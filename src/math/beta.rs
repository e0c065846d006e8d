//! Logarithms of the beta function and of the binomial coefficient.

use super::gamma::lgamma;
use super::stirling;

/// log √(2π). Source: OEIS A075700.
const LN_SQRT_TAU: f64 = 0.918_938_533_204_672_7;

/// log B(a, b), ∞ if one argument is 0, NaN if one is negative. Large arguments enter through
/// Stirling's remainder, so that no terms of their size cancel (as in R's `lbeta`, after W.
/// Fullerton).
#[must_use]
pub fn lbeta(a: f64, b: f64) -> f64 {
    let (small, large) = if a <= b { (a, b) } else { (b, a) };
    if !(small >= 0.0 && large >= 0.0) {
        return f64::NAN;
    }
    if small == 0.0 {
        return if large == f64::INFINITY { f64::NAN } else { f64::INFINITY };
    }
    if large == f64::INFINITY {
        return f64::NEG_INFINITY;
    }
    let sum = small + large;
    if small >= stirling::LARGE {
        let rest = stirling::error(small) + stirling::error(large) - stirling::error(sum);
        LN_SQRT_TAU - 0.5 * large.ln()
            + rest
            + (small - 0.5) * (small / sum).ln()
            + large * (-small / sum).ln_1p()
    } else if large >= stirling::LARGE {
        lgamma(small) - log_gamma_ratio(small, large)
    } else if large < 1.0 {
        lgamma(1.0 + small) + lgamma(1.0 + large) - lgamma(1.0 + sum) + (1.0 + small / large).ln()
            - small.ln()
    } else {
        lgamma(small) + (lgamma(large) - lgamma(sum))
    }
}

/// log Γ(large + small) − log Γ(large) for large ≥ 10 without cancellation.
fn log_gamma_ratio(small: f64, large: f64) -> f64 {
    let sum = small + large;
    let rest = stirling::error(sum) - stirling::error(large);
    small * sum.ln() - small + (large - 0.5) * (small / large).ln_1p() + rest
}

/// log of the binomial coefficient Γ(n+1)/(Γ(k+1)Γ(n−k+1)); −∞ for k ≤ −1 or k ≥ n + 1 (no way to
/// choose), NaN for n < 0.
#[must_use]
pub fn lchoose(n: f64, k: f64) -> f64 {
    if n.is_nan() || n < 0.0 || k.is_nan() {
        return f64::NAN;
    }
    let rest = n - k;
    if k <= -1.0 || rest <= -1.0 {
        return f64::NEG_INFINITY;
    }
    let few = k.min(rest);
    if (0.0..=20.0).contains(&few) && few.fract() == 0.0 {
        return log_product(n, few);
    }
    -n.ln_1p() - lbeta(rest + 1.0, k + 1.0)
}

/// log(n·(n−1)···(n−k+1)/k!) for a small count k: from the product itself, unless it overflows.
fn log_product(n: f64, k: f64) -> f64 {
    let (mut product, mut logs, mut i) = (1.0, 0.0, 0.0);
    while i < k {
        product *= (n - i) / (i + 1.0);
        if product > 1e280 {
            logs += product.ln();
            product = 1.0;
        }
        i += 1.0;
    }
    logs + product.ln()
}
