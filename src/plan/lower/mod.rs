//! Survey, schedule and storage → plan: the statements of every nest.

mod element;
mod kernel;
mod nest;
mod output;
mod point;
mod recur;
mod reduce;
pub(super) mod scope;

use crate::base::{Arena, IdMap};
use crate::program::{Array, ArrayId, AxisId, NodeId, Type};

use super::ir::{Affine, Buffer, BufferId, Cell, CellId, Kind, Loop, Place, Plan, Statement, Step};
use super::lanes;
use super::order;
use super::schedule::{Nest, NestKind, Schedule};
use super::storage::Storage;
use super::survey::Survey;
use point::Point;
use scope::Emitter;

pub(super) fn lower(survey: &Survey, schedule: &Schedule, storage: &Storage) -> Plan {
    let mut lowering = Lowering::new(survey, schedule, storage);
    let mut steps = Vec::new();
    for nest in &schedule.nests {
        lowering.nest(nest);
        let sweep = match nest.kind {
            NestKind::Straight { .. } => None,
            NestKind::Loop { axis, .. } => Some(axis),
        };
        steps.push(Step {
            level: nest.level,
            sweep,
            nodes: nest.nodes.clone(),
            body: lowering.emitter.take(),
        });
    }
    let level = steps.last().map_or(0, |s: &Step| s.level + 1);
    steps.extend(lowering.copies(level));
    order::order(&mut steps, &lowering.buffers, &lowering.emitter.registers);
    steps.iter_mut().for_each(|step| lanes::choose(&mut step.body, &lowering.buffers));
    Plan {
        mode: survey.mode,
        buffers: lowering.buffers,
        registers: lowering.emitter.registers,
        cells: lowering.emitter.cells,
        steps,
        outputs: survey
            .program
            .outputs
            .iter()
            .map(|o| survey.program.extent(&survey.program.nodes[o.node].axes))
            .sum(),
        scratch: lowering.scratch,
    }
}

/// What lowering knows as it goes.
struct Lowering<'a> {
    survey: &'a Survey<'a>,
    schedule: &'a Schedule,
    storage: &'a Storage,
    emitter: Emitter,
    buffers: Arena<BufferId, Buffer>,
    scratch: usize,
    argument: BufferId,
    /// By array.
    data: IdMap<ArrayId, BufferId>,
    /// By node.
    buffer: IdMap<NodeId, Option<BufferId>>,
    /// By node: while it is summed, its variables, one an element.
    sums: IdMap<NodeId, Option<Vec<CellId>>>,
    /// By node: whether a reduction of it has begun.
    begun: IdMap<NodeId, bool>,
    /// By carry: what its loop carries.
    carried: IdMap<NodeId, Option<recur::Carried>>,
    /// Positions of open loops.
    point: Point,
}

impl<'a> Lowering<'a> {
    fn new(survey: &'a Survey<'a>, schedule: &'a Schedule, storage: &'a Storage) -> Self {
        let program = survey.program;
        let mut buffers = Arena::new();
        let argument = Buffer {
            node: None,
            axes: Vec::new(),
            kind: Kind::Real,
            place: Place::Argument,
            len: program.slots,
        };
        let argument = buffers.push(argument);
        let of_array = |(id, array): (_, &Array)| {
            let (axes, kind, len) =
                (array.axes.clone(), kind_of(array.ty), program.extent(&array.axes));
            buffers.push(Buffer { node: None, axes, kind, place: Place::Data(id), len })
        };
        let data = program.arrays.map(of_array);
        let nodes = &program.nodes;
        let mut lowering = Self {
            survey,
            schedule,
            storage,
            emitter: Emitter::new(),
            buffers,
            scratch: 0,
            argument,
            data,
            buffer: nodes.filled(None),
            sums: nodes.filled(None),
            begun: nodes.filled(false),
            carried: nodes.filled(None),
            point: Point::default(),
        };
        lowering.place_outputs();
        for id in program.nodes.ids() {
            lowering.place(id);
        }
        lowering
    }

