//! A program → the nodes that each recurrence holds: those on a path from one of its carries to one
//! of its nexts.

use crate::base::Id as _;
use crate::program::{NodeId, Op, Program, TieId};

/// The members of a recurrence, in the order of their ids, its carries among them. An init is not a
/// member: paths follow operands only.
#[must_use]
pub fn members(program: &Program, tie: TieId) -> Vec<NodeId> {
    let carries = &program.ties[tie].carries;
    let Some(first) = carries.iter().map(|link| link.carry).min() else { return Vec::new() };
    let last = carries.iter().map(|link| link.next).max().unwrap_or(first);
    let below = descendants(program, tie, first, last);
    let mut leads = vec![false; below.len()];
    for link in carries {
        mark(&mut leads, first, link.carry);
        if link.next >= first && below[link.next.index() - first.index()] {
            mark(&mut leads, first, link.next);
        }
    }
    let ids = (first.index()..first.index() + below.len()).map(NodeId::from_index);
    for id in ids.clone().rev() {
        if leads[id.index() - first.index()] && below[id.index() - first.index()] {
            program.nodes[id]
                .operands
                .iter()
                .filter(|&&o| o >= first)
                .for_each(|&o| mark(&mut leads, first, o));
        }
    }
    ids.filter(|id| leads[id.index() - first.index()] && below[id.index() - first.index()])
        .collect()
}

fn mark(flags: &mut [bool], first: NodeId, id: NodeId) {
    flags[id.index() - first.index()] = true;
}

/// For each node from `first` on, to the last that can matter: whether a carry of the recurrence is
/// below it (or it is one).
fn descendants(program: &Program, tie: TieId, first: NodeId, last: NodeId) -> Vec<bool> {
    let last =
        program.ties[tie].carries.iter().map(|link| link.carry).max().unwrap_or(first).max(last);
    let mut below = Vec::with_capacity(last.index() + 1 - first.index());
    for id in (first.index()..=last.index()).map(NodeId::from_index) {
        let node = &program.nodes[id];
        let is_carry = matches!(node.op, Op::Carry(of) if of == tie);
        below.push(
            is_carry
                || node.operands.iter().any(|&o| o >= first && below[o.index() - first.index()]),
        );
    }
    below
}

/// For each node the recurrence that it is a member of.
#[must_use]
pub fn membership(program: &Program) -> Vec<Option<TieId>> {
    let mut of = vec![None; program.nodes.len()];
    for tie in program.ties.ids() {
        for member in members(program, tie) {
            of[member.index()] = Some(tie);
        }
    }
    of
}
