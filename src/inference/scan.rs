//! Looks for the scale of a problem: moves coordinates by whole orders of magnitude to where the log
//! density is highest. Units of data are then no matter: a start is near the maximum on whatever
//! scale that lies.

use super::objective::{Objective, Point};
use crate::density::LogDensity;

/// How a coordinate may be moved by orders of magnitude.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// The logarithm of something positive: by adding to it.
    Logarithm,
    /// A number of any sign and size: by setting it.
    Number,
}

/// Coordinates that are moved together at first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// The coordinates.
    pub coordinates: Vec<usize>,
    /// How they may be moved.
    pub reach: Reach,
}

/// By how much logarithms are moved: by up to a factor of 10¹⁸, each way.
const FAR: [f64; 14] =
    [-6.0, 6.0, -12.0, 12.0, -18.0, 18.0, -24.0, 24.0, -30.0, 30.0, -36.0, 36.0, -42.0, 42.0];

/// By how much they are moved from the best of these.
const NEAR: [f64; 4] = [-1.5, 1.5, -3.0, 3.0];

/// What numbers are set to, with either sign.
const SIZES: [f64; 6] = [1e-6, 1e-3, 1.0, 1e3, 1e6, 1e9];

/// What they are multiplied by from the best of these on.
const FACTORS: [f64; 6] = [3.0, 0.3, 10.0, 0.1, 30.0, 0.03];

/// A move counts if it gains so many nats: along a plateau nothing moves far.
const GAIN: f64 = 1.0;

/// Groups of more coordinates are moved only together.
const MOST_ALONE: usize = 8;

/// The number of times that numbers and logarithms are looked at in turn.
const ROUNDS: usize = 2;

/// The point with its logarithms moved, all together and then group by group, to where the log
/// density is highest.
pub(super) fn logarithms<D: LogDensity>(
    objective: &mut Objective<'_, D>,
    start: Point,
    groups: &[Group],
) -> Point {
    let logs = || groups.iter().filter(|group| group.reach == Reach::Logarithm);
    let all: Vec<usize> = logs().flat_map(|group| group.coordinates.iter().copied()).collect();
    let mut point = shifted(objective, start, &all);
    if logs().count() > 1 {
        for group in logs() {
            point = shifted(objective, point, &group.coordinates);
        }
    }
    point
}

/// The point with all its groups, and the coordinates of small ones by themselves, moved to where
/// the log density is highest, one after the other.
pub(super) fn everything<D: LogDensity>(
    objective: &mut Objective<'_, D>,
    start: Point,
    groups: &[Group],
) -> Point {
    let mut point = start;
    for _ in 0..ROUNDS {
        let before = point.log_density;
        point = logarithms(objective, point, groups);
        for group in groups.iter().filter(|group| group.reach == Reach::Number) {
            if group.coordinates.len() <= MOST_ALONE {
                for &coordinate in &group.coordinates {
                    point = placed(objective, point, &[coordinate]);
                }
            } else {
                point = placed(objective, point, &group.coordinates);
            }
        }
        if point.log_density - before < 1.0 {
            break;
        }
    }
    logarithms(objective, point, groups)
}

/// A point where the density is finite, if there is one with all numbers next to 0 and all
/// logarithms moved together.
pub(super) fn anywhere<D: LogDensity>(
    objective: &mut Objective<'_, D>,
    dim: usize,
    groups: &[Group],
) -> Option<Point> {
    let logs = groups.iter().filter(|group| group.reach == Reach::Logarithm);
    let coordinates: Vec<usize> = logs.flat_map(|group| group.coordinates.clone()).collect();
    std::iter::once(0.0).chain(FAR).find_map(|shift| {
        // Not 0 itself, where a density may be symmetric.
        let mut q: Vec<f64> = (0..dim).map(|i| NEXT_TO_0 * (1.0 + i as f64)).collect();
        coordinates.iter().for_each(|&i| q[i] = shift);
        objective.evaluate(&q).ok()
    })
}

/// Next to 0 in any unit.
const NEXT_TO_0: f64 = 1e-12;

/// A point where the log density is higher than at the end of a climb, if moving one logarithm leads
/// to one: a variance that ran towards 0 too early comes back.
pub(super) fn escape<D: LogDensity>(
    objective: &mut Objective<'_, D>,
    end: &Point,
    groups: &[Group],
) -> Option<Point> {
    let logs = groups.iter().filter(|group| group.reach == Reach::Logarithm);
    let coordinates: Vec<usize> = logs.flat_map(|group| group.coordinates.clone()).collect();
    if coordinates.len() > MOST_ALONE {
        return None;
    }
    let mut point = end.clone();
    for coordinate in coordinates {
        let moves = (1..=ESCAPES).flat_map(|k| [ESCAPE * f64::from(k), -ESCAPE * f64::from(k)]);
        point = best(objective, point, (moves, ESCAPE_GAIN), |q, shift| q[coordinate] += shift);
    }
    (point.log_density > end.log_density).then_some(point)
}

/// The moves of [`escape`]: so many of this size either way.
const ESCAPES: u8 = 20;

/// See [`ESCAPES`].
const ESCAPE: f64 = 1.5;

/// What an escape must gain, in nats.
const ESCAPE_GAIN: f64 = 1e-2;

/// With these coordinates moved by what is best.
fn shifted<D: LogDensity>(
    objective: &mut Objective<'_, D>,
    point: Point,
    coordinates: &[usize],
) -> Point {
    if coordinates.is_empty() {
        return point;
    }
    let move_by = |q: &mut [f64], shift: f64| coordinates.iter().for_each(|&i| q[i] += shift);
    let point = best(objective, point, (FAR.into_iter(), GAIN), move_by);
    best(objective, point, (NEAR.into_iter(), GAIN), move_by)
}

/// With these coordinates at the size, of either sign, that is best.
fn placed<D: LogDensity>(
    objective: &mut Objective<'_, D>,
    point: Point,
    coordinates: &[usize],
) -> Point {
    let place = |q: &mut [f64], value: f64| coordinates.iter().for_each(|&i| q[i] = value);
    let stretch = |q: &mut [f64], factor: f64| coordinates.iter().for_each(|&i| q[i] *= factor);
    let sizes = SIZES.into_iter().flat_map(|size| [size, -size]);
    let point = best(objective, point, (sizes, GAIN), place);
    best(objective, point, (FACTORS.into_iter(), GAIN), stretch)
}

/// The best of a point and what becomes of it by the moves, which are in order of their size.
fn best<D: LogDensity>(
    objective: &mut Objective<'_, D>,
    point: Point,
    (moves, gain): (impl Iterator<Item = f64>, f64),
    apply: impl Fn(&mut [f64], f64),
) -> Point {
    let origin = point.q.clone();
    let mut best = point;
    for size in moves {
        let mut q = origin.clone();
        apply(&mut q, size);
        if let Ok(found) = objective.evaluate(&q)
            && found.log_density > best.log_density + gain
        {
            best = found;
        }
    }
    best
}
