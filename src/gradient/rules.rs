//! The rules, one an operation: what passes back to an operand, and what passes on to the result.
//!
//! In a rule, axes that the cotangent has beyond the operand's are summed by the sweep, and an axis
//! of the node that both lack multiplies by its size; a rule says only what each element gets.

use crate::builtins::{Builtin, Code};
use crate::gradient::cotangent::{Cotangent, masked_product};
use crate::gradient::{matrix, partial};
use crate::program::axes::{union, without};
use crate::program::{AxisId, Builder, NodeId, Op, Type};

/// What the cotangent of a node gives to its operand at `place`: over axes of the operand, or fewer
/// where it is the same along them.
#[expect(clippy::too_many_lines, reason = "one arm an operation")]
pub(super) fn pull_back(
    b: &mut Builder,
    id: NodeId,
    place: usize,
    cotangent: Cotangent,
) -> Cotangent {
    let node = b.program.nodes[id].clone();
    let target = node.operands[place];
    let same = |node: NodeId| Cotangent { node, ..cotangent };
    match &node.op {
        Op::Call(builtin) => {
            let passed = call(b, *builtin, id, place, &node.operands, cotangent);
            let extra = without(&node.axes, b.axes(target));
            Cotangent { node: b.sum(passed.node, &extra), ..passed }
        }
        Op::Sum(_) => cotangent,
        Op::Max(over) => {
            let first = first_maximum(b, target, id, over);
            let node = choose(b, first, cotangent.node);
            Cotangent { node, masked: true, ..cotangent }
        }
        Op::Contract(over) => {
            let other = node.operands[1 - place];
            let summed = without(&union(&node.axes, over), b.axes(target));
            same(b.contract(cotangent.node, other, &summed))
        }
        Op::Gather(named) => {
            let indices = node.indices();
            let kept = without(b.axes(target), named);
            let indexed =
                indices.iter().fold(Vec::new(), |all, &(_, index)| union(&all, b.axes(index)));
            let summed = b.sum_by(cotangent.node, &indices, &without(&indexed, &kept));
            let masked = cotangent.masked || !covers(b, &indices, &kept);
            Cotangent { node: summed, masked, ..cotangent }
        }
        Op::SumBy { axes, over } => {
            let indices = node.indices();
            let repeated = without(&union(&without(&node.axes, axes), over), b.axes(target));
            let taken = b.gather(cotangent.node, &indices);
            same(b.sum(taken, &repeated))
        }
        Op::Cholesky { row, col } => same(b.cholesky_adjoint(id, cotangent.node, *row, *col)),
        Op::Solve { row, col, transposed } => {
            let (row, col) = (*row, *col);
            let back = b.solve(node.operands[0], cotangent.node, row, col, !transposed);
            if place == 1 {
                let extra = without(b.axes(back), b.axes(target));
                return same(b.sum(back, &extra));
            }
            same(matrix::solve_matrix_adjoint(b, target, back, id, (row, col)))
        }
        Op::CholeskyAdjoint { .. } => {
            unreachable!("matrix::write_out takes its place before a sweep")
        }
        Op::Const(_)
        | Op::Data(_)
        | Op::Slot(_)
        | Op::Noise { .. }
        | Op::Discrete(_)
        | Op::Draw { .. }
        | Op::Iota(_)
        | Op::Convert(_)
        | Op::Stop
        | Op::Carry(_) => unreachable!("no derivative passes to an operand of {:?}", node.op),
    }
}

fn call(
    b: &mut Builder,
    builtin: Builtin,
    id: NodeId,
    place: usize,
    operands: &[NodeId],
    cotangent: Cotangent,
) -> Cotangent {
    match builtin.row().code {
        Code::Select => {
            let zero = b.constant(0.0);
            let branches = if place == 1 {
                [operands[0], cotangent.node, zero]
            } else {
                [operands[0], zero, cotangent.node]
            };
            Cotangent { node: b.call(Builtin::Select, &branches), masked: true, ..cotangent }
        }
        Code::One(_) | Code::Two(_) | Code::Three(_) => {
            let partial = partial::of_call(b, builtin, place, operands, id);
            let passed = cotangent.times(b, partial);
            let vanishes = builtin == Builtin::MaskedProduct || partial::may_vanish(builtin);
            Cotangent { vanishing: passed.vanishing || vanishes, ..passed }
        }
        Code::Compare(_) | Code::Logic(_) | Code::SampleOne(_) | Code::SampleTwo(_) => {
            unreachable!("no derivative passes")
        }
    }
}

