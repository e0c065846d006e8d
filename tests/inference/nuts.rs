//! NUTS: draws against known moments, failures, repeatability.

use std::sync::atomic::{AtomicUsize, Ordering};

use pgmc::density::LogDensity;
use pgmc::draws::chain::rectangle;
use pgmc::draws::{Chain, DrawStats, Draws, Summary, Variable, summarise};
use pgmc::inference::{
    InferenceError, Metric, NutsRun, NutsSettings, Progress, Silent, Update, sample,
};

use super::densities::{EightSchools, NEIGHBOURS, Plain, chain_normal, funnel, normals};

fn no_clock() -> f64 {
    0.0
}

fn run<D: LogDensity + Send + Clone + Sync>(density: &D, settings: &NutsSettings) -> NutsRun {
    sample(|| density.clone(), settings, &Silent, &no_clock).expect("the density can be sampled")
}

fn settings(seed: u64) -> NutsSettings {
    NutsSettings { seed, threads: 2, draws: 4000, target_accept: 0.95, ..NutsSettings::default() }
}

fn draws(chains: Vec<Chain>) -> Draws {
    let width = chains[0].width;
    let names: Vec<String> = (0..width).map(|i| format!("x{i}")).collect();
    let variables = names.iter().map(Variable::scalar).collect();
    Draws { names, variables, chains }
}

/// How far the mean of f(x) is from what it must be, in Monte Carlo standard errors of it.
fn z_score(draws: &Draws, column: usize, expected: f64, f: impl Fn(f64) -> f64) -> f64 {
    let chains: Vec<Vec<f64>> =
        draws.column(column).iter().map(|chain| chain.iter().map(|&x| f(x)).collect()).collect();
    let summary = summarise(&chains);
    (summary.mean - expected) / summary.mcse_mean
}

/// The chance that one of the |z| of a test exceeds this is below 1%, whatever they are: Bonferroni
/// over 200 of them.
const LIMIT: f64 = 4.1;

fn assert_normal(draws: &Draws, means: &[f64], sds: &[f64]) {
    for (column, (&mean, &sd)) in means.iter().zip(sds).enumerate() {
        let first = z_score(draws, column, mean, |x| x);
        let second = z_score(draws, column, sd * sd, |x| (x - mean) * (x - mean));
        assert!(
            first.abs() < LIMIT && second.abs() < LIMIT,
            "column {column}: mean {first} mcse off, variance {second} mcse off"
        );
    }
}

fn all_summaries(draws: &Draws) -> Vec<Summary> {
    (0..draws.names.len()).map(|column| summarise(&draws.column(column))).collect()
}

fn assert_mixed(summaries: &[Summary], bulk: f64) {
    for (column, summary) in summaries.iter().enumerate() {
        assert!(summary.rhat < 1.01, "column {column}: R-hat {}", summary.rhat);
        assert!(summary.ess_bulk > bulk, "column {column}: bulk ESS {}", summary.ess_bulk);
        assert!(summary.ess_tail > 0.4 * bulk, "column {column}: tail ESS {}", summary.ess_tail);
    }
}

/// The diagonal metric is of little help here: a separate implementation of Stan's trajectories
/// gets a bulk ESS of 850 from 44,600 gradients at the same acceptance, 0.019 a gradient; this one
/// gets 515 from 34,200, 0.015 a gradient. The low-rank one sees the shape.
#[test]
fn correlated_normal_has_its_moments() {
    let sds = vec![1.0, 0.3, 5.0, 1.0, 20.0, 0.01, 2.0];
    for (metric, bulk) in [(Metric::Diagonal, 400.0), (Metric::LowRank, 4000.0)] {
        let run = run(&chain_normal(sds.clone()), &NutsSettings { metric, ..settings(1) });
        let draws = draws(run.chains);
        let means: Vec<f64> = (0..sds.len()).map(|i| i as f64).collect();
        assert_normal(&draws, &means, &sds);
        assert_mixed(&all_summaries(&draws), bulk);
        let products: Vec<Vec<f64>> = draws
            .chains
            .iter()
            .map(|chain| {
                (0..chain.len())
                    .map(|d| chain.row(d))
                    .map(|x| x[0] * (x[1] - 1.0) / sds[1])
                    .collect()
            })
            .collect();
        let product = summarise(&products);
        assert!(
            (product.mean - NEIGHBOURS).abs() < LIMIT * product.mcse_mean,
            "correlation {} ± {}",
            product.mean,
            product.mcse_mean
        );
    }
}

