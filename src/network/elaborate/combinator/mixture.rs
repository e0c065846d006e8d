//! `Mixture(weights, D1, D2, ...)`, and `Mixture(weights, D)` over the axis of its weights.

use super::{Distribution, Elaborated, Elaborator, Given, Kind, number_argument};
use crate::base::Span;
use crate::builtins::Builtin;
use crate::network::error;
use crate::network::ir::{
    Argument, ArgumentValue, AxisId, Bounds, ExprId, ExprKind, PlateSize, Reduction, Scalar,
    Support,
};
use crate::syntax::tree::{self, ExpressionKind};

/// The parts of a mixture.
pub enum Parts<'a> {
    /// Each part with its weight.
    Listed(Vec<(Weight, Distribution<'a>)>),
    /// One part for each element of an axis, over which weight and distribution vary.
    Along(AxisId, Weight, Box<Distribution<'a>>),
}

/// The probability of a part.
#[derive(Clone, Copy, Debug)]
pub struct Weight {
    pub value: ExprId,
    pub log: ExprId,
}

impl<'a> Elaborator<'a> {
    pub(super) fn mixture(&mut self, given: &Given) -> Elaborated<Distribution<'a>> {
        let Given { arguments, span, scope, .. } = *given;
        let [weights, distributions @ ..] = arguments else {
            return self.report(error::argument_count(
                "Mixture",
                "weights, and distributions",
                0,
                span,
            ));
        };
        if distributions.is_empty() {
            return self.report(error::argument_count(
                "Mixture",
                "weights, and at least one distribution",
                1,
                span,
            ));
        }
        if let (ExpressionKind::List(elements), None) = (&weights.value.kind, &weights.name) {
            return self.listed(given, elements, (weights.value.span, distributions));
        }
        let vector = self.expression(&weights.value, scope)?;
        let &[axis] = self.event_axes(vector, scope).as_slice() else {
            return self.report(error::weights_expected(weights.value.span));
        };
        let shown = number_argument(weights, vector);
        match distributions {
            [only] => self.along(given, (axis, vector), shown, only),
            _ => {
                let plate = self.network.plate_of(axis);
                let size = match &self.network.plates[plate].size {
                    PlateSize::Number(size) => Some(*size),
                    PlateSize::Labels(labels) => Some(labels.len()),
                    PlateSize::Data | PlateSize::Expression(_) | PlateSize::Levels(_) => None,
                };
                if size != Some(distributions.len()) {
                    return self.report(error::weights_count(
                        size,
                        distributions.len(),
                        weights.value.span,
                        span,
                    ));
                }
                let weights: Vec<ExprId> = (0..distributions.len())
                    .map(|i| self.element_at(vector, axis, i, span))
                    .collect();
                self.of_parts(given, &weights, shown, distributions)
            }
        }
    }

    /// Separate weights: where they are given, and the distributions that they belong to.
    fn listed(
        &mut self,
        given: &Given,
        elements: &[tree::Expression],
        (place, distributions): (Span, &[tree::Argument]),
    ) -> Elaborated<Distribution<'a>> {
        let Given { span, scope, .. } = *given;
        if elements.len() != distributions.len() {
            return self.report(error::weights_count(
                Some(elements.len()),
                distributions.len(),
                place,
                span,
            ));
        }
        let mut weights = Vec::new();
        for element in elements {
            weights.push(self.expression(element, &scope.expecting(Vec::new()))?);
        }
        let shown = Argument { name: None, value: ArgumentValue::Numbers(weights.clone()) };
        self.of_parts(given, &weights, shown, distributions)
    }

    fn of_parts(
        &mut self,
        given: &Given,
        weights: &[ExprId],
        shown: Argument,
        distributions: &[tree::Argument],
    ) -> Elaborated<Distribution<'a>> {
        let Given { name, event, span, scope, .. } = *given;
        let mut arguments = vec![shown];
        let mut parts = Vec::new();
        for (&weight, argument) in weights.iter().zip(distributions) {
            let part = self.part(&name.text, argument, event, scope)?;
            arguments.push(part.as_argument());
            parts.push((self.weight(weight, span), part));
        }
        let support = self.hull(&parts, span)?;
        self.check_measures(&parts, span)?;
        Ok(Distribution {
            kind: Kind::Mixture(Parts::Listed(parts)),
            name: name.text.clone(),
            arguments,
            support,
            span,
        })
    }

    /// A single distribution, whose arguments vary over the axis of the weights as over a plate of
    /// the declaration.
    fn along(
        &mut self,
        given: &Given,
        (axis, weights): (AxisId, ExprId),
        shown: Argument,
        distribution: &tree::Argument,
    ) -> Elaborated<Distribution<'a>> {
        let Given { name, event, span, scope, .. } = *given;
        let mut inner = scope.expecting(vec![axis]);
        inner.context.push(axis);
        let of = self.part(&name.text, distribution, event, &inner)?;
        let arguments = vec![shown, of.as_argument()];
        let support = self.hull_along(&of.support, axis, span);
        let weight = self.weight(weights, span);
        let kind = Kind::Mixture(Parts::Along(axis, weight, Box::new(of)));
        Ok(Distribution { kind, name: name.text.clone(), arguments, support, span })
    }

    fn weight(&mut self, value: ExprId, span: Span) -> Weight {
        let log = match self.one_less(value) {
            Some(other) => {
                let opposite = self.builtin(Builtin::Negate, &[other], span);
                self.builtin(Builtin::Log1p, &[opposite], span)
            }
            None => self.builtin(Builtin::Log, &[value], span),
        };
        Weight { value, log }
    }

    /// The x of 1 - x.
    pub(super) fn one_less(&self, expression: ExprId) -> Option<ExprId> {
        let ExprKind::Call(Builtin::Subtract, operands) =
            &self.network.expressions[expression].kind
        else {
            return None;
        };
        let &[one, other] = operands.as_slice() else { return None };
        (self.constant(one) == Some(1.0)).then_some(other)
    }

    /// The element `place` (from 0) along an axis.
    fn element_at(&mut self, vector: ExprId, axis: AxisId, place: usize, span: Span) -> ExprId {
        if let ExprKind::List(own, elements) = &self.network.expressions[vector].kind
            && *own == axis
            && let Some(&element) = elements.get(place)
        {
            return element;
        }
        let number = self.number((place + 1) as f64, span);
        let index = self.index_of_number(number, axis, span);
        self.at(vector, vec![(axis, index)], span)
    }

    pub(super) fn index_of_number(&mut self, number: ExprId, axis: AxisId, span: Span) -> ExprId {
        let plate = self.network.plate_of(axis);
        self.push(ExprKind::ToIndex(plate, number), &[number], Scalar::Index(plate), span)
    }

    /// log Σ weight·exp(`of`(part)); parts without a value have density 0.
    pub(super) fn mixed(
        &mut self,
        parts: &Parts<'a>,
        span: Span,
        mut of: impl FnMut(&mut Self, &Distribution<'a>) -> Elaborated<Option<ExprId>>,
    ) -> Elaborated<ExprId> {
        let listed = match parts {
            Parts::Listed(listed) => listed,
            Parts::Along(axis, weight, part) => {
                return Ok(match of(self, part)? {
                    Some(value) => {
                        let term = self.builtin(Builtin::Add, &[weight.log, value], span);
                        self.reduced(Reduction::LogSumExp, &[*axis], term, span)
                    }
                    None => self.number(f64::NEG_INFINITY, span),
                });
            }
        };
        let mut total = None;
        for (weight, part) in listed {
            let Some(value) = of(self, part)? else { continue };
            let term = self.builtin(Builtin::Add, &[weight.log, value], span);
            total = Some(match total {
                None => term,
                Some(before) => self.builtin(Builtin::LogAddExp, &[before, term], span),
            });
        }
        Ok(total.unwrap_or_else(|| self.number(f64::NEG_INFINITY, span)))
    }

    /// The smallest support that contains those of all parts, which must be of the same kind.
    fn hull(&mut self, parts: &[(Weight, Distribution<'a>)], span: Span) -> Elaborated<Support> {
        let (_, first) = &parts[0];
        let mut hull = first.support.clone();
        for (_, part) in &parts[1..] {
            hull = match self.wider(&hull, &part.support, span) {
                Some(wider) if part.multivariate() == first.multivariate() => wider,
                Some(_) | None => {
                    let supports = [first, part].map(|d| (d.name.clone(), self.over(d), d.span));
                    return self.report(error::mixed_supports(&supports));
                }
            };
        }
        Ok(hull)
    }

    /// What a distribution is over, in words.
    fn over(&self, distribution: &Distribution<'a>) -> String {
        if distribution.multivariate() {
            "vectors".to_owned()
        } else {
            self.support_name(&distribution.support)
        }
    }

    /// The smallest support that contains both; none where they differ in kind.
    pub(in crate::network::elaborate) fn wider(
        &mut self,
        a: &Support,
        b: &Support,
        span: Span,
    ) -> Option<Support> {
        match (a, b) {
            (Support::Real(a), Support::Real(b)) => {
                Some(Support::Real(self.loosened(*a, *b, span)))
            }
            (Support::Integer(a), Support::Integer(b)) => {
                Some(Support::Integer(self.loosened(*a, *b, span)))
            }
            (Support::Bool, Support::Bool) => Some(Support::Bool),
            (Support::Index(a), Support::Index(b)) if a == b => Some(Support::Index(*a)),
            (Support::Real(_) | Support::Integer(_) | Support::Bool | Support::Index(_), _) => None,
        }
    }

    /// The smallest bounds that contain both.
    fn loosened(&mut self, a: Bounds, b: Bounds, span: Span) -> Bounds {
        // The tighter of two upper bounds, taken as lower bounds, is the looser one.
        let (below, above) =
            (Bounds { lower: None, upper: a.lower }, Bounds { lower: None, upper: b.lower });
        let lower = if a.lower.is_some() && b.lower.is_some() {
            self.tightened(below, above, span).upper
        } else {
            None
        };
        let (below, above) =
            (Bounds { lower: a.upper, upper: None }, Bounds { lower: b.upper, upper: None });
        let upper = if a.upper.is_some() && b.upper.is_some() {
            self.tightened(below, above, span).lower
        } else {
            None
        };
        Bounds { lower, upper }
    }

    /// Bounds that vary over the axis: the extreme ones.
    fn hull_along(&mut self, support: &Support, axis: AxisId, span: Span) -> Support {
        let mut extreme = |bound: Option<ExprId>, by: Reduction| {
            bound.map(|b| {
                if self.network.expressions[b].axes.contains(&axis) {
                    self.reduced(by, &[axis], b, span)
                } else {
                    b
                }
            })
        };
        match support {
            Support::Real(b) => Support::Real(Bounds {
                lower: extreme(b.lower, Reduction::Min),
                upper: extreme(b.upper, Reduction::Max),
            }),
            Support::Integer(b) => Support::Integer(Bounds {
                lower: extreme(b.lower, Reduction::Min),
                upper: extreme(b.upper, Reduction::Max),
            }),
            Support::Bool => Support::Bool,
            Support::Index(plate) => Support::Index(*plate),
        }
    }

    /// A value must be censored in all parts of a mixture or in none: probabilities and densities
    /// do not add up.
    fn check_measures(
        &mut self,
        parts: &[(Weight, Distribution<'a>)],
        span: Span,
    ) -> Elaborated<()> {
        let censoring = |part: &Distribution<'a>| match &part.kind {
            Kind::Censored(_, censoring) => Some(*censoring),
            Kind::Family(_) | Kind::Truncated(..) | Kind::Mixture(_) | Kind::Zero => None,
        };
        let first = censoring(&parts[0].1);
        let alike = |part: &Distribution<'a>| match (first, censoring(part)) {
            (None, None) => part.censored().is_none(),
            (Some(a), Some(b)) => self.same_censoring(a, b),
            (None, Some(_)) | (Some(_), None) => false,
        };
        if parts.iter().all(|(_, part)| alike(part)) {
            return Ok(());
        }
        let place = parts.iter().find_map(|(_, part)| part.censored()).unwrap_or(span);
        self.report(error::outer_censoring("Mixture", "Censored(Mixture(...), ...)", place, span))
    }
}
