//! Nanoseconds a row (and a sample) of integrated likelihoods with their gradients, against the
//! same written by hand.

use std::time::Instant;

use pgmc::base::{Diagnostic, Sources};
use pgmc::bind::Purpose;
use pgmc::data;
use pgmc::density::LogDensity;
use pgmc::lower::{Form, Lowered, Scale};
use pgmc::marginal::Joint;
use pgmc::marginal::numerics::{Marginal, NoiseSource, Rule};
use pgmc::pipeline::{Model, compile_joint};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

const ROWS: usize = 2_000;
const FEATURES: usize = 5;
const SAMPLES: usize = 64;

const MODEL: &str = "plate rows\nplate features = {x1, x2, x3, x4, x5}\ninput x[rows] : vector[features]\nparam A : vector[features]
param b0\nparam s, r : positive\nlatent z[rows] ~ Normal(A @ x, s)\nobserve y[rows] ~ Normal(z + b0, r)";

struct Table {
    x: Vec<[f64; FEATURES]>,
    y: Vec<f64>,
}

fn table() -> Table {
    let mut random = ChaCha8Rng::seed_from_u64(1);
    let x: Vec<[f64; FEATURES]> =
        (0..ROWS).map(|_| std::array::from_fn(|_| random.random_range(-1.0..1.0))).collect();
    let y = x.iter().map(|x| x.iter().sum::<f64>() + random.random_range(-1.0..1.0)).collect();
    Table { x, y }
}

fn compiled(table: &Table, rule: Rule, form: Form) -> Marginal<Joint> {
    let mut text = "x1,x2,x3,x4,x5,y\n".to_owned();
    for (x, y) in table.x.iter().zip(&table.y) {
        x.iter().for_each(|v| text += &format!("{v:?},"));
        text += &format!("{y:?}\n");
    }
    let mut sources = Sources::new();
    let source = sources.add("model.pgm", MODEL);
    let mut import =
        |_: &mut Sources, _: &str, span| Err(Diagnostic::error("E0501", "no imports").at(span, ""));
    let model = Model::parse(&mut sources, source, &mut import).expect("a model");
    let file = data::read(&mut sources, "data.csv", None, text.into_bytes()).expect("a table");
    let binding = model.bind(&[file], &[], Purpose::Fit, &sources).expect("they match");
    let lowered = model.open_joint(&binding, Scale::Natural, form);
    let Ok(Lowered::Closed(joint)) = lowered else {
        panic!("no program without discrete variables")
    };
    let made = compile_joint(joint.into(), |failure| format!("{failure:?}"), |_| Ok(rule));
    made.expect("machine code").0.density
}

/// The best of a few rounds, in nanoseconds a call.
fn nanoseconds(mut call: impl FnMut()) -> f64 {
    let round = |call: &mut dyn FnMut()| {
        let begin = Instant::now();
        let mut count = 0;
        while begin.elapsed().as_millis() < 60 {
            call();
            count += 1;
        }
        begin.elapsed().as_nanos() as f64 / f64::from(count)
    };
    (0..7).map(|_| round(&mut call)).fold(f64::INFINITY, f64::min)
}

/// log N(y | A x + b0, s² + r²) and its gradient.
fn exact_by_hand(table: &Table, q: &[f64], grad: &mut [f64]) -> f64 {
    let (s, r) = (q[FEATURES + 1].exp(), q[FEATURES + 2].exp());
    let variance = s * s + r * r;
    let (mut squares, mut slope_b) = (0.0, 0.0);
    let mut slope = [0.0; FEATURES];
    for (x, y) in table.x.iter().zip(&table.y) {
        let mean: f64 = x.iter().zip(q).map(|(x, a)| x * a).sum();
        let d = y - mean - q[FEATURES];
        squares += d * d;
        slope_b += d;
        slope.iter_mut().zip(x).for_each(|(g, x)| *g += d * x);
    }
    let by_variance = 0.5 * squares / (variance * variance) - 0.5 * ROWS as f64 / variance;
    slope.iter().zip(grad.iter_mut()).for_each(|(g, out)| *out = g / variance);
    grad[FEATURES] = slope_b / variance;
    grad[FEATURES + 1] = by_variance * 2.0 * s * s;
    grad[FEATURES + 2] = by_variance * 2.0 * r * r;
    -0.5 * squares / variance - 0.5 * ROWS as f64 * (2.0 * std::f64::consts::PI * variance).ln()
}

