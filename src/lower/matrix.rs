//! Factors and solutions of linear systems: computed over axes of their own, then read at the
//! positions of the environment.

use super::environment::Environment;
use super::{Lower, Lowering};
use crate::network::ir::{AxisId as NetworkAxis, ExprId};
use crate::program::{AxisId, NodeId};

/// A matrix that was made from its Cholesky factor.
pub(super) struct Factored {
    pub matrix: NodeId,
    pub factor: NodeId,
    /// The row and column axes of both.
    pub axes: [AxisId; 2],
}

impl Lowering<'_> {
    pub(super) fn cholesky(
        &mut self,
        base: ExprId,
        row: NetworkAxis,
        col: NetworkAxis,
        environment: &Environment,
    ) -> Lower<NodeId> {
        let inner = without(environment, &[row, col]);
        let base = self.number(base, &inner)?;
        let (r, c) = (self.axis(row), self.axis(col));
        let known =
            self.factors.iter().find(|f| f.matrix == base && f.axes == [r, c]).map(|f| f.factor);
        let factor = known.unwrap_or_else(|| self.builder.cholesky(base, r, c));
        Ok(self.at_positions(factor, &[row, col], environment))
    }

    pub(super) fn solve(
        &mut self,
        factor: ExprId,
        right: ExprId,
        axes: (NetworkAxis, NetworkAxis),
        transposed: bool,
        environment: &Environment,
    ) -> Lower<NodeId> {
        let (row, col) = axes;
        let inner = without(environment, &[row, col]);
        let factor = self.number(factor, &inner)?;
        let right = self.number(right, &inner)?;
        let (r, c) = (self.axis(row), self.axis(col));
        let solution = self.builder.solve(factor, right, r, c, transposed);
        let to = if transposed { row } else { col };
        Ok(self.at_positions(solution, &[to], environment))
    }
}

/// The environment in which these axes stand for themselves.
fn without(environment: &Environment, axes: &[NetworkAxis]) -> Environment {
    let mut inner = environment.clone();
    for axis in axes {
        inner.positions.remove(axis);
    }
    inner
}
