//! Rules of exponentials and logarithms: the stable forms.

use crate::builtins::Builtin as B;
use crate::program::simplify::pattern::{may_be_infinite, offset, one_minus, reciprocal};
use crate::program::{Builder, NodeId, Op};

/// exp of a logarithm.
pub(super) fn exp(b: &mut Builder, operands: &[NodeId]) -> Option<NodeId> {
    let x = operands[0];
    for (logarithm, function) in [(B::LogInvLogit, B::InvLogit), (B::LogPhi, B::Phi)] {
        if let Some(inner) = b.one(x, logarithm) {
            return Some(b.call(function, &[inner]));
        }
    }
    if let Some(inner) = b.one(x, B::Log) {
        return Some(inner);
    }
    let inner = b.one(x, B::Negate).and_then(|inner| b.one(inner, B::Log))?;
    let one = b.constant(1.0);
    Some(b.call(B::Divide, &[one, inner]))
}

/// log of what has a stable or a cheaper logarithm.
pub(super) fn log(b: &mut Builder, operands: &[NodeId]) -> Option<NodeId> {
    log_form(b, operands[0])
}

/// The logarithm of a value that is positive and finite wherever its arguments are finite. Then 0
/// times it is 0.
fn finite_log(b: &mut Builder, x: NodeId) -> Option<NodeId> {
    if let Some(value) = b.is_constant(x) {
        return (value > 0.0).then(|| b.constant(value.ln()));
    }
    if let Some(inner) = b.one(x, B::Exp) {
        return Some(inner);
    }
    for (function, logarithm) in [(B::InvLogit, B::LogInvLogit), (B::Phi, B::LogPhi)] {
        if let Some(inner) = b.one(x, function) {
            return Some(b.call(logarithm, &[inner]));
        }
    }
    if let Some((1.0, rest)) = offset(b, x)
        && let Some(inner) = b.one(rest, B::Exp)
    {
        return Some(b.call(B::Log1pExp, &[inner]));
    }
    if let Some(divisor) = reciprocal(b, x) {
        return finite_log(b, divisor).map(|log| b.call(B::Negate, &[log]));
    }
    if let Some((inner, indices)) = b.gathered(x) {
        return finite_log(b, inner).map(|log| b.gather(log, &indices));
    }
    if let Some((condition, yes, no)) = b.choice(x) {
        let (yes, no) = (finite_log(b, yes)?, finite_log(b, no)?);
        return Some(b.call(B::Select, &[condition, yes, no]));
    }
    let Op::Sum(over) = b.program.nodes[x].op.clone() else { return None };
    let inner = b.one(b.program.nodes[x].operands[0], B::Exp)?;
    Some(b.log_sum_exp(inner, &over))
}

fn log_form(b: &mut Builder, x: NodeId) -> Option<NodeId> {
    if let Some(form) = finite_log(b, x) {
        return Some(form);
    }
    if let Some((p, q)) = b.two(x, B::Multiply) {
        return log_of_product(b, p, q).or_else(|| log_of_product(b, q, p));
    }
    if let Some(divisor) = reciprocal(b, x) {
        let log = b.call(B::Log, &[divisor]);
        return Some(b.call(B::Negate, &[log]));
    }
    if let Some((p, q)) = b.two(x, B::Subtract) {
        return log_of_difference(b, p, q);
    }
    if let Some(inner) = b.one(x, B::Sqrt) {
        let (half, log) = (b.constant(0.5), b.call(B::Log, &[inner]));
        return Some(b.call(B::Multiply, &[half, log]));
    }
    if let Some((base, exponent)) = b.two(x, B::Power) {
        // With another exponent the base may be negative.
        let broken = b.is_constant(exponent).is_some_and(|e| e.fract() != 0.0);
        return broken.then(|| {
            let log = b.call(B::Log, &[base]);
            b.call(B::Multiply, &[exponent, log])
        });
    }
    if let Some((inner, indices)) = b.gathered(x) {
        return log_form(b, inner).map(|log| b.gather(log, &indices));
    }
    let (condition, yes, no) = b.choice(x)?;
    if log_form(b, yes).is_none() && log_form(b, no).is_none() {
        return None;
    }
    let (yes, no) = (b.call(B::Log, &[yes]), b.call(B::Log, &[no]));
    Some(b.call(B::Select, &[condition, yes, no]))
}

/// log(p·q) for a p whose logarithm is known: a number only where q's is known too.
fn log_of_product(b: &mut Builder, p: NodeId, q: NodeId) -> Option<NodeId> {
    let first = finite_log(b, p)?;
    let second = if b.is_constant(p).is_some() { log_form(b, q)? } else { b.call(B::Log, &[q]) };
    Some(b.call(B::Add, &[first, second]))
}

