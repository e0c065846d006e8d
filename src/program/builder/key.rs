//! A node → what makes two nodes equal: operation, operands, axes and type, but not the span.

use crate::builtins::Builtin;
use crate::program::{ArrayId, AxisId, Node, NodeId, Op, Type};

/// Equal for equal nodes.
#[derive(PartialEq, Eq, Hash)]
pub(super) struct Key {
    kind: Kind,
    operands: Vec<NodeId>,
    axes: Vec<AxisId>,
    ty: Type,
}

/// The operation, in a form that can be hashed.
#[derive(PartialEq, Eq, Hash)]
enum Kind {
    Const(u64),
    Data(ArrayId),
    Iota(AxisId),
    Call(Builtin),
    Convert,
    Stop,
    Sum(Vec<AxisId>),
    Max(Vec<AxisId>),
    Contract(Vec<AxisId>),
    Gather(Vec<AxisId>),
    SumBy(Vec<AxisId>, Vec<AxisId>),
    Cholesky(AxisId, AxisId),
    Solve(AxisId, AxisId, bool),
    CholeskyAdjoint(AxisId, AxisId),
}

impl Key {
    /// None for nodes that are each their own: slots, noises, draws, carries.
    pub(super) fn of(node: &Node) -> Option<Self> {
        let kind = match &node.op {
            Op::Const(value) => Kind::Const(value.to_bits()),
            Op::Data(array) => Kind::Data(*array),
            Op::Iota(axis) => Kind::Iota(*axis),
            Op::Call(builtin) => Kind::Call(*builtin),
            Op::Convert(_) => Kind::Convert,
            Op::Stop => Kind::Stop,
            Op::Sum(axes) => Kind::Sum(axes.clone()),
            Op::Max(axes) => Kind::Max(axes.clone()),
            Op::Contract(axes) => Kind::Contract(axes.clone()),
            Op::Gather(axes) => Kind::Gather(axes.clone()),
            Op::SumBy { axes, over } => Kind::SumBy(axes.clone(), over.clone()),
            Op::Cholesky { row, col } => Kind::Cholesky(*row, *col),
            Op::Solve { row, col, transposed } => Kind::Solve(*row, *col, *transposed),
            Op::CholeskyAdjoint { row, col } => Kind::CholeskyAdjoint(*row, *col),
            Op::Slot(_) | Op::Noise { .. } | Op::Discrete(_) | Op::Draw { .. } | Op::Carry(_) => {
                return None;
            }
        };
        Some(Self { kind, operands: node.operands.clone(), axes: node.axes.clone(), ty: node.ty })
    }
}
