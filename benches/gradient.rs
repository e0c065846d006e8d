//! How long a gradient takes, and how long until there is one: compiled code beside hand-written
//! Rust, in one run.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use pgmc::base::{Diagnostic, Sources};
use pgmc::bind::Purpose;
use pgmc::data;
use pgmc::lower::{Form, Question};
use pgmc::machine;
use pgmc::pipeline::{Model, programs};
use pgmc::plan::{self, Mode};
use pgmc::program::Computation;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// log √(2π).
const LOG_ROOT: f64 = 0.918_938_533_204_672_8;

/// The log density of a model and its gradient, as a program.
fn gradient(text: &str, name: &str, table: String) -> Computation {
    let mut sources = Sources::new();
    let source = sources.add("model.pgm", text);
    let mut import =
        |_: &mut Sources, _: &str, span| Err(Diagnostic::error("E0501", "no imports").at(span, ""));
    let model = Model::parse(&mut sources, source, &mut import).expect("a model");
    let file = data::read(&mut sources, name, None, table.into_bytes()).expect("data");
    let binding = model.bind(&[file], &[], Purpose::Fit, &sources).expect("they match");
    let question = Question::Density { jacobian: true };
    programs(&model.program(&binding, question, Form::Auto).expect("a program")).gradient
}

/// Numbers from -2 to 2, the same on every run.
fn numbers(count: usize, seed: u64) -> Vec<f64> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    (0..count).map(|_| random.random_range(-2.0..2.0)).collect()
}

/// Runs compiled code and a function of (q, out) beside each other.
fn pair(
    criterion: &mut Criterion,
    name: &str,
    rows: usize,
    Computation { program, values }: &Computation,
    hand: impl Fn(&[f64], &mut [f64]),
) {
    let plan = plan::plan(program, Mode::Fused);
    let code = machine::compile(&plan, program, values).expect("the program compiles");
    let (mut scratch, mut out) = (code.scratch(), vec![0.0; code.outputs()]);
    let q: Vec<f64> = numbers(program.slots, 3).iter().map(|v| 0.1 * v).collect();
    let mut expected = out.clone();
    code.run(&mut scratch, &q, &mut out);
    hand(&q, &mut expected);
    assert!(
        out.iter().zip(&expected).all(|(a, b)| (a - b).abs() <= 1e-9 * (1.0 + b.abs())),
        "{out:?} {expected:?}"
    );
    let mut group = criterion.benchmark_group(name);
    group.throughput(Throughput::Elements(rows as u64));
    group.bench_function("machine", |b| {
        b.iter(|| code.run(&mut scratch, black_box(&q), black_box(&mut out)))
    });
    group.bench_function("hand", |b| b.iter(|| hand(black_box(&q), black_box(&mut expected))));
    group.finish();
}

const SCHOOLS: &str = "plate schools\ninput s[schools] : positive\nparam mean\nparam log_tau
latent z[schools] ~ Normal(0, 1)\nobserve y[schools] ~ Normal(mean + exp(log_tau) * z, s)";

fn eight_schools(criterion: &mut Criterion) {
    let y = [28.0, 8.0, -3.0, 7.0, -1.0, 1.0, 18.0, 12.0];
    let s = [15.0, 10.0, 16.0, 11.0, 9.0, 11.0, 10.0, 18.0];
    let constant = s.iter().map(|s: &f64| -s.ln() - 2.0 * LOG_ROOT).sum::<f64>();
    let data = format!("{{\"y\": {y:?}, \"s\": {s:?}}}");
    pair(criterion, "eight schools", 1, &gradient(SCHOOLS, "data.json", data), |q, out| {
        let tau = q[1].exp();
        let (mut value, mut of_mean, mut of_tau) = (constant, 0.0, 0.0);
        for i in 0..8 {
            let z = q[2 + i];
            let r = (y[i] - (q[0] + tau * z)) / s[i];
            value += -0.5 * (r * r + z * z);
            let slope = r / s[i];
            of_mean += slope;
            of_tau += slope * tau * z;
            out[3 + i] = slope * tau - z;
        }
        (out[0], out[1], out[2]) = (value, of_mean, of_tau);
    });
}

