//! Conditionals → terms of the log density: one a declaration, each branch over the elements it is for.

use super::environment::Environment;
use super::expression::Guard;
use super::subset::Elements;
use super::{Lower, Lowering, Question, error};
use crate::base::Span;
use crate::builtins::Builtin;
use crate::network::ir::{Application, Conditional, Definition, Event, ExprId, Role, VariableId};
use crate::program::{ArrayValues, AxisId, NodeId};

impl Lowering<'_> {
    /// Adds the term of a variable's distribution.
    pub(super) fn terms_of(&mut self, variable: VariableId) -> Lower<()> {
        let network = self.network;
        let entry = &network.variables[variable];
        let conditional = match &entry.definition {
            Definition::Random(Some(conditional)) => conditional,
            Definition::Observed { conditional, .. } => conditional,
            Definition::Random(None) | Definition::Input { .. } | Definition::Deterministic(_) => return Ok(()),
        };
        if self.request.question == Question::Simulation || self.auxiliary.contains(&variable) || !self.values.contains_key(&variable) {
            return Ok(());
        }
        self.builder.at(entry.span);
        let mut parts = Vec::new();
        for (application, environment) in self.branches(conditional, &Environment::default())? {
            match application {
                Some(application) => {
                    for (density, environment) in self.density_parts(application, &environment)? {
                        if let Some(elements) = self.elements(variable, &environment) {
                            parts.push(self.log_density(variable, application, density, &elements)?);
                        }
                    }
                }
                None => self.check_given(variable, entry.span, &environment)?,
            }
        }
        self.builder.at(entry.span);
        let constant = self.ordered_constant(variable, conditional)?;
        let observed = entry.role == Role::Observe;
        if let Question::Joint { .. } = self.request.question {
            for (density, axes) in parts {
                self.summand(&entry.name, density, &axes, observed);
            }
            self.summand(&entry.name, constant, &[], false);
            return Ok(());
        }
        let mut total = self.builder.constant(0.0);
        for (density, axes) in parts {
            let sum = self.builder.sum(density, &axes);
            total = self.builder.call(Builtin::Add, &[total, sum]);
        }
        let total = self.builder.call(Builtin::Add, &[total, constant]);
        self.summand(&entry.name, total, &[], observed);
        Ok(())
    }

    /// The families of a conditional, each with the environment in which it applies; none for `Given()`.
    pub(super) fn branches<'c>(
        &mut self,
        conditional: &'c Conditional,
        environment: &Environment,
    ) -> Lower<Vec<(Option<&'c Application>, Environment)>> {
        match conditional {
            Conditional::Given(_) => Ok(vec![(None, environment.clone())]),
            Conditional::Family(application) => Ok(vec![(Some(application), environment.clone())]),
            Conditional::If { condition, then, otherwise } => {
                let span = self.network.expressions[*condition].span;
                let condition = self.expression(*condition, environment)?;
                if !self.builder.depends_on_data_only(condition) {
                    return self.report(error::condition_unknown(span));
                }
                let opposite = self.builder.call(Builtin::Not, &[condition]);
                let mut branches = Vec::new();
                for (condition, branch) in [(condition, then), (opposite, otherwise)] {
                    if let Guard::Some(inner) = self.restricted(environment, condition) {
                        branches.extend(self.branches(branch, &inner)?);
                    }
                }
                Ok(branches)
            }
        }
    }

    /// One family's log density, with the axes over which there is one an element.
    fn log_density(
        &mut self,
        variable: VariableId,
        application: &Application,
        density: ExprId,
        elements: &Elements,
    ) -> Lower<(NodeId, Vec<AxisId>)> {
        let environment = &elements.environment;
        let mut density = self.number(density, environment)?;
        if let Some(normaliser) = application.log_normaliser {
            let normaliser = self.number(normaliser, environment)?;
            density = self.builder.call(Builtin::Subtract, &[density, normaliser]);
        }
        for &requirement in &application.requirements {
            let holds = self.expression(requirement, environment)?;
            let impossible = self.builder.constant(f64::NEG_INFINITY);
            density = self.builder.call(Builtin::Select, &[holds, density, impossible]);
        }
        Ok((density, self.summed_axes(variable, application, elements)))
    }

    /// The axes over which there is one term an element: without the event's own where the family covers the whole event.
    fn summed_axes(&mut self, variable: VariableId, application: &Application, elements: &Elements) -> Vec<AxisId> {
        if !application.multivariate {
            return elements.axes.clone();
        }
        let entry = &self.network.variables[variable];
        let event: Vec<AxisId> = entry.axes[entry.plates..].iter().copied().map(|a| self.axis(a)).collect();
        elements.axes.iter().copied().filter(|a| !event.contains(a)).collect()
    }

    /// What is conditioned on must be there; `span`: what asks for it.
    pub(super) fn check_given(&mut self, variable: VariableId, span: Span, environment: &Environment) -> Lower<()> {
        let missing = self.request.binding.values.get(&variable).map(|b| b.missing.clone()).unwrap_or_default();
        if missing.is_empty() {
            return Ok(());
        }
        let held = match environment.guard.and_then(|guard| {
            let axes = self.variable_axes(variable);
            let number = self.builder.convert(guard, crate::program::Type::Real);
            let full = self.builder.expand(number, &axes);
            self.builder.known(full)
        }) {
            Some(ArrayValues::Real(values)) => missing.iter().copied().find(|&m| values.get(m).is_some_and(|&v| v != 0.0)),
            Some(ArrayValues::Bool(_) | ArrayValues::Index(_)) | None => missing.first().copied(),
        };
        let Some(element) = held else { return Ok(()) };
        let axes = self.variable_axes(variable);
        let entry = &self.network.variables[variable];
        let place = self.element_name(&axes, element);
        self.report(error::given_without_data(&entry.name, Some(&place), span))
    }

    /// Independent elements conditioned on their order: log k! for each event where all have one distribution.
    fn ordered_constant(&mut self, variable: VariableId, conditional: &Conditional) -> Lower<NodeId> {
        let entry = &self.network.variables[variable];
        let none = self.builder.constant(0.0);
        let (Event::Ordered | Event::PositiveOrdered, Some(&last)) = (entry.event, entry.axes.last()) else { return Ok(none) };
        let differ = conditional.made_from().into_iter().any(|e| self.network.expressions[e].axes.contains(&last));
        let unknown = conditional.made_from().into_iter().any(|e| !self.network.known_from_data(e));
        if differ && unknown {
            return self.report(error::ordered_constant(&entry.name, entry.span));
        }
        if differ {
            // A constant free of unknowns: it is left out.
            return Ok(none);
        }
        let event = self.axis(last);
        let size = self.builder.program.axes[event].size as f64;
        let axes = self.variable_axes(variable);
        let copies = self.builder.program.extent(&axes) as f64 / size.max(1.0);
        Ok(self.builder.constant(copies * crate::math::gamma::lgamma(size + 1.0)))
    }
}
