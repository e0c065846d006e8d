//! Runs a plan through its interpreter.

use crate::plan::{Plan, interpret};
use crate::program::Computation;

/// A plan with what its interpreter needs.
pub(super) struct Engine {
    plan: Plan,
    computation: Computation,
}

/// Empty: the interpreter has its own working memory.
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

    /// Working memory for evaluations of this engine.
    pub(super) fn scratch(&self) -> Scratch {
        Scratch
    }

    /// Computes the outputs at `q`.
    pub(super) fn run(&self, _scratch: &mut Scratch, q: &[f64], seed: u64, out: &mut [f64]) {
        let Computation { program, values } = &self.computation;
        out.copy_from_slice(&interpret(&self.plan, program, values, q, seed));
    }

    /// Always 0: there is no machine code.
    pub(super) fn size(&self) -> usize {
        0
    }
}
