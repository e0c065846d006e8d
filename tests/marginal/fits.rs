//! Maximum likelihood with hidden variables, by the command, against figures of lme4 and of
//! independent programs (tests/reference/hidden).

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

fn json(path: &Path) -> Value {
    let text =
        std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn figures() -> Value {
    json(Path::new("tests/reference/hidden/figures.json"))
}

/// `summary.json` of a fit.
fn fit(case: &str, figures: &Value, options: &[&str]) -> Value {
    let name = options.join("").replace([':', ' ', '-'], "_");
    let out: PathBuf =
        Path::new(env!("CARGO_TARGET_TMPDIR")).join("hidden").join(format!("{case}{name}"));
    let mut command = Command::new(env!("CARGO_BIN_EXE_pgmc"));
    command.arg("fit").arg(figures["model"].as_str().expect("a model"));
    figures["data"].as_array().expect("data").iter().for_each(|d| {
        command.arg(d.as_str().expect("a path"));
    });
    let output = command
        .args(["--method", "ml", "--seed", "1", "--quiet", "--out"])
        .arg(&out)
        .args(options)
        .output()
        .expect("the command runs");
    assert!(
        output.status.success(),
        "{case} {options:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    json(&out.join("summary.json"))
}

/// The numbers of a value of the figures, in order.
fn numbers(value: &Value) -> Vec<f64> {
    match value.as_array() {
        Some(items) => items.iter().flat_map(numbers).collect(),
        None => vec![value.as_f64().unwrap_or(f64::NAN)],
    }
}

/// A field of all elements of a variable of ours.
fn ours(summary: &Value, name: &str, field: &str) -> Vec<f64> {
    let variables = summary["variables"].as_object().expect("variables");
    let of = |key: &String| key == name || key.starts_with(&format!("{name}["));
    variables
        .iter()
        .filter(|(key, _)| of(key))
        .map(|(_, v)| v[field].as_f64().unwrap_or(f64::NAN))
        .collect()
}

/// Complains where numbers of ours are not within `tolerance` of theirs.
fn compare(
    what: &str,
    ours: &[f64],
    theirs: &[f64],
    tolerance: impl Fn(f64) -> f64,
    complaints: &mut Vec<String>,
) {
    if ours.len() != theirs.len() {
        complaints.push(format!("{what}: {} numbers, not {}", ours.len(), theirs.len()));
    }
    for (a, b) in ours.iter().zip(theirs) {
        if (a - b).is_nan() || (a - b).abs() > tolerance(*b) {
            complaints.push(format!("{what}: {a} and not {b}"));
        }
    }
}

/// Likelihood to 1e-4, estimates to three digits, standard errors and what is known of hidden
/// variables to 1%.
fn agrees(what: &str, summary: &Value, maximum: &Value, complaints: &mut Vec<String>) {
    let likelihood = summary["log_likelihood"].as_f64().unwrap_or(f64::NAN);
    let theirs = maximum["log_likelihood"].as_f64().expect("a likelihood");
    compare(&format!("{what} log likelihood"), &[likelihood], &[theirs], |_| 1e-4, complaints);
    let errors = |name: &str| maximum["std_errors"].get(name).map(numbers).unwrap_or_default();
    for (name, value) in maximum["parameters"].as_object().expect("parameters") {
        // Three digits, or a thousandth of the standard error where the estimate is near 0.
        let error = errors(name).first().copied().unwrap_or(0.0);
        compare(
            &format!("{what} {name}"),
            &ours(summary, name, "estimate"),
            &numbers(value),
            |b| (5e-4 * b.abs()).max(2e-3 * error).max(1e-9),
            complaints,
        );
    }
    let at_bound = |name: &str| {
        maximum["at_bound"].as_array().is_some_and(|all| all.iter().any(|n| n == name))
    };
    for (name, value) in
        maximum["std_errors"].as_object().into_iter().flatten().filter(|(name, _)| !at_bound(name))
    {
        compare(
            &format!("{what} error of {name}"),
            &ours(summary, name, "std_error"),
            &numbers(value),
            |b| 1e-2 * b,
            complaints,
        );
    }
    agrees_on_latents(what, summary, maximum, complaints);
}

fn agrees_on_latents(what: &str, summary: &Value, maximum: &Value, complaints: &mut Vec<String>) {
    for (name, value) in maximum["latents"].as_object().into_iter().flatten() {
        let of = |key: &str| value.get(key).map(numbers);
        let sd = of("sd").or_else(|| of("sd_of_all")).expect("a spread");
        let scale = sd.iter().fold(1e-6_f64, |m, s| m.max(s.abs()));
        let center = of("mean")
            .or_else(|| of("mode"))
            .or_else(|| of("mean_of_first"))
            .expect("a mean, or a mode");
        let first = |field: &str, count: usize| {
            ours(summary, name, field).into_iter().take(count).collect::<Vec<_>>()
        };
        compare(
            &format!("{what} {name}"),
            &first("estimate", center.len()),
            &center,
            |b| 1e-2 * scale + 1e-4 * b.abs(),
            complaints,
        );
        compare(
            &format!("{what} sd of {name}"),
            &first("conditional_sd", sd.len()),
            &sd,
            |_| 1e-2 * scale,
            complaints,
        );
    }
}

fn check(case: &str, method: &str, options: &[&str]) {
    let figures = &figures()[case];
    let mut complaints = Vec::new();
    agrees(
        &format!("{case} {method}"),
        &fit(case, figures, options),
        &figures["methods"][method]["maximum"],
        &mut complaints,
    );
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

#[test]
fn intercepts_of_groups() {
    check("dyestuff", "exact", &["--integrate", "exact"]);
}

#[test]
fn a_variance_of_zero() {
    check("dyestuff2", "exact", &[]);
}

#[test]
fn intercepts_and_slopes() {
    check("sleepstudy", "exact", &["--integrate", "exact"]);
    check("sleepstudy_independent", "exact", &[]);
}

#[test]
fn crossed_and_nested_effects() {
    check("penicillin", "exact", &["--integrate", "exact"]);
    check("pastes", "exact", &["--integrate", "exact"]);
}

#[test]
fn chains_in_time() {
    check("nile", "exact", &["--integrate", "exact"]);
    check("ar_noise", "exact", &["--integrate", "exact"]);
}

#[test]
fn binomial_outcomes() {
    check("herd", "exact", &[]);
    check("herd", "laplace", &["--integrate", "laplace"]);
    check("herd", "agh:9", &["--integrate", "agh:9"]);
    check("herd", "agh:25", &["--integrate", "agh:25"]);
}

#[test]
fn counts() {
    check("ticks", "exact", &[]);
    check("ticks", "laplace", &["--integrate", "laplace"]);
    check("ticks", "agh:9", &["--integrate", "agh:9"]);
    check("ticks_layers", "laplace", &["--integrate", "laplace"]);
}

#[test]
fn truth_values() {
    check("binary_visits", "laplace", &["--integrate", "laplace"]);
    check("binary_visits", "agh:9", &["--integrate", "agh:9"]);
    check("binary_visits", "agh:25", &["--integrate", "agh:25"]);
}

/// Where rounding hides what a line search looks for, it ends: one start took 40,000 gradients
/// here.
#[test]
fn no_line_search_goes_on_for_ever() {
    let summary = fit(
        "binary_visits",
        &figures()["binary_visits"],
        &["--integrate", "laplace", "--form", "auxiliary"],
    );
    let gradients = summary["optimizer"]["gradient_evaluations"].as_u64().expect("a count");
    assert!(gradients < 2000, "{gradients}");
}

#[test]
fn hidden_regressions() {
    check("hidden_regression", "exact", &["--integrate", "exact"]);
    check("hidden_outputs", "exact", &[]);
}

#[test]
fn two_layers() {
    check("two_layer", "exact", &[]);
    check("two_layer", "laplace", &["--integrate", "laplace"]);
}

#[test]
fn conjugate_rates_and_proportions() {
    check("gamma_poisson", "exact", &[]);
    check("beta_binomial", "exact", &[]);
}

/// Where parameters are not determined, functions of them are: here the likelihood.
#[test]
fn what_is_not_determined() {
    let figures = &figures()["hidden_regression_two"];
    let summary = fit("hidden_regression_two", figures, &[]);
    let theirs =
        figures["methods"]["exact"]["maximum"]["log_likelihood"].as_f64().expect("a likelihood");
    let ours = summary["log_likelihood"].as_f64().expect("a likelihood");
    assert!((ours - theirs).abs() < 1e-3, "{ours} and not {theirs}");
}

/// Monte Carlo lies within its own stated error of the exact maximum.
#[test]
fn monte_carlo() {
    let figures = &figures()["herd"];
    let exact =
        figures["methods"]["exact"]["maximum"]["log_likelihood"].as_f64().expect("a likelihood");
    for options in [
        ["--integrate", "mc", "--proposal", "laplace"],
        ["--integrate", "mc", "--proposal", "prior"],
    ] {
        let summary = fit("herd", figures, &options);
        let number = |key: &str| summary[key].as_f64().expect("a number");
        let off = number("log_likelihood") - exact;
        let error = number("log_likelihood_mcse");
        // The maximum of a noisy likelihood lies above its value at the true maximum by half a
        // squared standard error of a gradient: small.
        assert!(
            error > 0.0 && off.abs() < 4.0 * error + number("log_likelihood_bias").abs() + 0.01,
            "{options:?}: {off} with {error}"
        );
        assert!(
            summary["integration"]["monte_carlo"]["lowest_ess"].as_f64().expect("an ESS") > 1.0
        );
    }
}

/// Stochastic gradients end within their own error of the exact estimates.
#[test]
fn fresh_noise_at_every_step() {
    let figures = &figures()["herd"];
    let maximum = &figures["methods"]["exact"]["maximum"];
    let summary =
        fit("herd", figures, &["--integrate", "mc", "--optimizer", "adam", "--mc-samples", "32"]);
    for (name, value) in maximum["parameters"].as_object().expect("parameters") {
        let errors = numbers(&maximum["std_errors"][name]);
        for ((ours, theirs), error) in
            ours(&summary, name, "estimate").iter().zip(numbers(value)).zip(errors)
        {
            assert!(
                (ours - theirs).abs() < 0.1 * error,
                "{name}: {ours} and not {theirs}, standard error {error}"
            );
        }
    }
}

/// The same from a part of the rows at every step: its noise is that of the parts too.
#[test]
fn fresh_rows_at_every_step() {
    let figures = &figures()["hidden_regression"];
    let maximum = &figures["methods"]["exact"]["maximum"];
    let options =
        ["--integrate", "mc", "--optimizer", "adam", "--mc-samples", "16", "--minibatch", "100"];
    let summary = fit("hidden_regression", figures, &options);
    for (name, value) in maximum["parameters"].as_object().expect("parameters") {
        let errors = numbers(&maximum["std_errors"][name]);
        for ((ours, theirs), error) in
            ours(&summary, name, "estimate").iter().zip(numbers(value)).zip(errors)
        {
            assert!(
                (ours - theirs).abs() < 0.3 * error,
                "{name}: {ours} and not {theirs}, standard error {error}"
            );
        }
    }
}

/// The ends of a profile interval are where the likelihood has fallen by 1.92: lme4's `confint` has
/// these for the dyestuff data (Bates et al. 2015, J. Stat. Softw. 67(1), section 5: 1486.45 to
/// 1568.55 for the mean).
#[test]
fn profile_intervals() {
    let summary = fit("dyestuff", &figures()["dyestuff"], &["--profile"]);
    let ends = |name: &str| (ours(&summary, name, "lower")[0], ours(&summary, name, "upper")[0]);
    for (name, lower, upper) in
        [("overall", 1486.4515, 1568.5485), ("s_batch", 12.1985, 84.0631), ("s", 38.2300, 67.6577)]
    {
        let (ours_lower, ours_upper) = ends(name);
        assert!(
            (ours_lower - lower).abs() < 2e-3 * lower && (ours_upper - upper).abs() < 2e-3 * upper,
            "{name}: {ours_lower} to {ours_upper}"
        );
    }
}

/// Without hidden variables too: of n counts from a Poisson distribution the likelihood of the rate
/// falls by 1.92 where n(rate − mean − mean·log(rate/mean)) is that much.
#[test]
fn profile_intervals_without_hidden_variables() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("hidden").join("poisson");
    std::fs::create_dir_all(&folder).expect("a folder");
    std::fs::write(
        folder.join("model.pgm"),
        "plate rows\nparam rate : positive\nobserve y[rows] ~ Poisson(rate)\n",
    )
    .expect("written");
    std::fs::write(folder.join("data.csv"), "y\n1\n3\n0\n2\n2\n").expect("written");
    let figures =
        serde_json::json!({ "model": folder.join("model.pgm"), "data": [folder.join("data.csv")] });
    let summary = fit("poisson_profile", &figures, &["--profile"]);
    let fallen = |rate: f64| 5.0 * (rate - 1.6 - 1.6 * (rate / 1.6).ln());
    for field in ["lower", "upper"] {
        let end = ours(&summary, "rate", field)[0];
        assert!((fallen(end) - 1.920_729_41).abs() < 1e-5, "{field} {end}: {}", fallen(end));
    }
    assert!(ours(&summary, "rate", "lower")[0] < 1.6 && ours(&summary, "rate", "upper")[0] > 1.6);
}

/// With hidden variables integrated out exactly and drawn afterwards, NUTS has the same posterior:
/// within 4 standard errors.
#[test]
fn collapsed_draws_are_those_of_the_joint_posterior() {
    let run = |name: &str, options: &[&str]| {
        let out: PathBuf = Path::new(env!("CARGO_TARGET_TMPDIR")).join("hidden").join(name);
        let mut command = Command::new(env!("CARGO_BIN_EXE_pgmc"));
        command.args([
            "fit",
            "models/eight_schools/model.pgm",
            "models/eight_schools/data.csv",
            "--seed",
            "3",
            "--quiet",
            "--out",
        ]);
        let output = command.arg(&out).args(options).output().expect("the command runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        (json(&out.join("summary.json")), std::fs::read(out.join("draws.csv")).expect("draws"))
    };
    let (joint, _) = run("joint", &[]);
    let (collapsed, draws) = run("collapsed", &["--collapse", "--threads", "1"]);
    let (_, again) = run("collapsed_again", &["--collapse", "--threads", "2"]);
    assert!(draws == again, "threads change nothing");
    for (name, theirs) in joint["variables"].as_object().expect("variables") {
        let number = |summary: &Value, key: &str| summary[key].as_f64().expect("a number");
        let ours = &collapsed["variables"][name];
        let error = number(ours, "mcse_mean").hypot(number(theirs, "mcse_mean"));
        assert!((number(ours, "mean") - number(theirs, "mean")).abs() < 4.0 * error, "{name}");
        // The relative standard error of a standard deviation from n effective draws is about
        // 1/√(2n); tails here are heavier.
        assert!((number(ours, "sd") / number(theirs, "sd") - 1.0).abs() < 0.1, "{name}");
    }
}
