//! Densities without a maximum: what is said of them, the exit status, and what is kept. The points where a climb is
//! ended differ from machine to machine, so that no snapshot is taken of them.

use std::fs;

use super::{folder, pgmc, stderr};

/// A fit: exit status, standard error, standard output, `summary.json` (null where none is kept).
fn fit(
    name: &str,
    model: &str,
    data: &str,
    method: &str,
) -> (Option<i32>, String, String, serde_json::Value) {
    let folder = folder(name);
    fs::write(folder.join("model.pgm"), model).expect("written");
    fs::write(folder.join("data.csv"), data).expect("written");
    let output = pgmc(
        &folder,
        &["fit", "model.pgm", "data.csv", "--quiet", "--method", method, "--out", "fit"],
    );
    let summary = fs::read_to_string(folder.join("fit/summary.json"));
    let summary = summary.map_or(serde_json::Value::Null, |summary| {
        serde_json::from_str(&summary).expect("it is JSON")
    });
    (
        output.status.code(),
        stderr(&output),
        String::from_utf8_lossy(&output.stdout).into_owned(),
        summary,
    )
}

#[test]
fn a_likelihood_that_grows_without_bound_is_an_error() {
    let model =
        "plate rows\nparam m[rows] : real\nparam s : positive\nobserve y[rows] ~ Normal(m, s)\n";
    let (status, said, table, summary) = fit("ml_unbounded", model, "y\n1\n2\n4\n", "ml");
    assert_eq!(status, Some(1), "{said}");
    assert!(
        said.starts_with(
            "error[E0412]: the likelihood has no maximum: it grows without bound as `s` goes to 0\n"
        ),
        "{said}"
    );
    assert!(
        said.contains("model.pgm:3:7")
            && said.contains("where the climb was ended")
            && said.contains("help: "),
        "{said}"
    );
    assert!(!said.contains("warning"), "{said}");
    assert!(table.is_empty() && summary.is_null(), "nothing is a result: {table}{summary}");
}

#[test]
fn so_is_a_posterior_density() {
    let model = "plate rows\nparam m[rows] ~ Normal(0, 10)\nparam s ~ HalfCauchy(1)\nobserve \
        y[rows] ~ Normal(m, s)\n";
    let (status, said, table, summary) = fit("map_unbounded", model, "y\n1\n2\n4\n", "map");
    assert_eq!(status, Some(1), "{said}");
    assert!(table.is_empty() && summary.is_null(), "nothing is a result: {table}{summary}");
    assert!(
        said.starts_with(
            "error[E0412]: the posterior density has no maximum: it grows \
        without bound as `s` goes to 0\n"
        ),
        "{said}"
    );
}

#[test]
fn a_likelihood_that_only_approaches_a_limit_is_a_warning() {
    let separated = "plate rows\ninput x[rows]\nparam a, b : real\nobserve y[rows] ~ \
        Bernoulli(inv_logit(a + b * x))\n";
    // In whatever unit the predictor is.
    for (name, data) in [
        ("ml_separated", "x,y\n-2,0\n-1,0\n1,1\n2,1\n"),
        ("ml_separated_large", "x,y\n-2e5,0\n-1e5,0\n1e5,1\n2e5,1\n"),
        ("ml_separated_small", "x,y\n-2e-5,0\n-1e-5,0\n1e-5,1\n2e-5,1\n"),
    ] {
        let (status, said, table, summary) = fit(name, separated, data, "ml");
        assert_eq!(status, Some(3), "done, but not to be trusted: {said}");
        assert!(table.contains("\n  NOT CONVERGED: "), "{table}");
        assert_eq!(summary["converged"], false, "{summary}");
        assert!(
            said.starts_with(
                "warning[W0414]: there is no maximum: the likelihood rises, ever more slowly, as "
            ),
            "{said}"
        );
        assert!(said.contains("`b` goes to ∞") && said.contains(" help: a prior for "), "{said}");
        let likelihood = summary["log_likelihood"].as_f64().expect("a number");
        assert!(likelihood.abs() < 1e-3, "{summary}");
    }
}

/// A rate of 0 and a probability of 1 are maxima, on the bounds of their ranges.
#[test]
fn a_maximum_on_a_bound_is_told_as_such() {
    let counts = "plate rows\nparam r : positive\nobserve y[rows] : count ~ Poisson(r)\n";
    let coin = "plate rows\nparam p : unit\nobserve y[rows] ~ Bernoulli(p)\n";
    for (name, model, data, parameter, bound) in
        [("ml_zeros", counts, "y\n0\n0\n", "r", 0.0), ("ml_ones", coin, "y\n1\n1\n", "p", 1.0)]
    {
        let (status, said, _, summary) = fit(name, model, data, "ml");
        assert_eq!(status, Some(0), "{said}");
        assert!(
            said.starts_with(&format!("warning[W0415]: {parameter} is at the bound")),
            "{said}"
        );
        assert_eq!(summary["variables"][parameter]["estimate"].as_f64(), Some(bound), "{summary}");
        let likelihood = summary["log_likelihood"].as_f64().expect("a number");
        assert!(likelihood.abs() < 1e-6, "{summary}");
    }
}

/// The bounds of a uniform variable are bounded by the data: nothing is improper about them.
#[test]
fn bounds_that_the_data_bound_are_not_called_improper() {
    let model = "plate rows\nparam lower : real\nparam upper : real(lower, _)\nobserve y[rows] ~ \
        Uniform(lower, upper)\n";
    let (status, said, _, _) = fit("ml_uniform", model, "y\n1\n2\n4\n", "ml");
    assert!(matches!(status, Some(0 | 3)), "{said}");
    assert!(!said.contains("E0410"), "{said}");
}

/// Where y is near what tanh reaches at most, the mode of z jumps with the mean, and Laplace's
/// approximation with it.
#[test]
fn laplaces_approximation_may_have_no_maximum() {
    let folder = folder("laplace_jumps");
    let model = "plate rows\nparam a\nlatent z[rows] ~ Normal(a, 1)\nobserve y[rows] ~ \
        Normal(tanh(2 * z), 0.3)\n";
    fs::write(folder.join("model.pgm"), model).expect("written");
    fs::write(folder.join("data.csv"), "y\n0.72\n").expect("written");
    let said = |rule: &str| {
        stderr(&pgmc(
            &folder,
            &["fit", "model.pgm", "data.csv", "--quiet", "--integrate", rule, "--seed", "1"],
        ))
    };
    let jumps = "warning[W0419]: Laplace's approximation may have no maximum that can be found: it jumps where the mode of a block does
 = the density of some block has several modes, or is flat at its mode, where the approximation is far off
 help: --integrate auto, or agh:K, in small blocks; --integrate mc in larger ones
";
    let by_laplace = said("laplace");
    assert!(by_laplace.contains(jumps), "{by_laplace}");
    let by_quadrature = said("auto");
    assert!(
        !by_quadrature.contains("W0411") && !by_quadrature.contains("W0419"),
        "{by_quadrature}"
    );
}
