//! Rules that find the logistic function, and the log probabilities of events that are logistic.

use crate::builtins::Builtin as B;
use crate::program::simplify::pattern::{cancelled, is_negation, offset, one_minus};
use crate::program::{Builder, NodeId};

/// 1 − p without the difference, where it has such a form.
pub(super) fn complement(b: &mut Builder, operands: &[NodeId]) -> Option<NodeId> {
    if b.is_constant(operands[0]) == Some(1.0) { one_minus(b, operands[1]) } else { None }
}

/// `logit(inv_logit(x))` is x.
pub(super) fn logit(b: &mut Builder, operands: &[NodeId]) -> Option<NodeId> {
    b.one(operands[0], B::InvLogit)
}

/// 1/(1 + exp(x)) and exp(x)/(1 + exp(x)).
pub(super) fn divide(b: &mut Builder, operands: &[NodeId]) -> Option<NodeId> {
    let (1.0, exponential) = offset(b, operands[1])? else { return None };
    let x = b.one(exponential, B::Exp)?;
    if operands[0] == exponential {
        return Some(b.call(B::InvLogit, &[x]));
    }
    if b.is_constant(operands[0]) != Some(1.0) {
        return None;
    }
    let opposite = b.call(B::Negate, &[x]);
    Some(b.call(B::InvLogit, &[opposite]))
}

/// y·log p + (n − y)·log(1 − p) with p = inv_logit(x) is y·x − n·log(1 + exp(x)): one function for
/// two, and the gradient y − n·p.
pub(super) fn bernoulli(b: &mut Builder, operands: &[NodeId]) -> Option<NodeId> {
    let (first, x) = weighted(b, operands[0])?;
    let (second, minus_x) = weighted(b, operands[1])?;
    if !is_negation(b, x, minus_x) {
        return None;
    }
    let total = cancelled(b, first, second)?;
    let (weight, x) = if b.one(x, B::Negate).is_some() { (second, minus_x) } else { (first, x) };
    let product = b.call(B::Multiply, &[weight, x]);
    let normaliser = b.call(B::Log1pExp, &[x]);
    let normaliser = b.call(B::Multiply, &[total, normaliser]);
    Some(b.call(B::Subtract, &[product, normaliser]))
}

/// w and x of w·log_inv_logit(x).
fn weighted(b: &Builder, x: NodeId) -> Option<(NodeId, NodeId)> {
    let (p, q) = b.two(x, B::Multiply)?;
    match (b.one(p, B::LogInvLogit), b.one(q, B::LogInvLogit)) {
        (_, Some(x)) => Some((p, x)),
        (Some(x), None) => Some((q, x)),
        (None, None) => None,
    }
}
