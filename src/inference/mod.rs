//! Samples or maximises a log density over a vector. Knows nothing of names, spans or clocks.

pub mod adam;
mod adapter;
mod chain;
mod conditional;
mod curvature;
mod delta;
pub mod error;
pub mod fixed;
mod frame;
mod identify;
mod lbfgs;
mod newton;
pub mod nuts;
mod objective;
pub mod optimise;
pub mod profile;
pub mod progress;
mod runaway;
mod scan;
mod start;
mod trust;
pub mod turned;

pub use adam::{Adam, Ascent, Sample};
pub use conditional::conditional_precisions;
pub use error::InferenceError;
pub use fixed::Fixed;
pub use identify::{Weakest, depends, weakest_direction};
pub use nuts::{Metric, NutsRun, NutsSettings, sample};
pub use optimise::{OptimiseSettings, estimate_at, optimise, optimise_from};
pub use profile::{Interval, profile};
pub use progress::{Progress, Silent, Update};
pub use scan::{Group, Reach};
pub use turned::{Conditioning, Turn, Turned, conditioning};
