//! The clauses of a distribution, made from those of its families.

use super::{Distribution, Elaborated, Elaborator, Kind, Parts};
use crate::base::Span;
use crate::builtins::Builtin;
use crate::network::error;
use crate::network::ir::{Bounds, ExprId, ExprKind, Reduction, Scalar, Support};
use std::f64::consts::LN_2;

impl<'a> Elaborator<'a> {
    /// The log density at a value within the support.
    pub(in crate::network::elaborate) fn log_density_at(
        &mut self,
        of: &Distribution<'a>,
        value: ExprId,
        span: Span,
    ) -> Elaborated<ExprId> {
        match &of.kind {
            Kind::Family(instance) => match self.clause_at(instance, "log_density", value)? {
                Some(log_density) => Ok(log_density),
                None => self.report(error::missing_log_density(&of.name, span)),
            },
            Kind::Truncated(inner, bounds) => {
                let log_density = self.log_density_at(inner, value, span)?;
                let whole = self.log_probability(inner, *bounds, of.span)?;
                Ok(self.builtin(Builtin::Subtract, &[log_density, whole], of.span))
            }
            Kind::Censored(inner, censoring) => {
                self.censored_density(inner, *censoring, value, of.span)
            }
            Kind::Mixture(parts) => self.mixture_density(of, parts, value),
            Kind::Zero => Ok(self.number(0.0, span)),
        }
    }

    /// The log density of a mixture. A mass at 0 and a density there do not add up: where a part
    /// has a mass at 0, continuous parts contribute nothing there.
    fn mixture_density(
        &mut self,
        of: &Distribution<'a>,
        parts: &Parts<'a>,
        value: ExprId,
    ) -> Elaborated<ExprId> {
        let span = of.span;
        let has_zero = of.parts().iter().any(|part| matches!(part.kind, Kind::Zero));
        if !has_zero && !of.has_atom() {
            return self.mixed(parts, span, |this, part| {
                this.density_anywhere(part, &of.support, value, span).map(Some)
            });
        }
        let zero = self.number(0.0, span);
        let at_zero = self.mixed(parts, span, |this, part| {
            let counts = part.is_discrete() || part.has_atom();
            if counts && !this.starts_above_zero(part) {
                this.density_anywhere(part, &of.support, zero, span).map(Some)
            } else {
                Ok(None)
            }
        })?;
        let elsewhere = self.mixed(parts, span, |this, part| match part.kind {
            Kind::Zero => Ok(None),
            Kind::Family(_) | Kind::Truncated(..) | Kind::Censored(..) | Kind::Mixture(_) => {
                this.density_anywhere(part, &of.support, value, span).map(Some)
            }
        })?;
        let is_zero = self.compare(Builtin::Equal, value, zero, span);
        Ok(self.choose(is_zero, at_zero, elsewhere, span))
    }

    fn starts_above_zero(&self, part: &Distribution<'a>) -> bool {
        let (Support::Real(bounds) | Support::Integer(bounds)) = part.support else { return false };
        bounds.lower.and_then(|lower| self.settled(lower)).is_some_and(|lower| lower > 0.0)
    }

    /// The log density of a part at a value within the support of the whole.
    fn density_anywhere(
        &mut self,
        part: &Distribution<'a>,
        whole: &Support,
        value: ExprId,
        span: Span,
    ) -> Elaborated<ExprId> {
        let log_density = self.log_density_at(part, value, span)?;
        let mut own = part.support.clone();
        if let (
            Support::Real(own) | Support::Integer(own),
            Support::Real(whole) | Support::Integer(whole),
        ) = (&mut own, whole)
        {
            let new = |own: Option<ExprId>, whole: Option<ExprId>| {
                own.filter(|&b| !whole.is_some_and(|w| self.same(b, w)))
            };
            *own =
                Bounds { lower: new(own.lower, whole.lower), upper: new(own.upper, whole.upper) };
        }
        let conditions = self.bounds_of_value(&own, value, span);
        Ok(self.where_all(conditions, log_density, f64::NEG_INFINITY, span))
    }

    /// The log of the probability that a value is within `bounds`, inclusive; they are whole
    /// numbers where the distribution is discrete.
    pub(in crate::network::elaborate) fn log_probability(
        &mut self,
        of: &Distribution<'a>,
        bounds: Bounds,
        span: Span,
    ) -> Elaborated<ExprId> {
        if of.is_discrete()
            && let (Some(lower), None) = (bounds.lower, bounds.upper)
            && self.is_all_but_zero(of, lower)
        {
            let zero = self.number(0.0, span);
            let at_zero = self.log_density_at(of, zero, span)?;
            return Ok(self.builtin(Builtin::Log1mExp, &[at_zero], span));
        }
        let after = bounds
            .lower
            .map(|lower| if of.is_discrete() { self.minus_one(lower, span) } else { lower });
        self.log_between(of, after, bounds.upper, span)
    }

