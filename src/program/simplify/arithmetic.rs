//! Rules of sums, products, quotients and powers.

use crate::builtins::Builtin as B;
use crate::program::simplify::pattern::{cancelled, distance, offset, reciprocal, scaled};
use crate::program::{Builder, NodeId};

pub(super) fn add(b: &mut Builder, operands: &[NodeId]) -> Option<NodeId> {
    let (x, y) = (operands[0], operands[1]);
    if let Some(c) = b.is_constant(x) {
        return add_constant(b, c, y);
    }
    if let Some(total) = cancelled(b, x, y) {
        return Some(total);
    }
    if let Some((k, l)) = like_terms(b, x, y) {
        let total = b.constant(k);
        return Some(b.call(B::Multiply, &[total, l]));
    }
    match (b.one(x, B::Negate), b.one(y, B::Negate)) {
        (Some(p), Some(q)) => {
            let total = b.call(B::Add, &[p, q]);
            Some(b.call(B::Negate, &[total]))
        }
        (Some(p), None) => Some(b.call(B::Subtract, &[y, p])),
        (None, Some(q)) => Some(b.call(B::Subtract, &[x, q])),
        (None, None) => None,
    }
}

/// c + y.
fn add_constant(b: &mut Builder, c: f64, y: NodeId) -> Option<NodeId> {
    if c == 0.0 {
        return Some(y);
    }
    if let Some((d, rest)) = offset(b, y) {
        let total = b.constant(c + d);
        return Some(b.call(B::Add, &[total, rest]));
    }
    if let Some((d, taken)) = distance(b, y) {
        let total = b.constant(c + d);
        return Some(b.call(B::Subtract, &[total, taken]));
    }
    let taken = b.one(y, B::Negate)?;
    let c = b.constant(c);
    Some(b.call(B::Subtract, &[c, taken]))
}

/// k·l for a·l + c·l.
fn like_terms(b: &Builder, x: NodeId, y: NodeId) -> Option<(f64, NodeId)> {
    let (a, l) = scaled(b, x).unwrap_or((1.0, x));
    let (c, m) = scaled(b, y).unwrap_or((1.0, y));
    (l == m).then_some((a + c, l))
}

pub(super) fn subtract(b: &mut Builder, operands: &[NodeId]) -> Option<NodeId> {
    let (x, y) = (operands[0], operands[1]);
    if x == y {
        return Some(b.constant(0.0));
    }
    if let Some(c) = b.is_constant(y) {
        let opposite = b.constant(-c);
        return Some(b.call(B::Add, &[opposite, x]));
    }
    if b.is_constant(x) == Some(0.0) {
        return Some(b.call(B::Negate, &[y]));
    }
    if let Some(c) = b.is_constant(x) {
        if let Some((d, rest)) = offset(b, y) {
            let total = b.constant(c - d);
            return Some(b.call(B::Subtract, &[total, rest]));
        }
        if let Some((d, taken)) = distance(b, y) {
            let total = b.constant(c - d);
            return Some(b.call(B::Add, &[total, taken]));
        }
    }
    if let Some(q) = b.one(y, B::Negate) {
        return Some(b.call(B::Add, &[x, q]));
    }
    if let Some(p) = b.one(x, B::Negate) {
        let total = b.call(B::Add, &[p, y]);
        return Some(b.call(B::Negate, &[total]));
    }
    b.two(x, B::Add).and_then(|(p, q)| if p == y { Some(q) } else { (q == y).then_some(p) })
}

