//! What follows `~`: families, choices between them, `Given()`.

use super::family::Instance;
use super::types::Declared;
use super::{Elaborated, Elaborator, Local, Scope};
use crate::base::Span;
use crate::network::error;
use crate::network::ir::{Application, Bounds, Conditional, Event, ExprId, Role, Support, VariableId};
use crate::syntax::tree::{self, ExpressionKind};

/// Functions of distributions.
pub const COMBINATORS: [&str; 5] = ["Truncated", "Censored", "Mixture", "ZeroInflated", "Hurdle"];

impl<'a> Elaborator<'a> {
    #[expect(clippy::wildcard_enum_match_arm, reason = "asks for a few kinds; every other kind, also a new one, is the same answer")]
    pub(super) fn conditional(
        &mut self,
        variable: VariableId,
        tree: &tree::Expression,
        declared: Option<&Declared>,
        scope: &Scope,
    ) -> Elaborated<Conditional> {
        match &tree.kind {
            ExpressionKind::If(condition, then, otherwise) => {
                let condition = self.condition(condition, scope)?;
                self.check_fits(variable, condition)?;
                let then = Box::new(self.conditional(variable, then, declared, scope)?);
                let otherwise = Box::new(self.conditional(variable, otherwise, declared, scope)?);
                Ok(Conditional::If { condition, then, otherwise })
            }
            ExpressionKind::Where(body, bindings) => {
                let mut inner = scope.clone();
                for (name, value) in bindings {
                    let value = self.expression(value, &inner)?;
                    inner.locals.push((name.text.clone(), Local::Value(value)));
                }
                self.conditional(variable, body, declared, &inner)
            }
            ExpressionKind::Call(name, arguments) if name.text == "Given" && arguments.is_empty() => Ok(Conditional::Given(tree.span)),
            ExpressionKind::Call(name, _) if COMBINATORS.contains(&name.text.as_str()) => {
                self.report(error::not_supported(&format!("`{}`", name.text), name.span, ""))
            }
            ExpressionKind::Call(name, arguments) => {
                let application = self.application(variable, name, arguments, declared, tree.span, scope)?;
                Ok(Conditional::Family(Box::new(application)))
            }
            _ => self.report(error::not_a_distribution(tree.span)),
        }
    }

    fn application(
        &mut self,
        variable: VariableId,
        name: &tree::Name,
        arguments: &[tree::Argument],
        declared: Option<&Declared>,
        span: Span,
        scope: &Scope,
    ) -> Elaborated<Application> {
        let entry = &self.network.variables[variable];
        let event = entry.axes[entry.plates..].to_vec();
        let scope = &self.list_scope(name, arguments, declared, scope);
        let instance = self.instance(name, arguments, &event, span, scope)?;
        self.check_event(variable, &instance, declared)?;
        for (_, value) in instance.arguments.clone() {
            if !instance.multivariate() && !self.uses_own_axes(&instance, value) {
                self.check_fits(variable, value)?;
            }
        }
        let support = self.support_of(&instance)?;
        let narrower = self.settle_support(variable, &instance, &support, declared)?;
        let value = self.own_element(variable);
        let Some(log_density) = self.clause_at(&instance, "log_density", value)? else {
            return self.report(error::missing_log_density(&instance.name(), name.span));
        };
        self.check_fits(variable, log_density)?;
        let mut requirements = self.parameter_requirements(&instance)?;
        requirements.extend(self.value_requirements(variable, &support, value, span));
        let (log_normaliser, draw) = match (narrower, &support) {
            (None, _) => (None, self.draw_of(&instance)?),
            (Some((bounds, span)), Support::Real(_)) => {
                (Some(self.log_probability(&instance, bounds, span)?), self.truncated_draw(&instance, bounds, span)?)
            }
            (Some((bounds, span)), Support::Integer(_) | Support::Bool | Support::Index(_)) => {
                (Some(self.log_probability(&instance, bounds, span)?), None)
            }
        };
        Ok(Application {
            family: instance.name(),
            draw,
            mean: self.moment_of(&instance, "mean")?,
            log_of_sum: self.log_of_sum(variable, &instance)?,
            multivariate: instance.multivariate(),
            event: instance.event(),
            renamed: instance.renamed(),
            arguments: instance.arguments,
            support,
            log_density,
            log_normaliser,
            requirements,
            span,
        })
    }

    /// Where the value is an index, a list has an element for each of its values: those of the declared plate, else as many as are listed.
    fn list_scope(&mut self, name: &tree::Name, arguments: &[tree::Argument], declared: Option<&Declared>, scope: &Scope) -> Scope {
        let over_index = self.family(&name.text).is_some_and(|f| f.tree().axes.iter().any(|a| a.text == f.tree().over.name.text));
        let listed = arguments.iter().find_map(|a| listed(&a.value));
        let (true, Some(listed)) = (over_index, listed) else { return scope.clone() };
        let plate = match declared.map(|d| &d.support) {
            Some(Support::Index(plate)) => *plate,
            Some(Support::Real(_) | Support::Integer(_) | Support::Bool) | None => {
                self.numbered_plate(u32::try_from(listed).unwrap_or(u32::MAX), name.span)
            }
        };
        let axis = self.axis(plate, 0);
        scope.expecting(vec![axis])
    }

