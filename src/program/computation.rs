//! A program with the values of its arrays: what can be run, and what passes hand on.

use crate::program::{Program, Values};

/// A program and the values of its arrays.
#[derive(Clone, Debug, Default)]
pub struct Computation {
    /// What is computed.
    pub program: Program,
    /// From which data: one entry an array of the program.
    pub values: Values,
}

impl Computation {
    /// The same, to compute something else: without outputs.
    #[must_use]
    pub fn without_outputs(mut self) -> Self {
        self.program.outputs.clear();
        self
    }

    /// The same with outputs alone, which no term goes into.
    #[must_use]
    pub fn without_terms(mut self) -> Self {
        self.program.terms.clear();
        self
    }
}
