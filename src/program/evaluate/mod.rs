//! Program, values and a point → the values of outputs and nodes: a plain interpreter, the oracle
//! of everything faster.

mod apply;
mod dependence;
mod linear;
mod recurrence;
mod tensor;

pub use apply::value_of;
pub use dependence::{DependenceSets, SetId, dependence_sets};
pub use tensor::Tensor;

use crate::base::IdMap;
use crate::program::{ArrayValues, AxisId, NodeId, Op, Program, TieId, Values, membership, noise};

/// The outputs at the point `q` (`program.slots` numbers), each in canonical layout over its node's
/// axes. `seed`: of base noise and draws. Numerical trouble is a value (−∞, NaN), never an error.
#[must_use]
pub fn evaluate(program: &Program, values: &Values, q: &[f64], seed: u64) -> Vec<Vec<f64>> {
    let mut evaluator = Evaluator::new(program, values, q, seed);
    program.outputs.iter().map(|output| evaluator.value(output.node).data.clone()).collect()
}

/// The value of every node at `q`, for the search of the first bad one. As for [`evaluate`].
#[must_use]
pub fn evaluate_nodes(
    program: &Program,
    values: &Values,
    q: &[f64],
    seed: u64,
) -> IdMap<NodeId, Tensor> {
    let mut evaluator = Evaluator::new(program, values, q, seed);
    program.nodes.ids().map(|id| evaluator.value(id).clone()).collect()
}

/// Evaluates nodes on demand and remembers them.
pub(crate) struct Evaluator<'a> {
    program: &'a Program,
    values: &'a Values,
    q: &'a [f64],
    seed: u64,
    membership: IdMap<NodeId, Option<TieId>>,
    done: IdMap<NodeId, Option<Tensor>>,
}

impl<'a> Evaluator<'a> {
    pub(crate) fn new(program: &'a Program, values: &'a Values, q: &'a [f64], seed: u64) -> Self {
        Self {
            program,
            values,
            q,
            seed,
            membership: membership(program),
            done: program.nodes.filled(None),
        }
    }

    /// For nodes without slot, noise and carry below them. `done`: what an evaluator of the same
    /// program, perhaps a shorter one, remembered.
    pub(crate) fn without_recurrences(
        program: &'a Program,
        values: &'a Values,
        mut done: IdMap<NodeId, Option<Tensor>>,
    ) -> Self {
        done.resize(program.nodes.len(), None);
        Self { program, values, q: &[], seed: 0, membership: program.nodes.filled(None), done }
    }

    /// What is remembered, to go on with.
    pub(crate) fn into_memory(self) -> IdMap<NodeId, Option<Tensor>> {
        self.done
    }

    /// The value of a node.
    pub(crate) fn value(&mut self, id: NodeId) -> &Tensor {
        let mut waiting = vec![id];
        while let Some(&node) = waiting.last() {
            if self.done[node].is_some() {
                waiting.pop();
                continue;
            }
            let missing: Vec<NodeId> =
                self.needs(node).into_iter().filter(|&n| self.done[n].is_none()).collect();
            if missing.is_empty() {
                self.compute(node);
            }
            waiting.extend(missing);
        }
        self.done[id].as_ref().expect("the loop ends when it is done")
    }

    /// What must be known before a node: its operands; for a member of a recurrence, what the whole
    /// recurrence takes from outside.
    fn needs(&self, id: NodeId) -> Vec<NodeId> {
        match self.membership[id] {
            Some(tie) => recurrence::externals(self.program, tie),
            None => self.program.nodes[id].operands.clone(),
        }
    }

    fn compute(&mut self, id: NodeId) {
        if let Some(tie) = self.membership[id] {
            for (member, value) in recurrence::run(self, tie) {
                self.done[member] = Some(value);
            }
            return;
        }
        let node = &self.program.nodes[id];
        let operands: Vec<&Tensor> = node.operands.iter().map(|&o| self.known(o)).collect();
        let value = self.apply(id, &node.axes, &operands, None);
        self.done[id] = Some(value);
    }

