//! Supports: of families by name, narrowing, the probability of bounds, the conditions on observed
//! values.

use super::family::Instance;
use super::{Elaborated, Elaborator};
use crate::base::Span;
use crate::builtins::Builtin;
use crate::network::error;
use crate::network::ir::{Bounds, Event, ExprId, Role, Support, VariableId};
use crate::syntax::tree::{self, ExpressionKind};

/// How many levels of two expressions are compared: a part that is shared is visited once for each
/// place where it occurs.
const ALIKE: usize = 12;

impl<'a> Elaborator<'a> {
    /// The kind of a family's support, from its name alone.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "asks for a few kinds; every other kind, also a new one, is the same answer"
    )]
    pub(super) fn support_by_name(&mut self, distribution: &tree::Expression) -> Option<Support> {
        match &distribution.kind {
            ExpressionKind::If(_, then, otherwise) => {
                self.support_by_name(then).or_else(|| self.support_by_name(otherwise))
            }
            ExpressionKind::Where(body, _) => self.support_by_name(body),
            ExpressionKind::Call(name, arguments)
                if Self::combinators().any(|combinator| combinator == name.text) =>
            {
                arguments.iter().find_map(|argument| self.support_by_name(&argument.value))
            }
            ExpressionKind::Call(name, _) => {
                let family = self.family(&name.text)?;
                match family.tree().over.name.text.as_str() {
                    "bool" => Some(Support::Bool),
                    "count" | "int" => Some(Support::Integer(Bounds::default())),
                    _ => Some(Support::Real(Bounds::default())),
                }
            }
            _ => None,
        }
    }

    /// A support in words.
    pub(super) fn support_name(&self, support: &Support) -> String {
        let bound = |b: Option<ExprId>, open: &str| match b {
            None => open.to_owned(),
            Some(b) => {
                self.constant(b).map_or_else(|| "an expression".to_owned(), |v| v.to_string())
            }
        };
        let range = |b: &Bounds| format!("{} to {}", bound(b.lower, "−∞"), bound(b.upper, "∞"));
        match support {
            Support::Real(b) if *b == Bounds::default() => "the real numbers".to_owned(),
            Support::Real(b) => format!("the real numbers from {}", range(b)),
            Support::Integer(b) => format!("the integers from {}", range(b)),
            Support::Bool => "0 and 1".to_owned(),
            Support::Index(plate) => {
                format!("the elements of `{}`", self.network.plates[*plate].name)
            }
        }
    }

    /// The requested bound, if it narrows the family's own.
    pub(super) fn narrower(
        &self,
        declared: Option<ExprId>,
        asked: Option<ExprId>,
        lower: bool,
    ) -> Option<ExprId> {
        let asked = asked?;
        let Some(declared) = declared else { return Some(asked) };
        match (self.constant(declared), self.constant(asked)) {
            (Some(a), Some(b)) if lower => (b > a).then_some(asked),
            (Some(a), Some(b)) => (b < a).then_some(asked),
            _ => (!self.same(declared, asked)).then_some(asked),
        }
    }

    /// Whether two expressions are certainly the same.
    pub(super) fn same(&self, a: ExprId, b: ExprId) -> bool {
        self.same_within(a, b, ALIKE)
    }

    fn same_within(&self, a: ExprId, b: ExprId, levels: usize) -> bool {
        if a == b {
            return true;
        }
        let Some(below) = levels.checked_sub(1) else { return false };
        let (x, y) = (&self.network.expressions[a], &self.network.expressions[b]);
        let (p, q) = (x.kind.operands(), y.kind.operands());
        p.len() == q.len()
            && x.axes == y.axes
            && x.kind.same_operation(&y.kind)
            && p.iter().zip(&q).all(|(&a, &b)| self.same_within(a, b, below))
    }

    /// The log cdf of a family at a value within its support.
    pub(super) fn family_log_cdf(
        &mut self,
        instance: &Instance<'a>,
        value: ExprId,
        span: Span,
    ) -> Elaborated<ExprId> {
        if let Some(log_cdf) = self.clause_at(instance, "log_cdf", value)? {
            return Ok(log_cdf);
        }
        let cdf = self.family_cdf(instance, value, span)?;
        Ok(self.builtin(Builtin::Log, &[cdf], span))
    }

    /// The log of 1 minus the cdf of a family, at a value within its support.
    pub(super) fn family_log_ccdf(
        &mut self,
        instance: &Instance<'a>,
        value: ExprId,
        span: Span,
    ) -> Elaborated<ExprId> {
        if let Some(log_ccdf) = self.clause_at(instance, "log_ccdf", value)? {
            return Ok(log_ccdf);
        }
        let cdf = self.family_cdf(instance, value, span)?;
        let minus = self.builtin(Builtin::Negate, &[cdf], span);
        Ok(self.builtin(Builtin::Log1p, &[minus], span))
    }

    fn family_cdf(
        &mut self,
        instance: &Instance<'a>,
        value: ExprId,
        span: Span,
    ) -> Elaborated<ExprId> {
        match self.clause_at(instance, "cdf", value)? {
            Some(cdf) => Ok(cdf),
            None => self.report(error::no_cdf(&instance.name(), instance.span, span)),
        }
    }

    /// An observed value must be within bounds that depend on unknowns; constant bounds are checked
    /// against the data.
    pub(super) fn value_requirements(
        &mut self,
        variable: VariableId,
        support: &Support,
        value: ExprId,
        span: Span,
    ) -> Vec<ExprId> {
        let entry = &self.network.variables[variable];
        let (Support::Real(bounds) | Support::Integer(bounds)) = support else { return Vec::new() };
        if entry.role != Role::Observe && entry.event == Event::Free {
            return Vec::new();
        }
        let bounds = *bounds;
        let mut requirements = Vec::new();
        if let Some(lower) = bounds.lower.filter(|&b| self.constant(b).is_none()) {
            requirements.push(self.compare(Builtin::GreaterEqual, value, lower, span));
        }
        if let Some(upper) = bounds.upper.filter(|&b| self.constant(b).is_none()) {
            requirements.push(self.compare(Builtin::LessEqual, value, upper, span));
        }
        requirements
    }
}
