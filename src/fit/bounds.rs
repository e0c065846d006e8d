//! Detects parameters estimated at the ends of their ranges, reports them as such, and maximises
//! again over the others.

use super::finding::Finding;
use super::scalars::{BEYOND, Scalar};
use crate::base::{Diagnostic, set, words};
use crate::density::LogDensity;
use crate::draws::Estimate;
use crate::inference::{Fixed, InferenceError, OptimiseSettings, Progress, optimise_from};

/// How far a coordinate is moved at a time towards a bound.
const OUTWARDS: f64 = 1.5;

/// The most such moves: a factor of 10³² of a scale.
const MOVES: usize = 50;

/// A distance from there at which nothing is left of the difference.
const BEYOND_DOUBT: f64 = 25.0;

/// How far from where rounding begins to be seen a coordinate stays.
const AWAY: f64 = 3.0;

/// Below this slope, in nats a unit, a value cannot be told from its bound.
const NO_SLOPE: f64 = 1e-8;

/// The way back from a bound is looked at in so many steps of this size: a variance that is too
/// small by any factor is seen to be so.
const STEPS_BACK: u8 = 40;

/// See [`STEPS_BACK`].
const STEP_BACK: f64 = 0.75;

/// A gain on the way back that is worth another climb.
const HIGHER: f64 = 1e-3;

/// The most climbs back from bounds.
const MOST_ESCAPES: u32 = 6;

/// A fall of the log density below this is rounding.
const NO_FALL: f64 = 1e-6;

/// Where the log density has fallen by this much, the other parameters fixed, it is maximised over
/// them.
const PLAIN_FALL: f64 = 0.1;

/// What it must have fallen by then, or else the other parameters make up for the difference.
const FALL: f64 = 1e-4;

/// What lies beyond a bound can hardly be better than a place near it; where it is, the density is
/// unbounded.
const MOST_GAIN: f64 = 1.0;

/// Parameters that an optimiser ran to the ends of their ranges, by index of value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ends {
    /// At their bounds: the log density falls away from these.
    pub at: Vec<usize>,
    /// Not determined: it does not fall, the others moving along.
    pub flat: Vec<usize>,
}

/// Fixes parameters at a bound if the log density does not fall towards it, and maximises again
/// over the others.
///
/// # Errors
/// [`InferenceError::Infinite`] if the log density is +∞ on the way.
pub fn to_bounds<D: LogDensity>(
    density: &mut D,
    mut estimate: Estimate,
    scalars: &[Scalar],
    settings: &OptimiseSettings,
    progress: &dyn Progress,
) -> Result<(Estimate, Ends), InferenceError> {
    let mut q = estimate.q.clone();
    let (mut fixed, mut ends) = (Vec::new(), Ends::default());
    let mut escapes = 0;
    let mut left = scalars.iter();
    while let Some(parameter) = left.next() {
        match moved_out(density, &estimate, &q, parameter) {
            Some(Moved::Higher(start)) if escapes < MOST_ESCAPES => {
                escapes += 1;
                let higher = optimise_from(density, &start, settings, progress)?;
                if higher.log_density > estimate.log_density + NO_FALL {
                    estimate = after(estimate, higher);
                    q.clone_from(&estimate.q);
                    (fixed, ends) = (Vec::new(), Ends::default());
                    left = scalars.iter();
                }
            }
            Some(Moved::Out { out, back }) => {
                let at = parameter.coordinate;
                if falls_with_others(density, &estimate, (at, &back), settings, progress)? {
                    q = out;
                    fixed.push(parameter.coordinate);
                    ends.at.push(parameter.value);
                } else {
                    ends.flat.push(parameter.value);
                    // The same height is reached away from the bound: nothing runs away for it.
                    estimate.running.clear();
                    estimate.unbounded = false;
                    estimate.std_errors[parameter.value] = f64::NAN;
                }
            }
            Some(Moved::Higher(_)) | None => {}
        }
    }
    if fixed.is_empty() {
        // The density keeps state from the last point evaluated.
        density.evaluate(&estimate.q, &mut vec![0.0; q.len()]);
        return Ok((estimate, ends));
    }
    let mut rest = Fixed::new(density, &q, &fixed);
    let free = rest.free_of(&q);
    let inner = optimise_from(&mut rest, &free, &of_rest(settings), progress)?;
    let mut inner = after(estimate, rest.expand(inner));
    let bounds = at_the_bounds(density, &inner.q, scalars, &ends.at);
    for (&value, bound) in ends.at.iter().zip(bounds) {
        inner.values[value] = bound;
        inner.std_errors[value] = f64::NAN;
        inner.lower[value] = f64::NAN;
        inner.upper[value] = f64::NAN;
    }
    Ok((inner, ends))
}

