//! Finds starting points where a density and its gradient are finite: of chains, and of climbs.

use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::adapter::Unusable;
use super::fixed::Fixed;
use super::newton;
use super::objective::{Objective, Point};
use super::scan::{self, Group, Shape};
use super::{InferenceError, Silent};
use crate::density::LogDensity;

/// The number of points to try.
const TRIES: usize = 100;

/// Where to search for points.
#[derive(Clone, Copy)]
pub(super) struct Search {
    /// The chain, or the optimiser's start, that is searching.
    pub chain: usize,
    pub dim: usize,
    /// Each coordinate is uniform on (−radius, radius), as in Stan, whose radius is 2. After half
    /// of the tries the range halves every tenth try, because densities with steep tails are finite
    /// near the origin more often than far from it.
    pub radius: f64,
}

/// A point that `evaluate` accepts, with its result.
pub(super) fn find<T>(
    search: Search,
    rng: &mut (impl Rng + ?Sized),
    mut evaluate: impl FnMut(&[f64]) -> Result<T, Unusable>,
) -> Result<(Vec<f64>, T), InferenceError> {
    let mut q = vec![0.0; search.dim];
    let mut last = f64::NAN;
    for attempt in 0..TRIES {
        let halvings = attempt.saturating_sub(TRIES / 2) / 10;
        let radius = search.radius * 0.5_f64.powi(halvings as i32);
        q.fill_with(|| rng.random_range(-radius..radius));
        match evaluate(&q) {
            Ok(found) => return Ok((q, found)),
            Err(Unusable::Outside { value }) => last = value,
            Err(Unusable::Infinite) => return Err(InferenceError::Infinite { q }),
        }
    }
    Err(InferenceError::NoFiniteStart { chain: search.chain, tried: TRIES, q, value: last })
}

/// The number of usable points a chain chooses its start from.
pub(super) const CHOICES: usize = 20;

/// How far chains begin from a given start, as a fraction of each coordinate.
const JITTER: f64 = 0.01;

/// A usable point near a given one; coordinates that are not given are searched for. After half of
/// the tries the given coordinates are taken as they are.
pub(super) fn near(
    search: Search,
    given: &[Option<f64>],
    rng: &mut (impl Rng + ?Sized),
    mut evaluate: impl FnMut(&[f64]) -> Result<f64, Unusable>,
) -> Result<Vec<f64>, InferenceError> {
    let mut tries = 0;
    let (_, q) = find(search, rng, |searched| {
        let jitter = if tries < TRIES / 2 { JITTER } else { 0.0 };
        tries += 1;
        let q = searched
            .iter()
            .zip(given)
            .map(|(q, given)| given.map_or(*q, |given| given * (1.0 + jitter * q / search.radius)));
        let q: Vec<f64> = q.collect();
        evaluate(&q).map(|_| q)
    })?;
    Ok(q)
}

/// The point with the highest log density among a few. A single point may lie so far out, where an
/// exponential or a saturated bound makes the density steep on one side and flat on the other, that
/// warm-up ends before the chain has come back. The best of a few hardly ever does, and different
/// chains still start at different points.
pub(super) fn best_of_few(
    search: Search,
    choices: usize,
    rng: &mut (impl Rng + ?Sized),
    mut evaluate: impl FnMut(&[f64]) -> Result<f64, Unusable>,
) -> Result<Vec<f64>, InferenceError> {
    let (mut best, mut highest) = find(search, rng, &mut evaluate)?;
    let mut q = vec![0.0; search.dim];
    for choice in 1..choices {
        // Later points are closer to the origin, where bounded parameters are mid-range.
        let radius = search.radius * 0.5_f64.powi((4 * choice / choices) as i32);
        q.fill_with(|| rng.random_range(-radius..radius));
        match evaluate(&q) {
            Ok(value) if value > highest => {
                highest = value;
                best.copy_from_slice(&q);
            }
            Ok(_) | Err(Unusable::Outside { .. }) => {}
            Err(Unusable::Infinite) => return Err(InferenceError::Infinite { q }),
        }
    }
    Ok(best)
}

/// The starting points of climbs, one after the other.
pub(super) struct Starts<'a> {
    seed: u64,
    groups: &'a [Group],
    init: Option<&'a [f64]>,
    /// The first point that was looked for.
    first: Option<Vec<f64>>,
    /// How the numbers are to be found.
    shape: Shape,
}

/// What came of the starts before.
#[derive(Clone, Copy)]
pub(super) struct Before {
    /// Whether they are not known to disagree.
    pub agree: bool,
    /// Whether each ended where all directions are determined.
    pub determined: bool,
}

/// How far the first start of a climb is from the origin at most, before it is moved.
const NEAR: f64 = 0.1;

/// How far the others are.
const FAR: f64 = 2.0;

/// More numbers are left to the climb: a step takes as many products as there are numbers.
const MOST_SOLVED: usize = 150;

