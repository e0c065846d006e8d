//! Plan → the plan with what its interpreter needs.

use crate::plan::{Plan, interpret};
use crate::program::Computation;

/// A plan with what its interpreter needs.
pub(super) struct Engine {
    plan: Plan,
    computation: Computation,
}

/// Nothing: the interpreter has its own.
#[derive(Clone, Debug)]
pub(super) struct Scratch;

impl Engine {
    /// Keeps a plan.
    ///
    /// # Errors
    /// None.
    pub(super) fn new(plan: &Plan, computation: &Computation) -> Result<Self, String> {
        Ok(Self { plan: plan.clone(), computation: computation.clone() })
    }

    /// Memory for evaluations of this engine.
    pub(super) fn scratch(&self) -> Scratch {
        Scratch
    }

    /// Computes the outputs at `q`.
    pub(super) fn run(&self, _scratch: &mut Scratch, q: &[f64], seed: u64, out: &mut [f64]) {
        let Computation { program, values } = &self.computation;
        out.copy_from_slice(&interpret(&self.plan, program, values, q, seed));
    }

    /// No machine code.
    pub(super) fn size(&self) -> usize {
        0
    }
}
