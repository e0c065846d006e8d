//! Recurrences: what a carry is, and what goes from a round to the next.

use crate::builtins::Builtin;
use crate::plan::ir::{Affine, BufferId, CellId, Operation, Place, RegisterId, Statement};
use crate::plan::survey::links;
use crate::program::{AxisId, CarryLink, NodeId, TieId};

use super::{Lowering, Point};

/// What a loop carries of a carry node.
#[derive(Clone, Debug)]
pub(super) enum Carried {
    /// A variable an element.
    Cells(Vec<CellId>),
    /// A buffer over the axes that are left, valid inside so many loops.
    State(BufferId, usize),
}

/// The carries of a loop: node and link.
pub(super) type Carries = Vec<(NodeId, CarryLink)>;

impl Lowering<'_> {
    /// Sets up what the recurrences of a loop carry.
    pub(super) fn begin_units(&mut self, units: &[usize]) -> Carries {
        let survey = self.survey;
        let of_loop = |tie: TieId| units.iter().any(|&u| survey.units[u].ties.contains(&tie));
        let live = |link: &CarryLink| survey.live[link.carry];
        let carries: Vec<(TieId, CarryLink)> = links(survey.program)
            .filter(|(tie, link)| of_loop(*tie) && live(link))
            .map(|(tie, link)| (tie, *link))
            .collect();
        for (tie, link) in &carries {
            self.begin_carry(survey.program.ties[*tie].axis, link);
        }
        carries.into_iter().map(|(_, link)| (link.carry, link)).collect()
    }

    fn begin_carry(&mut self, axis: AxisId, link: &CarryLink) {
        let axes = self.left(link.carry, axis);
        let varies = self.survey.program.nodes[link.init].axes.contains(&axis);
        let looped = axes.iter().any(|a| !self.survey.unrolled[*a]);
        let kind = self.kind(link.carry);
        if looped {
            let buffer = self.scratch_buffer(link.carry, axes.clone(), Place::State);
            self.over(&axes, &self.point.clone(), &mut |lowering, point| {
                let value =
                    if varies { lowering.zero(kind) } else { lowering.value(link.init, point) };
                let at = lowering.address(&axes, point);
                lowering.emitter.push(Statement::Store { buffer, at, value });
            });
            self.carried[link.carry] = Some(Carried::State(buffer, self.emitter.depth() + 1));
            return;
        }
        let mut cells = Vec::new();
        for point in self.points(&axes, &self.point) {
            let value = if varies { self.zero(kind) } else { self.value(link.init, &point) };
            let cell = self.emitter.cell(self.cell(link.carry));
            self.emitter.push(Statement::Set { cell, value });
            cells.push(cell);
        }
        self.carried[link.carry] = Some(Carried::Cells(cells));
    }

    /// A carry's axes that neither the open loops nor its own fix.
    fn left(&self, carry: NodeId, axis: AxisId) -> Vec<AxisId> {
        self.survey.program.nodes[carry]
            .axes
            .iter()
            .copied()
            .filter(|&a| a != axis && !self.point.has(a))
            .collect()
    }

    /// Hands on what the next round needs: first all values, then all variables.
    pub(super) fn end_round(&mut self, carries: &Carries) {
        let mut sets = Vec::new();
        for (carry, link) in carries {
            let axes = &self.survey.program.nodes[*carry].axes;
            match self.carried[*carry].clone() {
                Some(Carried::Cells(cells)) => {
                    for (cell, point) in cells.into_iter().zip(self.points(axes, &self.point)) {
                        sets.push((cell, self.value(link.next, &point)));
                    }
                }
                Some(Carried::State(buffer, _)) => {
                    self.over(axes, &self.point.clone(), &mut |lowering, point| {
                        let value = lowering.value(link.next, point);
                        let at = lowering.address(&lowering.buffers[buffer].axes, point);
                        lowering.emitter.push(Statement::Store { buffer, at, value });
                    })
                }
                None => panic!("{carry} is not carried"),
            }
        }
        sets.into_iter()
            .for_each(|(cell, value)| self.emitter.push(Statement::Set { cell, value }));
    }

    /// An element of a carry.
    pub(super) fn carry(&mut self, id: NodeId, tie: TieId, point: &Point) -> RegisterId {
        let program = self.survey.program;
        let recurrence = &program.ties[tie];
        let Some(link) = recurrence.carries.iter().find(|link| link.carry == id) else {
            panic!("{id} has no recurrence")
        };
        if self.size(recurrence.axis) <= 1 {
            return self.value(link.init, point);
        }
        match self.carried[id].clone() {
            None => self.written_out_carry(tie, link, point),
            Some(Carried::Cells(cells)) => {
                let element = self
                    .points(&program.nodes[id].axes, &self.point)
                    .iter()
                    .position(|p| self.same(id, p, point));
                let Some(element) = element else { panic!("{id} has no such element") };
                let previous = self.emitter.emit(
                    Operation::Read(cells[element]),
                    self.kind(id),
                    self.emitter.depth(),
                );
                self.started(tie, link, point, previous)
            }
            Some(Carried::State(buffer, depth)) => {
                let at = self.address(&self.buffers[buffer].axes, point);
                let previous =
                    self.emitter.emit(Operation::Load { buffer, at }, self.kind(id), depth);
                self.started(tie, link, point, previous)
            }
        }
    }

    fn same(&self, id: NodeId, a: &Point, b: &Point) -> bool {
        let axes = &self.survey.program.nodes[id].axes;
        a.along(axes) == b.along(axes)
    }

    /// `init` where a segment starts, else what the round before brought. Variables begin as
    /// `init`, unless it varies along the recurrence.
    fn started(
        &mut self,
        tie: TieId,
        link: &CarryLink,
        point: &Point,
        previous: RegisterId,
    ) -> RegisterId {
        let recurrence = &self.survey.program.ties[tie];
        let varies = self.survey.program.nodes[link.init].axes.contains(&recurrence.axis);
        let marked = recurrence.starts.map(|array| self.is_marked(array, point));
        let first = varies.then(|| self.is_first(tie, point));
        let condition = match (marked, first) {
            (Some(marked), Some(first)) => self.emitter.call(Builtin::Or, vec![marked, first]),
            (Some(condition), None) | (None, Some(condition)) => condition,
            (None, None) => return previous,
        };
        let init = self.value(link.init, point);
        self.emitter.call(Builtin::Select, vec![condition, init, previous])
    }

    fn is_marked(&mut self, array: crate::program::ArrayId, point: &Point) -> RegisterId {
        let (buffer, at) =
            (self.data[array], self.address(&self.survey.program.arrays[array].axes, point));
        let kind = self.buffers[buffer].kind;
        self.emitter.load_constant(buffer, at, kind)
    }

    fn first(&self, tie: TieId) -> i64 {
        let recurrence = &self.survey.program.ties[tie];
        if recurrence.reversed { self.size(recurrence.axis) as i64 - 1 } else { 0 }
    }

    fn is_first(&mut self, tie: TieId, point: &Point) -> RegisterId {
        let at = self.emitter.position(point.at(self.survey.program.ties[tie].axis).clone());
        let first = self.emitter.number(self.first(tie) as f64);
        self.emitter.call(Builtin::Equal, vec![at, first])
    }

    /// A carry at a known step: the element of `next` one step before.
    fn written_out_carry(&mut self, tie: TieId, link: &CarryLink, point: &Point) -> RegisterId {
        let recurrence = &self.survey.program.ties[tie];
        let step = point.at(recurrence.axis);
        let first = self.first(tie);
        if step.as_constant() == Some(first) {
            return self.value(link.init, point);
        }
        let mut before = step.clone();
        before.add(&Affine::constant(1), if recurrence.reversed { 1 } else { -1 });
        let previous = self.value(link.next, &point.with(recurrence.axis, before));
        match recurrence.starts {
            None => previous,
            Some(array) => {
                let (condition, init) =
                    (self.is_marked(array, point), self.value(link.init, point));
                self.emitter.call(Builtin::Select, vec![condition, init, previous])
            }
        }
    }

    /// Emits the members of a recurrence step by step.
    pub(super) fn unrolled_unit(&mut self, unit: usize, nodes: &[NodeId]) {
        let unit = &self.survey.units[unit];
        let size = self.size(unit.axis) as i64;
        for step in 0..size {
            let at = if unit.reversed { size - 1 - step } else { step };
            self.point.set(unit.axis, Affine::constant(at));
            nodes.iter().for_each(|&n| self.node(n));
        }
        self.point.unset(unit.axis);
    }
}