    /// Whether a lower bound excludes nothing but zero: that needs no distribution function.
    fn is_all_but_zero(&self, of: &Distribution<'a>, lower: ExprId) -> bool {
        let Support::Integer(own) = of.support else { return false };
        self.settled(lower) == Some(1.0) && own.lower.and_then(|own| self.settled(own)) == Some(0.0)
    }

    /// log P(after < X ≤ upto), from the smaller tail, so that nothing cancels far out.
    pub(super) fn log_between(
        &mut self,
        of: &Distribution<'a>,
        after: Option<ExprId>,
        upto: Option<ExprId>,
        span: Span,
    ) -> Elaborated<ExprId> {
        match (after, upto) {
            (None, None) => Ok(self.number(0.0, span)),
            (Some(after), None) => self.log_ccdf(of, after, span),
            (None, Some(upto)) => self.log_cdf(of, upto, span),
            (Some(after), Some(upto)) => {
                let (high, low) = (self.log_cdf(of, upto, span)?, self.log_cdf(of, after, span)?);
                let (more, rest) =
                    (self.log_ccdf(of, after, span)?, self.log_ccdf(of, upto, span)?);
                let half = self.number(-LN_2, span);
                let is_left = self.compare(Builtin::Less, low, half, span);
                let from_left = self.builtin(Builtin::LogDiffExp, &[high, low], span);
                let from_right = self.builtin(Builtin::LogDiffExp, &[more, rest], span);
                Ok(self.choose(is_left, from_left, from_right, span))
            }
        }
    }

    /// log P(X ≤ value), for any `value`.
    pub(in crate::network::elaborate) fn log_cdf(
        &mut self,
        of: &Distribution<'a>,
        value: ExprId,
        span: Span,
    ) -> Elaborated<ExprId> {
        let value = self.argument_of("log_cdf", &of.support, value, span);
        let inside = match &of.kind {
            Kind::Family(instance) => self.family_log_cdf(instance, value, span)?,
            Kind::Truncated(inner, bounds) => {
                let after = bounds.lower.map(|lower| {
                    if of.is_discrete() { self.minus_one(lower, span) } else { lower }
                });
                let part = self.log_between(inner, after, Some(value), span)?;
                self.of_whole(inner, *bounds, part, span)?
            }
            Kind::Censored(..) => return self.report(error::no_clause(&of.name, "cdf", of.span)),
            Kind::Mixture(parts) => {
                self.mixed(parts, span, |this, part| this.log_cdf(part, value, span).map(Some))?
            }
            Kind::Zero => return Ok(self.step_at_zero(value, [f64::NEG_INFINITY, 0.0], span)),
        };
        Ok(self.with_ends("log_cdf", of, value, inside, span))
    }

    /// log P(X > value), for any `value`.
    pub(in crate::network::elaborate) fn log_ccdf(
        &mut self,
        of: &Distribution<'a>,
        value: ExprId,
        span: Span,
    ) -> Elaborated<ExprId> {
        let value = self.argument_of("log_ccdf", &of.support, value, span);
        let inside = match &of.kind {
            Kind::Family(instance) => self.family_log_ccdf(instance, value, span)?,
            Kind::Truncated(inner, bounds) => {
                let part = self.log_between(inner, Some(value), bounds.upper, span)?;
                self.of_whole(inner, *bounds, part, span)?
            }
            Kind::Censored(..) => return self.report(error::no_clause(&of.name, "cdf", of.span)),
            Kind::Mixture(parts) => {
                self.mixed(parts, span, |this, part| this.log_ccdf(part, value, span).map(Some))?
            }
            Kind::Zero => return Ok(self.step_at_zero(value, [0.0, f64::NEG_INFINITY], span)),
        };
        Ok(self.with_ends("log_ccdf", of, value, inside, span))
    }

    /// The log probability of a part of what truncation leaves.
    fn of_whole(
        &mut self,
        inner: &Distribution<'a>,
        bounds: Bounds,
        part: ExprId,
        span: Span,
    ) -> Elaborated<ExprId> {
        let whole = self.log_probability(inner, bounds, span)?;
        Ok(self.builtin(Builtin::Subtract, &[part, whole], span))
    }

    /// The first number below 0, the second from 0 on.
    fn step_at_zero(&mut self, value: ExprId, [below, above]: [f64; 2], span: Span) -> ExprId {
        let zero = self.number(0.0, span);
        let negative = self.compare(Builtin::Less, value, zero, span);
        let (below, above) = (self.number(below, span), self.number(above, span));
        self.choose(negative, below, above, span)
    }

    /// The distribution function at a value within the support.
    pub(in crate::network::elaborate) fn cdf_at(
        &mut self,
        of: &Distribution<'a>,
        value: ExprId,
        span: Span,
    ) -> Elaborated<ExprId> {
        if let Kind::Family(instance) = &of.kind {
            return match self.clause_at(instance, "cdf", value)? {
                Some(cdf) => Ok(cdf),
                None => self.report(error::no_clause(&of.name, "cdf", of.span)),
            };
        }
        let log_cdf = self.log_cdf(of, value, span)?;
        Ok(self.builtin(Builtin::Exp, &[log_cdf], span))
    }

