//! Finds the coordinates along which the log density keeps rising without a maximum, from where an
//! optimiser ended.

use super::newton::Polished;
use super::objective::{Objective, Point};
use crate::density::LogDensity;
use crate::draws::Runaway;

/// Closer to the origin than this, nothing has run away: on a logarithmic scale it is a factor of
/// 20,000.
const FAR: f64 = 10.0;

/// Where the log density is evaluated ahead, as fractions of one plus the distance from the origin.
const AHEAD: [f64; 3] = [0.0, 0.1, 0.3];

/// The same, back along the way that led here.
const BEHIND: [f64; 3] = [-0.3, -0.1, 0.0];

/// A coordinate takes part in a direction if its share of the largest step exceeds this.
const TAKES_PART: f64 = 0.1;

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
pub(super) fn find<D: LogDensity>(
    objective: &mut Objective<'_, D>,
    end: &Polished,
) -> (Vec<Runaway>, bool) {
    let point = &end.point;
    let wanted = if end.converged { Ahead::Levels } else { Ahead::Climbs };
    let mut coordinates: Vec<usize> =
        (0..point.q.len()).filter(|&i| along(objective, point, i) == wanted).collect();
    if end.converged && coordinates.is_empty() {
        coordinates = together(objective, end);
    }
    let unbounded = !end.converged && !coordinates.is_empty();
    (
        coordinates
            .into_iter()
            .map(|coordinate| Runaway { coordinate, upwards: point.q[coordinate] > 0.0 })
            .collect(),
        unbounded,
    )
}

/// How the log density behaves along one coordinate, away from the origin.
fn along<D: LogDensity>(objective: &mut Objective<'_, D>, point: &Point, i: usize) -> Ahead {
    if point.q[i].abs() < FAR {
        return Ahead::Falls;
    }
    let mut direction = vec![0.0; point.q.len()];
    direction[i] = point.q[i] + point.q[i].signum();
    match ahead(objective, point, &direction, AHEAD) {
        // Further out arithmetic overflows; looking backwards is just as informative.
        None if point.gradient[i] * point.q[i] > 0.0 => {
            ahead(objective, point, &direction, BEHIND).unwrap_or(Ahead::Falls)
        }
        None => Ahead::Falls,
        Some(found) => found,
    }
}

/// The coordinates that run away together. If the log density only approaches its supremum, like
/// −exp(−q), Newton steps do not get shorter, and they point the way.
fn together<D: LogDensity>(objective: &mut Objective<'_, D>, end: &Polished) -> Vec<usize> {
    let point = &end.point;
    let step = end.curvature.newton_step(&point.gradient);
    let share = |i: usize| step[i].abs() / (1.0 + point.q[i].abs());
    let longest = (0..step.len()).map(share).fold(0.0, f64::max);
    if longest < NO_STEP || !end.curvature.positive_definite() {
        return Vec::new();
    }
    let part = |&i: &usize| {
        share(i) > TAKES_PART * longest && point.q[i].abs() > FAR && point.q[i] * step[i] > 0.0
    };
    let coordinates: Vec<usize> = (0..step.len()).filter(part).collect();
    let direction: Vec<f64> = step.iter().map(|d| d / longest).collect();
    match ahead(objective, point, &direction, AHEAD) {
        Some(Ahead::Levels | Ahead::Climbs) => coordinates,
        Some(Ahead::Falls) | None => Vec::new(),
    }
}

/// Below this fraction a Newton step is just noise at a maximum.
const NO_STEP: f64 = 1e-3;

/// How the log density changes from the first of three places along a direction to the last; None
/// if it cannot be evaluated there.
fn ahead<D: LogDensity>(
    objective: &mut Objective<'_, D>,
    point: &Point,
    direction: &[f64],
    places: [f64; 3],
) -> Option<Ahead> {
    let mut at = |share: f64| {
        let q: Vec<f64> = point.q.iter().zip(direction).map(|(a, d)| a + share * d).collect();
        objective.evaluate(&q).ok().map(|point| point.log_density)
    };
    let [start, middle, end] = places;
    let (a, b, c) = (at(start)?, at(middle)?, at(end)?);
    let rounding = 1e-12 * (1.0 + point.log_density.abs());
    if b < a - rounding || c < b - rounding {
        return Some(Ahead::Falls);
    }
    let (first, second) = ((b - a) / (middle - start), (c - b) / (end - middle));
    Some(if c - a > rounding && second >= 0.5 * first { Ahead::Climbs } else { Ahead::Levels })
}
