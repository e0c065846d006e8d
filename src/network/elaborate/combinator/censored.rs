//! `Censored(D, ...)`: some values are known only to be in a range, and contribute the probability
//! of that range.

use super::{Distribution, Elaborated, Elaborator, Given, Kind, Scope, number_argument};
use crate::base::{Span, diagnostic};
use crate::builtins::Builtin;
use crate::network::error;
use crate::network::ir::{Argument, Bounds, ExprId, ExprKind, Scalar, Support};
use crate::syntax::tree;

/// The parameters that say, row by row, what is known.
const BY_ROW: [&str; 3] = ["right", "left", "interval"];

/// Which values are known only to be in a range.
#[derive(Clone, Copy, Debug, Default)]
pub struct Censoring {
    /// Values at or beyond one of these limits.
    pub limits: Bounds,
    /// Where this holds, only that it is this value or more.
    right: Option<ExprId>,
    /// Where this holds, only that it is this value or less.
    left: Option<ExprId>,
    /// Only that it is between the value and this one; where both are equal, the value is known.
    interval: Option<ExprId>,
}

impl<'a> Elaborator<'a> {
    pub(super) fn censored(&mut self, given: &Given) -> Elaborated<Distribution<'a>> {
        let Given { name, arguments, event, span, scope } = *given;
        let [first, rest @ ..] = arguments else {
            return self.report(error::argument_count(
                "Censored",
                "a distribution, and what is known of its value",
                0,
                span,
            ));
        };
        let of = self.part(&name.text, first, event, scope)?;
        let by_row =
            rest.iter().any(|a| a.name.as_ref().is_some_and(|n| BY_ROW.contains(&n.text.as_str())));
        let (censoring, shown) = if by_row || rest.is_empty() {
            self.by_row(rest, span, scope)?
        } else {
            let limits = self.limits(&name.text, rest, arguments.len(), span, scope)?;
            (
                Censoring {
                    limits: self.censoring_limits(&of, limits.bounds, span)?,
                    ..Censoring::default()
                },
                limits.arguments,
            )
        };
        self.check_cut(&name.text, &of, span)?;
        if let Some(inner) = of.censored() {
            return self.report(error::outer_censoring(
                "Censored",
                "one `Censored(...)`",
                inner,
                span,
            ));
        }
        let arguments = std::iter::once(of.as_argument()).chain(shown).collect();
        let support = of.support.clone();
        Ok(Distribution {
            kind: Kind::Censored(Box::new(of), censoring),
            name: name.text.clone(),
            arguments,
            support,
            span,
        })
    }

    fn by_row(
        &mut self,
        arguments: &[tree::Argument],
        span: Span,
        scope: &Scope,
    ) -> Elaborated<(Censoring, Vec<Argument>)> {
        let mut censoring = Censoring::default();
        let mut shown = Vec::new();
        for argument in arguments {
            let Some(name) = &argument.name else {
                return self.report(error::censoring_mixed(argument.value.span));
            };
            let value = self.expression(&argument.value, scope)?;
            let slot = match name.text.as_str() {
                "right" => &mut censoring.right,
                "left" => &mut censoring.left,
                "interval" => &mut censoring.interval,
                "lower" | "upper" => {
                    return self.report(error::censoring_mixed(name.span.to(argument.value.span)));
                }
                _ => {
                    let near = diagnostic::nearest(&name.text, BY_ROW);
                    let parameters = BY_ROW.map(str::to_owned);
                    return self.report(error::unknown_argument(
                        "Censored",
                        &name.text,
                        name.span,
                        &parameters,
                        near,
                    ));
                }
            };
            if slot.replace(value).is_some() {
                return self
                    .report(error::argument_twice(&name.text, name.span.to(argument.value.span)));
            }
            if name.text != "interval" && self.scalar(value) != Scalar::Bool {
                return self.report(error::not_bool(
                    &format!("the flag `{}` of Censored", name.text),
                    argument.value.span,
                ));
            }
            shown.push(number_argument(argument, value));
        }
        if shown.is_empty() {
            return self.report(error::censoring_expected(span));
        }
        Ok((censoring, shown))
    }

    /// The limits that the support extends to; for whole numbers, rounded to the nearest ones
    /// inside.
    fn censoring_limits(
        &mut self,
        of: &Distribution<'a>,
        asked: Bounds,
        span: Span,
    ) -> Elaborated<Bounds> {
        let (Support::Real(own) | Support::Integer(own)) = of.support else { return Ok(asked) };
        let (lower, upper) = (
            self.narrower(own.lower, asked.lower, true),
            self.narrower(own.upper, asked.upper, false),
        );
        if let (Some(a), Some(b)) =
            (lower.and_then(|l| self.settled(l)), upper.and_then(|u| self.settled(u)))
            && a >= b
        {
            let support = self.support_name(&of.support);
            return self.report(error::empty_range(a, b, &of.name, &support, of.span, span));
        }
        if !of.is_discrete() {
            return Ok(Bounds { lower, upper });
        }
        let lower = lower.map(|lower| self.floored(lower, span));
        Ok(Bounds { lower, upper: upper.map(|upper| self.rounded_up(upper, span)) })
    }

    /// The log density at `value`, or the log probability of the range that it stands for.
    pub(super) fn censored_density(
        &mut self,
        of: &Distribution<'a>,
        censoring: Censoring,
        value: ExprId,
        span: Span,
    ) -> Elaborated<ExprId> {
        let mut known = self.log_density_at(of, value, span)?;
        if let Some(end) = censoring.interval {
            let wider = self.compare(Builtin::Greater, end, value, span);
            let lower = if of.is_discrete() { self.minus_one(value, span) } else { value };
            let between = self.log_between(of, Some(lower), Some(end), span)?;
            let nothing = self.compare(Builtin::Less, end, value, span);
            let impossible = self.number(f64::NEG_INFINITY, span);
            known = self.choose(nothing, impossible, known, span);
            known = self.choose(wider, between, known, span);
        }
        if let Some(lower) = censoring.limits.lower {
            let below = self.compare(Builtin::LessEqual, value, lower, span);
            let tail = self.log_cdf(of, lower, span)?;
            known = self.choose(below, tail, known, span);
        }
        if let Some(upper) = censoring.limits.upper {
            let above = self.compare(Builtin::GreaterEqual, value, upper, span);
            let tail = self.log_at_least(of, upper, span)?;
            known = self.choose(above, tail, known, span);
        }
        if let Some(left) = censoring.left {
            let tail = self.log_cdf(of, value, span)?;
            known = self.choose(left, tail, known, span);
        }
        if let Some(right) = censoring.right {
            let tail = self.log_at_least(of, value, span)?;
            known = self.choose(right, tail, known, span);
        }
        Ok(known)
    }

    fn log_at_least(
        &mut self,
        of: &Distribution<'a>,
        value: ExprId,
        span: Span,
    ) -> Elaborated<ExprId> {
        let after = if of.is_discrete() { self.minus_one(value, span) } else { value };
        self.log_ccdf(of, after, span)
    }

    /// The conditions on limits that are not numbers, and on the ends of intervals.
    pub(super) fn censoring_requirements(
        &mut self,
        censoring: Censoring,
        span: Span,
    ) -> Vec<ExprId> {
        let Bounds { lower: Some(lower), upper: Some(upper) } = censoring.limits else {
            return Vec::new();
        };
        if self.settled(lower).is_some() && self.settled(upper).is_some() {
            return Vec::new();
        }
        vec![self.compare(Builtin::Less, lower, upper, span)]
    }

    /// A value as it is recorded: not beyond the limits.
    pub(super) fn clipped(&mut self, mut value: ExprId, limits: Bounds, span: Span) -> ExprId {
        for (bound, by) in [(limits.lower, Builtin::Max), (limits.upper, Builtin::Min)] {
            if let Some(bound) = bound {
                let scalar = self.arithmetic_kind(&[value, bound]);
                value = self.push(
                    ExprKind::Call(by, vec![value, bound]),
                    &[value, bound],
                    scalar,
                    span,
                );
            }
        }
        value
    }

    /// Whether two censorings are certainly the same.
    pub(super) fn same_censoring(&self, a: Censoring, b: Censoring) -> bool {
        let pairs = [
            (a.limits.lower, b.limits.lower),
            (a.limits.upper, b.limits.upper),
            (a.right, b.right),
            (a.left, b.left),
            (a.interval, b.interval),
        ];
        pairs.into_iter().all(|pair| match pair {
            (None, None) => true,
            (Some(a), Some(b)) => self.same(a, b),
            (None, Some(_)) | (Some(_), None) => false,
        })
    }
}
