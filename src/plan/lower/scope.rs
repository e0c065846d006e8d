//! Statements as they are emitted: each into the outermost loop in which its operands are known,
//! constants folded, repeated loads shared.

use std::collections::HashMap;

use crate::base::{Arena, IdMap};
use crate::builtins::{Builtin, Code};
use crate::plan::ir::{Affine, BufferId, Cell, CellId, Kind, Operation, RegisterId, Statement};
use crate::program::NodeId;

/// Loops that are open, with what was emitted into each.
#[derive(Default)]
pub(in crate::plan) struct Emitter {
    pub registers: Arena<RegisterId, Kind>,
    pub cells: Arena<CellId, Cell>,
    scopes: Vec<Scope>,
    /// By register: the number of loops around it.
    depths: IdMap<RegisterId, usize>,
    /// By register: its value, where known.
    constants: IdMap<RegisterId, Option<f64>>,
    elements: HashMap<Element, RegisterId>,
    shared: HashMap<Shared, RegisterId>,
}

/// A node with positions along its axes.
type Element = (NodeId, Vec<Affine>);

/// Operations that are emitted once.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Shared {
    Number(u64),
    Truth(bool),
    Position(Affine),
    Load(BufferId, Affine),
}

#[derive(Default)]
struct Scope {
    statements: Vec<Statement>,
    elements: Vec<Element>,
    shared: Vec<Shared>,
}

impl Emitter {
    /// With no loop open.
    pub(super) fn new() -> Self {
        Self { scopes: vec![Scope::default()], ..Self::default() }
    }

    /// The number of open loops.
    pub(super) fn depth(&self) -> usize {
        self.scopes.len() - 1
    }

    /// Opens a loop; returns its counter.
    pub(super) fn open(&mut self) -> RegisterId {
        self.scopes.push(Scope::default());
        self.register(Kind::Index, self.depth())
    }

    /// Closes the innermost loop and returns its body; what is known inside is forgotten.
    pub(super) fn close(&mut self) -> Vec<Statement> {
        let scope = self.scopes.pop().unwrap_or_default();
        for key in &scope.elements {
            self.elements.remove(key);
        }
        for key in &scope.shared {
            self.shared.remove(key);
        }
        scope.statements
    }

    /// Takes what was emitted outside of loops.
    pub(super) fn take(&mut self) -> Vec<Statement> {
        std::mem::take(&mut self.scopes[0].statements)
    }

    /// Appends a statement to the innermost loop.
    pub(super) fn push(&mut self, statement: Statement) {
        self.push_at(self.depth(), statement);
    }

    fn push_at(&mut self, depth: usize, statement: Statement) {
        self.scopes[depth].statements.push(statement);
    }

    fn register(&mut self, kind: Kind, depth: usize) -> RegisterId {
        self.depths.push(depth);
        self.constants.push(None);
        self.registers.push(kind)
    }

    /// A new variable.
    pub(super) fn cell(&mut self, cell: Cell) -> CellId {
        self.cells.push(cell)
    }

    /// The register of a node's element, where it is known.
    pub(super) fn known(&self, node: NodeId, at: &[Affine]) -> Option<RegisterId> {
        // A key borrows nothing, so the lookup makes one; positions are short.
        self.elements.get(&(node, at.to_vec())).copied()
    }

    /// Remembers the register of a node's element as long as the register's loop and `depth` loops
    /// are open.
    pub(super) fn remember(&mut self, node: NodeId, at: Vec<Affine>, register: RegisterId) {
        let depth = self.lasting(&at).max(self.depths[register]);
        self.scopes[depth].elements.push((node, at.clone()));
        self.elements.insert((node, at), register);
    }

    fn lasting(&self, at: &[Affine]) -> usize {
        at.iter().flat_map(|a| &a.terms).map(|t| self.depths[t.0]).max().unwrap_or(0)
    }

    /// Forgets all elements: they are read from memory from now on.
    pub(super) fn forget(&mut self) {
        self.elements.clear();
        self.scopes.iter_mut().for_each(|s| s.elements.clear());
    }

    /// The value of a register, where it is known: a number, 0 or 1, a position.
    pub(super) fn constant(&self, register: RegisterId) -> Option<f64> {
        self.constants[register]
    }

    /// Emits an operation that depends on registers alone, outside of as many loops as possible, at
    /// least inside `depth` loops.
    pub(super) fn emit(&mut self, operation: Operation, kind: Kind, depth: usize) -> RegisterId {
        let depth = operation.reads().map(|r| self.depths[r]).fold(depth, usize::max);
        let to = self.register(kind, depth);
        self.push_at(depth, Statement::Let { to, operation });
        to
    }

