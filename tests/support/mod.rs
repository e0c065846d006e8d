//! What tests of several folders need; beside each file, who needs it.

// lower, models, posteriordb
pub mod fits;

// marginal
pub mod marginal;

// calibration, coverage, fit
pub mod models;

// gradient, program
pub mod nodes;

// models, posteriordb
pub mod posteriors;

// machine, plan
pub mod programs;

// Whatever draws data or points.
pub mod random;

// families, lower
pub mod simulation;

// coverage, marginal
pub mod table;

// lower, models, posteriordb
pub mod worked;
