//! Sums, maxima and contractions. A sum distributes: summands that lack an axis are counted,
//! factors that lack it move out, and a product is summed over one axis at a time where only some
//! of its factors have the axis.

use crate::builtins::Builtin;
use crate::program::axes::{present, union, without};
use crate::program::builder::Builder;
use crate::program::{AxisId, Form, NodeId, Op, Type};

impl Builder {
    /// Σ x over `axes`; an axis that x lacks multiplies by its size.
    pub fn sum(&mut self, x: NodeId, axes: &[AxisId]) -> NodeId {
        let x = self.convert(x, Type::Real);
        self.sum_product(vec![x], axes)
    }

    /// Σ a·b over `axes`; as [`Builder::sum`] of the product, which need not be stored.
    pub fn contract(&mut self, a: NodeId, b: NodeId, axes: &[AxisId]) -> NodeId {
        let (a, b) = (self.convert(a, Type::Real), self.convert(b, Type::Real));
        self.sum_product(vec![a, b], axes)
    }

    /// The maximum of x over `axes`; NaN where an element is.
    pub fn max(&mut self, x: NodeId, axes: &[AxisId]) -> NodeId {
        let x = self.convert(x, Type::Real);
        let over = present(self.axes(x), axes);
        if over.is_empty() {
            return x;
        }
        let rest = without(self.axes(x), &over);
        self.push(Op::Max(over), vec![x], rest, Type::Real)
    }

    /// log Σ exp(x) over `axes`, without overflow, and −∞ where all are −∞. The maximum is a
    /// constant to derivatives.
    #[expect(clippy::cast_precision_loss, reason = "an axis has fewer than 2^53 elements")]
    pub fn log_sum_exp(&mut self, x: NodeId, axes: &[AxisId]) -> NodeId {
        let x = self.convert(x, Type::Real);
        let over = present(self.axes(x), axes);
        let copies = self.program.extent(&without(&union(axes, &[]), &over)) as f64;
        let copies = self.constant(copies.ln());
        if over.is_empty() {
            return self.call(Builtin::Add, &[copies, x]);
        }
        let largest = self.max(x, &over);
        let largest = self.stop(largest);
        let (zero, lowest) = (self.constant(0.0), self.constant(f64::NEG_INFINITY));
        let none = self.call(Builtin::Equal, &[lowest, largest]);
        let shift = self.call(Builtin::Select, &[none, zero, largest]);
        let shifted = self.call(Builtin::Subtract, &[x, shift]);
        let exponential = self.call(Builtin::Exp, &[shifted]);
        let total = self.sum(exponential, &over);
        // As it stands: the rule for log Σ exp would come here again.
        let log = self.push_call(Builtin::Log, vec![total]);
        let log = self.call(Builtin::Add, &[shift, log]);
        self.call(Builtin::Add, &[copies, log])
    }

    /// Σ of a product of factors.
    #[expect(clippy::cast_precision_loss, reason = "an axis has fewer than 2^53 elements")]
    fn sum_product(&mut self, factors: Vec<NodeId>, axes: &[AxisId]) -> NodeId {
        let all = factors.iter().fold(Vec::new(), |all, &f| union(&all, self.axes(f)));
        let over = present(&all, axes);
        let absent = without(&union(axes, &[]), &over);
        let size = self.program.extent(&absent) as f64;
        let size = self.constant(size);
        let mut outside = vec![size];
        let mut inside = Vec::new();
        for factor in factors {
            self.factor(factor, &over, &mut inside, &mut outside);
        }
        let over =
            present(&inside.iter().fold(Vec::new(), |all, &f| union(&all, self.axes(f))), &over);
        let total = match self.by_group(&inside, &over) {
            _ if inside.is_empty() => self.constant(1.0),
            Some(total) => total,
            None => self.eliminate(inside, over),
        };
        outside.push(total);
        self.product(&outside)
    }

    /// Splits a factor further: what lacks the axes goes outside.
    fn factor(
        &mut self,
        x: NodeId,
        over: &[AxisId],
        inside: &mut Vec<NodeId>,
        outside: &mut Vec<NodeId>,
    ) {
        if self.lacks(x, over) {
            outside.push(x);
        } else if let Some((a, b)) = self.two(x, Builtin::Multiply) {
            self.factor(a, over, inside, outside);
            self.factor(b, over, inside, outside);
        } else if let Some(a) = self.one(x, Builtin::Negate) {
            let sign = self.constant(-1.0);
            outside.push(sign);
            self.factor(a, over, inside, outside);
        } else if let Some((a, b)) =
            self.two(x, Builtin::Divide).filter(|&(_, b)| self.lacks(b, over))
        {
            let one = self.constant(1.0);
            let reciprocal = self.call(Builtin::Divide, &[one, b]);
            outside.push(reciprocal);
            self.factor(a, over, inside, outside);
        } else if let Some(masked) = self.masked_factor(x, over, outside) {
            inside.push(masked);
        } else {
            inside.push(x);
        }
    }

    /// A choice between a value and 0, the value's factors that lack the axes moved outside. Only
    /// where each sum reaches the value: else an infinite factor of a branch that is never taken
    /// would meet the 0.
    fn masked_factor(
        &mut self,
        x: NodeId,
        over: &[AxisId],
        outside: &mut Vec<NodeId>,
    ) -> Option<NodeId> {
        let (condition, yes, no) = self.choice(x)?;
        let taken = self.is_constant(no) == Some(0.0);
        if !taken && self.is_constant(yes) != Some(0.0) || !self.depends_on_data_only(condition) {
            return None;
        }
        let holds = if taken { condition } else { self.call(Builtin::Not, &[condition]) };
        let reached = self.convert(holds, Type::Real);
        let reached = self.max(reached, over);
        if !self.known_tensor(reached)?.data.iter().all(|&r| r == 1.0) {
            return None;
        }
        let mut kept = Vec::new();
        self.factor(if taken { yes } else { no }, over, &mut kept, outside);
        Some(self.masked_product(condition, &kept, taken))
    }

