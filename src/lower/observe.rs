//! Observations: data, with a hidden variable in place of each missing element.

use super::environment::Environment;
use super::{CoordinateKind, Lower, Lowering, Question, error};
use crate::builtins::Builtin;
use crate::network::ir::{Conditional, ExprId, VariableId};
use crate::program::{ArrayValues, AxisId, NodeId, TermKind, Type};

/// Where a variable has no data.
struct Holes {
    /// The axes of the variable.
    axes: Vec<AxisId>,
    /// Along which the missing elements follow one another.
    axis: AxisId,
    /// Their positions along each of `axes`.
    indices: Vec<NodeId>,
    /// The environment in which the axes of the variable are these positions.
    environment: Environment,
}

impl Lowering<'_> {
    /// The value of an observed variable.
    pub(super) fn observed(
        &mut self,
        variable: VariableId,
        value: Option<ExprId>,
        conditional: &Conditional,
    ) -> Lower<NodeId> {
        if self.question == Question::Simulation {
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
        if missing.is_empty() || self.is_dropped(variable) {
            return Ok(data);
        }
        if self.is_summed_out(variable) {
            self.with_open(variable, data, &missing)
        } else {
            self.with_missing(variable, data, &missing)
        }
    }

    /// Whether the missing elements of a discrete variable need not be summed out because nothing
    /// depends on them: their probabilities sum to 1.
    pub(super) fn is_dropped(&self, variable: VariableId) -> bool {
        let network = self.network;
        let uses =
            |roots: &[ExprId]| network.references(roots).iter().any(|r| r.variable == variable);
        let by_variables = network.variables.ids().any(|user| uses(&network.made_from(user)));
        let by_factors = network.factors.iter().any(|factor| uses(&[factor.term]));
        self.is_summed_out(variable) && !by_variables && !by_factors
    }

    /// For each element whether it is observed, if missing ones are dropped.
    pub(super) fn observed_elements(&mut self, variable: VariableId) -> Option<NodeId> {
        if !self.is_dropped(variable) {
            return None;
        }
        let missing = self.request.binding.values.get(&variable)?.missing.clone();
        let axes = self.variable_axes(variable);
        let mut flags = vec![1u8; self.builder.program.extent(&axes)];
        missing.iter().for_each(|&m| flags[m] = 0);
        let array = self.builder.array("observed", &axes, Type::Bool, ArrayValues::Bool(flags));
        Some(self.builder.data(array))
    }

    fn holes(&mut self, variable: VariableId, missing: &[usize]) -> Holes {
        let axes = self.variable_axes(variable);
        let (axis, indices) = self.builder.subset(&axes, missing, "missing");
        let environment = Self::at_indices(&self.network.variables[variable].axes, &indices);
        Holes { axes, axis, indices, environment }
    }

    /// Open values in place of the missing elements; `missing`: positions in declaration order.
    fn with_open(
        &mut self,
        variable: VariableId,
        data: NodeId,
        missing: &[usize],
    ) -> Lower<NodeId> {
        let Holes { axes, axis, environment, .. } = self.holes(variable, missing);
        let value = self.open(variable, &[axis], &environment)?;
        self.missing.push((variable, value, missing.to_vec()));
        let extent = self.builder.program.extent(&axes);
        let (mut flags, mut places) = (vec![0u8; extent], vec![0u32; extent]);
        for (place, &element) in missing.iter().enumerate() {
            flags[element] = 1;
            places[element] = u32::try_from(place).unwrap_or(u32::MAX);
        }
        let flags = self.builder.array("missing", &axes, Type::Bool, ArrayValues::Bool(flags));
        let places =
            self.builder.array("missing", &axes, Type::Index(axis), ArrayValues::Index(places));
        let (flags, places) = (self.builder.data(flags), self.builder.data(places));
        let filled = self.builder.gather(value, &[(axis, places)]);
        Ok(self.select(flags, filled, data))
    }

    /// Coordinates in place of the missing elements; `missing`: positions in declaration order.
    fn with_missing(
        &mut self,
        variable: VariableId,
        data: NodeId,
        missing: &[usize],
    ) -> Lower<NodeId> {
        let Holes { axes, axis, indices, environment } = self.holes(variable, missing);
        let q = self.slot(variable, &[axis], CoordinateKind::Missing, None);
        let constrained = self.constrained(variable, q, &environment)?;
        self.jacobian_term(variable, constrained.log_jacobian, &[axis], TermKind::Jacobian);
        self.missing.push((variable, constrained.value, missing.to_vec()));
        let at: Vec<_> = axes.iter().copied().zip(indices).collect();
        let filled = self.builder.sum_by(constrained.value, &at, &[axis]);
        Ok(self.builder.call(Builtin::Add, &[data, filled]))
    }
}
