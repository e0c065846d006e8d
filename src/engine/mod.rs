//! What runs a plan: machine code, or the plan's interpreter where the crate is built without the
//! machine.

use crate::plan::Plan;
use crate::program::{Program, Values};

#[cfg(feature = "cranelift")]
mod compiled {
    use super::{Plan, Program, Values};
    use crate::machine::{self, Code};

    /// Machine code.
    pub struct Engine(Code);

    pub use crate::machine::Scratch;

    impl Engine {
        /// Compiles a plan.
        ///
        /// # Errors
        /// Where there is no machine code to be had on this machine.
        pub fn new(plan: &Plan, program: &Program, values: &Values) -> Result<Self, String> {
            machine::compile(plan, program, values).map(Self).map_err(|error| error.to_string())
        }

        /// Memory for evaluations of this engine.
        #[must_use]
        pub fn scratch(&self) -> Scratch {
            self.0.scratch()
        }

        /// Computes the outputs at `q`.
        pub fn run(&self, scratch: &mut Scratch, q: &[f64], seed: u64, out: &mut [f64]) {
            self.0.run_seeded(scratch, q, seed, out);
        }

        /// Bytes of machine code.
        #[must_use]
        pub fn size(&self) -> usize {
            self.0.size()
        }
    }
}

#[cfg(not(feature = "cranelift"))]
mod interpreted {
    use super::{Plan, Program, Values};
    use crate::plan::interpret;

    /// A plan with what its interpreter needs.
    pub struct Engine {
        plan: Plan,
        program: Program,
        values: Values,
    }

    /// Nothing: the interpreter has its own.
    #[derive(Clone, Debug)]
    pub struct Scratch;

    impl Engine {
        /// Keeps a plan.
        ///
        /// # Errors
        /// None.
        pub fn new(plan: &Plan, program: &Program, values: &Values) -> Result<Self, String> {
            Ok(Self { plan: plan.clone(), program: program.clone(), values: values.clone() })
        }

        /// Memory for evaluations of this engine.
        #[must_use]
        pub fn scratch(&self) -> Scratch {
            Scratch
        }

        /// Computes the outputs at `q`.
        pub fn run(&self, _scratch: &mut Scratch, q: &[f64], seed: u64, out: &mut [f64]) {
            out.copy_from_slice(&interpret(&self.plan, &self.program, &self.values, q, seed));
        }

        /// No machine code.
        #[must_use]
        pub fn size(&self) -> usize {
            0
        }
    }
}

#[cfg(feature = "cranelift")]
pub use compiled::{Engine, Scratch};
#[cfg(not(feature = "cranelift"))]
pub use interpreted::{Engine, Scratch};
