//! A model's text and a table → its density with the hidden variables integrated out.

use pgmc::base::{Diagnostic, Sources};
use pgmc::data;
use pgmc::density::LogDensity as _;
use pgmc::integration::{Marginal, Rule};
use pgmc::joint::{self, Joint};
use pgmc::pipeline::{Model, compile_joint};
use pgmc::program::bind::{Binding, Purpose};
use pgmc::program::lower::{Form, Lowered, Question};

/// A density with what it was made from.
pub struct Made {
    pub density: Marginal<Joint>,
    pub joint: joint::Compiled,
}

/// Compiles `text` with the CSV `table`.
pub fn make(text: &str, table: &str, rule: Rule, form: Form) -> Made {
    let joint = |model: &Model, binding: &Binding| model.joint(binding, false, form).map(|joint| joint.lowered);
    made(text, table, rule, joint)
}

/// The same with all hidden variables left to the rule, also those that could be integrated out exactly, given others.
pub fn make_whole(text: &str, table: &str, rule: Rule, form: Form) -> Made {
    made(text, table, rule, |model, binding| model.program(binding, Question::Joint { jacobian: false }, form))
}

fn made(text: &str, table: &str, rule: Rule, lower: impl Fn(&Model, &Binding) -> Result<Lowered, Vec<Diagnostic>>) -> Made {
    let mut sources = Sources::new();
    let source = sources.add("model.pgm", text);
    let mut import = |_: &mut Sources, _: &str, span| Err(Diagnostic::error("E0501", "no imports here").at(span, ""));
    let model = Model::parse(&mut sources, source, &mut import).unwrap_or_else(|e| panic!("{e:?}\n{text}"));
    let file = data::read(&mut sources, "data.csv", None, table.as_bytes().to_vec()).unwrap_or_else(|e| panic!("{e:?}\n{text}"));
    let binding = model.bind(&[file], &[], Purpose::Fit, &sources).unwrap_or_else(|e| panic!("{e:?}\n{text}"));
    let lowered = lower(&model, &binding).unwrap_or_else(|e| panic!("{e:?}\n{text}"));
    let made = compile_joint(lowered, |failure| format!("{failure:?}"), |_| Ok(rule));
    let (compiled, joint) = made.unwrap_or_else(|e| panic!("{e:?}\n{text}"));
    Made { density: compiled.density, joint }
}

impl Made {
    /// The log likelihood at the parameters' coordinates.
    pub fn value(&mut self, q: &[f64]) -> f64 {
        let mut gradient = vec![0.0; q.len()];
        self.density.evaluate(q, &mut gradient)
    }
}

/// A generator of its own (SplitMix64), so that data and points stay the same.
pub struct Random(pub u64);

impl Random {
    pub fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (((z ^ (z >> 31)) >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }

    /// Standard normal, by Box and Muller.
    pub fn normal(&mut self) -> f64 {
        let (u, v) = (self.uniform(), self.uniform());
        (-2.0 * u.ln()).sqrt() * (2.0 * std::f64::consts::PI * v).cos()
    }

    pub fn below(&mut self, n: usize) -> usize {
        (self.uniform() * n as f64) as usize
    }
}

/// A table with these columns.
pub fn table(names: &[&str], columns: &[Vec<f64>]) -> String {
    let mut text = names.join(",") + "\n";
    for row in 0..columns[0].len() {
        text += &columns.iter().map(|c| format!("{:?}", c[row])).collect::<Vec<_>>().join(",");
        text.push('\n');
    }
    text
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
    -0.5 * z.iter().map(|v| v * v).sum::<f64>() - half_log - 0.5 * n as f64 * (2.0 * std::f64::consts::PI).ln()
}
