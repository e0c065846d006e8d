//! Profile-likelihood intervals of an estimate.

use super::scalars::{BEYOND, Scalar};
use crate::density::LogDensity;
use crate::draws::Estimate;
use crate::inference::{InferenceError, Progress, profile};

/// Replaces normal intervals by profile-likelihood intervals, on the natural scale.
pub fn profiles<D: LogDensity>(
    density: &mut D,
    estimate: &mut Estimate,
    scalars: &[Scalar],
    progress: &dyn Progress,
) -> Result<(), InferenceError> {
    let mut values = vec![0.0; density.constrained_dim()];
    for parameter in scalars {
        let interval = profile(density, estimate, parameter.coordinate, progress)?;
        let mut natural = |coordinate: f64| {
            let mut q = estimate.q.clone();
            q[parameter.coordinate] =
                if coordinate.is_finite() { coordinate } else { coordinate.signum() * BEYOND };
            density.constrain(&q, &mut values);
            values[parameter.value]
        };
        let (a, b) = (natural(interval.lower), natural(interval.upper));
        let unbounded = |end: f64, has_bound: bool, value: f64| {
            if end.is_finite() || has_bound { value } else { end }
        };
        // A value that has only an upper bound decreases as its coordinate increases.
        let falls = parameter.bounds == (false, true);
        let (low, high) =
            if falls { (interval.upper, interval.lower) } else { (interval.lower, interval.upper) };
        estimate.lower[parameter.value] = unbounded(low, parameter.bounds.0, a.min(b));
        estimate.upper[parameter.value] = unbounded(high, parameter.bounds.1, a.max(b));
    }
    Ok(())
}
