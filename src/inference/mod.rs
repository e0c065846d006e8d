//! A log density over a vector → draws of it, or its largest point. Knows no names, no spans and no clock.

mod adapter;
mod chain;
pub mod error;
pub mod nuts;
pub mod progress;
mod start;

pub use error::InferenceError;
pub use nuts::{Metric, NutsRun, NutsSettings, sample};
pub use progress::{Progress, Silent, Update};
