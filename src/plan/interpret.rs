//! Plan, data and unknowns → outputs, statement by statement: slow and obvious, the oracle of the
//! machine.

use crate::base::IdMap;
use crate::program::{ArrayValues, Program, Values, noise};

use super::ir::{
    Affine, BufferId, CellId, Kernel, KernelCall, LANES, Loop, Matrix, Operation, Place, Plan,
    RegisterId, Statement,
};
use super::kernels::{self, View, ViewMut};
use super::lower::scope;

/// Runs a plan. Truth values are 0 and 1, positions numbers; outputs one after the other in
/// canonical layout. `q`: the program's slots. Panics where a plan reads what it has not written:
/// that is an error of planning.
#[must_use]
pub fn interpret(
    plan: &Plan,
    program: &Program,
    values: &Values,
    q: &[f64],
    seed: u64,
) -> Vec<f64> {
    assert_eq!(q.len(), program.slots, "one number a slot");
    let mut run = Run {
        plan,
        values,
        q,
        seed,
        lane: None,
        registers: plan.registers.filled([None; LANES]),
        cells: plan.cells.filled([None; LANES]),
        memory: plan
            .buffers
            .map(|(_, b)| if is_written(b.place) { vec![None; b.len] } else { Vec::new() }),
    };
    for step in &plan.steps {
        run.statements(&step.body);
    }
    run.outputs()
}

fn is_written(place: Place) -> bool {
    match place {
        Place::Argument | Place::Data(_) => false,
        Place::Output(_) | Place::Whole(_) | Place::Tile(_) | Place::State(_) => true,
    }
}

struct Run<'a> {
    plan: &'a Plan,
    values: &'a Values,
    q: &'a [f64],
    seed: u64,
    /// Where rounds run side by side: which of them.
    lane: Option<usize>,
    /// By register, its value in each lane; the same in all where there are none.
    registers: IdMap<RegisterId, [Option<f64>; LANES]>,
    cells: IdMap<CellId, [Option<f64>; LANES]>,
    /// By buffer: what was written.
    memory: IdMap<BufferId, Vec<Option<f64>>>,
}

