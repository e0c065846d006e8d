//! How a running sampler or optimiser talks to whoever waits for it.

/// Hears of the work and may ask for its end. Called from several threads at once.
pub trait Progress {
    /// A chain has gone one step further.
    fn update(&self, update: Update);

    /// Whether to end soon with what there is.
    fn stop_requested(&self) -> bool;
}

/// How far one chain has come.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Update {
    /// The chain, counted from 0.
    pub chain: usize,
    /// Transitions done, warm-up included.
    pub done: usize,
    /// Transitions in all, warm-up included.
    pub total: usize,
    /// The present step size.
    pub step_size: f64,
    /// Divergent transitions after warm-up.
    pub divergences: usize,
    /// Whether the chain still warms up.
    pub warmup: bool,
}

/// Hears nothing and asks for nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Progress for Silent {
    fn update(&self, _update: Update) {}

    fn stop_requested(&self) -> bool {
        false
    }
}
