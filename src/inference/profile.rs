//! Profile-likelihood intervals of an estimate: where the log density, maximised over all other
//! coordinates, has fallen by χ²₀.₉₅/2.

use super::fixed::Fixed;
use super::objective::Objective;
use super::optimise::{self, OptimiseSettings};
use super::{InferenceError, Progress, newton};
use crate::density::LogDensity;
use crate::draws::Estimate;

/// Half of the 95% quantile of χ² with one degree of freedom.
const FALL: f64 = 1.920_729_410_347_062;

/// Consecutive points of a profile are close together.
const CLIMB: OptimiseSettings = OptimiseSettings {
    starts: 1,
    further: 0,
    groups: Vec::new(),
    dear_curvature: false,
    seed: 0,
    max_iterations: 200,
    init: None,
    scales: None,
    accuracy: 1e-11,
};

/// The ends of an interval on the scale of the coordinate; infinite if the log density never falls
/// that far.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// The lower end.
    pub lower: f64,
    /// The upper end.
    pub upper: f64,
}

/// A coordinate that reaches this has no end: exp(±40) is absurd for a scale.
const FARTHEST: f64 = 40.0;

/// The interval of one coordinate.
///
/// # Errors
/// [`InferenceError::Infinite`] if the log density is +∞ on the way.
pub fn profile<D: LogDensity>(
    density: &mut D,
    estimate: &Estimate,
    coordinate: usize,
    progress: &dyn Progress,
) -> Result<Interval, InferenceError> {
    let variance =
        estimate.covariance.get(coordinate * (estimate.q.len() + 1)).copied().unwrap_or(0.0);
    let step = if variance > 0.0 && variance.is_finite() { 2.0 * variance.sqrt() } else { 1.0 };
    let mut end = |sign: f64| {
        Side { density, estimate, coordinate, sign, last: estimate.q.clone() }
            .end(step.min(4.0), progress)
    };
    Ok(Interval { lower: end(-1.0)?, upper: end(1.0)? })
}

/// One side of an interval.
struct Side<'a, D> {
    density: &'a mut D,
    estimate: &'a Estimate,
    coordinate: usize,
    sign: f64,
    /// The result of the last maximisation, where the next one starts.
    last: Vec<f64>,
}

impl<D: LogDensity> Side<'_, D> {
    /// How far the profile has fallen at a distance, less what the interval allows: negative
    /// inside.
    fn fallen(&mut self, distance: f64, progress: &dyn Progress) -> Result<f64, InferenceError> {
        let mut q = self.last.clone();
        q[self.coordinate] = self.estimate.q[self.coordinate] + self.sign * distance;
        let mut fixed = Fixed::new(self.density, &q, &[self.coordinate]);
        let free = fixed.free_of(&q);
        let mut objective = Objective::new(&mut fixed);
        let Ok(point) = objective.evaluate(&free) else { return Ok(f64::INFINITY) };
        let climbed = optimise::climb(&mut objective, point, &CLIMB, progress);
        let end = (climbed.point, climbed.curvature);
        let point = newton::polish(&mut objective, end, progress).point;
        if let Some(q) = objective.infinite_at.take() {
            return Err(InferenceError::Infinite { q });
        }
        self.last = fixed.whole_of(&point.q);
        Ok(self.estimate.log_density - point.log_density - FALL)
    }

    /// Finds where the profile has fallen far enough: brackets, then regula falsi (Illinois
    /// variant).
    fn end(&mut self, step: f64, progress: &dyn Progress) -> Result<f64, InferenceError> {
        let (mut near, mut at_near) = (0.0, -FALL);
        let mut far = step;
        let mut at_far = self.fallen(far, progress)?;
        while at_far < 0.0 {
            if far > FARTHEST || progress.stop_requested() {
                return Ok(self.sign * f64::INFINITY);
            }
            (near, at_near) = (far, at_far);
            far *= 1.6;
            at_far = self.fallen(far, progress)?;
        }
        for _ in 0..60 {
            let inside = at_far.is_finite();
            let middle = if inside {
                near - at_near * (far - near) / (at_far - at_near)
            } else {
                0.5 * (near + far)
            };
            let fallen = self.fallen(middle, progress)?;
            if fallen.abs() < 1e-7 || (far - near) < 1e-9 * (1.0 + far) {
                return Ok(self.estimate.q[self.coordinate] + self.sign * middle);
            }
            if fallen < 0.0 {
                (near, at_near) = (middle, fallen);
                at_far = if at_far.is_finite() { 0.5 * at_far } else { at_far };
            } else {
                (far, at_far) = (middle, fallen);
                at_near *= 0.5;
            }
        }
        Ok(self.estimate.q[self.coordinate] + self.sign * near)
    }
}
