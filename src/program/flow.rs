//! What flows along a program: up along operands and through recurrences, or down to what is needed.

use crate::base::IdMap;
use crate::program::{Node, NodeId, Program};

/// A value for each node, made from those of the nodes below it: `value` is asked of every node
/// until nothing changes any more. Recurrences go round: a carry asks what its links were given the
/// time before, at first `start`, and its value must move one way only.
pub fn fixed_point<T: Clone + PartialEq>(
    program: &Program,
    start: T,
    value: impl Fn(NodeId, &Node, &IdMap<NodeId, T>) -> T,
) -> IdMap<NodeId, T> {
    let mut values = program.nodes.filled(start);
    loop {
        let mut changed = false;
        for (id, node) in program.nodes.iter() {
            let now = value(id, node, &values);
            changed |= now != values[id];
            values[id] = now;
        }
        // Without recurrences all that a node asks for comes before it.
        if !changed || program.ties.is_empty() {
            return values;
        }
    }
}

/// For each node: whether it is a source or depends on one, through recurrences too. A carry
/// depends on the inits and nexts of all carries of its recurrence, since these are computed as
/// one.
pub fn downstream(
    program: &Program,
    is_source: impl Fn(NodeId, &Node) -> bool,
) -> IdMap<NodeId, bool> {
    fixed_point(program, false, |id, node, reached| {
        let links = node.op.tie().map_or(&[][..], |tie| &program.ties[tie].carries);
        is_source(id, node)
            || node.operands.iter().any(|&o| reached[o])
            || links.iter().any(|link| reached[link.init] || reached[link.next])
    })
}

/// For each node: whether it is one of `ends`, or is asked for by a node that is needed.
pub fn needed<A: IntoIterator<Item = NodeId>>(
    program: &Program,
    ends: impl IntoIterator<Item = NodeId>,
    asks: impl Fn(NodeId) -> A,
) -> IdMap<NodeId, bool> {
    let mut needed = program.nodes.filled(false);
    let mut waiting: Vec<NodeId> = ends.into_iter().collect();
    while let Some(id) = waiting.pop() {
        if !std::mem::replace(&mut needed[id], true) {
            waiting.extend(asks(id));
        }
    }
    needed
}

/// For each node: whether one of `ends` is computed from it, through recurrences too. A carry needs
/// only its own init and next: another carry of its recurrence may be unused.
pub fn upstream(program: &Program, ends: impl IntoIterator<Item = NodeId>) -> IdMap<NodeId, bool> {
    needed(program, ends, |id| {
        let link = program.link(id).map(|(_, link)| [link.init, link.next]);
        program.nodes[id].operands.iter().copied().chain(link.into_iter().flatten())
    })
}
