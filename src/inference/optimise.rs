//! Finds the maximum of a log density, with a normal approximation there: maximum likelihood and
//! posterior modes.
//!
//! The log density is maximised as it is. For a mode on the natural scale, the caller passes a
//! density without the Jacobian of the bijectors.

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use super::adapter::Unusable;
use super::curvature::Curvature;
use super::delta::{self, Values};
use super::newton::{self, Polished};
use super::objective::{Objective, Point, largest, norm};
use super::start::{self, Search};
use super::{InferenceError, Progress, lbfgs, runaway};
use crate::density::LogDensity;
use crate::draws::estimate::TWO_SIDED_95;
use crate::draws::{Estimate, StartOutcome};

/// Optimiser settings.
#[derive(Clone, Debug, PartialEq)]
pub struct OptimiseSettings {
    /// The number of starting points: the first within 0.1 of the origin in each coordinate, the
    /// others within 2.
    pub starts: usize,
    /// The same seed gives the same starting points.
    pub seed: u64,
    /// The maximum number of L-BFGS iterations from each start.
    pub max_iterations: u64,
    /// The first starting point, in the place of one near the origin.
    pub init: Option<Vec<f64>>,
    /// The relative accuracy of the log density: smaller changes are noise and end a climb.
    pub accuracy: f64,
}

impl Default for OptimiseSettings {
    fn default() -> Self {
        Self { starts: 4, seed: 0, max_iterations: 2000, init: None, accuracy: 1e-13 }
    }
}

/// Maximises from several starts and keeps the best point. A failure to converge is reported in the
/// estimate, not as an error.
///
/// # Errors
/// [`InferenceError::NoFiniteStart`] if no start has a finite log density;
/// [`InferenceError::Infinite`] if it is +∞ somewhere.
pub fn optimise<D: LogDensity>(
    density: &mut D,
    settings: &OptimiseSettings,
    progress: &dyn Progress,
) -> Result<Estimate, InferenceError> {
    if settings.starts == 0 {
        return Err(InferenceError::Settings {
            message: "there must be at least one start".to_owned(),
        });
    }
    let mut objective = Objective::new(density);
    let mut ends: Vec<End> = Vec::new();
    let mut outcomes = Vec::new();
    let mut failure = None;
    for index in 0..settings.starts {
        if index > 0 && progress.stop_requested() {
            break;
        }
        match begin(&mut objective, settings, index) {
            Ok(point) => {
                outcomes.push(go_up(&mut objective, point, &mut ends, settings, progress)?)
            }
            Err(error @ InferenceError::NoFiniteStart { .. }) => {
                let log_density = f64::NEG_INFINITY;
                outcomes.push(StartOutcome { log_density, converged: false, values: Vec::new() });
                failure = Some(error);
            }
            Err(error) => return Err(error),
        }
    }
    match (best(&mut objective, ends), failure) {
        (Some(best), _) => Ok(estimate(objective, best, outcomes)),
        (None, Some(error)) => Err(error),
        (None, None) => unreachable!("a start ends somewhere or fails"),
    }
}

/// The end to keep: the highest. One that neither is a maximum nor runs away may be high only
/// through rounding error; it is used only if no start reached a maximum.
fn best<D: LogDensity>(objective: &mut Objective<'_, D>, mut ends: Vec<End>) -> Option<End> {
    let height = |end: &End| end.polished.point.log_density;
    ends.sort_by(|a, b| height(a).total_cmp(&height(b)));
    let highest = ends.pop()?;
    let is_maximum = |end: &End| end.polished.converged;
    if is_maximum(&highest) || !runaway::find(objective, &highest.polished).0.is_empty() {
        return Some(highest);
    }
    ends.into_iter().rfind(is_maximum).or(Some(highest))
}

/// Maximises from a point near the maximum.
///
/// # Errors
/// [`InferenceError::NoFiniteStart`] if the log density is not finite at the point;
/// [`InferenceError::Infinite`] if it is +∞ somewhere.
pub fn optimise_from<D: LogDensity>(
    density: &mut D,
    q: &[f64],
    settings: &OptimiseSettings,
    progress: &dyn Progress,
) -> Result<Estimate, InferenceError> {
    let mut objective = Objective::new(density);
    let point = match objective.evaluate(q) {
        Ok(point) => point,
        Err(Unusable::Outside { value }) => {
            return Err(InferenceError::NoFiniteStart { chain: 0, tried: 1, q: q.to_vec(), value });
        }
        Err(Unusable::Infinite) => return Err(InferenceError::Infinite { q: q.to_vec() }),
    };
    let mut ends = Vec::new();
    let outcome = go_up(&mut objective, point, &mut ends, settings, progress)?;
    match ends.pop() {
        Some(end) => Ok(estimate(objective, end, vec![outcome])),
        None => unreachable!("a start ends somewhere"),
    }
}