impl Run<'_> {
    fn outputs(&self) -> Vec<f64> {
        let mut outputs = vec![f64::NAN; self.plan.outputs];
        for (id, buffer) in self.plan.buffers.iter() {
            if let Place::Output(first) = buffer.place {
                for (position, cell) in self.memory[id].iter().enumerate() {
                    outputs[first + position] =
                        cell.unwrap_or_else(|| panic!("{id}[{position}] is not written"));
                }
            }
        }
        outputs
    }

    fn statements(&mut self, statements: &[Statement]) {
        for statement in statements {
            match statement {
                Statement::Let { to, operation } => {
                    let value = self.operation(operation);
                    self.set(*to, value);
                }
                Statement::Set { cell, value } => self.set_cell(*cell, self.get(*value)),
                Statement::Fold { cell, value, by } => {
                    let new = by.apply(self.cell(*cell), self.get(*value));
                    self.set_cell(*cell, new);
                }
                Statement::Store { buffer, at, value } => {
                    let (at, value) = (self.affine(at), self.get(*value));
                    self.memory[*buffer][at] = Some(value);
                }
                Statement::Accumulate { buffer, at, value, by } => {
                    let at = self.affine(at);
                    let value = by.apply(self.load(*buffer, at), self.get(*value));
                    self.memory[*buffer][at] = Some(value);
                }
                Statement::Loop(inner) => self.repeat(inner),
                Statement::Kernel(call) => self.kernel(call),
            }
        }
    }

    fn repeat(&mut self, inner: &Loop) {
        if inner.lanes > 1 {
            self.side_by_side(inner);
        }
        for round in inner.alone()..inner.size {
            let at = if inner.reversed { inner.size - 1 - round } else { round };
            self.set(inner.counter, at as f64);
            self.statements(&inner.body);
        }
    }

    /// The rounds that do not run alone.
    fn side_by_side(&mut self, inner: &Loop) {
        let folds = inner.folds();
        for (cell, by) in &folds {
            self.cells[*cell][1..].fill(Some(by.start()));
        }
        for first in (0..inner.alone()).step_by(LANES) {
            for statement in &inner.body {
                for lane in 0..LANES {
                    self.lane = Some(lane);
                    self.set(inner.counter, (first + lane) as f64);
                    self.statements(std::slice::from_ref(statement));
                }
            }
        }
        self.lane = None;
        for (cell, by) in folds {
            let lanes = self.cells[cell].iter().flatten().copied();
            let value = lanes.reduce(|a, b| by.apply(a, b)).unwrap_or_else(|| by.start());
            self.set_cell(cell, value);
        }
    }

    fn set(&mut self, register: RegisterId, value: f64) {
        in_lane(&mut self.registers[register], self.lane, value);
    }

    fn cell(&self, cell: CellId) -> f64 {
        self.cells[cell][self.lane.unwrap_or(0)].unwrap_or_else(|| panic!("{cell} is not set"))
    }

    fn set_cell(&mut self, cell: CellId, value: f64) {
        in_lane(&mut self.cells[cell], self.lane, value);
    }

    fn get(&self, register: RegisterId) -> f64 {
        self.registers[register][self.lane.unwrap_or(0)]
            .unwrap_or_else(|| panic!("{register} is not computed"))
    }

    fn affine(&self, at: &Affine) -> usize {
        let position = at.terms.iter().map(|&(r, stride)| self.get(r) as i64 * stride).sum::<i64>()
            + at.offset;
        usize::try_from(position).unwrap_or_else(|_| panic!("position {position}"))
    }

    fn load(&self, buffer: BufferId, at: usize) -> f64 {
        match self.plan.buffers[buffer].place {
            Place::Argument => self.q[at],
            Place::Data(array) => match &self.values[array] {
                ArrayValues::Real(values) => values[at],
                ArrayValues::Bool(values) => f64::from(values[at]),
                ArrayValues::Index(values) => f64::from(values[at]),
            },
            Place::Output(_) | Place::Whole(_) | Place::Tile(_) | Place::State(_) => {
                self.memory[buffer][at].unwrap_or_else(|| panic!("{buffer}[{at}] is not written"))
            }
        }
    }

    fn operation(&self, operation: &Operation) -> f64 {
        match operation {
            Operation::Number(value) => *value,
            Operation::Truth(value) => f64::from(u8::from(*value)),
            Operation::Position(at) => self.affine(at) as f64,
            Operation::Load { buffer, at } => self.load(*buffer, self.affine(at)),
            Operation::Read(cell) => self.cell(*cell),
            Operation::Call(builtin, arguments) => {
                let arguments: Vec<f64> = arguments.iter().map(|&a| self.get(a)).collect();
                scope::fold(*builtin, &arguments).unwrap_or(f64::NAN)
            }
            Operation::ToReal(value) => self.get(*value),
            // `as` truncates and sends NaN to 0.
            Operation::ToIndex { value, size } => {
                (self.get(*value) as u64).min(*size as u64 - u64::from(*size > 0)) as f64
            }
            Operation::Noise { stream, base, element } => {
                noise::noise(self.seed, *stream, self.affine(element) as u64, *base)
            }
            Operation::Draw { stream, sampler, element, arguments } => {
                let arguments: Vec<f64> = arguments.iter().map(|&a| self.get(a)).collect();
                noise::draw(self.seed, *stream, self.affine(element) as u64, *sampler, &arguments)
            }
        }
    }

    fn kernel(&mut self, call: &KernelCall) {
        let parts: Vec<Vec<f64>> =
            call.matrices[1..].iter().map(|m| self.part(call.size, m)).collect();
        let view = |index: usize| {
            let matrix = &call.matrices[index + 1];
            View { cells: &parts[index], row: matrix.row, column: matrix.column }
        };
        let out = &call.matrices[0];
        let first = self.affine(&out.at);
        let mut cells = vec![f64::NAN; out.span(call.size)];
        let mut target = ViewMut { cells: &mut cells, row: out.row, column: out.column };
        match call.kernel {
            Kernel::Cholesky => kernels::cholesky(call.size, &mut target, view(0)),
            Kernel::Solve { transposed } => {
                kernels::solve(call.size, transposed, &mut target, view(0), view(1))
            }
            Kernel::CholeskyAdjoint => {
                kernels::cholesky_adjoint(call.size, &mut target, view(0), view(1))
            }
        }
        for position in out.positions(call.size) {
            self.memory[out.buffer][first + position] = Some(cells[position]);
        }
    }

    /// A matrix, with whatever lies between its elements.
    fn part(&self, size: usize, matrix: &Matrix) -> Vec<f64> {
        let first = self.affine(&matrix.at);
        let mut cells = vec![f64::NAN; matrix.span(size)];
        for position in matrix.positions(size) {
            cells[position] = self.load(matrix.buffer, first + position);
        }
        cells
    }
}

/// Sets a value in one lane, or in all.
fn in_lane(lanes: &mut [Option<f64>; LANES], lane: Option<usize>, value: f64) {
    match lane {
        Some(lane) => lanes[lane] = Some(value),
        None => lanes.fill(Some(value)),
    }
}

impl Matrix {
    /// The number of cells from its first element to its last, with `size` rows.
    #[must_use]
    pub fn span(&self, size: usize) -> usize {
        (size - 1) * (self.row + self.column) + 1
    }

    /// Where its elements are, from the first.
    fn positions(&self, size: usize) -> impl Iterator<Item = usize> + '_ {
        let columns = if self.column == 0 { 1 } else { size };
        (0..size).flat_map(move |i| (0..columns).map(move |j| i * self.row + j * self.column))
    }
}
