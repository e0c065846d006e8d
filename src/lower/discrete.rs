//! Discrete variables that are not observed: nodes whose values are left open, to be summed out.

use super::environment::Environment;
use super::{Lower, Lowering, Question, error};
use crate::base::Span;
use crate::builtins::Builtin;
use crate::network::ir::{Bounds, Definition, Role, Support, VariableId};
use crate::program::{ArrayValues, AxisId, AxisKind, DiscreteId, NodeId, TermKind, Type, replay};
use std::collections::HashMap;

/// The maximum number of values of a discrete variable that is summed out.
const MOST_VALUES: usize = 1_000_000;

/// A discrete variable whose elements are to be summed out.
#[derive(Clone, Debug, PartialEq)]
pub struct Discrete {
    /// The variable; of an observed one its missing elements are meant.
    pub variable: VariableId,
    /// Its name; of an observed variable these are its missing elements.
    pub name: String,
    /// The axes of its elements, in the order of the ids.
    pub axes: Vec<AxisId>,
    /// The axis whose positions are its values.
    pub values: AxisId,
    /// The names of the values, where they are elements of a plate; otherwise they are consecutive
    /// whole numbers.
    pub labels: Option<Vec<String>>,
    /// The position of the value of an element: `Op::Discrete`.
    pub position: NodeId,
    /// Where the variable is declared.
    pub span: Span,
}

