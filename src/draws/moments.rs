//! Numbers → their mean and variance.

/// The arithmetic mean; NaN for an empty slice.
#[must_use]
pub fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// The variance with divisor n − 1, in two passes; NaN for fewer than two.
#[must_use]
pub fn variance(values: &[f64]) -> f64 {
    let centre = mean(values);
    let squares: f64 = values.iter().map(|value| (value - centre) * (value - centre)).sum();
    squares / (values.len() as f64 - 1.0)
}
