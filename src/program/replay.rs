//! Nodes in the place of others → the same results computed from them: what depends on a replaced
//! node is made again, and simplified again.

use std::collections::HashMap;

use crate::base::Id as _;
use crate::program::evaluate::union;
use crate::program::{AxisId, Builder, NodeId, Op, TieId, downstream};

/// The nodes that stand for `wanted` where `instead` stands in the place of its keys. `extra`: axes
/// that the replacements have beyond what they replace; what recurrences carry gets them too.
#[must_use]
pub fn replay(
    b: &mut Builder,
    instead: &HashMap<NodeId, NodeId>,
    extra: &[AxisId],
    wanted: &[NodeId],
) -> Vec<NodeId> {
    let last = b.program.nodes.len();
    let mut run = Run {
        new: vec![None; last],
        ties: vec![None; b.program.ties.len()],
        moved: downstream(&b.program, |id, _| instead.contains_key(&id)),
        extra: extra.to_vec(),
    };
    for (&old, &new) in instead {
        run.new[old.index()] = Some(new);
    }
    for id in (0..last).map(NodeId::from_index) {
        if run.moved[id.index()] && run.new[id.index()].is_none() {
            let span = b.program.nodes[id].span;
            b.at(span);
            run.new[id.index()] = Some(run.node(b, id));
        }
    }
    run.tie(b);
    wanted.iter().map(|&id| run.of(id)).collect()
}

struct Run {
    new: Vec<Option<NodeId>>,
    ties: Vec<Option<TieId>>,
    moved: Vec<bool>,
    extra: Vec<AxisId>,
}

impl Run {
    fn of(&self, id: NodeId) -> NodeId {
        self.new[id.index()].unwrap_or(id)
    }

    fn node(&mut self, b: &mut Builder, id: NodeId) -> NodeId {
        let node = b.program.nodes[id].clone();
        let operands: Vec<NodeId> = node.operands.iter().map(|&o| self.of(o)).collect();
        let indexed = |axes: &[AxisId]| -> Vec<(AxisId, NodeId)> {
            axes.iter().copied().zip(operands[1..].iter().copied()).collect()
        };
        match &node.op {
            Op::Call(builtin) => b.call(*builtin, &operands),
            Op::Convert(ty) => b.convert(operands[0], *ty),
            Op::Stop => b.stop(operands[0]),
            Op::Sum(over) => b.sum(operands[0], over),
            Op::Max(over) => b.max(operands[0], over),
            Op::Contract(over) => b.contract(operands[0], operands[1], over),
            Op::Gather(named) => b.gather(operands[0], &indexed(named)),
            Op::SumBy { axes, over } => b.sum_by(operands[0], &indexed(axes), over),
            Op::Cholesky { row, col } => b.cholesky(operands[0], *row, *col),
            Op::Solve { row, col, transposed } => {
                b.solve(operands[0], operands[1], *row, *col, *transposed)
            }
            Op::CholeskyAdjoint { row, col } => {
                b.cholesky_adjoint(operands[0], operands[1], *row, *col)
            }
            Op::Draw { sampler, .. } => b.draw(*sampler, &operands, &node.axes),
            Op::Carry(tie) => self.carry(b, id, *tie),
            Op::Const(_)
            | Op::Data(_)
            | Op::Slot(_)
            | Op::Noise { .. }
            | Op::Discrete(_)
            | Op::Iota(_) => id,
        }
    }

    fn carry(&mut self, b: &mut Builder, id: NodeId, tie: TieId) -> NodeId {
        let recurrence = b.program.ties[tie].clone();
        let init = recurrence
            .carries
            .iter()
            .find(|link| link.carry == id)
            .map_or(id, |link| self.of(link.init));
        let axes = union(b.axes(id), &self.extra);
        let carry = match self.ties[tie.index()] {
            None => b.carry(recurrence.axis, recurrence.starts, recurrence.reversed, init, &axes),
            Some(begun) => b.add_carry(begun, init, &axes),
        };
        self.ties[tie.index()] = b.tie_of(carry);
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
        for link in links.into_iter().filter(|link| self.moved[link.carry.index()]) {
            let next = self.of(link.next);
            let axes = b.axes(self.of(link.carry)).to_vec();
            let next = b.expand(next, &axes);
            b.tie(self.of(link.carry), next);
        }
    }
}
