//! What the tests of integration ask of a compiled model, and what they hold it against.

use pgmc::base::Diagnostic;
use pgmc::bind::Binding;
use pgmc::density::LogDensity as _;
use pgmc::elimination::{Query, eliminate};
use pgmc::lower::{Form, Lowered, Scale};
use pgmc::marginal::numerics::{Marginal, Rule};
use pgmc::marginal::structure::Integrand;
use pgmc::marginal::{self, Joint};
use pgmc::pipeline::Model;

use crate::support::marginal::{compile, compile_by};

/// A density with what it was made from.
pub struct Made {
    pub density: Marginal<Joint>,
    pub joint: marginal::Compiled,
}

/// Compiles `text` with the CSV `table`.
pub fn make(text: &str, table: &str, rule: Rule, form: Form) -> Made {
    let (density, joint) = compile(text, table, rule, form);
    Made { density, joint }
}

/// The same with all hidden variables left to the rule, also those that could be integrated out
/// exactly, given others.
pub fn make_whole(text: &str, table: &str, rule: Rule, form: Form) -> Made {
    let lower = |model: &Model, binding: &Binding| -> Result<Integrand, Vec<Diagnostic>> {
        match model.open_joint(binding, Scale::Natural, form)? {
            Lowered::Closed(joint) => Ok(joint.into()),
            Lowered::Open(open) => Ok(eliminate(open, Query::default())?.joint.into()),
        }
    };
    let (density, joint) = compile_by(text, table, rule, lower);
    Made { density, joint }
}

impl Made {
    /// The log likelihood at the parameters' coordinates.
    pub fn value(&mut self, q: &[f64]) -> f64 {
        let mut gradient = vec![0.0; q.len()];
        self.density.evaluate(q, &mut gradient)
    }
}

/// log N(y | mean, covariance) by a dense Cholesky factor.
pub fn dense_normal(y: &[f64], mean: &[f64], covariance: &[Vec<f64>]) -> f64 {
    let n = y.len();
    let mut l = vec![vec![0.0; n]; n];
    for i in 0..n {
        for j in 0..=i {
            let rest: f64 = (0..j).map(|k| l[i][k] * l[j][k]).sum();
            let value: f64 = covariance[i][j] - rest;
            l[i][j] = if i == j { value.sqrt() } else { value / l[j][j] };
        }
    }
    let mut z = vec![0.0; n];
    for i in 0..n {
        let rest: f64 = (0..i).map(|k| l[i][k] * z[k]).sum();
        z[i] = (y[i] - mean[i] - rest) / l[i][i];
    }
    let half_log: f64 = (0..n).map(|i| l[i][i].ln()).sum();
    -0.5 * z.iter().map(|v| v * v).sum::<f64>()
        - half_log
        - 0.5 * n as f64 * (2.0 * std::f64::consts::PI).ln()
}
