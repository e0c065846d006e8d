//! Arguments that must be simplexes: those that certainly are, those that certainly are not, and a
//! condition for all others.

use super::Elaborator;
use crate::base::Span;
use crate::builtins::Builtin;
use crate::network::ir::{AxisId, Definition, Event, ExprId, ExprKind, Reduction};
use crate::network::prove::Claim;

/// The tolerance for sums: numbers in data files are rounded.
const TOLERANCE: f64 = 1e-6;

impl Elaborator<'_> {
    /// Whether the elements along `axis` are certainly probabilities that sum to 1.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "asks for a few kinds; every other kind, also a new one, is the same answer"
    )]
    pub(super) fn is_simplex(&self, value: ExprId, axis: AxisId) -> bool {
        match &self.network.expressions[value].kind {
            ExprKind::Variable(variable, at) => {
                let entry = &self.network.variables[*variable];
                let Some(place) = at.iter().position(|&index| self.is_position(index, axis)) else {
                    return false;
                };
                match &entry.definition {
                    Definition::Deterministic(value) => self.is_simplex(*value, entry.axes[place]),
                    Definition::Input { .. }
                    | Definition::Random(_)
                    | Definition::Observed { .. } => {
                        entry.event == Event::Simplex && place + 1 == entry.axes.len()
                    }
                }
            }
            ExprKind::At(base, at) => match at
                .iter()
                .find(|(_, index)| self.network.expressions[*index].axes.contains(&axis))
            {
                Some(&(from, index)) => {
                    self.is_position(index, axis) && self.is_simplex(*base, from)
                }
                None => self.is_simplex(*base, axis),
            },
            ExprKind::If(condition, a, b) => {
                let whole = !self.network.expressions[*condition].axes.contains(&axis);
                whole && self.is_simplex(*a, axis) && self.is_simplex(*b, axis)
            }
            ExprKind::List(along, elements) if *along == axis => {
                let known =
                    self.total(elements).is_some_and(|total| (total - 1.0).abs() <= TOLERANCE);
                known && elements.iter().all(|&e| self.proves(e, Claim::NonNegative))
            }
            ExprKind::List(_, elements) => elements.iter().all(|&e| self.is_simplex(e, axis)),
            ExprKind::Call(Builtin::Exp, operands) => {
                self.is_less_its(Builtin::Subtract, Reduction::LogSumExp, operands[0], axis)
            }
            ExprKind::Call(Builtin::Divide, operands) => {
                self.is_less_its(Builtin::Divide, Reduction::Sum, value, axis)
                    && self.proves(operands[0], Claim::NonNegative)
            }
            _ => false,
        }
    }

    /// Whether an expression is x − reduction(x) or x / reduction(x), reduced over the axis.
    fn is_less_its(
        &self,
        builtin: Builtin,
        reduction: Reduction,
        value: ExprId,
        axis: AxisId,
    ) -> bool {
        let ExprKind::Call(found, operands) = &self.network.expressions[value].kind else {
            return false;
        };
        let &[x, reduced] = operands.as_slice() else { return false };
        let ExprKind::Reduce(by, axes, body) = &self.network.expressions[reduced].kind else {
            return false;
        };
        *found == builtin && *by == reduction && axes.as_slice() == [axis] && self.same(x, *body)
    }

    fn is_position(&self, index: ExprId, axis: AxisId) -> bool {
        self.network.expressions[index].kind == ExprKind::Position(axis)
    }

    fn total(&self, elements: &[ExprId]) -> Option<f64> {
        // A single element is repeated, an unknown number of times.
        (elements.len() > 1)
            .then(|| elements.iter().map(|&e| self.settled(e)).sum::<Option<f64>>())
            .flatten()
    }

    /// The location of a list of numbers that do not sum to 1, or of one that is negative.
    pub(super) fn no_simplex(&self, value: ExprId) -> Option<Span> {
        if let ExprKind::Variable(variable, _) = &self.network.expressions[value].kind
            && let Definition::Deterministic(value) = &self.network.variables[*variable].definition
        {
            return self.no_simplex(*value);
        }
        let ExprKind::List(_, elements) = &self.network.expressions[value].kind else {
            return None;
        };
        if let Some(negative) = elements.iter().find(|&&e| self.settled(e).is_some_and(|v| v < 0.0))
        {
            return Some(self.span(*negative));
        }
        if let Some(within) = elements.iter().find_map(|&e| self.no_simplex(e)) {
            return Some(within);
        }
        let off = self.total(elements).is_some_and(|total| (total - 1.0).abs() > TOLERANCE);
        off.then(|| self.span(value))
    }

    /// Whether the elements along `axis` are probabilities that sum to 1, as a truth value.
    pub(super) fn simplex_condition(&mut self, value: ExprId, axis: AxisId, span: Span) -> ExprId {
        let zero = self.number(0.0, span);
        let above = self.compare(Builtin::GreaterEqual, value, zero, span);
        let above = self.reduced(Reduction::All, &[axis], above, span);
        let (one, most) = (self.number(1.0, span), self.number(TOLERANCE, span));
        let total = self.reduced(Reduction::Sum, &[axis], value, span);
        let off = self.builtin(Builtin::Subtract, &[total, one], span);
        let off = self.builtin(Builtin::Abs, &[off], span);
        let near = self.compare(Builtin::LessEqual, off, most, span);
        self.compare(Builtin::And, above, near, span)
    }
}
