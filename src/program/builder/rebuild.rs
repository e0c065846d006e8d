//! A node of a program → the same operation on other operands.

use crate::program::builder::Builder;
use crate::program::{AxisId, NodeId, Op};

impl Builder {
    /// The operation of a node on these operands; a leaf is itself. What depends on chance is drawn
    /// anew.
    ///
    /// # Panics
    /// On carries: what is new in the place of one is another recurrence's.
    pub fn rebuild(&mut self, id: NodeId, operands: &[NodeId]) -> NodeId {
        let node = self.program.nodes[id].clone();
        let at = |axes: &[AxisId]| -> Vec<(AxisId, NodeId)> {
            axes.iter().copied().zip(operands.iter().skip(1).copied()).collect()
        };
        match &node.op {
            Op::Call(builtin) => self.call(*builtin, operands),
            Op::Convert(ty) => self.convert(operands[0], *ty),
            Op::Stop => self.stop(operands[0]),
            Op::Sum(over) => self.sum(operands[0], over),
            Op::Max(over) => self.max(operands[0], over),
            Op::Contract(over) => self.contract(operands[0], operands[1], over),
            Op::Gather(named) => self.gather(operands[0], &at(named)),
            Op::SumBy { axes, over } => self.sum_by(operands[0], &at(axes), over),
            Op::Cholesky { row, col } => self.cholesky(operands[0], *row, *col),
            Op::Solve { row, col, transposed } => {
                self.solve(operands[0], operands[1], *row, *col, *transposed)
            }
            Op::CholeskyAdjoint { row, col } => {
                self.cholesky_adjoint(operands[0], operands[1], *row, *col)
            }
            Op::Draw { sampler, .. } => self.draw(*sampler, operands, &node.axes),
            Op::Carry(_) => panic!("{id} is made again with its recurrence"),
            Op::Const(_)
            | Op::Data(_)
            | Op::Slot(_)
            | Op::Noise { .. }
            | Op::Discrete(_)
            | Op::Iota(_) => id,
        }
    }
}
