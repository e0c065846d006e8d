//! Discrete variables after a fit, as data.

use crate::draws::Draws;

/// Discrete variables as they were recovered.
#[derive(Clone, Debug, PartialEq)]
pub struct Recovered {
    /// The variables.
    pub variables: Vec<DiscreteVariable>,
    /// What is computed from them, if the parameters are estimates.
    pub expected: Vec<Expected>,
    /// The number of draws used for that.
    pub expected_from: usize,
    /// Joint draws of them, if the parameters are estimates and draws are requested.
    pub draws: Option<Draws>,
}

/// A discrete variable after a fit.
#[derive(Clone, Debug, PartialEq)]
pub struct DiscreteVariable {
    /// Its name.
    pub name: String,
    /// Its elements, in declared order.
    pub elements: Vec<DiscreteElement>,
}

/// An element of a discrete variable.
#[derive(Clone, Debug, PartialEq)]
pub struct DiscreteElement {
    /// Its name: `z[3]`.
    pub name: String,
    /// The names of its values, in ascending order.
    pub values: Vec<String>,
    /// The probability of each value.
    pub probabilities: Vec<f64>,
    /// The index of its value in the jointly most probable configuration of all discrete variables.
    pub together: usize,
}

/// What is computed from discrete variables: its mean over draws of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Expected {
    /// Its name.
    pub name: String,
    /// The mean over draws.
    pub mean: f64,
    /// The standard deviation over draws.
    pub sd: f64,
    /// The Monte Carlo standard error of the mean.
    pub mcse: f64,
}
