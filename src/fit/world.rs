//! What a fit needs from outside: a clock, a wish to stop, somebody who listens.

use super::overview::Overview;
use crate::base::Diagnostic;
use crate::inference::{Progress, Update};

/// The world that a fit runs in. Called from several threads at once.
pub trait World: Sync {
    /// Seconds since the work began, compilation included.
    fn seconds(&self) -> f64;

    /// Seconds of processor time of the calling thread since a moment of its own; none where they
    /// cannot be had.
    fn processor_seconds(&self) -> Option<f64>;

    /// Whether to end soon with what there is.
    fn stop_requested(&self) -> bool;

    /// Hears how the work goes on.
    fn hear(&self, news: News<'_>);
}

/// How the work goes on.
#[derive(Clone, Copy, Debug)]
pub enum News<'a> {
    /// The model is compiled; the work on it begins.
    Compiled(&'a Overview),
    /// Something to know.
    Note(&'a Diagnostic),
    /// So many chains of so many transitions each begin.
    Sampling {
        /// Chains.
        chains: usize,
        /// Transitions of each, warm-up included.
        transitions: usize,
    },
    /// A chain has gone one step further.
    Step(Update),
    /// All chains have ended.
    Sampled,
}

/// A world in which no time passes, nobody listens and nobody waits: the same fit wherever it runs.
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

/// Only the wish to stop: for work whose steps nobody wants to hear of.
pub(super) struct Unwatched<'a>(pub &'a dyn World);

impl Progress for Unwatched<'_> {
    fn update(&self, _update: Update) {}

    fn stop_requested(&self) -> bool {
        self.0.stop_requested()
    }
}
