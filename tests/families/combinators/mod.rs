//! Combinators of distributions: clauses against mpmath, gradients against differences, draws
//! against distribution functions.

mod densities;
mod draws;
mod everywhere;
mod gradients;
