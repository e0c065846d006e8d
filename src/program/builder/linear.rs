//! Cholesky factors and triangular solutions.

use crate::program::axes::union;
use crate::program::builder::Builder;
use crate::program::{AxisId, NodeId, Op, Type};

impl Builder {
    /// The lower Cholesky factor of x\[row, col\]; other axes are batch.
    pub fn cholesky(&mut self, x: NodeId, row: AxisId, col: AxisId) -> NodeId {
        let x = self.expand(x, &[row, col]);
        let axes = self.axes(x).to_vec();
        self.push(Op::Cholesky { row, col }, vec![x], axes, Type::Real)
    }

    /// The symmetric adjoint of a matrix from its factor and the factor's adjoint.
    pub fn cholesky_adjoint(
        &mut self,
        l: NodeId,
        adjoint: NodeId,
        row: AxisId,
        col: AxisId,
    ) -> NodeId {
        let (l, adjoint) = (self.expand(l, &[row, col]), self.expand(adjoint, &[row, col]));
        let axes = union(self.axes(l), self.axes(adjoint));
        self.push(Op::CholeskyAdjoint { row, col }, vec![l, adjoint], axes, Type::Real)
    }

    /// The u over `col` with Σ_col l\[row, col\]·u\[col\] = b\[row\]; where `transposed` the u over
    /// `row` with Σ_row l\[row, col\]·u\[row\] = b\[col\].
    pub fn solve(
        &mut self,
        l: NodeId,
        b: NodeId,
        row: AxisId,
        col: AxisId,
        transposed: bool,
    ) -> NodeId {
        let (from, to) = if transposed { (col, row) } else { (row, col) };
        let (l, b) = (self.expand(l, &[row, col]), self.expand(b, &[from]));
        if self.is_constant(b) == Some(0.0) {
            return b;
        }
        let rest = |axes: &[AxisId], without: &[AxisId]| {
            axes.iter().copied().filter(|a| !without.contains(a)).collect::<Vec<_>>()
        };
        let batch = union(&rest(self.axes(l), &[row, col]), &rest(self.axes(b), &[from]));
        self.push(Op::Solve { row, col, transposed }, vec![l, b], union(&batch, &[to]), Type::Real)
    }
}
