//! Densities without a maximum: which coordinates run away, and whether without bound.

use pgmc::density::LogDensity;
use pgmc::draws::{Estimate, Runaway};
use pgmc::inference::{OptimiseSettings, Silent, optimise};

use super::densities::{Plain, normals};

fn best(dim: usize, log_density: impl FnMut(&[f64], &mut [f64]) -> f64) -> Estimate {
    optimise(&mut Plain { dim, log_density }, &OptimiseSettings::default(), &Silent)
        .expect("there is a finite start")
}

/// Two points, each normal with a mean of its own and one standard deviation exp(q₂): the deviation
/// shrinks without end.
#[test]
fn a_scale_that_shrinks_is_unbounded() {
    let found = best(3, |q, grad| {
        let scale = q[2].exp();
        let z = [(1.0 - q[0]) / scale, (-3.0 - q[1]) / scale];
        grad.copy_from_slice(&[z[0] / scale, z[1] / scale, z[0] * z[0] + z[1] * z[1] - 2.0]);
        -0.5 * (z[0] * z[0] + z[1] * z[1]) - 2.0 * q[2]
    });
    assert!(found.unbounded && !found.converged);
    assert_eq!(found.running, [Runaway { coordinate: 2, upwards: false }]);
    assert!(
        (found.values[0] - 1.0).abs() < 1e-6 && (found.values[1] + 3.0).abs() < 1e-6,
        "{:?}",
        found.values
    );
    assert!(found.std_errors.iter().all(|error| error.is_nan()));
}

#[test]
fn a_slope_without_end_is_unbounded() {
    let found = best(2, |q, grad| {
        grad.copy_from_slice(&[-q[0], 0.5]);
        -0.5 * q[0] * q[0] + 0.5 * q[1]
    });
    assert!(found.unbounded);
    assert_eq!(found.running, [Runaway { coordinate: 1, upwards: true }]);
}

/// log p = −exp(−q₀) − q₁²/2, with its curvature.
struct Supremum;

impl LogDensity for Supremum {
    fn dim(&self) -> usize {
        2
    }

    fn evaluate(&mut self, q: &[f64], grad: &mut [f64]) -> f64 {
        grad.copy_from_slice(&[(-q[0]).exp(), -q[1]]);
        -(-q[0]).exp() - 0.5 * q[1] * q[1]
    }

    fn constrained_dim(&self) -> usize {
        2
    }

    fn constrain(&mut self, q: &[f64], values: &mut [f64]) {
        values.copy_from_slice(q);
    }

    fn hessian_vector(&mut self, q: &[f64], direction: &[f64], product: &mut [f64]) {
        product.copy_from_slice(&[-(-q[0]).exp() * direction[0], -direction[1]]);
    }

    fn curvature_is_exact(&self) -> bool {
        true
    }
}

/// It approaches 0 and never reaches it.
#[test]
fn a_supremum_that_is_not_reached_is_told_from_a_maximum() {
    let found = optimise(&mut Supremum, &OptimiseSettings::default(), &Silent)
        .expect("there is a finite start");
    assert!(!found.unbounded);
    assert_eq!(found.running, [Runaway { coordinate: 0, upwards: true }]);
    assert!(found.std_errors[0].is_nan());
    assert!((found.std_errors[1] - 1.0).abs() < 1e-6, "{}", found.std_errors[1]);
}

/// Outcomes that a line separates: intercept and slope run away together.
#[test]
fn a_combination_that_runs_away_is_found() {
    let rows = [(1.0, 0.0), (2.0, 0.0), (3.0, 1.0), (4.0, 1.0)];
    let found = best(2, |q, grad| {
        grad.fill(0.0);
        let mut sum = 0.0;
        for (x, y) in rows {
            let eta: f64 = q[0] + q[1] * x;
            sum += y * eta - (eta.max(0.0) + (-eta.abs()).exp().ln_1p());
            let residual = y - 1.0 / (1.0 + (-eta).exp());
            grad[0] += residual;
            grad[1] += residual * x;
        }
        sum
    });
    assert!(!found.unbounded);
    let directions: Vec<(usize, bool)> =
        found.running.iter().map(|r| (r.coordinate, r.upwards)).collect();
    assert!(directions.is_empty() || directions.contains(&(1, true)), "{directions:?}");
    assert!(
        !found.running.is_empty() || !found.undetermined.is_empty(),
        "it is told one way or the other: {found:?}"
    );
}

/// Maxima far from the origin, of very different widths, are maxima.
#[test]
fn nothing_runs_away_from_a_maximum() {
    let mut density = normals(vec![500.0, -1e6, 12.0, 0.0], vec![0.1, 1e5, 300.0, 1e-6]);
    let found = optimise(&mut density, &OptimiseSettings::default(), &Silent)
        .expect("there is a finite start");
    assert!(found.converged && found.running.is_empty() && !found.unbounded, "{found:?}");
}
