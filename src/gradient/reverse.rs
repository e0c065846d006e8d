//! Program with terms → the same with their sum and its gradient as outputs: one reverse sweep.

use crate::base::IdMap;
use crate::builtins::Builtin;
use crate::gradient::activity::{differentiable, useful};
use crate::gradient::cotangent::Cotangent;
use crate::gradient::matrix::write_out;
use crate::gradient::rules::pull_back;
use crate::program::axes::without;
use crate::program::{
    ArrayId, ArrayValues, Builder, Computation, NodeId, OutputRole, Program, TieId, Type,
    remove_dead,
};

/// Adds the outputs `Value` (the sum of the terms) and, for each slot in the order of the
/// coordinates, `Gradient`.
#[must_use]
pub fn differentiate(computation: Computation) -> Computation {
    let mut b = Builder::resume(write_out(computation));
    let value = total(&mut b);
    b.output(OutputRole::Value, "", value);
    let mut sweep = Sweep::new(b, value);
    sweep.run(value);
    let mut b = sweep.b;
    for (first, slot) in slots(&b.program) {
        let axes = b.axes(slot).to_vec();
        let size = b.program.extent(&axes);
        let cotangent = sweep.cotangents[slot].map(|c| c.node);
        let cotangent = cotangent.unwrap_or_else(|| b.constant(0.0));
        let gradient = b.expand(cotangent, &axes);
        b.output(OutputRole::Gradient(first..first + size), "", gradient);
    }
    remove_dead(b.finish())
}

/// The sum of the terms.
pub(super) fn total(b: &mut Builder) -> NodeId {
    let terms: Vec<NodeId> = b.program.terms.iter().map(|term| term.node).collect();
    let zero = b.constant(0.0);
    terms.into_iter().fold(zero, |total, term| b.call(Builtin::Add, &[total, term]))
}

/// First coordinate and node of each slot, in the order of the coordinates.
pub(super) fn slots(program: &Program) -> Vec<(usize, NodeId)> {
    let mut slots: Vec<(usize, NodeId)> = program.unknowns().collect();
    // A slot over an empty axis has the first coordinate of the next one.
    slots.sort_by_key(|&(first, id)| (first, program.extent(&program.nodes[id].axes), id));
    slots
}

/// The state of a sweep.
struct Sweep {
    b: Builder,
    useful: IdMap<NodeId, bool>,
    cotangents: IdMap<NodeId, Option<Cotangent>>,
    /// For each carry that matters: the carry that brings its cotangent back.
    back: IdMap<NodeId, Option<NodeId>>,
    /// For each recurrence: whether its reverse was begun.
    begun: IdMap<TieId, bool>,
}

impl Sweep {
    fn new(b: Builder, value: NodeId) -> Self {
        let useful = useful(&b.program, value);
        let (cotangents, back) = (b.program.nodes.filled(None), b.program.nodes.filled(None));
        let begun = b.program.ties.filled(false);
        Self { b, useful, cotangents, back, begun }
    }

    fn run(&mut self, value: NodeId) {
        let one = self.b.constant(1.0);
        self.cotangents[value] = Some(Cotangent { node: one, masked: false, vanishing: false });
        let ties = ties_of(&self.b.program);
        // From the last node, not from the value: what a recurrence carries may be made after the
        // value.
        let useful: Vec<NodeId> = self.useful.ids().filter(|&id| self.useful[id]).collect();
        for id in useful.into_iter().rev() {
            self.b.at(self.b.program.nodes[id].span);
            for &tie in &ties[id] {
                self.begin(tie);
            }
            let cotangent = self.cotangents[id];
            self.end(id, cotangent);
            let Some(cotangent) = cotangent else { continue };
            for place in differentiable(&self.b.program, id) {
                let operand = self.b.program.nodes[id].operands[place];
                if self.useful[operand] {
                    let passed = pull_back(&mut self.b, id, place, cotangent);
                    self.add(operand, passed);
                }
            }
        }
    }

    fn add(&mut self, id: NodeId, cotangent: Cotangent) {
        let before = self.cotangents[id];
        self.cotangents[id] = Some(before.map_or(cotangent, |c| c.plus(&mut self.b, cotangent)));
    }