impl<'a> Starts<'a> {
    /// `groups`: what is moved to the scale of the data; `init`: the first start, if it is given.
    pub fn new((seed, groups): (u64, &'a [Group]), init: Option<&'a [f64]>) -> Self {
        Self { seed, groups, init, first: None, shape: Shape::Other }
    }

    /// Whether a step of Newton's method finds the numbers.
    pub fn is_easy(&self) -> bool {
        self.shape == Shape::Quadratic
    }

    /// The start of this index.
    pub fn next<D: LogDensity>(
        &mut self,
        objective: &mut Objective<'_, D>,
        (index, before): (usize, Before),
    ) -> Result<Point, InferenceError> {
        if let (0, Some(q)) = (index, self.init) {
            return given(objective, q);
        }
        let found = self.scaled(objective, (index, before));
        // What is infinite far out is no starting point, and no fault of the others.
        objective.infinite_at = None;
        found
    }

    /// A point on the scale of the data.
    fn scaled<D: LogDensity>(
        &mut self,
        objective: &mut Objective<'_, D>,
        (index, before): (usize, Before),
    ) -> Result<Point, InferenceError> {
        let origin = vec![0.0; objective.density.dim()];
        if index == 0 || self.groups.is_empty() {
            let radius = if index == 0 { NEAR } else { FAR };
            let point = self.near(objective, index, (&origin, radius, radius))?;
            let mut point = scan::logarithms(objective, point, self.groups);
            self.shape = scan::shape(objective, &point, self.groups);
            if self.shape == Shape::Quadratic {
                point = self.solved(objective, point);
            }
            self.first = Some(point.q.clone());
            return Ok(point);
        }
        match &self.first {
            Some(first) if self.needs_no_search(before) => {
                self.near(objective, index, (first, FAR, 0.0))
            }
            // What is looked for may lead to the same place again and again: every other start is at
            // random, where priors or bounds tell the scale,
            Some(_) if index % 4 == 1 => self.near(objective, index, (&origin, FAR, FAR)),
            // and where the data tell it.
            Some(first) if index % 4 == 3 => {
                let widest = scan::widest(first, self.groups).exp();
                self.near(objective, index, (first, FAR, FAR * widest))
            }
            Some(_) | None => {
                // Numbers are looked for from next to 0.
                let mut point = self.near(objective, index, (&origin, FAR, NEAR))?;
                if index == 2 {
                    // Where all numbers have the sign that most have.
                    let positive: Vec<f64> = point.q.iter().map(|entry| entry.abs()).collect();
                    point = objective.evaluate(&positive).unwrap_or(point);
                }
                Ok(scan::everything(objective, point, self.groups, index / 2))
            }
        }
    }

    /// Whether a climb finds the numbers from anywhere.
    fn needs_no_search(&self, before: Before) -> bool {
        let needs_none = match self.shape {
            Shape::Quadratic => true,
            // What levels far out has no bump on a line there, and no curvature at its end.
            Shape::Concave => before.determined,
            Shape::Other => false,
        };
        needs_none && before.agree
    }

    /// The point with its numbers where they are best, and its logarithms moved to the scale of what
    /// is left then.
    fn solved<D: LogDensity>(&self, objective: &mut Objective<'_, D>, point: Point) -> Point {
        let numbers: Vec<usize> = scan::numbers(self.groups).collect();
        if numbers.is_empty() || numbers.len() > MOST_SOLVED {
            return point;
        }
        let others: Vec<usize> = (0..point.q.len()).filter(|i| !numbers.contains(i)).collect();
        let mut rest = Fixed::new(&mut *objective.density, &point.q, &others);
        let free = rest.free_of(&point.q);
        let mut inner = Objective::new(&mut rest);
        let Ok(start) = inner.evaluate(&free) else { return point };
        let best = newton::polish(&mut inner, (start, None), &Silent).point;
        let evaluations = inner.evaluations;
        let q = rest.whole_of(&best.q);
        objective.evaluations += evaluations;
        let solved = objective.evaluate(&q).unwrap_or(point);
        scan::logarithms(objective, solved, self.groups)
    }

    /// A point within a radius of another, and within a radius of its own for the numbers.
    fn near<D: LogDensity>(
        &self,
        objective: &mut Objective<'_, D>,
        index: usize,
        (center, radius, of_numbers): (&[f64], f64, f64),
    ) -> Result<Point, InferenceError> {
        let mut rng = ChaCha8Rng::seed_from_u64(self.seed);
        rng.set_stream(index as u64);
        let dim = center.len();
        let mut spread = vec![1.0; dim];
        scan::numbers(self.groups).for_each(|i| spread[i] = of_numbers / radius);
        let around = |offsets: &[f64]| -> Vec<f64> {
            center.iter().zip(&spread).zip(offsets).map(|((c, s), offset)| c + s * offset).collect()
        };
        let search = Search { chain: index, dim, radius };
        let found = find(search, &mut rng, |offsets| objective.evaluate(&around(offsets)));
        found.map(|(_, point)| point).or_else(|error| {
            let scaled = scan::anywhere(objective, dim, self.groups);
            scaled.filter(|_| error.is_no_start()).ok_or(error)
        })
    }
}

/// The density at a point that is given, not looked for.
pub(super) fn given<D: LogDensity>(
    objective: &mut Objective<'_, D>,
    q: &[f64],
) -> Result<Point, InferenceError> {
    objective.evaluate(q).map_err(|unusable| match unusable {
        Unusable::Outside { value } => {
            InferenceError::NoFiniteStart { chain: 0, tried: 1, q: q.to_vec(), value }
        }
        Unusable::Infinite => InferenceError::Infinite { q: q.to_vec() },
    })
}
