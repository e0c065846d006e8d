//! Sums over rows → sums over fewer: summand by summand, and group by group where rows meet
//! unknowns only through an index.

use crate::builtins::Builtin;
use crate::program::axes::{present, union, without};
use crate::program::builder::Builder;
use crate::program::{AxisId, NodeId, Op, Type};

impl Builder {
    /// Σ of a sum. Where a summand lacks some of the axes, or the unknowns in it do, each summand
    /// is summed by itself.
    pub(super) fn sum_of_summands(&mut self, x: NodeId, over: &[AxisId]) -> NodeId {
        let mut summands = Vec::new();
        self.summands(x, false, &mut summands);
        if !summands.iter().any(|&(_, s)| self.collapses(s, over)) {
            return self.push_sum(x, over);
        }
        let mut total = self.constant(0.0);
        for (negative, summand) in summands {
            let part = self.sum(summand, over);
            total =
                self.call(if negative { Builtin::Subtract } else { Builtin::Add }, &[total, part]);
        }
        total
    }

    /// What a node is the sum of: (whether subtracted, summand).
    fn summands(&self, x: NodeId, negative: bool, out: &mut Vec<(bool, NodeId)>) {
        if let Some((a, b)) = self.two(x, Builtin::Add) {
            self.summands(a, negative, out);
            self.summands(b, negative, out);
        } else if let Some((a, b)) = self.two(x, Builtin::Subtract) {
            self.summands(a, negative, out);
            self.summands(b, !negative, out);
        } else if let Some(a) = self.one(x, Builtin::Negate) {
            self.summands(a, !negative, out);
        } else {
            out.push((negative, x));
        }
    }

    /// Whether the sum of x over `over` needs no pass over all elements at run time: what has all
    /// these axes is data.
    fn collapses(&self, x: NodeId, over: &[AxisId]) -> bool {
        if !self.varies_over(x, over) || self.depends_on_data_only(x) {
            return true;
        }
        let mut factors = Vec::new();
        self.factors(x, &mut factors);
        factors.retain(|&f| !self.lacks(f, over));
        let data_alone = factors.iter().all(|&f| self.depends_on_data_only(f));
        data_alone
            || factors != [x] && self.index_of(&factors, over).is_some()
            || self.index_of(&[x], over).is_some()
    }

    /// What a node is the product of, before a contraction sums it.
    fn factors(&self, x: NodeId, out: &mut Vec<NodeId>) {
        let node = &self.program.nodes[x];
        let called = node.op.called();
        let scales = matches!(called, Some(Builtin::Multiply | Builtin::Negate));
        if scales || matches!(node.op, Op::Contract(_)) {
            node.operands.iter().for_each(|&o| self.factors(o, out));
        } else {
            out.push(x);
        }
    }

    /// Σ over rows of data times values gathered by one index of data: the data are summed by group
    /// first, and groups are fewer than rows. Every group must have a row: else a group's infinite
    /// value would meet a 0.
    pub(super) fn by_group(&mut self, factors: &[NodeId], over: &[AxisId]) -> Option<NodeId> {
        let (axis, index) = self.index_of(factors, over)?;
        let rows = self.axes(index).to_vec();
        if !self.names_all(axis, index) {
            return None;
        }
        let mut weight = self.constant(1.0);
        let mut values = Vec::new();
        for &factor in factors {
            match self.gathered(factor) {
                Some((value, _)) if !self.depends_on_data_only(factor) => values.push(value),
                Some(_) | None => weight = self.call(Builtin::Multiply, &[weight, factor]),
            }
        }
        let weight = self.sum_by(weight, &[(axis, index)], &rows);
        values.push(weight);
        let values = self.product(&values);
        let rest = union(&without(over, &rows), &[axis]);
        Some(self.sum(values, &rest))
    }

    /// A `sum_by` of a sum with summands of data or of values gathered by the same index, which
    /// need no pass over the rows: summand by summand.
    pub(super) fn sum_by_summand(
        &mut self,
        x: NodeId,
        indices: &[(AxisId, NodeId)],
        over: &[AxisId],
    ) -> Option<NodeId> {
        if let Some((value, same)) = self.gathered(x)
            && same == indices
            && let &[(axis, index)] = indices
            && self.lacks(value, over)
            && self.names_all(axis, index)
        {
            let one = self.constant(1.0);
            let count = self.sum_by(one, indices, over);
            return Some(self.call(Builtin::Multiply, &[value, count]));
        }
        let mut summands = Vec::new();
        self.summands(x, false, &mut summands);
        let known = |b: &Self, s: NodeId| {
            b.depends_on_data_only(s) || b.gathered(s).is_some_and(|(_, same)| same == indices)
        };
        if summands.len() < 2 || !summands.iter().any(|&(_, s)| known(self, s)) {
            return None;
        }
        let mut total = self.constant(0.0);
        for (negative, summand) in summands {
            let part = self.sum_by(summand, indices, over);
            total =
                self.call(if negative { Builtin::Subtract } else { Builtin::Add }, &[total, part]);
        }
        Some(total)
    }

    /// The index by which factors are gathered, where each of them is data or gathered by it, and
    /// the rows are summed.
    fn index_of(&self, factors: &[NodeId], over: &[AxisId]) -> Option<(AxisId, NodeId)> {
        let mut found = None;
        for &factor in factors.iter().filter(|&&f| !self.depends_on_data_only(f)) {
            let (value, indices) = self.gathered(factor)?;
            let &[(axis, index)] = indices.as_slice() else { return None };
            let rows = self.axes(index);
            let fewer = self.program.axes[axis].size < self.program.extent(rows);
            let summed = present(over, rows).len() == rows.len() && self.lacks(value, rows);
            if !fewer
                || !summed
                || !self.depends_on_data_only(index)
                || found.is_some_and(|f| f != (axis, index))
            {
                return None;
            }
            found = Some((axis, index));
        }
        let (axis, _) = found?;
        // The target axis must be free for the groups.
        let free = factors.iter().all(|&f| self.lacks(f, &[axis])) && !over.contains(&axis);
        free.then_some(found)?
    }

    /// Whether an index of data names every element of its axis.
    pub(super) fn names_all(&mut self, axis: AxisId, index: NodeId) -> bool {
        self.depends_on_data_only(index)
            && self.named(&[(axis, index)]).is_some_and(|named| named.into_iter().all(|n| n))
    }

    /// For each element of the axes, in canonical layout: whether indices of data name it. None
    /// where the indices are not data.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "places on axes"
    )]
    pub fn named(&mut self, indices: &[(AxisId, NodeId)]) -> Option<Vec<bool>> {
        let axes: Vec<AxisId> = indices.iter().map(|&(axis, _)| axis).collect();
        let mut place = self.constant(0.0);
        for (number, &(_, index)) in indices.iter().enumerate() {
            let stride = self.constant(self.program.extent(&axes[number + 1..]) as f64);
            let along = self.convert(index, Type::Real);
            let along = self.call(Builtin::Multiply, &[stride, along]);
            place = self.call(Builtin::Add, &[place, along]);
        }
        let mut named = vec![false; self.program.extent(&axes)];
        self.known_tensor(place)?.data.into_iter().for_each(|p| named[p as usize] = true);
        Some(named)
    }
}
