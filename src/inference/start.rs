//! Finds a starting point where a density and its gradient are finite.

use rand::{Rng, RngExt};

use super::InferenceError;
use super::adapter::Unusable;

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
