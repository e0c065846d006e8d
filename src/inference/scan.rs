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
const NEAR: [f64; 6] = [-0.7, 0.7, -1.5, 1.5, -3.0, 3.0];

/// What numbers are set to, with either sign: the powers of ten from the smallest to the largest.
const POWERS: std::ops::RangeInclusive<i32> = -6..=9;

/// What they are multiplied by from the best of these on.
const FACTORS: [f64; 4] = [2.0, 0.5, 4.0, 0.25];

/// A move counts if it gains so many nats: along a plateau nothing moves far.
const GAIN: f64 = 0.3;

/// Groups of more coordinates are moved only together.
const MOST_ALONE: usize = 8;

/// The number of times that numbers and logarithms are looked at in turn.
const ROUNDS: usize = 4;

/// The coordinates that are logarithms.
pub(super) fn of_logarithms(groups: &[Group]) -> Vec<usize> {
    let logarithms = groups.iter().filter(|group| group.reach == Reach::Logarithm);
    logarithms.flat_map(|group| group.coordinates.iter().copied()).collect()
}

/// The point with its logarithms moved, all together and then group by group, to where the log
/// density is highest.
pub(super) fn logarithms<D: LogDensity>(
    objective: &mut Objective<'_, D>,
    start: Point,
    groups: &[Group],
) -> Point {
    let mut point = shifted(objective, start, &of_logarithms(groups));
    let logs: Vec<&Group> = groups.iter().filter(|g| g.reach == Reach::Logarithm).collect();
    if logs.len() > 1 {
        for group in logs {
            point = shifted(objective, point, &group.coordinates);
        }
    }
    point
}

/// The point with all its groups, and the coordinates of small ones by themselves, moved to where
/// the log density is highest, one after the other. `first`: the group to begin with, for what is
/// found depends on the order.
pub(super) fn everything<D: LogDensity>(
    objective: &mut Objective<'_, D>,
    start: Point,
    groups: &[Group],
    first: usize,
) -> Point {
    let mut parts = parts(groups);
    let turn = first % parts.len().max(1);
    parts.rotate_left(turn);
    let logs = of_logarithms(groups);
    let mut point = logarithms(objective, start, groups);
    for _ in 0..ROUNDS {
        let before = point.log_density;
        for part in &parts {
            point = placed(objective, point, part);
            // With another fit to the data comes another scale of what is left.
            point = best(objective, point, (NEAR.into_iter(), GAIN), |q, shift| {
                logs.iter().for_each(|&i| q[i] += shift);
            });
        }
        if point.log_density - before < GAIN {
            break;
        }
    }
    logarithms(objective, point, groups)
}

/// The numbers that are moved: by themselves, where they are few.
fn parts(groups: &[Group]) -> Vec<Vec<usize>> {
    let numbers = || groups.iter().filter(|group| group.reach == Reach::Number);
    let count: usize = numbers().map(|group| group.coordinates.len()).sum();
    match count <= MOST_ALONE {
        true => numbers().flat_map(|g| g.coordinates.iter().map(|&i| vec![i])).collect(),
        false => numbers().map(|group| group.coordinates.clone()).collect(),
    }
}

/// Whether the log density is a polynomial of degree 2 in the numbers, all together: then a step of
/// Newton's method finds them on any scale.
pub(super) fn is_quadratic<D: LogDensity>(
    objective: &mut Objective<'_, D>,
    point: &Point,
    groups: &[Group],
) -> bool {
    let numbers: Vec<usize> = parts(groups).into_iter().flatten().collect();
    let mut at = |times: f64| {
        let mut q = point.q.clone();
        // No two coordinates move alike.
        let step = |k: usize| times * (1.0 + 0.618 * k as f64);
        numbers.iter().enumerate().for_each(|(k, &i)| q[i] += step(k));
        objective.evaluate(&q)
    };
    let (Ok(one), Ok(two)) = (at(1.0), at(2.0)) else { return false };
    numbers.iter().all(|&i| {
        let [a, b, c] = [point.gradient[i], one.gradient[i], two.gradient[i]];
        (a - 2.0 * b + c).abs() <= 1e-9 * (a.abs() + b.abs() + c.abs())
    })
}

/// A point where the density is finite, if there is one with all numbers next to 0 and all
/// logarithms moved together.
pub(super) fn anywhere<D: LogDensity>(
    objective: &mut Objective<'_, D>,
    dim: usize,
    groups: &[Group],
) -> Option<Point> {
    let coordinates = of_logarithms(groups);
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
    let coordinates = of_logarithms(groups);
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
    let sizes = POWERS.map(|power| 10f64.powi(power)).flat_map(|size| [size, -size]);
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