pub(super) fn multiply(b: &mut Builder, operands: &[NodeId]) -> Option<NodeId> {
    let (x, y) = (operands[0], operands[1]);
    if let Some(c) = b.is_constant(x) {
        return multiply_constant(b, c, y);
    }
    for (p, q) in [(x, y), (y, x)] {
        if let Some(p) = b.one(p, B::Negate) {
            let product = b.call(B::Multiply, &[p, q]);
            return Some(b.call(B::Negate, &[product]));
        }
        if let Some(rest) = cancelled_factor(b, p, q) {
            return Some(rest);
        }
    }
    if let Some((c, rest)) = scaled(b, x).or_else(|| scaled(b, y)) {
        let other = if scaled(b, x).is_some() { y } else { x };
        let product = b.call(B::Multiply, &[rest, other]);
        let c = b.constant(c);
        return Some(b.call(B::Multiply, &[c, product]));
    }
    if b.axes(x).is_empty() && b.axes(y).is_empty() {
        return Some(scalar_product(b, x, y));
    }
    invariant_first(b, x, y).or_else(|| invariant_first(b, y, x))
}

/// A product of scalars, its factors in one order, so that equal products are one node; a factor
/// and its reciprocal cancel.
fn scalar_product(b: &mut Builder, x: NodeId, y: NodeId) -> NodeId {
    let mut factors = Vec::new();
    let mut open = vec![x, y];
    while let Some(factor) = open.pop() {
        match b.two(factor, B::Multiply) {
            Some((p, q)) => open.extend([p, q]),
            None => match factors.iter().position(|&f| are_reciprocal(b, f, factor)) {
                Some(place) => {
                    factors.swap_remove(place);
                }
                None => factors.push(factor),
            },
        }
    }
    factors.sort_unstable();
    let product = factors
        .into_iter()
        .reduce(|product, factor| b.push_call(B::Multiply, vec![product, factor]));
    product.unwrap_or_else(|| b.constant(1.0))
}

/// 1 for x·(1/x), p for x·(p·(1/x)).
fn cancelled_factor(b: &mut Builder, x: NodeId, y: NodeId) -> Option<NodeId> {
    if are_reciprocal(b, x, y) {
        return Some(b.constant(1.0));
    }
    let (p, q) = b.two(y, B::Multiply)?;
    if are_reciprocal(b, x, q) {
        return Some(p);
    }
    are_reciprocal(b, x, p).then_some(q)
}

fn are_reciprocal(b: &Builder, x: NodeId, y: NodeId) -> bool {
    reciprocal(b, x) == Some(y) || reciprocal(b, y) == Some(x)
}

/// x·(p·q) as (x·p)·q, where x and p vary over fewer axes than q: the product of both is computed
/// once.
fn invariant_first(b: &mut Builder, x: NodeId, y: NodeId) -> Option<NodeId> {
    let (p, q) = b.two(y, B::Multiply)?;
    let (p, q) = if b.axes(p).len() <= b.axes(q).len() { (p, q) } else { (q, p) };
    let small =
        |b: &Builder, f: NodeId| b.axes(f).len() < b.axes(q).len() && b.varies_over(q, b.axes(f));
    if !small(b, x) || !small(b, p) {
        return None;
    }
    let both = b.call(B::Multiply, &[x, p]);
    Some(b.call(B::Multiply, &[both, q]))
}

/// c·y.
fn multiply_constant(b: &mut Builder, c: f64, y: NodeId) -> Option<NodeId> {
    if c == 0.0 {
        return Some(b.constant(0.0));
    }
    if c == 1.0 {
        return Some(y);
    }
    if c == -1.0 {
        return Some(b.call(B::Negate, &[y]));
    }
    let (factor, rest) = match (scaled(b, y), b.one(y, B::Negate)) {
        (Some((d, rest)), _) => (c * d, rest),
        (None, Some(rest)) => (-c, rest),
        (None, None) => return None,
    };
    let factor = b.constant(factor);
    Some(b.call(B::Multiply, &[factor, rest]))
}

