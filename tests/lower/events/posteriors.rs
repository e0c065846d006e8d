//! NUTS under a prior alone against the prior's moments.

use super::model::compiled;
use pgmc::draws::summarise;
use pgmc::inference::{NutsSettings, Silent, sample};
use pgmc::lower::Scale;
use pgmc::pipeline::compile;

/// The chance that one of the |z| exceeds this is below 1%, whatever they are: Bonferroni over 200
/// of them.
const LIMIT: f64 = 4.1;

/// The draws of each chain, and how many transitions diverged.
fn drawn(text: &str) -> (Vec<Vec<Vec<f64>>>, usize) {
    let density =
        compiled(text, "{}", Scale::Unconstrained).unwrap_or_else(|e| panic!("{e:#?}\n{text}"));
    let density = compile(density).expect("this machine has machine code").density;
    let settings = NutsSettings {
        seed: 1,
        threads: 2,
        draws: 4000,
        target_accept: 0.9,
        ..NutsSettings::default()
    };
    let run = sample(|| density.clone(), &settings, &Silent, &|| 0.0)
        .expect("the density can be sampled");
    let chains = run.chains.iter().map(|c| c.values.chunks(c.width).map(<[f64]>::to_vec).collect());
    (
        chains.collect(),
        run.chains.iter().map(|c| c.stats.iter().filter(|s| s.divergent).count()).sum(),
    )
}

/// Asserts that the mean of a function of the draws is as expected, within Monte Carlo error.
fn assert_mean(what: &str, chains: &[Vec<Vec<f64>>], expected: f64, f: impl Fn(&[f64]) -> f64) {
    let values: Vec<Vec<f64>> =
        chains.iter().map(|chain| chain.iter().map(|draw| f(draw)).collect()).collect();
    let summary = summarise(&values);
    let z = (summary.mean - expected) / summary.mcse_mean;
    assert!(z.abs() < LIMIT, "{what}: {} instead of {expected}, {z} errors off", summary.mean);
}

/// Means and products of deviations of some elements.
fn assert_moments(
    text: &str,
    elements: &[usize],
    means: &[f64],
    second: impl Fn(usize, usize) -> f64,
) {
    let (chains, divergent) = drawn(text);
    assert_eq!(divergent, 0, "{text}");
    for (i, &e) in elements.iter().enumerate() {
        assert_mean(&format!("{text}mean of {e}"), &chains, means[i], |x| x[e]);
        for (j, &o) in elements.iter().enumerate().take(i + 1) {
            let product = |x: &[f64]| (x[e] - means[i]) * (x[o] - means[j]);
            assert_mean(&format!("{text}covariance of {e}, {o}"), &chains, second(i, j), product);
        }
    }
}

fn diagonal(variance: f64) -> impl Fn(usize, usize) -> f64 {
    move |i, j| if i == j { variance } else { 0.0 }
}

#[test]
fn simplexes() {
    let shares = [0.1, 0.3, 0.6];
    let share =
        move |i: usize, j: usize| (if i == j { shares[i] } else { 0.0 }) - shares[i] * shares[j];
    assert_moments(
        "plate k = 3\nparam p : simplex[k] ~ Dirichlet([1, 3, 6])\n",
        &[0, 1, 2],
        &shares,
        |i, j| share(i, j) / 11.0,
    );
    let flat = |i: usize, j: usize| (if i == j { 0.25 } else { 0.0 }) - 0.0625;
    assert_moments("plate k = 4\nparam p : simplex[k]\n", &[0, 1, 3], &[0.25; 3], |i, j| {
        flat(i, j) / 5.0
    });
}

/// A point of the sphere has mean 0, and each coordinate the variance 1/k.
#[test]
fn unit_vectors() {
    assert_moments("plate k = 2\nparam u : unit_vector[k]\n", &[0, 1], &[0.0; 2], diagonal(0.5));
    assert_moments("plate k = 5\nparam u : unit_vector[k]\n", &[0, 2, 4], &[0.0; 3], diagonal(0.2));
}

/// Normal variables on condition of their sum.
#[test]
fn vectors_that_add_up_to_zero() {
    let text = "plate k = 4\nparam z : sum_to_zero[k] ~ Normal(0, 2)\n";
    assert_moments(text, &[0, 1, 3], &[0.0; 3], |i, j| if i == j { 3.0 } else { -1.0 });
}

/// Each correlation has the variance 1/(2·shape + k − 1).
#[test]
fn correlation_matrices() {
    assert_moments(
        "plate k = 4\nparam r : correlation[k] ~ LKJ(2)\n",
        &[4, 8, 13, 14],
        &[0.0; 4],
        diagonal(1.0 / 7.0),
    );
    assert_moments(
        "plate k = 3\nparam r : correlation[k]\n",
        &[3, 6, 7],
        &[0.0; 3],
        diagonal(1.0 / 4.0),
    );
    // The first column of the factor is that of the correlations.
    assert_moments(
        "plate k = 4\nparam r : cholesky_correlation[k] ~ LKJCholesky(0.7)\n",
        &[4, 8, 12],
        &[0.0; 3],
        diagonal(1.0 / 4.4),
    );
}

const S: [f64; 4] = [2.0, 0.5, 0.5, 1.0];

#[test]
fn covariance_matrices() {
    let scale = "plate k = 2\nlet S : matrix[k, k] = [[2, 0.5], [0.5, 1]]\n";
    let means = S.map(|s| 8.0 * s);
    // Anderson 2003, section 7.3.
    let second = |a: usize, b: usize| {
        8.0 * (S[a / 2 * 2 + b / 2] * S[a % 2 * 2 + b % 2]
            + S[a / 2 * 2 + b % 2] * S[a % 2 * 2 + b / 2])
    };
    assert_moments(
        &format!("{scale}param W : covariance[k] ~ Wishart(8, S)\n"),
        &[0, 1, 2, 3],
        &means,
        second,
    );
    let (chains, divergent) =
        drawn(&format!("{scale}param W : covariance[k] ~ InverseWishart(13, S)\n"));
    assert_eq!(divergent, 0);
    for (element, s) in S.iter().enumerate() {
        assert_mean("inverse Wishart", &chains, s / 10.0, |x| x[element]);
    }
}
