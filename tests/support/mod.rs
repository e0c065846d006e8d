//! What tests of several folders need, each file for those that its heading names.

pub mod fits;
pub mod marginal;
pub mod posteriors;
pub mod programs;
pub mod reported;
pub mod simulated;
pub mod simulation;
pub mod worked;
