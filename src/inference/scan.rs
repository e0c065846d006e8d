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
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// The coordinates.
    pub coordinates: Vec<usize>,
    /// How they may be moved.
    pub reach: Reach,
    /// What numbers may be, beside the powers of ten: values that mean something in the data.
    pub landmarks: Vec<f64>,
}

/// By how much logarithms are moved: by up to a factor of 10¹⁸, each way.
const FAR: [f64; 14] =
    [-6.0, 6.0, -12.0, 12.0, -18.0, 18.0, -24.0, 24.0, -30.0, 30.0, -36.0, 36.0, -42.0, 42.0];

/// By how much they are moved from the best of these.
const NEAR: [f64; 6] = [-0.7, 0.7, -1.5, 1.5, -3.0, 3.0];

/// What numbers are set to, with either sign: powers of ten from the smallest to the largest, and
/// between 1 and 100, where logarithms of whatever unit are, more.
const SIZES: [f64; 33] = [
    1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 12.0,
    14.0, 16.0, 18.0, 20.0, 25.0, 30.0, 50.0, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10,
];

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

/// The coordinates that are numbers of any sign and size.
pub(super) fn numbers(groups: &[Group]) -> impl Iterator<Item = usize> {
    let numbers = groups.iter().filter(|group| group.reach == Reach::Number);
    numbers.flat_map(|group| group.coordinates.iter().copied())
}

/// The largest of the logarithms; 0 where there are none.
pub(super) fn widest(q: &[f64], groups: &[Group]) -> f64 {
    of_logarithms(groups).into_iter().map(|i| q[i]).reduce(f64::max).unwrap_or(0.0)
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
/// found depends on the order, and on the sign that is tried first.
pub(super) fn everything<D: LogDensity>(
    objective: &mut Objective<'_, D>,
    start: Point,
    groups: &[Group],
    first: usize,
) -> Point {
    let mut parts = parts(groups);
    // Where both signs are as good, one start tries one first, the next the other. What lies within
    // the data may be the middle of everything, from where nothing leads to a part.
    let is_even = first.is_multiple_of(2);
    let sign = if is_even { 1.0 } else { -1.0 };
    if is_even {
        parts.iter_mut().for_each(|part| part.landmarks.clear());
    }
    let turn = first % parts.len().max(1);
    parts.rotate_left(turn);
    let all = of_logarithms(groups);
    let mut logs: Vec<&[usize]> = vec![&all];
    logs.extend(groups.iter().filter(|g| g.reach == Reach::Logarithm).map(|g| &*g.coordinates));
    let mut point = logarithms(objective, start, groups);
    for _ in 0..ROUNDS {
        let before = point.log_density;
        for part in &parts {
            point = placed(objective, point, (part, sign));
            // With another fit to the data comes another scale of what is left.
            for together in &logs {
                point = best(objective, point, (NEAR.into_iter(), GAIN), |q, shift| {
                    together.iter().for_each(|&i| q[i] += shift);
                });
            }
        }
        if point.log_density - before < GAIN {
            break;
        }
    }
    logarithms(objective, point, groups)
}

/// The numbers that are moved: by themselves, where they are few.
fn parts(groups: &[Group]) -> Vec<Group> {
    let are_few = numbers(groups).count() <= MOST_ALONE;
    let all = groups.iter().filter(|group| group.reach == Reach::Number);
    let alone = |group: &Group| -> Vec<Group> {
        let one = |&i: &usize| Group { coordinates: vec![i], ..group.clone() };
        group.coordinates.iter().map(one).collect()
    };
    all.flat_map(|group| if are_few { alone(group) } else { vec![group.clone()] }).collect()
}

/// What is known of the log density as a function of the numbers, the rest fixed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// A polynomial of degree 2: a step of Newton's method finds them on any scale.
    Quadratic,
    /// Without any bump: a climb finds them from anywhere.
    Concave,
    /// Anything else.
    Other,
}

