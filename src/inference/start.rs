//! A density → a starting point where it and its gradient are finite.

use rand::{Rng, RngExt};

use super::InferenceError;
use super::adapter::Unusable;

/// How many points are tried.
const TRIES: usize = 100;

/// Where points are looked for.
#[derive(Clone, Copy)]
pub(super) struct Search {
    /// The chain, or the start, that looks.
    pub chain: usize,
    pub dim: usize,
    /// Each coordinate is uniform on (−radius, radius), as in Stan, whose radius is 2. After half of the tries the range halves with every
    /// tenth try, as densities with steep tails are finite near the origin more often than far from it.
    pub radius: f64,
}

/// A point that `evaluate` finds no fault with, and what `evaluate` says of it.
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
