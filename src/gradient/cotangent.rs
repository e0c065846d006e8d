//! Cotangents: derivatives of the value by a node, and where they are 0 because a branch was not
//! taken.

use crate::builtins::Builtin;
use crate::program::{Builder, NodeId};

/// The derivative of the value by a node. It may lack axes of the node: then it is the same along
/// them.
#[derive(Clone, Copy)]
pub(super) struct Cotangent {
    /// The derivative.
    pub node: NodeId,
    /// Whether each use of the node may have passed nothing at some elements (branches not taken,
    /// elements not gathered), so that what it is multiplied with may be infinite or NaN there.
    pub masked: bool,
}

impl Cotangent {
    /// With what another use of the node passes.
    pub(super) fn plus(self, b: &mut Builder, other: Self) -> Self {
        let node = b.call(Builtin::Add, &[self.node, other.node]);
        let complementary = select(b, node).is_some() && !has_mask(b, node);
        Self { node, masked: self.masked && other.masked && !complementary }
    }

    /// Times a partial derivative; 0 stays 0.
    pub(super) fn times(self, b: &mut Builder, partial: NodeId) -> Self {
        let zero = b.constant(0.0);
        let node = match select(b, self.node) {
            Some((condition, yes, no)) if no == zero => {
                let product = b.call(Builtin::Multiply, &[yes, partial]);
                b.call(Builtin::Select, &[condition, product, zero])
            }
            Some((condition, yes, no)) if yes == zero => {
                let product = b.call(Builtin::Multiply, &[no, partial]);
                b.call(Builtin::Select, &[condition, zero, product])
            }
            Some(_) | None => {
                let product = b.call(Builtin::Multiply, &[self.node, partial]);
                if self.masked
                    && b.is_constant(partial).is_none()
                    && b.is_constant(product).is_none()
                {
                    let nothing = b.call(Builtin::Equal, &[self.node, zero]);
                    b.call(Builtin::Select, &[nothing, zero, product])
                } else {
                    product
                }
            }
        };
        Self { node, masked: self.masked || has_mask(b, node) }
    }
}

/// Condition and branches, where a node is a choice.
fn select(b: &Builder, x: NodeId) -> Option<(NodeId, NodeId, NodeId)> {
    let node = &b.program.nodes[x];
    let is_choice = node.op.called() == Some(Builtin::Select);
    is_choice.then(|| (node.operands[0], node.operands[1], node.operands[2]))
}

/// Whether a node is a choice between something and 0, perhaps within another choice.
fn has_mask(b: &Builder, x: NodeId) -> bool {
    let is_zero = |x: NodeId| b.is_constant(x) == Some(0.0);
    select(b, x).is_some_and(|(_, yes, no)| {
        is_zero(yes) || is_zero(no) || has_mask(b, yes) || has_mask(b, no)
    })
}
