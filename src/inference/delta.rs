//! Values on their natural scale at a point, with standard errors from the curvature by the delta
//! method.

use super::curvature::Curvature;
use crate::density::LogDensity;
use crate::draws::Runaway;

/// Values and their standard errors.
pub(super) struct Values {
    pub values: Vec<f64>,
    pub std_errors: Vec<f64>,
}

/// √(J Σ Jᵀ), where J is the Jacobian of `constrain`; NaN if a value depends
/// on a direction that is not determined, or on a coordinate that runs away.
pub(super) fn propagate<D: LogDensity>(
    density: &mut D,
    q: &[f64],
    curvature: &Curvature,
    running: &[Runaway],
) -> Values {
    let mut values = vec![0.0; density.constrained_dim()];
    density.constrain(q, &mut values);
    let columns: Vec<Vec<f64>> =
        (0..q.len()).map(|j| derivative(density, q, curvature, j)).collect();
    let mut std_errors: Vec<f64> = (0..values.len())
        .map(|k| std_error(&columns.iter().map(|column| column[k]).collect::<Vec<_>>(), curvature))
        .collect();
    for runaway in running {
        let halfway = with_half(density, q, runaway.coordinate);
        for (error, _) in std_errors
            .iter_mut()
            .zip(values.iter().zip(&halfway))
            .filter(|(_, (value, half))| value != half)
        {
            *error = f64::NAN;
        }
    }
    Values { values, std_errors }
}

/// The values with coordinate `j` moved halfway to the origin: this distinguishes a bound that it
/// runs to from its own value there.
fn with_half<D: LogDensity>(density: &mut D, q: &[f64], j: usize) -> Vec<f64> {
    let mut nearer = q.to_vec();
    nearer[j] *= 0.5;
    let mut values = vec![0.0; density.constrained_dim()];
    density.constrain(&nearer, &mut values);
    values
}

fn std_error(row: &[f64], curvature: &Curvature) -> f64 {
    if row.iter().any(|entry| !entry.is_finite()) || curvature.leaves_open(row) {
        return f64::NAN;
    }
    let spread = curvature.covariance_times(row);
    row.iter().zip(&spread).map(|(a, b)| a * b).sum::<f64>().sqrt()
}

/// ∂ values/∂q_j, along a direction of the coordinate's own standard deviation.
fn derivative<D: LogDensity>(
    density: &mut D,
    q: &[f64],
    curvature: &Curvature,
    j: usize,
) -> Vec<f64> {
    let mut unit = vec![0.0; q.len()];
    unit[j] = 1.0;
    let variance = curvature.covariance_times(&unit)[j];
    // A coordinate that nothing determines has no standard deviation.
    let sd = if variance > 0.0 && variance.is_finite() { variance.sqrt() } else { 1.0 };
    unit[j] = sd;
    let mut slopes = vec![0.0; density.constrained_dim()];
    density.constrain_along(q, &unit, &mut slopes);
    slopes.iter().map(|slope| slope / sd).collect()
}
