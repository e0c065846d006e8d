//! Moves a point near a maximum to the maximum, as far as rounding allows, by damped Newton steps.

use super::Progress;
use super::curvature::Curvature;
use super::objective::{Objective, Point};
use crate::density::LogDensity;

/// Where the steps ended.
pub(super) struct Polished {
    pub point: Point,
    pub curvature: Curvature,
    pub iterations: u64,
    pub converged: bool,
}

/// The maximum number of steps.
const STEPS: u64 = 50;

/// Below this gain, in nats, the Hessian is reused from step to step: the point moves by less than
/// 1% of a standard deviation.
const HESSIAN_HOLDS: f64 = 1e-4;

/// Beyond this gain, in nats, the curvature is measured anew at the end: the point has moved by more
/// than 10⁻⁶ standard deviations.
const MOVED: f64 = 1e-12;

/// Below this gain a further step makes no visible difference.
const NO_GAIN: f64 = 1e-24;

/// Below this gain the point counts as the maximum: it is within 2e-5 standard deviations of it.
const CONVERGED: f64 = 1e-10;

/// Takes uphill steps as long as they gain anything.
pub(super) fn polish<D: LogDensity>(
    objective: &mut Objective<'_, D>,
    (start, curvature): (Point, Option<Curvature>),
    progress: &dyn Progress,
) -> Polished {
    let mut point = start;
    let mut curvature = curvature.unwrap_or_else(|| measure(objective, &point, None));
    // What has been gained since the curvature was measured.
    let (mut iterations, mut gained) = (0, 0.0);
    while iterations < STEPS && !progress.stop_requested() {
        let before = curvature.improvement(&point.gradient);
        if before < NO_GAIN && !curvature.curves_upwards() {
            break;
        }
        let Some(next) = step(objective, &point, &curvature) else { break };
        iterations += 1;
        point = next;
        gained += before;
        if before > HESSIAN_HOLDS || !curvature.positive_definite() {
            curvature = measure(objective, &point, Some(curvature.scales()));
            gained = 0.0;
        } else if curvature.improvement(&point.gradient) > 0.25 * before {
            if gained <= before || before < CONVERGED {
                break;
            }
            // The point has come too far for the curvature.
            curvature = measure(objective, &point, Some(curvature.scales()));
            gained = 0.0;
        }
    }
    if gained > MOVED {
        curvature = measure(objective, &point, Some(curvature.scales()));
    }
    let converged = is_maximum(&point, &curvature);
    Polished { point, curvature, iterations, converged }
}

/// The largest slope along a direction without curvature that still counts as zero, in nats for a
/// step that moves a coordinate by its scale.
const NO_SLOPE: f64 = 1e-6;

fn is_maximum(point: &Point, curvature: &Curvature) -> bool {
    !curvature.curves_upwards()
        && curvature.improvement(&point.gradient) < CONVERGED
        && curvature.slope_where_flat(&point.gradient) < NO_SLOPE
}

/// The curvature at a point. `scales`: of the coordinates, as far as they are known.
pub(super) fn measure<D: LogDensity>(
    objective: &mut Objective<'_, D>,
    point: &Point,
    scales: Option<&[f64]>,
) -> Curvature {
    let mut curvature = Curvature::at(objective.density, &point.q, scales);
    // An exact product costs about as much as two gradients.
    let each = if objective.density.curvature_is_exact() { 2 } else { 4 };
    objective.evaluations += each * curvature.products();
    curvature.level_ridges(|vector| rises(objective, point, vector));
    curvature
}

/// How far along a vector an upward curvature is looked at.
const TENTH: f64 = 0.1;

/// Whether the log density curves upwards between a tenth of a vector and its opposite by at least a
/// part of the 0.01 that the curvature at the point stands for.
fn rises<D: LogDensity>(objective: &mut Objective<'_, D>, point: &Point, vector: &[f64]) -> bool {
    let mut at = |length: f64| {
        let q: Vec<f64> = point.q.iter().zip(vector).map(|(a, v)| a + length * v).collect();
        objective.evaluate(&q).map(|found| found.log_density)
    };
    match (at(TENTH), at(-TENTH)) {
        (Ok(ahead), Ok(behind)) => ahead + behind - 2.0 * point.log_density > 0.2 * TENTH * TENTH,
        (Err(_), _) | (_, Err(_)) => true,
    }
}

/// The first of the full step, half of it, a quarter, ... that increases the log density or, if
/// rounding hides the gain, does not visibly decrease it and makes the gradient smaller.
fn step<D: LogDensity>(
    objective: &mut Objective<'_, D>,
    point: &Point,
    curvature: &Curvature,
) -> Option<Point> {
    let direction = curvature.newton_step(&point.gradient);
    let rounding = 1e-12 * (1.0 + point.log_density.abs());
    let open = |point: &Point| {
        curvature.improvement(&point.gradient) + curvature.slope_where_flat(&point.gradient)
    };
    let before = open(point);
    let better = |next: &Point| {
        let gain = next.log_density - point.log_density;
        gain > rounding || (gain > -rounding && open(next) < before)
    };
    (0..40).find_map(|halvings| {
        let length = 0.5_f64.powi(halvings);
        let q: Vec<f64> = point.q.iter().zip(&direction).map(|(a, d)| a + length * d).collect();
        objective.evaluate(&q).ok().filter(better)
    })
}