#[test]
fn scales_from_a_thousandth_to_a_thousand() {
    let sds: Vec<f64> = (-3..=3).map(|power| 10f64.powi(power)).collect();
    let means: Vec<f64> = sds.iter().map(|sd| 3.0 * sd).collect();
    let run = run(&normals(means.clone(), sds.clone()), &settings(2));
    assert!(run.chains.iter().all(|chain| chain.divergences.is_empty()));
    let draws = draws(run.chains);
    assert_normal(&draws, &means, &sds);
    assert_mixed(&all_summaries(&draws), 2000.0);
}

#[test]
fn a_hundred_dimensions() {
    let (means, sds) = (vec![1.0; 100], vec![2.0; 100]);
    let run = run(&normals(means.clone(), sds.clone()), &settings(3));
    let draws = draws(run.chains);
    assert_normal(&draws, &means, &sds);
    assert_mixed(&all_summaries(&draws), 2000.0);
}

/// Means, standard deviations, 5%, 50%, 95% quantiles and Monte Carlo errors of posteriordb's
/// eight_schools-eight_schools_noncentered reference draws (10 chains of 1000; BSD 3-clause, Stan
/// Developers and their Assignees).
const EIGHT_SCHOOLS: [(&str, usize, [f64; 6]); 4] = [
    ("mu", 0, [4.4105183, 3.3092965, -0.93617651, 4.3638948, 9.8320732, 0.033037439]),
    ("tau", 1, [3.6020595, 3.1984777, 0.25666379, 2.7470214, 9.7322089, 0.031861299]),
    ("theta[1]", 2, [6.1505023, 5.6158634, -1.6806875, 5.5890114, 16.329362, 0.055736825]),
    ("theta[8]", 9, [4.8839969, 5.3176921, -3.3172345, 4.7852695, 13.549591, 0.054253265]),
];

#[test]
fn eight_schools_agrees_with_posteriordb() {
    let run = run(&EightSchools, &settings(4));
    let divergences: usize = run.chains.iter().map(|chain| chain.divergences.len()).sum();
    assert!(divergences < 40, "{divergences} divergences");
    let summaries = all_summaries(&draws(run.chains));
    for (name, column, [mean, sd, q05, q50, q95, mcse]) in EIGHT_SCHOOLS {
        let ours = summaries[column];
        let z = (ours.mean - mean) / ours.mcse_mean.hypot(mcse);
        assert!(z.abs() < LIMIT, "{name}: mean {} against {mean}, z = {z}", ours.mean);
        assert!((ours.sd / sd - 1.0).abs() < 0.1, "{name}: sd {} against {sd}", ours.sd);
        for (own, theirs) in [(ours.q05, q05), (ours.q50, q50), (ours.q95, q95)] {
            assert!((own - theirs).abs() < 0.15 * sd, "{name}: quantile {own} against {theirs}");
        }
    }
    assert_mixed(&summaries, 1000.0);
}

/// x ~ half-normal, −∞ below zero: a hard edge is a rejection, and NaN is one too.
#[test]
fn edges_of_the_support_are_rejections() {
    for outside in [f64::NEG_INFINITY, f64::NAN] {
        let log_density = move |q: &[f64], grad: &mut [f64]| {
            grad[0] = if q[0] > 0.0 { -q[0] } else { f64::NAN };
            if q[0] > 0.0 { -0.5 * q[0] * q[0] } else { outside }
        };
        let settings = settings(5);
        let run = run(&Plain { dim: 1, log_density }, &settings);
        assert!(run.chains.iter().all(|chain| chain.len() == settings.draws));
        let divergent: usize = run
            .chains
            .iter()
            .flat_map(|chain| &chain.stats)
            .filter(|stats| stats.divergent)
            .count();
        let kept: usize = run.chains.iter().map(|chain| chain.divergences.len()).sum();
        assert!(divergent > 0 && divergent == kept);
        let draws = draws(run.chains);
        let z = z_score(&draws, 0, (2.0 / std::f64::consts::PI).sqrt(), |x| x);
        assert!(z.abs() < LIMIT, "mean of a half-normal is {z} mcse off");
    }
}

#[test]
fn a_funnel_diverges_and_says_where() {
    let run = run(&funnel(), &settings(6));
    let divergences: Vec<_> = run.chains.iter().flat_map(|chain| &chain.divergences).collect();
    assert!(!divergences.is_empty());
    let narrow = divergences.iter().filter(|divergence| divergence.position[0] < 0.0).count();
    assert!(2 * narrow > divergences.len(), "{narrow} of {} in the neck", divergences.len());
    assert!(divergences.iter().all(|divergence| divergence.values == divergence.position));
}

