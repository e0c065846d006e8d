//! What would be integrated out of a model, and how, without fitting it.

use super::blocks::Blocks;
use super::rule::by_structure;
use crate::bind::Binding;
use crate::lower::{Form, Scale};
use crate::marginal::numerics::{Marginal, Rule};
use crate::marginal::{self, Failure};
use crate::pipeline::{JointModel, Model};

/// What would be integrated out.
#[derive(Clone, Debug, PartialEq)]
pub enum Integrable {
    /// These blocks.
    Blocks {
        /// The blocks, and the rules used by default.
        blocks: Blocks,
        /// The number of Hessian-vector products that a factorisation takes.
        products: usize,
        /// The number of entries of the factor.
        entries: usize,
    },
    /// One element of a term has too many hidden values for anything to be integrated out.
    TooDense {
        /// The term.
        term: String,
        /// The number of hidden values.
        hidden: usize,
    },
    /// Machine code cannot be generated.
    Machine(String),
}

/// What maximum likelihood would integrate out of a model; None if nothing is hidden, or the model
/// cannot be lowered.
#[must_use]
pub fn integrable(model: &Model, binding: &Binding) -> Option<Integrable> {
    let JointModel { integrand, .. } = model.integrand(binding, Scale::Natural, Form::Auto).ok()?;
    if integrand.joint.hidden.is_empty() {
        return None;
    }
    Some(match marginal::compile(&integrand) {
        Ok(compiled) => {
            let rule = by_structure(&compiled.structure);
            let blocks = Blocks::new(&model.network, &compiled, rule);
            let density = Marginal::new(compiled.joint, compiled.structure, Rule::Laplace);
            let (products, entries) = density.cost();
            Integrable::Blocks { blocks, products, entries }
        }
        Err(Failure::TooDense(dense)) => Integrable::TooDense {
            term: integrand.joint.summands[dense.summand].name.clone(),
            hidden: dense.coordinates,
        },
        Err(Failure::Machine(message)) => Integrable::Machine(message),
    })
}