/// Settings for a climb over some of the coordinates, which have other places then.
fn of_rest(settings: &OptimiseSettings) -> OptimiseSettings {
    OptimiseSettings { groups: Vec::new(), scales: None, ..settings.clone() }
}

/// A climb that goes on where another ended.
fn after(first: Estimate, second: Estimate) -> Estimate {
    let (starts, evaluations) = (first.starts, first.evaluations + second.evaluations);
    let iterations = first.iterations + second.iterations;
    Estimate { starts, evaluations, iterations, ..second }
}

/// What was found on the way from a bound, or to it.
enum Moved {
    /// A point with a parameter so near its bound that it makes no difference, and the first on the
    /// way back where it makes one.
    Out { out: Vec<f64>, back: Vec<f64> },
    /// A point away from the bound where the log density is higher than at it.
    Higher(Vec<f64>),
}

/// Moves a parameter out to a bound, if the log density does not fall on the way there, and falls on
/// the way back.
fn moved_out<D: LogDensity>(
    density: &mut D,
    estimate: &Estimate,
    q: &[f64],
    parameter: &Scalar,
) -> Option<Moved> {
    let signs: &[f64] = match parameter.bounds {
        (false, false) => &[],
        (true, true) => &[-1.0, 1.0],
        (true, false) | (false, true) => &[-1.0],
    };
    let mut gradient = vec![0.0; q.len()];
    signs.iter().find_map(|&sign| {
        let (at, mut moved, mut is_stopped) = (parameter.coordinate, q.to_vec(), false);
        // At a maximum inside the range the slope is 0, too: one move shows the difference.
        for step in 0..MOVES {
            let value = density.evaluate(&moved, &mut gradient);
            let gain = value - estimate.log_density;
            if step > 0 && !gain.is_finite() {
                moved[at] -= sign * OUTWARDS;
                is_stopped = true;
                break;
            }
            // Fixing parameters one by one costs no more than the fall allowed for each.
            if !(gain > -NO_FALL * (1.0 + q.len() as f64) && gain < MOST_GAIN) {
                return None;
            }
            if step > 0 && (gradient[at] * sign).abs() < NO_SLOPE {
                break;
            }
            moved[at] += sign * OUTWARDS;
        }
        let edge = edge(density, estimate, (at, -sign));
        if is_stopped {
            // A maximum inside the range may be next to where there is no value, too: one move back
            // shows the difference.
            let mut inside = q.to_vec();
            inside[at] -= sign * OUTWARDS;
            let change = density.evaluate(&inside, &mut gradient) - estimate.log_density;
            if change.is_nan() || change.abs() > HIGHER {
                return None;
            }
        }
        // Near enough for a profile to come back from.
        let mut near = moved.clone();
        near[at] = edge + sign * BEYOND_DOUBT;
        let change =
            density.evaluate(&near, &mut gradient) - density.evaluate(&moved, &mut gradient);
        if change.abs() < NO_FALL {
            moved = near;
        } else if is_stopped {
            // Beside where there is no value any more, little is left of the digits.
            moved[at] = edge - sign * AWAY;
        }
        let Back { lower, higher } = way_back(density, estimate, (at, edge, -sign));
        match (lower, higher) {
            // If moving inwards changes nothing either, the parameter is not determined.
            (None, _) => None,
            (Some(_), Some(higher)) => Some(Moved::Higher(higher)),
            (Some(back), None) => Some(Moved::Out { out: moved, back }),
        }
    })
}

/// The last place on the way from a bound where a coordinate makes no difference yet: a climb may
/// end anywhere beyond.
fn edge<D: LogDensity>(density: &mut D, estimate: &Estimate, (at, sign): (usize, f64)) -> f64 {
    let mut gradient = vec![0.0; estimate.q.len()];
    let mut place = estimate.q.clone();
    place[at] = place[at].clamp(-BEYOND, BEYOND);
    for _ in 0..FARTHEST {
        let last = place[at];
        place[at] += sign * OUTWARDS;
        let change = density.evaluate(&place, &mut gradient) - estimate.log_density;
        // Where a scale is nearly 0 there may be no value to compare with.
        if change.abs() > NO_FALL {
            return last;
        }
    }
    estimate.q[at]
}

