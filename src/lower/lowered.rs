//! What a network is lowered to, a type for each question.

use super::{Coordinate, Discrete, FormChoice, Hidden, Layout, Summand};
use crate::builtins::Builtin;
use crate::program::{Builder, Computation, Term, remove_dead};

/// The scale of the parameters that a log density is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// All of ℝⁿ: the Jacobian of the constraining transforms is included. For samplers.
    Unconstrained,
    /// The parameters' own: without the Jacobian. For modes.
    Natural,
}

/// Forward simulation of everything.
#[derive(Clone, Debug)]
pub struct SimulationProgram {
    /// The variables as outputs; no coordinates and no terms.
    pub computation: Computation,
    /// The variables of the outputs, in output order.
    pub layouts: Vec<Layout>,
}

/// A log density, added up to a term for each declaration.
#[derive(Clone, Debug)]
pub struct DensityProgram {
    /// Coordinates → the terms, and the variables as outputs.
    pub computation: Computation,
    /// The variables of the outputs, in output order.
    pub layouts: Vec<Layout>,
    /// Which unknown each coordinate belongs to.
    pub coordinates: Vec<Coordinate>,
    /// The form of each latent, with the reason.
    pub forms: Vec<FormChoice>,
}

/// A log joint density, element by element: for whatever is to be integrated or summed out.
#[derive(Clone, Debug)]
pub struct JointProgram {
    /// Coordinates → the summands' nodes, and the variables as outputs; no terms.
    pub computation: Computation,
    /// The variables of the outputs, in output order.
    pub layouts: Vec<Layout>,
    /// Which unknown each coordinate belongs to.
    pub coordinates: Vec<Coordinate>,
    /// The form of each latent, with the reason.
    pub forms: Vec<FormChoice>,
    /// The summands of the log density.
    pub summands: Vec<Summand>,
    /// Which coordinates are hidden variables.
    pub hidden: Vec<Hidden>,
}

/// A log joint density that reads discrete variables whose values are open.
#[derive(Clone, Debug)]
pub struct OpenProgram {
    /// The density given the discrete variables.
    pub joint: JointProgram,
    /// The discrete variables, one at least.
    pub discrete: Vec<Discrete>,
}

/// A log density as far as lowering gets with it.
#[derive(Clone, Debug)]
#[expect(clippy::large_enum_variant, reason = "densities, in the other variant, are as large")]
pub enum Lowered<D> {
    /// All that is unknown are coordinates.
    Closed(D),
    /// Discrete variables are left to be summed out.
    Open(OpenProgram),
}

impl JointProgram {
    /// The density with its summands added up to terms, one for each declaration.
    #[must_use]
    pub fn total(self) -> DensityProgram {
        let mut b = Builder::resume(self.computation);
        let mut terms: Vec<Term> = Vec::new();
        for summand in &self.summands {
            b.at(summand.span);
            let sum = b.sum(summand.node, &summand.axes);
            let Summand { name, kind, span, .. } = summand;
            match terms.iter_mut().find(|t| t.name == *name && t.span == *span && t.kind == *kind) {
                Some(term) => term.node = b.call(Builtin::Add, &[term.node, sum]),
                None => {
                    terms.push(Term { name: name.clone(), node: sum, kind: *kind, span: *span });
                }
            }
        }
        b.program.terms.extend(terms);
        DensityProgram {
            computation: remove_dead(b.finish()),
            layouts: self.layouts,
            coordinates: self.coordinates,
            forms: self.forms,
        }
    }
}
