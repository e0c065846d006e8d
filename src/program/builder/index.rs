//! Gathers and their adjoint, `sum_by`.

use crate::builtins::Builtin;
use crate::program::axes::{present, union, without};
use crate::program::builder::Builder;
use crate::program::{Array, AxisId, NodeId, Op, Type};

/// Conditions of no more elements are looked at while a program is made.
const SMALL: usize = 10_000;

impl Builder {
    /// x at indices of some axes. An axis that x lacks needs no index; what varies over none is
    /// itself.
    pub fn gather(&mut self, x: NodeId, indices: &[(AxisId, NodeId)]) -> NodeId {
        let matters = |&(axis, index): &(AxisId, NodeId)| {
            self.axes(x).contains(&axis) && !self.is_whole(index, axis, axis)
        };
        let mut indices: Vec<(AxisId, NodeId)> = indices.iter().copied().filter(matters).collect();
        indices.sort_by_key(|&(axis, _)| axis);
        if indices.is_empty() {
            return x;
        }
        if let Some(simpler) =
            self.gather_of(x, &indices).or_else(|| self.gather_of_choice(x, &indices))
        {
            return simpler;
        }
        let named: Vec<AxisId> = indices.iter().map(|&(axis, _)| axis).collect();
        let rest = without(self.axes(x), &named);
        let axes = indices.iter().fold(rest, |all, &(_, index)| union(&all, self.axes(index)));
        let operands = std::iter::once(x).chain(indices.iter().map(|&(_, index)| index)).collect();
        let ty = self.ty(x);
        self.push(Op::Gather(named), operands, axes, ty)
    }

    /// x with the axis `to` in the place of `from`: the same elements under another name.
    pub fn rename(&mut self, x: NodeId, from: AxisId, to: AxisId) -> NodeId {
        let mut index = self.iota(to);
        if self.program.original(to) != self.program.original(from) {
            index = self.convert(index, Type::Real);
            index = self.convert(index, Type::Index(from));
        }
        self.gather(x, &[(from, index)])
    }

    /// out\[p₁, ..., rest\] = Σ over `over` of \[index₁ == p₁\]…·x; x is repeated over axes of the
    /// indices and of `over` that it lacks.
    pub fn sum_by(&mut self, x: NodeId, indices: &[(AxisId, NodeId)], over: &[AxisId]) -> NodeId {
        if indices.is_empty() {
            return self.sum(x, over);
        }
        let x = self.convert(x, Type::Real);
        if self.is_constant(x) == Some(0.0) {
            return x;
        }
        let indexed =
            indices.iter().fold(Vec::new(), |all, &(_, index)| union(&all, self.axes(index)));
        let alone = without(&union(over, &[]), &indexed);
        if !alone.is_empty() {
            let (x, over) = (self.sum(x, &alone), present(&indexed, over));
            return self.sum_by(x, indices, &over);
        }
        if let &[(axis, index)] = indices
            && let [single] = over
            && self.is_whole(index, *single, axis)
        {
            let x = self.expand(x, over);
            return if axis == *single { x } else { self.rename(x, *single, axis) };
        }
        self.sum_by_factor(x, indices, over)
    }

    /// Moves what does not vary over the summed axes out of a `sum_by`.
    fn sum_by_factor(
        &mut self,
        x: NodeId,
        indices: &[(AxisId, NodeId)],
        over: &[AxisId],
    ) -> NodeId {
        let targets: Vec<AxisId> = indices.iter().map(|&(axis, _)| axis).collect();
        let free = |b: &Self, f: NodeId| b.lacks(f, over) && b.lacks(f, &targets);
        if let Some(inner) = self.one(x, Builtin::Negate) {
            let total = self.sum_by(inner, indices, over);
            return self.call(Builtin::Negate, &[total]);
        }
        if let Some(total) = self.sum_by_summand(x, indices, over) {
            return total;
        }
        if let Some((a, b)) = self.two(x, Builtin::Multiply) {
            let (out, inner) =
                if free(self, a) { (Some(a), b) } else { (Some(b).filter(|&b| free(self, b)), a) };
            if let Some(out) = out {
                let total = self.sum_by(inner, indices, over);
                return self.call(Builtin::Multiply, &[out, total]);
            }
        }
        self.push_sum_by(x, indices, over)
    }

    fn push_sum_by(&mut self, x: NodeId, indices: &[(AxisId, NodeId)], over: &[AxisId]) -> NodeId {
        let mut indices = indices.to_vec();
        indices.sort_by_key(|&(axis, _)| axis);
        let targets: Vec<AxisId> = indices.iter().map(|&(axis, _)| axis).collect();
        let full = indices
            .iter()
            .fold(self.axes(x).to_vec(), |all, &(_, index)| union(&all, self.axes(index)));
        let axes = union(&without(&full, over), &targets);
        let operands = std::iter::once(x).chain(indices.iter().map(|&(_, index)| index)).collect();
        self.push(Op::SumBy { axes: targets, over: union(over, &[]) }, operands, axes, Type::Real)
    }

    /// What a gather of a position or of a gather comes to.
    fn gather_of(&mut self, x: NodeId, indices: &[(AxisId, NodeId)]) -> Option<NodeId> {
        let &[(axis, index)] = indices else { return None };
        if self.program.nodes[x].op.position() == Some(axis) {
            return (self.ty(index) == self.ty(x)).then_some(index);
        }
        let (inner, inner_indices) = self.gathered(x)?;
        let &[(inner_axis, inner_index)] = inner_indices.as_slice() else { return None };
        let only_in_index = self.axes(inner_index).contains(&axis)
            && (inner_axis == axis || !self.axes(inner).contains(&axis));
        if !only_in_index
            || !self.depends_on_data_only(inner_index)
            || !self.depends_on_data_only(index)
        {
            return None;
        }
        let composed = self.gather(inner_index, &[(axis, index)]);
        Some(self.gather(inner, &[(inner_axis, composed)]))
    }

    /// The branch of a choice by data that is taken by all elements which are gathered, such as
    /// those of a matrix' diagonal.
    fn gather_of_choice(&mut self, x: NodeId, indices: &[(AxisId, NodeId)]) -> Option<NodeId> {
        let (condition, yes, no) = self.choice(x)?;
        let data = self.depends_on_data_only(condition)
            && indices.iter().all(|&(_, index)| self.depends_on_data_only(index));
        if !data || self.program.extent(self.axes(condition)) > SMALL {
            return None;
        }
        let taken = self.gather(condition, indices);
        if self.program.extent(self.axes(taken)) > SMALL {
            return None;
        }
        let taken = self.known_tensor(taken)?.data;
        let branch = if taken.iter().all(|&t| t == 1.0) {
            yes
        } else {
            Some(no).filter(|_| taken.iter().all(|&t| t == 0.0))?
        };
        Some(self.gather(branch, indices))
    }

    /// Whether the index over `over` names the elements of `axis` one by one.
    fn is_whole(&self, index: NodeId, over: AxisId, axis: AxisId) -> bool {
        let same_size = self.program.axes[over].size == self.program.axes[axis].size;
        let op = &self.program.nodes[index].op;
        let in_order = |array: &Array| array.axes == [over] && array.facts.affine == Some((0, 1));
        let counts = op.position() == Some(over)
            || op.array().is_some_and(|array| in_order(&self.program.arrays[array]));
        same_size && counts
    }
}
