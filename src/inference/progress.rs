//! How a running sampler or optimiser reports progress.

/// Receives progress and may ask the work to stop. Called from several threads at once.
pub trait Progress {
    /// A chain has advanced by a step.
    fn update(&self, update: Update);

    /// Whether to stop soon and keep the results so far.
    fn stop_requested(&self) -> bool;
}

/// The progress of one chain.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Update {
    /// The chain, counted from 0.
    pub chain: usize,
    /// Transitions done, warm-up included.
    pub done: usize,
    /// Total transitions, warm-up included.
    pub total: usize,
    /// The current step size.
    pub step_size: f64,
    /// Divergent transitions after warm-up.
    pub divergences: usize,
    /// Whether the chain is still warming up.
    pub warmup: bool,
}

/// Ignores progress and never asks to stop.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Progress for Silent {
    fn update(&self, _update: Update) {}

    fn stop_requested(&self) -> bool {
        false
    }
}