/// The shape of the log density in the numbers, as far as a few lines tell.
pub(super) fn shape<D: LogDensity>(
    objective: &mut Objective<'_, D>,
    point: &Point,
    groups: &[Group],
) -> Shape {
    // With one spread far below the others a mixture is nearly a single normal density.
    let widest = widest(&point.q, groups);
    let mut wide = point.q.clone();
    of_logarithms(groups).into_iter().for_each(|i| wide[i] = widest);
    let Ok(point) = objective.evaluate(&wide) else { return Shape::Other };
    let numbers: Vec<usize> = numbers(groups).collect();
    if numbers.is_empty() {
        Shape::Other
    } else if is_quadratic(objective, &point, &numbers) {
        Shape::Quadratic
    } else if SIGNS.into_iter().all(|signs| is_concave(objective, &point, (&numbers, signs))) {
        Shape::Concave
    } else {
        Shape::Other
    }
}

/// The point with the numbers moved by a step, no two of them alike. `signs`: the directions of those
/// in even and odd places.
fn moved(point: &Point, numbers: &[usize], (even, odd): (f64, f64), step: f64) -> Vec<f64> {
    let mut q = point.q.clone();
    for (k, &i) in numbers.iter().enumerate() {
        q[i] += step * way(k, (even, odd));
    }
    q
}

fn way(k: usize, (even, odd): (f64, f64)) -> f64 {
    (1.0 + 0.618 * k as f64) * if k.is_multiple_of(2) { even } else { odd }
}

/// The lines along which bumps are looked for.
const SIGNS: [(f64, f64); 4] = [(1.0, 1.0), (-1.0, -1.0), (1.0, -1.0), (-1.0, 1.0)];

/// Whether the slope along a line never increases, over all orders of magnitude.
fn is_concave<D: LogDensity>(
    objective: &mut Objective<'_, D>,
    point: &Point,
    (numbers, signs): (&[usize], (f64, f64)),
) -> bool {
    let slope = |gradient: &[f64]| -> f64 {
        numbers.iter().enumerate().map(|(k, &i)| gradient[i] * way(k, signs)).sum()
    };
    let mut last = slope(&point.gradient);
    for power in LINE {
        let Ok(next) = objective.evaluate(&moved(point, numbers, signs, 10f64.powi(power))) else {
            break;
        };
        let next = slope(&next.gradient);
        if next > last + 1e-9 * (last.abs() + next.abs()) {
            return false;
        }
        last = next;
    }
    true
}

/// The powers of ten that a line is looked at at.
const LINE: std::ops::RangeInclusive<i32> = -3..=9;

/// Whether the slopes along the numbers change evenly.
fn is_quadratic<D: LogDensity>(
    objective: &mut Objective<'_, D>,
    point: &Point,
    numbers: &[usize],
) -> bool {
    let mut slopes_at = |step: f64| {
        objective.evaluate(&moved(point, numbers, (1.0, 1.0), step)).map(|found| found.gradient)
    };
    // What is curved far off may look straight from here, and what is level far off steep. Where
    // there is no value far off, what was seen until there has to do.
    let mut all_change = false;
    for step in STEPS {
        let (Ok(one), Ok(two)) = (slopes_at(step), slopes_at(2.0 * step)) else { break };
        let slopes = || numbers.iter().map(|&i| [point.gradient[i], one[i], two[i]]);
        if !slopes().all(change_evenly) {
            return false;
        }
        all_change = slopes().all(|[a, _, c]| a != c);
    }
    all_change
}

/// The steps at which a polynomial is looked at.
const STEPS: [f64; 4] = [1.0, 1e3, 1e6, 1e9];

/// Whether slopes at equal steps are those of a polynomial of degree 2, as far as rounding tells.
fn change_evenly([a, b, c]: [f64; 3]) -> bool {
    (a - 2.0 * b + c).abs() <= 1e-9 * (a.abs() + b.abs() + c.abs())
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

/// With these coordinates at the size, of either sign, that is best. `sign`: the one to try first.
fn placed<D: LogDensity>(
    objective: &mut Objective<'_, D>,
    point: Point,
    (part, sign): (&Group, f64),
) -> Point {
    let Group { coordinates, landmarks, .. } = part;
    let place = |q: &mut [f64], value: f64| coordinates.iter().for_each(|&i| q[i] = value);
    let stretch = |q: &mut [f64], factor: f64| coordinates.iter().for_each(|&i| q[i] *= factor);
    let sizes = SIZES.into_iter().flat_map(|size| [sign * size, -sign * size]);
    let places = sizes.chain(landmarks.iter().copied());
    let point = best(objective, point, (places, GAIN), place);
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
