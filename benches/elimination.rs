//! Discrete variables summed out: nanoseconds a row or step of values and gradients, against the
//! same written by hand, and how they grow.

use std::time::Instant;

use pgmc::base::{Diagnostic, Sources};
use pgmc::bind::Purpose;
use pgmc::data;
use pgmc::density::LogDensity as _;
use pgmc::engine::Routine;
use pgmc::lower::{Form, Question};
use pgmc::pipeline::{self, Density, Model};
use pgmc::program::{OutputRole, fold};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

const STATES: usize = 3;

const CHAIN: &str =
    "plate time\nplate states = 3\nparam start : simplex[states]\nparam trans[states] : simplex[states]\nparam level[states]
param s : positive\nlatent z[t in time] : states ~ if t == 1 then Categorical(start) else Categorical(trans[z[t-1]])
observe y[time] ~ Normal(level[z], s)";

const MIXTURE: &str = "plate rows\nplate clusters = 3\nparam weight : simplex[clusters]\nparam level[clusters]
param s[clusters] : positive\nlatent z[rows] ~ Categorical(weight)\nobserve y[rows] ~ Normal(level[z], s[z])";

const FACTORS: &str = "plate rows\nplate causes = 12\nparam p[causes] : unit\nparam w[causes]\nparam s : positive
latent z[r in rows, k in causes] ~ Bernoulli(p[k])\nobserve y[r in rows] ~ Normal(sum(k in causes: w[k] * z[r, k]), s)";

struct Made {
    gradient: Density,
    value: Routine,
    seconds: f64,
}

fn made(text: &str, y: &[f64]) -> Made {
    let table = "y\n".to_owned() + &y.iter().map(|v| format!("{v:?}\n")).collect::<String>();
    let mut sources = Sources::new();
    let source = sources.add("model.pgm", text);
    let mut import =
        |_: &mut Sources, _: &str, span| Err(Diagnostic::error("E0501", "no imports").at(span, ""));
    let model = Model::parse(&mut sources, source, &mut import).expect("a model");
    let file = data::read(&mut sources, "data.csv", None, table.into_bytes()).expect("a table");
    let binding = model.bind(&[file], &[], Purpose::Fit, &sources).expect("they match");
    let begin = Instant::now();
    let lowered = model
        .program(&binding, Question::Density { jacobian: true }, Form::Auto)
        .expect("a program");
    let joint = lowered.computation();
    let mut b = pgmc::program::Builder::resume(joint.without_outputs());
    let terms: Vec<_> = b.program.terms.iter().map(|t| t.node).collect();
    let zero = b.constant(0.0);
    let total = terms
        .into_iter()
        .fold(zero, |total, term| b.call(pgmc::builtins::Builtin::Add, &[total, term]));
    b.output(OutputRole::Value, "", total);
    let value = Routine::new(&fold(b.finish().without_terms())).expect("machine code");
    let gradient = pipeline::compile(lowered).expect("machine code").density;
    Made { gradient, value, seconds: begin.elapsed().as_secs_f64() }
}

/// The least seconds of one call in several rounds.
fn least(mut run: impl FnMut()) -> f64 {
    let mut best = f64::INFINITY;
    for _ in 0..15 {
        let begin = Instant::now();
        let mut count = 0;
        while count == 0 || begin.elapsed().as_millis() < 20 {
            run();
            count += 1;
        }
        best = best.min(begin.elapsed().as_secs_f64() / f64::from(count));
    }
    best
}

