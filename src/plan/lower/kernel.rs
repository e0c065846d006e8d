//! Linear algebra: one kernel call for each element of the batch.

use crate::plan::ir::{Affine, Kernel, KernelCall, Matrix, Statement};
use crate::plan::work::space;
use crate::program::{AxisId, NodeId, Op};

use super::{Lowering, Point};

impl Lowering<'_> {
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "asks for a few kinds; every other kind, also a new one, is the same answer"
    )]
    pub(super) fn kernel(&mut self, id: NodeId) {
        let node = &self.survey.program.nodes[id];
        let Some((row, column)) = node.op.matrix() else { panic!("{id} is no linear algebra") };
        let kernel = match node.op {
            Op::Solve { transposed, .. } => Kernel::Solve { transposed },
            Op::CholeskyAdjoint { .. } => Kernel::CholeskyAdjoint,
            Op::Cholesky { .. } => Kernel::Cholesky,
            _ => panic!("{id} has no kernel"),
        };
        let size = self.size(row);
        if size == 0 {
            return;
        }
        for point in self.points(&space(self.survey.program, id), &self.point) {
            let of = |n: NodeId| self.matrix(n, row, column, &point);
            let matrices = [id].into_iter().chain(node.operands.iter().copied()).map(of).collect();
            self.emitter.push(Statement::Kernel(KernelCall { kernel, size, matrices }));
        }
    }

    /// The part of a node's buffer that belongs to this element of the batch; a vector has one of
    /// the two axes.
    fn matrix(&self, id: NodeId, row: AxisId, column: AxisId, point: &Point) -> Matrix {
        let Some(buffer) = self.buffer[id] else { panic!("{id} has no buffer") };
        let start = point.with(row, Affine::constant(0)).with(column, Affine::constant(0));
        let stride = |axis: AxisId| -> usize {
            let axes = &self.buffers[buffer].axes;
            axes.iter()
                .position(|a| *a == axis)
                .map_or(0, |p| axes[p + 1..].iter().map(|&a| self.size(a)).product())
        };
        let at = self.element_address(id, &start);
        let is_matrix = stride(row) != 0 && stride(column) != 0;
        let (row, column) = if is_matrix {
            (stride(row), stride(column))
        } else {
            (stride(row) + stride(column), 0)
        };
        Matrix { buffer, at, row, column }
    }
}
