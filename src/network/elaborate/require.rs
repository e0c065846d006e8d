//! What the parameters of a family require of its arguments: proved, refuted with an error, or left
//! as a condition of the density.

use super::family::Instance;
use super::{Elaborated, Elaborator};
use crate::base::Span;
use crate::builtins::{Builtin, Code};
use crate::network::error;
use crate::network::ir::{AxisId, Event, ExprId, ExprKind, Reduction, Scalar};
use crate::network::prove::Claim;
use crate::syntax::tree;

/// A requirement that the type of a parameter puts on every element of its argument.
#[derive(Clone, Copy)]
enum Demand {
    /// A sign, or being a probability.
    Claim(Claim),
    /// Not below a bound.
    AtLeast(ExprId),
    /// Not above a bound.
    AtMost(ExprId),
    /// Being a whole number.
    Whole,
    /// Being 0 or 1.
    Truth,
    /// Being probabilities that sum to 1 along this axis.
    Simplex(AxisId),
}

/// How many levels of arithmetic on numbers are examined. With two operands at each level, the work
/// doubles per level.
const ARITHMETIC: usize = 10;

impl<'a> Elaborator<'a> {
    /// Conditions on the arguments that cannot be proved; an argument that certainly violates one
    /// is an error.
    pub(super) fn parameter_requirements(
        &mut self,
        instance: &Instance<'a>,
    ) -> Elaborated<Vec<ExprId>> {
        let mut requirements = Vec::new();
        let declared = instance.family.tree().parameters.clone();
        for parameter in instance.given_parameters().to_vec() {
            let known = declared
                .iter()
                .find(|p| p.name.text == parameter.name.text)
                .and_then(|p| p.ty.clone());
            let Some(ty) = parameter.ty.or(known) else { continue };
            let Some((_, value)) =
                instance.arguments.iter().find(|(n, _)| *n == parameter.name.text)
            else {
                continue;
            };
            let value = *value;
            for demand in self.demands(&ty, instance)? {
                if self.meets(value, demand) {
                    continue;
                }
                if let Some(span) = self.violation(value, demand) {
                    let words = self.demand_in_words(demand);
                    return self.report(error::outside_support(
                        &parameter.name.text,
                        &instance.name(),
                        &words,
                        span,
                    ));
                }
                requirements.push(self.condition_of(value, demand, instance));
            }
        }
        Ok(requirements)
    }

    /// A requirement of a combinator on an argument: a condition if it cannot be proved.
    pub(super) fn require_claim(
        &mut self,
        parameter: &str,
        of: &str,
        value: ExprId,
        claim: Claim,
    ) -> Elaborated<Option<ExprId>> {
        let demand = Demand::Claim(claim);
        if self.meets(value, demand) {
            return Ok(None);
        }
        if let Some(span) = self.violation(value, demand) {
            return self.report(error::outside_support(parameter, of, claim.words(), span));
        }
        let span = self.span(value);
        Ok(Some(self.claim_expression(value, claim, span)))
    }

    /// The requirements of a type on each element; its bounds may depend on the other parameters.
    fn demands(&mut self, ty: &tree::Type, instance: &Instance<'a>) -> Elaborated<Vec<Demand>> {
        let mut demands = match ty.name.text.as_str() {
            "positive" => vec![Demand::Claim(Claim::Positive)],
            "unit" => vec![Demand::Claim(Claim::Unit)],
            "count" => vec![Demand::Claim(Claim::NonNegative), Demand::Whole],
            "int" => vec![Demand::Whole],
            "bool" => vec![Demand::Truth],
            _ => Vec::new(),
        };
        if Event::named(&ty.name.text) == Some(Event::Simplex)
            && let Some(axis) = self
                .generic_axes(ty)
                .last()
                .and_then(|name| instance.generics.iter().find(|(n, _)| n == name))
        {
            demands.push(Demand::Simplex(axis.1));
        }
        let bounds = self.bounds(ty, &instance.scope(None))?;
        demands.extend(bounds.lower.map(Demand::AtLeast));
        demands.extend(bounds.upper.map(Demand::AtMost));
        Ok(demands)
    }

    /// Whether a requirement certainly holds for every element.
    fn meets(&self, value: ExprId, demand: Demand) -> bool {
        match demand {
            Demand::Claim(claim) => self.proves(value, claim),
            Demand::AtLeast(bound) => self.reaches(value, bound, true),
            Demand::AtMost(bound) => self.reaches(value, bound, false),
            Demand::Whole => {
                self.scalar(value) != Scalar::Real
                    || self.settled(value).is_some_and(|v| v.fract() == 0.0)
            }
            Demand::Simplex(axis) => self.is_simplex(value, axis),
            Demand::Truth => {
                self.scalar(value) == Scalar::Bool
                    || self.settled(value).is_some_and(|v| v == 0.0 || v == 1.0)
            }
        }
    }

