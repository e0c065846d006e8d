//! Program → which nodes carry a derivative: they depend smoothly on an unknown, and what is
//! differentiated depends on them.

use crate::base::IdMap;
use crate::builtins::{Builtin, Code, Partial};
use crate::program::{Form, NodeId, Origin, Program, fixed_point, needed};

/// The operands of a node through which derivatives pass.
pub(super) fn differentiable(program: &Program, id: NodeId) -> Vec<usize> {
    let node = &program.nodes[id];
    match node.op.form() {
        Form::Elementwise => node.op.called().map_or_else(Vec::new, by_partials),
        Form::Reduce(_) | Form::Matrix { .. } => (0..node.operands.len()).collect(),
        Form::Gather(_) | Form::SumBy { .. } => vec![0],
        Form::Leaf | Form::Carry(_) => Vec::new(),
    }
}

fn by_partials(builtin: Builtin) -> Vec<usize> {
    let row = builtin.row();
    match row.code {
        Code::Select => vec![1, 2],
        Code::Compare(_) | Code::Logic(_) | Code::SampleOne(_) | Code::SampleTwo(_) => Vec::new(),
        Code::One(_) | Code::Two(_) | Code::Three(_) => {
            let passes = |partial: &Partial| !matches!(partial, Partial::Zero);
            row.partials.iter().enumerate().filter(|(_, p)| passes(p)).map(|(i, _)| i).collect()
        }
    }
}

/// The nodes through which derivatives reach a node: operands; of a carry, its init and next.
fn passes(program: &Program, id: NodeId) -> Vec<NodeId> {
    let node = &program.nodes[id];
    let operands = differentiable(program, id).into_iter().map(|place| node.operands[place]);
    let link = program.link(id).map(|(_, link)| [link.init, link.next]);
    operands.chain(link.into_iter().flatten()).collect()
}

/// For each node: whether it depends smoothly on an unknown.
pub(super) fn active(program: &Program) -> IdMap<NodeId, bool> {
    let passes = program.nodes.map(|(id, _)| passes(program, id));
    fixed_point(program, false, |id, node, active| {
        node.op.origin() == Origin::Unknown || passes[id].iter().any(|&below| active[below])
    })
}

/// For each node: whether it is active and `of` depends smoothly on it.
pub(super) fn useful(program: &Program, of: NodeId) -> IdMap<NodeId, bool> {
    let active = active(program);
    let asks = |id: NodeId| passes(program, id).into_iter().filter(|&below| active[below]);
    needed(program, Some(of).filter(|&of| active[of]), asks)
}