    fn known(&self, id: NodeId) -> &Tensor {
        self.done[id].as_ref().expect("operands are computed first")
    }

    /// The value of a node from its operands' values, the definition of each operation; in a recurrence, over `axes` at one element
    /// of another axis (`step`).
    fn apply(
        &self,
        id: NodeId,
        axes: &[AxisId],
        operands: &[&Tensor],
        step: Option<(AxisId, usize)>,
    ) -> Tensor {
        let program = self.program;
        let node = &program.nodes[id];
        let extent = program.extent(axes);
        let data = match &node.op {
            Op::Const(value) => vec![*value],
            Op::Data(array) => numbers(&self.values[*array]),
            Op::Slot(first) => self.q[*first..*first + extent].to_vec(),
            Op::Noise { stream, base } => (0..extent)
                .map(|element| noise::noise(self.seed, *stream, element as u64, *base))
                .collect(),
            Op::Discrete(_) => {
                unreachable!("discrete variables are summed out or given before a program is run")
            }
            Op::Iota(_) => (0u32..).take(extent).map(f64::from).collect(),
            Op::Draw { stream, sampler } => self.draw(id, *stream, *sampler, axes, operands, step),
            Op::Call(builtin) => return apply::call(program, *builtin, axes, operands),
            Op::Convert(_) | Op::Stop => return operands[0].clone(),
            Op::Sum(over) | Op::Contract(over) => {
                return apply::reduce(program, axes, over, operands, 0.0, |a, b| a + b);
            }
            Op::Max(over) => {
                return apply::reduce(
                    program,
                    axes,
                    over,
                    operands,
                    f64::NEG_INFINITY,
                    apply::larger,
                );
            }
            Op::Gather(named) => return apply::gather(program, axes, named, operands),
            Op::SumBy { axes: targets, over } => {
                return apply::sum_by(program, axes, targets, over, operands);
            }
            Op::Cholesky { row, col } => {
                return linear::cholesky(program, axes, (*row, *col), operands[0]);
            }
            Op::Solve { row, col, transposed } => {
                let (l, right) = (operands[0], operands[1]);
                return linear::solve(program, axes, (*row, *col), *transposed, l, right);
            }
            Op::CholeskyAdjoint { row, col } => {
                let (l, adjoint) = (operands[0], operands[1]);
                return linear::cholesky_adjoint(program, axes, (*row, *col), l, adjoint);
            }
            Op::Carry(_) => unreachable!("a carry is a member of its recurrence"),
        };
        Tensor { axes: axes.to_vec(), data }
    }

    fn draw(
        &self,
        id: NodeId,
        stream: u32,
        sampler: crate::builtins::Builtin,
        axes: &[AxisId],
        operands: &[&Tensor],
        step: Option<(AxisId, usize)>,
    ) -> Vec<f64> {
        let full = &self.program.nodes[id].axes;
        let steps = tensor::steps(self.program, full, axes);
        let base =
            step.map_or(0, |(axis, element)| element * tensor::steps_of(self.program, full, axis));
        let arguments: Vec<_> = operands.iter().map(|t| t.broadcast(self.program, axes)).collect();
        let mut data = Vec::with_capacity(self.program.extent(axes));
        tensor::positions(self.program, axes, |position| {
            let at: Vec<f64> = arguments.iter().map(|a| a[data.len()]).collect();
            let element = (base + tensor::dot(&steps, position)) as u64;
            data.push(noise::draw(self.seed, stream, element, sampler, &at));
        });
        data
    }
}

/// The values of an array as numbers.
pub(crate) fn numbers(values: &ArrayValues) -> Vec<f64> {
    match values {
        ArrayValues::Real(values) => values.clone(),
        ArrayValues::Bool(values) => values.iter().map(|&v| f64::from(v)).collect(),
        ArrayValues::Index(values) => values.iter().map(|&v| f64::from(v)).collect(),
    }
}
