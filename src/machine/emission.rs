//! The state of a function under construction: registers, memory, calls, and loops whose iterations
//! run in parallel lanes. The neighbouring files emit into it.

use std::collections::{HashMap, HashSet};

use cranelift_codegen::ir::{FuncRef, Value};
use cranelift_frontend::{FunctionBuilder, Variable};
use cranelift_jit::JITModule;

use crate::base::IdMap;
use crate::plan::{Affine, CellId, Plan, RegisterId};

use super::pool::Pool;

/// A function under construction.
pub(super) struct Emission<'a> {
    pub builder: FunctionBuilder<'a>,
    pub module: &'a mut JITModule,
    pub plan: &'a Plan,
    pub pool: &'a Pool,
    pub bases: Bases,
    pub seed: Value,
    /// The value of each register; in loops with lanes, that in the first lane.
    pub registers: IdMap<RegisterId, Option<Value>>,
    /// Registers whose values are known at compile time.
    pub constants: HashMap<RegisterId, f64>,
    pub cells: IdMap<CellId, Variable>,
    pub calls: Calls,
    /// Products of registers, in a lane, and strides in bytes, as far as they have been computed.
    pub scaled: HashMap<(RegisterId, usize, i64), Value>,
    pub lanes: Lanes,
}

/// The memory that the caller lends to compiled code.
#[derive(Clone, Copy)]
pub(super) struct Bases {
    pub q: Value,
    pub out: Value,
    pub scratch: Value,
    pub data: Value,
}

/// Functions that have been called already.
#[derive(Default)]
pub(super) struct Calls(pub HashMap<&'static str, FuncRef>);

/// The state of registers in a loop whose iterations run in parallel lanes; empty outside such
/// loops.
#[derive(Default)]
pub(super) struct Lanes {
    pub counter: Option<RegisterId>,
    /// The lane currently being emitted, where lanes are emitted separately.
    pub lane: usize,
    /// Registers that differ from lane to lane.
    pub differ: HashSet<RegisterId>,
    /// Registers as vectors.
    pub vectors: HashMap<RegisterId, Value>,
    /// Values in the second lane.
    pub second: HashMap<RegisterId, Value>,
    /// The accumulators of folds, as vectors.
    pub sums: HashMap<CellId, Variable>,
}

impl Lanes {
    /// A register's value in the current lane, if that differs from the first lane's.
    pub fn own(&self, register: RegisterId) -> Option<Value> {
        if self.lane == 0 { None } else { self.second.get(&register).copied() }
    }

    /// How far a place moves when the counter advances by one.
    pub fn stride(&self, at: &Affine) -> i64 {
        at.terms
            .iter()
            .filter(|(register, _)| Some(*register) == self.counter)
            .map(|(_, stride)| stride)
            .sum()
    }

    /// Whether the lanes' places are adjacent in memory.
    pub fn are_neighbours(&self, at: &Affine) -> bool {
        let follows = |register: &RegisterId| {
            Some(*register) == self.counter || !self.differ.contains(register)
        };
        self.stride(at) == 1 && at.terms.iter().all(|(register, _)| follows(register))
    }

    /// The place as seen from the current lane.
    pub fn place(&self, at: &Affine) -> Affine {
        Affine { offset: at.offset + self.stride(at) * self.lane as i64, terms: at.terms.clone() }
    }
}
