//! The error of Stirling's approximation, and parts of densities that would otherwise cancel.

/// B₂ₖ/(2k(2k−1)) for k = 1..8. Source: DLMF 5.11.1.
const SERIES: [f64; 8] = [
    1.0 / 12.0,
    -1.0 / 360.0,
    1.0 / 1_260.0,
    -1.0 / 1_680.0,
    1.0 / 1_188.0,
    -691.0 / 360_360.0,
    1.0 / 156.0,
    -3_617.0 / 122_400.0,
];

/// From here on, the series is exact to rounding.
pub const LARGE: f64 = 10.0;

/// log Γ(x) − (x − ½)·log x + x − ½·log 2π for x ≥ [`LARGE`]; truncation below 2e-18. Source: DLMF
/// 5.11.1.
#[must_use]
pub fn error(x: f64) -> f64 {
    let inverse = 1.0 / x;
    let square = inverse * inverse;
    SERIES.iter().rev().fold(0.0, |sum, c| sum * square + c) * inverse
}

/// log(1 + u) − u for u > −1, without cancellation near 0. With r = u/(2 + u) it is r·(2r²·(1/3 +
/// r²/5 + r⁴/7 + ...) − u), from log(1 + u) = 2·artanh(r) (DLMF 4.6.4).
#[must_use]
pub fn log1p_less_linear(u: f64) -> f64 {
    if u.is_nan() || u.abs() >= 0.4 {
        return u.ln_1p() - u;
    }
    let r = u / (2.0 + u);
    let square = r * r;
    let sum = (0..16).rev().fold(0.0, |sum, k| sum * square + 1.0 / f64::from(2 * k + 3));
    r * (2.0 * square * sum - u)
}

/// count·log(count/mean) + mean − count, the exponent of a Poisson density relative to its height,
/// in the form of C. Loader, "Fast and accurate computation of binomial probabilities" (2000).
/// `difference` = mean − count, known more accurately than by subtraction.
#[must_use]
pub fn deviance(count: f64, mean: f64, difference: f64) -> f64 {
    let relative = difference / count;
    if relative.abs() < 0.4 {
        -count * log1p_less_linear(relative)
    } else {
        difference - count * (mean / count).ln()
    }
}