fn log_of_difference(b: &mut Builder, p: NodeId, q: NodeId) -> Option<NodeId> {
    let second = b.one(q, B::Exp)?;
    if b.is_constant(p) == Some(1.0) {
        return Some(b.call(B::Log1mExp, &[second]));
    }
    let first = b.one(p, B::Exp)?;
    Some(b.call(B::LogDiffExp, &[first, second]))
}

pub(super) fn log1p(b: &mut Builder, operands: &[NodeId]) -> Option<NodeId> {
    let x = operands[0];
    if let Some(inner) = b.one(x, B::Exp) {
        return Some(b.call(B::Log1pExp, &[inner]));
    }
    if let Some(inner) = b.one(x, B::Negate).and_then(|p| b.one(p, B::Exp)) {
        return Some(b.call(B::Log1mExp, &[inner]));
    }
    let one_more = one_plus(b, x)?;
    Some(b.call(B::Log, &[one_more]))
}

/// log(1 − p).
pub(super) fn log1m(b: &mut Builder, operands: &[NodeId]) -> Option<NodeId> {
    let opposite = b.call(B::Negate, &[operands[0]]);
    log1p(b, &[opposite])
}

/// 1 + x, where it has a form without the sum.
fn one_plus(b: &mut Builder, x: NodeId) -> Option<NodeId> {
    if let Some((-1.0, rest)) = offset(b, x) {
        return Some(rest);
    }
    if let Some((condition, yes, no)) = b.choice(x) {
        let (yes, no) = (one_plus(b, yes)?, one_plus(b, no)?);
        return Some(b.call(B::Select, &[condition, yes, no]));
    }
    if let Some((inner, indices)) = b.gathered(x) {
        return one_plus(b, inner).map(|form| b.gather(form, &indices));
    }
    let p = b.one(x, B::Negate)?;
    one_minus(b, p)
}

/// k·log(x), 0 where k is 0.
pub(super) fn xlogy(b: &mut Builder, operands: &[NodeId]) -> Option<NodeId> {
    let (k, x) = (operands[0], operands[1]);
    if let Some(value) = b.is_constant(k) {
        let log = if value == 0.0 { k } else { b.call(B::Log, &[x]) };
        return Some(b.call(B::Multiply, &[k, log]));
    }
    if let Some(log) = finite_log(b, x) {
        return Some(weighted(b, k, log));
    }
    if let Some((p, q)) = b.two(x, B::Multiply) {
        return xlogy_of_product(b, k, p, q).or_else(|| xlogy_of_product(b, k, q, p));
    }
    if let Some(divisor) = reciprocal(b, x) {
        let log = b.call(B::Xlogy, &[k, divisor]);
        return Some(b.call(B::Negate, &[log]));
    }
    if let Some(inner) = b.one(x, B::Sqrt) {
        let (half, log) = (b.constant(0.5), b.call(B::Xlogy, &[k, inner]));
        return Some(b.call(B::Multiply, &[half, log]));
    }
    let (condition, yes, no) = b.choice(x)?;
    if finite_log(b, yes).is_none() && finite_log(b, no).is_none() {
        return None;
    }
    let (yes, no) = (b.call(B::Xlogy, &[k, yes]), b.call(B::Xlogy, &[k, no]));
    Some(b.call(B::Select, &[condition, yes, no]))
}

/// k·log, 0 where k is 0: data may make the logarithm infinite, as an exposure of 0 does, and are
/// certain there.
fn weighted(b: &mut Builder, k: NodeId, log: NodeId) -> NodeId {
    let product = if may_be_infinite(b, log) { B::MaskedProduct } else { B::Multiply };
    b.call(product, &[k, log])
}

/// k·log p + xlogy(k, q), for a p whose logarithm is finite.
fn xlogy_of_product(b: &mut Builder, k: NodeId, p: NodeId, q: NodeId) -> Option<NodeId> {
    let log = finite_log(b, p)?;
    let (first, second) = (weighted(b, k, log), b.call(B::Xlogy, &[k, q]));
    Some(b.call(B::Add, &[first, second]))
}

/// k·log(1 + x), 0 where k is 0.
pub(super) fn xlog1py(b: &mut Builder, operands: &[NodeId]) -> Option<NodeId> {
    let (k, x) = (operands[0], operands[1]);
    if let Some(value) = b.is_constant(k) {
        let log = if value == 0.0 { k } else { b.call(B::Log1p, &[x]) };
        return Some(b.call(B::Multiply, &[k, log]));
    }
    if let Some(inner) = b.one(x, B::Exp) {
        let log = b.call(B::Log1pExp, &[inner]);
        return Some(weighted(b, k, log));
    }
    let one_more = one_plus(b, x)?;
    Some(b.call(B::Xlogy, &[k, one_more]))
}
