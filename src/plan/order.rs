//! Statements → the same, each value next to its first use, what nothing uses left out.
//!
//! Lowering emits node by node, over all elements of what is written out; that keeps many values
//! alive at once. Here every statement that has an effect asks for its operands, depth first, so
//! that one element is finished before the next begins.

use super::ir::{Affine, Buffer, BufferId, Kind, Operation, Place, RegisterId, Statement, Step};
use crate::base::{Arena, IdMap};

/// Orders the steps of a plan.
pub(super) fn order(
    steps: &mut Vec<Step>,
    buffers: &Arena<BufferId, Buffer>,
    registers: &Arena<RegisterId, Kind>,
) {
    // Values may be used by later steps: all steps are one sequence here, divided again at their
    // ends.
    let used = used(steps, registers);
    let mut orderer = Orderer { buffers, waiting: registers.filled(None), used };
    for step in steps.iter_mut() {
        step.body = orderer.block(std::mem::take(&mut step.body));
    }
    steps.retain(|step| !step.body.is_empty());
}

struct Orderer<'a> {
    buffers: &'a Arena<BufferId, Buffer>,
    /// By register: what computes it, until something asks for it.
    waiting: IdMap<RegisterId, Option<Operation>>,
    /// By register: whether an effect depends on it.
    used: IdMap<RegisterId, bool>,
}

impl Orderer<'_> {
    fn block(&mut self, statements: Vec<Statement>) -> Vec<Statement> {
        let mut ordered = Vec::with_capacity(statements.len());
        for statement in statements {
            match statement {
                Statement::Let { to, .. } if !self.used[to] => {}
                Statement::Let { to, operation } if self.moves(&operation) => {
                    self.waiting[to] = Some(operation)
                }
                Statement::Loop(mut inner) => {
                    // What the body needs from outside is computed outside.
                    let mut needed = Vec::new();
                    reads_of(&inner.body, &mut |register| needed.push(register));
                    needed.iter().for_each(|&r| self.demand(r, &mut ordered));
                    inner.body = self.block(inner.body);
                    ordered.push(Statement::Loop(inner));
                }
                Statement::Let { .. }
                | Statement::Set { .. }
                | Statement::Fold { .. }
                | Statement::Store { .. }
                | Statement::Accumulate { .. }
                | Statement::Kernel(_) => {
                    reads(&statement, &mut |register| self.demand(register, &mut ordered));
                    ordered.push(statement);
                }
            }
        }
        ordered
    }

    /// Whether an operation gives the same wherever it stands: it reads no memory and no variable
    /// that is written.
    fn moves(&self, operation: &Operation) -> bool {
        match operation {
            Operation::Load { buffer, .. } => {
                matches!(self.buffers[*buffer].place, Place::Argument | Place::Data(_))
            }
            Operation::Read(_) => false,
            Operation::Number(_)
            | Operation::Truth(_)
            | Operation::Position(_)
            | Operation::Call(..)
            | Operation::ToReal(_)
            | Operation::ToIndex { .. }
            | Operation::Noise { .. }
            | Operation::Draw { .. } => true,
        }
    }

    /// Emits what computes a register, its operands first.
    fn demand(&mut self, register: RegisterId, ordered: &mut Vec<Statement>) {
        let mut open = vec![register];
        while let Some(&next) = open.last() {
            let Some(operation) = &self.waiting[next] else {
                open.pop();
                continue;
            };
            let before = open.len();
            open.extend(operation.reads().filter(|&r| self.waiting[r].is_some()));
            if open.len() == before {
                open.pop();
                if let Some(operation) = self.waiting[next].take() {
                    ordered.push(Statement::Let { to: next, operation });
                }
            } else {
                // The first operand first.
                open[before..].reverse();
            }
        }
    }
}

/// By register: whether an effect depends on it.
fn used(steps: &[Step], registers: &Arena<RegisterId, Kind>) -> IdMap<RegisterId, bool> {
    let mut used = registers.filled(false);
    steps.iter().rev().for_each(|step| mark(&step.body, &mut used));
    used
}

fn mark(statements: &[Statement], used: &mut IdMap<RegisterId, bool>) {
    for statement in statements.iter().rev() {
        match statement {
            Statement::Let { to, operation } => {
                if used[*to] {
                    operation.reads().for_each(|r| used[r] = true);
                }
            }
            Statement::Loop(inner) => mark(&inner.body, used),
            Statement::Set { .. }
            | Statement::Fold { .. }
            | Statement::Store { .. }
            | Statement::Accumulate { .. }
            | Statement::Kernel(_) => reads(statement, &mut |r| used[r] = true),
        }
    }
}

/// The registers that a block reads, those that it sets itself among them.
fn reads_of(statements: &[Statement], found: &mut dyn FnMut(RegisterId)) {
    for statement in statements {
        match statement {
            Statement::Loop(inner) => reads_of(&inner.body, found),
            Statement::Let { .. }
            | Statement::Set { .. }
            | Statement::Fold { .. }
            | Statement::Store { .. }
            | Statement::Accumulate { .. }
            | Statement::Kernel(_) => reads(statement, found),
        }
    }
}

/// The registers that a statement reads itself.
fn reads(statement: &Statement, found: &mut dyn FnMut(RegisterId)) {
    let address =
        |at: &Affine, found: &mut dyn FnMut(RegisterId)| at.terms.iter().for_each(|t| found(t.0));
    match statement {
        Statement::Let { operation, .. } => operation.reads().for_each(found),
        Statement::Set { value, .. } | Statement::Fold { value, .. } => found(*value),
        Statement::Store { at, value, .. } | Statement::Accumulate { at, value, .. } => {
            address(at, found);
            found(*value);
        }
        Statement::Kernel(call) => call.matrices.iter().for_each(|m| address(&m.at, found)),
        Statement::Loop(_) => {}
    }
}
