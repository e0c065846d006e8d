//! The summands of the log density: summed to terms at once, or kept element by element for hidden variables to be integrated out.

use super::{Lowering, Question};
use crate::base::Span;
use crate::network::ir::{NoiseBase, Role, VariableId};
use crate::program::{AxisId, NodeId};

/// A summand of the log density for each element of its axes.
#[derive(Clone, Debug, PartialEq)]
pub struct Summand {
    /// The declared variable, `jacobian of x`, `noise of x`, or the factor's name.
    pub name: String,
    /// Its values; it may lack some of the axes: then it is the same along them.
    pub node: NodeId,
    /// One summand an element of these.
    pub axes: Vec<AxisId>,
    /// Whether data or a factor speak through it, rather than a prior.
    pub observed: bool,
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
    /// How many.
    pub len: usize,
    /// Where the variable is a function of noise: of which. Its density on the unconstrained scale is all that a prior draw needs.
    pub noise: Option<NoiseBase>,
}

impl Lowering<'_> {
    /// Adds a summand of the log density with one value for each element of `axes`, at the present span.
    pub(super) fn summand(&mut self, name: impl Into<String>, node: NodeId, axes: &[AxisId], observed: bool) {
        let span = self.builder.span();
        if let Question::Joint { .. } = self.request.question {
            self.summands.push(Summand { name: name.into(), node, axes: axes.to_vec(), observed, span });
        } else {
            let sum = self.builder.sum(node, axes);
            self.builder.term(name, sum, span);
        }
    }

    /// Notes that the coordinates from `first` on are those of a hidden variable, where they are.
    pub(super) fn note_hidden(&mut self, variable: VariableId, first: usize, noise: Option<NoiseBase>) {
        let len = self.builder.program.slots - first;
        match self.network.variables[variable].role {
            Role::Latent | Role::Observe => self.hidden.push(Hidden { variable, first, len, noise }),
            Role::Param | Role::Input | Role::Let | Role::Report => {}
        }
    }
}
