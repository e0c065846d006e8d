//! Discrete variables after a fit, as data.

use crate::draws::Draws;

/// Discrete variables as they were recovered.
#[derive(Clone, Debug, PartialEq)]
pub struct Recovered {
    /// The variables.
    pub variables: Vec<DiscreteVariable>,
    /// What is computed from them, where the parameters are estimates.
    pub expected: Vec<Expected>,
    /// By how many draws of them that was computed.
    pub expected_from: usize,
    /// Joint draws of them, where the parameters are estimates and draws are asked for.
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
    /// What its values are called, ascending.
    pub values: Vec<String>,
    /// The probability of each.
    pub probabilities: Vec<f64>,
    /// Which value it has where all discrete variables together are most probable.
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
