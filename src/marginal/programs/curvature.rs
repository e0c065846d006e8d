//! The entries of the negative Hessian by hidden coordinates as code, and what depends on them.

use super::late::Late;
use super::local;
use crate::density::HiddenCurvature;
use crate::engine::Routine;
use crate::gradient;
use crate::lower::JointProgram;
use crate::marginal::structure::Structure;
use crate::program::{Builder, Computation, OutputRole, Term, TermKind, fold, remove_dead};

/// The output of the entries.
const ENTRIES: &str = "entries";

/// Entries of the negative Hessian, diagonal by position and then by pair.
#[derive(Clone)]
pub(super) struct Curvature {
    /// Point → entries.
    entries: Routine,
    /// Point and a weight an entry → the gradient of the weighted sum.
    gradient: Routine,
    /// Point and direction → the derivatives of the entries along it.
    entries_along: Late,
    /// Point, weights, and a direction of both → the derivative of the gradient along it.
    gradient_along: Late,
    dim: usize,
}

impl Curvature {
    /// None where summands depend on hidden coordinates in another way than element by element.
    ///
    /// # Errors
    /// Where there is no machine code on this machine.
    pub fn new(joint: &JointProgram, structure: &Structure) -> Result<Option<Self>, String> {
        let Some((entries, gradient)) = programs(joint, structure) else { return Ok(None) };
        let code = (Routine::new(&entries)?, Routine::new(&gradient)?);
        let along = |program: Computation| Late::new(move || Some(along(program.clone())));
        Ok(Some(Self {
            entries: code.0,
            gradient: code.1,
            entries_along: along(entries),
            gradient_along: along(gradient),
            dim: joint.computation.program.slots,
        }))
    }

    pub fn code_size(&self) -> usize {
        let always = [&self.entries, &self.gradient].map(Routine::code_size);
        let late = [&self.entries_along, &self.gradient_along].map(Late::code_size);
        always.into_iter().chain(late).sum()
    }
}

impl HiddenCurvature for Curvature {
    fn entries(&mut self, q: &[f64], entries: &mut [f64]) {
        entries.copy_from_slice(self.entries.run_at(q, 0).term(ENTRIES));
    }

    fn gradient(&mut self, q: &[f64], weights: &[f64], grad: &mut [f64]) {
        grad.copy_from_slice(self.gradient.run_on(&[q, weights], 0).gradient(0..self.dim));
    }

    fn entries_along(&mut self, q: &[f64], direction: &[f64], entries: &mut [f64]) -> bool {
        let Some(routine) = self.entries_along.routine() else { return false };
        entries.copy_from_slice(routine.run_on(&[q, direction], 0).tangents());
        true
    }

    fn gradient_along(
        &mut self,
        (q, weights): (&[f64], &[f64]),
        (direction, by_weights): (&[f64], &[f64]),
        grad: &mut [f64],
    ) -> bool {
        let Some(routine) = self.gradient_along.routine() else { return false };
        let results = routine.run_on(&[q, weights, direction, by_weights], 0);
        grad.copy_from_slice(results.tangents());
        true
    }
}

/// The entries, and the gradient of their weighted sum by the coordinates.
fn programs(joint: &JointProgram, structure: &Structure) -> Option<(Computation, Computation)> {
    let dim = joint.computation.program.slots;
    let (mut b, entries, axis) = local::entries(joint, structure)?;
    b.output(OutputRole::Term, ENTRIES, entries);
    let whole = b.finish();
    let of_entries = fold(remove_dead(whole.clone()));
    let mut b = Builder::resume(whole.without_outputs());
    let weights = b.slot(&[axis]);
    let total = b.contract(weights, entries, &[axis]);
    let span = b.span();
    b.program.terms =
        vec![Term { name: "weighted".to_owned(), node: total, kind: TermKind::Whole, span }];
    let mut gradient = gradient::differentiate(b.finish());
    let by_point = |role: &OutputRole| matches!(role, OutputRole::Gradient(r) if r.start < dim);
    gradient.program.outputs.retain(|output| by_point(&output.role));
    Some((of_entries, fold(remove_dead(gradient))))
}

/// The derivatives of all results along a direction of the input.
pub(super) fn along(computation: Computation) -> Computation {
    let mut along = gradient::tangent(computation);
    along.program.outputs.retain(|output| output.role == OutputRole::Tangent);
    fold(remove_dead(along))
}
