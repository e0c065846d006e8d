//! Questions about the nodes of a program in the making.

use crate::builtins::Builtin;
use crate::program::builder::Builder;
use crate::program::builder::leaves::array_values;
use crate::program::evaluate::{Evaluator, Tensor};
use crate::program::{ArrayValues, AxisId, Form, NodeId, Type};

impl Builder {
    /// What a node varies over, in the order of the ids.
    #[must_use]
    pub fn axes(&self, x: NodeId) -> &[AxisId] {
        &self.program.nodes[x].axes
    }

    /// The type of a node's elements.
    #[must_use]
    pub fn ty(&self, x: NodeId) -> Type {
        self.program.nodes[x].ty
    }

    /// The value of a constant (0 or 1 for a truth value, from 0 for an index).
    #[must_use]
    pub fn is_constant(&self, x: NodeId) -> Option<f64> {
        self.program.nodes[x].op.constant()
    }

    /// Whether a node depends on no unknown, noise or carry.
    #[must_use]
    pub fn depends_on_data_only(&self, x: NodeId) -> bool {
        self.from_data[x]
    }

    /// The value of a node that depends on data alone, in canonical layout over [`Builder::axes`].
    /// Remembered.
    pub fn known(&mut self, x: NodeId) -> Option<ArrayValues> {
        let ty = self.ty(x);
        self.known_tensor(x).map(|value| array_values(&value.data, ty))
    }

    /// As [`Builder::known`], as numbers.
    pub(in crate::program) fn known_tensor(&mut self, x: NodeId) -> Option<Tensor> {
        if !self.depends_on_data_only(x) {
            return None;
        }
        let memory = std::mem::take(&mut self.remembered);
        let mut evaluator = Evaluator::without_recurrences(&self.program, &self.values, memory);
        let value = evaluator.value(x).clone();
        self.remembered = evaluator.into_memory();
        Some(value)
    }

    /// The operands of a node, where it is a call of `builtin`.
    pub(in crate::program) fn operands(&self, x: NodeId, builtin: Builtin) -> Option<&[NodeId]> {
        let node = &self.program.nodes[x];
        (node.op.called() == Some(builtin)).then_some(node.operands.as_slice())
    }

    /// The operand of a call of a function of one argument.
    pub(in crate::program) fn one(&self, x: NodeId, builtin: Builtin) -> Option<NodeId> {
        self.operands(x, builtin).map(|o| o[0])
    }

    /// The operands of a call of a function of two arguments.
    pub(in crate::program) fn two(&self, x: NodeId, builtin: Builtin) -> Option<(NodeId, NodeId)> {
        self.operands(x, builtin).map(|o| (o[0], o[1]))
    }

    /// Condition and branches of a `select`.
    pub(in crate::program) fn choice(&self, x: NodeId) -> Option<(NodeId, NodeId, NodeId)> {
        self.operands(x, Builtin::Select).map(|o| (o[0], o[1], o[2]))
    }

    /// Operand, named axes and indices of a gather.
    pub(in crate::program) fn gathered(
        &self,
        x: NodeId,
    ) -> Option<(NodeId, Vec<(AxisId, NodeId)>)> {
        let node = &self.program.nodes[x];
        matches!(node.op.form(), Form::Gather(_)).then(|| (node.operands[0], node.indices()))
    }

    /// Whether all of `axes` vary in `x`.
    pub(in crate::program) fn varies_over(&self, x: NodeId, axes: &[AxisId]) -> bool {
        axes.iter().all(|a| self.axes(x).contains(a))
    }

    /// Whether none of `axes` varies in `x`.
    pub(in crate::program) fn lacks(&self, x: NodeId, axes: &[AxisId]) -> bool {
        axes.iter().all(|a| !self.axes(x).contains(a))
    }
}
