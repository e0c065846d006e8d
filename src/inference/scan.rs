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
    let point = best(objective, point, FAR.into_iter(), move_by);
    best(objective, point, NEAR.into_iter(), move_by)
}

/// With these coordinates at the size, of either sign, that is best.
fn placed<D: LogDensity>(
    objective: &mut Objective<'_, D>,
    point: Point,
    coordinates: &[usize],
) -> Point {
    let place = |q: &mut [f64], value: f64| coordinates.iter().for_each(|&i| q[i] = value);
    let stretch = |q: &mut [f64], factor: f64| coordinates.iter().for_each(|&i| q[i] *= factor);
    let point = best(objective, point, SIZES.into_iter().flat_map(|size| [size, -size]), place);
    best(objective, point, FACTORS.into_iter(), stretch)
}

/// The best of a point and what becomes of it by the moves, which are in order of their size.
fn best<D: LogDensity>(
    objective: &mut Objective<'_, D>,
    point: Point,
    moves: impl Iterator<Item = f64>,
    apply: impl Fn(&mut [f64], f64),
) -> Point {
    let origin = point.q.clone();
    let mut best = point;
    for size in moves {
        let mut q = origin.clone();
        apply(&mut q, size);
        if let Ok(found) = objective.evaluate(&q)
            && found.log_density > best.log_density + GAIN
        {
            best = found;
        }
    }
    best
}
