//! How long a gradient takes, and how long until there is one: compiled code beside hand-written
//! Rust, in one run.

#[path = "../tests/programs/mod.rs"]
mod programs;

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use pgmc::machine::{self, Code};
use pgmc::plan::{self, Mode};
use pgmc::program::{ArrayValues, Program, Values};
use programs::{Case, Maker, hierarchies, rows};

fn compile(program: &Program, values: &Values) -> Code {
    let plan = plan::plan(program, Mode::Fused);
    machine::compile(&plan, program, values).expect("the program compiles")
}

fn reals(values: &Values) -> Vec<&[f64]> {
    let real = |values: &'_ ArrayValues| matches!(values, ArrayValues::Real(_));
    let found = values.iter().filter(|(_, v)| real(v));
    found.map(|(_, v)| if let ArrayValues::Real(v) = v { v.as_slice() } else { &[] }).collect()
}

/// Runs compiled code and a function of (q, out) beside each other.
fn pair(
    criterion: &mut Criterion,
    name: &str,
    rows: usize,
    (_, program, values): &Case,
    hand: impl Fn(&[f64], &mut [f64]),
) {
    let code = compile(program, values);
    let (mut scratch, mut out) = (code.scratch(), vec![0.0; code.outputs()]);
    let q: Vec<f64> = Maker::numbers(program.slots, 3).iter().map(|v| 0.1 * v).collect();
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

fn eight_schools(criterion: &mut Criterion) {
    let case = hierarchies::eight_schools();
    let data = reals(&case.2);
    let (y, s): (Vec<f64>, Vec<f64>) = (data[0].to_vec(), data[1].to_vec());
    pair(criterion, "eight schools", 1, &case, |q, out| {
        let tau = q[1].exp();
        let (mut value, mut of_mean, mut of_tau) = (0.0, 0.0, 0.0);
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

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn linear(criterion: &mut Criterion) {
    for rows in [1_000, 100_000] {
        let case = rows::linear_regression(rows, COLUMNS);
        let data = reals(&case.2);
        let (x, y) = (data[0].to_vec(), data[1].to_vec());
        pair(criterion, &format!("linear regression, {rows} rows"), rows, &case, |q, out| {
            let scale = (-q[COLUMNS]).exp();
            let (mut sum, mut gradient) = (0.0, [0.0; COLUMNS]);
            for (x, y) in x.chunks_exact(COLUMNS).zip(&y) {
                let z = (y - dot(x, &q[..COLUMNS])) * scale;
                sum += z * z;
                gradient.iter_mut().zip(x).for_each(|(g, x)| *g += z * scale * x);
            }
            out[0] = -0.5 * sum - q[COLUMNS] * y.len() as f64;
            out[1..=COLUMNS].copy_from_slice(&gradient);
            out[COLUMNS + 1] = sum - y.len() as f64;
        });
    }
}

fn logistic(criterion: &mut Criterion) {
    for rows in [1_000, 100_000] {
        let case = rows::regression("regression", rows, COLUMNS);
        let x = reals(&case.2)[0].to_vec();
        let y: Vec<f64> = (0..rows).map(|i| f64::from(u8::from(i * i % 5 < 2))).collect();
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
    let largest = |cases: Vec<Case>| {
        cases.into_iter().max_by_key(|(_, p, _)| plan::plan(p, Mode::Fused).registers.len())
    };
    let large = largest(programs::all()).expect("there are programs");
    for (name, (_, program, values)) in
        [("eight schools", hierarchies::eight_schools()), ("largest of the tests", large)]
    {
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
