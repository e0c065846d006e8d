//! Runs a plan as machine code.

use crate::machine::{self, Code};
use crate::plan::Plan;
use crate::program::Computation;

pub(super) use crate::machine::Scratch;

/// A plan compiled to machine code.
pub(super) struct Engine(Code);

impl Engine {
    /// Compiles a plan.
    ///
    /// # Errors
    /// If machine code cannot be generated on this machine.
    pub(super) fn new(plan: &Plan, computation: &Computation) -> Result<Self, String> {
        let Computation { program, values } = computation;
        machine::compile(plan, program, values).map(Self).map_err(|error| error.to_string())
    }

    /// Working memory for evaluations of this engine.
    pub(super) fn scratch(&self) -> Scratch {
        self.0.scratch()
    }

    /// Computes the outputs at `q`.
    pub(super) fn run(&self, scratch: &mut Scratch, q: &[f64], seed: u64, out: &mut [f64]) {
        self.0.run_seeded(scratch, q, seed, out);
    }

    /// The size of the machine code in bytes.
    pub(super) fn size(&self) -> usize {
        self.0.size()
    }
}
