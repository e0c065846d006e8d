//! What to fit: a model with its data, how, and in which world.

use super::settings::{MethodName, Settings};
use super::world::{Alone, World};
use crate::bind::Binding;
use crate::network::ir::{Role, Support, Variable, VariableId};
use crate::pipeline::Model;

/// A fit to be done.
#[derive(Clone, Copy)]
pub struct Job<'a> {
    /// The model.
    pub model: &'a Model,
    /// Its data.
    pub binding: &'a Binding,
    /// How to fit.
    pub settings: &'a Settings,
    /// The world it runs in.
    pub world: &'a dyn World,
}

/// Whether any unknown is real-valued: if so, there are draws of parameters to pair with those of
/// discrete variables.
#[must_use]
pub fn has_real_unknown(model: &Model, binding: &Binding) -> bool {
    let settings = &Settings::of(MethodName::Nuts);
    Job { model, binding, settings, world: &Alone }.has_real_unknown()
}

impl Job<'_> {
    /// Whether there are real hidden variables: latents, or missing cells of observed variables.
    /// Discrete ones are always summed out.
    pub fn has_hidden(&self) -> bool {
        let real = |v: &Variable| matches!(v.support, Support::Real(_));
        self.any(|id, v| {
            real(v) && (v.role == Role::Latent || (v.role == Role::Observe && self.misses(id)))
        })
    }

    /// Whether there are discrete variables that are unobserved, wholly or in some cells.
    pub fn has_discrete(&self) -> bool {
        let discrete = |v: &Variable| !matches!(v.support, Support::Real(_));
        self.any(|id, v| {
            discrete(v) && (v.is_unknown() || (v.role == Role::Observe && self.misses(id)))
        })
    }

    fn has_real_unknown(&self) -> bool {
        let real = |v: &Variable| v.is_unknown() && matches!(v.support, Support::Real(_));
        self.has_hidden() || self.any(|_, v| real(v))
    }

    fn any(&self, holds: impl Fn(VariableId, &Variable) -> bool) -> bool {
        self.model.network.variables.iter().any(|(id, variable)| holds(id, variable))
    }

    /// Whether an observed variable has missing cells.
    fn misses(&self, variable: VariableId) -> bool {
        self.binding.values.get(&variable).is_some_and(|bound| !bound.missing.is_empty())
    }

    /// The number of observed elements, not counting missing ones.
    pub fn observations(&self) -> usize {
        let network = &self.model.network;
        let count = |(id, v): (VariableId, &Variable)| -> usize {
            let size = |&a| self.binding.plates[network.plate_of(a).0 as usize].size;
            let all: usize = v.axes.iter().map(size).product();
            all - self.binding.values.get(&id).map_or(0, |bound| bound.missing.len())
        };
        network.variables.iter().filter(|(_, v)| v.is_observed()).map(count).sum()
    }
}
