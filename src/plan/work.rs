//! Over which axes the work of a node repeats, and which nodes recur together: what planning counts
//! with.

use crate::program::axes::without;
use crate::program::{AxisId, Form, NodeId, Program, TieId};

/// Recurrences that run together.
#[derive(Clone, Debug)]
pub(super) struct Unit {
    pub axis: AxisId,
    pub reversed: bool,
    pub ties: Vec<TieId>,
    /// In topological order.
    pub members: Vec<NodeId>,
}

/// The axes over which a node's work repeats, ascending: its own and the reduced ones; the
/// operands' for a sum by index; the batch for linear algebra.
pub(super) fn space(program: &Program, id: NodeId) -> Vec<AxisId> {
    let node = &program.nodes[id];
    let of_operands = || node.operands.iter().flat_map(|&o| program.nodes[o].axes.iter().copied());
    let mut axes: Vec<AxisId> = match node.op.form() {
        Form::SumBy { .. } => of_operands().collect(),
        Form::Reduce(over) => node.axes.iter().chain(over).copied().collect(),
        Form::Matrix { row, col } => without(&node.axes, &[row, col]),
        Form::Leaf | Form::Elementwise | Form::Gather(_) | Form::Carry(_) => node.axes.clone(),
    };
    axes.sort_unstable();
    axes.dedup();
    axes
}
