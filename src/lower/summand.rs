//! The summands of the log density: added up to terms at once, or kept element by element so that
//! hidden variables can be integrated out.

use super::{Lowered, Lowering};
use crate::base::Span;
use crate::builtins::Builtin;
use crate::network::ir::{NoiseBase, Role, VariableId};
use crate::program::{AxisId, Builder, Computation, NodeId, Term, TermKind, remove_dead};

/// A summand of the log density for each element of its axes.
#[derive(Clone, Debug, PartialEq)]
pub struct Summand {
    /// The name of the declared variable, `jacobian of x`, `noise of x`, or the name of the factor.
    pub name: String,
    /// Its values. It may lack some of the axes, along which it is then constant.
    pub node: NodeId,
    /// There is one summand for each element of these axes.
    pub axes: Vec<AxisId>,
    /// What it is a part of.
    pub kind: TermKind,
    /// The declaration.
    pub span: Span,
}

/// Coordinates of a hidden variable, from one on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hidden {
    /// The latent, or the observed variable whose missing elements they are.
    pub variable: VariableId,
    /// The first coordinate.
    pub first: usize,
    /// How many there are.
    pub len: usize,
    /// The noise that the variable is a function of, where it is one. Its density on the
    /// unconstrained scale is all that a draw from the prior needs.
    pub noise: Option<NoiseBase>,
}

/// Hidden variables that are integrated out exactly, given the others: their coordinates hold the
/// standard normal noise that they are functions of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Collapsed {
    /// The variables that have been integrated out.
    pub variables: Vec<VariableId>,
    /// The coordinates of their blocks: the first of each block, then the second of each, and so
    /// on.
    pub places: Vec<Vec<usize>>,
}

impl Lowered {
    /// The program with its values, to go on with beside the model.
    #[must_use]
    pub fn computation(&self) -> Computation {
        Computation { program: self.program.clone(), values: self.values.clone() }
    }
}

/// The model with its summands added up to terms, one for each declaration.
#[must_use]
pub fn total(lowered: Lowered) -> Lowered {
    let mut b = Builder::resume(Computation { program: lowered.program, values: lowered.values });
    let mut terms: Vec<Term> = Vec::new();
    for summand in &lowered.summands {
        b.at(summand.span);
        let sum = b.sum(summand.node, &summand.axes);
        let Summand { name, kind, span, .. } = summand;
        match terms.iter_mut().find(|t| t.name == *name && t.span == *span && t.kind == *kind) {
            Some(term) => term.node = b.call(Builtin::Add, &[term.node, sum]),
            None => terms.push(Term { name: name.clone(), node: sum, kind: *kind, span: *span }),
        }
    }
    b.program.terms.extend(terms);
    let Computation { program, values } = remove_dead(b.finish());
    Lowered { program, values, summands: Vec::new(), ..lowered }
}

impl Lowering<'_> {
    /// Adds a summand of the log density, with one value for each element of `axes`, at the current
    /// span.
    pub(super) fn summand(
        &mut self,
        name: impl Into<String>,
        node: NodeId,
        axes: &[AxisId],
        kind: TermKind,
    ) {
        let span = self.builder.span();
        if self.keeps_summands {
            self.summands.push(Summand {
                name: name.into(),
                node,
                axes: axes.to_vec(),
                kind,
                span,
            });
        } else {
            let sum = self.builder.sum(node, axes);
            self.builder.term(name, sum, kind, span);
        }
    }

    /// Records the coordinates from `first` on if they are those of a hidden variable.
    pub(super) fn note_hidden(
        &mut self,
        variable: VariableId,
        first: usize,
        noise: Option<NoiseBase>,
    ) {
        let len = self.builder.program.slots - first;
        match self.network.variables[variable].role {
            Role::Latent | Role::Observe => {
                self.hidden.push(Hidden { variable, first, len, noise })
            }
            Role::Param | Role::Input | Role::Let | Role::Report => {}
        }
    }
}
