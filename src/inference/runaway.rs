//! Where an optimiser ended → the coordinates along which the log density rises however far one
//! goes: there it has no maximum.

use super::newton::Polished;
use super::objective::{Objective, Point};
use crate::density::LogDensity;
use crate::draws::Runaway;

/// Nearer to the origin than this nothing has run away: on a logarithmic scale it is a factor of
/// 20,000.
const FAR: f64 = 10.0;

/// Where the log density is looked at, as shares of one plus the distance from the origin.
const AHEAD: [f64; 3] = [0.0, 0.1, 0.3];

/// The same on the way that led here.
const BEHIND: [f64; 3] = [-0.3, -0.1, 0.0];

/// A share of the largest step above which a coordinate takes part in a direction.
const TAKES_PART: f64 = 0.1;

/// How the log density goes on in a direction.
#[derive(Clone, Copy, PartialEq)]
enum Ahead {
    /// It falls, or cannot be told.
    Falls,
    /// It rises by less and less, or not at all any more.
    Levels,
    /// It rises by as much as before, or more.
    Climbs,
}

/// The coordinates that run away, with whether the log density grows without bound there.
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

/// How the log density goes on along one coordinate, away from the origin.
fn along<D: LogDensity>(objective: &mut Objective<'_, D>, point: &Point, i: usize) -> Ahead {
    if point.q[i].abs() < FAR {
        return Ahead::Falls;
    }
    let mut direction = vec![0.0; point.q.len()];
    direction[i] = point.q[i] + point.q[i].signum();
    match ahead(objective, point, &direction, AHEAD) {
        // Farther out arithmetic ends; the way here tells as much.
        None if point.gradient[i] * point.q[i] > 0.0 => {
            ahead(objective, point, &direction, BEHIND).unwrap_or(Ahead::Falls)
        }
        None => Ahead::Falls,
        Some(found) => found,
    }
}

/// The coordinates that run away together. Where the log density only approaches its supremum, as
/// −exp(−q), a Newton step is as long as ever: it points the way.
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

/// Below this share a Newton step is the noise of one that has arrived.
const NO_STEP: f64 = 1e-3;

/// How the log density goes from the first of three places in a direction to the last; none where
/// it cannot be evaluated there.
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
