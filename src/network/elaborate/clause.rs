//! `log_density(D, x)`, `cdf(D, x)`, `quantile(D, p)`, `mean(D)`, ...: a family's clause as an
//! expression.

use super::combinator::Distribution;
use super::family::Instance;
use super::{Elaborated, Elaborator, Scope};
use crate::base::Span;
use crate::builtins::Builtin;
use crate::network::error;
use crate::network::ir::{Event, ExprId, ExprKind, Scalar, Support, VariableId};
use crate::network::prove::Claim;
use crate::syntax::tree::{Argument, Expression, ExpressionKind};

/// Forms that take a distribution and a value.
pub const OF_VALUE: [&str; 5] = ["log_density", "cdf", "log_cdf", "log_ccdf", "quantile"];

impl<'a> Elaborator<'a> {
    /// Whether `mean(...)` or `variance(...)` is applied to a distribution.
    pub(super) fn is_moment(&self, name: &str, arguments: &[Argument]) -> bool {
        let [Argument { name: None, value }] = arguments else { return false };
        let ExpressionKind::Call(family, _) = &value.kind else { return false };
        matches!(name, "mean" | "variance")
            && !self.functions.contains_key(&family.text)
            && self.is_family(&family.text)
    }

    /// For a vector that sums to 0, with identically distributed elements: the log density at 0 of
    /// the sum of that many independent elements.
    pub(super) fn log_of_sum(
        &mut self,
        variable: VariableId,
        instance: &Instance<'a>,
    ) -> Elaborated<Option<ExprId>> {
        let entry = &self.network.variables[variable];
        let (Event::SumToZero, Some(&axis)) = (entry.event, entry.axes.last()) else {
            return Ok(None);
        };
        let alike = instance
            .arguments
            .iter()
            .all(|(_, value)| !self.network.expressions[*value].axes.contains(&axis));
        if !alike || instance.multivariate() {
            return Ok(None);
        }
        let plate = self.network.plate_of(axis);
        let size = self.push(ExprKind::Size(plate), &[], Scalar::Integer, instance.span);
        self.clause_at(instance, "log_density_of_sum", size)
    }

    /// `mean(D)`, `variance(D)`.
    pub(super) fn moment_form(
        &mut self,
        name: &str,
        distribution: &Expression,
        scope: &Scope,
    ) -> Elaborated<ExprId> {
        let of = self.distribution(distribution, &[], scope)?;
        match self.moment_at(&of, name)? {
            Some(moment) => Ok(moment),
            None => self.report(error::no_clause(&of.name, name, distribution.span)),
        }
    }

