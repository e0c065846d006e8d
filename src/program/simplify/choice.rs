//! Rules of truth values and of `select`. A `select` with a 0 stays outside of what is done to it,
//! so that 0 stays 0 there: this keeps a NaN of the branch not taken out of derivatives.

use crate::builtins::Builtin as B;
use crate::program::axes::union;
use crate::program::{Builder, NodeId, Type};

pub(super) fn and(b: &mut Builder, operands: &[NodeId]) -> Option<NodeId> {
    let (x, y) = (operands[0], operands[1]);
    match b.is_constant(x) {
        Some(0.0) => Some(x),
        Some(_) => Some(y),
        None => (x == y).then_some(x),
    }
}

pub(super) fn or(b: &mut Builder, operands: &[NodeId]) -> Option<NodeId> {
    let (x, y) = (operands[0], operands[1]);
    match b.is_constant(x) {
        Some(0.0) => Some(y),
        Some(_) => Some(x),
        None => (x == y).then_some(x),
    }
}

pub(super) fn not(b: &mut Builder, operands: &[NodeId]) -> Option<NodeId> {
    b.one(operands[0], B::Not)
}

/// Functions that are worth computing once for both branches, defined wherever their branches are.
const SHARED: [B; 7] =
    [B::Exp, B::InvLogit, B::LogInvLogit, B::Log1pExp, B::Phi, B::LogPhi, B::Negate];

pub(super) fn select(b: &mut Builder, operands: &[NodeId]) -> Option<NodeId> {
    let (condition, yes, no) = (operands[0], operands[1], operands[2]);
    if yes == no {
        return Some(yes);
    }
    if let Some(value) = b.is_constant(condition) {
        return Some(if value == 0.0 { no } else { yes });
    }
    if let Some(opposite) = b.one(condition, B::Not) {
        return Some(b.call(B::Select, &[opposite, no, yes]));
    }
    if b.ty(yes) == Type::Bool
        && let Some(logic) = select_truth(b, condition, yes, no)
    {
        return Some(logic);
    }
    if let Some((_, inner, _)) = b.choice(yes).filter(|&(same, ..)| same == condition) {
        return Some(b.call(B::Select, &[condition, inner, no]));
    }
    if let Some((_, _, inner)) = b.choice(no).filter(|&(same, ..)| same == condition) {
        return Some(b.call(B::Select, &[condition, yes, inner]));
    }
    let varies = union(b.axes(yes), b.axes(no));
    if b.axes(condition).iter().any(|a| !varies.contains(a)) {
        return None;
    }
    let (function, yes, no) =
        SHARED.iter().find_map(|&f| Some((f, b.one(yes, f)?, b.one(no, f)?)))?;
    let argument = b.call(B::Select, &[condition, yes, no]);
    Some(b.call(function, &[argument]))
}

/// A choice of truth values as logic.
fn select_truth(b: &mut Builder, condition: NodeId, yes: NodeId, no: NodeId) -> Option<NodeId> {
    match (b.is_constant(yes), b.is_constant(no)) {
        (Some(yes), Some(_)) => {
            Some(if yes == 0.0 { b.call(B::Not, &[condition]) } else { condition })
        }
        (Some(0.0), None) => {
            let opposite = b.call(B::Not, &[condition]);
            Some(b.call(B::And, &[opposite, no]))
        }
        (Some(_), None) => Some(b.call(B::Or, &[condition, no])),
        (None, Some(0.0)) => Some(b.call(B::And, &[condition, yes])),
        (None, Some(_)) => {
            let opposite = b.call(B::Not, &[condition]);
            Some(b.call(B::Or, &[opposite, yes]))
        }
        (None, None) => None,
    }
}

/// A choice between a value and 0: (condition, value, whether the value is taken where the
/// condition holds).
fn masked(b: &Builder, x: NodeId) -> Option<(NodeId, NodeId, bool)> {
    let (condition, yes, no) = b.choice(x)?;
    if b.is_constant(no) == Some(0.0) {
        return Some((condition, yes, true));
    }
    (b.is_constant(yes) == Some(0.0)).then_some((condition, no, false))
}

fn with_mask(b: &mut Builder, (condition, value, taken): (NodeId, NodeId, bool)) -> NodeId {
    let zero = b.constant(0.0);
    let branches = if taken { [condition, value, zero] } else { [condition, zero, value] };
    b.call(B::Select, &branches)
}

/// select(c, x, 0) + select(c, y, z): one choice.
pub(super) fn add(b: &mut Builder, operands: &[NodeId]) -> Option<NodeId> {
    let (x, y) = (operands[0], operands[1]);
    masked(b, x).or_else(|| masked(b, y))?;
    let ((c, yes, no), (d, other_yes, other_no)) = (b.choice(x)?, b.choice(y)?);
    if c != d {
        return None;
    }
    let (yes, no) = (b.call(B::Add, &[yes, other_yes]), b.call(B::Add, &[no, other_no]));
    Some(b.call(B::Select, &[c, yes, no]))
}

/// select(c, x, 0)·y is select(c, x·y, 0).
pub(super) fn multiply(b: &mut Builder, operands: &[NodeId]) -> Option<NodeId> {
    for (x, y) in [(operands[0], operands[1]), (operands[1], operands[0])] {
        if let Some((condition, value, taken)) = masked(b, x)
            && b.varies_over(x, b.axes(y))
        {
            let product = b.call(B::Multiply, &[value, y]);
            return Some(with_mask(b, (condition, product, taken)));
        }
    }
    None
}

/// −select(c, x, 0) is select(c, −x, 0).
pub(super) fn negate(b: &mut Builder, operands: &[NodeId]) -> Option<NodeId> {
    let (condition, value, taken) = masked(b, operands[0])?;
    let opposite = b.call(B::Negate, &[value]);
    Some(with_mask(b, (condition, opposite, taken)))
}

/// f(x\[i\]) as f(x)\[i\], where x has fewer elements: for functions that are finite with their
/// derivatives wherever x is.
pub(super) fn of_gathered(b: &mut Builder, function: B, x: NodeId) -> Option<NodeId> {
    const FUNCTIONS: [B; 5] = [B::Exp, B::InvLogit, B::LogInvLogit, B::Log1pExp, B::Tanh];
    let (inner, indices) = b.gathered(x).filter(|_| FUNCTIONS.contains(&function))?;
    if b.program.extent(b.axes(inner)) >= b.program.extent(b.axes(x)) {
        return None;
    }
    let value = b.call(function, &[inner]);
    Some(b.gather(value, &indices))
}
