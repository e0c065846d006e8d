//! Finds the coordinates along which the log density keeps rising without a maximum, from where an
//! optimiser ended.
//!
//! Distances are in units of the curvature: where a normal approximation holds the log density
//! falls by half a nat at a distance of 1, by 50 at 10. Nothing depends on the units of coordinates.

use super::curvature::Curvature;
use super::newton::Polished;
use super::objective::{Objective, Point, dot};
use crate::density::LogDensity;
use crate::draws::Runaway;

/// Where the log density is looked at along a direction.
const AHEAD: [f64; 4] = [0.0, 1.0, 3.0, 10.0];

/// The same where it is not finite at some of these.
const NEARER: [f64; 4] = [0.0, 0.1, 0.3, 1.0];

/// The same, on the way that led to the point, where it is finite nowhere beyond.
const BEHIND: [f64; 4] = [-10.0, -7.0, -3.0, 0.0];

/// A coordinate takes part in a direction if its share of it exceeds this.
const TAKES_PART: f64 = 0.1;

/// A rise, in nats, that is more than approaching a limit.
const RISE: f64 = 0.5;

/// A fall, in nats, that tells the way back to a maximum from a ridge.
const CLEAR_FALL: f64 = 1e-3;

/// A slope, in nats for a step that moves a coordinate by its scale, that may be rounding error.
const LEVEL: f64 = 1e-6;

/// How the log density behaves further along a direction.
#[derive(Clone, Copy, PartialEq)]
enum Ahead {
    /// It falls, or this cannot be determined.
    Falls,
    /// It rises ever more slowly, or no longer.
    Levels,
    /// It rises at least as fast as before.
    Climbs,
}

/// The coordinates that run away, and whether the log density grows without bound there.
/// `logarithms`: the coordinates that are logarithms of something positive.
pub(super) fn find<D: LogDensity>(
    objective: &mut Objective<'_, D>,
    end: &Polished,
    logarithms: &[usize],
) -> (Vec<Runaway>, bool) {
    let (point, curvature) = (&end.point, &end.curvature);
    let mut directions: Vec<(Vec<f64>, Ahead)> = curvature
        .normalised()
        .into_iter()
        .filter_map(|(vector, bend)| {
            if bend != 0.0 {
                return uphill(objective, point, (vector, rounding(point)));
            }
            // Without curvature there is no unit but the slope. A ridge that bends falls alike to
            // both sides, if hardly.
            let steepness = dot(&vector, &point.gradient).abs();
            let size = if steepness > LEVEL { steepness } else { 1.0 };
            let vector = vector.iter().map(|v| v / size).collect();
            uphill(objective, point, (vector, CLEAR_FALL))
        })
        .collect();
    if !end.converged {
        let n = point.q.len();
        let down = |&i: &usize| (0..n).map(|k| if k == i { -1.0 } else { 0.0 }).collect();
        let shrinking = logarithms.iter().filter(|&&i| shrinks(objective, point, i));
        directions.extend(shrinking.map(|i| (down(i), Ahead::Climbs)));
    }
    let climbs = !end.converged && directions.iter().any(|(_, ahead)| *ahead == Ahead::Climbs);
    let wanted = |ahead: Ahead| if climbs { ahead == Ahead::Climbs } else { ahead != Ahead::Falls };
    let mut running: Vec<Runaway> = Vec::new();
    for (vector, _) in directions.into_iter().filter(|(_, ahead)| wanted(*ahead)) {
        for runaway in part(curvature, &vector) {
            if running.iter().all(|known| known.coordinate != runaway.coordinate) {
                running.push(runaway);
            }
        }
    }
    running.sort_by_key(|runaway| runaway.coordinate);
    (running, climbs)
}

/// Whether the log density has risen all the way that a logarithm fell, and its slope still points
/// there, though what is beyond is not higher: other coordinates cannot be written with the digits
/// that it would take.
fn shrinks<D: LogDensity>(objective: &mut Objective<'_, D>, point: &Point, i: usize) -> bool {
    let mut down = vec![0.0; point.q.len()];
    down[i] = -1.0;
    let beyond = at(objective, point, &down, 1.0);
    let is_last = beyond.map_or(point.q[i] < -OVERFLOW, |value| value < point.log_density);
    // Near a maximum the slope is less than it was on the way; beside a ridge it is more.
    let slope = at(objective, point, &down, BEHIND[2])
        .map(|value| (point.log_density - value) / (BEHIND[3] - BEHIND[2]));
    is_last
        && slope.is_some_and(|slope| is_steady(slope, -point.gradient[i]))
        && along(objective, point, &down, BEHIND) == Some(Ahead::Climbs)
}

/// Whether a slope is still about what it was.
fn is_steady(before: f64, now: f64) -> bool {
    now > 0.5 * before && now < 2.0 * before
}