    /// Whether every element is certainly not below (`lower`) or not above a bound.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "asks for a few kinds; every other kind, also a new one, is the same answer"
    )]
    fn reaches(&self, value: ExprId, bound: ExprId, lower: bool) -> bool {
        if self.same(value, bound) {
            return true;
        }
        let number = self.settled(bound);
        if let (Some(value), Some(bound)) = (self.settled(value), number) {
            return if lower { value >= bound } else { value <= bound };
        }
        let claimed = match (lower, number) {
            (true, Some(bound)) if bound <= 0.0 => self.proves(value, Claim::NonNegative),
            (false, Some(bound)) if bound >= 1.0 => self.proves(value, Claim::Unit),
            (true | false, _) => false,
        };
        claimed
            || match &self.network.expressions[value].kind {
                ExprKind::Variable(variable, _) => self.bounded_by(*variable, bound, lower),
                ExprKind::Call(Builtin::Add, operands) if lower => {
                    let &[a, b] = operands.as_slice() else { return false };
                    let beyond = |x, y| self.same(x, bound) && self.proves(y, Claim::NonNegative);
                    beyond(a, b) || beyond(b, a)
                }
                ExprKind::Call(Builtin::Subtract, operands) if !lower => {
                    let &[a, b] = operands.as_slice() else { return false };
                    self.same(a, bound) && self.proves(b, Claim::NonNegative)
                }
                ExprKind::If(_, a, b) => {
                    self.reaches(*a, bound, lower) && self.reaches(*b, bound, lower)
                }
                ExprKind::List(_, elements) => {
                    elements.iter().all(|&e| self.reaches(e, bound, lower))
                }
                _ => false,
            }
    }

    /// Whether the variable's own bound is at least as narrow.
    fn bounded_by(
        &self,
        variable: crate::network::ir::VariableId,
        bound: ExprId,
        lower: bool,
    ) -> bool {
        use crate::network::ir::Support;
        let (Support::Real(own) | Support::Integer(own)) =
            &self.network.variables[variable].support
        else {
            return false;
        };
        let Some(own) = (if lower { own.lower } else { own.upper }) else { return false };
        match (self.settled(own), self.settled(bound)) {
            (Some(own), Some(bound)) => (lower && own >= bound) || (!lower && own <= bound),
            (None | Some(_), _) => self.same(own, bound),
        }
    }

    /// The location of a number that certainly violates the requirement.
    fn violation(&self, value: ExprId, demand: Demand) -> Option<Span> {
        if let Demand::Simplex(_) = demand {
            return self.no_simplex(value);
        }
        if let ExprKind::List(_, elements) = &self.network.expressions[value].kind {
            return elements.iter().find_map(|&element| self.violation(element, demand));
        }
        let number = self.settled(value)?;
        (!self.holds(number, demand)).then(|| self.span(value))
    }

    fn holds(&self, number: f64, demand: Demand) -> bool {
        match demand {
            Demand::Claim(claim) => claim.holds(number),
            Demand::Whole => number.fract() == 0.0,
            Demand::Truth => number == 0.0 || number == 1.0,
            Demand::Simplex(_) => true,
            Demand::AtLeast(bound) => self.settled(bound).is_none_or(|bound| number >= bound),
            Demand::AtMost(bound) => self.settled(bound).is_none_or(|bound| number <= bound),
        }
    }

    /// The number that an expression certainly is, after evaluating arithmetic on numbers.
    pub(super) fn settled(&self, expression: ExprId) -> Option<f64> {
        self.settled_within(expression, ARITHMETIC)
    }

    fn settled_within(&self, expression: ExprId, levels: usize) -> Option<f64> {
        if let Some(value) = self.constant(expression) {
            return Some(value);
        }
        let ExprKind::Call(builtin, operands) = &self.network.expressions[expression].kind else {
            return None;
        };
        let below = levels.checked_sub(1)?;
        match (&builtin.row().code, operands.as_slice()) {
            (Code::One(f), &[x]) => Some(f(self.settled_within(x, below)?)),
            (Code::Two(f), &[x, y]) => {
                Some(f(self.settled_within(x, below)?, self.settled_within(y, below)?))
            }
            _ => None,
        }
    }

    fn demand_in_words(&self, demand: Demand) -> String {
        let number =
            |bound| self.settled(bound).map_or_else(String::new, |value| value.to_string());
        match demand {
            Demand::Claim(claim) => claim.words().to_owned(),
            Demand::AtLeast(bound) => format!("at least {}", number(bound)),
            Demand::AtMost(bound) => format!("at most {}", number(bound)),
            Demand::Whole => "a whole number".to_owned(),
            Demand::Truth => "0 or 1".to_owned(),
            Demand::Simplex(_) => "probabilities that add up to 1".to_owned(),
        }
    }

    /// The requirement as a truth value: for all elements together where the family consumes the
    /// axes of the argument.
    fn condition_of(&mut self, value: ExprId, demand: Demand, instance: &Instance<'a>) -> ExprId {
        let span = self.span(value);
        let condition = match demand {
            Demand::Claim(claim) => self.claim_expression(value, claim, span),
            Demand::AtLeast(bound) => self.compare(Builtin::GreaterEqual, value, bound, span),
            Demand::AtMost(bound) => self.compare(Builtin::LessEqual, value, bound, span),
            Demand::Whole => {
                let floor = self.builtin(Builtin::Floor, &[value], span);
                self.compare(Builtin::Equal, floor, value, span)
            }
            Demand::Truth => {
                let (zero, one) = (self.number(0.0, span), self.number(1.0, span));
                let no = self.compare(Builtin::Equal, value, zero, span);
                let yes = self.compare(Builtin::Equal, value, one, span);
                self.compare(Builtin::Or, no, yes, span)
            }
            Demand::Simplex(axis) => self.simplex_condition(value, axis, span),
        };
        let scope = instance.scope(None);
        let event: Vec<_> = self.event_axes(condition, &scope);
        if event.is_empty() {
            condition
        } else {
            self.reduced(Reduction::All, &event, condition, span)
        }
    }

    fn claim_expression(&mut self, value: ExprId, claim: Claim, span: Span) -> ExprId {
        let zero = self.number(0.0, span);
        match claim {
            Claim::Positive => self.compare(Builtin::Greater, value, zero, span),
            Claim::NonNegative => self.compare(Builtin::GreaterEqual, value, zero, span),
            Claim::Unit => {
                let one = self.number(1.0, span);
                let above = self.compare(Builtin::GreaterEqual, value, zero, span);
                let below = self.compare(Builtin::LessEqual, value, one, span);
                self.compare(Builtin::And, above, below, span)
            }
        }
    }
}
