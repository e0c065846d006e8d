//! Gradients of integrated densities against central differences, for every rule and kind of block.

use super::made::{Made, make};
use crate::support::random::Random;
use crate::support::table::table;
use pgmc::density::LogDensity as _;
use pgmc::lower::Form;
use pgmc::marginal::numerics::{NoiseSource, Rule};

/// A table with two groupings, a predictor, counts, truth values and numbers.
fn data() -> String {
    let mut random = Random::new(11);
    let n = 40;
    let columns: Vec<Vec<f64>> = vec![
        (0..n).map(|_| 1.0 + random.below(6) as f64).collect(),
        (0..n).map(|_| 1.0 + random.below(4) as f64).collect(),
        (0..n).map(|_| random.normal()).collect(),
        (0..n).map(|_| random.below(6) as f64).collect(),
        (0..n).map(|_| random.below(2) as f64).collect(),
        (0..n).map(|_| random.normal()).collect(),
        (0..n).map(|_| 0.1 + random.uniform()).collect(),
    ];
    table(&["g", "h", "x", "count", "yes", "y", "p"], &columns)
}

const HEAD: &str = "plate rows\nplate groups = levels(g)\nplate others = levels(h)\ninput g[rows] \
    : groups\ninput h[rows] : others\ninput x[rows]\n";

const MODELS: &[(&str, &str)] = &[
    ("poisson", "param m, b\nparam s : positive\nlatent u[groups] ~ Normal(0, s)\nobserve \
        count[rows] ~ Poisson(exp(m + b * x + u[g]))"),
    (
        "slopes",
        "param m, b\nparam s0, s1 : positive\nlatent u0[groups] ~ Normal(m, s0)\nlatent u1[groups] ~ Normal(b, s1)
observe yes[rows] : bool ~ Bernoulli(inv_logit(u0[g] + u1[g] * x))",
    ),
    (
        "crossed",
        "param m\nparam sa, sb : positive\nlatent u[groups] ~ Normal(0, sa)\nlatent v[others] ~ Normal(0, sb)
observe yes[rows] : bool ~ Bernoulli(inv_logit(m + u[g] + v[h]))",
    ),
    (
        "volatility",
        "param m\nparam phi : real(-1, 1)\nparam s : positive
latent v[t in rows] ~ if t == 1 then Normal(m, s / sqrt(1 - phi^2)) else Normal(m + phi * (v[t-1] - m), s)\nobserve y[rows] ~ Normal(0, exp(v / 2))",
    ),
    ("gamma", "param a, b : positive\nlatent l[rows] ~ Gamma(a, b)\nobserve count[rows] ~ \
        Poisson(l)"),
    ("beta", "param a, b : positive\nlatent q[groups] ~ Beta(a, b)\nobserve yes[rows] : bool ~ \
        Bernoulli(q[g])"),
    ("linear", "param m\nparam s, r : positive\nlatent u[groups] ~ Normal(m, s)\nobserve y[rows] \
        ~ Normal(u[g], r)"),
    (
        "layers",
        "param a, c\nlatent z1[rows] ~ Normal(a * x, 0.7)\nlatent z2[rows] ~ Normal(tanh(c * z1), \
         0.5)\nobserve y[rows] ~ Normal(z2, 0.6)",
    ),
    (
        "spreads",
        "param m\nparam s, t : positive\nlatent v[groups] ~ Normal(0, t)\nlatent level[groups] ~ Normal(m, s)
latent trend[groups] ~ Normal(0, 1)\nobserve y[rows] ~ Normal(level[g] + trend[g] * x, exp(v[g]))",
    ),
];

fn agrees(name: &str, body: &str, rule: Rule, form: Form) {
    let made = make(&format!("{HEAD}{body}"), &data(), rule, form);
    let corrected = Made { density: made.density.clone().unbiased(), joint: made.joint.clone() };
    holds(name, made, rule);
    holds(name, corrected, rule);
}

fn holds(name: &str, mut made: Made, rule: Rule) {
    let dim = made.density.dim();
    let mut random = Random::new(5);
    for _ in 0..2 {
        let q: Vec<f64> = (0..dim).map(|_| 1.2 * random.uniform() - 0.6).collect();
        let mut gradient = vec![0.0; dim];
        let value = made.density.evaluate(&q, &mut gradient);
        assert!(value.is_finite(), "{name} {rule:?} {value} {:?}", made.density.trouble());
        let largest = gradient.iter().fold(1.0_f64, |m, g| m.max(g.abs()));
        for i in 0..dim {
            let mut at = |step: f64| {
                let mut moved = q.clone();
                moved[i] += step;
                made.value(&moved)
            };
            let h = 1e-3;
            let difference = (8.0 * (at(h) - at(-h)) - (at(2.0 * h) - at(-2.0 * h))) / (12.0 * h);
            assert!(
                (difference - gradient[i]).abs() < 3e-7 * largest,
                "{name} {rule:?} coordinate {i}: {} against {difference}",
                gradient[i]
            );
        }
    }
}

#[test]
fn laplace() {
    MODELS.iter().for_each(|(name, body)| agrees(name, body, Rule::Laplace, Form::Auto));
}

#[test]
fn quadrature() {
    for (name, body) in MODELS.iter().filter(|(name, _)| !["crossed", "volatility"].contains(name))
    {
        agrees(name, body, Rule::Quadrature(5), Form::Auto);
    }
}

#[test]
fn importance_sampling() {
    for (name, body) in MODELS {
        for source in [NoiseSource::Sobol, NoiseSource::Antithetic, NoiseSource::Pseudo] {
            agrees(name, body, Rule::Importance { samples: 16, source, seed: 3 }, Form::Auto);
        }
    }
}

#[test]
fn prior_noise() {
    for (name, body) in MODELS.iter().filter(|(name, _)| !["gamma", "beta"].contains(name)) {
        agrees(
            name,
            body,
            Rule::Prior { samples: 32, source: NoiseSource::Sobol, seed: 3 },
            Form::Auxiliary,
        );
    }
}
