//! Which nodes a property flows to: along operands, and through recurrences.

use crate::base::Id as _;
use crate::program::{Node, NodeId, Op, Program};

/// For each node: whether it is a source or depends on one, through recurrences too: the least
/// fixed point. A carry depends on the inits and nexts of all carries of its recurrence, since
/// these are computed as one.
pub fn downstream(program: &Program, is_source: impl Fn(NodeId, &Node) -> bool) -> Vec<bool> {
    let mut reached = vec![false; program.nodes.len()];
    loop {
        let mut changed = false;
        for (id, node) in program.nodes.iter() {
            let links = if let Op::Carry(tie) = node.op {
                program.ties[tie].carries.as_slice()
            } else {
                &[]
            };
            let carried =
                links.iter().any(|link| reached[link.init.index()] || reached[link.next.index()]);
            let now =
                carried || is_source(id, node) || node.operands.iter().any(|o| reached[o.index()]);
            changed |= now && !reached[id.index()];
            reached[id.index()] |= now;
        }
        if !changed {
            return reached;
        }
    }
}
