//! One element of a node: from a register, from memory, or computed from elements of its operands.

use crate::builtins::Builtin;
use crate::plan::ir::{Affine, Kind, Mode, Operation, RegisterId};
use crate::program::{NodeId, Op, Type};

use super::{Lowering, Point, kind_of};

impl Lowering<'_> {
    /// An element of a node at a point that has at least the node's axes.
    pub(super) fn value(&mut self, id: NodeId, point: &Point) -> RegisterId {
        let at = point.along(&self.survey.program.nodes[id].axes);
        if let Some(register) = self.emitter.known(id, &at) {
            return register;
        }
        let register = match self.buffer[id] {
            Some(buffer) if !self.survey.inlined[id] => {
                let (kind, at) = (self.buffers[buffer].kind, self.element_address(id, point));
                // No earlier than where the buffer is filled: inside the loops around it.
                let depth = self.storage.depth[id].unwrap_or(0);
                self.emitter.emit(Operation::Load { buffer, at }, kind, depth)
            }
            Some(_) | None => {
                assert!(self.survey.inlined[id], "{id} is read before it is computed");
                self.compute(id, point)
            }
        };
        self.emitter.remember(id, at, register);
        register
    }

    /// Emits what computes an element.
    pub(super) fn compute(&mut self, id: NodeId, point: &Point) -> RegisterId {
        let node = &self.survey.program.nodes[id];
        match &node.op {
            Op::Const(value) => self.constant(*value, node.ty),
            Op::Data(array) => {
                let (buffer, at) = (
                    self.data[*array],
                    self.address(&self.survey.program.arrays[*array].axes, point),
                );
                self.emitter.load_constant(buffer, at, kind_of(node.ty))
            }
            Op::Slot(first) => {
                let mut at = self.address(&node.axes, point);
                at.offset += *first as i64;
                self.emitter.load_constant(self.argument, at, Kind::Real)
            }
            Op::Noise { stream, base } => {
                let element = self.address(&node.axes, point);
                self.emitter.emit(
                    Operation::Noise { stream: *stream, base: *base, element },
                    Kind::Real,
                    0,
                )
            }
            Op::Discrete(_) => {
                unreachable!("discrete variables are summed out or given before a plan is made")
            }
            Op::Draw { stream, sampler } => self.draw(id, *stream, *sampler, point),
            Op::Iota(axis) => self.emitter.position(point.at(*axis).clone()),
            Op::Call(builtin) => {
                let arguments = node.operands.iter().map(|&o| self.value(o, point)).collect();
                self.emitter.call(*builtin, arguments)
            }
            Op::Convert(ty) => self.convert(node.operands[0], *ty, point),
            Op::Stop => self.value(node.operands[0], point),
            Op::Gather(_) => self.gather(id, point),
            Op::Carry(tie) => self.carry(id, *tie, point),
            Op::Sum(_)
            | Op::Max(_)
            | Op::Contract(_)
            | Op::SumBy { .. }
            | Op::Cholesky { .. }
            | Op::Solve { .. }
            | Op::CholeskyAdjoint { .. } => panic!("{id} is not computed element by element"),
        }
    }

    fn constant(&mut self, value: f64, ty: Type) -> RegisterId {
        match ty {
            Type::Real => self.emitter.number(value),
            Type::Bool => self.emitter.truth(value != 0.0),
            Type::Index(_) => self.emitter.position(Affine::constant(value as i64)),
        }
    }

    fn draw(&mut self, id: NodeId, stream: u32, sampler: Builtin, point: &Point) -> RegisterId {
        let node = &self.survey.program.nodes[id];
        let arguments = node.operands.iter().map(|&o| {
            let value = self.value(o, point);
            self.emitter.real(value)
        });
        let arguments = arguments.collect();
        let element = self.address(&node.axes, point);
        self.emitter.emit(Operation::Draw { stream, sampler, element, arguments }, Kind::Real, 0)
    }

    fn convert(&mut self, operand: NodeId, ty: Type, point: &Point) -> RegisterId {
        let value = self.value(operand, point);
        match ty {
            Type::Real => self.emitter.real(value),
            Type::Bool => {
                let (value, zero) = (self.emitter.real(value), self.emitter.number(0.0));
                self.emitter.call(Builtin::NotEqual, vec![value, zero])
            }
            Type::Index(axis) => {
                let value = self.emitter.real(value);
                let size = self.size(axis);
                self.emitter.emit(Operation::ToIndex { value, size }, Kind::Index, 0)
            }
        }
    }

    fn gather(&mut self, id: NodeId, point: &Point) -> RegisterId {
        let node = &self.survey.program.nodes[id];
        let mut source = point.clone();
        for (axis, index) in node.indices() {
            let at = self.position(index, point);
            source.set(axis, at);
        }
        self.value(node.operands[0], &source)
    }

    /// The value of an index: as arithmetic on positions where its facts allow.
    pub(super) fn position(&mut self, index: NodeId, point: &Point) -> Affine {
        let program = self.survey.program;
        let node = &program.nodes[index];
        if let (Some(array), Mode::Fused) = (node.op.array(), self.survey.mode)
            && let Some((offset, stride)) = program.arrays[array].facts.affine
        {
            let mut at = Affine::constant(offset);
            node.axes.iter().for_each(|&axis| at.add(point.at(axis), stride));
            return at;
        }
        if let Some(axis) = node.op.position() {
            return point.at(axis).clone();
        }
        let register = self.value(index, point);
        match self.emitter.constant(register) {
            Some(value) => Affine::constant(value as i64),
            None => Affine::register(register),
        }
    }
}
