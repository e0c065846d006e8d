//! A finished run → the one line that says what was done.

use super::numbers::{duration, fixed, significant, thousands};
use crate::draws::{Draws, Estimate};

/// Where the time went, in seconds on the wall.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Seconds {
    /// From text and data to a compiled density.
    pub compile: f64,
    /// Adapting the sampler.
    pub warmup: f64,
    /// Drawing; for estimates, climbing.
    pub sampling: f64,
}

/// `NUTS · 4 chains × 1000 draws · 1.9 s (warm-up 1.1, sampling 0.8) · 61,204 gradients`
#[must_use]
pub fn of_draws(draws: &Draws, seconds: Seconds) -> String {
    let chains = draws.chains.len();
    let gradients: u64 =
        draws.chains.iter().map(|chain| chain.warmup.gradients + chain.sampling.gradients).sum();
    let total = seconds.warmup + seconds.sampling;
    let plural = if chains == 1 { "" } else { "s" };
    let phases = if total >= 1.0 {
        format!(
            "warm-up {}, sampling {}",
            significant(seconds.warmup, 2),
            significant(seconds.sampling, 2)
        )
    } else {
        format!("warm-up {}, sampling {}", duration(seconds.warmup), duration(seconds.sampling))
    };
    format!(
        "NUTS · {chains} chain{plural} × {} draws · {} ({phases}) · {} gradients",
        draws.per_chain(),
        duration(total),
        thousands(gradients)
    )
}

/// `Maximum likelihood · log density -321.43 · converged in 23 iterations from 4 starts · 12 ms ·
/// 312 gradients`
#[must_use]
pub fn of_estimate(method: &str, estimate: &Estimate, seconds: Seconds) -> String {
    let outcome = if estimate.converged { "converged in" } else { "not converged after" };
    format!(
        "{method} · log density {} · {outcome} {} iterations from {} starts · {} · {} gradients",
        fixed(estimate.log_density, 2),
        thousands(estimate.iterations),
        estimate.starts.len(),
        duration(seconds.sampling),
        thousands(estimate.evaluations)
    )
}
