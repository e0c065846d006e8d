//! Expressions → nodes. The axes of an expression are replaced by the positions of the environment
//! as it is lowered.

use super::environment::Environment;
use super::{Lower, Lowering, error};
use crate::builtins::{Builtin, Code};
use crate::network::ir::{AxisId as NetworkAxis, ExprId, ExprKind, NoiseId, Scalar, VariableId};
use crate::program::{ArrayValues, AxisId, NodeId, Type};

impl Lowering<'_> {
    /// The value of an expression in its own kind: a number, a truth value or an index.
    pub(super) fn expression(
        &mut self,
        expression: ExprId,
        environment: &Environment,
    ) -> Lower<NodeId> {
        let network = self.network;
        let entry = &network.expressions[expression];
        let outer = self.builder.span();
        self.builder.at(entry.span);
        let node = self.kind(expression, &entry.kind, environment);
        self.builder.at(outer);
        node
    }

    fn kind(
        &mut self,
        expression: ExprId,
        kind: &ExprKind,
        environment: &Environment,
    ) -> Lower<NodeId> {
        match kind {
            ExprKind::Number(value) => Ok(self.builder.constant(*value)),
            ExprKind::Bool(value) => Ok(self.builder.truth(*value)),
            ExprKind::Variable(variable, indices) => {
                self.element(*variable, indices, expression, environment)
            }
            ExprKind::Position(axis) => Ok(self.position(*axis, environment)),
            ExprKind::Label(plate, label) => self.label(*plate, label, expression),
            ExprKind::Size(plate) => {
                Ok(self.builder.constant(self.request.binding.plates[plate.0 as usize].size as f64))
            }
            ExprKind::Call(builtin, operands) => {
                self.call(expression, *builtin, operands, environment)
            }
            ExprKind::If(condition, then, otherwise) => {
                self.choice(*condition, *then, *otherwise, environment)
            }
            ExprKind::Reduce(reduction, axes, body) => {
                self.reduce(*reduction, axes, *body, expression, environment)
            }
            ExprKind::At(base, at) => {
                let mut inner = environment.clone();
                for (axis, index) in at {
                    let index = self.index(*index, environment)?;
                    inner.positions.insert(*axis, index);
                }
                self.expression(*base, &inner)
            }
            ExprKind::List(axis, elements) => self.list(*axis, elements, expression, environment),
            ExprKind::ToIndex(..) => self.index(expression, environment),
            ExprKind::Cholesky(base, row, col) => self.cholesky(*base, *row, *col, environment),
            ExprKind::Solve(factor, right, row, col, transposed) => {
                self.solve(*factor, *right, (*row, *col), *transposed, environment)
            }
            ExprKind::Noise(noise) => Ok(self.noise(*noise, environment)),
        }
    }

    /// The node that an axis stands for: its own positions, or those of the environment.
    pub(super) fn position(&mut self, axis: NetworkAxis, environment: &Environment) -> NodeId {
        match environment.positions.get(&axis) {
            Some(&node) => node,
            None => {
                let axis = self.axis(axis);
                self.builder.iota(axis)
            }
        }
    }

    fn noise(&mut self, noise: NoiseId, environment: &Environment) -> NodeId {
        let node = environment
            .noises
            .get(&noise)
            .copied()
            .unwrap_or_else(|| self.builder.constant(f64::NAN));
        let axes = self.network.noises[noise].axes.clone();
        self.at_positions(node, &axes, environment)
    }

    /// A node over these axes of the network, at the positions of the environment.
    pub(super) fn at_positions(
        &mut self,
        node: NodeId,
        axes: &[NetworkAxis],
        environment: &Environment,
    ) -> NodeId {
        let mut replaced = Vec::new();
        for &axis in axes {
            if let Some(&position) = environment.positions.get(&axis) {
                replaced.push((self.axis(axis), position));
            }
        }
        if replaced.is_empty() { node } else { self.builder.gather(node, &replaced) }
    }

    fn label(
        &mut self,
        plate: crate::network::ir::PlateId,
        label: &str,
        expression: ExprId,
    ) -> Lower<NodeId> {
        let data = &self.request.binding.plates[plate.0 as usize];
        let position = (0..data.size).find(|&i| data.label(i) == label);
        match position {
            Some(position) => {
                let axis = self.plate_axis(plate);
                Ok(self.builder.position(axis, position))
            }
            None => {
                let labels: Vec<String> = (0..data.size.min(12)).map(|i| data.label(i)).collect();
                let name = &self.network.plates[plate].name;
                let span = self.network.expressions[expression].span;
                self.report(error::label_unknown(label, name, &labels.join(", "), span))
            }
        }
    }

    /// A value as a number: truth values are 0 and 1, indices count from 1.
    pub(super) fn number_of(&mut self, node: NodeId) -> NodeId {
        match self.builder.ty(node) {
            Type::Real => node,
            Type::Bool => self.builder.convert(node, Type::Real),
            Type::Index(_) => {
                let position = self.builder.convert(node, Type::Real);
                let one = self.builder.constant(1.0);
                self.builder.call(Builtin::Add, &[position, one])
            }
        }
    }

    /// As [`Self::number_of`].
    pub(super) fn real(&mut self, node: NodeId) -> NodeId {
        self.number_of(node)
    }

    pub(super) fn number(
        &mut self,
        expression: ExprId,
        environment: &Environment,
    ) -> Lower<NodeId> {
        let node = self.expression(expression, environment)?;
        Ok(self.number_of(node))
    }

    fn call(
        &mut self,
        expression: ExprId,
        builtin: Builtin,
        operands: &[ExprId],
        environment: &Environment,
    ) -> Lower<NodeId> {
        let scalar = self.network.expressions[expression].scalar;
        if matches!(scalar, Scalar::Index(_)) {
            return self.index(expression, environment);
        }
        match builtin.row().code {
            Code::SampleOne(_) | Code::SampleTwo(_) => {
                self.sample(expression, builtin, operands, environment)
            }
            Code::Compare(_) => self.comparison(builtin, operands, environment),
            Code::Logic(_) => self.logic(builtin, operands, environment),
            Code::One(_) | Code::Two(_) | Code::Three(_) | Code::Select => {
                let mut nodes = Vec::new();
                for &operand in operands {
                    nodes.push(self.number(operand, environment)?);
                }
                Ok(self.builder.call(builtin, &nodes))
            }
        }
    }

    /// A base sampler makes a new draw for each element of the value that the environment
    /// describes: its axes are those of the element that calls it. A draw that has a name (by
    /// `where`) and is used several times is a single draw.
    fn sample(
        &mut self,
        expression: ExprId,
        builtin: Builtin,
        operands: &[ExprId],
        environment: &Environment,
    ) -> Lower<NodeId> {
        let mut nodes = Vec::new();
        for &operand in operands {
            nodes.push(self.number(operand, environment)?);
        }
        let axes = environment.sampled.clone();
        let builder = &mut self.builder;
        Ok(*self
            .samples
            .entry((expression, nodes))
            .or_insert_with_key(|(_, nodes)| builder.draw(builtin, nodes, &axes)))
    }

    /// Indices of the same plate are compared as positions, everything else as numbers.
    fn comparison(
        &mut self,
        builtin: Builtin,
        operands: &[ExprId],
        environment: &Environment,
    ) -> Lower<NodeId> {
        let mut nodes = Vec::new();
        for &operand in operands {
            nodes.push(self.expression(operand, environment)?);
        }
        let index = |this: &Self, node: NodeId| matches!(this.builder.ty(node), Type::Index(_));
        let alike = nodes.iter().all(|&n| index(self, n))
            || nodes.iter().all(|&n| self.builder.ty(n) == Type::Bool);
        let nodes: Vec<NodeId> = nodes
            .into_iter()
            .map(|n| if alike { self.builder.convert(n, Type::Real) } else { self.number_of(n) })
            .collect();
        Ok(self.builder.call(builtin, &nodes))
    }

    /// `and` and `or` evaluate the right side only where the left does not decide the result.
    fn logic(
        &mut self,
        builtin: Builtin,
        operands: &[ExprId],
        environment: &Environment,
    ) -> Lower<NodeId> {
        let left = self.expression(operands[0], environment)?;
        let &[_, right] = operands else { return Ok(self.builder.call(builtin, &[left])) };
        let needed =
            if builtin == Builtin::Or { self.builder.call(Builtin::Not, &[left]) } else { left };
        let right = match self.restricted(environment, needed) {
            Guard::Never => return Ok(left),
            Guard::Some(inner) => self.expression(right, &inner)?,
        };
        Ok(self.builder.call(builtin, &[left, right]))
    }

    /// The environment restricted to where `condition` holds; a condition that the data do not
    /// determine restricts nothing.
    pub(super) fn restricted(&mut self, environment: &Environment, condition: NodeId) -> Guard {
        if !self.builder.depends_on_data_only(condition) {
            return Guard::Some(environment.clone());
        }
        let guard = match environment.guard {
            Some(guard) => self.builder.call(Builtin::And, &[guard, condition]),
            None => condition,
        };
        match self.builder.known(guard) {
            Some(ArrayValues::Bool(values)) if values.iter().all(|&v| v == 0) => Guard::Never,
            Some(_) | None => Guard::Some(environment.guarded(guard)),
        }
    }

    fn choice(
        &mut self,
        condition: ExprId,
        then: ExprId,
        otherwise: ExprId,
        environment: &Environment,
    ) -> Lower<NodeId> {
        let condition = self.expression(condition, environment)?;
        let opposite = self.builder.call(Builtin::Not, &[condition]);
        let then = match self.restricted(environment, condition) {
            Guard::Never => None,
            Guard::Some(inner) => Some(self.expression(then, &inner)?),
        };
        let otherwise = match self.restricted(environment, opposite) {
            Guard::Never => None,
            Guard::Some(inner) => Some(self.expression(otherwise, &inner)?),
        };
        Ok(match (then, otherwise) {
            (Some(then), Some(otherwise)) => self.select(condition, then, otherwise),
            (Some(only), None) | (None, Some(only)) => only,
            (None, None) => self.builder.constant(0.0),
        })
    }

    /// A choice between two values: both as indices of one plate, both as truth values, or as
    /// numbers.
    pub(super) fn select(&mut self, condition: NodeId, then: NodeId, otherwise: NodeId) -> NodeId {
        let (a, b) = (self.builder.ty(then), self.builder.ty(otherwise));
        let (then, otherwise) = if a == b {
            (then, otherwise)
        } else {
            (self.number_of(then), self.number_of(otherwise))
        };
        self.builder.call(Builtin::Select, &[condition, then, otherwise])
    }

    /// Elements along an axis; a single one is repeated.
    fn list(
        &mut self,
        axis: NetworkAxis,
        elements: &[ExprId],
        expression: ExprId,
        environment: &Environment,
    ) -> Lower<NodeId> {
        let plate = self.network.plate_of(axis);
        let size = self.request.binding.plates[plate.0 as usize].size;
        if let &[only] = elements {
            return self.number(only, environment);
        }
        if elements.len() != size {
            let entry = &self.network.expressions[expression];
            let name = &self.network.plates[plate].name;
            return self.report(error::list_length(elements.len(), name, size, entry.span));
        }
        let mut nodes = Vec::new();
        for &element in elements {
            nodes.push(self.number(element, environment)?);
        }
        let own = self.axis(axis);
        let position = self.position(axis, environment);
        let constants: Option<Vec<f64>> =
            nodes.iter().map(|&n| self.builder.is_constant(n)).collect();
        if let Some(values) = constants {
            let array = self.builder.array("list", &[own], Type::Real, ArrayValues::Real(values));
            let data = self.builder.data(array);
            return Ok(self.builder.gather(data, &[(own, position)]));
        }
        Ok(self.chosen(own, position, &nodes))
    }

    /// The node at a position: a chain of choices.
    fn chosen(&mut self, _axis: AxisId, position: NodeId, nodes: &[NodeId]) -> NodeId {
        let position = self.builder.convert(position, Type::Real);
        let mut value = nodes[nodes.len() - 1];
        for (i, &node) in nodes.iter().enumerate().rev().skip(1) {
            let here = self.builder.constant(i as f64);
            let equal = self.builder.call(Builtin::Equal, &[position, here]);
            value = self.builder.call(Builtin::Select, &[equal, node, value]);
        }
        value
    }

    /// An element of a variable.
    fn element(
        &mut self,
        variable: VariableId,
        indices: &[ExprId],
        expression: ExprId,
        environment: &Environment,
    ) -> Lower<NodeId> {
        let axes = self.network.variables[variable].axes.clone();
        if environment.recurrent.contains_key(&variable) {
            return self.recurrent_element(variable, indices, expression, environment);
        }
        let Some(&value) = self.values.get(&variable) else { return Err(super::Reported) };
        let mut positions = Vec::new();
        for (&axis, &index) in axes.iter().zip(indices) {
            let index = self.index(index, environment)?;
            positions.push((self.axis(axis), index));
        }
        Ok(self.builder.gather(value, &positions))
    }
}

/// Whether a branch is reached at all.
pub(super) enum Guard {
    Never,
    Some(Environment),
}
