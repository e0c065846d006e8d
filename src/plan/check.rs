//! Plan → what is wrong with it. The machine relies on these rules; they keep compiled code inside
//! its memory.
//!
//! - Registers are set once, before they are read, and read inside the loop that sets them.
//! - Variables are set before they are read.
//! - Every position lies inside its buffer, for all rounds of all loops.
//! - Arguments and data are never written; other buffers are written before they are read; what is
//!   added to holds numbers.
//! - Rounds that run side by side are as many as the machine has lanes, and none waits for another.
//! - Kernels work on numbers, inside their buffers, and write to a buffer that they do not read.
//! - Calls have as many arguments as their rows, of their kinds.

use std::ops::RangeInclusive;

use crate::base::IdMap;
use crate::builtins::{Builtin, Code};
use crate::program::{Program, Type};

use super::ir::{
    Affine, BufferId, CellId, Kernel, KernelCall, Kind, LANES, Matrix, Operation, Place, Plan,
    RegisterId, Statement,
};
use super::lanes;

/// Verifies a plan for a program.
///
/// # Errors
/// One sentence for each broken rule.
pub fn check(plan: &Plan, program: &Program) -> Result<(), Vec<String>> {
    let mut checker = Checker {
        plan,
        program,
        ranges: plan.registers.filled(None),
        known: plan.registers.filled(false),
        set: plan.cells.filled(false),
        cells: plan.cells.map(|(_, cell)| cell.axis.map(|a| 0..=program.axes[a].size as i64 - 1)),
        written: plan.buffers.map(|(_, b)| matches!(b.place, Place::Argument | Place::Data(_))),
        errors: Vec::new(),
    };
    checker.places();
    for step in &plan.steps {
        step.body.iter().for_each(|s| checker.statement(s));
    }
    if checker.errors.is_empty() { Ok(()) } else { Err(checker.errors) }
}

struct Checker<'a> {
    plan: &'a Plan,
    program: &'a Program,
    /// By register of kind `Index`: its values.
    ranges: IdMap<RegisterId, Option<RangeInclusive<i64>>>,
    /// By register: set, in a loop that is open.
    known: IdMap<RegisterId, bool>,
    set: IdMap<CellId, bool>,
    /// By variable of kind `Index`: its values.
    cells: IdMap<CellId, Option<RangeInclusive<i64>>>,
    written: IdMap<BufferId, bool>,
    errors: Vec<String>,
}

