//! Test statistics → the probability of a value at least as large.

use crate::math::gamma_inc::gamma_inc;

/// P(D ≥ d) for the Kolmogorov–Smirnov distance of `n` draws. Source: Stephens 1970, the limit
/// distribution at (√n + 0.12 + 0.11/√n)·d; within 0.01 of the exact level for n ≥ 5, closer in the
/// tail.
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Quantiles of the limit distribution. Source: Smirnov 1948, table; 1.3581 and 1.6276 are the
    /// 5 % and 1 % points.
    #[test]
    fn kolmogorov_smirnov_has_its_tabulated_points() {
        let n = 1 << 40;
        let root = (n as f64).sqrt();
        // The points are rounded to 5e-5, and the probability has slope −4·point·probability there.
        for (point, chance) in [(1.3581, 0.05), (1.6276, 0.01), (1.2238, 0.1)] {
            assert!(
                (kolmogorov_smirnov(point / root, n) - chance).abs() < 4.0 * point * chance * 5e-5
            );
        }
        assert_eq!(kolmogorov_smirnov(0.0, n), 1.0);
    }

    /// With two degrees of freedom P(X ≥ x) = exp(−x/2); the 5 % point with one is
    /// 3.841458820694124.
    #[test]
    fn chi_square_has_its_closed_forms() {
        assert!((chi_square(3.0, 2) - (-1.5_f64).exp()).abs() < 1e-14);
        assert!((chi_square(3.841_458_820_694_124, 1) - 0.05).abs() < 1e-14);
        assert_eq!(chi_square(5.0, 0), 1.0);
    }
}
