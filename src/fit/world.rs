//! What a fit needs from outside: a clock, a stop request, a listener.

use super::overview::Overview;
use crate::base::Diagnostic;
use crate::inference::{Progress, Update};

/// The world that a fit runs in. Called from several threads at once.
pub trait World: Sync {
    /// Seconds since the work began, compilation included.
    fn seconds(&self) -> f64;

    /// Processor seconds of the calling thread since an arbitrary moment; None if unavailable.
    fn processor_seconds(&self) -> Option<f64>;

    /// Whether to stop soon and keep the results so far.
    fn stop_requested(&self) -> bool;

    /// Receives progress reports.
    fn hear(&self, news: News<'_>);
}

/// A progress report.
#[derive(Clone, Copy, Debug)]
pub enum News<'a> {
    /// The model is compiled; the fit begins.
    Compiled(&'a Overview),
    /// A note for the user.
    Note(&'a Diagnostic),
    /// Sampling begins, with this many chains and transitions.
    Sampling {
        /// The number of chains.
        chains: usize,
        /// Transitions per chain, warm-up included.
        transitions: usize,
    },
    /// A chain has advanced by a step.
    Step(Update),
    /// All chains have finished.
    Sampled,
}

/// A world without clock, listener or stop requests: the same fit wherever it runs.
#[derive(Clone, Copy, Debug, Default)]
pub struct Alone;

impl World for Alone {
    fn seconds(&self) -> f64 {
        0.0
    }

    fn processor_seconds(&self) -> Option<f64> {
        None
    }

    fn stop_requested(&self) -> bool {
        false
    }

    fn hear(&self, _news: News<'_>) {}
}

/// The world as samplers and optimisers see it.
pub(super) struct Watched<'a>(pub &'a dyn World);

impl Progress for Watched<'_> {
    fn update(&self, update: Update) {
        self.0.hear(News::Step(update));
    }

    fn stop_requested(&self) -> bool {
        self.0.stop_requested()
    }
}

/// Passes on only stop requests: for work whose steps are not worth reporting.
pub(super) struct Unwatched<'a>(pub &'a dyn World);

impl Progress for Unwatched<'_> {
    fn update(&self, _update: Update) {}

    fn stop_requested(&self) -> bool {
        self.0.stop_requested()
    }
}
