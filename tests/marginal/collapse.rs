//! Hidden variables integrated out exactly, others given, against sums over a fine grid of the
//! others.

use super::made::{Made, dense_normal, make, make_whole};
use crate::support::random::{Random, numbers};
use crate::support::table::table;
use pgmc::lower::Form;
use pgmc::marginal::numerics::{Conditional, NoiseSource, Parts, Rule};

/// The log of the integral over a standard normal e of exp(height(e)), with the mean and the mean
/// square of each value under the weights, by the trapezoid rule: its error falls exponentially as
/// the step does.
fn over_noise(
    height: impl Fn(f64) -> f64,
    values: impl Fn(f64) -> Vec<(f64, f64)>,
) -> (f64, Vec<(f64, f64)>) {
    let step = 0.01;
    let points: Vec<f64> = (-900..=900).map(|k| step * f64::from(k)).collect();
    let logs: Vec<f64> = points
        .iter()
        .map(|e| height(*e) - 0.5 * e * e - 0.5 * (2.0 * std::f64::consts::PI).ln() + step.ln())
        .collect();
    let most = logs.iter().fold(f64::NEG_INFINITY, |m, &l| m.max(l));
    let sum: f64 = logs.iter().map(|l| (l - most).exp()).sum();
    let mut moments = vec![(0.0, 0.0); values(0.0).len()];
    for (e, log) in points.iter().zip(&logs) {
        let weight = (log - most).exp() / sum;
        for (moment, (mean, variance)) in moments.iter_mut().zip(values(*e)) {
            moment.0 += weight * mean;
            moment.1 += weight * (mean * mean + variance);
        }
    }
    (most + sum.ln(), moments)
}

fn conditional(made: &mut Made, q: &[f64]) -> Conditional {
    let blocks = &made.joint.blocks;
    let parts = Parts {
        block_of: &blocks.of_value,
        coordinate_of: &blocks.coordinate_of_value,
        noisy: &blocks.noisy_value,
    };
    made.density.conditional(q, parts).unwrap()
}

/// Means and standard deviations of the named values from one on.
fn same_moments(found: &Conditional, first: usize, expected: &[(f64, f64)], tolerance: f64) {
    for (i, (mean, square)) in expected.iter().enumerate() {
        let sd = (square - mean * mean).sqrt();
        let (ours, spread) = (found.mean[first + i], found.sd[first + i]);
        assert!(
            (ours - mean).abs() < tolerance && (spread - sd).abs() < tolerance,
            "{i}: {ours} ± {spread}, not {mean} ± {sd}"
        );
    }
}

fn log_normal(y: f64, mean: f64, variance: f64) -> f64 {
    -0.5 * (y - mean).powi(2) / variance - 0.5 * (2.0 * std::f64::consts::PI * variance).ln()
}

const LAYERS: &str = "plate rows\ninput x[rows]\nparam a, c, d\nparam s, r : positive
latent z1[rows] ~ Normal(a * x, 0.7)\nlatent z2[rows] ~ Normal(tanh(c * z1), s)\nobserve y[rows] ~ Normal(d * z2, r)";

/// The second of two layers is normal given the first.
#[test]
fn a_layer_given_another() {
    let mut random = Random::new(7);
    let x: Vec<f64> = (0..25).map(|_| random.normal()).collect();
    let y: Vec<f64> = (0..25).map(|_| 1.5 * random.normal()).collect();
    let data = table(&["x", "y"], &[x.clone(), y.clone()]);
    let q = [0.8_f64, 0.9, 1.2, -0.5, -0.9];
    let [a, c, d, s, r] = [q[0], q[1], q[2], (2.0 * q[3]).exp(), (2.0 * q[4]).exp()];
    let row = |x: f64, y: f64| {
        let first = move |e: f64| a * x + 0.7 * e;
        let precision = 1.0 / s + d * d / r;
        let second = move |z1: f64| ((c * z1).tanh() / s + d * y / r) / precision;
        let values = move |e: f64| vec![(first(e), 0.0), (second(first(e)), 1.0 / precision)];
        over_noise(move |e| log_normal(y, d * (c * first(e)).tanh(), d * d * s + r), values)
    };
    let rows: Vec<_> = x.iter().zip(&y).map(|(&x, &y)| row(x, y)).collect();
    let expected: f64 = rows.iter().map(|row| row.0).sum();
    for form in [Form::Centred, Form::Auxiliary] {
        let mut made = make(LAYERS, &data, Rule::Quadrature(80), form);
        assert_eq!(
            (made.joint.structure.blocks.len(), made.joint.structure.largest_block()),
            (25, 1)
        );
        let value = made.value(&q);
        assert!((value - expected).abs() < 1e-7, "{value}, not {expected}");
        let found = conditional(&mut made, &q);
        for place in [0, 1] {
            let moments: Vec<(f64, f64)> = rows.iter().map(|row| row.1[place]).collect();
            same_moments(&found, 5 + 25 * place, &moments, 1e-6);
        }
    }
    let prior = Rule::Prior { samples: 4096, source: NoiseSource::Sobol, seed: 1 };
    let value = make(LAYERS, &data, prior, Form::Auxiliary).value(&q);
    assert!(
        (value - expected).abs() < 0.01,
        "{value}, not {expected}: 4,096 Sobol points in one dimension"
    );
}