    /// A family over an event as a whole wants a variable that is one.
    fn check_event(&mut self, variable: VariableId, instance: &Instance<'a>, declared: Option<&Declared>) -> Elaborated<()> {
        if !instance.multivariate() {
            return Ok(());
        }
        let over = instance.family.tree().over.clone();
        let entry = &self.network.variables[variable];
        let (name, span, axes) = (entry.name.clone(), entry.span, entry.axes.len() - entry.plates);
        let text = self.sources.slice(over.span).to_owned();
        let Some(declared) = declared.filter(|_| axes == self.generic_axes(&over).len()) else {
            return self.report(error::needs_type(&name, &instance.name(), &text, span));
        };
        // A family over any vector is taken on condition of the type; one over simplexes has no density for other vectors.
        if instance.event() == Event::Free || instance.event() == declared.event {
            return Ok(());
        }
        let written = self.sources.slice(declared.span).to_owned();
        self.report(error::kind_mismatch(&name, &written, &instance.name(), &text, declared.span, instance.span))
    }

    /// Whether an argument has axes that the family is generic over: the family itself consumes them.
    fn uses_own_axes(&self, instance: &Instance<'a>, value: ExprId) -> bool {
        let plates: Vec<_> = instance.generics.iter().map(|(_, axis)| self.network.plate_of(*axis)).collect();
        self.network.expressions[value].axes.iter().any(|&a| plates.contains(&self.network.plate_of(a)))
    }

    /// The variable's support from type and family; the type's bounds where they truncate, with their place.
    fn settle_support(
        &mut self,
        variable: VariableId,
        instance: &Instance<'a>,
        support: &Support,
        declared: Option<&Declared>,
    ) -> Elaborated<Option<(Bounds, Span)>> {
        let Some(declared) = declared else {
            self.network.variables[variable].support = support.clone();
            return Ok(None);
        };
        self.check_kinds(variable, instance, support, declared)?;
        if !declared.event.has_coordinate_per_element() {
            // What the event as a whole must be holds its elements within bounds: these truncate nothing.
            return Ok(None);
        }
        let (Support::Real(own) | Support::Integer(own), Support::Real(asked) | Support::Integer(asked)) = (support, &declared.support)
        else {
            self.network.variables[variable].support = support.clone();
            return Ok(None);
        };
        let (own, asked) = (*own, *asked);
        let narrower = Bounds { lower: self.narrower(own.lower, asked.lower, true), upper: self.narrower(own.upper, asked.upper, false) };
        let bounds = Bounds { lower: narrower.lower.or(own.lower), upper: narrower.upper.or(own.upper) };
        self.network.variables[variable].support = match support {
            Support::Integer(_) => Support::Integer(bounds),
            Support::Real(_) | Support::Bool | Support::Index(_) => Support::Real(bounds),
        };
        if narrower == Bounds::default() {
            return Ok(None);
        }
        if self.network.variables[variable].role == Role::Observe {
            let name = self.network.variables[variable].name.clone();
            return self.report(error::narrower_observation(&name, &instance.name(), declared.span));
        }
        Ok(Some((narrower, declared.span)))
    }

    fn check_kinds(&mut self, variable: VariableId, instance: &Instance<'a>, support: &Support, declared: &Declared) -> Elaborated<()> {
        let discrete = |s: &Support| !matches!(s, Support::Real(_));
        if instance.multivariate() && declared.event == Event::Free {
            // A vector of whole numbers is a vector.
            return Ok(());
        }
        let fits = match (support, &declared.support) {
            (Support::Index(a), Support::Index(b)) => a == b,
            (Support::Index(_), _) | (_, Support::Index(_)) => false,
            (Support::Real(_) | Support::Integer(_) | Support::Bool, other) => discrete(support) == discrete(other),
        };
        if fits {
            return Ok(());
        }
        let name = self.network.variables[variable].name.clone();
        let text = self.sources.slice(declared.span).to_owned();
        let over = self.support_name(support);
        self.report(error::kind_mismatch(&name, &text, &instance.name(), &over, declared.span, instance.span))
    }
}

/// How many elements a list has, or a choice between lists.
#[expect(clippy::wildcard_enum_match_arm, reason = "asks for a few kinds; every other kind, also a new one, is the same answer")]
fn listed(tree: &tree::Expression) -> Option<usize> {
    match &tree.kind {
        ExpressionKind::List(elements) => Some(elements.len()),
        ExpressionKind::If(_, then, otherwise) => listed(then).or_else(|| listed(otherwise)),
        _ => None,
    }
}
