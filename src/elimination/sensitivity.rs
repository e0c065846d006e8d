//! Where a factor depends on what it reads: choices that data settle are followed.

use std::collections::HashMap;

use super::factor::{Factor, Read, numbers};
use crate::builtins::Builtin;
use crate::program::{AxisId, Builder, Form, NodeId, Type};

/// For each element of the factor, in canonical layout of its axes: whether its table depends on
/// the values of the read.
pub fn depends_on(b: &mut Builder, factor: &Factor, read: &Read) -> Vec<bool> {
    let mask = match (Walk { memory: HashMap::new(), axis: Some(read.axis) }).of(b, factor.node) {
        Some(mask) => mask,
        None => return vec![false; b.program.extent(&factor.axes)],
    };
    let others: Vec<AxisId> =
        b.axes(mask).iter().copied().filter(|a| !factor.axes.contains(a)).collect();
    let anywhere = any(b, mask, &others);
    numbers(b, anywhere, &factor.axes).into_iter().map(|v| v != 0.0).collect()
}

/// For each element of `node`: whether it depends on one of the `sources` where its mask holds;
/// none where nothing does.
pub fn sensitivity(
    b: &mut Builder,
    node: NodeId,
    sources: HashMap<NodeId, NodeId>,
) -> Option<NodeId> {
    Walk {
        memory: sources.into_iter().map(|(source, mask)| (source, Some(mask))).collect(),
        axis: None,
    }
    .of(b, node)
}

struct Walk {
    /// What varies along this axis depends on it.
    axis: Option<AxisId>,
    /// For each node, once known: a truth value for each element.
    memory: HashMap<NodeId, Option<NodeId>>,
}

impl Walk {
    fn of(&mut self, b: &mut Builder, id: NodeId) -> Option<NodeId> {
        if let Some(known) = self.memory.get(&id) {
            return *known;
        }
        let found = self.compute(b, id);
        self.memory.insert(id, found);
        found
    }

    fn compute(&mut self, b: &mut Builder, id: NodeId) -> Option<NodeId> {
        let node = b.program.nodes[id].clone();
        match node.op.form() {
            Form::Elementwise
                if node.op.called() == Some(Builtin::Select)
                    && b.depends_on_data_only(node.operands[0]) =>
            {
                let condition = self.of(b, node.operands[0]);
                let no = b.truth(false);
                let branches = [1, 2].map(|k| self.of(b, node.operands[k]).unwrap_or(no));
                let chosen = b.call(Builtin::Select, &[node.operands[0], branches[0], branches[1]]);
                Some(condition.map_or(chosen, |c| b.call(Builtin::Or, &[c, chosen])))
            }
            Form::Elementwise if node.op.is_settled() => self.either(b, &node.operands),
            Form::Reduce(over) => {
                let all = self.either(b, &node.operands)?;
                Some(any(b, all, over))
            }
            Form::Gather(_) => {
                let by_index = self.either(b, &node.operands[1..]);
                let of_value =
                    self.of(b, node.operands[0]).map(|mask| b.gather(mask, &node.indices()));
                match (by_index, of_value) {
                    (Some(a), Some(c)) => Some(b.call(Builtin::Or, &[a, c])),
                    (a, c) => a.or(c),
                }
            }
            // Everything that linear algebra makes depends on all that it is made from.
            Form::Matrix { .. } | Form::SumBy { .. } | Form::Elementwise => {
                self.either(b, &node.operands).map(|_| b.truth(true))
            }
            // No discrete variable enters a recurrence.
            Form::Carry(_) => None,
            Form::Leaf => self.axis.filter(|axis| node.axes.contains(axis)).map(|_| b.truth(true)),
        }
    }

    fn either(&mut self, b: &mut Builder, operands: &[NodeId]) -> Option<NodeId> {
        let mut all = None;
        for &operand in operands {
            let here = self.of(b, operand);
            all = match (all, here) {
                (Some(a), Some(c)) => Some(b.call(Builtin::Or, &[a, c])),
                (a, c) => a.or(c),
            };
        }
        all
    }
}

/// Whether a truth value holds anywhere along `over`.
fn any(b: &mut Builder, mask: NodeId, over: &[AxisId]) -> NodeId {
    let number = b.convert(mask, Type::Real);
    let most = b.max(number, over);
    let zero = b.constant(0.0);
    b.call(Builtin::Greater, &[most, zero])
}
