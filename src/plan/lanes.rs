//! Loops → the same, rounds side by side where they do not wait for each other and the machine's
//! vectors save more than they cost.

use std::collections::{HashMap, HashSet};

use crate::base::Arena;

use super::ir::{Affine, Buffer, BufferId, Kind, LANES, Loop, Operation, RegisterId, Statement};

/// Whether vectors of two numbers are instructions wherever this code runs: on RISC-V they are an
/// extension.
const VECTORS: bool = cfg!(not(target_arch = "riscv64"));

/// Lets the rounds of loops run side by side.
pub(super) fn choose(statements: &mut [Statement], buffers: &Arena<BufferId, Buffer>) {
    for statement in statements {
        if let Statement::Loop(inner) = statement {
            choose(&mut inner.body, buffers);
            if VECTORS
                && inner.size >= LANES
                && independent(inner)
                && Prices::of(inner, buffers).pays()
            {
                inner.lanes = LANES;
            }
        }
    }
}

/// Whether statement by statement in several rounds is the same as round by round, but for the
/// order of what is folded or added up: no variable goes from a round to the next, and what is read
/// and written in memory belongs to one round.
pub(super) fn independent(inner: &Loop) -> bool {
    let mut accesses = Accesses::default();
    !inner.reversed
        && inner.body.iter().all(|statement| accesses.note(statement))
        && accesses.apart(inner)
}

/// What the body of a loop does with memory.
#[derive(Default)]
struct Accesses<'a> {
    loaded: HashMap<BufferId, Vec<&'a Affine>>,
    stored: HashMap<BufferId, Vec<&'a Affine>>,
    added: HashMap<BufferId, Vec<&'a Affine>>,
    set: HashSet<RegisterId>,
}

impl<'a> Accesses<'a> {
    /// Notes a statement; whether it may stand in such a loop.
    fn note(&mut self, statement: &'a Statement) -> bool {
        match statement {
            Statement::Let { to, operation } => {
                self.set.insert(*to);
                match operation {
                    Operation::Load { buffer, at } => {
                        self.loaded.entry(*buffer).or_default().push(at)
                    }
                    // Simulations are made once; a generator's calls are all that counts in them.
                    Operation::Read(_) | Operation::Noise { .. } | Operation::Draw { .. } => {
                        return false;
                    }
                    Operation::Number(_)
                    | Operation::Truth(_)
                    | Operation::Position(_)
                    | Operation::Call(..)
                    | Operation::ToReal(_)
                    | Operation::ToIndex { .. } => {}
                }
            }
            Statement::Store { buffer, at, .. } => self.stored.entry(*buffer).or_default().push(at),
            Statement::Accumulate { buffer, at, .. } => {
                self.added.entry(*buffer).or_default().push(at)
            }
            Statement::Fold { .. } => {}
            Statement::Set { .. } | Statement::Loop(_) | Statement::Kernel(_) => return false,
        }
        true
    }

    /// Whether each buffer that is written is only added to, or used at one place, another one in
    /// each round.
    fn apart<'b>(&'b self, inner: &Loop) -> bool {
        self.stored.keys().chain(self.added.keys()).all(|&buffer| {
            let of = |accesses: &'b HashMap<BufferId, Vec<&'a Affine>>| {
                accesses.get(&buffer).into_iter().flatten()
            };
            let only_added =
                !self.loaded.contains_key(&buffer) && !self.stored.contains_key(&buffer);
            let mut places = of(&self.loaded).chain(of(&self.stored)).chain(of(&self.added));
            only_added
                || places
                    .next()
                    .is_some_and(|first| places.all(|at| at == first) && self.moves(inner, first))
        })
    }

    /// Whether a place is another one in each round: it moves with the counter and with nothing
    /// else that is set in the loop.
    fn moves(&self, inner: &Loop, at: &Affine) -> bool {
        stride(inner, at) != 0 && at.terms.iter().all(|(register, _)| !self.set.contains(register))
    }
}

/// By how much a place moves with the counter from a round to the next.
fn stride(inner: &Loop, at: &Affine) -> i64 {
    at.terms
        .iter()
        .filter(|(register, _)| *register == inner.counter)
        .map(|(_, stride)| stride)
        .sum()
}

/// How the values of a register lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// As a vector.
    Vector,
    /// Each lane by itself.
    Each,
}

/// Instructions saved and added by vectors, roughly.
struct Prices<'a> {
    inner: &'a Loop,
    buffers: &'a Arena<BufferId, Buffer>,
    /// Registers that differ from round to round, with their forms. The others are the same in all
    /// lanes.
    forms: HashMap<RegisterId, Form>,
    saved: usize,
    added: usize,
}

impl<'a> Prices<'a> {
    fn of(inner: &'a Loop, buffers: &'a Arena<BufferId, Buffer>) -> Self {
        let mut prices = Self {
            inner,
            buffers,
            forms: HashMap::from([(inner.counter, Form::Each)]),
            saved: 0,
            added: 0,
        };
        inner.body.iter().for_each(|statement| prices.statement(statement));
        prices
    }

    fn pays(&self) -> bool {
        self.saved > self.added
    }

