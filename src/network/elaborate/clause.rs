//! `log_density(D, x)`, `cdf(D, x)`, `quantile(D, p)`, `mean(D)`, ...: a family's clause as an expression.

use super::family::Instance;
use super::prove::Claim;
use super::{Elaborated, Elaborator, Scope};
use crate::base::Span;
use crate::builtins::Builtin;
use crate::network::error;
use crate::network::ir::{Event, ExprId, ExprKind, Scalar, Support, VariableId};
use crate::syntax::tree::{Argument, Expression, ExpressionKind};

/// Forms of a distribution and a value.
pub const OF_VALUE: [&str; 5] = ["log_density", "cdf", "log_cdf", "log_ccdf", "quantile"];

impl<'a> Elaborator<'a> {
    /// Whether `mean(...)` or `variance(...)` is that of a distribution.
    pub(super) fn is_moment(&self, name: &str, arguments: &[Argument]) -> bool {
        let [Argument { name: None, value }] = arguments else { return false };
        let ExpressionKind::Call(family, _) = &value.kind else { return false };
        matches!(name, "mean" | "variance") && !self.functions.contains_key(&family.text) && self.is_family(&family.text)
    }

    /// Of a vector that adds up to 0, its elements alike: the log density of the sum of so many independent ones, at 0.
    pub(super) fn log_of_sum(&mut self, variable: VariableId, instance: &Instance<'a>) -> Elaborated<Option<ExprId>> {
        let entry = &self.network.variables[variable];
        let (Event::SumToZero, Some(&axis)) = (entry.event, entry.axes.last()) else { return Ok(None) };
        let alike = instance.arguments.iter().all(|(_, value)| !self.network.expressions[*value].axes.contains(&axis));
        if !alike || instance.multivariate() {
            return Ok(None);
        }
        let plate = self.network.plate_of(axis);
        let size = self.push(ExprKind::Size(plate), &[], Scalar::Integer, instance.span);
        self.clause_at(instance, "log_density_of_sum", size)
    }

    /// `mean(D)`, `variance(D)`.
    pub(super) fn moment_form(&mut self, name: &str, distribution: &Expression, scope: &Scope) -> Elaborated<ExprId> {
        let instance = self.distribution(distribution, &[], scope)?;
        match self.moment_of(&instance, name)? {
            Some(moment) => Ok(moment),
            None => self.report(error::no_clause(&instance.name(), name, distribution.span)),
        }
    }

    /// `log_density(D, x)` and the like. Outside the support the density is 0 and the distribution function 0 or 1.
    pub(super) fn value_form(
        &mut self,
        name: &str,
        distribution: &Expression,
        value: &Expression,
        span: Span,
        scope: &Scope,
    ) -> Elaborated<ExprId> {
        let value = self.expression(value, scope)?;
        let event = self.event_axes(value, scope);
        let instance = self.distribution(distribution, &event, scope)?;
        let support = self.support_of(&instance)?;
        let value = self.argument_of(name, &support, value, span);
        let inside = match (name, self.clause_at(&instance, name, value)?) {
            (_, Some(clause)) => clause,
            ("log_density", None) => return self.report(error::missing_log_density(&instance.name(), span)),
            ("log_cdf", None) => self.log_cdf(&instance, value, span)?,
            ("log_ccdf", None) => self.log_ccdf(&instance, value, span)?,
            (_, None) => return self.report(error::no_clause(&instance.name(), name, distribution.span)),
        };
        let required = self.parameter_requirements(&instance)?;
        if name == "quantile" || instance.multivariate() {
            return Ok(inside);
        }
        if name == "log_density" {
            let within = required.into_iter().chain(self.within(&support, value, span)).collect();
            return Ok(self.where_all(within, inside, f64::NEG_INFINITY, span));
        }
        Ok(self.with_ends(name, &support, value, inside, span))
    }

    /// Between whole numbers a distribution function is that of the lower one.
    fn argument_of(&mut self, name: &str, support: &Support, value: ExprId, span: Span) -> ExprId {
        let distribution_function = matches!(name, "cdf" | "log_cdf" | "log_ccdf");
        if distribution_function && matches!(support, Support::Integer(_)) && self.scalar(value) == Scalar::Real {
            return self.push(ExprKind::Call(Builtin::Floor, vec![value]), &[value], Scalar::Integer, span);
        }
        value
    }

    fn distribution(&mut self, tree: &Expression, event: &[crate::network::ir::AxisId], scope: &Scope) -> Elaborated<Instance<'a>> {
        let ExpressionKind::Call(name, arguments) = &tree.kind else {
            return self.report(error::not_a_distribution(tree.span));
        };
        self.instance(name, arguments, event, tree.span, scope)
    }

    /// What must hold for a value to lie in a support, apart from what certainly does.
    fn within(&mut self, support: &Support, value: ExprId, span: Span) -> Vec<ExprId> {
        let (Support::Real(bounds) | Support::Integer(bounds)) = *support else { return Vec::new() };
        let mut conditions = Vec::new();
        if matches!(support, Support::Integer(_)) && self.scalar(value) == Scalar::Real {
            let whole = self.builtin(Builtin::Floor, &[value], span);
            conditions.push(self.compare(Builtin::Equal, whole, value, span));
        }
        if let Some(lower) = bounds.lower
            && !(self.constant(lower) == Some(0.0) && self.proves(value, Claim::NonNegative))
        {
            conditions.push(self.compare(Builtin::GreaterEqual, value, lower, span));
        }
        if let Some(upper) = bounds.upper {
            conditions.push(self.compare(Builtin::LessEqual, value, upper, span));
        }
        conditions
    }

    /// `value` where all conditions hold, else `otherwise`.
    fn where_all(&mut self, conditions: Vec<ExprId>, value: ExprId, otherwise: f64, span: Span) -> ExprId {
        let Some(condition) = conditions.into_iter().reduce(|a, b| self.compare(Builtin::And, a, b, span)) else { return value };
        let otherwise = self.number(otherwise, span);
        self.choose(condition, value, otherwise, span)
    }

    fn choose(&mut self, condition: ExprId, then: ExprId, otherwise: ExprId, span: Span) -> ExprId {
        self.push(ExprKind::If(condition, then, otherwise), &[condition, then, otherwise], Scalar::Real, span)
    }

    /// A distribution function with its values below and above the support.
    fn with_ends(&mut self, name: &str, support: &Support, value: ExprId, inside: ExprId, span: Span) -> ExprId {
        let (Support::Real(bounds) | Support::Integer(bounds)) = *support else { return inside };
        let (below, above) = match name {
            "cdf" => (0.0, 1.0),
            "log_cdf" => (f64::NEG_INFINITY, 0.0),
            _ => (0.0, f64::NEG_INFINITY),
        };
        let mut result = inside;
        if let Some(upper) = bounds.upper {
            let reached = self.compare(Builtin::GreaterEqual, value, upper, span);
            let above = self.number(above, span);
            result = self.choose(reached, above, result, span);
        }
        if let Some(lower) = bounds.lower {
            let before = if matches!(support, Support::Integer(_)) { Builtin::Less } else { Builtin::LessEqual };
            let before = self.compare(before, value, lower, span);
            let below = self.number(below, span);
            result = self.choose(before, below, result, span);
        }
        result
    }
}
