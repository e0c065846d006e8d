//! Program → the same with only what is used, renumbered so that operands, inits and shifted values
//! precede what needs them.

use crate::base::{Id, IdMap};
use crate::program::flow::upstream;
use crate::program::{
    ArrayId, ArrayValues, AxisKind, CarryLink, Computation, NodeId, Output, Program, Term, TieId,
    Values, members,
};

/// Keeps what outputs, terms and slots need, in an order as near as can be to the old one.
pub(super) fn renumber(computation: Computation) -> Computation {
    let Computation { program, mut values } = computation;
    let order = order(&program);
    let mut place = program.nodes.filled(None);
    for (new, &old) in order.iter().enumerate() {
        place[old] = Some(NodeId::from_index(new));
    }
    let copy =
        Copying { place, ties: live_ties(&program, &order), arrays: live_arrays(&program, &order) };
    Computation { program: copy.program(&program, &order), values: copy.values(&mut values) }
}

/// The nodes that are needed, each after what it needs.
fn order(program: &Program) -> Vec<NodeId> {
    let needed = upstream(program, program.ends().chain(program.unknowns().map(|(_, id)| id)));
    let mut done = program.nodes.filled(false);
    let mut order = Vec::new();
    for id in program.nodes.ids().filter(|&id| needed[id]) {
        let mut stack = vec![id];
        while let Some(&top) = stack.last() {
            let missing: Vec<NodeId> =
                before(program, top).into_iter().filter(|&n| !done[n]).collect();
            if missing.is_empty() || done[top] {
                stack.pop();
                if !std::mem::replace(&mut done[top], true) {
                    order.push(top);
                }
            }
            stack.extend(missing.iter().filter(|_| !done[top]));
        }
    }
    order
}

/// What must precede a node: its operands; before a carry, inits and those nexts of its recurrence
/// that are no members.
fn before(program: &Program, id: NodeId) -> Vec<NodeId> {
    let node = &program.nodes[id];
    let Some(tie) = node.op.tie() else { return node.operands.clone() };
    let inside = members(program, tie);
    let links = program.ties[tie].carries.iter().flat_map(|link| [link.init, link.next]);
    links.filter(|n| inside.binary_search(n).is_err()).collect()
}

fn live_ties(program: &Program, order: &[NodeId]) -> IdMap<TieId, Option<TieId>> {
    let mut live = program.ties.filled(false);
    order.iter().filter_map(|&id| program.nodes[id].op.tie()).for_each(|tie| live[tie] = true);
    numbered(&live)
}

fn live_arrays(program: &Program, order: &[NodeId]) -> IdMap<ArrayId, Option<ArrayId>> {
    let mut live = program.arrays.filled(false);
    let mut use_array = |array: ArrayId| live[array] = true;
    for &id in order {
        let op = &program.nodes[id].op;
        op.array().into_iter().for_each(&mut use_array);
        let starts = op.tie().and_then(|tie| program.ties[tie].starts);
        starts.into_iter().for_each(&mut use_array);
    }
    for (_, axis) in program.axes.iter() {
        if let AxisKind::Subset { index, .. } = &axis.kind {
            index.iter().copied().for_each(&mut use_array);
        }
    }
    numbered(&live)
}

fn numbered<I: Id>(live: &IdMap<I, bool>) -> IdMap<I, Option<I>> {
    let mut count = 0;
    let number = |(_, &is_live): (I, &bool)| {
        is_live.then(|| {
            count += 1;
            I::from_index(count - 1)
        })
    };
    live.iter().map(number).collect()
}

/// Old ids → new ids.
struct Copying {
    place: IdMap<NodeId, Option<NodeId>>,
    ties: IdMap<TieId, Option<TieId>>,
    arrays: IdMap<ArrayId, Option<ArrayId>>,
}

impl Copying {
    fn program(&self, program: &Program, order: &[NodeId]) -> Program {
        let mut out = Program { slots: program.slots, ..Program::default() };
        for (_, axis) in program.axes.iter() {
            let mut axis = axis.clone();
            if let AxisKind::Subset { index, .. } = &mut axis.kind {
                index.iter_mut().for_each(|array| *array = self.array(*array));
            }
            out.axes.push(axis);
        }
        for (_, array) in program.arrays.iter().filter(|&(id, _)| self.arrays[id].is_some()) {
            out.arrays.push(array.clone());
        }
        for &id in order {
            let mut node = program.nodes[id].clone();
            node.operands.iter_mut().for_each(|o| *o = self.node(*o));
            node.op = node.op.renumbered(|array| self.array(array), |tie| self.tie(tie));
            out.nodes.push(node);
        }
        self.ends(program, &mut out);
        out
    }

    /// The values of the arrays that stay; the others are left behind.
    fn values(&self, values: &mut Values) -> Values {
        let mut kept = Values::new();
        for (_, value) in values.iter_mut().filter(|&(id, _)| self.arrays[id].is_some()) {
            kept.push(std::mem::replace(value, ArrayValues::Real(Vec::new())));
        }
        kept
    }

    /// Recurrences, terms and outputs.
    fn ends(&self, program: &Program, out: &mut Program) {
        for (_, tie) in program.ties.iter().filter(|&(id, _)| self.ties[id].is_some()) {
            let mut tie = tie.clone();
            tie.starts = tie.starts.map(|array| self.array(array));
            tie.carries.retain(|link| self.place[link.carry].is_some());
            for link in &mut tie.carries {
                *link = CarryLink {
                    carry: self.node(link.carry),
                    init: self.node(link.init),
                    next: self.node(link.next),
                };
            }
            out.ties.push(tie);
        }
        out.terms = program
            .terms
            .iter()
            .map(|term| Term { node: self.node(term.node), ..term.clone() })
            .collect();
        out.outputs = program
            .outputs
            .iter()
            .map(|o| Output { node: self.node(o.node), ..o.clone() })
            .collect();
    }

    fn node(&self, id: NodeId) -> NodeId {
        self.place[id].expect("what a needed node needs is needed")
    }

    fn tie(&self, id: TieId) -> TieId {
        self.ties[id].expect("the recurrence of a needed carry is needed")
    }

    fn array(&self, id: ArrayId) -> ArrayId {
        self.arrays[id].expect("the array of a needed node is needed")
    }
}
