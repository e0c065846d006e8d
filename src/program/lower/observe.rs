//! Observations: data, with a hidden variable in the place of each missing element.

use super::environment::Environment;
use super::{Lower, Lowering, Question, error};
use crate::builtins::Builtin;
use crate::network::ir::{Conditional, ExprId, VariableId};
use crate::program::NodeId;

impl Lowering<'_> {
    /// The value of an observed variable.
    pub(super) fn observed(&mut self, variable: VariableId, value: Option<ExprId>, conditional: &Conditional) -> Lower<NodeId> {
        if self.request.question == Question::Simulation {
            return self.simulated(variable, Some(conditional), &Environment::default());
        }
        if let Some(value) = value {
            return self.number(value, &Environment::default());
        }
        let Some(bound) = self.request.binding.values.get(&variable) else {
            let entry = &self.network.variables[variable];
            return self.report(error::no_value(&entry.name, entry.span));
        };
        let (values, missing) = (bound.values.clone(), bound.missing.clone());
        let data = self.data(variable, values);
        if missing.is_empty() { Ok(data) } else { self.with_missing(variable, data, &missing) }
    }

    /// Coordinates in the place of the missing elements; `missing`: positions in declared order.
    fn with_missing(&mut self, variable: VariableId, data: NodeId, missing: &[usize]) -> Lower<NodeId> {
        let axes = self.variable_axes(variable);
        let (axis, indices) = self.subset(&axes, missing, "missing");
        let network_axes = self.network.variables[variable].axes.clone();
        let environment = Self::at_indices(&network_axes, &indices);
        let q = self.slot(variable, &[axis], "missing ", None);
        let constrained = self.constrained(variable, q, &environment)?;
        self.jacobian_term(variable, constrained.log_jacobian, &[axis]);
        self.missing.push((variable, constrained.value, missing.to_vec()));
        let at: Vec<_> = axes.iter().copied().zip(indices).collect();
        let filled = self.builder.sum_by(constrained.value, &at, &[axis]);
        Ok(self.builder.call(Builtin::Add, &[data, filled]))
    }
}
