//! Unit vectors: as many coordinates as elements, divided by their length.

use super::{Constrained, Frame};
use crate::builtins::Builtin;
use crate::program::AxisId;
use crate::program::lower::Lowering;

/// The standard deviation of the logarithm of the length: far from a length of 0, where directions change without end, yet
/// wide enough that the length asks for no smaller steps than the direction.
const SPREAD: f64 = 0.3;

impl Lowering<'_> {
    /// x = q/r with r the length of q: a point of the sphere, whatever r, and k − 1 coordinates alone would leave out a point of it and its
    /// neighbourhood to be reached from far away. Log r is a normal variable of its own. In polar coordinates dq = r^(k − 1) dr dx, so that with
    /// log r ~ Normal(0, s) the density over q is φ(log r / s)/s · r^(−k) times that of x by the area of the sphere.
    ///
    /// The part φ stays on the natural scale too: there it settles r, and is 0 at the mode but for its constant.
    pub(super) fn unit_vector(&mut self, frame: &Frame) -> Constrained {
        let axis = frame.event[0];
        let axes: Vec<AxisId> = frame.plates.iter().copied().chain([axis]).collect();
        let q = self.slot(frame.variable, &axes, "coordinate of ", None);
        let square = self.builder.contract(q, q, &[axis]);
        let length = self.builder.call(Builtin::Sqrt, &[square]);
        let value = self.builder.call(Builtin::Divide, &[q, length]);
        let half = self.builder.constant(0.5);
        let log = self.builder.call(Builtin::Log, &[square]);
        let log = self.builder.call(Builtin::Multiply, &[half, log]);
        let scale = self.builder.constant(-0.5 / (SPREAD * SPREAD));
        let squared = self.builder.call(Builtin::Multiply, &[log, log]);
        let settled = self.builder.call(Builtin::Multiply, &[scale, squared]);
        let entry = &self.network.variables[frame.variable];
        self.builder.at(entry.span);
        self.summand(format!("length of {}", entry.name), settled, &frame.plates, false);
        let size = self.builder.constant(self.builder.program.axes[axis].size as f64);
        let area = self.builder.call(Builtin::Multiply, &[size, log]);
        let constant = self.builder.constant(-SPREAD.ln() - 0.5 * (2.0 * std::f64::consts::PI).ln());
        Constrained { value, log_jacobian: Some(self.builder.call(Builtin::Subtract, &[constant, area])) }
    }
}
