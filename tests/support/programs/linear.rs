//! Linear algebra: alone, in batches, in a recurrence.

use pgmc::builtins::Builtin as B;
use pgmc::program::{AxisId, NodeId};

use super::{Case, Maker};

pub fn cases() -> Vec<Case> {
    vec![
        single("gaussian process", 3),
        single("large gaussian process", 70),
        batch("batch", 4),
        batch("large batch", 90),
        filter(),
    ]
}

/// exp(−(xᵢ − xⱼ)²/2) plus a diagonal.
fn covariance(m: &mut Maker, x: NodeId, i: AxisId, j: AxisId) -> NodeId {
    let other = m.0.rename(x, i, j);
    let gap = m.two(B::Subtract, x, other);
    let square = m.multiply(gap, gap);
    let half = m.0.constant(-0.5);
    let exponent = m.multiply(half, square);
    let kernel = m.one(B::Exp, exponent);
    let (a, b) = (m.0.iota(i), m.0.iota(j));
    let same = m.two(B::Equal, a, b);
    let (one, zero) = (m.0.constant(0.7), m.0.constant(0.0));
    let diagonal = m.0.call(B::Select, &[same, one, zero]);
    m.add(kernel, diagonal)
}

/// Factor, solutions both ways and the adjoint.
fn single(name: &'static str, size: usize) -> Case {
    let mut m = Maker::default();
    let i = m.axis("i", size);
    let j = m.0.alias(i);
    let (x, y) = (m.0.slot(&[i]), m.data("y", &[i]));
    let k = covariance(&mut m, x, i, j);
    let l = m.0.cholesky(k, i, j);
    let u = m.0.solve(l, y, i, j, false);
    let v = m.0.solve(l, u, i, j, true);
    let fit = m.0.contract(v, y, &[i]);
    let position = m.0.iota(i);
    let pivots = m.0.gather(l, &[(j, position)]);
    let logs = m.one(B::Log, pivots);
    let volume = m.0.sum(logs, &[i]);
    let weights = m.data("weights", &[i, j]);
    let bar = m.multiply(l, weights);
    let adjoint = m.0.cholesky_adjoint(l, bar, i, j);
    [fit, volume, u, v, adjoint, l].into_iter().for_each(|n| m.out(n));
    m.case(name)
}

/// One matrix of two rows for each element of a plate; the right-hand side too, or not.
fn batch(name: &'static str, size: usize) -> Case {
    let mut m = Maker::default();
    let (i, b) = (m.axis("i", 2), m.axis("batch", size));
    let j = m.0.alias(i);
    let (x, y, z) = (m.0.slot(&[i, b]), m.data("y", &[i]), m.data("z", &[i, b]));
    let k = covariance(&mut m, x, i, j);
    let l = m.0.cholesky(k, i, j);
    let (u, w) = (m.0.solve(l, y, i, j, false), m.0.solve(l, z, i, j, false));
    let product = m.multiply(u, w);
    let value = m.0.sum(product, &[j, b]);
    let back = m.0.solve(l, w, i, j, true);
    let bar = m.multiply(l, z);
    let adjoint = m.0.cholesky_adjoint(l, bar, i, j);
    [value, back, adjoint].into_iter().for_each(|n| m.out(n));
    m.case(name)
}

/// A covariance that is carried along, as in a Kalman filter: P ← I + L·Lᵀ/4 with L the factor of
/// P.
fn filter() -> Case {
    let mut m = Maker::default();
    let (t, i) = (m.axis("time", 70), m.axis("i", 2));
    let j = m.0.alias(i);
    let (x, y) = (m.0.slot(&[i]), m.data("y", &[t, i]));
    let start = covariance(&mut m, x, i, j);
    let carry = m.0.carry(t, None, false, start, &[i, j]);
    let l = m.0.cholesky(carry, i, j);
    let u = m.0.solve(l, y, i, j, false);
    let k = m.0.alias(i);
    let (left, right) = (m.0.rename(l, j, k), m.0.rename(l, j, k));
    let right = m.0.rename(right, i, j);
    let square = m.0.contract(left, right, &[k]);
    let quarter = m.0.constant(0.25);
    let square = m.multiply(quarter, square);
    let next = m.add(start, square);
    m.0.tie(carry, next);
    let product = m.multiply(u, u);
    let value = m.0.sum(product, &[t, j]);
    [value, next].into_iter().for_each(|n| m.out(n));
    m.case("filter")
}