#[test]
fn split_steps_hardly_diverge() {
    let whole = run(&funnel(), &settings(6));
    let split = run(&funnel(), &NutsSettings { split_steps: true, ..settings(6) });
    let count = |run: &NutsRun, fact: fn(&DrawStats) -> bool| {
        run.chains.iter().flat_map(|c| &c.stats).filter(|s| fact(s)).count()
    };
    let (before, after) = (count(&whole, |s| s.divergent), count(&split, |s| s.divergent));
    assert!(10 * after < before, "{after} of the split steps, {before} of the whole ones");
    assert_eq!(count(&whole, |s| s.irreversible), 0);
    let draws = draws(split.chains);
    let (mean, variance) = (z_score(&draws, 0, 0.0, |v| v), z_score(&draws, 0, 9.0, |v| v * v));
    assert!(
        mean.abs() < LIMIT && variance.abs() < LIMIT,
        "mean {mean} mcse off, variance {variance} mcse off"
    );
}

#[test]
fn chains_start_where_they_are_told_to() {
    // Two peaks, at -20 and 20, which no chain changes.
    let log_density = |q: &[f64], grad: &mut [f64]| {
        let away = q[0] - 20.0_f64.copysign(q[0]);
        grad[0] = -away;
        -0.5 * away * away
    };
    let density = Plain { dim: 1, log_density };
    let starts = vec![Some(vec![21.0]), Some(vec![-21.0])];
    let run = run(&density, &NutsSettings { chains: 2, draws: 100, starts, ..settings(3) });
    assert!(
        run.chains[0].values.iter().all(|&v| v > 0.0)
            && run.chains[1].values.iter().all(|&v| v < 0.0)
    );
    for chain in &run.chains {
        assert_eq!(chain.end, chain.row(99));
    }
}

#[test]
fn same_seed_same_draws_on_any_number_of_threads() {
    let short = |threads, seed| NutsSettings {
        warmup: 200,
        draws: 100,
        threads,
        seed,
        ..NutsSettings::default()
    };
    let one = run(&EightSchools, &short(1, 9));
    let four = run(&EightSchools, &short(4, 9));
    assert_eq!(one, four);
    let other = run(&EightSchools, &short(1, 10));
    assert_ne!(one.chains[0].values, other.chains[0].values);
    assert_ne!(one.chains[0].values, one.chains[1].values);
    let fewer = run(&EightSchools, &NutsSettings { chains: 2, ..short(2, 9) });
    assert_eq!(fewer.chains[1], one.chains[1]);
}

#[test]
fn without_unknowns_the_constants_come_back() {
    let density = Plain { dim: 0, log_density: |_: &[f64], _: &mut [f64]| -1.25 };
    let run = run(&density, &NutsSettings { draws: 3, ..settings(1) });
    assert_eq!(run.chains.len(), 4);
    assert!(run.chains.iter().all(
        |chain| chain.len() == 3 && chain.stats.iter().all(|stats| stats.log_density == -1.25)
    ));
}

#[test]
fn no_finite_start_is_an_error_that_tells_the_point() {
    let density = || Plain {
        dim: 2,
        log_density: |_: &[f64], grad: &mut [f64]| {
            grad.fill(0.0);
            f64::NAN
        },
    };
    let error = sample(density, &settings(1), &Silent, &no_clock).unwrap_err();
    let InferenceError::NoFiniteStart { tried, q, value, .. } = error else { panic!("{error}") };
    assert_eq!((tried, q.len()), (100, 2));
    assert!(value.is_nan());
}

/// Finite on one part in 10⁴ of (−2, 2)²: the shrinking range finds it.
#[test]
fn a_narrow_support_around_the_origin_is_found() {
    let log_density = |q: &[f64], grad: &mut [f64]| {
        grad.copy_from_slice(&[-q[0] * 1e4, -q[1] * 1e4]);
        if q.iter().all(|x| x.abs() < 0.05) {
            -0.5e4 * (q[0] * q[0] + q[1] * q[1])
        } else {
            f64::NEG_INFINITY
        }
    };
    let density = Plain { dim: 2, log_density };
    let run = run(&density, &settings(1));
    assert_normal(&draws(run.chains), &[0.0; 2], &[0.01; 2]);
}