/// The most moves back from where a climb ended to where a coordinate makes a difference.
const FARTHEST: usize = 600;

/// What there is on the way from a bound.
struct Back {
    /// The first point where the log density has fallen by [`PLAIN_FALL`].
    lower: Option<Vec<f64>>,
    /// The point where it is highest, if it is higher than at the bound.
    higher: Option<Vec<f64>>,
}

fn way_back<D: LogDensity>(
    density: &mut D,
    estimate: &Estimate,
    (at, edge, sign): (usize, f64, f64),
) -> Back {
    let mut gradient = vec![0.0; estimate.q.len()];
    let (mut lower, mut higher, mut most) = (None, None, HIGHER);
    for step in 1..=STEPS_BACK {
        let mut back = estimate.q.clone();
        back[at] = edge + sign * STEP_BACK * f64::from(step);
        let gain = density.evaluate(&back, &mut gradient) - estimate.log_density;
        if gain < -PLAIN_FALL && lower.is_none() {
            lower = Some(back);
        } else if gain > most && gain.is_finite() {
            (higher, most) = (Some(back), gain);
        }
    }
    Back { lower, higher }
}

/// Whether the log density has fallen at a point on the way from a bound even with the others free
/// to move along.
fn falls_with_others<D: LogDensity>(
    density: &mut D,
    estimate: &Estimate,
    (coordinate, back): (usize, &[f64]),
    settings: &OptimiseSettings,
    progress: &dyn Progress,
) -> Result<bool, InferenceError> {
    let mut rest = Fixed::new(density, back, &[coordinate]);
    let free = rest.free_of(back);
    match optimise_from(&mut rest, &free, &of_rest(settings), progress) {
        Ok(end) => Ok(end.log_density < estimate.log_density - FALL),
        Err(InferenceError::NoFiniteStart { .. }) => Ok(true),
        Err(error) => Err(error),
    }
}

/// The values exactly at their bounds: this far out, the exponential of a coordinate is 0.
fn at_the_bounds<D: LogDensity>(
    density: &mut D,
    q: &[f64],
    scalars: &[Scalar],
    values: &[usize],
) -> Vec<f64> {
    let mut farthest = q.to_vec();
    for parameter in scalars.iter().filter(|parameter| values.contains(&parameter.value)) {
        farthest[parameter.coordinate] = BEYOND * q[parameter.coordinate].signum();
    }
    let mut natural = vec![0.0; density.constrained_dim()];
    density.constrain(&farthest, &mut natural);
    values.iter().map(|&value| natural[value]).collect()
}

/// The finding about parameters that ran to a bound and are not determined.
pub fn not_determined(names: &[String], values: &[usize]) -> Option<Finding> {
    let ran: Vec<String> = values.iter().map(|&value| names[value].clone()).collect();
    let some = ran.iter().take(5).map(String::as_str).collect::<Vec<_>>().join(", ");
    let finding = Diagnostic::warning("W0412", format!("not determined by the data: {some}"))
        .because(
            "other parameters make up for any change of it: the likelihood is flat along that \
             combination, and the numbers are those of where the climb was ended",
        )
        .try_this("fewer parameters, or priors for these");
    (!values.is_empty()).then(|| Finding::from(finding).about(ran))
}

/// The finding about parameters at a bound.
pub fn at_bounds(names: &[String], values: &[usize]) -> Option<Finding> {
    let some = values.iter().take(5).map(|&v| names[v].as_str()).collect::<Vec<_>>().join(", ");
    let more =
        if values.len() > 5 { format!(" and {} more", values.len() - 5) } else { String::new() };
    let verb = if values.len() == 1 {
        "is at the bound of its range"
    } else {
        "are at the bounds of their ranges"
    };
    let finding = Diagnostic::warning("W0415", format!("{some}{more} {verb}"))
        .because("the maximum is there; a standard error has no meaning at a bound")
        .try_this([
            set("profile", true),
            words(" for a limit on the other side, or a model without it"),
        ]);
    let at_bound = values.iter().map(|&value| names[value].clone());
    (!values.is_empty()).then(|| Finding::from(finding).about(at_bound))
}