/// The direction or its opposite, whichever way the log density does not fall, if it falls the other
/// way, by at least so much; along a direction that is flat both ways nothing runs away.
fn uphill<D: LogDensity>(
    objective: &mut Objective<'_, D>,
    point: &Point,
    (vector, fall): (Vec<f64>, f64),
) -> Option<(Vec<f64>, Ahead)> {
    let sign = if dot(&vector, &point.gradient) < 0.0 { -1.0 } else { 1.0 };
    let turned = |sign: f64| vector.iter().map(|v| sign * v).collect::<Vec<f64>>();
    for sign in [sign, -sign] {
        let ahead = ahead(objective, point, &turned(sign));
        if ahead != Ahead::Falls {
            let behind = falls_by(objective, point, &turned(-sign), fall);
            return behind.then(|| (turned(sign), ahead));
        }
    }
    None
}

/// The coordinates that take part in a direction.
fn part(curvature: &Curvature, vector: &[f64]) -> Vec<Runaway> {
    let share = |i: usize| (vector[i] / curvature.scales()[i]).abs();
    let most = (0..vector.len()).map(share).fold(0.0, f64::max);
    (0..vector.len())
        .filter(|&i| share(i) > TAKES_PART * most)
        .map(|coordinate| Runaway { coordinate, upwards: vector[coordinate] > 0.0 })
        .collect()
}

/// How the log density changes along a direction.
fn ahead<D: LogDensity>(
    objective: &mut Objective<'_, D>,
    point: &Point,
    direction: &[f64],
) -> Ahead {
    let mut look = |places| along(objective, point, direction, places);
    let beyond = look(AHEAD).or_else(|| look(NEARER));
    if beyond == Some(Ahead::Climbs) && !goes_on(objective, point, direction) {
        return Ahead::Falls;
    }
    let mut look = |places| along(objective, point, direction, places);
    // Where exponentials overflow, the way that led there has to do; a limit cannot be told from a
    // maximum on it.
    let is_last = point.q.iter().zip(direction).any(|(q, d)| *d != 0.0 && q.abs() > OVERFLOW);
    let behind = || look(BEHIND).filter(|ahead| is_last && *ahead == Ahead::Climbs);
    beyond.or_else(behind).unwrap_or(Ahead::Falls)
}

/// Whether the log density goes on rising far along a direction, as far as it has a value: where a
/// climb was ended on its way, it rises for a while.
fn goes_on<D: LogDensity>(
    objective: &mut Objective<'_, D>,
    point: &Point,
    direction: &[f64],
) -> bool {
    let mut last = point.log_density;
    for place in FARTHER {
        let Some(value) = at(objective, point, direction, place) else { break };
        if value < last {
            return false;
        }
        last = value;
    }
    true
}

/// Where it is looked at.
const FARTHER: [f64; 4] = [10.0, 30.0, 100.0, 300.0];

/// Beyond this the square of an exponential is 0 or infinite.
const OVERFLOW: f64 = 300.0;

/// How the log density changes over four places along a direction; none where it is not finite.
fn along<D: LogDensity>(
    objective: &mut Objective<'_, D>,
    point: &Point,
    direction: &[f64],
    places: [f64; 4],
) -> Option<Ahead> {
    let values = places.map(|place| at(objective, point, direction, place));
    let finite = values.iter().all(Option::is_some);
    finite.then(|| trend(places, values.map(Option::unwrap_or_default), rounding(point)))
}

fn trend(places: [f64; 4], values: [f64; 4], rounding: f64) -> Ahead {
    if values.windows(2).any(|pair| pair[1] < pair[0] - rounding) {
        return Ahead::Falls;
    }
    let slope = |i: usize| (values[i + 1] - values[i]) / (places[i + 1] - places[i]);
    let climbs = values[3] - values[0] > RISE && slope(2) >= 0.5 * slope(1);
    if climbs { Ahead::Climbs } else { Ahead::Levels }
}

/// Whether the log density falls by so much somewhere along a direction.
fn falls_by<D: LogDensity>(
    objective: &mut Objective<'_, D>,
    point: &Point,
    direction: &[f64],
    fall: f64,
) -> bool {
    [1.0, 3.0, 10.0, 30.0].into_iter().any(|place| {
        let value = at(objective, point, direction, place);
        value.is_none_or(|value| value < point.log_density - fall)
    })
}

fn at<D: LogDensity>(
    objective: &mut Objective<'_, D>,
    point: &Point,
    direction: &[f64],
    place: f64,
) -> Option<f64> {
    let q: Vec<f64> = point.q.iter().zip(direction).map(|(a, d)| a + place * d).collect();
    objective.evaluate(&q).ok().map(|point| point.log_density)
}

/// What rounding may change the log density by.
fn rounding(point: &Point) -> f64 {
    1e-10 * (1.0 + point.log_density.abs())
}
