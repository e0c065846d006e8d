//! A log density over a vector → draws of it, or its largest point. Knows no names, no spans and no clock.

mod adapter;
mod chain;
mod conditional;
mod curvature;
mod delta;
pub mod error;
mod lbfgs;
mod newton;
pub mod nuts;
mod objective;
pub mod optimise;
pub mod progress;
mod start;

pub use conditional::conditional_precisions;
pub use error::InferenceError;
pub use nuts::{Metric, NutsRun, NutsSettings, sample};
pub use optimise::{OptimiseSettings, optimise};
pub use progress::{Progress, Silent, Update};
