//! Unit vectors: as many coordinates as elements, divided by their length.

use super::{Constrained, Frame};
use crate::builtins::Builtin;
use crate::lower::CoordinateKind;
use crate::lower::Lowering;
use crate::math::normal;
use crate::program::{AxisId, TermKind};

/// The standard deviation of the length, apart from its Jacobian. A length of 0, where directions
/// change arbitrarily fast, is four standard deviations away; and the length needs steps not much
/// smaller than the direction does.
const SPREAD: f64 = 0.25;

impl Lowering<'_> {
    /// x = q/r with r the length of q: a point of the sphere, for any r. (With k − 1 coordinates a
    /// point of the sphere would be missing, and its neighbourhood would be far away.) In polar
    /// coordinates dq = r^(k − 1) dr dx. So if the density over q is that over x by the area of the
    /// sphere, times exp(−½((r − 1)/s)²)/m with m = ∫ r^(k − 1) exp(−½((r − 1)/s)²) dr, the length
    /// is an independent variable.
    ///
    /// On the natural scale the exponential is kept: at the mode r is 1 and it adds nothing.
    pub(super) fn unit_vector(&mut self, frame: &Frame) -> Constrained {
        let axis = frame.event[0];
        let axes: Vec<AxisId> = frame.plates.iter().copied().chain([axis]).collect();
        let q = self.slot(frame.variable, &axes, CoordinateKind::Transformed, None);
        let square = self.builder.contract(q, q, &[axis]);
        let length = self.builder.call(Builtin::Sqrt, &[square]);
        let value = self.builder.call(Builtin::Divide, &[q, length]);
        let (one, scale) =
            (self.builder.constant(1.0), self.builder.constant(-0.5 / (SPREAD * SPREAD)));
        let off = self.builder.call(Builtin::Subtract, &[length, one]);
        let squared = self.builder.call(Builtin::Multiply, &[off, off]);
        let settled = self.builder.call(Builtin::Multiply, &[scale, squared]);
        let entry = &self.network.variables[frame.variable];
        self.builder.at(entry.span);
        self.summand(
            format!("length of {}", entry.name),
            settled,
            &frame.plates,
            TermKind::Jacobian,
        );
        let constant = self.builder.constant(-log_moment(self.builder.program.axes[axis].size));
        Constrained { value, log_jacobian: Some(constant) }
    }
}

/// log ∫ r^(k − 1) exp(−½((r − 1)/s)²) dr over r > 0. By parts, the moments have m₁ = m₀ +
/// s²·exp(−1/(2s²)) and m_n = m_(n−1) + (n − 1)·s²·m_(n−2).
fn log_moment(size: usize) -> f64 {
    let variance = SPREAD * SPREAD;
    let first = SPREAD * (2.0 * std::f64::consts::PI).sqrt() * normal::phi(1.0 / SPREAD);
    let mut log = first.ln();
    let mut ratio = 1.0 + variance * (-0.5 / variance).exp() / first;
    for n in 1..size {
        if n > 1 {
            ratio = 1.0 + (n - 1) as f64 * variance / ratio;
        }
        log += ratio.ln();
    }
    log
}
