//! Standard errors and intervals of estimates: against closed forms, in all units, and within what
//! the values can be.

use pgmc::bind::Purpose;
use pgmc::fit::{Alone, Answer, Maximised, MethodName, Settings, fit};

use crate::support::models::bound;

fn estimate(model: &str, data: &str, method: MethodName) -> Maximised {
    let (model, binding) = bound(model, ("data.csv", data.to_owned()), Purpose::Fit);
    let fitted = fit(&model, &binding, &Settings::of(method), &Alone);
    let fitted = fitted.unwrap_or_else(|e| panic!("{e:#?}"));
    let Answer::Estimate(maximised) = fitted.answer else { panic!("an estimate") };
    maximised
}

/// Estimate, standard error and both ends of an interval, by name.
fn of(maximised: &Maximised, name: &str) -> [f64; 4] {
    let i = maximised.names.iter().position(|n| n == name).expect("a value of this name");
    let e = &maximised.estimate;
    [e.values[i], e.std_errors[i], e.lower[i], e.upper[i]]
}

fn near(found: f64, expected: f64, relative: f64, what: &str) {
    let close = (found - expected).abs() <= relative * expected.abs();
    assert!(close, "{what}: {found}, expected {expected}");
}

/// The mode of Beta(10, 3) with the curvature there: the interval is normal in the log odds.
#[test]
fn a_share_has_an_interval_of_its_log_odds() {
    let model = "plate rows\nparam p ~ Beta(2, 2)\nobserve z[rows] ~ Bernoulli(p)\n";
    let found = estimate(model, "z\n1\n1\n1\n1\n1\n1\n1\n1\n0\n", MethodName::Map);
    let [value, error, lower, upper] = of(&found, "p");
    let p: f64 = 9.0 / 11.0;
    near(value, p, 1e-8, "mode");
    near(error, (p * (1.0 - p) / 11.0).sqrt(), 1e-7, "standard error");
    let (log_odds, spread) = ((p / (1.0 - p)).ln(), 1.0 / (11.0 * p * (1.0 - p)).sqrt());
    let end = |sign: f64| 1.0 / (1.0 + (-(log_odds + sign * 1.959963984540054 * spread)).exp());
    near(lower, end(-1.0), 1e-7, "lower");
    near(upper, end(1.0), 1e-7, "upper");
}

/// Standard errors of what is computed, by the delta method with exact derivatives: those of the
/// parameters times the derivative, to nine digits whatever the units are.
#[test]
fn standard_errors_do_not_depend_on_units() {
    let y = [3.1, 4.7, 2.2, 5.9, 4.1, 3.3, 2.8, 6.0];
    for unit in [1e-9, 1e-3, 1.0, 1e6, 1e12] {
        let rows: String = y.iter().map(|y| format!("{:e}\n", y * unit)).collect();
        let model = "plate rows\nparam m : real\nparam s : positive
observe y[rows] ~ Normal(m, s)\nreport far = 1000 * m + 5\nreport l = log(s)\nreport v = s^2\n";
        let found = estimate(model, &format!("y\n{rows}"), MethodName::Ml);
        let ([_, of_m, ..], [s, of_s, ..]) = (of(&found, "m"), of(&found, "s"));
        near(of(&found, "far")[1], 1000.0 * of_m, 1e-9, "far");
        near(of(&found, "l")[1], of_s / s, 1e-9, "l");
        near(of(&found, "v")[1], 2.0 * s * of_s, 1e-9, "v");
        // The interval of the variance is that of the standard deviation, squared.
        near(of(&found, "v")[2], of(&found, "s")[2].powi(2), 1e-9, "lower");
        near(of(&found, "v")[3], of(&found, "s")[3].powi(2), 1e-9, "upper");
    }
}

