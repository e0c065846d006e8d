//! Finds the maximum of a log density, with a normal approximation there: maximum likelihood and
//! posterior modes.
//!
//! The log density is maximised as it is. For a mode on the natural scale, the caller passes a
//! density without the Jacobian of the bijectors.

use super::delta::{self, Values};
use super::frame::Frame;
use super::newton::{self, Polished};
use super::objective::{Objective, Point, largest, norm};
use super::scan::{self, Group};
use super::start::{Before, Starts, given};
use super::trust::{self, Climbed};
use super::{InferenceError, Progress, lbfgs, runaway};
use crate::density::LogDensity;
use crate::draws::estimate::TWO_SIDED_95;
use crate::draws::{Estimate, Runaway, StartOutcome};

/// Optimiser settings.
#[derive(Clone, Debug, PartialEq)]
pub struct OptimiseSettings {
    /// The number of starting points. The first is within 0.1 of the origin in each coordinate, with
    /// the logarithms of `groups` moved to the scale of the data; the others have their numbers moved
    /// there, too, or, where a step of Newton's method does that, are within 2 of the first.
    pub starts: usize,
    /// How many starts more there are where those do not agree on the maximum.
    pub further: usize,
    /// The coordinates whose scale is not known beforehand.
    pub groups: Vec<Group>,
    /// Whether products with the Hessian are dear, so that a climb does with few of them.
    pub dear_curvature: bool,
    /// The same seed gives the same starting points.
    pub seed: u64,
    /// The maximum number of iterations from each start, before the last steps.
    pub max_iterations: u64,
    /// The first starting point, in the place of one near the origin.
    pub init: Option<Vec<f64>>,
    /// The scales of the coordinates, if they are known: a measure of the curvature by differences
    /// takes its steps from them.
    pub scales: Option<Vec<f64>>,
    /// The relative accuracy of the log density: smaller changes are noise and end a climb.
    pub accuracy: f64,
}