    /// `log_density(D, x)` and the like. Outside the support the density is 0 and the distribution
    /// function 0 or 1.
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
        let of = self.distribution(distribution, &event, scope)?;
        let required = self.requirements_of(&of)?;
        match name {
            "log_density" => {
                let inside = self.log_density_at(&of, value, span)?;
                if of.multivariate() {
                    return Ok(inside);
                }
                let within =
                    required.into_iter().chain(self.within(&of.support, value, span)).collect();
                Ok(self.where_all(within, inside, f64::NEG_INFINITY, span))
            }
            "log_cdf" => self.log_cdf(&of, value, span),
            "log_ccdf" => self.log_ccdf(&of, value, span),
            "cdf" => {
                let value = self.argument_of(name, &of.support, value, span);
                let inside = self.cdf_at(&of, value, span)?;
                Ok(self.with_ends(name, &of, value, inside, span))
            }
            _ => match self.quantile_at(&of, value, span)? {
                Some(quantile) => Ok(quantile),
                None => self.report(error::no_clause(&of.name, name, distribution.span)),
            },
        }
    }

    /// Between whole numbers a distribution function has the value at the lower one.
    pub(super) fn argument_of(
        &mut self,
        name: &str,
        support: &Support,
        value: ExprId,
        span: Span,
    ) -> ExprId {
        let distribution_function = matches!(name, "cdf" | "log_cdf" | "log_ccdf");
        if distribution_function
            && matches!(support, Support::Integer(_))
            && self.scalar(value) == Scalar::Real
        {
            return self.push(
                ExprKind::Call(Builtin::Floor, vec![value]),
                &[value],
                Scalar::Integer,
                span,
            );
        }
        value
    }

    /// The conditions for a value to be in a support, except those that certainly hold.
    fn within(&mut self, support: &Support, value: ExprId, span: Span) -> Vec<ExprId> {
        let mut conditions = Vec::new();
        if matches!(support, Support::Integer(_)) && self.scalar(value) == Scalar::Real {
            let whole = self.builtin(Builtin::Floor, &[value], span);
            conditions.push(self.compare(Builtin::Equal, whole, value, span));
        }
        conditions.extend(self.bounds_of_value(support, value, span));
        conditions
    }

    /// The conditions for a value to be within the bounds of a support, except those that certainly
    /// hold.
    pub(super) fn bounds_of_value(
        &mut self,
        support: &Support,
        value: ExprId,
        span: Span,
    ) -> Vec<ExprId> {
        let (Support::Real(bounds) | Support::Integer(bounds)) = *support else {
            return Vec::new();
        };
        let number = self.settled(value);
        let mut conditions = Vec::new();
        if let Some(lower) = bounds.lower
            && !(self.constant(lower) == Some(0.0) && self.proves(value, Claim::NonNegative))
            && !number.zip(self.settled(lower)).is_some_and(|(value, lower)| value >= lower)
        {
            conditions.push(self.compare(Builtin::GreaterEqual, value, lower, span));
        }
        if let Some(upper) = bounds.upper
            && !number.zip(self.settled(upper)).is_some_and(|(value, upper)| value <= upper)
        {
            conditions.push(self.compare(Builtin::LessEqual, value, upper, span));
        }
        conditions
    }

    /// `value` where all conditions hold, otherwise `otherwise`.
    pub(super) fn where_all(
        &mut self,
        conditions: Vec<ExprId>,
        value: ExprId,
        otherwise: f64,
        span: Span,
    ) -> ExprId {
        let Some(condition) =
            conditions.into_iter().reduce(|a, b| self.compare(Builtin::And, a, b, span))
        else {
            return value;
        };
        let otherwise = self.number(otherwise, span);
        self.choose(condition, value, otherwise, span)
    }

    pub(super) fn choose(
        &mut self,
        condition: ExprId,
        then: ExprId,
        otherwise: ExprId,
        span: Span,
    ) -> ExprId {
        self.push(
            ExprKind::If(condition, then, otherwise),
            &[condition, then, otherwise],
            Scalar::Real,
            span,
        )
    }

    /// A distribution function extended below and above the support, where the value may be there.
    pub(super) fn with_ends(
        &mut self,
        name: &str,
        of: &Distribution<'a>,
        value: ExprId,
        inside: ExprId,
        span: Span,
    ) -> ExprId {
        let (Support::Real(bounds) | Support::Integer(bounds)) = of.support else { return inside };
        let (below, above) = match name {
            "cdf" => (0.0, 1.0),
            "log_cdf" => (f64::NEG_INFINITY, 0.0),
            _ => (0.0, f64::NEG_INFINITY),
        };
        let number = self.settled(value);
        let certain = |this: &Self, bound: ExprId, inside: fn(f64, f64) -> bool| {
            number.zip(this.settled(bound)).is_some_and(|(value, bound)| inside(value, bound))
        };
        let mut result = inside;
        if let Some(upper) = bounds.upper
            && !certain(self, upper, |value, upper| value < upper)
        {
            let reached = self.compare(Builtin::GreaterEqual, value, upper, span);
            let above = self.number(above, span);
            result = self.choose(reached, above, result, span);
        }
        // Whether the lower bound itself has positive probability.
        let reached = of.is_discrete() || of.has_atom();
        if let Some(lower) = bounds.lower
            && !certain(
                self,
                lower,
                if reached { |value, lower| value >= lower } else { |value, lower| value > lower },
            )
        {
            let before = self.compare(
                if reached { Builtin::Less } else { Builtin::LessEqual },
                value,
                lower,
                span,
            );
            let below = self.number(below, span);
            result = self.choose(before, below, result, span);
        }
        result
    }
}