    /// The quantile, if it has a closed form.
    pub(in crate::network::elaborate) fn quantile_at(
        &mut self,
        of: &Distribution<'a>,
        p: ExprId,
        span: Span,
    ) -> Elaborated<Option<ExprId>> {
        match &of.kind {
            Kind::Family(instance) => self.clause_at(instance, "quantile", p),
            Kind::Truncated(inner, bounds) => {
                let deviate = self.builtin(Builtin::InvPhi, &[p], span);
                self.truncated_value(inner, *bounds, deviate, span)
            }
            Kind::Censored(..) | Kind::Mixture(_) => Ok(None),
            Kind::Zero => Ok(Some(self.number(0.0, span))),
        }
    }

    /// `mean` or `variance`, if it has a closed form.
    pub(in crate::network::elaborate) fn moment_at(
        &mut self,
        of: &Distribution<'a>,
        name: &str,
    ) -> Elaborated<Option<ExprId>> {
        match &of.kind {
            Kind::Family(instance) => self.moment_of(instance, name),
            Kind::Truncated(inner, bounds) => self.truncated_moment(inner, *bounds, name, of.span),
            Kind::Censored(..) => Ok(None),
            Kind::Mixture(parts) => self.mixture_moment(parts, name, of.span),
            Kind::Zero => Ok(Some(self.number(0.0, of.span))),
        }
    }

    /// A count without its zeros has mean E/(1 − P(0)); other truncated moments have no closed
    /// form.
    fn truncated_moment(
        &mut self,
        inner: &Distribution<'a>,
        bounds: Bounds,
        name: &str,
        span: Span,
    ) -> Elaborated<Option<ExprId>> {
        if bounds == Bounds::default() {
            return self.moment_at(inner, name);
        }
        let all_but_zero = bounds.upper.is_none()
            && bounds.lower.is_some_and(|lower| self.is_all_but_zero(inner, lower));
        if name != "mean" || !all_but_zero {
            return Ok(None);
        }
        let Some(mean) = self.moment_at(inner, name)? else { return Ok(None) };
        let log = self.log_probability(inner, bounds, span)?;
        let share = self.builtin(Builtin::Exp, &[log], span);
        Ok(Some(self.builtin(Builtin::Divide, &[mean, share], span)))
    }

    /// Σ weight·mean, or Σ weight·(variance + mean²) minus the square of the mean.
    fn mixture_moment(
        &mut self,
        parts: &Parts<'a>,
        name: &str,
        span: Span,
    ) -> Elaborated<Option<ExprId>> {
        let Some(mean) = self.weighted(parts, span, |this, part| this.moment_at(part, "mean"))?
        else {
            return Ok(None);
        };
        if name == "mean" {
            return Ok(Some(mean));
        }
        let squares = self.weighted(parts, span, |this, part| {
            let (Some(mean), Some(variance)) =
                (this.moment_at(part, "mean")?, this.moment_at(part, "variance")?)
            else {
                return Ok(None);
            };
            let square = this.builtin(Builtin::Multiply, &[mean, mean], span);
            Ok(Some(this.builtin(Builtin::Add, &[variance, square], span)))
        })?;
        let Some(squares) = squares else { return Ok(None) };
        let square = self.builtin(Builtin::Multiply, &[mean, mean], span);
        Ok(Some(self.builtin(Builtin::Subtract, &[squares, square], span)))
    }

    /// Σ weight·`of`(part).
    fn weighted(
        &mut self,
        parts: &Parts<'a>,
        span: Span,
        mut of: impl FnMut(&mut Self, &Distribution<'a>) -> Elaborated<Option<ExprId>>,
    ) -> Elaborated<Option<ExprId>> {
        match parts {
            Parts::Along(axis, weight, part) => {
                let Some(value) = of(self, part)? else { return Ok(None) };
                let term = self.builtin(Builtin::Multiply, &[weight.value, value], span);
                Ok(Some(self.reduced(Reduction::Sum, &[*axis], term, span)))
            }
            Parts::Listed(listed) => {
                let mut total = self.number(0.0, span);
                for (weight, part) in listed {
                    let Some(value) = of(self, part)? else { return Ok(None) };
                    let term = self.builtin(Builtin::Multiply, &[weight.value, value], span);
                    total = self.builtin(Builtin::Add, &[total, term], span);
                }
                Ok(Some(total))
            }
        }
    }

    /// A whole number minus one.
    pub(in crate::network::elaborate) fn minus_one(&mut self, value: ExprId, span: Span) -> ExprId {
        if let Some(number) = self.settled(value) {
            return self.number(number - 1.0, span);
        }
        let one = self.number(1.0, span);
        let scalar =
            if self.scalar(value) == Scalar::Real { Scalar::Real } else { Scalar::Integer };
        self.push(ExprKind::Call(Builtin::Subtract, vec![value, one]), &[value, one], scalar, span)
    }
}
