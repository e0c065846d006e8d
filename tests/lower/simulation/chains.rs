//! Chains: what each element is drawn from depends on those before. Moments of stationary processes
//! against closed forms.

use crate::support::simulation::{
    SIZE, assert_near, autocovariance, covariance, draw_of, mean, simulator,
};

/// Mean, variance and first autocovariance of a stationary normal process with autocorrelations
/// `rho` (from lag 1). Standard errors by Bartlett's formulas (Brockwell and Davis 1991, chapter
/// 7).
fn assert_process(what: &str, x: &[f64], m: f64, v: f64, rho: &[f64]) {
    let n = x.len() as f64;
    let sum: f64 = 1.0 + 2.0 * rho.iter().sum::<f64>();
    let squares: f64 = 1.0 + 2.0 * rho.iter().map(|r| r * r).sum::<f64>();
    assert_near(&format!("{what}: mean"), mean(x), m, (v / n * sum).sqrt());
    assert_near(&format!("{what}: variance"), covariance(x, x), v, v * (2.0 * squares / n).sqrt());
    assert_near(
        &format!("{what}: first autocovariance"),
        autocovariance(x, 1),
        v * rho[0],
        v * (2.0 * squares / n).sqrt(),
    );
    assert_near(
        &format!("{what}: second autocovariance"),
        autocovariance(x, 2),
        v * rho[1],
        v * (2.0 * squares / n).sqrt(),
    );
}

/// ρ of x[t] = a x[t-1] + b x[t-2] + noise (Yule and Walker).
fn autocorrelations(a: f64, b: f64) -> Vec<f64> {
    let mut rho = vec![a / (1.0 - b)];
    rho.push(a * rho[0] + b);
    while rho.len() < 300 {
        rho.push(a * rho[rho.len() - 1] + b * rho[rho.len() - 2]);
    }
    rho
}

#[test]
fn a_hidden_autoregression() {
    let text = "plate rows\n\
                latent x[t in rows] ~ if t == 1 then Normal(0, 1 / 0.6) else Normal(0.8 * x[t-1], 1)\n\
                observe y[rows] ~ Normal(3 + x, 0.5)";
    let x = draw_of("x", text, None, 5);
    let v = 1.0 / (1.0 - 0.64);
    let rho = autocorrelations(0.8, 0.0);
    assert_process("x", &x, 0.0, v, &rho);
    let y = draw_of("y", text, None, 5);
    let total = v + 0.25;
    let shrunk: Vec<f64> = rho.iter().map(|r| r * v / total).collect();
    assert_process("y", &y, 3.0, total, &shrunk);
    let noise: Vec<f64> = y.iter().zip(&x).map(|(y, x)| y - 3.0 - x).collect();
    assert_near(
        "the noise's variance",
        covariance(&noise, &noise),
        0.25,
        0.25 * f64::sqrt(2.0 / SIZE as f64),
    );
}

#[test]
fn a_recurrence_of_noise() {
    let text = "plate rows\n\
                latent e[rows] ~ Normal(0, 1)\n\
                let x[t in rows] = if t == 1 then e[t] / 0.6 else 0.8 * x[t-1] + e[t]\n\
                observe y[rows] ~ Normal(x, 0.001)";
    assert_process(
        "y",
        &draw_of("y", text, None, 6),
        0.0,
        1.0 / (1.0 - 0.64) + 1e-6,
        &autocorrelations(0.8, 0.0),
    );
}

/// Bollerslev 1986: variance α₀ / (1 − α − β), kurtosis 3 (1 − (α+β)²) / (1 − (α+β)² − 2α²),
/// autocorrelations of the squares ρ₁ = α (1 − αβ − β²) / (1 − 2αβ − β²), then each (α+β) times the
/// one before.
#[test]
fn garch() {
    let (a, b) = (0.1, 0.5);
    let text = "plate rows\n\
                let h[t in rows] = if t == 1 then 0.25 else 0.1 + 0.1 * y[t-1]^2 + 0.5 * h[t-1]\n\
                observe y[rows] ~ Normal(0, sqrt(h))";
    let y = draw_of("y", text, None, 9);
    let n = SIZE as f64;
    let v = 0.1 / (1.0 - a - b);
    let kurtosis = 3.0 * (1.0 - (a + b) * (a + b)) / (1.0 - (a + b) * (a + b) - 2.0 * a * a);
    let first = a * (1.0 - a * b - b * b) / (1.0 - 2.0 * a * b - b * b);
    let squares: Vec<f64> = y.iter().map(|y| y * y).collect();
    let square_variance = v * v * (kurtosis - 1.0);
    assert_near("the mean", mean(&y), 0.0, f64::sqrt(v / n));
    assert_near(
        "the variance",
        mean(&squares),
        v,
        f64::sqrt(square_variance / n * (1.0 + 2.0 * first / (1.0 - a - b))),
    );
    assert_near(
        "the first autocorrelation",
        autocovariance(&y, 1) / v,
        0.0,
        f64::sqrt(kurtosis / n),
    );
    let found = autocovariance(&squares, 1) / covariance(&squares, &squares);
    assert_near("the squares' first autocorrelation", found, first, f64::sqrt(1.5 / n));
}