impl Lowering<'_> {
    /// Whether a variable is to be summed out, as a whole or in its missing elements.
    pub(super) fn is_summed_out(&self, variable: VariableId) -> bool {
        let entry = &self.network.variables[variable];
        let discrete = !matches!(entry.support, Support::Real(_));
        let hidden = match (&entry.definition, entry.role) {
            (Definition::Random(_), Role::Param | Role::Latent) => true,
            (Definition::Observed { value: None, .. }, _) => self.has_missing(variable),
            (
                Definition::Random(_)
                | Definition::Observed { .. }
                | Definition::Input { .. }
                | Definition::Deterministic(_),
                _,
            ) => false,
        };
        discrete && hidden && self.request.question != Question::Simulation
    }

    fn has_missing(&self, variable: VariableId) -> bool {
        self.request.binding.values.get(&variable).is_some_and(|bound| !bound.missing.is_empty())
    }

    /// The open value of a discrete variable over `axes`, whose elements are those of the
    /// environment.
    pub(super) fn open(
        &mut self,
        variable: VariableId,
        axes: &[AxisId],
        environment: &Environment,
    ) -> Lower<NodeId> {
        let entry = &self.network.variables[variable];
        let (name, span) = (entry.name.clone(), entry.span);
        let id = DiscreteId(u32::try_from(self.discrete.len()).unwrap_or(u32::MAX));
        self.builder.at(span);
        let (values, position, value) = match entry.support.clone() {
            Support::Index(plate) => {
                let of = self.plate_axis(plate);
                if self.builder.program.axes[of].size == 0 && self.builder.program.extent(axes) > 0
                {
                    return self.report(error::no_elements(
                        &name,
                        &self.network.plates[plate].name,
                        span,
                    ));
                }
                let position = self.builder.discrete(id, axes, of);
                (of, position, position)
            }
            Support::Bool => {
                let values = self.builder.axis(format!("values of {name}"), 2, AxisKind::Plate);
                let position = self.builder.discrete(id, axes, values);
                let (number, zero) =
                    (self.builder.convert(position, Type::Real), self.builder.constant(0.0));
                (values, position, self.builder.call(Builtin::NotEqual, &[number, zero]))
            }
            Support::Real(bounds) | Support::Integer(bounds) => {
                self.whole_number(variable, id, bounds, axes, environment)?
            }
        };
        let labels = if let Support::Index(plate) = self.network.variables[variable].support {
            let data = &self.request.binding.plates[plate.0 as usize];
            Some((0..data.size).map(|i| data.label(i)).collect())
        } else {
            None
        };
        self.discrete.push(Discrete {
            variable,
            name,
            axes: axes.to_vec(),
            values,
            labels,
            position,
            span,
        });
        Ok(value)
    }

    /// A whole number between bounds: the lower bound plus a position. Where an element has fewer
    /// values than there are positions, the surplus ones have probability 0.
    fn whole_number(
        &mut self,
        variable: VariableId,
        id: DiscreteId,
        bounds: Bounds,
        axes: &[AxisId],
        environment: &Environment,
    ) -> Lower<(AxisId, NodeId, NodeId)> {
        let entry = &self.network.variables[variable];
        let (name, span, observed) = (entry.name.clone(), entry.span, entry.role == Role::Observe);
        let (Some(lower), Some(upper)) = (bounds.lower, bounds.upper) else {
            return self.report(error::no_range(&name, observed, span));
        };
        let (lower, upper) = (self.number(lower, environment)?, self.number(upper, environment)?);
        let width = self.builder.call(Builtin::Subtract, &[upper, lower]);
        let Some(widths) = self.range_of(width) else {
            return self.report(error::unknown_range(&name, span));
        };
        let infinite = widths.iter().any(|w| !w.is_finite());
        if infinite {
            return self.report(error::no_range(&name, observed, span));
        }
        let widest = widths.iter().copied().fold(0.0, f64::max).floor();
        if widest >= MOST_VALUES as f64 {
            return self.report(error::too_many_values(&name, widest + 1.0, MOST_VALUES, span));
        }
        if let Some(empty) = widths.iter().position(|&w| w < 0.0) {
            let place = if widths.len() == 1 {
                error::EVERYWHERE.to_owned()
            } else {
                format!("element {}", empty + 1)
            };
            return self.report(error::empty_range(&name, &place, span));
        }
        let values =
            self.builder.axis(format!("values of {name}"), widest as usize + 1, AxisKind::Plate);
        let position = self.builder.discrete(id, axes, values);
        let number = self.builder.convert(position, Type::Real);
        let value = self.builder.call(Builtin::Add, &[lower, number]);
        if widths.iter().all(|&w| w.floor() == widest) && self.builder.depends_on_data_only(width) {
            return Ok((values, position, value));
        }
        let inside = self.builder.call(Builtin::LessEqual, &[number, width]);
        let (zero, impossible) =
            (self.builder.constant(0.0), self.builder.constant(f64::NEG_INFINITY));
        let allowed = self.builder.call(Builtin::Select, &[inside, zero, impossible]);
        self.summand(format!("range of {name}"), allowed, axes, TermKind::Hidden);
        // What has probability 0 is the highest possible value to all who use it: a density may be
        // anything outside its support.
        Ok((values, position, self.builder.call(Builtin::Min, &[value, upper])))
    }

    /// All values of a node that depends on data and on other discrete variables; none where it
    /// depends on a continuous unknown.
    fn range_of(&mut self, node: NodeId) -> Option<Vec<f64>> {
        let mut instead = HashMap::new();
        let open: Vec<(NodeId, AxisId)> =
            self.discrete.iter().map(|d| (d.position, d.values)).collect();
        let mut extra = Vec::new();
        for (position, values) in open {
            let axis = self.builder.alias(values);
            instead.insert(position, self.builder.iota(axis));
            extra.push(axis);
        }
        let all = replay(&mut self.builder, &instead, &extra, &[node])[0];
        match self.builder.known(all)? {
            ArrayValues::Real(values) => Some(values),
            ArrayValues::Bool(_) | ArrayValues::Index(_) => None,
        }
    }

    /// The names of the open variables that a node depends on.
    pub(super) fn open_below(&self, node: NodeId) -> Vec<String> {
        let mut seen = self.builder.program.nodes.filled(false);
        let mut waiting = vec![node];
        let mut names = Vec::new();
        while let Some(next) = waiting.pop() {
            if std::mem::replace(&mut seen[next], true) {
                continue;
            }
            if let Some(id) = self.builder.program.nodes[next].op.discrete() {
                names.push(self.discrete[id.0 as usize].name.clone());
            }
            waiting.extend(&self.builder.program.nodes[next].operands);
        }
        names
    }
}
