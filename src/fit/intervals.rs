//! Intervals of an estimate: from standard errors, or from the profile likelihood.

use super::ranges::Range;
use super::scalars::{BEYOND, Scalar};
use crate::density::LogDensity;
use crate::draws::Estimate;
use crate::draws::estimate::TWO_SIDED_95;
use crate::inference::{InferenceError, Progress, profile};

/// Intervals from standard errors, each on the scale on which the range of its value is all real
/// numbers: they stay within the range. See [`Range::interval`].
pub fn from_errors<D: LogDensity>(
    density: &mut D,
    estimate: &mut Estimate,
    ranges: &[Range],
    scalars: &[Scalar],
) {
    for (i, range) in ranges.iter().enumerate() {
        let interval = range.interval(estimate.values[i], estimate.std_errors[i]);
        (estimate.lower[i], estimate.upper[i]) = interval;
    }
    for scalar in scalars.iter().filter(|scalar| scalar.has_computed_end) {
        if let Some((lower, upper)) = along_coordinate(density, estimate, scalar) {
            (estimate.lower[scalar.value], estimate.upper[scalar.value]) = (lower, upper);
        }
    }
}

/// The interval of a value whose ends are computed: that of its coordinate, mapped. None if the
/// value is uncertain for another reason too, as where an end is a parameter.
fn along_coordinate<D: LogDensity>(
    density: &mut D,
    estimate: &Estimate,
    scalar: &Scalar,
) -> Option<(f64, f64)> {
    let n = estimate.q.len();
    let sd = estimate.covariance[scalar.coordinate * (n + 1)].sqrt();
    let mut along = vec![0.0; n];
    along[scalar.coordinate] = sd;
    let mut values = vec![0.0; density.constrained_dim()];
    density.constrain_along(&estimate.q, &along, &mut values);
    let (own, all) = (values[scalar.value].abs(), estimate.std_errors[scalar.value]);
    let mut at = |sign: f64| {
        let mut q = estimate.q.clone();
        q[scalar.coordinate] += sign * TWO_SIDED_95 * sd;
        density.constrain(&q, &mut values);
        values[scalar.value]
    };
    let (a, b) = (at(-1.0), at(1.0));
    ((own - all).abs() <= 1e-4 * all).then(|| (a.min(b), a.max(b)))
}

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
