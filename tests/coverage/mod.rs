//! How often 95% intervals hold the true value: 500 simulated tables a model, hidden variables
//! integrated out.
//!
//! Intervals are those of `fit`, which the command reports: estimate ± 1.96 standard errors on the natural
//! scale, by the delta method. For spreads normal theory holds less well there, as their likelihood
//! is lopsided. With G groups the estimate of a spread is low by a share of about 1/(2G), and has a
//! relative standard error of about 1/√(2G): with 100 groups a shift of less than a tenth of a
//! standard error and a slight skew, which take less than one of a hundred intervals. Few groups
//! would need `--profile`.

use crate::support::models::bound;
use crate::support::random::Random;
use crate::support::table::table;
use pgmc::bind::Purpose;
use pgmc::fit::settings::{Integration, Maximum, Nodes};
use pgmc::fit::{Alone, Answer, Method, Settings, fit};

/// Simulated tables.
const TABLES: u64 = 500;

/// What tables are simulated from and fitted with.
struct Setting {
    text: &'static str,
    columns: &'static [&'static str],
    /// The parameters' values in the order of the text, which is that of results.
    truth: &'static [f64],
    integrate: Integration,
    simulate: fn(&mut Random, &[f64]) -> Vec<Vec<f64>>,
}

/// By parameter: how many of the intervals hold the truth.
fn covered(setting: &Setting) -> Vec<usize> {
    let mut covered = vec![0; setting.truth.len()];
    for seed in 0..TABLES {
        let mut random = Random::new(1000 + seed);
        let columns = (setting.simulate)(&mut random, setting.truth);
        let data = ("data.csv", table(setting.columns, &columns));
        let (model, binding) = bound(setting.text, data, Purpose::Fit);
        let maximum = Maximum { integrate: Some(setting.integrate), ..Maximum::default() };
        let settings =
            Settings { method: Method::Ml(maximum), seed, threads: None, init: None, starts: None };
        let fitted = fit(&model, &binding, &settings, &Alone)
            .unwrap_or_else(|e| panic!("table {seed}: {e:#?}"));
        let Answer::Estimate(maximised) = fitted.answer else { panic!("no estimate") };
        let estimate = maximised.estimate;
        assert!(
            estimate.converged && estimate.hessian_positive_definite,
            "table {seed}: {estimate:?}"
        );
        for (i, truth) in setting.truth.iter().enumerate() {
            covered[i] += usize::from(estimate.lower[i] <= *truth && *truth <= estimate.upper[i]);
        }
    }
    covered
}

/// Within 4 standard errors of a share of 0.95 in so many tables.
fn covers(setting: &Setting) {
    let error = (0.95 * 0.05 / TABLES as f64).sqrt();
    let covered = covered(setting);
    println!("{covered:?} of {TABLES}");
    for (i, count) in covered.into_iter().enumerate() {
        let share = count as f64 / TABLES as f64;
        assert!(
            (share - 0.95).abs() < 4.0 * error,
            "parameter {i}: {count} of {TABLES} intervals hold {}",
            setting.truth[i]
        );
    }
}

/// A hidden variable a row, integrated out exactly.
#[test]
fn hidden_regression() {
    covers(&Setting {
        text: "plate rows\ninput x[rows]\nparam a, b\nparam r : positive
latent z[rows] ~ Normal(a * x, 1)\nobserve y[rows] ~ Normal(z + b, r)",
        columns: &["x", "y"],
        truth: &[0.8, 2.0, 1.5],
        integrate: Integration::Exact,
        simulate: |random, truth| {
            let x: Vec<f64> = (0..250).map(|_| random.normal()).collect();
            let y = x
                .iter()
                .map(|x| truth[0] * x + truth[1] + random.normal() + truth[2] * random.normal())
                .collect();
            vec![x, y]
        },
    });
}

/// Groups, a row of a table each.
const GROUPS: usize = 100;

/// Visits a group.
const VISITS: usize = 2;

/// By group: an effect, and for each visit a value and what is seen of it. The columns of values,
/// then those of what is seen.
fn groups(
    random: &mut Random,
    spread: f64,
    seen: impl Fn(&mut Random, f64, f64) -> f64,
) -> Vec<Vec<f64>> {
    let mut columns = vec![Vec::new(); 2 * VISITS];
    for _ in 0..GROUPS {
        let effect = spread * random.normal();
        for visit in 0..VISITS {
            let x = random.normal();
            columns[visit].push(x);
            columns[VISITS + visit].push(seen(random, x, effect));
        }
    }
    columns
}

/// An intercept a group, integrated out exactly.
#[test]
fn random_intercepts() {
    covers(&Setting {
        text: "plate groups\ninput x1[groups], x2[groups]\nparam m, b\nparam s_group, s : positive
latent u[groups] ~ Normal(m, s_group)\nobserve y1[groups] ~ Normal(u + b * x1, s)\nobserve y2[groups] ~ Normal(u + b * x2, s)",
        columns: &["x1", "x2", "y1", "y2"],
        truth: &[1.0, -0.5, 1.2, 0.8],
        integrate: Integration::Exact,
        simulate: |random, truth| {
            let seen = |random: &mut Random, x: f64, effect: f64| truth[0] + effect + truth[1] * x + truth[3] * random.normal();
            groups(random, truth[2], seen)
        },
    });
}

/// Counts with an intercept a group, by quadrature.
#[test]
fn counts() {
    covers(&Setting {
        text:
            "plate groups\ninput x1[groups], x2[groups]\nparam m, b\nparam s_group : positive
latent u[groups] ~ Normal(0, s_group)\nobserve y1[groups] ~ Poisson(exp(m + b * x1 + u))\nobserve y2[groups] ~ Poisson(exp(m + b * x2 + u))",
        columns: &["x1", "x2", "y1", "y2"],
        truth: &[1.0, 0.4, 0.7],
        integrate: Integration::Quadrature(Nodes::new(7).expect("some points")),
        simulate: |random, truth| groups(random, truth[2], |random, x, effect| poisson(random, (truth[0] + truth[1] * x + effect).exp())),
    });
}

/// A Poisson count: how many exponential waits fit into `mean`.
fn poisson(random: &mut Random, mean: f64) -> f64 {
    let mut waited = -random.uniform().ln();
    let mut count = 0.0;
    while waited < mean {
        waited -= random.uniform().ln();
        count += 1.0;
    }
    count
}
