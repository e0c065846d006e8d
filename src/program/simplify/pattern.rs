//! Shapes that several rules look for.

use crate::builtins::Builtin as B;
use crate::program::{Builder, Form, NodeId};

/// Whether one of both is the other's opposite.
pub(super) fn is_negation(b: &Builder, x: NodeId, y: NodeId) -> bool {
    let swapped =
        || b.two(x, B::Subtract).zip(b.two(y, B::Subtract)).is_some_and(|(p, q)| p == (q.1, q.0));
    b.one(x, B::Negate) == Some(y) || b.one(y, B::Negate) == Some(x) || swapped()
}

/// a + b, where it is one of the two's parts: a + (n − a) is n.
pub(super) fn cancelled(b: &mut Builder, x: NodeId, y: NodeId) -> Option<NodeId> {
    let part = |b: &Builder, x: NodeId, y: NodeId| {
        b.two(y, B::Subtract).filter(|&(_, taken)| taken == x).map(|(whole, _)| whole)
    };
    if let Some(whole) = part(b, x, y).or_else(|| part(b, y, x)) {
        return Some(whole);
    }
    is_negation(b, x, y).then(|| b.constant(0.0))
}

/// Number and rest of c·x.
pub(super) fn scaled(b: &Builder, x: NodeId) -> Option<(f64, NodeId)> {
    let (first, rest) = b.two(x, B::Multiply)?;
    b.is_constant(first).map(|c| (c, rest))
}

/// Number and rest of c + x.
pub(super) fn offset(b: &Builder, x: NodeId) -> Option<(f64, NodeId)> {
    let (first, rest) = b.two(x, B::Add)?;
    b.is_constant(first).map(|c| (c, rest))
}

/// Number and rest of c − x.
pub(super) fn distance(b: &Builder, x: NodeId) -> Option<(f64, NodeId)> {
    let (first, rest) = b.two(x, B::Subtract)?;
    b.is_constant(first).map(|c| (c, rest))
}

/// y of 1/y.
pub(super) fn reciprocal(b: &Builder, x: NodeId) -> Option<NodeId> {
    let (over, divisor) = b.two(x, B::Divide)?;
    (b.is_constant(over) == Some(1.0)).then_some(divisor)
}

/// 1 − p, where it has a form without the difference.
pub(super) fn one_minus(b: &mut Builder, p: NodeId) -> Option<NodeId> {
    for symmetric in [B::InvLogit, B::Phi] {
        if let Some(x) = b.one(p, symmetric) {
            let opposite = b.call(B::Negate, &[x]);
            return Some(b.call(symmetric, &[opposite]));
        }
    }
    if let Some(x) = b.one(p, B::Erf) {
        return Some(b.call(B::Erfc, &[x]));
    }
    if let Some((1.0, q)) = distance(b, p) {
        return Some(q);
    }
    if let Some((inner, indices)) = b.gathered(p) {
        return one_minus(b, inner).map(|q| b.gather(q, &indices));
    }
    let (condition, yes, no) = b.choice(p)?;
    let (yes, no) = (complement_of(b, yes)?, complement_of(b, no)?);
    Some(b.call(B::Select, &[condition, yes, no]))
}

/// Functions whose value may be infinite where an argument is, but for those that data decide.
const PASSING: [B; 9] = [
    B::Add,
    B::Subtract,
    B::Negate,
    B::Multiply,
    B::Select,
    B::Log,
    B::LogInvLogit,
    B::Log1pExp,
    B::LogPhi,
];

/// Whether data make a sum, or what passes infinities on, infinite somewhere. Unknowns are finite.
pub(super) fn may_be_infinite(b: &mut Builder, x: NodeId) -> bool {
    let (mut seen, mut waiting) = (vec![x], vec![x]);
    while let Some(next) = waiting.pop() {
        let node = &b.program.nodes[next];
        let passes = match node.op.form() {
            Form::Elementwise => node.op.called().is_some_and(|called| PASSING.contains(&called)),
            Form::Gather(_) | Form::Reduce(_) => true,
            Form::Leaf | Form::SumBy { .. } | Form::Matrix { .. } | Form::Carry(_) => false,
        };
        let operands = node.operands.clone();
        if b.depends_on_data_only(next) {
            if b.known_tensor(next).is_some_and(|known| known.data.iter().any(|v| v.is_infinite()))
            {
                return true;
            }
        } else if passes {
            for operand in operands {
                if !seen.contains(&operand) {
                    seen.push(operand);
                    waiting.push(operand);
                }
            }
        }
    }
    false
}

/// As [`one_minus`], of numbers too.
fn complement_of(b: &mut Builder, p: NodeId) -> Option<NodeId> {
    match b.is_constant(p) {
        Some(value) => Some(b.constant(1.0 - value)),
        None => one_minus(b, p),
    }
}
