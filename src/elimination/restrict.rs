//! A node at some elements only: worked out for these elements, rather than for all and then chosen
//! from.

use std::collections::{BTreeMap, HashMap};

use crate::program::{AxisId, Builder, Form, NodeId};

/// The node with indices in the place of axes.
pub fn restricted(b: &mut Builder, node: NodeId, places: &[(AxisId, NodeId)]) -> NodeId {
    Walk { memory: HashMap::new() }.at(b, node, &places.iter().copied().collect())
}

/// An axis → the index that stands for it.
type Places = BTreeMap<AxisId, NodeId>;

struct Walk {
    memory: HashMap<(NodeId, Places), NodeId>,
}

impl Walk {
    fn at(&mut self, b: &mut Builder, id: NodeId, places: &Places) -> NodeId {
        let axes = b.axes(id).to_vec();
        let own: Places =
            places.iter().filter(|(a, _)| axes.contains(a)).map(|(&a, &i)| (a, i)).collect();
        if own.is_empty() {
            return id;
        }
        let key = (id, own);
        if let Some(&known) = self.memory.get(&key) {
            return known;
        }
        let span = b.span();
        b.at(b.program.nodes[id].span);
        let made = self.compute(b, id, &key.1);
        b.at(span);
        self.memory.insert(key, made);
        made
    }

    fn compute(&mut self, b: &mut Builder, id: NodeId, places: &Places) -> NodeId {
        let node = b.program.nodes[id].clone();
        let captured = |b: &Builder, over: &[AxisId]| {
            places.values().any(|&index| over.iter().any(|a| b.axes(index).contains(a)))
        };
        match node.op.form() {
            Form::Gather(named) => self.gathered(b, (&node.operands, named), places),
            Form::Elementwise if node.op.is_settled() => {
                let operands = self.all(b, &node.operands, places);
                b.rebuild(id, &operands)
            }
            Form::Reduce(over) if !captured(b, over) => {
                let operands = self.all(b, &node.operands, places);
                b.rebuild(id, &operands)
            }
            Form::Leaf
            | Form::Elementwise
            | Form::Reduce(_)
            | Form::SumBy { .. }
            | Form::Matrix { .. }
            | Form::Carry(_) => {
                let at: Vec<(AxisId, NodeId)> = places.iter().map(|(&a, &i)| (a, i)).collect();
                b.gather(id, &at)
            }
        }
    }

    /// What is gathered from is worked out in full, as others may be: only its other axes are
    /// restricted.
    fn gathered(
        &mut self,
        b: &mut Builder,
        (operands, named): (&[NodeId], &[AxisId]),
        places: &Places,
    ) -> NodeId {
        let indices = self.all(b, &operands[1..], places);
        let rest: Places =
            places.iter().filter(|(a, _)| !named.contains(a)).map(|(&a, &i)| (a, i)).collect();
        let x = self.at(b, operands[0], &rest);
        let at: Vec<(AxisId, NodeId)> = named.iter().copied().zip(indices).collect();
        b.gather(x, &at)
    }

    fn all(&mut self, b: &mut Builder, operands: &[NodeId], places: &Places) -> Vec<NodeId> {
        operands.iter().map(|&o| self.at(b, o, places)).collect()
    }
}