const COLUMNS: usize = 10;

/// A matrix by rows, as JSON.
fn rows_of(x: &[f64]) -> String {
    format!("{:?}", x.chunks(COLUMNS).collect::<Vec<_>>())
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

const LINEAR: &str = "plate rows\nplate columns = 10\ninput x[rows] : vector[columns]
param beta : vector[columns]\nparam log_sd\nobserve y[rows] ~ Normal(x @ beta, exp(log_sd))";

fn linear(criterion: &mut Criterion) {
    for rows in [1_000, 100_000] {
        let (x, y) = (numbers(rows * COLUMNS, 1), numbers(rows, 2));
        let data = format!("{{\"x\": {}, \"y\": {y:?}}}", rows_of(&x));
        let case = gradient(LINEAR, "data.json", data);
        pair(criterion, &format!("linear regression, {rows} rows"), rows, &case, |q, out| {
            let scale = (-q[COLUMNS]).exp();
            let (mut sum, mut gradient) = (0.0, [0.0; COLUMNS]);
            for (x, y) in x.chunks_exact(COLUMNS).zip(&y) {
                let z = (y - dot(x, &q[..COLUMNS])) * scale;
                sum += z * z;
                gradient.iter_mut().zip(x).for_each(|(g, x)| *g += z * scale * x);
            }
            out[0] = -0.5 * sum - (q[COLUMNS] + LOG_ROOT) * y.len() as f64;
            out[1..=COLUMNS].copy_from_slice(&gradient);
            out[COLUMNS + 1] = sum - y.len() as f64;
        });
    }
}

const LOGISTIC: &str = "plate rows\nplate columns = 10\ninput x[rows] : vector[columns]
param beta : vector[columns]\nobserve y[rows] : bool ~ Bernoulli(inv_logit(x @ beta))";

fn logistic(criterion: &mut Criterion) {
    for rows in [1_000, 100_000] {
        let x = numbers(rows * COLUMNS, 1);
        let y: Vec<f64> = (0..rows).map(|i| f64::from(u8::from(i * i % 5 < 2))).collect();
        let data = format!("{{\"x\": {}, \"y\": {y:?}}}", rows_of(&x));
        let case = gradient(LOGISTIC, "data.json", data);
        pair(criterion, &format!("logistic regression, {rows} rows"), rows, &case, |q, out| {
            let (mut value, mut gradient) = (0.0, [0.0; COLUMNS]);
            for (x, y) in x.chunks_exact(COLUMNS).zip(&y) {
                let eta = dot(x, &q[..COLUMNS]);
                let e = (-eta.abs()).exp();
                value += y * eta - (eta.max(0.0) + e.ln_1p());
                let p = if eta > 0.0 { 1.0 / (1.0 + e) } else { e / (1.0 + e) };
                gradient.iter_mut().zip(x).for_each(|(g, x)| *g += (y - p) * x);
            }
            out[0] = value;
            out[1..=COLUMNS].copy_from_slice(&gradient);
        });
    }
}

fn compilation(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("compilation");
    for (name, text, table) in [
        (
            "eight schools",
            include_str!("../models/eight_schools/model.pgm"),
            include_str!("../models/eight_schools/data.csv"),
        ),
        (
            "readers",
            include_str!("../models/readers/model.pgm"),
            include_str!("../models/readers/data.csv"),
        ),
    ] {
        let Computation { program, values } = gradient(text, "data.csv", table.to_owned());
        group.bench_function(format!("plan, {name}"), |b| {
            b.iter(|| plan::plan(black_box(&program), Mode::Fused))
        });
        let plan = plan::plan(&program, Mode::Fused);
        group.bench_function(format!("check, {name}"), |b| {
            b.iter(|| plan::check(black_box(&plan), &program))
        });
        group.bench_function(format!("machine, {name}"), |b| {
            b.iter(|| machine::compile(black_box(&plan), &program, &values))
        });
    }
    group.finish();
}

criterion_group!(benches, eight_schools, linear, logistic, compilation);
criterion_main!(benches);
