//! Compiles a plan and its data to machine code with Cranelift. The only module with `unsafe`.

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

/// What to keep of a compilation besides the code.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Keep {
    /// The listings that `pgmc explain` shows: Cranelift's IR and the disassembly.
    pub texts: bool,
}

/// Why there is no machine code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MachineError {
    /// Cranelift has no back end for this machine, or rejected the code.
    Backend(String),
    /// The data do not fit the program they were bound to: wrong number of values, wrong type, or
    /// an index out of range.
    Data {
        /// Which array.
        array: ArrayId,
        /// Its name.
        name: String,
        /// What is wrong.
        reason: &'static str,
    },
    /// The plan reads or writes outside its buffers: a bug in planning.
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
/// If the back end rejects the code, the data do not fit the program, or the plan is wrong.
pub fn compile(plan: &Plan, program: &Program, values: &Values) -> Result<Code, MachineError> {
    compile_keeping(plan, program, values, Keep::default())
}

/// Compiles a plan and keeps listings.
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
