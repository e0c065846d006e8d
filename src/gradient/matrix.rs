//! Derivatives of matrix operations: Cholesky factors and triangular solutions (Murray 2016, arXiv
//! 1602.07527).

use crate::base::IdMap;
use crate::builtins::Builtin;
use crate::program::axes::{union, without};
use crate::program::{AxisId, Builder, Computation, NodeId, Op, Program, remove_dead};

/// x where row ≥ column, else 0.
pub(super) fn lower(b: &mut Builder, x: NodeId, (row, col): (AxisId, AxisId)) -> NodeId {
    let (i, j) = (b.iota(row), b.iota(col));
    let below = b.call(Builtin::GreaterEqual, &[i, j]);
    let zero = b.constant(0.0);
    b.call(Builtin::Select, &[below, x, zero])
}

/// The adjoint of L in u = L⁻¹b or L⁻ᵀb, from the adjoint `back` of b: −tril(b̄uᵀ), −tril(ub̄ᵀ)
/// where transposed. Over the axes of L.
pub(super) fn solve_matrix_adjoint(
    b: &mut Builder,
    l: NodeId,
    back: NodeId,
    solution: NodeId,
    (row, col): (AxisId, AxisId),
) -> NodeId {
    let extra = without(&union(b.axes(back), b.axes(solution)), b.axes(l));
    let product = b.contract(back, solution, &extra);
    let opposite = b.call(Builtin::Negate, &[product]);
    lower(b, opposite, (row, col))
}

/// The tangent of a Cholesky factor: LΦ(L⁻¹ẋL⁻ᵀ), Φ the lower triangle with its diagonal halved.
pub(super) fn cholesky_tangent(
    b: &mut Builder,
    l: NodeId,
    x: NodeId,
    (row, col): (AxisId, AxisId),
) -> NodeId {
    let (p, q) = (b.alias(col), b.alias(row));
    let x = b.expand(x, &[row, col]);
    let columns = b.rename(x, col, p);
    let left = b.solve(l, columns, row, col, false);
    let left = b.rename(left, col, q);
    let rows = b.rename(left, p, row);
    let middle = b.solve(l, rows, row, col, false);
    let (i, j) = (b.iota(q), b.iota(col));
    let (below, diagonal) = (b.call(Builtin::Greater, &[i, j]), b.call(Builtin::Equal, &[i, j]));
    let (zero, half) = (b.constant(0.0), b.constant(0.5));
    let halved = b.call(Builtin::Multiply, &[half, middle]);
    let rest = b.call(Builtin::Select, &[diagonal, halved, zero]);
    let phi = b.call(Builtin::Select, &[below, middle, rest]);
    let factor = b.rename(l, col, q);
    b.contract(factor, phi, &[q])
}

/// ½L⁻ᵀ(Φ + Φᵀ)L⁻¹ with Φ(LᵀL̄), from products and solutions, which have derivatives.
fn adjoint(b: &mut Builder, l: NodeId, bar: NodeId, (row, col): (AxisId, AxisId)) -> NodeId {
    let (p, q) = (b.alias(col), b.alias(row));
    let bar = lower(b, bar, (row, col));
    let factor = b.rename(l, col, p);
    let product = b.contract(factor, bar, &[row]);
    let (i, j) = (b.iota(p), b.iota(col));
    let below = b.call(Builtin::GreaterEqual, &[i, j]);
    let mirrored = b.gather(product, &[(p, j), (col, i)]);
    // The halved diagonal comes twice.
    let symmetric = b.call(Builtin::Select, &[below, product, mirrored]);
    let left = b.solve(l, symmetric, row, col, true);
    let left = b.rename(left, row, q);
    let left = b.rename(left, p, col);
    let whole = b.solve(l, left, row, col, true);
    let whole = b.rename(whole, q, col);
    let half = b.constant(0.5);
    b.call(Builtin::Multiply, &[half, whole])
}

/// The program with each `CholeskyAdjoint` written out.
pub(super) fn write_out(computation: Computation) -> Computation {
    let program = &computation.program;
    let is_adjoint = |id: &NodeId| matches!(program.nodes[*id].op, Op::CholeskyAdjoint { .. });
    let adjoints: Vec<NodeId> = program.nodes.ids().filter(is_adjoint).collect();
    if adjoints.is_empty() {
        return computation;
    }
    let mut b = Builder::resume(computation);
    let mut instead: IdMap<NodeId, Option<NodeId>> = b.program.nodes.filled(None);
    for id in adjoints {
        let node = b.program.nodes[id].clone();
        if let Op::CholeskyAdjoint { row, col } = node.op {
            b.at(node.span);
            let operand = |place: usize| {
                let old = node.operands[place];
                instead.get(old).copied().flatten().unwrap_or(old)
            };
            let (l, bar) = (operand(0), operand(1));
            instead[id] = Some(adjoint(&mut b, l, bar, (row, col)));
        }
    }
    let mut written = b.finish();
    replace(&mut written.program, &instead);
    remove_dead(written)
}

/// Puts other nodes in the place of some.
fn replace(program: &mut Program, instead: &IdMap<NodeId, Option<NodeId>>) {
    let new = |id: &mut NodeId| *id = instead.get(*id).copied().flatten().unwrap_or(*id);
    program.nodes.iter_mut().for_each(|(_, node)| node.operands.iter_mut().for_each(new));
    for (_, tie) in program.ties.iter_mut() {
        tie.carries.iter_mut().for_each(|link| {
            new(&mut link.init);
            new(&mut link.next);
        });
    }
    program.terms.iter_mut().for_each(|term| new(&mut term.node));
    program.outputs.iter_mut().for_each(|output| new(&mut output.node));
}