/// What the tangents of a node's operands (none: 0) give to the node. None: 0.
pub(super) fn push_forward(
    b: &mut Builder,
    id: NodeId,
    tangents: &[Option<NodeId>],
) -> Option<NodeId> {
    let node = b.program.nodes[id].clone();
    let first = tangents.first().copied().flatten();
    match &node.op {
        Op::Call(builtin) => call_tangent(b, *builtin, id, &node.operands, tangents),
        Op::Sum(_) | Op::Gather(_) | Op::SumBy { .. } => first.map(|x| {
            let operands: Vec<NodeId> =
                std::iter::once(x).chain(node.operands[1..].iter().copied()).collect();
            b.rebuild(id, &operands)
        }),
        Op::Max(over) => first.map(|x| {
            let maximum = first_maximum(b, node.operands[0], id, over);
            let chosen = choose(b, maximum, x);
            b.sum(chosen, over)
        }),
        Op::Contract(over) => {
            let left = first.map(|x| b.contract(x, node.operands[1], over));
            let right = tangents[1].map(|x| b.contract(node.operands[0], x, over));
            plus(b, left, right)
        }
        Op::Cholesky { row, col } => {
            first.map(|x| matrix::cholesky_tangent(b, id, x, (*row, *col)))
        }
        Op::Solve { row, col, transposed } => {
            let (row, col, transposed) = (*row, *col, *transposed);
            let over = if transposed { row } else { col };
            let moved = first.map(|l| {
                let lower = matrix::lower(b, l, (row, col));
                let product = b.contract(lower, id, &[over]);
                b.call(Builtin::Negate, &[product])
            });
            let right = plus(b, tangents[1], moved);
            right.map(|right| b.solve(node.operands[0], right, row, col, transposed))
        }
        Op::CholeskyAdjoint { .. } => {
            unreachable!("matrix::write_out takes its place before a sweep")
        }
        Op::Const(_)
        | Op::Data(_)
        | Op::Slot(_)
        | Op::Noise { .. }
        | Op::Discrete(_)
        | Op::Draw { .. }
        | Op::Iota(_)
        | Op::Convert(_)
        | Op::Stop
        | Op::Carry(_) => None,
    }
}

fn call_tangent(
    b: &mut Builder,
    builtin: Builtin,
    id: NodeId,
    operands: &[NodeId],
    tangents: &[Option<NodeId>],
) -> Option<NodeId> {
    match builtin.row().code {
        Code::Select => {
            tangents[1].or(tangents[2])?;
            let zero = b.constant(0.0);
            Some(b.call(
                Builtin::Select,
                &[operands[0], tangents[1].unwrap_or(zero), tangents[2].unwrap_or(zero)],
            ))
        }
        Code::One(_) | Code::Two(_) | Code::Three(_) => {
            let mut total = None;
            for (place, tangent) in tangents.iter().enumerate() {
                if let Some(tangent) = *tangent {
                    let partial = partial::of_call(b, builtin, place, operands, id);
                    let product = if partial::is_finite(builtin) {
                        b.call(Builtin::Multiply, &[tangent, partial])
                    } else {
                        masked_product(b, tangent, partial)
                    };
                    total = plus(b, total, Some(product));
                }
            }
            total
        }
        Code::Compare(_) | Code::Logic(_) | Code::SampleOne(_) | Code::SampleTwo(_) => None,
    }
}

/// The sum of both, where none stands for 0.
fn plus(b: &mut Builder, left: Option<NodeId>, right: Option<NodeId>) -> Option<NodeId> {
    match (left, right) {
        (Some(left), Some(right)) => Some(b.call(Builtin::Add, &[left, right])),
        (one, None) | (None, one) => one,
    }
}

/// x where the condition holds, else 0.
fn choose(b: &mut Builder, condition: NodeId, x: NodeId) -> NodeId {
    let zero = b.constant(0.0);
    b.call(Builtin::Select, &[condition, x, zero])
}

/// Whether an element of x is the first, in canonical layout over `over`, that equals the maximum.
#[expect(clippy::cast_precision_loss, reason = "a value has fewer than 2^53 elements")]
fn first_maximum(b: &mut Builder, x: NodeId, maximum: NodeId, over: &[AxisId]) -> NodeId {
    let mut place = b.constant(0.0);
    for (number, &axis) in over.iter().enumerate() {
        let stride = b.constant(b.program.extent(&over[number + 1..]) as f64);
        let along = b.iota(axis);
        let along = b.convert(along, Type::Real);
        let along = b.call(Builtin::Multiply, &[stride, along]);
        place = b.call(Builtin::Add, &[place, along]);
    }
    let beyond = b.constant(b.program.extent(over) as f64);
    let equal = b.call(Builtin::Equal, &[x, maximum]);
    let candidate = b.call(Builtin::Select, &[equal, place, beyond]);
    let opposite = b.call(Builtin::Negate, &[candidate]);
    let last = b.max(opposite, over);
    let first = b.call(Builtin::Negate, &[last]);
    b.call(Builtin::Equal, &[place, first])
}

/// Whether indices of data name every element of their axes, so that each gathered element passes
/// something back.
fn covers(b: &mut Builder, indices: &[(AxisId, NodeId)], kept: &[AxisId]) -> bool {
    let aligned = indices.iter().any(|&(_, index)| b.axes(index).iter().any(|a| kept.contains(a)));
    !aligned && b.named(indices).is_some_and(|named| named.into_iter().all(|n| n))
}
