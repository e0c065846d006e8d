//! A density → a starting point where it and its gradient are finite.

use rand::{Rng, RngExt};

use super::InferenceError;
use super::adapter::{Counted, Unusable};
use crate::density::LogDensity;

/// How many points are tried.
const TRIES: usize = 100;

/// Points from the uniform distribution on (−2, 2), each coordinate by itself, as in Stan; after half of the tries the range halves with
/// every tenth try, as densities with steep tails are finite near the origin more often than far from it.
pub(super) fn find<D: LogDensity>(counted: &mut Counted<D>, chain: usize, rng: &mut (impl Rng + ?Sized)) -> Result<Vec<f64>, InferenceError> {
    let dim = counted.density.dim();
    let mut q = vec![0.0; dim];
    let mut gradient = vec![0.0; dim];
    let mut last = f64::NAN;
    for attempt in 0..TRIES {
        let radius = radius(attempt);
        q.fill_with(|| rng.random_range(-radius..radius));
        match counted.evaluate(&q, &mut gradient) {
            Ok(_) => return Ok(q),
            Err(Unusable::Outside { value }) => last = value,
            Err(Unusable::Infinite) => return Err(InferenceError::Infinite { q }),
        }
    }
    Err(InferenceError::NoFiniteStart { chain, tried: TRIES, q, value: last })
}

fn radius(attempt: usize) -> f64 {
    let halvings = attempt.saturating_sub(TRIES / 2) / 10;
    2.0 * 0.5_f64.powi(halvings as i32)
}
