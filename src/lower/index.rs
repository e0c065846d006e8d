//! Indices: positions from 0, checked against the plate where the data determine them.

use super::environment::Environment;
use super::{Lower, Lowering, error};
use crate::builtins::Builtin;
use crate::network::ir::{ExprId, ExprKind, PlateId, Scalar};
use crate::program::{ArrayValues, NodeId, Type};

impl Lowering<'_> {
    /// An expression as an index of its plate.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "asks for a few kinds; every other kind, also a new one, is the same answer"
    )]
    pub(super) fn index(&mut self, expression: ExprId, environment: &Environment) -> Lower<NodeId> {
        let entry = &self.network.expressions[expression];
        match &entry.kind {
            ExprKind::ToIndex(plate, inner) => {
                let number = self.number(*inner, environment)?;
                let one = self.builder.constant(1.0);
                let position = self.builder.call(Builtin::Subtract, &[number, one]);
                self.checked(position, *plate, expression, environment)
            }
            ExprKind::Call(builtin @ (Builtin::Add | Builtin::Subtract), operands) => {
                let Scalar::Index(plate) = entry.scalar else {
                    return self.expression(expression, environment);
                };
                let (a, b) = (
                    self.shift_operand(operands[0], environment)?,
                    self.shift_operand(operands[1], environment)?,
                );
                let position = self.builder.call(*builtin, &[a, b]);
                self.checked(position, plate, expression, environment)
            }
            _ => {
                let node = self.expression(expression, environment)?;
                match (self.builder.ty(node), entry.scalar) {
                    (Type::Index(_), _) => Ok(node),
                    (Type::Real | Type::Bool, Scalar::Index(plate)) => {
                        let one = self.builder.constant(1.0);
                        let position = self.builder.call(Builtin::Subtract, &[node, one]);
                        self.checked(position, plate, expression, environment)
                    }
                    (Type::Real | Type::Bool, _) => Ok(node),
                }
            }
        }
    }

    /// A part of a shifted index: an index as its position, a number unchanged.
    fn shift_operand(&mut self, operand: ExprId, environment: &Environment) -> Lower<NodeId> {
        match self.network.expressions[operand].scalar {
            Scalar::Index(_) => {
                let index = self.index_unchecked(operand, environment)?;
                Ok(self.builder.convert(index, Type::Real))
            }
            Scalar::Real | Scalar::Integer | Scalar::Bool => self.number(operand, environment),
        }
    }

    /// A shift within a shift, `t - 1 + 1`, may leave the plate on the way.
    fn index_unchecked(&mut self, expression: ExprId, environment: &Environment) -> Lower<NodeId> {
        let entry = &self.network.expressions[expression];
        if let (
            ExprKind::Call(builtin @ (Builtin::Add | Builtin::Subtract), operands),
            Scalar::Index(_),
        ) = (&entry.kind, entry.scalar)
        {
            let (a, b) = (
                self.shift_operand(operands[0], environment)?,
                self.shift_operand(operands[1], environment)?,
            );
            return Ok(self.builder.call(*builtin, &[a, b]));
        }
        self.index(expression, environment)
    }

    /// Positions as an index of `plate`: those that the data determine must be in it wherever they
    /// are needed; elsewhere they are set to 0.
    fn checked(
        &mut self,
        position: NodeId,
        plate: PlateId,
        expression: ExprId,
        environment: &Environment,
    ) -> Lower<NodeId> {
        let axis = self.plate_axis(plate);
        let size = self.request.binding.plates[plate.0 as usize].size;
        self.within(position, plate, expression, environment)?;
        let Some(ArrayValues::Real(values)) = self.builder.known(position) else {
            return Ok(self.builder.convert(position, Type::Index(axis)));
        };
        let inside = |v: f64| v.fract() == 0.0 && v >= 0.0 && v < size as f64;
        let axes = self.builder.axes(position).to_vec();
        if let (&[only], true) = (values.as_slice(), axes.is_empty()) {
            let position = if inside(only) { only as usize } else { 0 };
            return Ok(self.builder.position(axis, position));
        }
        let values: Vec<u32> =
            values.iter().map(|&v| if inside(v) { v as u32 } else { 0 }).collect();
        let array =
            self.builder.array("index", &axes, Type::Index(axis), ArrayValues::Index(values));
        Ok(self.builder.data(array))
    }

    /// Positions that the data determine must be in the plate wherever they are needed.
    pub(super) fn within(
        &mut self,
        position: NodeId,
        plate: PlateId,
        expression: ExprId,
        environment: &Environment,
    ) -> Lower<()> {
        let size = self.request.binding.plates[plate.0 as usize].size;
        let needed = self.needed(position, environment);
        let Some(ArrayValues::Real(values)) = self.builder.known(position) else { return Ok(()) };
        let inside = |v: f64| v.fract() == 0.0 && v >= 0.0 && v < size as f64;
        let Some(bad) =
            (0..values.len()).find(|&i| !inside(values[i]) && needed.as_ref().is_none_or(|n| n[i]))
        else {
            return Ok(());
        };
        let axes = self.builder.axes(position).to_vec();
        let span = self.network.expressions[expression].span;
        let element = self.element_name(&axes, bad);
        let name = &self.network.plates[plate].name;
        self.report(error::index_outside(name, size, values[bad], &element, span))
    }

    /// For each element of `position`: whether the guard of the environment holds for it anywhere.
    pub(super) fn needed(
        &mut self,
        position: NodeId,
        environment: &Environment,
    ) -> Option<Vec<bool>> {
        let guard = environment.guard?;
        let axes = self.builder.axes(position).to_vec();
        let others: Vec<_> =
            self.builder.axes(guard).iter().copied().filter(|a| !axes.contains(a)).collect();
        let zero = self.builder.constant(0.0);
        let number = self.builder.convert(guard, Type::Real);
        let anywhere = if others.is_empty() { number } else { self.builder.max(number, &others) };
        let holds = self.builder.call(Builtin::Greater, &[anywhere, zero]);
        let holds = self.builder.convert(holds, Type::Real);
        let full = self.builder.expand(holds, &axes);
        match self.builder.known(full)? {
            ArrayValues::Real(values) => Some(values.iter().map(|&v| v != 0.0).collect()),
            ArrayValues::Bool(_) | ArrayValues::Index(_) => None,
        }
    }

    /// `rows 3, time 1` for an element in canonical layout.
    pub(super) fn element_name(&self, axes: &[crate::program::AxisId], element: usize) -> String {
        let mut rest = element;
        let mut parts = Vec::new();
        for &axis in axes.iter().rev() {
            let entry = &self.builder.program.axes[axis];
            parts.push(format!("{} {}", entry.name, rest % entry.size + 1));
            rest /= entry.size;
        }
        parts.reverse();
        if parts.is_empty() { error::EVERYWHERE.to_owned() } else { parts.join(", ") }
    }
}
