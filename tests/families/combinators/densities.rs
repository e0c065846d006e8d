//! Clauses against tests/reference/combinators_values.csv, and identities between ways to write the
//! same.

use crate::families::reported::reported;

/// Largest error, relative to the value where that is above 1: the rounding of differences of log
/// probabilities.
const TOLERANCE: f64 = 5e-12;

/// Lines of the table: distribution, clause, argument, value.
fn table() -> Vec<[&'static str; 4]> {
    let text = include_str!("../../reference/combinators_values.csv");
    let parts = |line: &'static str| -> Vec<&'static str> { line.split(';').collect() };
    text.lines().skip(1).map(|line| parts(line).try_into().expect("four parts")).collect()
}

/// The values of expressions, all in one model.
fn values(expressions: &[String]) -> Vec<f64> {
    let size = expressions.len();
    let list = expressions.join(", ");
    reported(&format!("plate all = {size}\nreport value : vector[all] = [{list}]\n"), "{}", "value")
}

#[test]
fn clauses_agree_with_the_table() {
    let table = table();
    let texts: Vec<String> = table
        .iter()
        .map(|[distribution, clause, at, _]| format!("{clause}({distribution}, {at})"))
        .collect();
    let mut complaints = Vec::new();
    for (found, ([.., expected], text)) in values(&texts).iter().zip(table.iter().zip(&texts)) {
        let expected: f64 = expected.parse().expect("a number");
        let close =
            *found == expected || (found - expected).abs() <= TOLERANCE * expected.abs().max(1.0);
        if !close {
            complaints.push(format!("{text}: expected {expected:e}, found {found:e}"));
        }
    }
    assert!(table.len() > 400, "the table is there");
    assert!(
        complaints.is_empty(),
        "{} of {}:\n{}",
        complaints.len(),
        table.len(),
        complaints.join("\n")
    );
}

/// Whether each pair of expressions is the same number.
fn same(pairs: &[(&str, &str)]) {
    let texts: Vec<String> =
        pairs.iter().flat_map(|(a, b)| [(*a).to_owned(), (*b).to_owned()]).collect();
    for (pair, found) in pairs.iter().zip(values(&texts).chunks(2)) {
        let equal =
            found[0] == found[1] || (found[0] - found[1]).abs() <= 1e-13 * found[1].abs().max(1.0);
        assert!(equal, "{}: {:e}, but {}: {:e}", pair.0, found[0], pair.1, found[1]);
    }
}

#[test]
fn bounds_that_cut_nothing_change_nothing() {
    same(&[
        ("log_density(Truncated(Normal(1, 2), -inf, inf), 0.3)", "log_density(Normal(1, 2), 0.3)"),
        ("log_density(Truncated(Gamma(2, 1), 0, inf), 0.3)", "log_density(Gamma(2, 1), 0.3)"),
        ("log_density(Truncated(Poisson(2), lower = 0), 3)", "log_density(Poisson(2), 3)"),
        ("log_density(Truncated(Binomial(5, 0.3), -2, 9), 3)", "log_density(Binomial(5, 0.3), 3)"),
        (
            "log_density(Censored(Gamma(2, 1), lower = 0, upper = inf), 0.3)",
            "log_density(Gamma(2, 1), 0.3)",
        ),
    ]);
}

#[test]
fn nested_truncation_is_that_to_both() {
    same(&[
        (
            "log_density(Truncated(Truncated(Normal(0, 1), -1, 2), 0, 5), 0.3)",
            "log_density(Truncated(Normal(0, 1), 0, 2), 0.3)",
        ),
        (
            "log_cdf(Truncated(Truncated(Poisson(4), 1, 8), lower = 3), 5)",
            "log_cdf(Truncated(Poisson(4), 3, 8), 5)",
        ),
        (
            "log_density(Truncated(Poisson(4), 0.5, 7.9), 5)",
            "log_density(Truncated(Poisson(4), 1, 7), 5)",
        ),
    ]);
}

#[test]
fn outside_the_support_nothing_is_left() {
    let none = [
        "log_density(Truncated(Normal(0, 1), 0, 2), 2.5)",
        "log_density(Truncated(Poisson(3), 1, inf), 0)",
    ];
    let texts = none.map(str::to_owned);
    assert_eq!(values(&texts), [f64::NEG_INFINITY; 2]);
    same(&[
        ("cdf(Truncated(Normal(0, 1), 0, 2), -1)", "0"),
        ("cdf(Truncated(Normal(0, 1), 0, 2), 3)", "1"),
        ("log_ccdf(Truncated(Poisson(3), 2, 5), 1)", "0"),
        ("log_density(Mixture([0.5, 0.5], Uniform(0, 1), Uniform(2, 3)), 1.5)", "-inf"),
        ("log_density(Mixture([0.5, 0.5], Uniform(0, 1), Uniform(2, 3)), 2.5)", "log(0.5)"),
    ]);
}

