//! The optimiser: closed forms, scipy-like references, and densities that are no good.

use pgmc::density::LogDensity;
use pgmc::draws::Estimate;
use pgmc::inference::{InferenceError, OptimiseSettings, Silent, optimise};
use serde_json::Value;

use super::densities::{Plain, chain_normal, normals};

fn best<D: LogDensity>(mut density: D) -> Estimate {
    optimise(&mut density, &OptimiseSettings::default(), &Silent).expect("there is a finite start")
}

fn assert_close(ours: f64, theirs: f64, tolerance: f64, what: &str) {
    assert!(
        (ours - theirs).abs() <= tolerance * theirs.abs().max(1e-300),
        "{what}: {ours} against {theirs}"
    );
}

/// Anscombe's (1973) first quartet.
const X: [f64; 11] = [10.0, 8.0, 13.0, 9.0, 11.0, 14.0, 6.0, 4.0, 12.0, 7.0, 5.0];
const Y: [f64; 11] = [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68];

/// y ~ Normal(a + b x, sigma); q = (a, b, log sigma), values = (a, b, sigma).
struct Line;

impl LogDensity for Line {
    fn dim(&self) -> usize {
        3
    }

    fn evaluate(&mut self, q: &[f64], grad: &mut [f64]) -> f64 {
        let sigma = q[2].exp();
        grad.fill(0.0);
        let mut sum = 0.0;
        for (x, y) in X.iter().zip(&Y) {
            let z = (y - q[0] - q[1] * x) / sigma;
            sum -= 0.5 * z * z + q[2] + 0.5 * (2.0 * std::f64::consts::PI).ln();
            grad[0] += z / sigma;
            grad[1] += z * x / sigma;
            grad[2] += z * z - 1.0;
        }
        sum
    }

    fn constrained_dim(&self) -> usize {
        3
    }

    fn constrain(&mut self, q: &[f64], values: &mut [f64]) {
        values.copy_from_slice(&[q[0], q[1], q[2].exp()]);
    }
}

/// Least squares by its formulas; σ̂² = RSS/n; covariance of (a, b) σ̂²(XᵀX)⁻¹; standard error of
/// σ̂ σ̂/√(2n).
#[test]
fn a_line_is_least_squares() {
    let n = X.len() as f64;
    let (mx, my) = (X.iter().sum::<f64>() / n, Y.iter().sum::<f64>() / n);
    let sxx: f64 = X.iter().map(|x| (x - mx).powi(2)).sum();
    let sxy: f64 = X.iter().zip(&Y).map(|(x, y)| (x - mx) * (y - my)).sum();
    let b = sxy / sxx;
    let a = my - b * mx;
    let rss: f64 = X.iter().zip(&Y).map(|(x, y)| (y - a - b * x).powi(2)).sum();
    let sigma = (rss / n).sqrt();
    let likelihood = -0.5 * n * ((2.0 * std::f64::consts::PI * sigma * sigma).ln() + 1.0);

    let found = best(Line);
    assert!(found.converged && found.hessian_positive_definite && found.undetermined.is_empty());
    assert!(found.gradient_norm < 1e-8, "gradient {}", found.gradient_norm);
    let expected = [a, b, sigma];
    let errors =
        [sigma * (1.0 / n + mx * mx / sxx).sqrt(), sigma / sxx.sqrt(), sigma / (2.0 * n).sqrt()];
    for k in 0..3 {
        assert_close(found.values[k], expected[k], 1e-9, "estimate");
        assert_close(found.std_errors[k], errors[k], 1e-6, "standard error");
        assert_close(
            found.upper[k],
            found.values[k] + 1.959963984540054 * found.std_errors[k],
            1e-14,
            "upper",
        );
        assert_close(
            found.lower[k],
            found.values[k] - 1.959963984540054 * found.std_errors[k],
            1e-14,
            "lower",
        );
    }
    assert_close(found.covariance[1], -mx * sigma * sigma / sxx, 1e-6, "covariance of a and b");
    assert_close(found.log_density, likelihood, 1e-13, "log likelihood");
    assert!(found.starts.len() == 4 && found.spread_of_starts() < 1e-9);
}

