//! Elementary functions: sign, step, minimum and maximum, and products with logarithms.

/// −1, 0 or 1 according to the sign of `x`; NaN for NaN.
#[must_use]
pub fn sign(x: f64) -> f64 {
    if x == 0.0 || x.is_nan() { x.abs() } else { x.signum() }
}

/// 1 if `x` ≥ 0, else 0; NaN for NaN.
#[must_use]
pub fn step(x: f64) -> f64 {
    if x.is_nan() {
        x
    } else if x >= 0.0 {
        1.0
    } else {
        0.0
    }
}

/// The smaller of the two. Unlike `f64::min`, propagates NaN, so that trouble is visible.
#[must_use]
pub fn min(x: f64, y: f64) -> f64 {
    if x <= y || x.is_nan() { x } else { y }
}

/// The larger of the two. Unlike `f64::max`, propagates NaN, so that trouble is visible.
#[must_use]
pub fn max(x: f64, y: f64) -> f64 {
    if x >= y || x.is_nan() { x } else { y }
}

/// log(1 − x).
#[must_use]
pub fn log1m(x: f64) -> f64 {
    (-x).ln_1p()
}

/// x·log(y); 0 at x = 0, even where the logarithm is infinite; NaN for y < 0.
#[must_use]
pub fn xlogy(x: f64, y: f64) -> f64 {
    if x == 0.0 && y >= 0.0 { 0.0 } else { x * y.ln() }
}

/// x·log(1 + y); 0 at x = 0, even where the logarithm is infinite; NaN for y < −1.
#[must_use]
pub fn xlog1py(x: f64, y: f64) -> f64 {
    if x == 0.0 && y >= -1.0 { 0.0 } else { x * y.ln_1p() }
}

/// x·y; 0 where a factor is 0, even where the other is infinite or NaN.
#[must_use]
pub fn masked_product(x: f64, y: f64) -> f64 {
    if x == 0.0 || y == 0.0 { 0.0 } else { x * y }
}

/// log(x + √(x² + 1)), by log1p of the sum less 1, which does not cancel.
#[must_use]
pub fn asinh(x: f64) -> f64 {
    let size = x.abs();
    let value = if size > 1e150 {
        size.ln() + std::f64::consts::LN_2
    } else {
        (size + size * size / (1.0 + size.hypot(1.0))).ln_1p()
    };
    value.copysign(x)
}
