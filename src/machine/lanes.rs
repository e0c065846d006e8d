//! Loops whose iterations run in parallel lanes: vectors of two numbers where there is an
//! instruction for it, otherwise each lane separately.
//!
//! A register has one of three forms: the same value in all lanes, a vector, or one value per lane.
//! It is converted to another form on demand, once. Truth values in vectors are masks: the bits of
//! a lane are all 1 or all 0.

use std::collections::HashSet;

use cranelift_codegen::ir::types::{F64, F64X2, I8, I64, I64X2};
use cranelift_codegen::ir::{ConstantData, Endianness, InstBuilder, MemFlagsData, Value};

use crate::builtins::{Builtin, Native};
use crate::plan::{Affine, BufferId, Kind, LANES, Loop, Operation, RegisterId, Statement};

use super::MachineError;
use super::emission::{Emission, Lanes};

impl Emission<'_> {
    pub(super) fn side_by_side(&mut self, inner: &Loop) -> Result<(), MachineError> {
        let folds = inner.folds();
        self.lanes = Lanes {
            counter: Some(inner.counter),
            differ: HashSet::from([inner.counter]),
            ..Lanes::default()
        };
        for (cell, by) in &folds {
            let (first, other) =
                (self.builder.use_var(self.cells[*cell]), self.builder.ins().f64const(by.start()));
            let start = self.pair(first, other);
            let variable = self.builder.declare_var(F64X2);
            self.builder.def_var(variable, start);
            self.lanes.sums.insert(*cell, variable);
        }
        self.spread(inner);
        let step = LANES as i64;
        self.repeat(inner, 0, inner.alone() as i64 - step, step, Self::statement_in_lanes)?;
        let lanes = std::mem::take(&mut self.lanes);
        for (cell, by) in &folds {
            let sum = self.builder.use_var(lanes.sums[cell]);
            let (first, second) =
                (self.builder.ins().extractlane(sum, 0), self.builder.ins().extractlane(sum, 1));
            let value = self.reduce(*by, first, second);
            self.builder.def_var(self.cells[*cell], value);
        }
        for round in inner.alone()..inner.size {
            let outside = self.scaled.clone();
            self.registers[inner.counter] = Some(self.builder.ins().iconst(I64, round as i64));
            inner.body.iter().try_for_each(|statement| self.statement(statement))?;
            self.scaled = outside;
        }
        Ok(())
    }

    /// Turns the numbers that meet vectors in the loop into vectors, before the loop and for all
    /// iterations. Compile-time constants are excluded; they are materialised at each use.
    fn spread(&mut self, inner: &Loop) {
        let mut set = HashSet::from([inner.counter]);
        for statement in &inner.body {
            let read: Vec<RegisterId> = match statement {
                Statement::Let { to, operation } => {
                    set.insert(*to);
                    if let Operation::Call(builtin, arguments) = operation
                        && builtin.has_vector_form()
                    {
                        arguments.clone()
                    } else {
                        Vec::new()
                    }
                }
                Statement::Fold { value, .. }
                | Statement::Store { value, .. }
                | Statement::Accumulate { value, .. } => vec![*value],
                Statement::Set { .. } | Statement::Loop(_) | Statement::Kernel(_) => Vec::new(),
            };
            let numbers = |r: &RegisterId| {
                self.plan.registers[*r] == Kind::Real
                    && !self.constants.contains_key(r)
                    && !set.contains(r)
            };
            read.into_iter()
                .filter(numbers)
                .collect::<Vec<_>>()
                .into_iter()
                .for_each(|r| _ = self.vector(r));
        }
    }

    fn statement_in_lanes(&mut self, statement: &Statement) -> Result<(), MachineError> {
        match statement {
            Statement::Let { to, operation } => self.binding(*to, operation)?,
            Statement::Fold { cell, value, by } => {
                let (variable, value) = (self.lanes.sums[cell], self.vector(*value));
                let old = self.builder.use_var(variable);
                let new = self.reduce(*by, old, value);
                self.builder.def_var(variable, new);
            }
            Statement::Store { buffer, at, value } if self.is_vector(*buffer, at) => {
                let value = self.vector(*value);
                let (base, offset) = self.address(*buffer, at);
                self.builder.ins().store(unaligned(), value, base, offset);
            }
            Statement::Accumulate { buffer, at, value, by } if self.is_vector(*buffer, at) => {
                let value = self.vector(*value);
                let (base, offset) = self.address(*buffer, at);
                let old = self.builder.ins().load(F64X2, unaligned(), base, offset);
                let new = self.reduce(*by, old, value);
                self.builder.ins().store(unaligned(), new, base, offset);
            }
            Statement::Store { buffer, at, value } => {
                let in_lane = |at| Statement::Store { buffer: *buffer, at, value: *value };
                self.each(at, &[*value], in_lane)?;
            }
            Statement::Accumulate { buffer, at, value, by } => {
                let in_lane =
                    |at| Statement::Accumulate { buffer: *buffer, at, value: *value, by: *by };
                self.each(at, &[*value], in_lane)?;
            }
            Statement::Set { .. } | Statement::Loop(_) | Statement::Kernel(_) => {
                return Err(MachineError::Backend(
                    "rounds that wait for each other run side by side".to_owned(),
                ));
            }
        }
        Ok(())
    }

    /// A statement with a place, emitted lane by lane.
    fn each(
        &mut self,
        at: &Affine,
        read: &[RegisterId],
        in_lane: impl Fn(Affine) -> Statement,
    ) -> Result<(), MachineError> {
        read.iter().for_each(|&register| self.take_apart(register));
        for lane in 0..LANES {
            self.lanes.lane = lane;
            self.statement(&in_lane(self.lanes.place(at)))?;
        }
        self.lanes.lane = 0;
        Ok(())
    }

    fn binding(&mut self, to: RegisterId, operation: &Operation) -> Result<(), MachineError> {
        if !operation.reads().any(|register| self.lanes.differ.contains(&register)) {
            let value = self.operation(to, operation)?;
            self.registers[to] = Some(value);
            return Ok(());
        }
        self.lanes.differ.insert(to);
        if let Some(vector) = self.vector_operation(operation) {
            self.lanes.vectors.insert(to, vector);
            return Ok(());
        }
        operation.reads().for_each(|register| self.take_apart(register));
        let first = self.operation(to, operation)?;
        self.lanes.lane = 1;
        let second = self.operation(to, &self.in_lane(operation))?;
        self.lanes.lane = 0;
        self.registers[to] = Some(first);
        self.lanes.second.insert(to, second);
        Ok(())
    }

    /// An operation with its place as seen from the current lane.
    fn in_lane(&self, operation: &Operation) -> Operation {
        match operation {
            Operation::Position(at) => Operation::Position(self.lanes.place(at)),
            Operation::Load { buffer, at } => {
                Operation::Load { buffer: *buffer, at: self.lanes.place(at) }
            }
            Operation::Number(_)
            | Operation::Truth(_)
            | Operation::Read(_)
            | Operation::Call(..)
            | Operation::ToReal(_)
            | Operation::ToIndex { .. }
            | Operation::Noise { .. }
            | Operation::Draw { .. } => operation.clone(),
        }
    }

    /// An operation as vector instructions, if such exist.
    fn vector_operation(&mut self, operation: &Operation) -> Option<Value> {
        match operation {
            Operation::Load { buffer, at } if self.is_vector(*buffer, at) => {
                let (base, offset) = self.address(*buffer, at);
                Some(self.builder.ins().load(F64X2, unaligned(), base, offset))
            }
            Operation::Call(builtin, arguments)
                if builtin.has_vector_form() && self.are_vectors(*builtin, arguments) =>
            {
                self.vector_call(*builtin, arguments)
            }
            Operation::ToReal(value)
                if self.plan.registers[*value] == Kind::Bool
                    && self.lanes.vectors.contains_key(value) =>
            {
                let mask = self.lanes.vectors[value];
                let mask = self.builder.ins().bitcast(F64X2, lanes_in_order(), mask);
                let one = self.number_in_lanes(1.0);
                Some(self.builder.ins().band(mask, one))
            }
            Operation::Load { .. }
            | Operation::Call(..)
            | Operation::ToReal(_)
            | Operation::Number(_)
            | Operation::Truth(_)
            | Operation::Position(_)
            | Operation::Read(_)
            | Operation::ToIndex { .. }
            | Operation::Noise { .. }
            | Operation::Draw { .. } => None,
        }
    }

    /// A function as vector instructions: the same as for numbers, except that truth values are
    /// masks.
    fn vector_call(&mut self, builtin: Builtin, arguments: &[RegisterId]) -> Option<Value> {
        let values: Vec<Value> = arguments.iter().map(|&a| self.vector(a)).collect();
        match builtin.row().compiled.native {
            Native::Function | Native::Draw => None,
            Native::Not => Some(self.builder.ins().bnot(values[0])),
            Native::Select => {
                let mask = self.builder.ins().bitcast(F64X2, lanes_in_order(), values[0]);
                Some(self.builder.ins().bitselect(mask, values[1], values[2]))
            }
            Native::MaskedProduct => {
                let (nothing, product, zero) = self.maybe_nothing(&values);
                let mask = self.builder.ins().bitcast(F64X2, lanes_in_order(), nothing);
                Some(self.builder.ins().bitselect(mask, zero, product))
            }
            Native::Add
            | Native::Subtract
            | Native::Multiply
            | Native::Divide
            | Native::Negate
            | Native::Abs
            | Native::Sqrt
            | Native::Min
            | Native::Max
            | Native::Power
            | Native::Equal
            | Native::NotEqual
            | Native::Less
            | Native::LessEqual
            | Native::Greater
            | Native::GreaterEqual
            | Native::And
            | Native::Or => self.native(builtin, arguments, &values),
        }
    }

    /// Whether the arguments and result of a function with a vector form can be vectors.
    fn are_vectors(&self, builtin: Builtin, arguments: &[RegisterId]) -> bool {
        let numbers = |registers: &[RegisterId]| {
            registers.iter().all(|&r| self.plan.registers[r] == Kind::Real)
        };
        match (builtin.row().compiled.native, arguments) {
            (Native::Select, [_, chosen @ ..]) => numbers(chosen),
            (Native::Power, [_, exponent]) => self.constants.contains_key(exponent),
            _ => true,
        }
    }

    fn is_vector(&self, buffer: BufferId, at: &Affine) -> bool {
        self.plan.buffers[buffer].kind == Kind::Real && self.lanes.are_neighbours(at)
    }

    /// A number or truth value as a vector.
    fn vector(&mut self, register: RegisterId) -> Value {
        if let Some(&vector) = self.lanes.vectors.get(&register) {
            return vector;
        }
        let vector =
            match (self.constants.get(&register), self.lanes.second.get(&register).copied()) {
                (Some(&value), _) => return self.number_in_lanes(value),
                (None, None) => {
                    let value = self.lane_of_vector(register, self.get(register));
                    let ty = self.type_of_vector(register);
                    self.builder.ins().splat(ty, value)
                }
                (None, Some(second)) => {
                    let (first, second) = (
                        self.lane_of_vector(register, self.get(register)),
                        self.lane_of_vector(register, second),
                    );
                    self.pair(first, second)
                }
            };
        self.lanes.vectors.insert(register, vector);
        vector
    }

    fn type_of_vector(&self, register: RegisterId) -> cranelift_codegen::ir::Type {
        if self.plan.registers[register] == Kind::Bool { I64X2 } else { F64X2 }
    }

    /// A value as a lane of a vector: truth values become masks.
    fn lane_of_vector(&mut self, register: RegisterId, value: Value) -> Value {
        if self.plan.registers[register] == Kind::Bool {
            self.builder.ins().bmask(I64, value)
        } else {
            value
        }
    }

    fn pair(&mut self, first: Value, second: Value) -> Value {
        let ty = if self.builder.func.dfg.value_type(first) == F64 { F64X2 } else { I64X2 };
        let vector = self.builder.ins().scalar_to_vector(ty, first);
        self.builder.ins().insertlane(vector, second, 1)
    }

    /// Ensures that a register has a value in each lane.
    fn take_apart(&mut self, register: RegisterId) {
        if self.lanes.second.contains_key(&register) || !self.lanes.differ.contains(&register) {
            return;
        }
        let Some(&vector) = self.lanes.vectors.get(&register) else { return };
        let [first, second] = [0, 1].map(|lane| {
            let value = self.builder.ins().extractlane(vector, lane);
            match self.plan.registers[register] {
                Kind::Bool => {
                    let low = self.builder.ins().ireduce(I8, value);
                    self.builder.ins().band_imm_u(low, 1)
                }
                Kind::Real | Kind::Index => value,
            }
        });
        self.registers[register] = Some(first);
        self.lanes.second.insert(register, second);
    }

    /// A constant in all lanes.
    fn number_in_lanes(&mut self, value: f64) -> Value {
        let bytes: Vec<u8> = value.to_le_bytes().repeat(LANES);
        let constant = self.builder.func.dfg.constants.insert(ConstantData::from(&bytes[..]));
        self.builder.ins().vconst(F64X2, constant)
    }

    /// A constant of the type of a value, in all of its lanes.
    pub(super) fn like(&mut self, value: Value, number: f64) -> Value {
        if self.builder.func.dfg.value_type(value) == F64 {
            self.builder.ins().f64const(number)
        } else {
            self.number_in_lanes(number)
        }
    }
}

/// Vectors are aligned only as numbers are.
fn unaligned() -> MemFlagsData {
    MemFlagsData::new().with_notrap()
}

/// The first lane is in the lower bytes, whichever the type.
fn lanes_in_order() -> MemFlagsData {
    MemFlagsData::new().with_endianness(Endianness::Little)
}
