//! Conditionals → terms of the log density: one for each declaration, with each branch over the
//! elements that it applies to.

use super::environment::Environment;
use super::expression::Guard;
use super::subset::Elements;
use super::{Lower, Lowering, Question, error};
use crate::base::Span;
use crate::builtins::Builtin;
use crate::network::ir::{Application, Conditional, Definition, Event, ExprId, Role, VariableId};
use crate::program::{ArrayValues, AxisId, NodeId, TermKind};

impl Lowering<'_> {
    /// Adds the term for the distribution of a variable.
    pub(super) fn terms_of(&mut self, variable: VariableId) -> Lower<()> {
        let network = self.network;
        let entry = &network.variables[variable];
        let conditional = match &entry.definition {
            Definition::Random(Some(conditional)) => conditional,
            Definition::Observed { conditional, .. } => conditional,
            Definition::Random(None) | Definition::Input { .. } | Definition::Deterministic(_) => {
                return Ok(());
            }
        };
        if self.question == Question::Simulation
            || self.auxiliary.contains(&variable)
            || !self.values.contains_key(&variable)
        {
            return Ok(());
        }
        self.builder.at(entry.span);
        let parts = self.parts(variable, conditional)?;
        self.builder.at(entry.span);
        let constant = self.event_constant(variable, conditional)?;
        self.add_parts(variable, parts, constant);
        Ok(())
    }

    /// The parts of the log density of a variable, each with its axes, and a constant: added up to
    /// one term, or kept as summands if the question asks for them.
    fn add_parts(
        &mut self,
        variable: VariableId,
        parts: Vec<(NodeId, Vec<AxisId>)>,
        constant: NodeId,
    ) {
        let entry = &self.network.variables[variable];
        let kind = match entry.role {
            Role::Observe => TermKind::Likelihood,
            Role::Param | Role::Latent | Role::Input | Role::Let | Role::Report
                if self.is_summed_out(variable) =>
            {
                TermKind::Mass
            }
            Role::Param | Role::Input | Role::Let | Role::Report => TermKind::Prior,
            Role::Latent => TermKind::Hidden,
        };
        if self.keeps_summands {
            for (density, axes) in parts {
                self.summand(&entry.name, density, &axes, kind);
            }
            // A constant is no probability, so it takes a shift as other tables do.
            let kind = if kind == TermKind::Mass { TermKind::Hidden } else { kind };
            self.summand(&entry.name, constant, &[], kind);
            return;
        }
        let mut total = self.builder.constant(0.0);
        for (density, axes) in parts {
            let sum = self.builder.sum(density, &axes);
            total = self.builder.call(Builtin::Add, &[total, sum]);
        }
        let total = self.builder.call(Builtin::Add, &[total, constant]);
        self.summand(&entry.name, total, &[], kind);
    }

    /// The log densities of the elements of a variable, each with the axes over which there is one
    /// per element.
    fn parts(
        &mut self,
        variable: VariableId,
        conditional: &Conditional,
    ) -> Lower<Vec<(NodeId, Vec<AxisId>)>> {
        let span = self.network.variables[variable].span;
        let mut parts = Vec::new();
        let observed_only = self.observed_elements(variable);
        let whole = Environment { guard: observed_only, ..Environment::default() };
        for (branch, environment) in self.branches(conditional, &whole)? {
            match branch {
                Conditional::Given(_) => self.check_given(variable, span, &environment)?,
                Conditional::Family(application) => {
                    for (density, environment) in self.density_parts(application, &environment)? {
                        if let Some(elements) = self.elements(variable, &environment) {
                            let density =
                                self.family_density(application, density, &elements.environment)?;
                            parts.push((
                                density,
                                self.summed_axes(variable, application.multivariate, &elements),
                            ));
                        }
                    }
                }
                Conditional::If { .. } => {
                    if let Some(elements) = self.elements(variable, &environment) {
                        let density = self.density_at(variable, branch, &elements.environment)?;
                        let multivariate = branch.applications().iter().any(|a| a.multivariate);
                        parts.push((density, self.summed_axes(variable, multivariate, &elements)));
                    }
                }
            }
        }
        Ok(parts)
    }

    /// The parts of a conditional that conditions on data separate, each with the environment in
    /// which it applies: families, `Given()`, and choices by discrete variables.
    fn branches<'c>(
        &mut self,
        conditional: &'c Conditional,
        environment: &Environment,
    ) -> Lower<Vec<(&'c Conditional, Environment)>> {
        let Conditional::If { condition, then, otherwise } = conditional else {
            return Ok(vec![(conditional, environment.clone())]);
        };
        let span = self.network.expressions[*condition].span;
        let condition = self.expression(*condition, environment)?;
        if !self.builder.depends_on_data_only(condition) {
            return match self.open_below(condition).as_slice() {
                [] => self.report(error::condition_unknown(span)),
                [_, ..] => Ok(vec![(conditional, environment.clone())]),
            };
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

    /// The log density of a part that depends on discrete variables, at the elements of the
    /// environment.
    fn density_at(
        &mut self,
        variable: VariableId,
        part: &Conditional,
        environment: &Environment,
    ) -> Lower<NodeId> {
        match part {
            Conditional::Given(span) => {
                let name = self.network.variables[variable].name.clone();
                self.report(error::given_under_hidden(&name, *span))
            }
            Conditional::Family(application) => {
                self.family_density(application, application.log_density, environment)
            }
            Conditional::If { condition, then, otherwise } => {
                let condition = self.expression(*condition, environment)?;
                let opposite = self.builder.call(Builtin::Not, &[condition]);
                let mut densities = Vec::new();
                for (condition, branch) in [(condition, then), (opposite, otherwise)] {
                    densities.push(match self.restricted(environment, condition) {
                        Guard::Never => self.builder.constant(0.0),
                        Guard::Some(inner) => self.density_at(variable, branch, &inner)?,
                    });
                }
                Ok(self.builder.call(Builtin::Select, &[condition, densities[0], densities[1]]))
            }
        }
    }

    /// The log density of one family at the elements of the environment.
    fn family_density(
        &mut self,
        application: &Application,
        density: ExprId,
        environment: &Environment,
    ) -> Lower<NodeId> {
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
        Ok(density)
    }

    /// The axes over which there is one term per element: without those of the event where the
    /// family covers the whole event.
    fn summed_axes(
        &mut self,
        variable: VariableId,
        multivariate: bool,
        elements: &Elements,
    ) -> Vec<AxisId> {
        if !multivariate {
            return elements.axes.clone();
        }
        let entry = &self.network.variables[variable];
        let event: Vec<AxisId> =
            entry.axes[entry.plates..].iter().copied().map(|a| self.axis(a)).collect();
        elements.axes.iter().copied().filter(|a| !event.contains(a)).collect()
    }

    /// Data that are conditioned on must be present; `span`: what requires them.
    pub(super) fn check_given(
        &mut self,
        variable: VariableId,
        span: Span,
        environment: &Environment,
    ) -> Lower<()> {
        let missing = self
            .request
            .binding
            .values
            .get(&variable)
            .map(|b| b.missing.clone())
            .unwrap_or_default();
        if missing.is_empty() {
            return Ok(());
        }
        let absent = match environment.guard.and_then(|guard| {
            let axes = self.variable_axes(variable);
            let number = self.builder.convert(guard, crate::program::Type::Real);
            let full = self.builder.expand(number, &axes);
            self.builder.known(full)
        }) {
            Some(ArrayValues::Real(values)) => {
                missing.iter().copied().find(|&m| values.get(m).is_some_and(|&v| v != 0.0))
            }
            Some(ArrayValues::Bool(_) | ArrayValues::Index(_)) | None => missing.first().copied(),
        };
        let Some(element) = absent else { return Ok(()) };
        let axes = self.variable_axes(variable);
        let entry = &self.network.variables[variable];
        let place = self.element_name(&axes, element);
        self.report(error::given_without_data(&entry.name, Some(&place), span))
    }

    /// What conditioning on the variable's type adds to the log density. A family over that type
    /// needs nothing added.
    fn event_constant(&mut self, variable: VariableId, conditional: &Conditional) -> Lower<NodeId> {
        let entry = &self.network.variables[variable];
        let complete = conditional.applications().into_iter().all(|a| a.event == entry.event);
        let none = self.builder.constant(0.0);
        match (entry.event.condition(), entry.event) {
            (None, _) => Ok(none),
            (Some(_), Event::Ordered | Event::PositiveOrdered) => {
                self.ordered_constant(variable, conditional)
            }
            (Some(_), _) if complete => Ok(none),
            (Some(words), _) => {
                if let Conditional::Family(application) = conditional
                    && let Some(log_of_sum) = application.log_of_sum
                {
                    return self.constant_of_sum(variable, log_of_sum);
                }
                let known =
                    conditional.made_from().into_iter().all(|e| self.network.known_from_data(e));
                // A constant that depends on no unknown: it is left out.
                if known {
                    Ok(none)
                } else {
                    self.report(error::event_constant(&entry.name, words, entry.span))
                }
            }
        }
    }

    /// Elements conditioned on their sum: their joint density is divided by that of the sum.
    fn constant_of_sum(&mut self, variable: VariableId, log_of_sum: ExprId) -> Lower<NodeId> {
        let log = self.number(log_of_sum, &Environment::default())?;
        let plates = self.network.variables[variable].plates;
        let axes: Vec<AxisId> = self.variable_axes(variable).into_iter().take(plates).collect();
        let total = self.builder.sum(log, &axes);
        Ok(self.builder.call(Builtin::Negate, &[total]))
    }

    /// Independent elements conditioned on their order: adds log k! for each event, provided that
    /// all have the same distribution.
    fn ordered_constant(
        &mut self,
        variable: VariableId,
        conditional: &Conditional,
    ) -> Lower<NodeId> {
        let entry = &self.network.variables[variable];
        let none = self.builder.constant(0.0);
        let (Event::Ordered | Event::PositiveOrdered, Some(&last)) =
            (entry.event, entry.axes.last())
        else {
            return Ok(none);
        };
        let differ = conditional
            .made_from()
            .into_iter()
            .any(|e| self.network.expressions[e].axes.contains(&last));
        let unknown = conditional.made_from().into_iter().any(|e| !self.network.known_from_data(e));
        if differ && unknown {
            return self.report(error::ordered_constant(&entry.name, entry.span));
        }
        if differ {
            // A constant that depends on no unknown: it is left out.
            return Ok(none);
        }
        let event = self.axis(last);
        let size = self.builder.program.axes[event].size as f64;
        let axes = self.variable_axes(variable);
        let copies = self.builder.program.extent(&axes) as f64 / size.max(1.0);
        Ok(self.builder.constant(copies * crate::math::gamma::lgamma(size + 1.0)))
    }
}
