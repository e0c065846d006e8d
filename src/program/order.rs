//! Program → the same with only what is used, renumbered so that operands, inits and shifted values
//! precede what needs them.

use crate::base::Id as _;
use crate::program::{
    ArrayId, ArrayValues, AxisKind, CarryLink, NodeId, Op, Output, Program, Term, TieId, Values,
    members,
};

/// Keeps what outputs, terms and slots need, in an order as near as can be to the old one.
pub(super) fn renumber(program: &Program, mut values: Values) -> (Program, Values) {
    let order = order(program);
    let mut place = vec![None; program.nodes.len()];
    for (new, old) in order.iter().enumerate() {
        place[old.index()] = Some(NodeId::from_index(new));
    }
    let copy =
        Copying { place, ties: live_ties(program, &order), arrays: live_arrays(program, &order) };
    (copy.program(program, &order), copy.values(&mut values))
}

/// The nodes that are needed, each after what it needs.
fn order(program: &Program) -> Vec<NodeId> {
    let needed = needed(program);
    let mut done = vec![false; program.nodes.len()];
    let mut order = Vec::new();
    for id in program.nodes.ids().filter(|id| needed[id.index()]) {
        let mut stack = vec![id];
        while let Some(&top) = stack.last() {
            let missing: Vec<NodeId> =
                before(program, top).into_iter().filter(|n| !done[n.index()]).collect();
            if missing.is_empty() || done[top.index()] {
                stack.pop();
                if !std::mem::replace(&mut done[top.index()], true) {
                    order.push(top);
                }
            }
            stack.extend(missing.iter().filter(|_| !done[top.index()]));
        }
    }
    order
}

/// What must precede a node: its operands; before a carry, inits and those nexts of its recurrence
/// that are no members.
fn before(program: &Program, id: NodeId) -> Vec<NodeId> {
    let node = &program.nodes[id];
    let Op::Carry(tie) = node.op else { return node.operands.clone() };
    let inside = members(program, tie);
    let links = program.ties[tie].carries.iter().flat_map(|link| [link.init, link.next]);
    links.filter(|n| inside.binary_search(n).is_err()).collect()
}

fn needed(program: &Program) -> Vec<bool> {
    let mut needed = vec![false; program.nodes.len()];
    let ends = program.outputs.iter().map(|o| o.node).chain(program.terms.iter().map(|t| t.node));
    let slots =
        program.nodes.iter().filter(|(_, node)| matches!(node.op, Op::Slot(_))).map(|(id, _)| id);
    let mut stack: Vec<NodeId> = ends.chain(slots).collect();
    while let Some(id) = stack.pop() {
        if std::mem::replace(&mut needed[id.index()], true) {
            continue;
        }
        let node = &program.nodes[id];
        stack.extend(&node.operands);
        if let Op::Carry(tie) = node.op {
            // Only the carry's own link: another carry of the recurrence may be unused.
            let own = program.ties[tie].carries.iter().filter(|link| link.carry == id);
            stack.extend(own.flat_map(|link| [link.init, link.next]));
        }
    }
    needed
}

fn live_ties(program: &Program, order: &[NodeId]) -> Vec<Option<TieId>> {
    let mut live = vec![false; program.ties.len()];
    for &id in order {
        if let Op::Carry(tie) = program.nodes[id].op {
            live[tie.index()] = true;
        }
    }
    numbered(&live, TieId::from_index)
}

fn live_arrays(program: &Program, order: &[NodeId]) -> Vec<Option<ArrayId>> {
    let mut live = vec![false; program.arrays.len()];
    let mut use_array = |array: ArrayId| live[array.index()] = true;
    for &id in order {
        if let Op::Data(array) = program.nodes[id].op {
            use_array(array);
        }
        if let Op::Carry(tie) = program.nodes[id].op {
            program.ties[tie].starts.into_iter().for_each(&mut use_array);
        }
    }
    for (_, axis) in program.axes.iter() {
        if let AxisKind::Subset { index, .. } = &axis.kind {
            index.iter().copied().for_each(&mut use_array);
        }
    }
    numbered(&live, ArrayId::from_index)
}

fn numbered<T>(live: &[bool], id: fn(usize) -> T) -> Vec<Option<T>> {
    let mut count = 0;
    let number = |&is_live: &bool| {
        is_live.then(|| {
            count += 1;
            id(count - 1)
        })
    };
    live.iter().map(number).collect()
}

/// Old ids → new ids.
struct Copying {
    place: Vec<Option<NodeId>>,
    ties: Vec<Option<TieId>>,
    arrays: Vec<Option<ArrayId>>,
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
        for (_, array) in program.arrays.iter().filter(|(id, _)| self.arrays[id.index()].is_some())
        {
            out.arrays.push(array.clone());
        }
        for &id in order {
            let mut node = program.nodes[id].clone();
            node.operands.iter_mut().for_each(|o| *o = self.node(*o));
            if let Op::Data(array) = &mut node.op {
                *array = self.array(*array);
            }
            if let Op::Carry(tie) = &mut node.op {
                *tie = self.tie(*tie);
            }
            out.nodes.push(node);
        }
        self.ends(program, &mut out);
        out
    }

    /// The values of the arrays that stay; the others are left behind.
    fn values(&self, values: &mut Values) -> Values {
        let mut kept = Values::new();
        for (_, value) in values.iter_mut().filter(|(id, _)| self.arrays[id.index()].is_some()) {
            kept.push(std::mem::replace(value, ArrayValues::Real(Vec::new())));
        }
        kept
    }

    /// Recurrences, terms and outputs.
    fn ends(&self, program: &Program, out: &mut Program) {
        for (_, tie) in program.ties.iter().filter(|(id, _)| self.ties[id.index()].is_some()) {
            let mut tie = tie.clone();
            tie.starts = tie.starts.map(|array| self.array(array));
            tie.carries.retain(|link| self.place[link.carry.index()].is_some());
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
        self.place[id.index()].expect("what a needed node needs is needed")
    }

    fn tie(&self, id: TieId) -> TieId {
        self.ties[id.index()].expect("the recurrence of a needed carry is needed")
    }

    fn array(&self, id: ArrayId) -> ArrayId {
        self.arrays[id.index()].expect("the array of a needed node is needed")
    }
}
