//! Subset axes: the elements for which a condition on the data holds, so that the other branches
//! are not computed for them.

use super::Lowering;
use super::environment::Environment;
use crate::network::ir::{AxisId as NetworkAxis, VariableId};
use crate::program::{ArrayValues, AxisId, NodeId};

/// The elements of a variable that one branch applies to.
pub(super) struct Elements {
    /// The axes that these elements vary over.
    pub axes: Vec<AxisId>,
    /// The environment in which the axes of the variable are these elements.
    pub environment: Environment,
}

impl Lowering<'_> {
    /// The elements of `variable` for which the guard of the environment holds; none where it holds
    /// nowhere.
    pub(super) fn elements(
        &mut self,
        variable: VariableId,
        environment: &Environment,
    ) -> Option<Elements> {
        let axes = self.variable_axes(variable);
        let everywhere = |environment: &Environment| Elements {
            axes: axes.clone(),
            environment: Environment { guard: None, ..environment.clone() },
        };
        let Some(guard) = environment.guard else { return Some(everywhere(environment)) };
        let Some(ArrayValues::Bool(values)) = self.builder.known(guard) else {
            return Some(everywhere(environment));
        };
        if values.iter().all(|&v| v != 0) {
            return Some(everywhere(environment));
        }
        let chosen: Vec<usize> =
            values.iter().enumerate().filter(|(_, v)| **v != 0).map(|(i, _)| i).collect();
        if chosen.is_empty() {
            return None;
        }
        let of = self.builder.axes(guard).to_vec();
        let (subset, indices) = self.builder.subset(&of, &chosen, "part");
        let mut inner = Environment { guard: None, ..environment.clone() };
        let mut rest = vec![subset];
        for (&axis, network_axis) in axes.iter().zip(self.network.variables[variable].axes.clone())
        {
            match of.iter().position(|&o| o == axis) {
                Some(k) => {
                    inner.positions.insert(network_axis, indices[k]);
                }
                None => rest.push(axis),
            }
        }
        Some(Elements { axes: rest, environment: inner })
    }

    /// The environment in which the axes of a variable are the given positions.
    pub(super) fn at_indices(axes: &[NetworkAxis], indices: &[NodeId]) -> Environment {
        Environment {
            positions: axes.iter().copied().zip(indices.iter().copied()).collect(),
            ..Environment::default()
        }
    }
}