/// The estimate at a point found by other means: its curvature and standard errors, with no further
/// steps.
///
/// # Errors
/// As [`optimise_from`].
pub fn estimate_at<D: LogDensity>(
    density: &mut D,
    q: &[f64],
    iterations: u64,
    converged: bool,
) -> Result<Estimate, InferenceError> {
    let mut objective = Objective::new(density);
    match objective.evaluate(q) {
        Ok(point) => {
            let curvature = Curvature::at(objective.density, q);
            let log_density = point.log_density;
            let polished = Polished { point, curvature, iterations, converged };
            let values = Vec::new();
            Ok(estimate(
                objective,
                End { polished, iterations },
                vec![StartOutcome { log_density, converged, values }],
            ))
        }
        Err(Unusable::Outside { value }) => {
            Err(InferenceError::NoFiniteStart { chain: 0, tried: 1, q: q.to_vec(), value })
        }
        Err(Unusable::Infinite) => Err(InferenceError::Infinite { q: q.to_vec() }),
    }
}

/// Where one start ended.
struct End {
    polished: Polished,
    iterations: u64,
}

fn begin<D: LogDensity>(
    objective: &mut Objective<'_, D>,
    settings: &OptimiseSettings,
    index: usize,
) -> Result<Point, InferenceError> {
    if let (0, Some(q)) = (index, &settings.init) {
        return objective.evaluate(q).map_err(|unusable| match unusable {
            Unusable::Outside { value } => {
                InferenceError::NoFiniteStart { chain: 0, tried: 1, q: q.clone(), value }
            }
            Unusable::Infinite => InferenceError::Infinite { q: q.clone() },
        });
    }
    let mut rng = ChaCha8Rng::seed_from_u64(settings.seed);
    rng.set_stream(index as u64);
    let search = Search {
        chain: index,
        dim: objective.density.dim(),
        radius: if index == 0 { 0.1 } else { 2.0 },
    };
    start::find(search, &mut rng, |q| objective.evaluate(q)).map(|(_, point)| point)
}

/// Climbs from a starting point. An end that is already known is not polished again, because
/// Hessians are expensive.
fn go_up<D: LogDensity>(
    objective: &mut Objective<'_, D>,
    point: Point,
    ends: &mut Vec<End>,
    settings: &OptimiseSettings,
    progress: &dyn Progress,
) -> Result<StartOutcome, InferenceError> {
    let (point, climbed) = climb(objective, point, settings, progress);
    if let Some(known) = ends.iter().find(|end| same_place(&end.polished.point, &point)) {
        return Ok(known.outcome(objective.density));
    }
    let polished = newton::polish(objective, point, progress);
    if let Some(q) = objective.infinite_at.take() {
        return Err(InferenceError::Infinite { q });
    }
    let end = End { iterations: climbed + polished.iterations, polished };
    let outcome = end.outcome(objective.density);
    ends.push(end);
    Ok(outcome)
}

impl End {
    fn outcome<D: LogDensity>(&self, density: &mut D) -> StartOutcome {
        let mut values = vec![0.0; density.constrained_dim()];
        density.constrain(&self.polished.point.q, &mut values);
        StartOutcome {
            values,
            log_density: self.polished.point.log_density,
            converged: self.polished.converged,
        }
    }
}

/// Runs L-BFGS, restarting with an empty memory as long as that gains something.
pub(super) fn climb<D: LogDensity>(
    objective: &mut Objective<'_, D>,
    start: Point,
    settings: &OptimiseSettings,
    progress: &dyn Progress,
) -> (Point, u64) {
    let limit = settings.max_iterations;
    let mut point = start;
    let mut iterations = 0;
    while iterations < limit && !point.q.is_empty() && !progress.stop_requested() {
        let (next, taken) = lbfgs::climb(
            objective,
            point.clone(),
            (limit - iterations, settings.accuracy),
            progress,
        );
        iterations += taken;
        let gain = next.log_density - point.log_density;
        point = next;
        if gain < WORTH_A_RUN * (1.0 + point.log_density.abs()) {
            break;
        }
    }
    (point, iterations)
}

/// Gains below this fraction of the log density are left to the Newton steps.
const WORTH_A_RUN: f64 = 1e-9;

fn same_place(known: &Point, point: &Point) -> bool {
    let gap = known.log_density - point.log_density;
    let apart: Vec<f64> = known.q.iter().zip(&point.q).map(|(a, b)| a - b).collect();
    gap.abs() < 1e-6 * (1.0 + known.log_density.abs())
        && norm(&apart) < 1e-3 * (1.0 + norm(&known.q))
}

fn estimate<D: LogDensity>(
    mut objective: Objective<'_, D>,
    end: End,
    starts: Vec<StartOutcome>,
) -> Estimate {
    let (running, unbounded) = runaway::find(&mut objective, &end.polished);
    let Polished { point, curvature, converged, .. } = end.polished;
    let Values { values, mut std_errors } =
        delta::propagate(objective.density, &point.q, &curvature, &running);
    if unbounded {
        // Without a maximum the curvature is meaningless.
        std_errors.fill(f64::NAN);
    }
    let end_at = |sign: f64| {
        values
            .iter()
            .zip(&std_errors)
            .map(|(value, error)| value + sign * TWO_SIDED_95 * error)
            .collect()
    };
    Estimate {
        lower: end_at(-1.0),
        upper: end_at(1.0),
        std_errors,
        log_density: point.log_density,
        covariance: curvature.covariance(),
        gradient_norm: largest(&point.gradient),
        improvement: curvature.improvement(&point.gradient),
        iterations: end.iterations,
        evaluations: objective.evaluations,
        converged,
        hessian_positive_definite: curvature.positive_definite(),
        undetermined: curvature.undetermined_coordinates(),
        running,
        unbounded,
        starts,
        q: point.q,
        values,
    }
}