const SPREADS: &str = "plate rows\nplate groups = levels(g)\ninput g[rows] : groups\ninput x[rows]\nparam m, b\nparam s0, s1, t : positive
latent v[groups] ~ Normal(0, t)\nlatent level[groups] ~ Normal(m, s0)\nlatent trend[groups] ~ Normal(b, s1)
observe y[rows] ~ Normal(level[g] + trend[g] * x, exp(v[g]))\nreport end[groups] = level + 2 * trend";

/// Level and trend of each group are normal given the group's log spread: two dimensions of three.
#[test]
fn levels_and_trends_given_spreads() {
    let mut random = Random::new(8);
    let n = 24;
    let g: Vec<f64> = (0..n).map(|i| 1.0 + (i % 4) as f64).collect();
    let x: Vec<f64> = (0..n).map(|_| random.normal()).collect();
    let y: Vec<f64> = (0..n).map(|_| 1.0 + 2.0 * random.normal()).collect();
    let mut made = make(
        SPREADS,
        &table(&["g", "x", "y"], &[g.clone(), x.clone(), y.clone()]),
        Rule::Quadrature(60),
        Form::Auto,
    );
    assert_eq!((made.joint.structure.blocks.len(), made.joint.structure.largest_block()), (4, 1));
    let q = [0.6_f64, -0.3, 0.2, -0.4, -0.2];
    let [m, b, s0, s1, t] = [q[0], q[1], (2.0 * q[2]).exp(), (2.0 * q[3]).exp(), q[4].exp()];
    let group = |k: usize| {
        let rows: Vec<usize> = (0..n).filter(|i| i % 4 == k).collect();
        let of = |column: &[f64]| -> Vec<f64> { rows.iter().map(|&i| column[i]).collect() };
        let (x, y) = (of(&x), of(&y));
        let mean: Vec<f64> = x.iter().map(|x| m + b * x).collect();
        let height = |e: f64| {
            let entry = |i: usize, j: usize| {
                s0 + s1 * x[i] * x[j] + if i == j { (2.0 * t * e).exp() } else { 0.0 }
            };
            let covariance: Vec<Vec<f64>> =
                (0..x.len()).map(|i| (0..x.len()).map(|j| entry(i, j)).collect()).collect();
            dense_normal(&y, &mean, &covariance)
        };
        // The posterior of a regression with two coefficients.
        let values = |e: f64| {
            let noise = (2.0 * t * e).exp();
            let sum = |f: &dyn Fn(usize) -> f64| (0..x.len()).map(f).sum::<f64>() / noise;
            let (p, q, r) =
                (sum(&|_| 1.0) + 1.0 / s0, sum(&|i| x[i]), sum(&|i| x[i] * x[i]) + 1.0 / s1);
            let (u, w) = (sum(&|i| y[i]) + m / s0, sum(&|i| x[i] * y[i]) + b / s1);
            let det = p * r - q * q;
            let (level, trend) = ((r * u - q * w) / det, (p * w - q * u) / det);
            let end = (r + 4.0 * p - 4.0 * q) / det;
            vec![(t * e, 0.0), (level, r / det), (trend, p / det), (level + 2.0 * trend, end)]
        };
        over_noise(height, values)
    };
    let groups: Vec<_> = (0..4).map(group).collect();
    let expected: f64 = groups.iter().map(|group| group.0).sum();
    let value = made.value(&q);
    assert!((value - expected).abs() < 1e-7, "{value}, not {expected}");
    let found = conditional(&mut made, &q);
    for place in 0..4 {
        let moments: Vec<(f64, f64)> = groups.iter().map(|group| group.1[place]).collect();
        same_moments(&found, 5 + 4 * place, &moments, 1e-6);
    }
}

