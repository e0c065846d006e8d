//! Intervals of hidden variables hold the uncertainty of the parameters: against Henderson's mixed
//! model equations, and by simulation.

use pgmc::bind::Purpose;
use pgmc::fit::{Alone, Answer, Maximised, MethodName, Settings, fit};

use crate::support::models::bound;

fn estimate(model: &str, data: String) -> Maximised {
    let (model, binding) = bound(model, ("data.csv", data), Purpose::Fit);
    let fitted = fit(&model, &binding, &Settings::of(MethodName::Ml), &Alone);
    let fitted = fitted.unwrap_or_else(|e| panic!("{e:#?}"));
    let Answer::Estimate(maximised) = fitted.answer else { panic!("an estimate") };
    maximised
}

/// The inverse of a symmetric positive definite matrix, by Gauss and Jordan.
fn inverse(mut a: Vec<Vec<f64>>) -> Vec<Vec<f64>> {
    let n = a.len();
    for (i, row) in a.iter_mut().enumerate() {
        row.extend((0..n).map(|j| if i == j { 1.0 } else { 0.0 }));
    }
    for i in 0..n {
        let pivot = a[i][i];
        a[i].iter_mut().for_each(|entry| *entry /= pivot);
        let own = a[i].clone();
        for (_, row) in a.iter_mut().enumerate().filter(|(j, _)| *j != i) {
            let factor = row[i];
            row.iter_mut().zip(&own).for_each(|(entry, own)| *entry -= factor * own);
        }
    }
    a.into_iter().map(|row| row[n..].to_vec()).collect()
}

/// Groups of 1, 2, 5 and 9 rows, variances known: the prediction error variance of uᵢ is that of
/// Henderson's equations (Henderson 1975), in which the mean is estimated too.
#[test]
fn prediction_errors_are_those_of_the_mixed_model_equations() {
    let sizes = [1_usize, 2, 5, 9];
    let (tau, sigma) = (2.0_f64, 3.0_f64);
    let mut rows = "g,y\n".to_owned();
    for (group, size) in sizes.iter().enumerate() {
        for i in 0..*size {
            let y = 5.0 + 3.0 * (1.7 * group as f64).sin() + 2.5 * (2.3 * i as f64 + 1.0).cos();
            rows += &format!("g{group},{y}\n");
        }
    }
    let model = "plate rows\nplate groups = levels(g)\ninput g[rows] : groups\nparam m : real
latent u[groups] ~ Normal(0, 2)\nobserve y[rows] ~ Normal(m + u[g], 3)\n";
    let found = estimate(model, rows);
    let n: f64 = sizes.iter().sum::<usize>() as f64;
    let mut equations = vec![vec![0.0; 5]; 5];
    equations[0][0] = n / (sigma * sigma);
    for (i, size) in sizes.iter().enumerate() {
        let weight = *size as f64 / (sigma * sigma);
        (equations[0][i + 1], equations[i + 1][0]) = (weight, weight);
        equations[i + 1][i + 1] = weight + 1.0 / (tau * tau);
    }
    let errors = inverse(equations);
    for (i, name) in ["m", "u[g0]", "u[g1]", "u[g2]", "u[g3]"].iter().enumerate() {
        let at = found.names.iter().position(|n| n == name).expect("a name");
        let (error, expected) = (found.estimate.std_errors[at], errors[i][i].sqrt());
        assert!((error / expected - 1.0).abs() < 1e-6, "{name}: {error}, expected {expected}");
        let half = 1.959963984540054 * error;
        let upper = found.estimate.values[at] + half;
        assert!((found.estimate.upper[at] - upper).abs() < 1e-9 * half, "{name}");
    }
}

/// A generator of normal deviates for the simulation (a linear congruence, Box and Muller).
struct Noise(u64);

impl Noise {
    fn uniform(&mut self) -> f64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }

    fn normal(&mut self) -> f64 {
        let (a, b) = (self.uniform(), self.uniform());
        (-2.0 * a.ln()).sqrt() * (std::f64::consts::TAU * b).cos()
    }
}

/// 80 data sets of 12 groups of 3 rows, all parameters unknown: the intervals hold the true effects
/// as often as they say, and would not without the uncertainty of the parameters.
#[test]
fn intervals_hold_the_truth_as_often_as_they_say() {
    let model = "plate rows\nplate groups = levels(g)\ninput g[rows] : groups\nparam m : real
param tau, sigma : positive\nlatent u[groups] ~ Normal(0, tau)
observe y[rows] ~ Normal(m + u[g], sigma)\n";
    let (mut noise, mut held, mut total) = (Noise(20), 0, 0);
    for _ in 0..80 {
        let truth: Vec<f64> = (0..12).map(|_| 2.0 * noise.normal()).collect();
        let mut rows = "g,y\n".to_owned();
        for (group, u) in truth.iter().enumerate() {
            for _ in 0..3 {
                rows += &format!("g{group},{}\n", 10.0 + u + noise.normal());
            }
        }
        let found = estimate(model, rows);
        for (group, u) in truth.iter().enumerate() {
            let name = format!("u[g{group}]");
            let at = found.names.iter().position(|n| *n == name).expect("a name");
            let e = &found.estimate;
            held += usize::from(e.lower[at] < *u && *u < e.upper[at]);
            total += 1;
        }
    }
    let share = f64::from(held as u32) / f64::from(total);
    assert!((0.925..0.975).contains(&share), "{held} of {total}");
}