impl Default for OptimiseSettings {
    fn default() -> Self {
        let (starts, groups) = (4, Vec::new());
        let dear_curvature = false;
        Self {
            starts,
            further: 4,
            groups,
            dear_curvature,
            seed: 0,
            max_iterations: 2000,
            init: None,
            scales: None,
            accuracy: 1e-13,
        }
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
    let mut starts = Starts::new((settings.seed, &settings.groups), settings.init.as_deref());
    for index in 0..settings.starts + settings.further {
        let determined = ends.iter().all(|end| end.polished.curvature.positive_definite());
        let before = Before { agree: index < settings.starts, determined };
        let enough =
            agree(&outcomes) && (determined || settings.dear_curvature || starts.is_easy());
        let stopped = index > 0 && progress.stop_requested();
        if stopped || (index >= settings.starts && enough) {
            break;
        }
        match starts.next(&mut objective, (index, before)) {
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
    let logarithms = scan::of_logarithms(&settings.groups);
    match (best(&mut objective, ends, &logarithms), failure) {
        (Some((best, running)), _) => Ok(estimate(objective, best, outcomes, running)),
        (None, Some(error)) => Err(error),
        (None, None) => unreachable!("a start ends somewhere or fails"),
    }
}

/// Whether those starts that ended at a maximum, if any did, ended at the same height, and none that
/// did not clearly above them.
fn agree(outcomes: &[StartOutcome]) -> bool {
    let heights = |converged: bool| {
        let ends = outcomes.iter().filter(move |end| end.converged == converged);
        ends.map(|end| end.log_density)
    };
    let Some(highest) = heights(true).reduce(f64::max) else { return false };
    heights(true).all(|height| highest - height < DISAGREE)
        && heights(false).all(|height| height < highest + CLEARLY)
}

/// In nats.
const DISAGREE: f64 = 0.01;

/// What runs away from an end, and whether without bound.
type Running = (Vec<Runaway>, bool);

/// The end to keep: the highest; of those of the same height a maximum that does not run away. One
/// that is no maximum may be high only through rounding error: it is kept if no start reached a
/// maximum, or if it runs away to clearly higher places.
fn best<D: LogDensity>(
    objective: &mut Objective<'_, D>,
    mut ends: Vec<End>,
    logarithms: &[usize],
) -> Option<(End, Running)> {
    let height = |end: &End| end.polished.point.log_density;
    ends.sort_by(|a, b| height(b).total_cmp(&height(a)));
    // Where the density is level numbers of usual size keep their digits.
    let top = ends.first().map_or(0.0, |end| height(end) - SAME_HEIGHT);
    let level = ends.iter().take_while(|end| height(end) >= top && end.polished.converged).count();
    let size = |end: &End| largest(&end.polished.point.q);
    ends[..level].sort_by(|a, b| size(a).total_cmp(&size(b)));
    let mut ends = ends.into_iter();
    let highest = ends.next()?;
    let running = runaway::find(objective, &highest.polished, logarithms);
    let (is_maximum, stays) = (highest.polished.converged, running.0.is_empty());
    if is_maximum && stays {
        return Some((highest, running));
    }
    let allowed = match (is_maximum, stays) {
        (true, _) => SAME_HEIGHT,
        (false, false) => CLEARLY,
        (false, true) => f64::INFINITY,
    };
    for end in ends.filter(|end| end.polished.converged) {
        if height(&highest) - height(&end) < allowed {
            let its_own = runaway::find(objective, &end.polished, logarithms);
            if its_own.0.is_empty() || !is_maximum {
                return Some((end, its_own));
            }
        }
    }
    Some((highest, running))
}

/// In nats.
const SAME_HEIGHT: f64 = 1e-6;

/// In nats.
const CLEARLY: f64 = 1.0;

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
    let point = given(&mut objective, q)?;
    let mut ends = Vec::new();
    let outcome = go_up(&mut objective, point, &mut ends, settings, progress)?;
    let logarithms = scan::of_logarithms(&settings.groups);
    match best(&mut objective, ends, &logarithms) {
        Some((end, running)) => Ok(estimate(objective, end, vec![outcome], running)),
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
    let point = given(&mut objective, q)?;
    let curvature = newton::measure(&mut objective, &point, None);
    let outcome = StartOutcome { log_density: point.log_density, converged, values: Vec::new() };
    let end = End { polished: Polished { point, curvature, iterations, converged }, iterations };
    // With noise in it a density seems to rise where it does not.
    Ok(estimate(objective, end, vec![outcome], (Vec::new(), false)))
}

/// Where one start ended.
struct End {
    polished: Polished,
    iterations: u64,
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
    let Climbed { point, curvature, iterations } =
        climb_and_escape(objective, point, settings, progress);
    if let Some(known) = ends.iter().find(|end| same_place(&end.polished.point, &point)) {
        return Ok(known.outcome(objective.density));
    }
    let polished = newton::polish(objective, (point, curvature), progress);
    // An infinite value beside a maximum is rounding far out.
    if let Some(q) = objective.infinite_at.take().filter(|_| !polished.converged) {
        return Err(InferenceError::Infinite { q });
    }
    let end = End { iterations: iterations + polished.iterations, polished };
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

/// The most escapes from where a climb ended.
const ESCAPES: usize = 3;

/// Climbs, again from a higher point where there is one of the same shape on another scale.
fn climb_and_escape<D: LogDensity>(
    objective: &mut Objective<'_, D>,
    start: Point,
    settings: &OptimiseSettings,
    progress: &dyn Progress,
) -> Climbed {
    let mut climbed = climb(objective, start, settings, progress);
    for _ in 0..ESCAPES {
        let infinite_at = objective.infinite_at.clone();
        let higher = scan::escape(objective, &climbed.point, &settings.groups);
        objective.infinite_at = infinite_at;
        let Some(higher) = higher else { break };
        let next = climb(objective, higher, settings, progress);
        let iterations = climbed.iterations + next.iterations;
        climbed = Climbed { iterations, ..next };
    }
    climbed
}

/// With more coordinates than this, or where products with the Hessian are dear, the first part of a
/// climb is by L-BFGS: a step of Newton's method takes as many products as there are coordinates.
const MANY: usize = 150;

/// Climbs close to a maximum.
pub(super) fn climb<D: LogDensity>(
    objective: &mut Objective<'_, D>,
    start: Point,
    settings: &OptimiseSettings,
    progress: &dyn Progress,
) -> Climbed {
    let limit = settings.max_iterations;
    let is_dear = start.q.len() > MANY || settings.dear_curvature;
    let begun = Climbed { point: start, curvature: None, iterations: 0 };
    let near = if is_dear { quasi_newton(objective, begun, settings, progress) } else { begun };
    let rest = (limit.saturating_sub(near.iterations), settings.accuracy);
    trust::climb(objective, near, rest, progress)
}

/// Runs L-BFGS on coordinates on which the curvature is even, where there are not too many, anew as
/// long as that gains something. Next to a maximum nothing is left to do.
fn quasi_newton<D: LogDensity>(
    objective: &mut Objective<'_, D>,
    start: Climbed,
    settings: &OptimiseSettings,
    progress: &dyn Progress,
) -> Climbed {
    let limit = settings.max_iterations;
    let (mut climbed, mut scales) = (start, settings.scales.clone());
    while climbed.iterations < limit && !progress.stop_requested() {
        let point = climbed.point.clone();
        let frame = if point.q.len() > MANY {
            Frame::plain(point.q.clone())
        } else {
            let curvature = newton::measure(objective, &point, scales.as_deref());
            scales = Some(curvature.scales().to_vec());
            if trust::is_ready(&curvature, &point.gradient) {
                return Climbed { curvature: Some(curvature), ..climbed };
            }
            let basis = curvature.normalised().into_iter().map(|(vector, _)| vector).collect();
            Frame::on(point.q.clone(), basis)
        };
        let rest = (limit - climbed.iterations, settings.accuracy);
        let before = point.log_density;
        let (point, taken) = lbfgs::climb(objective, (point, &frame), rest, progress);
        let gain = point.log_density - before;
        climbed = Climbed { point, curvature: None, iterations: climbed.iterations + taken };
        if gain < WORTH_A_RUN * (1.0 + before.abs()) {
            break;
        }
    }
    climbed
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
    objective: Objective<'_, D>,
    end: End,
    starts: Vec<StartOutcome>,
    (running, unbounded): Running,
) -> Estimate {
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
