//! Correlation and covariance matrices and their Cholesky factors.
//!
//! The factor of a correlation matrix has rows of length 1. Its elements come from partial
//! correlations z = tanh q of the strictly lower triangle, row by row: L\[i, j\] = z\[i, j\]·√Π_{l
//! < j} (1 − z\[i, l\]²), L\[i, i\] = √Π_{l < i} (1 − z\[i, l\]²). Source: D. Lewandowski, D.
//! Kurowicka and H. Joe, "Generating random correlation matrices based on vines and extended onion
//! method", Journal of Multivariate Analysis 100 (2009), in the order of rows of the Stan reference
//! manual, "Cholesky factors of correlation matrices".

use super::{Constrained, Frame, Free};
use crate::builtins::Builtin;
use crate::lower::CoordinateKind;
use crate::lower::Lowering;
use crate::lower::matrix::Factored;
use crate::program::{ArrayValues, AxisId, NodeId, Type};

/// A factor with the log of a Jacobian determinant: of the factor itself, or of the matrix made
/// from it.
struct Factor {
    value: NodeId,
    log_jacobian: NodeId,
}

impl Lowering<'_> {
    pub(super) fn cholesky_correlation(&mut self, frame: &Frame) -> Constrained {
        let factor = self.correlation_factor(frame, |_| 0.0);
        Constrained { value: factor.value, log_jacobian: Some(factor.log_jacobian) }
    }

    /// R = L·Lᵀ, with |∂R/∂L| = Π L\[i, i\]^(k − i), i from 1.
    pub(super) fn correlation(&mut self, frame: &Frame) -> Constrained {
        let size = self.size_of(frame);
        let factor = self.correlation_factor(frame, |row| 0.5 * (size - 1 - row) as f64);
        let product = self.product_with_transpose(frame, factor.value);
        let (diagonal, one) = (self.is_diagonal(frame), self.builder.constant(1.0));
        let value = self.builder.call(Builtin::Select, &[diagonal, one, product]);
        self.remember_factor(frame, value, factor.value);
        Constrained { value, log_jacobian: Some(factor.log_jacobian) }
    }

    /// The diagonal as exponentials, the elements below it as they are.
    pub(super) fn cholesky_covariance(&mut self, frame: &Frame) -> Constrained {
        let factor = self.covariance_factor(frame, |_| 1.0);
        Constrained { value: factor.value, log_jacobian: Some(factor.log_jacobian) }
    }

    /// Σ = L·Lᵀ, with |∂Σ/∂L| = 2^k·Π L\[i, i\]^(k − i + 1), i from 1, and |∂L/∂q| = Π L\[i, i\].
    pub(super) fn covariance(&mut self, frame: &Frame) -> Constrained {
        let size = self.size_of(frame);
        let factor = self.covariance_factor(frame, |row| (size - row + 2) as f64);
        let value = self.product_with_transpose(frame, factor.value);
        self.remember_factor(frame, value, factor.value);
        let constant = self.builder.constant(size as f64 * std::f64::consts::LN_2);
        let log_jacobian = self.builder.call(Builtin::Add, &[constant, factor.log_jacobian]);
        Constrained { value, log_jacobian: Some(log_jacobian) }
    }

    /// With w = log(1 − z²): log |∂L/∂q| = Σ w + ½ Σ_{l < j < i} w\[i, l\], in which w\[i, l\]
    /// occurs i − l − 1 times. `more`: an additional coefficient of each w of a row.
    fn correlation_factor(&mut self, frame: &Frame, more: impl Fn(usize) -> f64) -> Factor {
        let size = self.size_of(frame);
        let (diagonal, one, zero) =
            (self.is_diagonal(frame), self.builder.constant(1.0), self.builder.constant(0.0));
        if size < 2 {
            return Factor {
                value: self.builder.call(Builtin::Select, &[diagonal, one, zero]),
                log_jacobian: zero,
            };
        }
        let below = below_diagonal(size);
        let weights = below
            .iter()
            .map(|&(row, col)| 1.0 + 0.5 * (row - col - 1) as f64 + more(row))
            .collect();
        let Free { q, axis, index } = self.below(frame, &below);
        let z = self.builder.call(Builtin::Tanh, &[q]);
        let rest = self.log_of_rest(q);
        let half = self.half_sums(frame, rest, axis, &index);
        let scale = self.builder.call(Builtin::Exp, &[half]);
        let z = self.builder.sum_by(z, &index, &[axis]);
        let scaled = self.builder.call(Builtin::Multiply, &[z, scale]);
        let value = self.builder.call(Builtin::Select, &[diagonal, scale, scaled]);
        let weights =
            self.builder.array("weights", &[axis], Type::Real, ArrayValues::Real(weights));
        let weights = self.builder.data(weights);
        Factor { value, log_jacobian: self.builder.contract(weights, rest, &[axis]) }
    }

    /// log(1 − tanh² q), stable for all q: log 4 plus the log density of the logistic distribution
    /// at 2q.
    fn log_of_rest(&mut self, q: NodeId) -> NodeId {
        let double = self.builder.call(Builtin::Add, &[q, q]);
        let density = self.logistic_log_density(double);
        let constant = self.builder.constant(2.0 * std::f64::consts::LN_2);
        self.builder.call(Builtin::Add, &[constant, density])
    }

    /// ½ Σ_{l < col} w\[row, l\] over rows and columns.
    fn half_sums(
        &mut self,
        frame: &Frame,
        w: NodeId,
        free: AxisId,
        index: &[(AxisId, NodeId)],
    ) -> NodeId {
        let (col, size) = (frame.event[1], self.size_of(frame));
        let w = self.builder.sum_by(w, index, &[free]);
        let before = self.builder.alias(col);
        let w = self.builder.rename(w, col, before);
        let halves = (0..size * size)
            .map(|place| if place / size < place % size { 0.5 } else { 0.0 })
            .collect();
        let halves =
            self.builder.array("before", &[before, col], Type::Real, ArrayValues::Real(halves));
        let halves = self.builder.data(halves);
        self.builder.contract(w, halves, &[before])
    }

    /// The logarithms of the diagonal are coordinates; `power`: the power of each diagonal element
    /// (counted from 1) in the Jacobian determinant.
    fn covariance_factor(&mut self, frame: &Frame, power: impl Fn(usize) -> f64) -> Factor {
        let (row, size) = (frame.event[0], self.size_of(frame));
        let axes: Vec<AxisId> = frame.plates.iter().copied().chain([row]).collect();
        let log = self.slot(frame.variable, &axes, CoordinateKind::LogDiagonal, None);
        let powers = (1..=size).map(power).collect();
        let powers = self.builder.array("powers", &[row], Type::Real, ArrayValues::Real(powers));
        let powers = self.builder.data(powers);
        let log_jacobian = self.builder.contract(powers, log, &[row]);
        let mut rest = self.builder.constant(0.0);
        if size > 1 {
            let Free { q, axis, index } = self.below(frame, &below_diagonal(size));
            rest = self.builder.sum_by(q, &index, &[axis]);
        }
        let (diagonal, on_it) = (self.is_diagonal(frame), self.builder.call(Builtin::Exp, &[log]));
        Factor { value: self.builder.call(Builtin::Select, &[diagonal, on_it, rest]), log_jacobian }
    }

    /// Coordinates of the strictly lower triangle.
    fn below(&mut self, frame: &Frame, places: &[(usize, usize)]) -> Free {
        let size = self.size_of(frame);
        let places: Vec<usize> = places.iter().map(|&(row, col)| row * size + col).collect();
        self.free_coordinates(frame, &places)
    }

    fn product_with_transpose(&mut self, frame: &Frame, factor: NodeId) -> NodeId {
        let (row, col) = (frame.event[0], frame.event[1]);
        let summed = self.builder.alias(col);
        let left = self.builder.rename(factor, col, summed);
        let right = self.builder.rename(left, row, col);
        self.builder.contract(left, right, &[summed])
    }

    fn remember_factor(&mut self, frame: &Frame, matrix: NodeId, factor: NodeId) {
        self.factors.push(Factored { matrix, factor, axes: [frame.event[0], frame.event[1]] });
    }

    fn is_diagonal(&mut self, frame: &Frame) -> NodeId {
        let [row, col] = [0, 1].map(|place| {
            let position = self.builder.iota(frame.event[place]);
            self.builder.convert(position, Type::Real)
        });
        self.builder.call(Builtin::Equal, &[row, col])
    }

    fn size_of(&self, frame: &Frame) -> usize {
        self.builder.program.axes[frame.event[0]].size
    }
}

/// Row and column, from 0, of the elements below the diagonal.
fn below_diagonal(size: usize) -> Vec<(usize, usize)> {
    (1..size).flat_map(|row| (0..row).map(move |col| (row, col))).collect()
}
