//! Program → which axes are written out element by element: small ones, as long as the whole stays
//! small.

use crate::base::Id;
use crate::program::{AxisId, NodeId, Op, Program};

use super::survey::{Unit, space};

/// The longest axis that is written out.
const LONGEST: usize = 64;

/// How many operations may be written out in all: decided here, before anything is emitted.
const BUDGET: usize = 4_000;

/// By axis: whether it is written out. Axes of one element always are; then shorter ones first,
/// within the budget.
pub(super) fn choose(
    program: &Program,
    live: &[bool],
    units: &[Unit],
    memberships: &[Vec<usize>],
) -> Vec<bool> {
    let mut unrolled: Vec<bool> = program.axes.iter().map(|(_, axis)| axis.size <= 1).collect();
    let spaces: Vec<Vec<AxisId>> = program.nodes.ids().map(|id| work(program, live, id)).collect();
    let mut candidates: Vec<AxisId> =
        program.axes.ids().filter(|&a| (2..=LONGEST).contains(&program.axes[a].size)).collect();
    candidates.sort_by_key(|&a| program.axes[a].size);
    for axis in candidates {
        unrolled[axis.index()] = true;
        if total(program, &spaces, &unrolled) > BUDGET {
            unrolled[axis.index()] = false;
        }
    }
    keep_looped_recurrences(program, units, memberships, &mut unrolled);
    unrolled
}

/// A recurrence is written out only where all of its members are; loops inside it would have to be
/// written out once a step.
fn keep_looped_recurrences(
    program: &Program,
    units: &[Unit],
    memberships: &[Vec<usize>],
    unrolled: &mut [bool],
) {
    loop {
        let must_loop = |unit: &&Unit| {
            let looped = |m: &NodeId| space(program, *m).iter().any(|a| !unrolled[a.index()]);
            let nested = |m: &NodeId| memberships[m.index()].len() > 1;
            unrolled[unit.axis.index()]
                && program.axes[unit.axis].size > 1
                && unit.members.iter().any(|m| looped(m) || nested(m))
        };
        match units.iter().find(must_loop) {
            Some(unit) => unrolled[unit.axis.index()] = false,
            None => return,
        }
    }
}

/// The axes over which a node's work repeats, operands of linear algebra as a whole; none for what
/// costs nothing.
fn work(program: &Program, live: &[bool], id: NodeId) -> Vec<AxisId> {
    let node = &program.nodes[id];
    if !live[id.index()]
        || matches!(node.op, Op::Const(_) | Op::Data(_) | Op::Iota(_) | Op::Slot(_))
    {
        return Vec::new();
    }
    let mut axes = space(program, id);
    axes.extend(&node.axes);
    axes.sort_unstable();
    axes.dedup();
    axes
}

fn total(program: &Program, spaces: &[Vec<AxisId>], unrolled: &[bool]) -> usize {
    let elements = |axes: &Vec<AxisId>| -> usize {
        axes.iter()
            .filter(|a| unrolled[a.index()])
            .map(|&a| program.axes[a].size)
            .fold(1, usize::saturating_mul)
    };
    let priced = program.nodes.iter().zip(spaces).map(|((_, node), axes)| match node.op {
        Op::Call(builtin) => elements(axes).saturating_mul(builtin.row().compiled.price),
        Op::Const(_)
        | Op::Data(_)
        | Op::Slot(_)
        | Op::Noise { .. }
        | Op::Discrete(_)
        | Op::Draw { .. }
        | Op::Iota(_)
        | Op::Convert(_)
        | Op::Stop
        | Op::Sum(_)
        | Op::Max(_)
        | Op::Contract(_)
        | Op::Gather(_)
        | Op::SumBy { .. }
        | Op::Cholesky { .. }
        | Op::Solve { .. }
        | Op::CholeskyAdjoint { .. }
        | Op::Carry(_) => elements(axes),
    });
    priced.fold(0, usize::saturating_add)
}