    /// Begins the reverse of a recurrence: what a carry passes back arrives at its next, one step
    /// before; at the end of a segment nothing does.
    fn begin(&mut self, tie: TieId) {
        if std::mem::replace(&mut self.begun[tie], true) {
            return;
        }
        let recurrence = self.b.program.ties[tie].clone();
        let starts = recurrence.starts.map(|array| self.ends(array, recurrence.reversed));
        let zero = self.b.constant(0.0);
        let mut reversed_tie = None;
        for link in recurrence.carries {
            if !self.useful[link.carry] {
                continue;
            }
            let axes = self.b.axes(link.carry).to_vec();
            let back = match reversed_tie {
                None => self.b.carry(recurrence.axis, starts, !recurrence.reversed, zero, &axes),
                Some(tie) => self.b.add_carry(tie, zero, &axes),
            };
            reversed_tie = self.b.tie_of(back);
            self.back[link.carry] = Some(back);
            if self.useful[link.next] {
                let extra = without(&axes, self.b.axes(link.next));
                let passed = self.b.sum(back, &extra);
                self.add(link.next, Cotangent { node: passed, masked: true, vanishing: false });
            }
        }
    }

    /// Where segments end, in the direction of the recurrence: where they start for its reverse.
    fn ends(&mut self, starts: ArrayId, reversed: bool) -> ArrayId {
        let array = self.b.program.arrays[starts].clone();
        let flags: Vec<u8> = self.b.truths(starts);
        let last = flags.len().saturating_sub(1);
        let neighbour =
            |i: usize| if reversed { i.checked_sub(1) } else { (i < last).then_some(i + 1) };
        let ends = (0..flags.len()).map(|i| neighbour(i).map_or(1, |n| flags[n])).collect();
        self.b.array(
            format!("{} (ends)", array.name),
            &array.axes,
            Type::Bool,
            ArrayValues::Bool(ends),
        )
    }

    /// At a carry: ties its reverse, and passes on to its init.
    fn end(&mut self, id: NodeId, cotangent: Option<Cotangent>) {
        let Some(back) = self.back[id] else { return };
        let zero = self.b.constant(0.0);
        self.b.tie(back, cotangent.map_or(zero, |c| c.node));
        let Some((tie, init)) = self.b.program.link(id).map(|(tie, link)| (tie, link.init)) else {
            return;
        };
        if let Some(cotangent) = cotangent.filter(|_| self.useful[init]) {
            let passed = self.at_starts(tie, id, init, cotangent.node);
            self.add(init, Cotangent { node: passed, masked: true, ..cotangent });
        }
    }

    /// The cotangent of a carry where segments start, over the axes of its init.
    fn at_starts(&mut self, tie: TieId, carry: NodeId, init: NodeId, cotangent: NodeId) -> NodeId {
        let recurrence = self.b.program.ties[tie].clone();
        let axis = recurrence.axis;
        let size = self.b.program.axes[axis].size;
        let first = if recurrence.reversed { size.saturating_sub(1) } else { 0 };
        let extra = without(self.b.axes(carry), self.b.axes(init));
        let alone = recurrence.starts.is_none() && extra.contains(&axis);
        if alone {
            let position = self.b.position(axis, first);
            let cotangent = self.b.gather(cotangent, &[(axis, position)]);
            return self.b.sum(cotangent, &without(&extra, &[axis]));
        }
        let mut flags =
            recurrence.starts.map_or_else(|| vec![0; size], |array| self.b.truths(array));
        flags.iter_mut().skip(first).take(1).for_each(|flag| *flag = 1);
        let starts = self.b.array("starts", &[axis], Type::Bool, ArrayValues::Bool(flags));
        let (starts, zero) = (self.b.data(starts), self.b.constant(0.0));
        let chosen = self.b.call(Builtin::Select, &[starts, cotangent, zero]);
        self.b.sum(chosen, &extra)
    }
}

/// For each node the recurrences of which it is a carry or a next.
fn ties_of(program: &Program) -> IdMap<NodeId, Vec<TieId>> {
    let mut ties = program.nodes.filled(Vec::new());
    for (id, tie) in program.ties.iter() {
        for link in &tie.carries {
            ties[link.carry].push(id);
            ties[link.next].push(id);
        }
    }
    ties
}
