//! A node → what makes two nodes equal: operation, operands, axes and type, but not the span.

use std::hash::{Hash, Hasher};
use std::mem::discriminant;

use crate::program::{AxisId, Node, NodeId, Op, Type};

/// Equal for equal nodes.
#[derive(PartialEq)]
pub(super) struct Key {
    op: Op,
    /// Of a constant, which stands as 0 in the operation: numbers are told apart by their bits.
    bits: Option<u64>,
    operands: Vec<NodeId>,
    axes: Vec<AxisId>,
    ty: Type,
}

impl Eq for Key {}

impl Hash for Key {
    /// Operations that differ in their axes alone, on the same operands and over the same axes, are
    /// few: they may have the same hash.
    fn hash<H: Hasher>(&self, state: &mut H) {
        let kind = (discriminant(&self.op), self.op.called(), self.op.array());
        (kind, self.bits, &self.operands, &self.axes, self.ty).hash(state);
    }
}

impl Key {
    /// None for nodes that are each their own: slots, noises, draws, carries.
    pub(super) fn of(node: &Node) -> Option<Self> {
        if !node.op.is_settled() {
            return None;
        }
        let number = node.op.constant();
        Some(Self {
            op: number.map_or_else(|| node.op.clone(), |_| Op::Const(0.0)),
            bits: number.map(f64::to_bits),
            operands: node.operands.clone(),
            axes: node.axes.clone(),
            ty: node.ty,
        })
    }
}
