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
    /// Whether it may be 0 because a tail's probability or a share was rounded to 0: then what it is
    /// multiplied with may overflow even in a branch that is taken.
    pub vanishing: bool,
}

impl Cotangent {
    /// The sum with what another use of the node passes back.
    pub(super) fn plus(self, b: &mut Builder, other: Self) -> Self {
        let node = b.call(Builtin::Add, &[self.node, other.node]);
        let complementary = select(b, node).is_some() && !has_mask(b, node);
        let vanishing = self.vanishing || other.vanishing;
        Self { node, masked: self.masked && other.masked && !complementary, vanishing }
    }

    /// Times a partial derivative; 0 stays 0.
    pub(super) fn times(self, b: &mut Builder, partial: NodeId) -> Self {
        let node = if self.vanishing {
            masked_product(b, self.node, partial)
        } else if let Some(within) = mask(b, self.node) {
            let product = b.call(Builtin::Multiply, &[within.value, partial]);
            within.around(b, product)
        } else if self.masked {
            masked_product(b, self.node, partial)
        } else {
            b.call(Builtin::Multiply, &[self.node, partial])
        };
        Self { node, masked: self.masked || has_mask(b, node), ..self }
    }
}

/// x·y, 0 where a factor is 0 whatever the other is there. Its own derivatives follow the same rule,
/// so that a factor that happens to be 0 still passes on how it changes.
pub(super) fn masked_product(b: &mut Builder, x: NodeId, y: NodeId) -> NodeId {
    if let Some(within) = mask(b, x) {
        let product = masked_product(b, within.value, y);
        return within.around(b, product);
    }
    let settled = |b: &Builder, x: NodeId| b.is_constant(x).is_some_and(f64::is_finite);
    let product = b.call(Builtin::Multiply, &[x, y]);
    if settled(b, x) || settled(b, y) || settled(b, product) {
        product
    } else {
        b.call(Builtin::MaskedProduct, &[x, y])
    }
}

/// A choice between a value and 0.
struct Mask {
    condition: NodeId,
    value: NodeId,
    /// Whether the value is taken where the condition holds.
    holds: bool,
}

impl Mask {
    /// The choice between another value and 0.
    fn around(&self, b: &mut Builder, value: NodeId) -> NodeId {
        let zero = b.constant(0.0);
        let [yes, no] = if self.holds { [value, zero] } else { [zero, value] };
        b.call(Builtin::Select, &[self.condition, yes, no])
    }
}

/// The choice that a node is, if it is one between a value and 0.
fn mask(b: &Builder, x: NodeId) -> Option<Mask> {
    let (condition, yes, no) = select(b, x)?;
    let is_zero = |x: NodeId| b.is_constant(x) == Some(0.0);
    if is_zero(no) {
        return Some(Mask { condition, value: yes, holds: true });
    }
    is_zero(yes).then_some(Mask { condition, value: no, holds: false })
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