impl Checker<'_> {
    fn fail(&mut self, error: String) {
        self.errors.push(error);
    }

    /// Buffers lie inside of what an evaluation is lent, with the kinds and lengths of their
    /// arrays.
    fn places(&mut self) {
        for (id, buffer) in self.plan.buffers.iter() {
            let fits = match buffer.place {
                Place::Argument => buffer.len == self.program.slots && buffer.kind == Kind::Real,
                Place::Data(array) => self.program.arrays.get(array).is_some_and(|a| {
                    let kind = match a.ty {
                        Type::Real => Kind::Real,
                        Type::Bool => Kind::Bool,
                        Type::Index(_) => Kind::Index,
                    };
                    buffer.kind == kind && buffer.len == self.program.extent(&a.axes)
                }),
                Place::Output(first) => {
                    first + buffer.len <= self.plan.outputs && buffer.kind == Kind::Real
                }
                Place::Whole(first) | Place::Tile(first) | Place::State(first) => {
                    first + buffer.len <= self.plan.scratch
                }
            };
            if !fits {
                self.fail(format!("{id} does not fit its place"));
            }
        }
    }

    fn block(&mut self, statements: &[Statement]) {
        for statement in statements {
            self.statement(statement);
        }
        for statement in statements {
            if let Statement::Let { to, .. } = statement {
                self.known[*to] = false;
            }
        }
    }

    fn statement(&mut self, statement: &Statement) {
        match statement {
            Statement::Let { to, operation } => self.binding(*to, operation),
            Statement::Set { cell, value } => {
                self.of_kind(*value, self.plan.cells[*cell].kind);
                self.within(*value, self.cells[*cell].clone());
                self.set[*cell] = true;
            }
            Statement::Fold { cell, value, .. } => {
                self.of_kind(*value, Kind::Real);
                if !self.set[*cell] || self.plan.cells[*cell].kind != Kind::Real {
                    self.fail(format!("{cell} is not a number that is set"));
                }
            }
            Statement::Store { buffer, at, value } => {
                self.of_kind(*value, self.plan.buffers[*buffer].kind);
                self.within(*value, self.positions(*buffer));
                self.write(*buffer, at);
            }
            Statement::Accumulate { buffer, at, value, .. } => {
                self.of_kind(*value, Kind::Real);
                if !self.written[*buffer] || self.plan.buffers[*buffer].kind != Kind::Real {
                    self.fail(format!("{buffer} is added to before it is zeroed"));
                }
                self.write(*buffer, at);
            }
            Statement::Loop(inner) => {
                if inner.size == 0 {
                    self.fail(format!("the loop of {} has no rounds", inner.counter));
                }
                if inner.lanes != 1 && (inner.lanes != LANES || !lanes::independent(inner)) {
                    self.fail(format!("rounds of {} cannot run side by side", inner.counter));
                }
                self.define(inner.counter, Kind::Index);
                self.ranges[inner.counter] = Some(0..=inner.size as i64 - 1);
                self.block(&inner.body);
                self.known[inner.counter] = false;
            }
            Statement::Kernel(call) => self.kernel(call),
        }
    }

    fn define(&mut self, register: RegisterId, kind: Kind) {
        if self.known[register] || self.plan.registers[register] != kind {
            self.fail(format!("{register} is set twice or of another kind"));
        }
        self.known[register] = true;
    }

    fn binding(&mut self, to: RegisterId, operation: &Operation) {
        for register in operation.reads() {
            self.read(register);
        }
        let (kind, range) = match operation {
            Operation::Number(_)
            | Operation::Noise { .. }
            | Operation::Draw { .. }
            | Operation::ToReal(_) => (Kind::Real, None),
            Operation::Truth(_) => (Kind::Bool, None),
            Operation::Position(at) => (Kind::Index, self.range(at)),
            Operation::Load { buffer, at } => {
                (self.plan.buffers[*buffer].kind, self.load(*buffer, at))
            }
            Operation::Read(cell) => {
                if !self.set[*cell] {
                    self.fail(format!("{cell} is not set"));
                }
                (self.plan.cells[*cell].kind, self.cells[*cell].clone())
            }
            Operation::ToIndex { value, size } => {
                self.of_kind(*value, Kind::Real);
                (Kind::Index, Some(0..=(*size as i64 - 1).max(0)))
            }
            Operation::Call(builtin, arguments) => self.call(*builtin, arguments),
        };
        self.define(to, kind);
        self.ranges[to] = range;
    }

    fn read(&mut self, register: RegisterId) {
        if !self.known[register] {
            self.fail(format!("{register} is read where it is not known"));
        }
    }

    fn of_kind(&mut self, register: RegisterId, kind: Kind) {
        self.read(register);
        if self.plan.registers[register] != kind {
            self.fail(format!("{register} is not of kind {}", kind.name()));
        }
    }

    /// The values of a position; none where nothing is known.
    fn range(&mut self, at: &Affine) -> Option<RangeInclusive<i64>> {
        let (mut low, mut high) = (at.offset, at.offset);
        for &(register, stride) in &at.terms {
            self.of_kind(register, Kind::Index);
            let range = self.ranges[register].clone()?;
            let (a, b) = (range.start() * stride, range.end() * stride);
            low += a.min(b);
            high += a.max(b);
        }
        Some(low..=high)
    }

    fn inside(&mut self, buffer: BufferId, at: &Affine, span: usize) {
        let len = self.plan.buffers[buffer].len as i64;
        let fits =
            self.range(at).is_some_and(|r| *r.start() >= 0 && *r.end() + (span as i64) <= len);
        if !fits {
            self.fail(format!("a position in {buffer} is outside of it"));
        }
    }

    fn write(&mut self, buffer: BufferId, at: &Affine) {
        self.inside(buffer, at, 1);
        if matches!(self.plan.buffers[buffer].place, Place::Argument | Place::Data(_)) {
            self.fail(format!("{buffer} is written to"));
        }
        self.written[buffer] = true;
    }

    /// The values that elements of a buffer can have, where they are positions.
    fn load(&mut self, buffer: BufferId, at: &Affine) -> Option<RangeInclusive<i64>> {
        self.inside(buffer, at, 1);
        if !self.written[buffer] {
            self.fail(format!("{buffer} is read before it is written"));
        }
        self.positions(buffer)
    }

    /// The values of a buffer of positions: those of its node's or array's axis.
    fn positions(&self, buffer: BufferId) -> Option<RangeInclusive<i64>> {
        let ty = match (self.plan.buffers[buffer].place, self.plan.buffers[buffer].node) {
            (Place::Data(array), _) => self.program.arrays[array].ty,
            (_, Some(node)) => self.program.nodes[node].ty,
            (_, None) => Type::Real,
        };
        match ty {
            Type::Index(axis) => Some(0..=self.program.axes[axis].size as i64 - 1),
            Type::Real | Type::Bool => None,
        }
    }

    /// A position that is kept stays on its axis.
    fn within(&mut self, value: RegisterId, axis: Option<RangeInclusive<i64>>) {
        if self.plan.registers[value] != Kind::Index {
            return;
        }
        let inside = match (&self.ranges[value], axis) {
            (Some(value), Some(axis)) => axis.contains(value.start()) && axis.contains(value.end()),
            (None, _) | (_, None) => false,
        };
        if !inside {
            self.fail(format!("{value} is kept as a position that it may not be"));
        }
    }

    fn call(
        &mut self,
        builtin: Builtin,
        arguments: &[RegisterId],
    ) -> (Kind, Option<RangeInclusive<i64>>) {
        let (takes, count, gives) = match builtin.row().code {
            Code::One(_) => (Kind::Real, 1..=1, Kind::Real),
            Code::Two(_) => (Kind::Real, 2..=2, Kind::Real),
            Code::Three(_) => (Kind::Real, 3..=3, Kind::Real),
            Code::Compare(_) => (Kind::Real, 2..=2, Kind::Bool),
            Code::Logic(_) => (Kind::Bool, 1..=2, Kind::Bool),
            Code::Select => return self.select(arguments),
            // No count fits: samplers are drawn from, not called.
            Code::SampleOne(_) | Code::SampleTwo(_) => {
                (Kind::Real, usize::MAX..=usize::MAX, Kind::Real)
            }
        };
        if !count.contains(&arguments.len()) {
            self.fail(format!("{} has {} arguments", builtin.name(), arguments.len()));
        }
        arguments.iter().for_each(|&a| self.of_kind(a, takes));
        (gives, None)
    }

    fn select(&mut self, arguments: &[RegisterId]) -> (Kind, Option<RangeInclusive<i64>>) {
        let &[condition, yes, no] = arguments else {
            self.fail(format!("select has {} arguments", arguments.len()));
            return (Kind::Real, None);
        };
        let kind = self.plan.registers[yes];
        self.of_kind(condition, Kind::Bool);
        self.of_kind(no, kind);
        let range = self.ranges[yes].clone().zip(self.ranges[no].clone());
        (kind, range.map(|(a, b)| (*a.start()).min(*b.start())..=(*a.end()).max(*b.end())))
    }

    fn kernel(&mut self, call: &KernelCall) {
        let Some((out, read)) = call.matrices.split_first() else {
            return self.fail("a kernel has no matrices".to_owned());
        };
        let operands = match call.kernel {
            Kernel::Cholesky => 1,
            Kernel::Solve { .. } | Kernel::CholeskyAdjoint => 2,
        };
        if call.size == 0 || read.len() != operands {
            return self.fail("a kernel has no rows, or too few matrices".to_owned());
        }
        for matrix in &call.matrices {
            self.inside(matrix.buffer, &matrix.at, matrix.span(call.size));
        }
        let numbers = |m: &Matrix| self.plan.buffers[m.buffer].kind == Kind::Real;
        let apart = read.iter().all(|m| m.buffer != out.buffer && self.written[m.buffer]);
        if !call.matrices.iter().all(numbers)
            || !apart
            || matches!(self.plan.buffers[out.buffer].place, Place::Argument | Place::Data(_))
        {
            self.fail(format!("a kernel writes {}", out.buffer));
        }
        self.written[out.buffer] = true;
    }
}