#[test]
fn an_autoregression_of_order_two() {
    let text = "plate rows\nobserve y[t in rows] ~ if t <= 2 then Normal(5, 1) else Normal(1 + \
        0.5 * y[t-1] + 0.3 * y[t-2], 1)";
    let y = draw_of("y", text, None, 4);
    let v = 0.7 / (1.3 * (0.49 - 0.25));
    assert_process("y", &y, 5.0, v, &autocorrelations(0.5, 0.3));
    let noise: Vec<f64> = (2..SIZE).map(|t| y[t] - 1.0 - 0.5 * y[t - 1] - 0.3 * y[t - 2]).collect();
    assert_near("the noise's mean", mean(&noise), 0.0, f64::sqrt(1.0 / SIZE as f64));
    assert_near(
        "the noise's variance",
        covariance(&noise, &noise),
        1.0,
        f64::sqrt(2.0 / SIZE as f64),
    );
    assert_near(
        "the noise's autocorrelation",
        autocovariance(&noise, 1),
        0.0,
        f64::sqrt(1.0 / SIZE as f64),
    );
}

/// What is conditioned on is in the data; the rest of the column is not looked at.
#[test]
fn given_values_are_those_of_the_data() {
    let text = "plate rows\nobserve y[t in rows] ~ if t <= 2 then Given() else Normal(0.5 * \
        y[t-1] + y[t-2], 1e-9)";
    let y = draw_of("y", text, Some("y\n5.5\n4.25\n0\nNA\n\n"), 1);
    let mut expected = vec![5.5, 4.25];
    while expected.len() < 5 {
        expected.push(0.5 * expected[expected.len() - 1] + expected[expected.len() - 2]);
    }
    for (y, expected) in y.iter().zip(&expected) {
        assert!((y - expected).abs() < 1e-7, "{y} instead of {expected}");
    }
    assert_eq!(y[..2], expected[..2]);
}

#[test]
fn given_values_of_a_computed_observation_are_computed() {
    let text = "plate rows\ninput x[rows] : positive\n\
                observe y[t in rows] = log(x) ~ if t == 1 then Given() else Normal(y[t-1] + 1, 1e-9)";
    let y = draw_of("y", text, Some("x\n8\n1\n1\n"), 1);
    for (t, y) in y.iter().enumerate() {
        let expected = 8f64.ln() + t as f64;
        assert!((y - expected).abs() < 1e-7, "{y} instead of {expected}");
    }
}

#[test]
fn given_values_must_be_in_the_data() {
    let text =
        "plate rows\nobserve y[t in rows] ~ if t <= 2 then Given() else Normal(0.5 * y[t-1], 1)";
    let codes = |table| {
        let errors = simulator(text, table).err().expect("it is refused");
        errors.iter().map(|e| e.code).collect::<Vec<_>>()
    };
    assert_eq!(codes(Some("y\n5.5\nNA\n0\n")), ["E0336"]);
    assert_eq!(codes(None), ["E0336"]);
}

/// The order of an autoregression as data: its coefficients are those of
/// an_autoregression_of_order_two.
#[test]
fn an_autoregression_whose_order_is_data() {
    let text = "plate rows\nplate lags = order\ninput order : int(1, _) = 2\n\
                let b[k in lags] = if int(k) == 1 then 0.5 else 0.3\n\
                observe y[t in rows] ~ if t <= order then Normal(5, 1) else Normal(1 + sum(k in lags: b[k] * y[t - int(k)]), 1)";
    let y = draw_of("y", text, None, 4);
    let same = "plate rows\nobserve y[t in rows] ~ if t <= 2 then Normal(5, 1) else Normal(1 + \
        0.5 * y[t-1] + 0.3 * y[t-2], 1)";
    for (y, expected) in y.iter().zip(draw_of("y", same, None, 4)) {
        assert!((y - expected).abs() < 1e-12, "{y} instead of {expected}");
    }
}

/// Each element follows the one that the data name, whatever its distance.
#[test]
fn distances_that_differ_from_element_to_element() {
    let text = "plate rows\ninput back[rows] : count\n\
                observe y[t in rows] ~ if back == 0 then Normal(100, 1e-9) else Normal(y[t - back] + 1, 1e-9)";
    let y = draw_of("y", text, Some("back\n0\n1\n2\n0\n4\n2\n5\n"), 1);
    let expected = [100.0, 101.0, 101.0, 100.0, 101.0, 101.0, 102.0];
    for (y, expected) in y.iter().zip(&expected) {
        assert!((y - expected).abs() < 1e-7, "{y} instead of {expected}");
    }
    let forward = simulator(&text.replace("count", "int"), Some("back\n0\n1\n-1\n0\n"))
        .err()
        .expect("it is refused");
    assert_eq!(forward.iter().map(|e| e.code).collect::<Vec<_>>(), ["E0337"]);
}
