//! What is known of a function while it is built: registers, memory, calls, and loops whose rounds run
//! side by side. The files beside this one emit into it.

use std::collections::{HashMap, HashSet};

use cranelift_codegen::ir::{FuncRef, Value};
use cranelift_frontend::{FunctionBuilder, Variable};
use cranelift_jit::JITModule;

use crate::base::IdMap;
use crate::plan::{Affine, CellId, Plan, RegisterId};

use super::pool::Pool;

/// A function as it is built.
pub(super) struct Emission<'a> {
    pub builder: FunctionBuilder<'a>,
    pub module: &'a mut JITModule,
    pub plan: &'a Plan,
    pub pool: &'a Pool,
    pub bases: Bases,
    pub seed: Value,
    /// By register, its value; where rounds run side by side that of the first.
    pub registers: IdMap<RegisterId, Option<Value>>,
    /// Registers that are numbers known now.
    pub constants: HashMap<RegisterId, f64>,
    pub cells: IdMap<CellId, Variable>,
    pub calls: Calls,
    /// Registers, in a lane, times strides in bytes, where they are known.
    pub scaled: HashMap<(RegisterId, usize, i64), Value>,
    pub lanes: Lanes,
}

/// The memory that compiled code is lent.
#[derive(Clone, Copy)]
pub(super) struct Bases {
    pub q: Value,
    pub out: Value,
    pub scratch: Value,
    pub data: Value,
}

/// Functions that were called already.
#[derive(Default)]
pub(super) struct Calls(pub HashMap<&'static str, FuncRef>);

/// What is known of the registers in a loop whose rounds run side by side; nothing outside of such
/// loops.
#[derive(Default)]
pub(super) struct Lanes {
    pub counter: Option<RegisterId>,
    /// The lane that is emitted now, where each is by itself.
    pub lane: usize,
    /// Registers that differ from lane to lane.
    pub differ: HashSet<RegisterId>,
    /// Registers as vectors.
    pub vectors: HashMap<RegisterId, Value>,
    /// Values in the second lane.
    pub second: HashMap<RegisterId, Value>,
    /// What is folded, as vectors.
    pub sums: HashMap<CellId, Variable>,
}

impl Lanes {
    /// A register's value in the lane that is emitted now, where it is not that of the first.
    pub fn own(&self, register: RegisterId) -> Option<Value> {
        if self.lane == 0 { None } else { self.second.get(&register).copied() }
    }

    /// By how much a place moves with the counter.
    pub fn stride(&self, at: &Affine) -> i64 {
        at.terms
            .iter()
            .filter(|(register, _)| Some(*register) == self.counter)
            .map(|(_, stride)| stride)
            .sum()
    }

    /// Whether places in the lanes are neighbours in memory.
    pub fn are_neighbours(&self, at: &Affine) -> bool {
        let follows = |register: &RegisterId| {
            Some(*register) == self.counter || !self.differ.contains(register)
        };
        self.stride(at) == 1 && at.terms.iter().all(|(register, _)| follows(register))
    }

    /// A place as the lane that is emitted now has it.
    pub fn place(&self, at: &Affine) -> Affine {
        Affine { offset: at.offset + self.stride(at) * self.lane as i64, terms: at.terms.clone() }
    }
}
