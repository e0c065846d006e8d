//! What tests of several folders need, each file for those that its heading names.

pub mod fits;
pub mod marginal;
pub mod posteriors;
pub mod programs;
pub mod random;
pub mod reported;
pub mod simulation;
pub mod table;
pub mod worked;
