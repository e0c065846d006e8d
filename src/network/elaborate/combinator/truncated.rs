//! `Truncated(D, lower, upper)`: D given that its value is within bounds, inclusive.

use super::{Distribution, Elaborated, Elaborator, Given, Kind, Scope, number_argument};
use crate::base::Span;
use crate::builtins::Builtin;
use crate::network::error;
use crate::network::ir::{Argument, Bounds, ExprId, ExprKind, Scalar, Support};
use crate::syntax::tree;

/// Bounds as written.
pub(super) struct Limits {
    pub bounds: Bounds,
    pub arguments: Vec<Argument>,
}

impl<'a> Elaborator<'a> {
    pub(super) fn truncated(&mut self, given: &Given) -> Elaborated<Distribution<'a>> {
        let Given { name, arguments, event, span, scope } = *given;
        let [first, rest @ ..] = arguments else {
            return self.report(error::argument_count(
                "Truncated",
                "a distribution, a lower and an upper bound",
                0,
                span,
            ));
        };
        let of = self.part(&name.text, first, event, scope)?;
        let limits = self.limits(&name.text, rest, arguments.len(), span, scope)?;
        self.check_cut(&name.text, &of, span)?;
        if let Some(censored) = of.censored() {
            return self.report(error::outer_censoring(
                "Truncated",
                "Censored(Truncated(...), ...)",
                censored,
                span,
            ));
        }
        let arguments = std::iter::once(of.as_argument()).chain(limits.arguments).collect();
        self.within_bounds(of, limits.bounds, name.text.clone(), arguments, span)
    }

    /// A distribution restricted to bounds.
    pub(super) fn within_bounds(
        &mut self,
        of: Distribution<'a>,
        asked: Bounds,
        name: String,
        arguments: Vec<Argument>,
        span: Span,
    ) -> Elaborated<Distribution<'a>> {
        let asked = if of.is_discrete() { self.whole(asked, span) } else { asked };
        let (Support::Real(own) | Support::Integer(own)) = of.support else {
            return self.report(error::not_a_quantity(&name, &of.name, of.span));
        };
        let bounds = Bounds {
            lower: self.narrower(own.lower, asked.lower, true),
            upper: self.narrower(own.upper, asked.upper, false),
        };
        let all = self.tightened(own, bounds, span);
        self.check_range(all, &of, span)?;
        let support = if of.is_discrete() { Support::Integer(all) } else { Support::Real(all) };
        let kind = match of.kind {
            Kind::Truncated(inner, first) => {
                Kind::Truncated(inner, self.tightened(first, bounds, span))
            }
            Kind::Family(_) | Kind::Censored(..) | Kind::Mixture(_) | Kind::Zero => {
                Kind::Truncated(Box::new(of), bounds)
            }
        };
        Ok(Distribution { kind, name, arguments, support, span })
    }

    /// The bounds after a distribution: both, or one by its name. Infinite ones are none.
    pub(super) fn limits(
        &mut self,
        combinator: &str,
        arguments: &[tree::Argument],
        count: usize,
        span: Span,
        scope: &Scope,
    ) -> Elaborated<Limits> {
        let parameters = ["lower".to_owned(), "upper".to_owned()];
        let mut values = [None, None];
        let mut shown = Vec::new();
        for (position, argument) in arguments.iter().enumerate() {
            let slot = match &argument.name {
                Some(name) => match parameters.iter().position(|p| *p == name.text) {
                    Some(slot) => slot,
                    None => {
                        return self.report(error::unknown_argument(
                            combinator,
                            &name.text,
                            name.span,
                            &parameters,
                            None,
                        ));
                    }
                },
                None => position,
            };
            let value = self.expression(&argument.value, scope)?;
            match values.get_mut(slot) {
                Some(entry @ None) => *entry = Some(value),
                Some(Some(_)) => {
                    return self
                        .report(error::argument_twice(&parameters[slot], argument.value.span));
                }
                None => return self.report(error::limits_expected(combinator, count, span)),
            }
            shown.push(number_argument(argument, value));
        }
        if arguments.is_empty() || (arguments.len() == 1 && arguments[0].name.is_none()) {
            return self.report(error::limits_expected(combinator, count, span));
        }
        let [lower, upper] = values;
        let open = |this: &Self, value: Option<ExprId>, end: f64| {
            value.filter(|&v| this.constant(v) != Some(end))
        };
        let bounds = Bounds {
            lower: open(self, lower, f64::NEG_INFINITY),
            upper: open(self, upper, f64::INFINITY),
        };
        Ok(Limits { bounds, arguments: shown })
    }

    /// Truncation requires a single number with a distribution function.
    pub(super) fn check_cut(
        &mut self,
        combinator: &str,
        of: &Distribution<'a>,
        span: Span,
    ) -> Elaborated<()> {
        if of.multivariate() {
            return self.report(error::no_cdf(&of.name, of.span, span));
        }
        match of.support {
            Support::Real(_) | Support::Integer(_) => Ok(()),
            Support::Bool | Support::Index(_) => {
                self.report(error::not_a_quantity(combinator, &of.name, of.span))
            }
        }
    }

    /// Both bounds, if there are two.
    pub(in crate::network::elaborate) fn tightened(
        &mut self,
        first: Bounds,
        second: Bounds,
        span: Span,
    ) -> Bounds {
        Bounds {
            lower: self.tighter(first.lower, second.lower, Builtin::Max, span),
            upper: self.tighter(first.upper, second.upper, Builtin::Min, span),
        }
    }

    fn tighter(
        &mut self,
        first: Option<ExprId>,
        second: Option<ExprId>,
        by: Builtin,
        span: Span,
    ) -> Option<ExprId> {
        let (Some(a), Some(b)) = (first, second) else { return first.or(second) };
        if self.same(a, b) {
            return first;
        }
        match (self.settled(a), self.settled(b)) {
            (Some(x), Some(y)) if by == Builtin::Max => Some(if y > x { b } else { a }),
            (Some(x), Some(y)) => Some(if y < x { b } else { a }),
            _ => {
                let scalar = self.arithmetic_kind(&[a, b]);
                Some(self.push(ExprKind::Call(by, vec![a, b]), &[a, b], scalar, span))
            }
        }
    }

    /// Bounds of whole numbers: the nearest whole numbers inside.
    fn whole(&mut self, bounds: Bounds, span: Span) -> Bounds {
        Bounds {
            lower: bounds.lower.map(|bound| self.rounded_up(bound, span)),
            upper: bounds.upper.map(|bound| self.floored(bound, span)),
        }
    }

    pub(super) fn rounded_up(&mut self, bound: ExprId, span: Span) -> ExprId {
        if self.scalar(bound) != Scalar::Real {
            return bound;
        }
        if let Some(value) = self.settled(bound) {
            return self.number(value.ceil(), span);
        }
        let opposite = self.builtin(Builtin::Negate, &[bound], span);
        let floor = self.floored(opposite, span);
        self.push(ExprKind::Call(Builtin::Negate, vec![floor]), &[floor], Scalar::Integer, span)
    }

    pub(super) fn floored(&mut self, bound: ExprId, span: Span) -> ExprId {
        if self.scalar(bound) != Scalar::Real {
            return bound;
        }
        match self.settled(bound) {
            Some(value) => self.number(value.floor(), span),
            None => self.push(
                ExprKind::Call(Builtin::Floor, vec![bound]),
                &[bound],
                Scalar::Integer,
                span,
            ),
        }
    }

    /// Bounds that are numbers must leave something between them.
    fn check_range(&mut self, bounds: Bounds, of: &Distribution<'a>, span: Span) -> Elaborated<()> {
        let value = |bound: Option<ExprId>| bound.and_then(|bound| self.settled(bound));
        let (Some(lower), Some(upper)) = (value(bounds.lower), value(bounds.upper)) else {
            return Ok(());
        };
        if lower < upper || (lower == upper && of.is_discrete()) {
            return Ok(());
        }
        let support = self.support_name(&of.support);
        self.report(error::empty_range(lower, upper, &of.name, &support, of.span, span))
    }
}
