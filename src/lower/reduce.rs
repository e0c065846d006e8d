//! Reductions, and the axes of their binders.

use super::environment::Environment;
use super::{Lower, Lowering, error};
use crate::builtins::Builtin;
use crate::network::ir::{AxisId as NetworkAxis, ExprId, Reduction};
use crate::program::{AxisId, NodeId, Type};

impl Lowering<'_> {
    pub(super) fn reduce(
        &mut self,
        reduction: Reduction,
        axes: &[NetworkAxis],
        body: ExprId,
        expression: ExprId,
        environment: &Environment,
    ) -> Lower<NodeId> {
        let mut inner = environment.clone();
        let mut bound = Vec::new();
        for &axis in axes {
            let chosen = self.binder_axis(axis, axes, body, &inner);
            let iota = self.builder.iota(chosen);
            inner.positions.insert(axis, iota);
            bound.push(chosen);
        }
        let body_node = self.expression(body, &inner)?;
        let count = self.builder.program.extent(&bound);
        let needs_one = matches!(
            reduction,
            Reduction::Max | Reduction::Min | Reduction::Mean | Reduction::Sd | Reduction::Variance
        );
        if count == 0 && needs_one {
            let plate = self.network.plates[self.network.plate_of(axes[0])].name.clone();
            let span = self.network.expressions[expression].span;
            return self.report(error::empty_reduction(word(reduction), &plate, span));
        }
        Ok(self.reduced(reduction, body_node, &bound, count))
    }

    /// The axis that a binder runs over: the plate's own axis, or its own, unless they are in use
    /// in the body.
    fn binder_axis(
        &mut self,
        axis: NetworkAxis,
        all: &[NetworkAxis],
        body: ExprId,
        environment: &Environment,
    ) -> AxisId {
        let plate = self.network.plate_of(axis);
        let main = self.plate_axis(plate);
        let free: Vec<NetworkAxis> =
            self.network.expressions[body].axes.iter().copied().filter(|a| *a != axis).collect();
        let mut used = Vec::new();
        for other in free {
            if all.contains(&other) && !environment.positions.contains_key(&other) {
                continue;
            }
            let position = self.position(other, environment);
            used.extend(self.builder.axes(position).iter().copied());
        }
        // Where the value is needed depends on the elements of the surrounding expression, not on
        // those that are summed over.
        used.extend(
            environment.guard.iter().flat_map(|&guard| self.builder.axes(guard).iter().copied()),
        );
        used.extend(environment.sampled.iter().copied());
        used.extend(self.recurrence_axes(environment));
        if !used.contains(&main) {
            return main;
        }
        let alternative = self.axis(axis);
        if used.contains(&alternative) { self.builder.alias(main) } else { alternative }
    }

    fn recurrence_axes(&mut self, environment: &Environment) -> Vec<AxisId> {
        let axes: Vec<NetworkAxis> =
            environment.recurrent.values().filter_map(|r| r.axis).collect();
        axes.into_iter().map(|a| self.axis(a)).collect()
    }

    fn reduced(
        &mut self,
        reduction: Reduction,
        body: NodeId,
        axes: &[AxisId],
        count: usize,
    ) -> NodeId {
        match reduction {
            Reduction::Any | Reduction::All => {
                self.quantified(reduction == Reduction::All, body, axes)
            }
            Reduction::Sum => {
                let body = self.number_of(body);
                self.builder.sum(body, axes)
            }
            Reduction::Max => {
                let body = self.number_of(body);
                self.builder.max(body, axes)
            }
            Reduction::Min => {
                let body = self.number_of(body);
                let minus = self.builder.call(Builtin::Negate, &[body]);
                let max = self.builder.max(minus, axes);
                self.builder.call(Builtin::Negate, &[max])
            }
            Reduction::Mean => {
                let body = self.number_of(body);
                self.mean(body, axes, count)
            }
            Reduction::Variance => {
                let body = self.number_of(body);
                self.variance(body, axes, count)
            }
            Reduction::Sd => {
                let body = self.number_of(body);
                let variance = self.variance(body, axes, count);
                self.builder.call(Builtin::Sqrt, &[variance])
            }
            Reduction::LogSumExp => {
                let body = self.number_of(body);
                self.log_sum_exp(body, axes)
            }
            Reduction::Product => {
                let body = self.number_of(body);
                self.product(body, axes)
            }
        }
    }

    fn quantified(&mut self, all: bool, body: NodeId, axes: &[AxisId]) -> NodeId {
        let truth = if all { self.builder.call(Builtin::Not, &[body]) } else { body };
        let number = self.builder.convert(truth, Type::Real);
        let count = self.builder.sum(number, axes);
        let zero = self.builder.constant(0.0);
        let some = self.builder.call(Builtin::Greater, &[count, zero]);
        if all { self.builder.call(Builtin::Not, &[some]) } else { some }
    }

    fn mean(&mut self, body: NodeId, axes: &[AxisId], count: usize) -> NodeId {
        let sum = self.builder.sum(body, axes);
        let count = self.builder.constant(count as f64);
        self.builder.call(Builtin::Divide, &[sum, count])
    }

    /// Two passes: the deviations from the mean are squared.
    fn variance(&mut self, body: NodeId, axes: &[AxisId], count: usize) -> NodeId {
        let mean = self.mean(body, axes, count);
        let deviation = self.builder.call(Builtin::Subtract, &[body, mean]);
        let square = self.builder.call(Builtin::Multiply, &[deviation, deviation]);
        let sum = self.builder.sum(square, axes);
        let divisor = self.builder.constant(count as f64 - 1.0);
        self.builder.call(Builtin::Divide, &[sum, divisor])
    }

    /// m + log Σ exp(x − m) with m the maximum, through which no derivative passes; a maximum of −∞
    /// is not subtracted.
    fn log_sum_exp(&mut self, body: NodeId, axes: &[AxisId]) -> NodeId {
        let max = self.builder.max(body, axes);
        let max = self.builder.stop(max);
        let lowest = self.builder.constant(f64::NEG_INFINITY);
        let empty = self.builder.call(Builtin::Equal, &[max, lowest]);
        let zero = self.builder.constant(0.0);
        let shift = self.builder.call(Builtin::Select, &[empty, zero, max]);
        let difference = self.builder.call(Builtin::Subtract, &[body, shift]);
        let exp = self.builder.call(Builtin::Exp, &[difference]);
        let sum = self.builder.sum(exp, axes);
        let log = self.builder.call(Builtin::Log, &[sum]);
        self.builder.call(Builtin::Add, &[shift, log])
    }

    /// sign · exp Σ log|x|; a factor of 0 makes it 0.
    fn product(&mut self, body: NodeId, axes: &[AxisId]) -> NodeId {
        let size = self.builder.call(Builtin::Abs, &[body]);
        let log = self.builder.call(Builtin::Log, &[size]);
        let sum = self.builder.sum(log, axes);
        let exp = self.builder.call(Builtin::Exp, &[sum]);
        let zero = self.builder.constant(0.0);
        let negative = self.builder.call(Builtin::Less, &[body, zero]);
        let negative = self.builder.convert(negative, Type::Real);
        let count = self.builder.sum(negative, axes);
        // cos(π·count) is the sign for a whole count, rounded to be exactly ±1.
        let half = self.builder.constant(0.5);
        let halves = self.builder.call(Builtin::Multiply, &[count, half]);
        let floor = self.builder.call(Builtin::Floor, &[halves]);
        let even = self.builder.call(Builtin::Equal, &[halves, floor]);
        let minus = self.builder.call(Builtin::Negate, &[exp]);
        self.builder.call(Builtin::Select, &[even, exp, minus])
    }
}

fn word(reduction: Reduction) -> &'static str {
    match reduction {
        Reduction::Sum => "sum",
        Reduction::Product => "product",
        Reduction::Max => "maximum",
        Reduction::Min => "minimum",
        Reduction::Mean => "mean",
        Reduction::Sd => "standard deviation",
        Reduction::Variance => "variance",
        Reduction::LogSumExp => "log_sum_exp",
        Reduction::Any => "any",
        Reduction::All => "all",
    }
}
