//! Coordinates of the unknown vector: what each belongs to.

use std::fmt;

use crate::network::Network;
use crate::network::ir::VariableId;

/// A coordinate of the unknown vector.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Coordinate {
    /// The variable that it is a coordinate of.
    pub variable: VariableId,
    /// What it is to the variable.
    pub kind: CoordinateKind,
    /// Its place among the variable's coordinates of this kind that were made together, from 0.
    pub element: usize,
    /// How many of these there are.
    pub of: usize,
}

/// What a coordinate is to its variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CoordinateKind {
    /// An element of it, on the unconstrained scale.
    Element,
    /// Noise that an element is a function of.
    Noise,
    /// Between noise and element.
    Partial,
    /// An element of the log diagonal of a Cholesky factor of it.
    LogDiagonal,
    /// One of fewer, or more, coordinates than there are elements: of a simplex, an ordered vector,
    /// a matrix.
    Transformed,
    /// A missing cell, on the unconstrained scale.
    Missing,
    /// What the log density of one value of a discrete variable is raised by: the derivative by it
    /// is that value's probability.
    Probe,
}

impl Coordinate {
    /// `theta[3]`, `noise of theta[3]`.
    #[must_use]
    pub fn name(&self, network: &Network) -> String {
        let group = self.group(network);
        if self.of == 1 { group } else { format!("{group}[{}]", self.element + 1) }
    }

    /// What it and its neighbours are called together: `theta`, `noise of theta`.
    #[must_use]
    pub fn group(&self, network: &Network) -> String {
        format!("{}{}", self.kind, network.variables[self.variable].name)
    }

    /// Whether it stands for one element of its variable.
    #[must_use]
    pub fn is_element(&self) -> bool {
        self.kind == CoordinateKind::Element
    }
}

impl fmt::Display for CoordinateKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            CoordinateKind::Element => "",
            CoordinateKind::Noise => "noise of ",
            CoordinateKind::Partial => "partial ",
            CoordinateKind::LogDiagonal => "log diagonal of ",
            CoordinateKind::Transformed => "coordinate of ",
            CoordinateKind::Missing => "missing ",
            CoordinateKind::Probe => "probe of ",
        })
    }
}