/// In units of its own, the closed form of a sample of a normal distribution.
#[test]
fn standard_errors_are_those_of_the_closed_form() {
    let y = [3.1, 4.7, 2.2, 5.9, 4.1, 3.3, 2.8, 6.0];
    let rows: String = y.iter().map(|y| format!("{y}\n")).collect();
    let model = "plate rows\nparam m : real\nparam s : positive
observe y[rows] ~ Normal(m, s)\nreport cv = s / m\nreport shifted = m + 3 * s\n";
    let found = estimate(model, &format!("y\n{rows}"), MethodName::Ml);
    let n = y.len() as f64;
    let m = y.iter().sum::<f64>() / n;
    let s = (y.iter().map(|y| (y - m).powi(2)).sum::<f64>() / n).sqrt();
    let (of_m, of_s) = (s / n.sqrt(), s / (2.0 * n).sqrt());
    near(of(&found, "m")[1], of_m, 1e-6, "m");
    near(of(&found, "s")[1], of_s, 1e-6, "s");
    near(
        of(&found, "cv")[1],
        ((of_s / m).powi(2) + (s * of_m / (m * m)).powi(2)).sqrt(),
        1e-6,
        "cv",
    );
    near(of(&found, "shifted")[1], of_m.hypot(3.0 * of_s), 1e-6, "shifted");
}

/// Few data, so that symmetric intervals would leave the range of nearly every value.
#[test]
fn intervals_stay_within_what_values_can_be() {
    let model = "plate rows\nplate k = 3\ninput top\ninput x[rows]
param p : unit\nparam s : positive\nparam below : real(_, 2)\nparam within : real(0, top)
param w : simplex[k] ~ Dirichlet([1.2, 1.2, 6])\nparam R : correlation[k] ~ LKJ(1.2)
param o : positive_ordered[k]\nparam b : real
observe y[rows] ~ Normal(below, s)\nobserve z[rows] ~ Bernoulli(p)
factor f1 = -0.5 * (R[1, 2] - 0.9)^2 / 0.05
factor f2 = -0.5 * (within - 0.9 * top)^2 / (0.2 * top)^2
factor f3 = -0.5 * ((o[1] - 1)^2 + (o[2] - 2)^2 + (o[3] - 3)^2)
factor f4 = -0.5 * (b - x[1])^2
report odds = exp(3 * b)\nreport chance = inv_logit(2 * b)\nreport size = b^2\n";
    let data = "{\"top\": 40, \"x\": [1, 2, 3], \"y\": [1.5, 1.9, 0.2], \"z\": [1, 1, 0]}";
    let (model, binding) = bound(model, ("data.json", data.to_owned()), Purpose::Fit);
    let fitted = fit(&model, &binding, &Settings::of(MethodName::Map), &Alone);
    let fitted = fitted.unwrap_or_else(|e| panic!("{e:#?}"));
    let Answer::Estimate(found) = fitted.answer else { panic!("an estimate") };
    let range = |name: &str| match name {
        "p" | "w[1]" | "w[2]" | "w[3]" | "chance" => (0.0, 1.0),
        "below" => (f64::NEG_INFINITY, 2.0),
        "within" => (0.0, 40.0),
        "b" => (f64::NEG_INFINITY, f64::INFINITY),
        name if name.starts_with('R') => (-1.0, 1.0),
        _ => (0.0, f64::INFINITY),
    };
    let mut beyond = 0;
    for name in &found.names {
        let ([value, error, lower, upper], (least, most)) = (of(&found, name), range(name));
        assert!(error.is_finite(), "{name}: {error}");
        let inside = least <= lower && lower <= value && value <= upper && upper <= most;
        assert!(inside, "{name}: {value} within {lower} to {upper}");
        if error > 0.0 {
            assert!(lower < value && value < upper, "{name}: {value} within {lower} to {upper}");
        }
        beyond += usize::from(value - 1.96 * error < least || value + 1.96 * error > most);
    }
    assert!(beyond >= 6, "the symmetric intervals of {beyond} leave their range");
}

/// An end that is a parameter: both uncertainties count.
#[test]
fn an_uncertain_end_is_counted() {
    let model = "plate rows\nparam a : real\nparam b : real(a, _)
observe y[rows] ~ Normal(a, 1)\nobserve z[rows] ~ Normal(b, 1)\n";
    let found = estimate(model, "y,z\n1,4\n2,5\n3,6\n2,5\n", MethodName::Ml);
    let [value, error, lower, upper] = of(&found, "b");
    near(error, 0.5, 1e-6, "standard error");
    near(upper - value, value - lower, 1e-6, "symmetric");
}
