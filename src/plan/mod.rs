//! Program → plan: loop nests, straight-line blocks, buffers and kernel calls, in order.

pub mod check;
pub mod interpret;
pub mod ir;
pub mod kernels;

mod lanes;
mod lower;
mod order;
pub mod parse;
pub mod print;
mod renumber;
mod schedule;
mod storage;
mod survey;
mod unroll;
mod work;

pub use check::check;
pub use interpret::interpret;
pub use ir::{
    Affine, Buffer, BufferId, Cell, CellId, Kernel, KernelCall, Kind, LANES, Loop, Matrix, Mode,
    Operation, Place, Plan, Reduction, RegisterId, Statement, Step,
};

pub use parse::parse;
pub use print::print;

use crate::program::Program;

/// Plans the computation of a program's outputs. The program must have passed its check.
#[must_use]
pub fn plan(program: &Program, mode: Mode) -> Plan {
    let survey = survey::Survey::of(program, mode);
    let schedule = schedule::schedule(&survey);
    let storage = storage::store(&survey, &schedule);
    let mut plan = lower::lower(&survey, &schedule, &storage);
    renumber::renumber(&mut plan);
    plan
}