    fn emit_shared(
        &mut self,
        key: Shared,
        operation: Operation,
        kind: Kind,
        constant: Option<f64>,
    ) -> RegisterId {
        if let Some(&register) = self.shared.get(&key) {
            return register;
        }
        let register = self.emit(operation, kind, 0);
        self.constants[register] = constant;
        self.scopes[self.depths[register]].shared.push(key.clone());
        self.shared.insert(key, register);
        register
    }

    pub(super) fn number(&mut self, value: f64) -> RegisterId {
        self.emit_shared(
            Shared::Number(value.to_bits()),
            Operation::Number(value),
            Kind::Real,
            Some(value),
        )
    }

    pub(super) fn truth(&mut self, value: bool) -> RegisterId {
        self.emit_shared(
            Shared::Truth(value),
            Operation::Truth(value),
            Kind::Bool,
            Some(f64::from(u8::from(value))),
        )
    }

    pub(super) fn position(&mut self, at: Affine) -> RegisterId {
        let constant = at.as_constant().map(|v| v as f64);
        self.emit_shared(
            Shared::Position(at.clone()),
            Operation::Position(at),
            Kind::Index,
            constant,
        )
    }

    /// An element of a buffer that nothing writes.
    pub(super) fn load_constant(&mut self, buffer: BufferId, at: Affine, kind: Kind) -> RegisterId {
        self.emit_shared(
            Shared::Load(buffer, at.clone()),
            Operation::Load { buffer, at },
            kind,
            None,
        )
    }

    /// The same as a number.
    pub(super) fn real(&mut self, register: RegisterId) -> RegisterId {
        match (self.registers[register], self.constant(register)) {
            (Kind::Real, _) => register,
            (Kind::Bool | Kind::Index, Some(value)) => self.number(value),
            (Kind::Bool | Kind::Index, None) => {
                self.emit(Operation::ToReal(register), Kind::Real, 0)
            }
        }
    }

    /// The same as a truth value: whether it is not 0.
    fn bool(&mut self, register: RegisterId) -> RegisterId {
        if self.registers[register] == Kind::Bool {
            return register;
        }
        let (value, zero) = (self.real(register), self.number(0.0));
        self.call(Builtin::NotEqual, vec![value, zero])
    }

    /// A function of registers of any kind.
    pub(super) fn call(&mut self, builtin: Builtin, mut arguments: Vec<RegisterId>) -> RegisterId {
        match builtin.row().code {
            Code::Select => return self.select(builtin, arguments),
            Code::Logic(_) => arguments.iter_mut().for_each(|a| *a = self.bool(*a)),
            Code::One(_)
            | Code::Two(_)
            | Code::Three(_)
            | Code::Compare(_)
            | Code::SampleOne(_)
            | Code::SampleTwo(_) => {
                arguments.iter_mut().for_each(|a| *a = self.real(*a));
            }
        }
        let constants: Option<Vec<f64>> = arguments.iter().map(|&a| self.constant(a)).collect();
        match (constants.and_then(|c| fold(builtin, &c)), builtin.row().code) {
            (Some(value), Code::Compare(_) | Code::Logic(_)) => self.truth(value != 0.0),
            (Some(value), _) => self.number(value),
            (None, Code::Compare(_) | Code::Logic(_)) => {
                self.emit(Operation::Call(builtin, arguments), Kind::Bool, 0)
            }
            (None, _) => self.emit(Operation::Call(builtin, arguments), Kind::Real, 0),
        }
    }

    fn select(&mut self, builtin: Builtin, mut arguments: Vec<RegisterId>) -> RegisterId {
        let [condition, then, other] = arguments[..] else { panic!("select has three arguments") };
        match self.constant(condition) {
            Some(value) => return if value == 0.0 { other } else { then },
            None => arguments[0] = self.bool(condition),
        }
        let mut kind = self.registers[then];
        if kind != self.registers[other] {
            kind = Kind::Real;
            arguments[1] = self.real(then);
            arguments[2] = self.real(other);
        }
        self.emit(Operation::Call(builtin, arguments), kind, 0)
    }
}

/// The value of a function of numbers; truth values are 0 and 1.
pub(in crate::plan) fn fold(builtin: Builtin, arguments: &[f64]) -> Option<f64> {
    let number = |b: bool| f64::from(u8::from(b));
    match (builtin.row().code, arguments) {
        (Code::One(f), &[a]) => Some(f(a)),
        (Code::Two(f), &[a, b]) => Some(f(a, b)),
        (Code::Three(f), &[a, b, c]) => Some(f(a, b, c)),
        (Code::Compare(f), &[a, b]) => Some(number(f(a, b))),
        (Code::Logic(f), &[a]) => Some(number(f(a != 0.0, false))),
        (Code::Logic(f), &[a, b]) => Some(number(f(a != 0.0, b != 0.0))),
        (Code::Select, &[c, a, b]) => Some(if c == 0.0 { b } else { a }),
        _ => None,
    }
}
