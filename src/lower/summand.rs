//! The summands of the log density: added up to terms at once, or kept element by element so that
//! hidden variables can be integrated out.

use super::Lowering;
use crate::base::Span;
use crate::network::ir::{NoiseBase, Role, VariableId};
use crate::program::{AxisId, NodeId, TermKind};

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