/// log mean exp over samples of log N(y | A x + s·e + b0, r²), with fixed noise; gradient by
/// weights.
fn samples_by_hand(table: &Table, noise: &[f64], q: &[f64], grad: &mut [f64]) -> f64 {
    let (s, r) = (q[FEATURES + 1].exp(), q[FEATURES + 2].exp());
    let precision = 1.0 / (r * r);
    let constant = -r.ln() - 0.918_938_533_204_672_8;
    let mut total = 0.0;
    grad.fill(0.0);
    let mut logs = [0.0; SAMPLES];
    for ((x, y), noise) in table.x.iter().zip(&table.y).zip(noise.chunks_exact(SAMPLES)) {
        let mean: f64 = x.iter().zip(q).map(|(x, a)| x * a).sum();
        let base = y - mean - q[FEATURES];
        let mut most = f64::NEG_INFINITY;
        for (log, e) in logs.iter_mut().zip(noise) {
            let d = base - s * e;
            *log = -0.5 * d * d * precision;
            most = most.max(*log);
        }
        let mut sum = 0.0;
        for log in &mut logs {
            *log = (*log - most).exp();
            sum += *log;
        }
        let (mut by_mean, mut by_s, mut by_r) = (0.0, 0.0, 0.0);
        for (weight, e) in logs.iter().zip(noise) {
            let d = base - s * e;
            by_mean += weight * d;
            by_s += weight * d * e;
            by_r += weight * d * d;
        }
        let scale = precision / sum;
        total += most + (sum / SAMPLES as f64).ln() + constant;
        x.iter().zip(grad.iter_mut()).for_each(|(x, g)| *g += by_mean * scale * x);
        grad[FEATURES] += by_mean * scale;
        grad[FEATURES + 1] += by_s * scale * s;
        grad[FEATURES + 2] += by_r * scale - 1.0;
    }
    total
}

fn main() {
    let table = table();
    let q = [0.9, 1.1, 0.8, 1.2, 1.0, 0.1, -0.7, -0.4];
    let (mut ours, mut theirs) = ([0.0; FEATURES + 3], [0.0; FEATURES + 3]);
    let mut exact = compiled(&table, Rule::Laplace, Form::Auto);
    let (a, b) = (exact.evaluate(&q, &mut ours), exact_by_hand(&table, &q, &mut theirs));
    assert!(
        (a - b).abs() < 1e-9 * b.abs()
            && ours.iter().zip(&theirs).all(|(a, b)| (a - b).abs() < 1e-8 * (1.0 + b.abs())),
        "{a} {b}\n{ours:?}\n{theirs:?}"
    );
    let per_row = |time: f64| time / ROWS as f64;
    let us = per_row(nanoseconds(|| {
        std::hint::black_box(exact.evaluate(&q, &mut ours));
    }));
    let hand = per_row(nanoseconds(|| {
        std::hint::black_box(exact_by_hand(&table, &q, &mut theirs));
    }));
    println!(
        "exact, a row:                       {us:6.2} ns, by hand {hand:6.2} ns, ratio {:.2}",
        us / hand
    );
    let mut sparse = exact.with_rule(Rule::Quadrature(1));
    let by_factor = per_row(nanoseconds(|| {
        std::hint::black_box(sparse.evaluate(&q, &mut ours));
    }));
    println!("the same by the sparse factor:      {by_factor:6.2} ns");
    let rule = Rule::Prior { samples: SAMPLES, source: NoiseSource::Pseudo, seed: 1 };
    let mut samples = compiled(&table, rule, Form::Auxiliary);
    let mut random = ChaCha8Rng::seed_from_u64(2);
    let noise: Vec<f64> =
        (0..ROWS * SAMPLES).map(|_| 1.7 * random.random_range(-1.0..1.0)).collect();
    let per_sample = |time: f64| time / (ROWS * SAMPLES) as f64;
    let us = per_sample(nanoseconds(|| {
        std::hint::black_box(samples.evaluate(&q, &mut ours));
    }));
    let hand = per_sample(nanoseconds(|| {
        std::hint::black_box(samples_by_hand(&table, &noise, &q, &mut theirs));
    }));
    println!(
        "Monte Carlo, a row and sample:      {us:6.2} ns, by hand {hand:6.2} ns, ratio {:.2}",
        us / hand
    );
}
