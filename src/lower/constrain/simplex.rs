//! Simplexes: the softmax of a vector that sums to 0, itself an isometry of a vector with one
//! coordinate fewer.

use super::{Constrained, Frame, Free};
use crate::builtins::Builtin;
use crate::lower::Lowering;
use crate::program::{ArrayValues, AxisId, NodeId, Type};

impl Lowering<'_> {
    /// p = softmax z with z summing to 0. With Σz = 0, log p = z − log Σ exp z, and over the first
    /// k − 1 elements log |∂p/∂q| = ½ log k + Σ log p = ½ log k − k·log Σ exp z.
    ///
    /// Source: J. J. Egozcue, V. Pawlowsky-Glahn, G. Mateu-Figueras and C. Barceló-Vidal,
    /// "Isometric logratio transformations for compositional data analysis", Mathematical Geology
    /// 35 (2003); this is the inverse of theirs.
    pub(super) fn simplex(&mut self, frame: &Frame) -> Constrained {
        let axis = frame.event[0];
        let size = self.builder.program.axes[axis].size;
        let z = self.sum_to_zero_value(frame);
        let total = self.builder.log_sum_exp(z, &[axis]);
        let log = self.builder.call(Builtin::Subtract, &[z, total]);
        let value = self.builder.call(Builtin::Exp, &[log]);
        let (count, constant) = (
            self.builder.constant(size as f64),
            self.builder.constant(0.5 * (size.max(1) as f64).ln()),
        );
        let all = self.builder.call(Builtin::Multiply, &[count, total]);
        let log_jacobian = self.builder.call(Builtin::Subtract, &[constant, all]);
        Constrained { value, log_jacobian: Some(log_jacobian) }
    }

    /// Over the first k − 1 elements log |∂x/∂q| = −½ log k.
    pub(super) fn sum_to_zero(&mut self, frame: &Frame) -> Constrained {
        let size = self.builder.program.axes[frame.event[0]].size;
        let value = self.sum_to_zero_value(frame);
        let log_jacobian = self.builder.constant(-0.5 * (size.max(1) as f64).ln());
        Constrained { value, log_jacobian: Some(log_jacobian) }
    }

    /// A vector of k elements that sums to 0, from k − 1 coordinates q, preserving distances and
    /// angles: z\[i\] = q\[i\] − s/(k − √k) and z\[k\] = s/√k with s = Σ q. These are the first k −
    /// 1 columns of the reflection that maps the last axis to (1, ..., 1)/√k.
    pub(super) fn sum_to_zero_value(&mut self, frame: &Frame) -> NodeId {
        let axis = frame.event[0];
        let size = self.builder.program.axes[axis].size;
        if size < 2 {
            return self.builder.constant(0.0);
        }
        let places: Vec<usize> = (0..size - 1).collect();
        let Free { q, axis: free, index } = self.free_coordinates(frame, &places);
        let own = self.builder.sum_by(q, &index, &[free]);
        let total = self.builder.sum(q, &[free]);
        let share = self.parts_of_sum(axis, size);
        let shift = self.builder.call(Builtin::Multiply, &[total, share]);
        self.builder.call(Builtin::Add, &[own, shift])
    }

    /// The coefficient of the sum of the coordinates in each element.
    fn parts_of_sum(&mut self, axis: AxisId, size: usize) -> NodeId {
        let (count, root) = (size as f64, (size as f64).sqrt());
        let mut coefficients = vec![-1.0 / (count - root); size - 1];
        coefficients.push(1.0 / root);
        let array =
            self.builder.array("parts", &[axis], Type::Real, ArrayValues::Real(coefficients));
        self.builder.data(array)
    }
}
