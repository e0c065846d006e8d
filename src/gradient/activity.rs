//! Program → which nodes carry a derivative: they depend smoothly on an unknown, and what is
//! differentiated depends on them.

use crate::base::Id as _;
use crate::builtins::{Builtin, Code, Partial};
use crate::program::{NodeId, Op, Program};

/// The operands of a node through which derivatives pass.
pub(super) fn differentiable(program: &Program, id: NodeId) -> Vec<usize> {
    let node = &program.nodes[id];
    match &node.op {
        Op::Call(builtin) => by_partials(*builtin),
        Op::Sum(_) | Op::Max(_) | Op::Gather(_) | Op::SumBy { .. } | Op::Cholesky { .. } => vec![0],
        Op::Contract(_) | Op::Solve { .. } | Op::CholeskyAdjoint { .. } => vec![0, 1],
        Op::Const(_)
        | Op::Data(_)
        | Op::Slot(_)
        | Op::Noise { .. }
        | Op::Discrete(_)
        | Op::Draw { .. }
        | Op::Iota(_)
        | Op::Convert(_)
        | Op::Stop
        | Op::Carry(_) => Vec::new(),
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

/// For each node: whether it depends smoothly on an unknown.
pub(super) fn active(program: &Program) -> Vec<bool> {
    let mut carried = vec![false; program.nodes.len()];
    loop {
        let active = active_given(program, &carried);
        let links = program.ties.iter().flat_map(|(_, tie)| &tie.carries);
        let mut changed = false;
        for link in links {
            let now = active[link.init.index()] || active[link.next.index()];
            changed |= now && !carried[link.carry.index()];
            carried[link.carry.index()] |= now;
        }
        if !changed {
            return active;
        }
    }
}

fn active_given(program: &Program, carried: &[bool]) -> Vec<bool> {
    let mut active = vec![false; program.nodes.len()];
    for (id, node) in program.nodes.iter() {
        let through =
            differentiable(program, id).into_iter().any(|i| active[node.operands[i].index()]);
        active[id.index()] = through || matches!(node.op, Op::Slot(_)) || carried[id.index()];
    }
    active
}

/// For each node: whether it is active and `of` depends smoothly on it.
pub(super) fn useful(program: &Program, of: NodeId) -> Vec<bool> {
    let active = active(program);
    let mut useful = vec![false; program.nodes.len()];
    let mut stack = vec![of];
    while let Some(id) = stack.pop() {
        if !active[id.index()] || std::mem::replace(&mut useful[id.index()], true) {
            continue;
        }
        let node = &program.nodes[id];
        stack.extend(differentiable(program, id).into_iter().map(|i| node.operands[i]));
        if let Op::Carry(tie) = node.op {
            let links = program.ties[tie].carries.iter().filter(|link| link.carry == id);
            stack.extend(links.flat_map(|link| [link.init, link.next]));
        }
    }
    useful
}
