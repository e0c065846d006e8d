//! Sums, maxima, products summed, and sums by index.

use crate::builtins::Builtin;
use crate::plan::ir::{Affine, Kind, Reduction, RegisterId, Statement};
use crate::plan::work::space;
use crate::program::NodeId;

use super::{Lowering, Point};

impl Lowering<'_> {
    pub(super) fn reduction(&self, id: NodeId) -> Reduction {
        if self.survey.program.nodes[id].op.is_maximum() {
            Reduction::Maximum
        } else {
            Reduction::Sum
        }
    }

    /// A sum, maximum or contraction: what this round of the open loops adds, or all of it.
    pub(super) fn reduce(&mut self, id: NodeId) {
        let node = &self.survey.program.nodes[id];
        for (element, point) in self.points(&node.axes, &self.point).into_iter().enumerate() {
            let inner = self.points(node.op.reduced(), &point);
            let terms: Vec<RegisterId> = inner.iter().map(|p| self.term(id, p)).collect();
            let value = self.fold(self.reduction(id), &terms);
            if self.begun[id] {
                self.add(id, element, &point, value);
            } else {
                self.define(id, &point, value);
            }
        }
    }

    fn term(&mut self, id: NodeId, point: &Point) -> RegisterId {
        let node = &self.survey.program.nodes[id];
        let factors: Vec<RegisterId> =
            node.operands.iter().map(|&o| self.value(o, point)).collect();
        match factors[..] {
            [a, b] => self.emitter.call(Builtin::Multiply, vec![a, b]),
            [a] => self.emitter.real(a),
            _ => panic!("{id} has one operand or two"),
        }
    }

    /// All terms as one: in pairs, so that they do not wait for each other.
    fn fold(&mut self, by: Reduction, terms: &[RegisterId]) -> RegisterId {
        match terms {
            [] => self.emitter.number(by.start()),
            [only] => *only,
            _ => {
                let (left, right) = terms.split_at(terms.len().div_ceil(2));
                let pair = vec![self.fold(by, left), self.fold(by, right)];
                match by {
                    Reduction::Sum => self.emitter.call(Builtin::Add, pair),
                    Reduction::Maximum => self.emitter.call(Builtin::Max, pair),
                }
            }
        }
    }

    /// Adds to the accumulator of an element; `element` counts the ones that have variables.
    fn add(&mut self, id: NodeId, element: usize, point: &Point, value: RegisterId) {
        let by = self.reduction(id);
        match (&self.sums[id], self.buffer[id]) {
            (Some(cells), _) => {
                let cell = cells[element];
                self.emitter.push(Statement::Fold { cell, value, by });
            }
            (None, Some(buffer)) => {
                let at = self.element_address(id, point);
                self.emitter.push(Statement::Accumulate { buffer, at, value, by });
            }
            (None, None) => panic!("{id} has no accumulator"),
        }
    }

    /// A sum by index: what this round of the open loops adds, or all of it.
    pub(super) fn sum_by(&mut self, id: NodeId) {
        if self.storage.accumulates[id] {
            return self.scatter(id);
        }
        let axes = &self.survey.program.nodes[id].axes;
        let targets = self.points(axes, &self.own_point(id));
        let addresses: Vec<Affine> = targets.iter().map(|p| self.address(axes, p)).collect();
        let mut terms: Vec<Vec<RegisterId>> = vec![Vec::new(); targets.len()];
        for (target, value) in self.scattered(id) {
            let address = self.address(axes, &target);
            if let Some(element) = addresses.iter().position(|a| *a == address) {
                terms[element].push(value);
            }
        }
        for (element, (point, terms)) in targets.iter().zip(terms).enumerate() {
            if !self.begun[id] {
                let value = self.fold(Reduction::Sum, &terms);
                self.define(id, point, value);
            } else if !terms.is_empty() {
                let value = self.fold(Reduction::Sum, &terms);
                self.add(id, element, point, value);
            }
        }
    }

    /// Adds each term to its target in memory.
    fn scatter(&mut self, id: NodeId) {
        if !self.begun[id] {
            self.fill(id);
        }
        for (target, value) in self.scattered(id) {
            self.add(id, 0, &target, value);
        }
    }

    /// The terms of a sum by index with the points of their targets.
    fn scattered(&mut self, id: NodeId) -> Vec<(Point, RegisterId)> {
        let node = &self.survey.program.nodes[id];
        let mut found = Vec::new();
        for point in self.points(&space(self.survey.program, id), &self.point) {
            let mut target = point.clone();
            for (axis, index) in node.indices() {
                let at = self.position(index, &point);
                target.set(axis, at);
            }
            let value = self.value(node.operands[0], &point);
            found.push((target, self.emitter.real(value)));
        }
        found
    }

    /// The kind of a node's elements as registers hold them.
    pub(super) fn zero(&mut self, kind: Kind) -> RegisterId {
        match kind {
            Kind::Real => self.emitter.number(0.0),
            Kind::Bool => self.emitter.truth(false),
            Kind::Index => self.emitter.position(Affine::constant(0)),
        }
    }
}