fn show(name: &str, text: &str, y: &[f64], hand: Option<f64>) {
    let Made { mut gradient, mut value, seconds } = made(text, y);
    let q: Vec<f64> = (0..gradient.dim()).map(|i| 0.1 * (i % 5) as f64).collect();
    let mut slope = vec![0.0; q.len()];
    let of_gradient = least(|| _ = gradient.evaluate(&q, &mut slope));
    let of_value = least(|| _ = value.run_at(&q, 0));
    let each = 1e9 / y.len() as f64;
    let hand = hand.map_or_else(String::new, |hand| {
        format!("; by hand {:.1} ns, {:.2} times that", hand * each, of_gradient / hand)
    });
    println!(
        "{name}, {} rows: compiled in {:.1} ms; value {:.1} ns a row, gradient {:.1} ns, {:.2} \
         times the value{hand}",
        y.len(),
        seconds * 1e3,
        of_value * each,
        of_gradient * each,
        of_gradient / of_value
    );
}

/// Log likelihood of a hidden Markov model with its gradient by transition, level and scale:
/// forward and backward recursion.
fn forward_backward(
    y: &[f64],
    trans: &[[f64; STATES]; STATES],
    level: &[f64; STATES],
    sd: f64,
    work: &mut Vec<[f64; STATES]>,
) -> f64 {
    work.clear();
    let mut alpha = [1.0 / STATES as f64; STATES];
    let mut total = 0.0;
    for &y in y {
        let mut joint = [0.0; STATES];
        let e: [f64; STATES] = std::array::from_fn(|k| -0.5 * ((y - level[k]) / sd).powi(2));
        let largest = e.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        for k in 0..STATES {
            let prior: f64 = (0..STATES).map(|j| alpha[j] * trans[j][k]).sum();
            joint[k] = prior * (e[k] - largest).exp();
        }
        let norm: f64 = joint.iter().sum();
        total += norm.ln() + largest;
        work.push(alpha);
        alpha = joint.map(|v| v / norm);
    }
    let mut beta = [1.0; STATES];
    let (mut by_trans, mut by_level, mut by_sd) = ([[0.0; STATES]; STATES], [0.0; STATES], 0.0);
    for (t, &y) in y.iter().enumerate().rev() {
        let before = work[t];
        let e: [f64; STATES] =
            std::array::from_fn(|k| (-0.5 * ((y - level[k]) / sd).powi(2)).exp());
        let weight: [f64; STATES] = std::array::from_fn(|k| e[k] * beta[k]);
        let back: [f64; STATES] =
            std::array::from_fn(|j| (0..STATES).map(|k| trans[j][k] * weight[k]).sum());
        let norm: f64 = (0..STATES).map(|j| before[j] * back[j]).sum();
        for j in 0..STATES {
            for k in 0..STATES {
                let share = before[j] * weight[k] / norm;
                by_trans[j][k] += share;
                let z = (y - level[k]) / sd;
                by_level[k] += share * trans[j][k] * z / sd;
                by_sd += share * trans[j][k] * z * z;
            }
        }
        beta = back.map(|v| v / norm);
    }
    total + 1e-300 * (by_trans[0][0] + by_level[0] + by_sd)
}

fn main() {
    let mut random = ChaCha8Rng::seed_from_u64(3);
    for steps in [1_000, 10_000, 100_000] {
        let y: Vec<f64> =
            (0..steps).map(|t| (t / 50 % 3) as f64 + random.random_range(-1.0..1.0)).collect();
        let trans = [[0.8, 0.1, 0.1], [0.1, 0.8, 0.1], [0.1, 0.1, 0.8]];
        let mut work = Vec::new();
        let hand = least(|| {
            _ = std::hint::black_box(forward_backward(
                std::hint::black_box(&y),
                &trans,
                &[0.0, 1.0, 2.0],
                0.7,
                &mut work,
            ))
        });
        show("hidden Markov model of 3 states", CHAIN, &y, Some(hand));
    }
    for rows in [10_000, 100_000, 1_000_000] {
        let y: Vec<f64> = (0..rows).map(|_| 3.0 * random.random_range(-1.0..1.0)).collect();
        show("mixture of 3 normals", MIXTURE, &y, None);
    }
    let y: Vec<f64> = (0..100).map(|_| 3.0 * random.random_range(-1.0..1.0)).collect();
    show("12 binary causes a row", FACTORS, &y, None);
}
