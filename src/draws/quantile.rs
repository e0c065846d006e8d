//! Sorted numbers → quantiles.

/// The quantile of type 7 of Hyndman and Fan, the default of R and NumPy: linear between order
/// statistics. `sorted`: ascending, not empty; `probability` in [0, 1]. The arithmetic is that of
/// SciPy's `mquantiles`, so that comparisons with a quantile come out the same.
#[must_use]
pub fn quantile(sorted: &[f64], probability: f64) -> f64 {
    let count = sorted.len();
    if count == 1 {
        return sorted[0];
    }
    let n = count as f64;
    let position = n * probability + (1.0 - probability);
    let below = position.clamp(1.0, n - 1.0).floor();
    let weight = (position - below).clamp(0.0, 1.0);
    let index = below as usize;
    (1.0 - weight) * sorted[index - 1] + weight * sorted[index]
}

/// The median; `sorted`: ascending, not empty.
#[must_use]
pub fn median(sorted: &[f64]) -> f64 {
    let half = sorted.len() / 2;
    if sorted.len() % 2 == 1 { sorted[half] } else { (sorted[half - 1] + sorted[half]) / 2.0 }
}
