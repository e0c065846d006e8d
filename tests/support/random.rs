//! Numbers that look arbitrary and are the same on every run: for data that are simulated, and for
//! points that something is evaluated at.

use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use rand_distr::StandardNormal;

/// The stream of a seed.
pub struct Random(ChaCha8Rng);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    /// From 0 to 1, never either.
    pub fn uniform(&mut self) -> f64 {
        self.0.sample(rand_distr::Open01)
    }

    pub fn between(&mut self, lower: f64, upper: f64) -> f64 {
        self.0.random_range(lower..upper)
    }

    pub fn normal(&mut self) -> f64 {
        self.0.sample(StandardNormal)
    }

    /// A whole number from 0, below `n`.
    pub fn below(&mut self, n: usize) -> usize {
        self.0.random_range(0..n)
    }
}

/// So many numbers between −bound and bound.
pub fn numbers(count: usize, seed: u64, bound: f64) -> Vec<f64> {
    let mut random = Random::new(seed);
    (0..count).map(|_| random.between(-bound, bound)).collect()
}
