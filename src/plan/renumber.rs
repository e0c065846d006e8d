//! Plan → the same plan, its registers numbered as they are set from top to bottom; those that
//! nothing sets are gone.

use crate::base::{Arena, Id as _};

use super::ir::{Affine, Kind, Operation, Plan, RegisterId, Statement};

pub(super) fn renumber(plan: &mut Plan) {
    let old = std::mem::take(&mut plan.registers);
    let mut renumbering = Renumbering { new: vec![None; old.len()], old, kinds: Arena::new() };
    plan.steps.iter_mut().for_each(|step| renumbering.block(&mut step.body));
    plan.registers = renumbering.kinds;
}

struct Renumbering {
    old: Arena<RegisterId, Kind>,
    /// By old register.
    new: Vec<Option<RegisterId>>,
    /// By new register.
    kinds: Arena<RegisterId, Kind>,
}

impl Renumbering {
    fn block(&mut self, statements: &mut [Statement]) {
        for statement in statements {
            match statement {
                Statement::Let { to, operation } => {
                    self.operation(operation);
                    self.set(to);
                }
                Statement::Set { value, .. } | Statement::Fold { value, .. } => self.read(value),
                Statement::Store { at, value, .. } | Statement::Accumulate { at, value, .. } => {
                    self.affine(at);
                    self.read(value);
                }
                Statement::Loop(inner) => {
                    self.set(&mut inner.counter);
                    self.block(&mut inner.body);
                }
                Statement::Kernel(call) => {
                    call.matrices.iter_mut().for_each(|matrix| self.affine(&mut matrix.at))
                }
            }
        }
    }

    fn set(&mut self, register: &mut RegisterId) {
        let new = self.kinds.push(self.old[*register]);
        self.new[register.index()] = Some(new);
        *register = new;
    }

    fn read(&self, register: &mut RegisterId) {
        *register = self.new[register.index()].expect("a value is set before it is read");
    }

    fn affine(&self, at: &mut Affine) {
        at.terms.iter_mut().for_each(|(register, _)| self.read(register));
    }

    fn operation(&self, operation: &mut Operation) {
        match operation {
            Operation::Number(_) | Operation::Truth(_) | Operation::Read(_) => {}
            Operation::Position(at)
            | Operation::Load { at, .. }
            | Operation::Noise { element: at, .. } => self.affine(at),
            Operation::Call(_, arguments) => arguments.iter_mut().for_each(|a| self.read(a)),
            Operation::ToReal(value) | Operation::ToIndex { value, .. } => self.read(value),
            Operation::Draw { element, arguments, .. } => {
                self.affine(element);
                arguments.iter_mut().for_each(|a| self.read(a));
            }
        }
    }
}