    fn statement(&mut self, statement: &Statement) {
        match statement {
            Statement::Let { to, operation } => {
                if operation.reads().any(|r| self.forms.contains_key(&r)) {
                    let form = self.operation(operation);
                    self.forms.insert(*to, form);
                }
            }
            Statement::Fold { value, .. } => {
                self.saved += 1;
                self.wanted(*value, Form::Vector);
            }
            Statement::Store { buffer, at, value }
            | Statement::Accumulate { buffer, at, value, .. } => {
                let form = self.place(*buffer, at);
                self.saved += usize::from(form == Form::Vector);
                self.wanted(*value, form);
            }
            Statement::Set { .. } | Statement::Loop(_) | Statement::Kernel(_) => {}
        }
    }

    fn operation(&mut self, operation: &Operation) -> Form {
        let form = match operation {
            Operation::Load { buffer, at } => self.place(*buffer, at),
            Operation::Call(builtin, arguments) => {
                let saves = builtin.row().compiled.vector_saves;
                let form = if saves.is_some() { Form::Vector } else { Form::Each };
                arguments.iter().for_each(|&a| self.wanted(a, form));
                self.saved += saves.unwrap_or(0);
                return form;
            }
            Operation::ToReal(value) => self.forms.get(value).copied().unwrap_or(Form::Each),
            Operation::ToIndex { value, .. } => {
                self.wanted(*value, Form::Each);
                Form::Each
            }
            Operation::Number(_)
            | Operation::Truth(_)
            | Operation::Position(_)
            | Operation::Read(_)
            | Operation::Noise { .. }
            | Operation::Draw { .. } => Form::Each,
        };
        self.saved += usize::from(form == Form::Vector);
        form
    }

    /// As what an element at this place is loaded and stored: numbers that are neighbours in
    /// neighbouring rounds are a vector.
    fn place(&self, buffer: BufferId, at: &Affine) -> Form {
        let apart = at.terms.iter().any(|(register, _)| {
            *register != self.inner.counter && self.forms.contains_key(register)
        });
        let numbers = self.buffers[buffer].kind == Kind::Real;
        if numbers && stride(self.inner, at) == 1 && !apart { Form::Vector } else { Form::Each }
    }

    /// Counts what it takes to have a register in a form: once.
    fn wanted(&mut self, register: RegisterId, form: Form) {
        if let Some(known) = self.forms.get_mut(&register)
            && *known != form
        {
            *known = form;
            self.added += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Id;
    use crate::plan::ir::{CellId, Reduction};
    use crate::program::AxisId;

    const COUNTER: u32 = 0;

    fn at(offset: i64, strides: &[(u32, i64)]) -> Affine {
        Affine { offset, terms: strides.iter().map(|&(r, stride)| (register(r), stride)).collect() }
    }

    fn register(number: u32) -> RegisterId {
        RegisterId::from_index(number as usize)
    }

    fn buffer(number: usize) -> BufferId {
        BufferId::from_index(number)
    }

    fn load(to: u32, from: usize, at: Affine) -> Statement {
        Statement::Let { to: register(to), operation: Operation::Load { buffer: buffer(from), at } }
    }

    fn store(to: usize, at: Affine, value: u32) -> Statement {
        Statement::Store { buffer: buffer(to), at, value: register(value) }
    }

    fn add(to: usize, at: Affine, value: u32) -> Statement {
        Statement::Accumulate { buffer: buffer(to), at, value: register(value), by: Reduction::Sum }
    }

    fn is_independent(body: Vec<Statement>) -> bool {
        let inner = Loop {
            axis: AxisId::from_index(0),
            counter: register(COUNTER),
            size: 8,
            reversed: false,
            lanes: 1,
            body,
        };
        independent(&inner)
    }

    #[test]
    fn what_belongs_to_one_round_is_independent() {
        let here = || at(3, &[(COUNTER, 2)]);
        assert!(is_independent(vec![load(1, 0, here()), store(0, here(), 1), add(0, here(), 1)]));
        assert!(is_independent(vec![
            load(1, 0, at(0, &[(COUNTER, 1)])),
            load(2, 0, at(1, &[(COUNTER, 1)])),
            store(1, here(), 1)
        ]));
    }

    #[test]
    fn what_is_only_added_to_is_independent() {
        assert!(is_independent(vec![
            load(1, 0, at(0, &[(COUNTER, 1)])),
            add(1, at(0, &[]), 1),
            add(1, at(0, &[(1, 1)]), 1)
        ]));
    }

    #[test]
    fn what_another_round_writes_is_not() {
        let next = || at(1, &[(COUNTER, 1)]);
        assert!(!is_independent(vec![load(1, 0, at(0, &[(COUNTER, 1)])), store(0, next(), 1)]));
        assert!(!is_independent(vec![store(0, at(0, &[]), 1), load(2, 0, at(0, &[]))]));
        assert!(!is_independent(vec![
            load(1, 1, next()),
            load(2, 0, at(0, &[(1, 1)])),
            store(0, at(0, &[(1, 1)]), 2)
        ]));
        assert!(!is_independent(vec![
            load(1, 1, next()),
            load(2, 0, at(0, &[(1, 1)])),
            add(0, next(), 2)
        ]));
    }

    #[test]
    fn variables_that_are_read_or_set_are_not() {
        let cell = CellId::from_index(0);
        let fold = Statement::Fold { cell, value: register(1), by: Reduction::Sum };
        assert!(is_independent(vec![fold.clone()]));
        assert!(!is_independent(vec![
            fold.clone(),
            Statement::Let { to: register(2), operation: Operation::Read(cell) }
        ]));
        assert!(!is_independent(vec![fold, Statement::Set { cell, value: register(1) }]));
    }
}
