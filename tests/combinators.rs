//! Combinators of distributions: clauses against mpmath, gradients against differences, draws
//! against distribution functions.

#[path = "combinators/densities.rs"]
mod densities;
#[path = "combinators/draws.rs"]
mod draws;
#[path = "combinators/gradients.rs"]
mod gradients;
#[path = "families/report.rs"]
mod report;
#[path = "simulation/sample.rs"]
#[expect(dead_code, reason = "shared with the tests of simulation, which also look at covariances")]
mod sample;
