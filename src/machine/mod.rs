//! Plan and data → machine code by Cranelift. The only module with `unsafe`.

mod address;
mod call;
mod code;
mod emission;
mod emit;
mod external;
mod lanes;
mod linear;
mod pool;

use std::fmt;

pub use code::{Code, Scratch};

use crate::plan::Plan;
use crate::program::{ArrayId, Program, Values};

/// What to keep of a compilation beside the code.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Keep {
    /// The texts that `pgmc explain` shows: Cranelift's IR and the disassembly.
    pub texts: bool,
}

/// Why there is no machine code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MachineError {
    /// Cranelift knows no back end for this machine, or refused the code.
    Backend(String),
    /// Data do not fit the program they were bound to: wrong number of values, wrong type, or an
    /// index out of range.
    Data {
        /// Which array.
        array: ArrayId,
        /// Its name.
        name: String,
        /// What is wrong.
        reason: &'static str,
    },
    /// The plan reads or writes outside of its buffers: an error of planning.
    Plan(String),
}

impl fmt::Display for MachineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Backend(reason) => write!(f, "no machine code: {reason}"),
            Self::Data { name, reason, .. } => write!(f, "data of `{name}` do not fit: {reason}"),
            Self::Plan(reason) => write!(f, "the plan is wrong: {reason}"),
        }
    }
}

impl std::error::Error for MachineError {}

/// Compiles a plan. The code owns a copy of the data.
///
/// # Errors
/// Where the back end refuses, data do not fit the program, or the plan is wrong.
pub fn compile(plan: &Plan, program: &Program, values: &Values) -> Result<Code, MachineError> {
    compile_keeping(plan, program, values, Keep::default())
}

/// Compiles a plan and keeps texts of it.
///
/// # Errors
/// As [`compile`].
pub fn compile_keeping(
    plan: &Plan,
    program: &Program,
    values: &Values,
    keep: Keep,
) -> Result<Code, MachineError> {
    crate::plan::check(plan, program).map_err(|errors| MachineError::Plan(errors.join("; ")))?;
    let pool = pool::Pool::new(program, values)?;
    emit::emit(plan, pool, keep)
}
