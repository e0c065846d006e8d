//! What the user sees: tables in the look that command-line.md promises, warnings, files.

use pgmc::density::LogDensity;

mod diagnostics;
mod files;
mod progress;
mod table;
mod warnings;

/// Neal's funnel in the centred form: v ~ Normal(0, 3), x ~ Normal(0, exp(v/2)).
#[derive(Clone)]
struct Funnel;

impl LogDensity for Funnel {
    fn dim(&self) -> usize {
        2
    }

    fn evaluate(&mut self, q: &[f64], grad: &mut [f64]) -> f64 {
        let (v, x) = (q[0], q[1]);
        let precision = (-v).exp();
        grad.copy_from_slice(&[-v / 9.0 - 0.5 + 0.5 * x * x * precision, -x * precision]);
        -v * v / 18.0 - 0.5 * v - 0.5 * x * x * precision
    }

    fn constrained_dim(&self) -> usize {
        2
    }

    fn constrain(&mut self, q: &[f64], values: &mut [f64]) {
        values.copy_from_slice(q);
    }
}