const ROWS: &str = "plate rows\nplate groups = levels(g)\ninput g[rows] : groups\nparam s, r, t : positive
latent u[groups] ~ Normal(0, t)\nlatent z[rows] ~ Normal(exp(u[g]), s)\nobserve y[rows] ~ Normal(z, r)";

/// A hidden variable a row, given one a group: a block of four dimensions or more becomes one of
/// one.
#[test]
fn rows_given_groups() {
    let mut random = Random::new(9);
    let g: Vec<f64> = (0..20).map(|i| 1.0 + f64::from(i % 5)).collect();
    let y: Vec<f64> = (0..20).map(|_| 1.0 + random.normal()).collect();
    let mut made =
        make(ROWS, &table(&["g", "y"], &[g, y.clone()]), Rule::Quadrature(80), Form::Auto);
    assert_eq!((made.joint.structure.blocks.len(), made.joint.structure.largest_block()), (5, 1));
    let q = [-0.4_f64, -0.7, -0.3];
    let [s, r, t] = [(2.0 * q[0]).exp(), (2.0 * q[1]).exp(), q[2].exp()];
    let group = |k: usize| {
        let height =
            |e: f64| (k..20).step_by(5).map(|i| log_normal(y[i], (t * e).exp(), s + r)).sum();
        let values = |e: f64| {
            (k..20)
                .step_by(5)
                .map(|i| {
                    (
                        ((t * e).exp() / s + y[i] / r) / (1.0 / s + 1.0 / r),
                        1.0 / (1.0 / s + 1.0 / r),
                    )
                })
                .collect()
        };
        over_noise(height, values)
    };
    let groups: Vec<_> = (0..5).map(group).collect();
    let expected: f64 = groups.iter().map(|group| group.0).sum();
    let value = made.value(&q);
    assert!((value - expected).abs() < 1e-7, "{value}, not {expected}");
    let found = conditional(&mut made, &q);
    let moments: Vec<(f64, f64)> = (0..20).map(|i| groups[i % 5].1[i / 5]).collect();
    same_moments(&found, 3 + 5, &moments, 1e-6);
}

const OTHERS: &[(&str, &str)] = &[
    (
        "a vector times a factor",
        "plate hidden = 2\nparam a : vector[hidden]\nparam s : positive\nlatent w[rows] : vector[hidden] ~ Normal(a, s)
latent v[rows] ~ Normal(0, 0.4)\nobserve y[rows] ~ Normal(sum(w) * exp(v) + x, 0.8)",
    ),
    (
        "correlated coefficients",
        "plate terms = 2\nparam m : vector[terms]\nparam t : positive\nlatent b[groups] : vector[terms] ~ MultivariateNormal(m, [[1, 0.4], [0.4, 0.5]])
latent v[groups] ~ Normal(0, t)\nobserve y[rows] ~ Normal(b[g, 1] + b[g, 2] * x, exp(v[g]))",
    ),
    (
        "three layers",
        "param a, c\nlatent z1[rows] ~ Normal(a * x, 0.5)\nlatent z2[rows] ~ Normal(sin(z1), 0.6)\nlatent z3[rows] ~ Normal(c * z2, 0.3)
observe y[rows] ~ Normal(z3, 0.4)\nobserve count[rows] ~ Poisson(exp(0.5 * z1))",
    ),
    (
        "cases",
        "param a, c\nlatent v[groups] ~ Normal(0, 0.5)\nlatent z[rows] ~ if x > 0 then Normal(a + exp(v[g]), 0.6) else Normal(c, 0.9)
observe y[rows] ~ Normal(z, 0.7)",
    ),
    (
        "two that are normal, of which one is taken",
        "param a\nlatent u[rows] ~ Normal(a, 0.5)\nlatent v[rows] ~ Normal(1, 0.3)\nobserve \
         y[rows] ~ Normal(u * v, 0.9)",
    ),
];

