//! Compiles a computation into code that is run repeatedly, with results accessed by kind.

use std::ops::Range;
use std::sync::Arc;

use super::results::Results;
use super::{Engine, Scratch};
use crate::plan::{self, Mode};
use crate::program::Computation;

/// Code with its working memory. Clones share the code. Running it does not allocate.
#[derive(Clone)]
pub struct Routine {
    code: Arc<Code>,
    scratch: Scratch,
    input: Vec<f64>,
    output: Vec<f64>,
}

struct Code {
    engine: Engine,
    results: Results,
}

impl Routine {
    /// Plans and compiles a computation.
    ///
    /// # Errors
    /// If machine code cannot be generated on this machine.
    pub fn new(computation: &Computation) -> Result<Self, String> {
        let program = &computation.program;
        let engine = Engine::new(&plan::plan(program, Mode::Fused), computation)?;
        let results = Results::of(program);
        Ok(Self {
            scratch: engine.scratch(),
            input: vec![0.0; program.slots],
            output: vec![0.0; results.len],
            code: Arc::new(Code { engine, results }),
        })
    }

    /// Runs at a point, one number per slot. `seed` seeds noise and draws.
    pub fn run_at(&mut self, q: &[f64], seed: u64) -> &Self {
        self.code.engine.run(&mut self.scratch, q, seed, &mut self.output);
        self
    }

    /// Runs at the concatenation of `parts`; the rest of the input keeps what it holds, zeros
    /// unless something else was written there.
    pub fn run_on(&mut self, parts: &[&[f64]], seed: u64) -> &Self {
        let mut at = 0;
        for part in parts {
            self.input[at..at + part.len()].copy_from_slice(part);
            at += part.len();
        }
        self.run(seed)
    }

    /// Runs at the current input.
    pub fn run(&mut self, seed: u64) -> &Self {
        self.code.engine.run(&mut self.scratch, &self.input, seed, &mut self.output);
        self
    }

    /// The input of [`Routine::run`], one number per slot.
    pub fn input(&mut self) -> &mut [f64] {
        &mut self.input
    }

    /// The log density.
    ///
    /// # Panics
    /// If the program has no such output.
    #[must_use]
    pub fn value(&self) -> f64 {
        self.output[self.code.results.value.expect("the program has a value")]
    }

    /// The derivatives of the log density by these coordinates, as far as they exist.
    #[must_use]
    pub fn gradient(&self, coordinates: Range<usize>) -> &[f64] {
        &self.output[self.code.results.derivatives(coordinates)]
    }

    /// The derivative of the log density by one coordinate, or 0 if the program has none.
    #[must_use]
    pub fn derivative(&self, coordinate: usize) -> f64 {
        self.code.results.derivative(coordinate).map_or(0.0, |place| self.output[place])
    }

    /// A term, by name.
    ///
    /// # Panics
    /// If the program has no such output.
    #[must_use]
    pub fn term(&self, name: &str) -> &[f64] {
        let places = self.code.results.terms.iter().find(|(known, _)| known == name);
        &self.output[places.expect("the program has such a term").1.clone()]
    }

    /// The directional derivatives of all outputs, in order.
    #[must_use]
    pub fn tangents(&self) -> &[f64] {
        &self.output[self.code.results.tangents.clone()]
    }

    /// The variables, one after the other, each in canonical layout.
    #[must_use]
    pub fn variables(&self) -> &[f64] {
        &self.output[self.code.results.variables.clone()]
    }

    /// The number of unknowns.
    #[must_use]
    pub fn slots(&self) -> usize {
        self.input.len()
    }

    /// The size of the machine code in bytes.
    #[must_use]
    pub fn code_size(&self) -> usize {
        self.code.engine.size()
    }
}
