//! What the discrete variables are, given everything else: derivatives of the log density by probes
//! of their values.

use std::collections::HashMap;

use super::{Algebra, Eliminated, Query, eliminate};
use crate::base::Diagnostic;
use crate::gradient;
use crate::lower::{Discrete, Layout, Lowered, total};
use crate::program::{
    Builder, Computation, OutputRole, Type, downstream, fold, remove_dead, replay,
};

/// A lowered model whose discrete variables can be recovered.
#[derive(Clone, Debug)]
pub struct Recovery {
    lowered: Lowered,
}

/// The variables that depend on discrete ones, as a program of the unknowns and the discrete
/// variables' positions.
#[derive(Clone, Debug)]
pub struct Recovered {
    /// Coordinates, then the positions of each discrete variable in canonical layout → the
    /// variables.
    pub computation: Computation,
    /// The variables of the outputs.
    pub layouts: Vec<Layout>,
}

impl Recovery {
    /// `lowered`: with its discrete variables; none where it has none.
    #[must_use]
    pub fn new(lowered: &Lowered) -> Option<Self> {
        (!lowered.discrete.is_empty()).then(|| Self { lowered: lowered.clone() })
    }

    /// The discrete variables.
    #[must_use]
    pub fn discrete(&self) -> &[Discrete] {
        &self.lowered.discrete
    }

    /// How many coordinates the unknown numbers are; probes come after them.
    #[must_use]
    pub fn slots(&self) -> usize {
        self.lowered.program.slots
    }

    /// For each discrete variable: how many elements and values it has. Its probes are by element,
    /// the value fastest where `values` is last.
    #[must_use]
    pub fn sizes(&self) -> Vec<(usize, usize)> {
        let program = &self.lowered.program;
        self.lowered
            .discrete
            .iter()
            .map(|d| (program.extent(&d.axes), program.axes[d.values].size))
            .collect()
    }

    /// The model with a probe of each value, to be integrated or differentiated further.
    ///
    /// # Errors
    /// As [`eliminate`].
    pub fn probed(&self, algebra: Algebra) -> Result<Eliminated, Vec<Diagnostic>> {
        eliminate(self.lowered.clone(), Query { algebra, probes: true })
    }

    /// Coordinates, then zeros for the probes → for each discrete variable, element and value: its
    /// probability, or 1 where it is the most probable or the drawn one.
    ///
    /// # Errors
    /// As [`eliminate`].
    pub fn derivatives(&self, algebra: Algebra) -> Result<Computation, Vec<Diagnostic>> {
        let lowered = total(self.probed(algebra)?.lowered);
        let density = Computation { program: lowered.program, values: lowered.values };
        let mut gradient = gradient::differentiate(density.without_outputs());
        let first = self.slots();
        gradient.program.outputs.retain(
            |output| matches!(&output.role, OutputRole::Gradient(range) if range.start >= first),
        );
        Ok(fold(remove_dead(gradient)))
    }

    /// The discrete variables and what is computed from them, given their positions.
    #[must_use]
    pub fn given(&self) -> Recovered {
        let Lowered { mut program, values, layouts, discrete, .. } = self.lowered.clone();
        let open = downstream(&program, |_, node| node.op.is_open());
        let outputs: Vec<_> = program.outputs.drain(..).collect();
        let mut b = Builder::resume(Computation { program, values });
        let mut instead = HashMap::new();
        for described in &discrete {
            let slot = b.slot(&described.axes);
            let ty = b.ty(described.position);
            let position = b.convert(slot, ty);
            instead.insert(described.position, position);
        }
        let (mut nodes, mut kept, mut names) = (Vec::new(), Vec::new(), Vec::new());
        for (output, layout) in outputs.into_iter().zip(layouts).filter(|(o, _)| open[o.node]) {
            nodes.push(output.node);
            names.push(output.name);
            kept.push(layout);
        }
        let made = replay(&mut b, &instead, &[], &nodes);
        for (node, name) in made.into_iter().zip(names) {
            let node = b.convert(node, Type::Real);
            b.output(OutputRole::Variable, name, node);
        }
        Recovered { computation: fold(remove_dead(b.finish())), layouts: kept }
    }
}
