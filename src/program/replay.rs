//! Nodes in the place of others → the same results computed from them: what depends on a replaced
//! node is made again, and simplified again.

use std::collections::HashMap;

use crate::base::IdMap;
use crate::program::axes::union;
use crate::program::{AxisId, Builder, NodeId, TieId, downstream};

/// The nodes that stand for `wanted` where `instead` stands in the place of its keys. `extra`: axes
/// that the replacements have beyond what they replace; what recurrences carry gets them too.
#[must_use]
pub fn replay(
    b: &mut Builder,
    instead: &HashMap<NodeId, NodeId>,
    extra: &[AxisId],
    wanted: &[NodeId],
) -> Vec<NodeId> {
    let nodes = b.program.nodes.ids();
    let mut run = Run {
        new: b.program.nodes.filled(None),
        ties: b.program.ties.filled(None),
        moved: downstream(&b.program, |id, _| instead.contains_key(&id)),
        extra: extra.to_vec(),
    };
    for (&old, &new) in instead {
        run.new[old] = Some(new);
    }
    for id in nodes {
        if run.moved[id] && run.new[id].is_none() {
            let span = b.program.nodes[id].span;
            b.at(span);
            run.new[id] = Some(run.node(b, id));
        }
    }
    run.tie(b);
    wanted.iter().map(|&id| run.of(id)).collect()
}

struct Run {
    new: IdMap<NodeId, Option<NodeId>>,
    ties: IdMap<TieId, Option<TieId>>,
    moved: IdMap<NodeId, bool>,
    extra: Vec<AxisId>,
}

impl Run {
    fn of(&self, id: NodeId) -> NodeId {
        self.new.get(id).copied().flatten().unwrap_or(id)
    }

    fn node(&mut self, b: &mut Builder, id: NodeId) -> NodeId {
        if let Some(tie) = b.program.nodes[id].op.tie() {
            return self.carry(b, id, tie);
        }
        let operands: Vec<NodeId> =
            b.program.nodes[id].operands.iter().map(|&o| self.of(o)).collect();
        b.rebuild(id, &operands)
    }

    fn carry(&mut self, b: &mut Builder, id: NodeId, tie: TieId) -> NodeId {
        let recurrence = b.program.ties[tie].clone();
        let init = b.program.link(id).map_or(id, |(_, link)| self.of(link.init));
        let axes = union(b.axes(id), &self.extra);
        let carry = match self.ties[tie] {
            None => b.carry(recurrence.axis, recurrence.starts, recurrence.reversed, init, &axes),
            Some(begun) => b.add_carry(begun, init, &axes),
        };
        self.ties[tie] = b.tie_of(carry);
        carry
    }

    /// Ties the new carries to what the new steps carry on.
    fn tie(&self, b: &mut Builder) {
        let links: Vec<_> = b
            .program
            .ties
            .iter()
            .take(self.ties.len())
            .flat_map(|(_, tie)| tie.carries.clone())
            .collect();
        for link in links.into_iter().filter(|link| self.moved[link.carry]) {
            let next = self.of(link.next);
            let axes = b.axes(self.of(link.carry)).to_vec();
            let next = b.expand(next, &axes);
            b.tie(self.of(link.carry), next);
        }
    }
}
