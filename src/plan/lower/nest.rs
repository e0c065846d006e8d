//! Loops with their accumulators, and the nodes of straight-line blocks.

use crate::plan::ir::{Affine, Operation, RegisterId, Statement};
use crate::plan::schedule::Nest;
use crate::program::{AxisId, Form, NodeId};

use super::{Lowering, Point};

impl Lowering<'_> {
    /// Accumulators are zeroed, the loop runs, results are read.
    pub(super) fn loop_nest(
        &mut self,
        axis: AxisId,
        reversed: bool,
        units: &[usize],
        nodes: &[NodeId],
        body: &[Nest],
    ) {
        let program = self.survey.program;
        let begins =
            |n: &&NodeId| program.nodes[**n].op.reduced().contains(&axis) && !self.begun[**n];
        let opened: Vec<NodeId> = nodes.iter().filter(begins).copied().collect();
        opened.iter().for_each(|&n| self.begin(n));
        let carries = self.begin_units(units);
        self.repeat(axis, reversed, |lowering, counter| {
            lowering.point.set(axis, counter.clone());
            body.iter().for_each(|nest| lowering.nest(nest));
            lowering.end_round(&carries);
            lowering.point.unset(axis);
        });
        carries.iter().for_each(|&(carry, _)| self.carried[carry] = None);
        opened.iter().for_each(|&n| self.end(n));
    }

    /// Zeroes the accumulators of a node: its buffer, or a variable an element.
    fn begin(&mut self, id: NodeId) {
        self.begun[id] = true;
        let axes = &self.survey.program.nodes[id].axes;
        if self.storage.accumulates[id] {
            return self.fill(id);
        }
        let cell = self.cell(id);
        let start = self.reduction(id).start();
        let start = self.emitter.number(start);
        let cells = self
            .points(axes, &self.own_point(id))
            .iter()
            .map(|_| self.emitter.cell(cell))
            .collect::<Vec<_>>();
        cells.iter().for_each(|&cell| self.emitter.push(Statement::Set { cell, value: start }));
        self.sums[id] = Some(cells);
    }

    /// Zeroes the elements of a buffer that belong to this round of the open loops.
    pub(super) fn fill(&mut self, id: NodeId) {
        let axes = &self.survey.program.nodes[id].axes;
        let start = self.reduction(id).start();
        let value = self.emitter.number(start);
        let point = self.own_point(id);
        self.over(axes, &point, &mut |lowering, point| lowering.store(id, point, value));
    }

    /// The positions of the open loops that a sum has before it begins: not those along its
    /// targets.
    pub(super) fn own_point(&self, id: NodeId) -> Point {
        let mut point = self.point.clone();
        if let Form::SumBy { axes, .. } = self.survey.program.nodes[id].op.form() {
            axes.iter().for_each(|&a| point.unset(a));
        }
        point
    }

    /// Reads what a node's variables have gathered.
    fn end(&mut self, id: NodeId) {
        self.begun[id] = false;
        let Some(cells) = self.sums[id].take() else { return };
        let (kind, depth) = (self.kind(id), self.emitter.depth());
        let axes = &self.survey.program.nodes[id].axes;
        for (cell, point) in cells.into_iter().zip(self.points(axes, &self.own_point(id))) {
            let value = self.emitter.emit(Operation::Read(cell), kind, depth);
            self.define(id, &point, value);
        }
    }

    /// A node in a straight-line block: all its elements that the open loops leave.
    pub(super) fn node(&mut self, id: NodeId) {
        let node = &self.survey.program.nodes[id];
        match node.op.form() {
            Form::Reduce(_) => self.reduce(id),
            Form::SumBy { .. } => self.sum_by(id),
            Form::Matrix { .. } => self.kernel(id),
            Form::Leaf | Form::Elementwise | Form::Gather(_) | Form::Carry(_) => {
                for point in self.points(&node.axes, &self.point) {
                    let value = self.compute(id, &point);
                    self.define(id, &point, value);
                }
            }
        }
    }

    /// An element is known: remembered, and stored where it is read from memory.
    pub(super) fn define(&mut self, id: NodeId, point: &Point, value: RegisterId) {
        if self.buffer[id].is_some() {
            self.store(id, point, value);
        }
        let at = point.along(&self.survey.program.nodes[id].axes);
        self.emitter.remember(id, at, value);
    }

    fn store(&mut self, id: NodeId, point: &Point, value: RegisterId) {
        let Some(buffer) = self.buffer[id] else { panic!("{id} has no buffer") };
        let at = self.element_address(id, point);
        self.emitter.push(Statement::Store { buffer, at, value });
    }

    /// Where in its buffer an element of a node lies.
    pub(super) fn element_address(&self, id: NodeId, point: &Point) -> Affine {
        match self.buffer[id] {
            Some(buffer) => self.address(&self.buffers[buffer].axes, point),
            None => panic!("{id} has no buffer"),
        }
    }
}