#[test]
fn plus_infinity_is_an_error_with_its_place() {
    let density = || Plain {
        dim: 1,
        log_density: |q: &[f64], grad: &mut [f64]| {
            grad[0] = 1.0 / q[0];
            if q[0] > 4.0 { f64::INFINITY } else { q[0] }
        },
    };
    let error = sample(density, &settings(1), &Silent, &no_clock).unwrap_err();
    let InferenceError::Infinite { q } = error else { panic!("{error}") };
    assert!(q[0] > 4.0);
}

/// The gradient in a coordinate that the density ignores, or that starts at its mode, is exactly
/// zero.
#[test]
fn a_gradient_of_exactly_zero_is_no_fault() {
    let log_density = |q: &[f64], grad: &mut [f64]| {
        let beyond = (q[0].abs() - 3.0).max(0.0);
        grad[0] = -beyond * q[0].signum();
        -0.5 * beyond * beyond
    };
    let run = run(&Plain { dim: 1, log_density }, &settings(7));
    let draws = draws(run.chains);
    // Uniform on (−3, 3) with standard normal tails beyond: E x² = (∫ x² + tails)/(6 + √(2π)).
    let root = (2.0 * std::f64::consts::PI).sqrt();
    let tails = root * (9.0 + 1.0) + 2.0 * 2.0 * 3.0;
    let expected = (18.0 + tails) / (6.0 + root);
    let z = z_score(&draws, 0, expected, |x| x * x);
    assert!(z.abs() < LIMIT, "second moment is {z} mcse off");
}

struct StopAfter {
    updates: AtomicUsize,
    limit: usize,
}

impl Progress for StopAfter {
    fn update(&self, _update: Update) {
        self.updates.fetch_add(1, Ordering::Relaxed);
    }

    fn stop_requested(&self) -> bool {
        self.updates.load(Ordering::Relaxed) >= self.limit
    }
}

#[test]
fn a_stop_keeps_what_there_is() {
    let settings =
        NutsSettings { chains: 3, warmup: 100, draws: 100, threads: 1, ..NutsSettings::default() };
    let stop = StopAfter { updates: AtomicUsize::new(0), limit: 350 };
    let run = sample(|| EightSchools, &settings, &stop, &no_clock).unwrap();
    assert!(run.stopped);
    let mut lengths: Vec<usize> = run.chains.iter().map(Chain::len).collect();
    lengths.sort_unstable();
    assert_eq!(lengths, [0, 50, 100], "one chain to its end, one half through, one not begun");
    let kept = rectangle(run.chains);
    assert!(kept.iter().all(|chain| chain.len() == kept[0].len()));
    assert_eq!(kept.len() * kept[0].len(), 100);
}

#[test]
fn the_target_acceptance_is_reached() {
    for target in [0.6, 0.8, 0.95] {
        let run = run(
            &chain_normal(vec![1.0; 20]),
            &NutsSettings { target_accept: target, ..settings(8) },
        );
        let rates: Vec<f64> = run
            .chains
            .iter()
            .flat_map(|chain| &chain.stats)
            .map(|stats| stats.acceptance)
            .collect();
        let mean = rates.iter().sum::<f64>() / rates.len() as f64;
        assert!((mean - target).abs() < 0.08, "acceptance {mean} for target {target}");
    }
}

#[test]
fn costs_are_counted() {
    let evaluations = AtomicUsize::new(0);
    let make = || {
        let mut inner = EightSchools;
        let counter = &evaluations;
        Plain {
            dim: 10,
            log_density: move |q: &[f64], grad: &mut [f64]| {
                counter.fetch_add(1, Ordering::Relaxed);
                inner.evaluate(q, grad)
            },
        }
    };
    let run =
        sample(make, &NutsSettings { warmup: 50, draws: 30, ..settings(1) }, &Silent, &no_clock)
            .unwrap();
    let warmup: u64 = run.chains.iter().map(|chain| chain.warmup.gradients).sum();
    let sampling: u64 = run.chains.iter().map(|chain| chain.sampling.gradients).sum();
    let steps: u64 =
        run.chains.iter().flat_map(|chain| &chain.stats).map(|stats| stats.steps).sum();
    assert_eq!((warmup + sampling) as usize, evaluations.load(Ordering::Relaxed));
    assert_eq!(sampling, steps);
}

#[test]
fn settings_that_allow_no_run_are_refused() {
    for settings in [
        NutsSettings { chains: 0, ..NutsSettings::default() },
        NutsSettings { target_accept: 1.0, ..NutsSettings::default() },
        NutsSettings { max_depth: 0, ..NutsSettings::default() },
    ] {
        let error = sample(|| EightSchools, &settings, &Silent, &no_clock).unwrap_err();
        assert!(matches!(error, InferenceError::Settings { .. }), "{error}");
    }
}
