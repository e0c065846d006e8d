//! Finds the maximum of a log density, with a normal approximation there: maximum likelihood and
//! posterior modes.
//!
//! The log density is maximised as it is. For a mode on the natural scale, the caller passes a
//! density without the Jacobian of the bijectors.

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use super::adapter::Unusable;
use super::delta::{self, Values};
use super::frame::Frame;
use super::newton::{self, Polished};
use super::objective::{Objective, Point, largest, norm};
use super::scan::{self, Group, Reach};
use super::start::{self, Search};
use super::trust::{self, Climbed};
use super::{InferenceError, Progress, lbfgs, runaway};
use crate::density::LogDensity;
use crate::draws::estimate::TWO_SIDED_95;
use crate::draws::{Estimate, Runaway, StartOutcome};

/// Optimiser settings.
#[derive(Clone, Debug, PartialEq)]
pub struct OptimiseSettings {
    /// The number of starting points. The first is within 0.1 of the origin in each coordinate, with
    /// the logarithms of `groups` moved to the scale of the data. The second is so with numbers, too;
    /// the others are around it.
    pub starts: usize,
    /// The coordinates whose scale is not known beforehand.
    pub groups: Vec<Group>,
    /// Whether products with the Hessian are dear, so that a climb does with few of them.
    pub dear_curvature: bool,
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
        let (starts, groups) = (4, Vec::new());
        let dear_curvature = false;
        Self {
            starts,
            groups,
            dear_curvature,
            seed: 0,
            max_iterations: 2000,
            init: None,
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
    let mut starts = Starts { settings, scaled: None };
    for index in 0..settings.starts {
        if index > 0 && progress.stop_requested() {
            break;
        }
        match starts.next(&mut objective, index) {
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
        (Some(best), _) => {
            let running =
                runaway::find(&mut objective, &best.polished, &logarithms(&settings.groups));
            Ok(estimate(objective, best, outcomes, running))
        }
        (None, Some(error)) => Err(error),
        (None, None) => unreachable!("a start ends somewhere or fails"),
    }
}

/// The end to keep: the highest. One that neither is a maximum nor runs away may be high only
/// through rounding error; it is used only if no start reached a maximum. One that runs away must be
/// clearly higher than any maximum, for the same reason.
fn best<D: LogDensity>(objective: &mut Objective<'_, D>, mut ends: Vec<End>) -> Option<End> {
    let height = |end: &End| end.polished.point.log_density;
    ends.sort_by(|a, b| height(a).total_cmp(&height(b)));
    let highest = ends.pop()?;
    let is_maximum = |end: &End| end.polished.converged;
    if is_maximum(&highest) {
        return Some(highest);
    }
    let runs_away = !runaway::find(objective, &highest.polished, &[]).0.is_empty();
    match ends.into_iter().rfind(is_maximum) {
        Some(maximum) if !runs_away || height(&highest) - height(&maximum) < CLEARLY => {
            Some(maximum)
        }
        _ => Some(highest),
    }
}

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
        Some(end) => {
            let running =
                runaway::find(&mut objective, &end.polished, &logarithms(&settings.groups));
            Ok(estimate(objective, end, vec![outcome], running))
        }
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
            let curvature = newton::measure(&mut objective, &point, None);
            let log_density = point.log_density;
            let polished = Polished { point, curvature, iterations, converged };
            let values = Vec::new();
            Ok(estimate(
                objective,
                End { polished, iterations },
                vec![StartOutcome { log_density, converged, values }],
                // With noise in it a density seems to rise where it does not.
                (Vec::new(), false),
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

/// The starting points, one after the other.
struct Starts<'a> {
    settings: &'a OptimiseSettings,
    /// The second start, which those behind it are around.
    scaled: Option<Vec<f64>>,
}

impl Starts<'_> {
    fn next<D: LogDensity>(
        &mut self,
        objective: &mut Objective<'_, D>,
        index: usize,
    ) -> Result<Point, InferenceError> {
        if let (0, Some(q)) = (index, &self.settings.init) {
            return objective.evaluate(q).map_err(|unusable| match unusable {
                Unusable::Outside { value } => {
                    InferenceError::NoFiniteStart { chain: 0, tried: 1, q: q.clone(), value }
                }
                Unusable::Infinite => InferenceError::Infinite { q: q.clone() },
            });
        }
        let groups = &self.settings.groups;
        let mut rng = ChaCha8Rng::seed_from_u64(self.settings.seed);
        rng.set_stream(index as u64);
        let (dim, radius) = (objective.density.dim(), if index < 2 { 0.1 } else { 2.0 });
        let center = self.scaled.clone().unwrap_or_else(|| vec![0.0; dim]);
        let around = |offsets: &[f64]| -> Vec<f64> {
            let place = |(&center, &offset): (&f64, &f64)| center + offset * unit(center);
            center.iter().zip(offsets).map(place).collect()
        };
        let search = Search { chain: index, dim, radius };
        let evaluate = |offsets: &[f64]| objective.evaluate(&around(offsets));
        let found = start::find(search, &mut rng, evaluate);
        let found = found.map(|(_, point)| point).or_else(|error| {
            let scaled = scan::anywhere(objective, dim, groups);
            scaled.filter(|_| error.is_no_start()).ok_or(error)
        });
        let point = found?;
        // What is infinite far out is no starting point, and no fault of the others.
        let found = match index {
            0 => scan::logarithms(objective, point, groups),
            1 => scan::everything(objective, point, groups),
            _ => point,
        };
        objective.infinite_at = None;
        if index == 1 && !groups.is_empty() {
            self.scaled = Some(found.q.clone());
        }
        Ok(found)
    }
}

/// By how much starts differ in a coordinate: numbers by their size.
fn unit(center: f64) -> f64 {
    if center == 0.0 { 1.0 } else { center.abs() }
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

/// With more coordinates than this, or where products with the Hessian are dear, the first part of a climb is by L-BFGS: a step of Newton's method takes as many products as there
/// are coordinates.
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
    let (point, taken) =
        if is_dear { quasi_newton(objective, start, settings, progress) } else { (start, 0) };
    let rest = (limit.saturating_sub(taken), settings.accuracy);
    let climbed = trust::climb(objective, point, rest, progress);
    Climbed { iterations: taken + climbed.iterations, ..climbed }
}

/// Runs L-BFGS, restarting with an empty memory as long as that gains something.
fn quasi_newton<D: LogDensity>(
    objective: &mut Objective<'_, D>,
    start: Point,
    settings: &OptimiseSettings,
    progress: &dyn Progress,
) -> (Point, u64) {
    let limit = settings.max_iterations;
    let mut point = start;
    let mut iterations = 0;
    while iterations < limit && !progress.stop_requested() {
        let frame = frame(objective, &point);
        let (next, taken) = lbfgs::climb(
            objective,
            (point.clone(), &frame),
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

/// Coordinates around a point: such that the curvature there is even in all directions, where there
/// are not too many.
fn frame<D: LogDensity>(objective: &mut Objective<'_, D>, point: &Point) -> Frame {
    if point.q.len() > MANY {
        return Frame::plain(point.q.clone());
    }
    let directions = newton::measure(objective, point, None).normalised();
    let basis = directions.into_iter().map(|(vector, _)| vector).collect();
    Frame::on(point.q.clone(), basis)
}

/// Gains below this fraction of the log density are left to the Newton steps.
const WORTH_A_RUN: f64 = 1e-9;

fn same_place(known: &Point, point: &Point) -> bool {
    let gap = known.log_density - point.log_density;
    let apart: Vec<f64> = known.q.iter().zip(&point.q).map(|(a, b)| a - b).collect();
    gap.abs() < 1e-6 * (1.0 + known.log_density.abs())
        && norm(&apart) < 1e-3 * (1.0 + norm(&known.q))
}

/// The coordinates that are logarithms.
fn logarithms(groups: &[Group]) -> Vec<usize> {
    let logarithms = groups.iter().filter(|group| group.reach == Reach::Logarithm);
    logarithms.flat_map(|group| group.coordinates.iter().copied()).collect()
}

fn estimate<D: LogDensity>(
    objective: Objective<'_, D>,
    end: End,
    starts: Vec<StartOutcome>,
    (running, unbounded): (Vec<Runaway>, bool),
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
