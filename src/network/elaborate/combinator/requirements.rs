//! The conditions on the arguments of a distribution: of its families, weights, probabilities,
//! bounds.

use super::{Distribution, Elaborated, Elaborator, Kind, Parts, Weight};
use crate::base::Span;
use crate::builtins::Builtin;
use crate::network::error;
use crate::network::ir::{Bounds, ExprId, Reduction};
use crate::network::prove::Claim;

/// How far from 1 the sum of weights may be: rounding to the digits of a table.
const ROUNDED: f64 = 1e-6;

impl<'a> Elaborator<'a> {
    /// Conditions that cannot be proved; an argument that certainly violates one is an error.
    pub(in crate::network::elaborate) fn requirements_of(
        &mut self,
        of: &Distribution<'a>,
    ) -> Elaborated<Vec<ExprId>> {
        match &of.kind {
            Kind::Family(instance) => self.parameter_requirements(instance),
            Kind::Zero => Ok(Vec::new()),
            Kind::Truncated(inner, bounds) => {
                let mut requirements = self.requirements_of(inner)?;
                requirements.extend(self.range_requirement(*bounds, of.is_discrete(), of.span));
                Ok(requirements)
            }
            Kind::Censored(inner, censoring) => {
                let mut requirements = self.requirements_of(inner)?;
                requirements.extend(self.censoring_requirements(*censoring, of.span));
                Ok(requirements)
            }
            Kind::Mixture(Parts::Along(axis, weight, part)) => {
                let mut requirements = self.requirements_of(part)?;
                requirements.extend(self.require_claim(
                    "weights",
                    &of.name,
                    weight.value,
                    Claim::NonNegative,
                )?);
                for requirement in &mut requirements {
                    if self.network.expressions[*requirement].axes.contains(axis) {
                        *requirement =
                            self.reduced(Reduction::All, &[*axis], *requirement, of.span);
                    }
                }
                if !self.is_simplex(weight.value, *axis) {
                    let total = self.reduced(Reduction::Sum, &[*axis], weight.value, of.span);
                    requirements.push(self.is_one(total, of.span));
                }
                Ok(requirements)
            }
            Kind::Mixture(Parts::Listed(parts)) => self.listed_requirements(of, parts),
        }
    }

    fn listed_requirements(
        &mut self,
        of: &Distribution<'a>,
        parts: &[(Weight, Distribution<'a>)],
    ) -> Elaborated<Vec<ExprId>> {
        let mut requirements = Vec::new();
        let has_zero = parts.iter().any(|(_, part)| matches!(part.kind, Kind::Zero));
        // A mass at 0 and the rest share one probability.
        let weights: Vec<ExprId> = parts
            .iter()
            .map(|(weight, _)| weight.value)
            .take(if has_zero { 1 } else { parts.len() })
            .collect();
        let (name, claim) =
            if has_zero { ("p", Claim::Unit) } else { ("weights", Claim::NonNegative) };
        for &weight in &weights {
            requirements.extend(self.require_claim(name, &of.name, weight, claim)?);
        }
        if !has_zero {
            requirements.extend(self.require_total(&weights, of.span)?);
        }
        for (_, part) in parts {
            requirements.extend(self.requirements_of(part)?);
        }
        Ok(requirements)
    }

    /// Weights must sum to 1.
    fn require_total(&mut self, weights: &[ExprId], span: Span) -> Elaborated<Option<ExprId>> {
        if let &[a, b] = weights
            && (self.one_less(b).is_some_and(|x| self.same(x, a))
                || self.one_less(a).is_some_and(|x| self.same(x, b)))
        {
            return Ok(None);
        }
        let numbers: Option<Vec<f64>> =
            weights.iter().map(|&weight| self.settled(weight)).collect();
        match numbers.map(|numbers| numbers.iter().sum::<f64>()) {
            Some(total) if (total - 1.0).abs() > ROUNDED => {
                let place = self.span(weights[0]).to(self.span(weights[weights.len() - 1]));
                self.report(error::weights_total(total, place))
            }
            Some(_) => Ok(None),
            None => {
                let mut total = weights[0];
                for &weight in &weights[1..] {
                    total = self.builtin(Builtin::Add, &[total, weight], span);
                }
                Ok(Some(self.is_one(total, span)))
            }
        }
    }

    fn is_one(&mut self, total: ExprId, span: Span) -> ExprId {
        let (one, rounded) = (self.number(1.0, span), self.number(ROUNDED, span));
        let difference = self.builtin(Builtin::Subtract, &[total, one], span);
        let distance = self.builtin(Builtin::Abs, &[difference], span);
        self.compare(Builtin::LessEqual, distance, rounded, span)
    }

    /// Bounds that are not numbers must leave something between them.
    fn range_requirement(&mut self, bounds: Bounds, discrete: bool, span: Span) -> Option<ExprId> {
        let (lower, upper) = (bounds.lower?, bounds.upper?);
        if self.settled(lower).is_some() && self.settled(upper).is_some() {
            return None;
        }
        let by = if discrete { Builtin::LessEqual } else { Builtin::Less };
        Some(self.compare(by, lower, upper, span))
    }
}