/// −f of Rosenbrock's valley, whose Hessian at (1, 1) is [[802, −400], [−400, 200]]: inverse [[0.5,
/// 1], [1, 2.005]].
#[test]
fn rosenbrock() {
    let log_density = |q: &[f64], grad: &mut [f64]| {
        let (u, v) = (1.0 - q[0], q[1] - q[0] * q[0]);
        grad.copy_from_slice(&[2.0 * u + 400.0 * q[0] * v, -200.0 * v]);
        -u * u - 100.0 * v * v
    };
    let found = best(Plain { dim: 2, log_density });
    assert!(found.converged && found.gradient_norm < 1e-8, "{found:?}");
    for (k, variance) in [0.5_f64, 2.005].into_iter().enumerate() {
        assert_close(found.values[k], 1.0, 1e-9, "mode");
        assert_close(found.std_errors[k], variance.sqrt(), 1e-5, "standard error");
    }
}

#[test]
fn logistic_regression_agrees_with_forty_digits() {
    let reference: Value =
        serde_json::from_str(include_str!("../reference/draws_logistic.json")).unwrap();
    let numbers = |key: &str| -> Vec<f64> {
        reference[key].as_array().unwrap().iter().map(|v| v.as_f64().unwrap()).collect()
    };
    let (dose, trials, killed) = (numbers("dose"), numbers("trials"), numbers("killed"));
    let log_density = |q: &[f64], grad: &mut [f64]| {
        grad.fill(0.0);
        let mut sum = 0.0;
        for i in 0..dose.len() {
            let eta = q[0] + q[1] * dose[i];
            sum += killed[i] * eta - trials[i] * (eta.max(0.0) + (-eta.abs()).exp().ln_1p());
            let residual = killed[i] - trials[i] / (1.0 + (-eta).exp());
            grad[0] += residual;
            grad[1] += residual * dose[i];
        }
        sum
    };
    let found = best(Plain { dim: 2, log_density });
    assert!(found.converged);
    for (k, (estimate, error)) in
        numbers("estimate").into_iter().zip(numbers("std_error")).enumerate()
    {
        assert_close(found.values[k], estimate, 1e-9, "estimate");
        assert_close(found.std_errors[k], error, 1e-5, "standard error");
    }
    assert_close(
        found.log_density,
        reference["log_likelihood_without_constant"].as_f64().unwrap(),
        1e-13,
        "log likelihood",
    );
}

#[test]
fn scales_from_a_thousandth_to_a_thousand() {
    let sds: Vec<f64> = (-3..=3).map(|power| 10f64.powi(power)).collect();
    let found = best(normals(sds.iter().map(|sd| 2.0 * sd).collect(), sds.clone()));
    assert!(found.converged && found.hessian_positive_definite);
    for (k, sd) in sds.iter().enumerate() {
        assert_close(found.values[k], 2.0 * sd, 1e-7, "mode");
        assert_close(found.std_errors[k], *sd, 1e-5, "standard error");
    }
}

#[test]
fn a_hundred_correlated_dimensions() {
    let found = best(chain_normal(vec![3.0; 100]));
    assert!(found.converged && found.hessian_positive_definite);
    for k in 0..100 {
        assert!((found.values[k] - k as f64).abs() < 1e-6, "mode {k} at {}", found.values[k]);
        assert_close(found.std_errors[k], 3.0, 1e-5, "standard error");
    }
}

/// Only a + b is determined, c is by itself.
#[test]
fn directions_that_are_not_determined_are_named() {
    struct Sum;
    impl LogDensity for Sum {
        fn dim(&self) -> usize {
            3
        }
        fn evaluate(&mut self, q: &[f64], grad: &mut [f64]) -> f64 {
            let (s, c) = (q[0] + q[1] - 4.0, (q[2] - 1.0) / 0.5);
            grad.copy_from_slice(&[-s, -s, -c / 0.5]);
            -0.5 * (s * s + c * c)
        }
        fn constrained_dim(&self) -> usize {
            4
        }
        fn constrain(&mut self, q: &[f64], values: &mut [f64]) {
            values.copy_from_slice(&[q[0], q[1], q[0] + q[1], q[2]]);
        }
    }
    let found = best(Sum);
    assert!(!found.hessian_positive_definite);
    assert_eq!(found.undetermined, [0, 1]);
    assert!(found.std_errors[0].is_nan() && found.std_errors[1].is_nan());
    assert_close(found.values[2], 4.0, 1e-9, "the sum");
    assert_close(found.std_errors[2], 1.0, 1e-6, "standard error of the sum");
    assert_close(found.std_errors[3], 0.5, 1e-6, "standard error of c");
}

