//! A program → the nodes that each recurrence holds: those on a path from one of its carries to one
//! of its nexts.

use crate::base::{Id as _, IdMap};
use crate::program::{CarryLink, NodeId, Program, TieId};

/// The members of a recurrence, in the order of their ids, its carries among them. An init is not a
/// member: paths follow operands only.
#[must_use]
pub fn members(program: &Program, tie: TieId) -> Vec<NodeId> {
    between(program, &program.ties[tie].carries)
}

/// The carries of some links of a recurrence, and the nodes on a path from one of them to one of
/// their nexts.
#[must_use]
pub fn between(program: &Program, links: &[CarryLink]) -> Vec<NodeId> {
    let Some(first) = links.iter().map(|link| link.carry).min() else { return Vec::new() };
    let last = links.iter().map(|link| link.carry.max(link.next)).max().unwrap_or(first);
    // Nothing before the first carry or after the last of all matters.
    let mut span = Span { first, flags: vec![Flags::default(); last.index() + 1 - first.index()] };
    for link in links {
        span.at(link.carry).below = true;
        span.at(link.carry).leads = true;
    }
    let ids = || (first.index()..=last.index()).map(NodeId::from_index);
    let inside =
        |id: NodeId| program.nodes[id].operands.iter().copied().filter(|&operand| operand >= first);
    for id in ids() {
        let below = inside(id).any(|operand| span.at(operand).below);
        span.at(id).below |= below;
    }
    for link in links.iter().filter(|link| link.next >= first) {
        span.at(link.next).leads = true;
    }
    let is_member = |flags: &Flags| flags.below && flags.leads;
    for id in ids().rev() {
        if is_member(span.at(id)) {
            inside(id).for_each(|operand| span.at(operand).leads = true);
        }
    }
    ids().zip(&span.flags).filter(|(_, flags)| is_member(flags)).map(|(id, _)| id).collect()
}

/// Whether a carry is below a node, or is it, and whether it leads to a next, or is one.
#[derive(Clone, Copy, Default)]
struct Flags {
    below: bool,
    leads: bool,
}

/// Flags of the nodes from one on.
struct Span {
    first: NodeId,
    flags: Vec<Flags>,
}

impl Span {
    fn at(&mut self, id: NodeId) -> &mut Flags {
        &mut self.flags[id.index() - self.first.index()]
    }
}

/// For each node the recurrence that it is a member of.
#[must_use]
pub fn membership(program: &Program) -> IdMap<NodeId, Option<TieId>> {
    let mut of = program.nodes.filled(None);
    for tie in program.ties.ids() {
        for member in members(program, tie) {
            of[member] = Some(tie);
        }
    }
    of
}