/// A quotient is a product with a reciprocal: one division serves all quotients and derivatives by
/// the same divisor, outside the plates that it lacks. What data alone decide (an `if`) is divided
/// as written.
pub(super) fn divide(b: &mut Builder, operands: &[NodeId]) -> Option<NodeId> {
    let (x, y) = (operands[0], operands[1]);
    let over = b.is_constant(x);
    if over == Some(0.0) || b.is_constant(y) == Some(1.0) {
        return Some(x);
    }
    if let Some(inner) = b.one(y, B::Negate) {
        let quotient = b.call(B::Divide, &[x, inner]);
        return Some(b.call(B::Negate, &[quotient]));
    }
    if let Some(q) = reciprocal(b, y) {
        return Some(b.call(B::Multiply, &[x, q]));
    }
    if b.depends_on_data_only(x) && b.depends_on_data_only(y) {
        return None;
    }
    let one = b.constant(1.0);
    if over != Some(1.0) {
        let reciprocal = b.call(B::Divide, &[one, y]);
        return Some(b.call(B::Multiply, &[x, reciprocal]));
    }
    let (c, rest) = scaled(b, y)?;
    let (c, reciprocal) = (b.constant(1.0 / c), b.call(B::Divide, &[one, rest]));
    Some(b.call(B::Multiply, &[c, reciprocal]))
}

pub(super) fn negate(b: &mut Builder, operands: &[NodeId]) -> Option<NodeId> {
    let x = operands[0];
    if let Some(inner) = b.one(x, B::Negate) {
        return Some(inner);
    }
    if let Some((p, q)) = b.two(x, B::Subtract) {
        return Some(b.call(B::Subtract, &[q, p]));
    }
    if let Some((c, rest)) = offset(b, x) {
        let opposite = b.constant(-c);
        return Some(b.call(B::Subtract, &[opposite, rest]));
    }
    let (c, rest) = scaled(b, x)?;
    let opposite = b.constant(-c);
    Some(b.call(B::Multiply, &[opposite, rest]))
}

pub(super) fn power(b: &mut Builder, operands: &[NodeId]) -> Option<NodeId> {
    let (x, y) = (operands[0], operands[1]);
    if let Some(exponent) = b.one(x, B::Exp) {
        let product = b.call(B::Multiply, &[exponent, y]);
        return Some(b.call(B::Exp, &[product]));
    }
    let exponent = b.is_constant(y)?;
    if exponent < 0.0 && is_simple(-exponent) {
        let opposite = b.constant(-exponent);
        let inverse = b.call(B::Power, &[x, opposite]);
        let one = b.constant(1.0);
        return Some(b.call(B::Divide, &[one, inverse]));
    }
    if exponent == 0.0 {
        return Some(b.constant(1.0));
    }
    if exponent == 1.0 {
        return Some(x);
    }
    if exponent == 0.5 {
        return Some(b.call(B::Sqrt, &[x]));
    }
    let square = |b: &mut Builder, x: NodeId| b.call(B::Multiply, &[x, x]);
    if exponent == 2.0 {
        return Some(square(b, x));
    }
    if exponent == 3.0 {
        let squared = square(b, x);
        return Some(b.call(B::Multiply, &[squared, x]));
    }
    if exponent == 4.0 {
        let squared = square(b, x);
        return Some(square(b, squared));
    }
    None
}

/// Exponents that are written as products and roots.
fn is_simple(exponent: f64) -> bool {
    [0.5, 1.0, 2.0, 3.0, 4.0].contains(&exponent)
}

pub(super) fn sqrt(b: &mut Builder, operands: &[NodeId]) -> Option<NodeId> {
    if let Some(exponent) = b.one(operands[0], B::Exp) {
        let half = b.constant(0.5);
        let product = b.call(B::Multiply, &[half, exponent]);
        return Some(b.call(B::Exp, &[product]));
    }
    let (x, y) = b.two(operands[0], B::Multiply)?;
    (x == y).then(|| b.call(B::Abs, &[x]))
}

pub(super) fn abs(b: &mut Builder, operands: &[NodeId]) -> Option<NodeId> {
    let x = operands[0];
    if let Some(inner) = b.one(x, B::Negate) {
        return Some(b.call(B::Abs, &[inner]));
    }
    let positive =
        [B::Abs, B::Exp, B::Sqrt, B::InvLogit, B::Phi].iter().any(|&f| b.one(x, f).is_some());
    let square = b.two(x, B::Multiply).is_some_and(|(p, q)| p == q);
    (positive || square).then_some(x)
}