/// Two modes at ±2 with a saddle between: the higher one is kept and the difference told.
#[test]
fn of_several_modes_the_highest_is_kept() {
    let log_density = |q: &[f64], grad: &mut [f64]| {
        let (x, y) = (q[0], q[1]);
        grad.copy_from_slice(&[-x * (x * x - 4.0) + 0.1, -y]);
        -0.25 * (x * x - 4.0).powi(2) + 0.1 * x - 0.5 * y * y
    };
    let mut density = Plain { dim: 2, log_density };
    let settings = OptimiseSettings { starts: 12, ..OptimiseSettings::default() };
    let found = optimise(&mut density, &settings, &Silent).unwrap();
    assert!(found.converged && found.values[0] > 2.0);
    assert!((found.spread_of_starts() - 0.4).abs() < 0.01, "{}", found.spread_of_starts());
}

/// Gamma(3, 1) on its natural scale, −∞ or NaN beyond zero; the mode is 2, the curvature there 2/4.
#[test]
fn a_line_search_beyond_the_support_comes_back() {
    for outside in [f64::NEG_INFINITY, f64::NAN] {
        let log_density = move |q: &[f64], grad: &mut [f64]| {
            grad[0] = 2.0 / q[0] - 1.0;
            if q[0] > 0.0 { 2.0 * q[0].ln() - q[0] } else { outside }
        };
        let found = best(Plain { dim: 1, log_density });
        assert!(found.converged);
        assert_close(found.values[0], 2.0, 1e-9, "mode");
        assert_close(found.std_errors[0], 2f64.sqrt(), 1e-6, "standard error");
    }
}

#[test]
fn a_density_without_a_maximum_does_not_converge() {
    let log_density = |q: &[f64], grad: &mut [f64]| {
        grad[0] = 1.0;
        q[0]
    };
    let found = best(Plain { dim: 1, log_density });
    assert!(!found.converged && !found.hessian_positive_definite);
    assert!(found.std_errors[0].is_nan());
    let saddle = |q: &[f64], grad: &mut [f64]| {
        grad.copy_from_slice(&[-q[0], q[1]]);
        -0.5 * q[0] * q[0] + 0.5 * q[1] * q[1]
    };
    assert!(!best(Plain { dim: 2, log_density: saddle }).converged);
}

#[test]
fn densities_that_are_none_are_errors() {
    let mut nowhere = Plain { dim: 1, log_density: |_: &[f64], _: &mut [f64]| f64::NAN };
    let error = optimise(&mut nowhere, &OptimiseSettings::default(), &Silent).unwrap_err();
    assert!(matches!(error, InferenceError::NoFiniteStart { tried: 100, .. }), "{error}");
    let log_density = |q: &[f64], grad: &mut [f64]| {
        grad[0] = -1.0 / q[0];
        if q[0].abs() < 1e-3 { f64::INFINITY } else { -q[0].abs().ln() }
    };
    let error = optimise(&mut Plain { dim: 1, log_density }, &OptimiseSettings::default(), &Silent)
        .unwrap_err();
    assert!(matches!(error, InferenceError::Infinite { .. }), "{error}");
}

#[test]
fn without_unknowns_there_is_nothing_to_find() {
    let found = best(Plain { dim: 0, log_density: |_: &[f64], _: &mut [f64]| -3.5 });
    assert!(found.converged && found.values.is_empty());
    assert_eq!(found.log_density, -3.5);
}

#[test]
fn same_seed_same_estimate() {
    let settings = OptimiseSettings { seed: 5, ..OptimiseSettings::default() };
    let again = || optimise(&mut Line, &settings, &Silent).unwrap();
    assert_eq!(again(), again());
}
