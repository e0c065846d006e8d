//! Program → which axes are written out element by element: small ones, as long as the whole stays
//! small.

use crate::base::IdMap;
use crate::builtins::Builtin;
use crate::program::{AxisId, NodeId, Origin, Program};

use super::work::{Unit, space};

/// The longest axis that is written out.
const LONGEST: usize = 64;

/// How many operations may be written out in all: decided here, before anything is emitted.
const BUDGET: usize = 4_000;

/// By axis: whether it is written out. Axes of one element always are; then shorter ones first,
/// within the budget.
pub(super) fn choose(
    program: &Program,
    live: &IdMap<NodeId, bool>,
    units: &[Unit],
    memberships: &IdMap<NodeId, Vec<usize>>,
) -> IdMap<AxisId, bool> {
    let mut unrolled = program.axes.map(|(_, axis)| axis.size <= 1);
    let spaces = program.nodes.map(|(id, _)| work(program, live, id));
    let mut candidates: Vec<AxisId> =
        program.axes.ids().filter(|&a| (2..=LONGEST).contains(&program.axes[a].size)).collect();
    candidates.sort_by_key(|&a| program.axes[a].size);
    for axis in candidates {
        unrolled[axis] = true;
        if total(program, &spaces, &unrolled) > BUDGET {
            unrolled[axis] = false;
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
    memberships: &IdMap<NodeId, Vec<usize>>,
    unrolled: &mut IdMap<AxisId, bool>,
) {
    loop {
        let must_loop = |unit: &&Unit| {
            let looped = |m: &NodeId| space(program, *m).iter().any(|&a| !unrolled[a]);
            let nested = |m: &NodeId| memberships[*m].len() > 1;
            unrolled[unit.axis]
                && program.axes[unit.axis].size > 1
                && unit.members.iter().any(|m| looped(m) || nested(m))
        };
        match units.iter().find(must_loop) {
            Some(unit) => unrolled[unit.axis] = false,
            None => return,
        }
    }
}

/// The axes over which a node's work repeats, operands of linear algebra as a whole; none for what
/// costs nothing.
fn work(program: &Program, live: &IdMap<NodeId, bool>, id: NodeId) -> Vec<AxisId> {
    let node = &program.nodes[id];
    let read = node.op.is_leaf() && matches!(node.op.origin(), Origin::Data | Origin::Unknown);
    if !live[id] || read {
        return Vec::new();
    }
    let mut axes = space(program, id);
    axes.extend(&node.axes);
    axes.sort_unstable();
    axes.dedup();
    axes
}

fn total(
    program: &Program,
    spaces: &IdMap<NodeId, Vec<AxisId>>,
    unrolled: &IdMap<AxisId, bool>,
) -> usize {
    let elements = |axes: &Vec<AxisId>| -> usize {
        axes.iter()
            .filter(|&&a| unrolled[a])
            .map(|&a| program.axes[a].size)
            .fold(1, usize::saturating_mul)
    };
    let price = |builtin: Builtin| builtin.row().compiled.price;
    let priced = program
        .nodes
        .iter()
        .map(|(id, node)| elements(&spaces[id]).saturating_mul(node.op.called().map_or(1, price)));
    priced.fold(0, usize::saturating_add)
}