#[test]
fn moments_are_those_of_the_parts() {
    same(&[
        ("mean(Mixture([0.25, 0.75], Normal(1, 2), Gamma(3, 1)))", "0.25 * 1 + 0.75 * 3"),
        (
            "variance(Mixture([0.25, 0.75], Normal(1, 2), Normal(5, 1)))",
            "0.25 * (4 + 1) + 0.75 * (1 + 25) - 4^2",
        ),
        ("mean(ZeroInflated(0.2, Poisson(3)))", "0.8 * 3"),
        ("mean(Hurdle(0.2, Poisson(3)))", "0.8 * 3 / (1 - exp(-3))"),
        ("quantile(Truncated(Normal(0, 1), 0, inf), 0.5)", "0.6744897501960817"),
        ("quantile(Truncated(Poisson(3), 1, inf), 0.1)", "1"),
    ]);
}

/// Closed forms: the truncation of whole numbers by a type counts both bounds in.
#[test]
fn a_type_truncates_whole_numbers_with_both_bounds() {
    same(&[
        ("log_density(Truncated(DiscreteUniform(1, 10), 3, 6), 4)", "-log(4)"),
        ("log_density(Truncated(Geometric(0.5), 0, 1), 1)", "log(0.25 / 0.75)"),
        ("log_density(Truncated(Geometric(0.5), 2, 3), 3)", "log(1 / 3)"),
        ("log_density(Truncated(Poisson(1), 1, inf), 1)", "log(exp(-1) / (1 - exp(-1)))"),
    ]);
}

/// A probability that is logistic keeps its digits on both sides.
#[test]
fn logistic_probabilities_are_stable() {
    let pairs = [
        (
            "log_density(ZeroInflated(inv_logit(eta), Poisson(2)), 3)",
            800.0,
            -800.0 + 1.5 * 4f64.ln() - 2.0 - 6f64.ln(),
        ),
        ("log_density(ZeroInflated(inv_logit(eta), Poisson(2000)), 0)", -800.0, -800.0),
        ("log_density(Hurdle(inv_logit(eta), Poisson(2)), 0)", -800.0, -800.0),
        (
            "log_density(Mixture([inv_logit(eta), 1 - inv_logit(eta)], Normal(1000, 1), Normal(0, \
             1)), 0)",
            900.0,
            -900.0 - 0.5 * std::f64::consts::TAU.ln(),
        ),
    ];
    for (text, eta, expected) in pairs {
        let model = format!("plate rows\ninput eta[rows]\nreport value[rows] = {text}\n");
        let found = reported(&model, &format!("{{\"eta\": [{eta}, 0.5]}}"), "value")[0];
        assert!(
            (found - expected).abs() <= 1e-13 * expected.abs(),
            "{text}: expected {expected}, found {found}"
        );
    }
}

#[test]
fn a_mixture_along_an_axis_is_the_listed_one() {
    let model = "plate rows\nplate kinds = 3\ninput y[rows]\nlet w : vector[kinds] = [0.2, 0.3, 0.5]\n\
                 let m : vector[kinds] = [-1, 0, 4]\nlet s[kinds] = exp(m / 4)\n\
                 report value[rows] = log_density(Mixture(w, Normal(m, s)), y)\n\
                 report upper[rows] = log_ccdf(Mixture(w, Normal(m, s)), y)\n\
                 report listed[rows] = log_density(Mixture(w, Normal(-1, exp(-0.25)), Normal(0, 1), Normal(4, exp(1))), y)\n\
                 report listed_upper[rows] = log_ccdf(Mixture(w, Normal(-1, exp(-0.25)), Normal(0, 1), Normal(4, exp(1))), y)\n";
    let data = "{\"y\": [-3, 0.5, 40]}";
    for (along, listed) in [("value", "listed"), ("upper", "listed_upper")] {
        for (a, b) in reported(model, data, along).iter().zip(reported(model, data, listed)) {
            assert!((a - b).abs() <= 1e-13 * b.abs().max(1.0), "{along}: {a} but {b}");
        }
    }
}
