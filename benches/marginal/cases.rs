//! The models, simulated tables, and their log likelihoods by formulas written by hand.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::StandardNormal;

/// Coordinates → log likelihood.
type LogLikelihood = Box<dyn Fn(&[f64]) -> f64>;

/// A model with its data.
pub struct Case {
    pub name: &'static str,
    pub text: &'static str,
    pub table: String,
    /// Whether hidden variables can be integrated out exactly.
    pub quadratic: bool,
    /// Coordinates that every method starts from.
    pub start: Vec<f64>,
    pub log_likelihood: LogLikelihood,
    /// The highest log likelihood.
    pub best: f64,
}

fn log_normal(x: f64, mean: f64, variance: f64) -> f64 {
    -0.5 * ((x - mean).powi(2) / variance + (2.0 * std::f64::consts::PI * variance).ln())
}

/// The highest value, by steps of Berndt, Hall, Hall and Hausman (1974) from what the data were
/// simulated with: the slopes of rows, by central differences, are their information too.
fn highest(rows: usize, row: &dyn Fn(usize, &[f64]) -> f64, truth: &[f64]) -> f64 {
    let mut q = truth.to_vec();
    for _ in 0..6 {
        let mut system = vec![vec![0.0; q.len() + 1]; q.len()];
        for i in 0..rows {
            let slope: Vec<f64> = (0..q.len()).map(|k| difference(&|q| row(i, q), &q, k)).collect();
            for (equation, a) in system.iter_mut().zip(&slope) {
                equation.iter_mut().zip(&slope).for_each(|(entry, b)| *entry += a * b);
                equation[q.len()] += a;
            }
        }
        q.iter_mut().zip(solution(system)).for_each(|(q, step)| *q += step);
    }
    (0..rows).map(|i| row(i, &q)).sum()
}

fn difference(f: &dyn Fn(&[f64]) -> f64, q: &[f64], k: usize) -> f64 {
    let at = |shift: f64| {
        let mut moved = q.to_vec();
        moved[k] += shift;
        f(&moved)
    };
    (at(1e-5) - at(-1e-5)) / 2e-5
}

/// By elimination; the matrix is positive definite, its last column the right-hand side.
fn solution(mut system: Vec<Vec<f64>>) -> Vec<f64> {
    let size = system.len();
    for k in 0..size {
        let pivot: Vec<f64> = system[k].iter().map(|entry| entry / system[k][k]).collect();
        for (_, equation) in system.iter_mut().enumerate().filter(|(i, _)| *i != k) {
            let factor = equation[k];
            equation.iter_mut().zip(&pivot).for_each(|(entry, p)| *entry -= factor * p);
        }
        system[k] = pivot;
    }
    system.iter().map(|equation| equation[size]).collect()
}

/// Data as models/simulate.py makes them: y given x is normal.
pub fn hidden_regression(rows: usize) -> Case {
    let mut random = ChaCha8Rng::seed_from_u64(4);
    let columns: Vec<Vec<f64>> = (0..3)
        .map(|_| (0..rows).map(|_| random.sample::<f64, _>(StandardNormal)).collect())
        .collect();
    let mean = |i: usize, q: &[f64], x: &[Vec<f64>]| {
        q[0] * x[0][i] + q[1] * x[1][i] + q[2] * x[2][i] + q[3]
    };
    let truth = [1.0, -0.5, 0.25, 2.0];
    let y: Vec<f64> = (0..rows)
        .map(|i| {
            mean(i, &truth, &columns)
                + random.sample::<f64, _>(StandardNormal)
                + 0.7 * random.sample::<f64, _>(StandardNormal)
        })
        .collect();
    let all: Vec<Vec<f64>> = columns.iter().cloned().chain([y.clone()]).collect();
    let row =
        move |i: usize, q: &[f64]| log_normal(y[i], mean(i, q, &columns), 1.0 + (2.0 * q[4]).exp());
    let (text, table) = (
        include_str!("../../models/hidden_regression/model.pgm"),
        table(&["x1", "x2", "x3", "y"], &all),
    );
    let start = vec![0.1; 5];
    let best = highest(rows, &row, &[1.0, -0.5, 0.25, 2.0, 0.7_f64.ln()]);
    Case {
        name: "hidden regression",
        text,
        table,
        quadratic: true,
        start,
        log_likelihood: Box::new(move |q| (0..rows).map(|i| row(i, q)).sum()),
        best,
    }
}

/// Data as models/simulate.py makes them: the second layer is normal given the first, so that one
/// integral is left.
pub fn two_layer(rows: usize) -> Case {
    let mut random = ChaCha8Rng::seed_from_u64(6);
    let x: Vec<f64> = (0..rows).map(|_| 6.0 * random.random::<f64>() - 3.0).collect();
    let mut output = |x: &f64| {
        2.0 * ((1.2 * x - 0.3 + 0.6 * random.sample::<f64, _>(StandardNormal)).tanh()
            + 0.2 * random.sample::<f64, _>(StandardNormal))
            + 0.5
            + 0.3 * random.sample::<f64, _>(StandardNormal)
    };
    let y: Vec<f64> = x.iter().map(&mut output).collect();
    let (text, table) = (
        include_str!("../../models/two_layer/model.pgm"),
        table(&["x", "y"], &[x.clone(), y.clone()]),
    );
    let row = move |i: usize, q: &[f64]| one_row(q, x[i], y[i]);
    let start = vec![0.1; 5];
    let best = highest(rows, &row, &[1.2, -0.3, 0.5, 2.0_f64.ln(), 0.3_f64.ln()]);
    Case {
        name: "two layers",
        text,
        table,
        quadratic: false,
        start,
        log_likelihood: Box::new(move |q| (0..rows).map(|i| row(i, q)).sum()),
        best,
    }
}

/// By the trapezoid rule over ±6 standard deviations of the first layer: its error falls
/// exponentially as the step does.
fn one_row(q: &[f64], x: f64, y: f64) -> f64 {
    let (center, d, step) = (q[0] * x + q[1], q[3].exp(), 0.3);
    let variance = (0.2 * d).powi(2) + (2.0 * q[4]).exp();
    let heights = (-20..=20).map(|k| {
        let e = step * f64::from(k);
        (-0.5 * ((y - d * (center + 0.6 * e).tanh() - q[2]).powi(2) / variance + e * e)).exp()
    });
    (heights.sum::<f64>() * step / (2.0 * std::f64::consts::PI * variance.sqrt())).ln()
}

/// A table with these columns.
fn table(names: &[&str], columns: &[Vec<f64>]) -> String {
    let mut text = names.join(",") + "\n";
    for row in 0..columns[0].len() {
        text += &columns.iter().map(|c| format!("{:?}", c[row])).collect::<Vec<_>>().join(",");
        text.push('\n');
    }
    text
}