    /// Makes the buffer of a node that lies in memory and has none yet.
    fn place(&mut self, id: NodeId) {
        let (Some(depth), None) = (self.storage.depth[id], self.buffer[id]) else {
            return;
        };
        let around: Vec<AxisId> =
            self.schedule.paths[id][..depth].iter().map(|&l| self.schedule.loops[l]).collect();
        let axes = self.survey.program.nodes[id]
            .axes
            .iter()
            .copied()
            .filter(|a| !around.contains(a))
            .collect();
        let place = if depth == 0 { Place::Whole } else { Place::Tile };
        self.buffer[id] = Some(self.scratch_buffer(id, axes, place));
    }

    fn scratch_buffer(
        &mut self,
        id: NodeId,
        axes: Vec<AxisId>,
        place: fn(usize) -> Place,
    ) -> BufferId {
        let len = self.survey.program.extent(&axes);
        let buffer =
            Buffer { node: Some(id), axes, kind: self.kind(id), place: place(self.scratch), len };
        self.scratch += len;
        self.buffers.push(buffer)
    }

    fn kind(&self, id: NodeId) -> Kind {
        kind_of(self.survey.program.nodes[id].ty)
    }

    /// A variable for an element of a node.
    fn cell(&self, id: NodeId) -> Cell {
        let axis = match self.survey.program.nodes[id].ty {
            Type::Index(axis) => Some(axis),
            Type::Real | Type::Bool => None,
        };
        Cell { kind: self.kind(id), axis }
    }

    fn size(&self, axis: AxisId) -> usize {
        self.survey.program.axes[axis].size
    }

    /// The position in a run of elements over `axes`, row by row.
    fn address(&self, axes: &[AxisId], point: &Point) -> Affine {
        let mut address = Affine::default();
        let mut stride = 1;
        for &axis in axes.iter().rev() {
            address.add(point.at(axis), stride);
            stride *= self.size(axis) as i64;
        }
        address
    }

    /// The elements over those of `axes` along which `from` has no position: points that have.
    fn points(&self, axes: &[AxisId], from: &Point) -> Vec<Point> {
        let mut points = vec![from.clone()];
        for &axis in axes.iter().filter(|&&a| !from.has(a)) {
            let along = |p: Point| {
                (0..self.size(axis) as i64).map(move |i| p.with(axis, Affine::constant(i)))
            };
            points = points.into_iter().flat_map(along).collect();
        }
        points
    }

    /// Emits `body` for all elements over those of `axes` along which there is no position: in
    /// loops, or written out.
    fn over(&mut self, axes: &[AxisId], from: &Point, body: &mut dyn FnMut(&mut Self, &Point)) {
        let unrolled = |a: AxisId| self.survey.unrolled[a];
        match axes.iter().copied().find(|&a| !from.has(a) && !unrolled(a)) {
            None => self.points(axes, from).iter().for_each(|point| body(self, point)),
            Some(axis) => {
                let inside = |lowering: &mut Self, counter: &Affine| {
                    lowering.over(axes, &from.with(axis, counter.clone()), body)
                };
                self.repeat(axis, false, inside);
            }
        }
    }

    /// Emits a loop, unless it has no rounds.
    fn repeat(&mut self, axis: AxisId, reversed: bool, inside: impl FnOnce(&mut Self, &Affine)) {
        let size = self.size(axis);
        if size == 0 {
            return;
        }
        let counter = self.emitter.open();
        inside(self, &Affine::register(counter));
        let body = self.emitter.close();
        self.emitter.push(Statement::Loop(Loop { axis, counter, size, reversed, lanes: 1, body }));
    }

    fn nest(&mut self, nest: &Nest) {
        match &nest.kind {
            NestKind::Straight { unit: None } => nest.nodes.iter().for_each(|&n| self.node(n)),
            NestKind::Straight { unit: Some(unit) } => self.unrolled_unit(*unit, &nest.nodes),
            NestKind::Loop { axis, reversed, units, body } => {
                self.loop_nest(*axis, *reversed, units, &nest.nodes, body)
            }
        }
        if self.survey.mode == super::ir::Mode::Naive {
            self.emitter.forget();
        }
    }
}

fn kind_of(ty: Type) -> Kind {
    match ty {
        Type::Real => Kind::Real,
        Type::Bool => Kind::Bool,
        Type::Index(_) => Kind::Index,
    }
}
