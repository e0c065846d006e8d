//! A point with its curvature → values on their natural scale with standard errors, by the delta method.

use super::curvature::Curvature;
use crate::density::LogDensity;

/// Values and their standard errors.
pub(super) struct Values {
    pub values: Vec<f64>,
    pub std_errors: Vec<f64>,
}

/// √(J Σ Jᵀ), J the Jacobian of `constrain` by central differences; NaN where a value depends on a direction that is not determined.
pub(super) fn propagate<D: LogDensity>(density: &mut D, q: &[f64], curvature: &Curvature) -> Values {
    let mut values = vec![0.0; density.constrained_dim()];
    density.constrain(q, &mut values);
    let columns: Vec<Vec<f64>> = (0..q.len()).map(|j| derivative(density, q, j)).collect();
    let std_errors = (0..values.len()).map(|k| std_error(&columns.iter().map(|column| column[k]).collect::<Vec<_>>(), curvature)).collect();
    Values { values, std_errors }
}

fn std_error(row: &[f64], curvature: &Curvature) -> f64 {
    if row.iter().any(|entry| !entry.is_finite()) || curvature.leaves_open(row) {
        return f64::NAN;
    }
    let spread = curvature.covariance_times(row);
    row.iter().zip(&spread).map(|(a, b)| a * b).sum::<f64>().sqrt()
}

/// ∂ values/∂q_j, with a step of the cube root of the machine epsilon.
fn derivative<D: LogDensity>(density: &mut D, q: &[f64], j: usize) -> Vec<f64> {
    let width = density.constrained_dim();
    let step = f64::EPSILON.cbrt() * q[j].abs().max(1.0);
    let mut shifted = q.to_vec();
    let mut at = |to: f64| {
        shifted[j] = to;
        let mut values = vec![0.0; width];
        density.constrain(&shifted, &mut values);
        values
    };
    let (above, below) = (at(q[j] + step), at(q[j] - step));
    let distance = (q[j] + step) - (q[j] - step);
    above.iter().zip(&below).map(|(a, b)| (a - b) / distance).collect()
}