/// In models of many kinds, what is integrated out exactly changes nothing but the number of
/// dimensions.
#[test]
fn nothing_changes_but_the_dimension() {
    let mut random = Random::new(10);
    let mut column = |f: &mut dyn FnMut(&mut Random) -> f64| -> Vec<f64> {
        (0..15).map(|_| f(&mut random)).collect()
    };
    let (x, y) = (column(&mut |r| r.normal()), column(&mut |r| 1.2 * r.normal()));
    let (g, count) = (column(&mut |r| 1.0 + r.below(4) as f64), column(&mut |r| r.below(4) as f64));
    let data = table(&["g", "x", "y", "count"], &[g, x, y, count]);
    let head = "plate rows\nplate groups = levels(g)\ninput g[rows] : groups\ninput x[rows]\n";
    for (name, body) in OTHERS {
        let text = format!("{head}{body}");
        let rule = Rule::Quadrature(if *name == "cases" { 13 } else { 23 });
        let (mut ours, mut whole) =
            (make(&text, &data, rule, Form::Auto), make_whole(&text, &data, rule, Form::Auto));
        assert!(
            ours.joint.structure.largest_block() < whole.joint.structure.largest_block(),
            "{name}"
        );
        let q: Vec<f64> =
            (0..ours.joint.structure.parameters.len()).map(|i| 0.5 - 0.3 * i as f64).collect();
        let (a, b) = (ours.value(&q), whole.value(&q));
        assert!((a - b).abs() < 1e-3, "{name}: {a} and {b}");
        let (one, other) = (conditional(&mut ours, &q), conditional(&mut whole, &q));
        for (i, (mean, sd)) in other.mean.iter().zip(&other.sd).enumerate() {
            assert!(
                (one.mean[i] - mean).abs() < 5e-3 && (one.sd[i] - sd).abs() < 5e-3,
                "{name} {i}: {one:?} and {other:?}"
            );
        }
    }
}

/// What would join many others by going stays: a group's effect, upon which each row's own hidden
/// variable rests.
#[test]
fn what_holds_others_apart_stays() {
    let text = "plate rows\nplate groups = levels(g)\ninput g[rows] : groups\nparam s, t : positive
latent u[groups] ~ Normal(0, t)\nlatent z[rows] ~ Normal(u[g], s)\nobserve count[rows] ~ Poisson(exp(z))";
    let g: Vec<f64> = (0..12).map(|i| 1.0 + f64::from(i % 3)).collect();
    let count: Vec<f64> = (0..12).map(|i| f64::from(i % 4)).collect();
    let made = make(text, &table(&["g", "count"], &[g, count]), Rule::Laplace, Form::Centred);
    assert_eq!(made.joint.structure.hidden.len(), 15);
    assert!(made.joint.structure.collapsed.is_empty());
}

/// Where y lies beyond what tanh reaches its row is flat far out, and the search for a mode begins
/// where nothing curves downwards: beside missing cells, whose own curvature cannot be bent.
#[test]
fn missing_cells_beside_flat_rows() {
    let text = include_str!("../../models/two_layer/model.pgm");
    let rows: Vec<&str> = include_str!("../../models/two_layer/data.csv").lines().collect();
    let gaps = [4, 78, 151];
    let missing = |i: usize| format!("{},NA", rows[i].split(',').next().unwrap());
    let with: Vec<String> =
        (0..201).map(|i| if gaps.contains(&i) { missing(i) } else { rows[i].to_owned() }).collect();
    let without: Vec<&str> = (0..201).filter(|i| !gaps.contains(i)).map(|i| rows[i]).collect();
    for turn in 0..20 {
        let q: Vec<f64> = [1.05, -0.22, 0.46, 0.73, -1.14]
            .iter()
            .zip(numbers(5, turn, 0.05))
            .map(|(q, shift)| q + shift)
            .collect();
        // Each from the origin, not from where another search ended.
        let ours = make(text, &with.join("\n"), Rule::Quadrature(25), Form::Auto).value(&q);
        let theirs = make(text, &without.join("\n"), Rule::Quadrature(25), Form::Auto).value(&q);
        assert!((ours - theirs).abs() < 1e-3, "{q:?}: {ours} and {theirs}");
    }
}