    /// The product of factors where the condition holds (where it does not, if not `taken`), else
    /// 0.
    fn masked_product(&mut self, condition: NodeId, factors: &[NodeId], taken: bool) -> NodeId {
        let (product, zero) = (self.product(factors), self.constant(0.0));
        let branches = if taken { [condition, product, zero] } else { [condition, zero, product] };
        self.call(Builtin::Select, &branches)
    }

    /// Σ over `over` of factors that each have some of these axes, one group of axes at a time, the
    /// smallest result first.
    fn eliminate(&mut self, mut factors: Vec<NodeId>, mut over: Vec<AxisId>) -> NodeId {
        while let Some(axis) = self.cheapest(&factors, &over) {
            let users = |b: &Self, a: AxisId| {
                factors.iter().map(|&f| b.axes(f).contains(&a)).collect::<Vec<bool>>()
            };
            let pattern = users(self, axis);
            let group: Vec<AxisId> =
                over.iter().copied().filter(|&a| users(self, a) == pattern).collect();
            let chosen: Vec<NodeId> = factors
                .iter()
                .copied()
                .zip(&pattern)
                .filter(|(_, used)| **used)
                .map(|(f, _)| f)
                .collect();
            factors = factors
                .iter()
                .copied()
                .zip(&pattern)
                .filter(|(_, used)| !**used)
                .map(|(f, _)| f)
                .collect();
            let total = self.sum_whole(&chosen, &group);
            factors.push(total);
            over = without(&over, &group);
        }
        if over.is_empty() { self.product(&factors) } else { self.sum_whole(&factors, &over) }
    }

    /// An axis that not all factors have, if there is one: that whose elimination leaves the fewest
    /// elements.
    fn cheapest(&self, factors: &[NodeId], over: &[AxisId]) -> Option<AxisId> {
        let users =
            |axis: AxisId| factors.iter().copied().filter(move |&f| self.axes(f).contains(&axis));
        let cost = |axis: AxisId| {
            let all = users(axis).fold(Vec::new(), |all, f| union(&all, self.axes(f)));
            self.program.extent(&without(&all, &[axis]))
        };
        over.iter()
            .copied()
            .filter(|&axis| users(axis).count() < factors.len())
            .min_by_key(|&axis| cost(axis))
    }

    /// Σ over axes that all factors have.
    fn sum_whole(&mut self, factors: &[NodeId], over: &[AxisId]) -> NodeId {
        if let [single] = factors {
            return self.sum_single(*single, over);
        }
        let widest = factors
            .iter()
            .copied()
            .max_by_key(|&f| self.program.extent(self.axes(f)))
            .map(|f| self.axes(f).to_vec());
        let widest = widest.unwrap_or_default();
        let (left, right): (Vec<NodeId>, Vec<NodeId>) =
            factors.iter().partition(|&&f| self.axes(f) == widest);
        let left = self.product(&left);
        if right.is_empty() {
            return self.sum_single(left, over);
        }
        let right = self.product(&right);
        if self.axes(left) == self.axes(right)
            || !self.varies_over(left, over)
            || !self.varies_over(right, over)
        {
            let whole = self.call(Builtin::Multiply, &[left, right]);
            return self.sum_single(whole, over);
        }
        let rest = without(&union(self.axes(left), self.axes(right)), over);
        let (first, second) = if left < right { (left, right) } else { (right, left) };
        self.push(Op::Contract(over.to_vec()), vec![first, second], rest, Type::Real)
    }

    /// Σ of one factor over axes that it has, unless simplification took some of them.
    fn sum_single(&mut self, x: NodeId, over: &[AxisId]) -> NodeId {
        if !self.varies_over(x, over) {
            return self.sum(x, over);
        }
        let node = self.program.nodes[x].clone();
        let operands = &node.operands;
        match node.op.form() {
            Form::Elementwise => match node.op.called() {
                Some(Builtin::Add | Builtin::Subtract) => self.sum_of_summands(x, over),
                Some(Builtin::Select) if self.lacks(operands[0], over) => {
                    let (yes, no) = (self.sum(operands[1], over), self.sum(operands[2], over));
                    self.call(Builtin::Select, &[operands[0], yes, no])
                }
                Some(_) | None => self.push_sum(x, over),
            },
            Form::Reduce(inner) if !node.op.is_maximum() => {
                self.sum_product(operands.clone(), &union(inner, over))
            }
            // Every element lands on exactly one target.
            Form::SumBy { axes, over: inner }
                if axes.iter().all(|a| over.contains(a)) && without(axes, inner) == axes =>
            {
                let all = union(inner, &without(over, axes));
                self.sum(operands[0], &all)
            }
            Form::Leaf
            | Form::Reduce(_)
            | Form::Gather(_)
            | Form::SumBy { .. }
            | Form::Matrix { .. }
            | Form::Carry(_) => self.push_sum(x, over),
        }
    }

    pub(super) fn push_sum(&mut self, x: NodeId, over: &[AxisId]) -> NodeId {
        let rest = without(self.axes(x), over);
        self.push(Op::Sum(union(over, &[])), vec![x], rest, Type::Real)
    }

    pub(super) fn product(&mut self, factors: &[NodeId]) -> NodeId {
        let mut total = self.constant(1.0);
        for &factor in factors {
            total = self.call(Builtin::Multiply, &[total, factor]);
        }
        total
    }
}
