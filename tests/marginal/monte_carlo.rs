//! Monte Carlo against the exact integral, within its own stated error; and how the error falls.

use super::made::{Made, make};
use crate::support::random::Random;
use crate::support::table::table;
use pgmc::density::LogDensity as _;
use pgmc::lower::Form;
use pgmc::marginal::numerics::{NoiseSource, Rule};

const TEXT: &str = "plate rows\ninput x[rows]\nparam a, b\nparam s, r : positive
latent z[rows] ~ Normal(a * x, s)\nobserve y[rows] ~ Normal(b + z, r)";

fn data(n: usize) -> String {
    let mut random = Random::new(31);
    let x: Vec<f64> = (0..n).map(|_| random.normal()).collect();
    let y: Vec<f64> = x.iter().map(|x| 0.8 * x + random.normal()).collect();
    table(&["x", "y"], &[x, y])
}

const Q: [f64; 4] = [0.6, 0.2, -0.3, -0.2];

fn of(rule: Rule, form: Form, rows: usize) -> Made {
    make(TEXT, &data(rows), rule, form)
}

fn prior(samples: usize, source: NoiseSource, seed: u64) -> Rule {
    Rule::Prior { samples, source, seed }
}

/// The estimate lies within 4 of its standard errors, bias taken off. 16 sets of points make the
/// error itself unsure by a fifth.
#[test]
fn errors_are_as_stated() {
    let exact = of(Rule::Laplace, Form::Auto, 50).value(&Q);
    for source in [NoiseSource::Sobol, NoiseSource::Antithetic, NoiseSource::Pseudo] {
        let mut made = of(prior(512, source, 7), Form::Auxiliary, 50);
        let value = made.value(&Q);
        let accuracy = made.density.accuracy(&Q).expect("a value").expect("by chance");
        let off = value - accuracy.bias - exact;
        assert!(
            off.abs() < 4.0 * accuracy.standard_error + accuracy.bias.abs(),
            "{source:?}: off by {off}, {accuracy:?}"
        );
        assert!(accuracy.standard_error > 1e-4 && accuracy.standard_error < 1.0, "{accuracy:?}");
        assert!(accuracy.lowest_ess > 1.0 && accuracy.lowest_ess < 512.0);
    }
}

/// Around the mode of a normal block every weight is the same.
#[test]
fn weights_around_a_normal_mode_are_equal() {
    let exact = of(Rule::Laplace, Form::Auto, 50).value(&Q);
    let mut made =
        of(Rule::Importance { samples: 8, source: NoiseSource::Pseudo, seed: 7 }, Form::Auto, 50);
    let value = made.value(&Q);
    assert!((value - exact).abs() < 1e-9, "{value} against {exact}");
    let accuracy = made.density.accuracy(&Q).expect("a value").expect("by chance");
    assert!(
        accuracy.standard_error < 1e-9 && (accuracy.lowest_ess - 8.0).abs() < 1e-6,
        "{accuracy:?}"
    );
}

/// The error of independent points falls as 1/√L, that of Sobol points faster.
#[test]
fn errors_fall() {
    let error = |samples: usize, source: NoiseSource| {
        let exact = of(Rule::Laplace, Form::Auto, 20).value(&Q);
        let square = (0..40).map(|seed| {
            (of(prior(samples, source, seed), Form::Auxiliary, 20).value(&Q) - exact).powi(2)
        });
        (square.sum::<f64>() / 40.0).sqrt()
    };
    let slope = |source| (error(1024, source) / error(64, source)).ln() / 16.0_f64.ln();
    // A root mean square over 40 seeds has a relative standard error of 1/√80 = 0.11: the slope one
    // of 0.16/ln 16 = 0.06.
    let pseudo = slope(NoiseSource::Pseudo);
    assert!((pseudo + 0.5).abs() < 0.24, "{pseudo}");
    let sobol = slope(NoiseSource::Sobol);
    assert!(sobol < -0.75, "{sobol}");
}

/// The mean of 10,000 stochastic gradients is the exact gradient: with noise from the prior
/// corrected for the bias of the log of a mean, around the mode of normal blocks without any noise
/// at all.
#[test]
fn stochastic_gradients_average_to_the_exact_one() {
    let mut exact = vec![0.0; 4];
    of(Rule::Laplace, Form::Auto, 10).density.evaluate(&Q, &mut exact);
    let mut density =
        of(prior(256, NoiseSource::Pseudo, 0), Form::Auxiliary, 10).density.unbiased();
    let (mut sum, mut square) = (vec![0.0; 4], vec![0.0; 4]);
    let count = 10_000;
    for seed in 0..count {
        density.reseed(seed);
        let mut gradient = vec![0.0; 4];
        density.evaluate(&Q, &mut gradient);
        for i in 0..4 {
            sum[i] += gradient[i];
            square[i] += gradient[i] * gradient[i];
        }
    }
    for i in 0..4 {
        let mean = sum[i] / count as f64;
        let error = ((square[i] / count as f64 - mean * mean) / count as f64).sqrt();
        assert!(
            (mean - exact[i]).abs() < 4.0 * error,
            "coordinate {i}: {mean} against {}, standard error {error}",
            exact[i]
        );
    }
}

/// Two noises a row; a noise a group, that of an exponential variable; and rows in which nothing is
/// observed.
const ALIKE: [&str; 3] = [
    "plate rows\ninput x[rows]\nparam a, b\nparam s, r : positive\nlatent u[rows] ~ Normal(a * x, s)\nlatent z[rows] ~ Normal(tanh(u), s)
observe y[rows] ~ Normal(b + z, r)",
    "plate rows\nplate groups = 4\ninput x[rows]\ninput g[rows] : groups\nparam a, b\nparam s, r : positive\nlatent z[groups] ~ Exponential(s)
observe y[rows] ~ Normal(a * x + b * z[g], r)",
    "plate rows\ninput x[rows]\nparam a, b\nparam s, r : positive\nlatent z[rows] ~ Normal(a * x, s)
observe y[rows] ~ Normal(b + z, if x > 0 then r else s)\nfactor pull = -0.1 * (a^2 + b^2)",
];

/// One program for all points computes what the values at groups of points, weighed afterwards, add
/// up to.
#[test]
fn a_mean_in_one_program_is_that_of_groups_of_points() {
    for text in ALIKE {
        let mut random = Random::new(17);
        let columns: Vec<Vec<f64>> =
            (0..2).map(|_| (0..30).map(|_| random.normal()).collect()).collect();
        let groups: Vec<f64> = (0..30).map(|i| f64::from(1 + i % 4)).collect();
        let data = table(&["x", "y", "g"], &[columns[0].clone(), columns[1].clone(), groups]);
        let rule = prior(24, NoiseSource::Sobol, 3);
        let mut together = make(text, &data, rule, Form::Auxiliary);
        assert!(together.joint.joint.has_mean(), "{text}");
        // Code for 20 points does not fit 24.
        let mut apart = make(text, &data, prior(20, NoiseSource::Sobol, 3), Form::Auxiliary)
            .density
            .with_rule(rule);
        let (mut ours, mut theirs) = (vec![0.0; 4], vec![0.0; 4]);
        let (a, b) = (together.density.evaluate(&Q, &mut ours), apart.evaluate(&Q, &mut theirs));
        assert!((a - b).abs() < 1e-11 * b.abs(), "{a} {b}\n{text}");
        for (a, b) in ours.iter().zip(&theirs) {
            assert!((a - b).abs() < 1e-10 * (1.0 + b.abs()), "{ours:?} {theirs:?}\n{text}");
        }
    }
}
