//! Energies of a chain → the estimated fraction of missing information (Betancourt 2016, arXiv
//! 1604.00695).

use super::moments::{mean, variance};

/// E-BFMI: the mean squared change of the energy from draw to draw, divided by its variance. Below
/// 0.3 the momentum is too narrowly distributed to reach the tails. NaN for fewer than two draws,
/// or where the energy is constant.
#[must_use]
pub fn e_bfmi(energies: &[f64]) -> f64 {
    let changes: Vec<f64> = energies.windows(2).map(|pair| (pair[1] - pair[0]).powi(2)).collect();
    mean(&changes) / variance(energies)
}
