//! Energies of a chain → the estimated fraction of missing information (Betancourt 2016, arXiv
//! 1604.00695).

use super::moments::{mean, variance};

/// Below this the energy moves too little from draw to draw.
pub const E_BFMI_LIMIT: f64 = 0.3;

/// E-BFMI: the mean squared change of the energy from draw to draw over its variance. Below 0.3 the
/// momentum is drawn too narrowly to reach the tails. NaN for fewer than two draws or where the
/// energy does not vary.
#[must_use]
pub fn e_bfmi(energies: &[f64]) -> f64 {
    let changes: Vec<f64> = energies.windows(2).map(|pair| (pair[1] - pair[0]).powi(2)).collect();
    mean(&changes) / variance(energies)
}
