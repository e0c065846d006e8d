//! The test of families: those of the library pass, wrong ones fail where they are wrong.

use pgmc::base::Sources;
use pgmc::family_test::{FamilyReport, Settings, Verdict, test};
use pgmc::network::FAMILIES;
use pgmc::report::diagnostics;
use pgmc::syntax;

/// The report on the family `name` that a text declares, or the errors as a user sees them.
fn report(text: &str, name: &str) -> Result<FamilyReport, String> {
    let mut sources = Sources::new();
    let source = sources.add("family.pgm", text);
    let tree = syntax::parse(&sources, source).unwrap();
    test(&mut sources, &[tree], name, &Settings::default())
        .map_err(|errors| diagnostics::render(&errors, &sources, false))
}

/// The names of the checks that a family fails.
fn failures(text: &str, name: &str) -> Vec<String> {
    let report = report(text, name).unwrap_or_else(|errors| panic!("{errors}"));
    assert_eq!(report.passed(), report.checks.iter().all(|check| check.verdict != Verdict::Failed));
    report
        .checks
        .into_iter()
        .filter(|check| check.verdict == Verdict::Failed)
        .map(|check| check.name)
        .collect()
}

#[test]
fn the_families_of_the_library_pass() {
    for (name, _, _) in FAMILIES {
        let report = report("", name).unwrap_or_else(|errors| panic!("{errors}"));
        assert!(report.passed(), "{}", report.table());
    }
}

/// An exponential distribution with one clause in the place of the right one.
fn exponential(clause: &str) -> String {
    let clauses = [
        ("log_density", "log_density(y) = log(rate) - rate * y"),
        ("draw", "draw(e ~ Exponential(1)) = e / rate"),
        ("cdf", "cdf(y) = 1 - exp(-rate * y)"),
        ("log_ccdf", "log_ccdf(y) = -rate * y"),
        ("quantile", "quantile(p) = -log(1 - p) / rate"),
        ("mean", "mean = 1 / rate"),
        ("variance", "variance = 1 / rate^2"),
        ("example", "example Decay(2) at 1 = -1.3068528194400546"),
    ];
    let name = clause.split(|c: char| !(c.is_alphanumeric() || c == '_')).next().unwrap();
    let body: Vec<&str> =
        clauses.iter().map(|(known, right)| if *known == name { clause } else { right }).collect();
    format!("family Decay(rate: positive) over positive {{\n{}\n}}", body.join("\n"))
}

#[test]
fn a_right_family_passes() {
    assert_eq!(failures(&exponential(""), "Decay"), Vec::<String>::new());
}

/// Wrong clauses, each with the checks that it must fail.
const WRONG: [(&str, &[&str]); 8] = [
    (
        "cdf(y) = 1 - exp(-rate * y / 2)",
        &[
            "cdf is the integral of the density",
            "slope of cdf is the density",
            "log_ccdf agrees with cdf",
            "quantile undoes cdf",
            "draws agree with cdf",
        ],
    ),
    (
        "draw(e ~ Exponential(1)) = e / rate * 1.2",
        &[
            "draws agree with cdf",
            "mean of the draws, in standard errors",
            "variance of the draws, in standard errors",
        ],
    ),
    (
        "draw(e ~ Normal(0, 1)) = e",
        &[
            "draws lie in the support",
            "draws agree with cdf",
            "mean of the draws, in standard errors",
            "variance of the draws, in standard errors",
        ],
    ),
    ("log_ccdf(y) = -rate * y * 1.001", &["log_ccdf agrees with cdf"]),
    ("quantile(p) = -log(p) / rate", &["quantile undoes cdf"]),
    ("mean = 1.1 / rate", &["mean is that of the density"]),
    (
        "variance = 1.5 / rate^2",
        &["variance is that of the density", "variance of the draws, in standard errors"],
    ),
    ("example Decay(2) at 1 = -1.306852819", &["examples hold"]),
];

#[test]
fn a_wrong_clause_fails() {
    for (clause, expected) in WRONG {
        let found = failures(&exponential(clause), "Decay");
        for name in expected {
            assert!(
                found.iter().any(|failure| failure == name),
                "{clause}: {name} should fail, of {found:?}"
            );
        }
        // The draws' mean is compared with the mean clause too: a wrong mean may show there as
        // well.
        let others: Vec<&String> = found
            .iter()
            .filter(|f| !expected.contains(&f.as_str()) && !f.starts_with("mean of the draws"))
            .collect();
        assert!(others.is_empty(), "{clause}: {others:?} should hold");
    }
}

#[test]
fn a_density_without_its_constant_fails() {
    let text = "family Bell(m: real, s: positive) over real { log_density(y) = -0.5 * ((y - m) / \
        s)^2 - log(s) }";
    assert_eq!(failures(text, "Bell"), ["density integrates to 1"]);
    let text = "family Steps(n: count) over int(0, n) { log_density(y) = -log(n) }";
    assert_eq!(failures(text, "Steps"), ["density sums to 1"]);
}

/// Without draws nothing says where the mass is: it is found all the same.
#[test]
fn a_density_without_other_clauses_is_integrated() {
    let text = "family Far(s: positive) over real { log_density(y) = -0.5 * ((y - 1000) / s)^2 - \
        log(s) - 0.5 * log(2 * pi) }";
    assert_eq!(failures(text, "Far"), Vec::<String>::new());
    let text = "family Edge(a: real) over real(a, _) { log_density(y) = log(0.5) - 0.5 * log(y - \
        a) - sqrt(y - a) }";
    assert_eq!(failures(text, "Edge"), Vec::<String>::new());
}

#[test]
fn a_density_that_is_not_a_number_somewhere_fails() {
    let text = "family Hole(s: positive) over real { log_density(y) = log(s) + log(y^3) - 3 * \
        log(abs(y)) - s^2 * y^2 - 0.5 * log(pi) }";
    assert!(failures(text, "Hole").contains(&"density is defined within the support".to_owned()));
}

#[test]
fn draws_of_a_discrete_family_are_compared_with_its_mass() {
    let text = "family Coin(p: unit) over bool {
        log_density(y) = if y then log(p) else log(1 - p)
        draw(u ~ Uniform(0, 1)) = u > p
    }";
    assert_eq!(failures(text, "Coin"), ["draws agree with the density"]);
}

/// The same in a file with a model around it, with functions of its own.
#[test]
fn a_family_may_stand_in_a_model() {
    let text = "fn square(x: real) = x^2
        plate rows
        param mean ~ Normal(0, 1)
        family Bell(m: real) over real { log_density(y) = -0.5 * square(y - m) - 0.5 * log(2 * pi) }
        observe y[rows] ~ Bell(mean)";
    assert_eq!(failures(text, "Bell"), Vec::<String>::new());
}

#[test]
fn mistakes_are_reported() {
    assert!(report("", "Nromal").unwrap_err().contains("unknown family `Nromal`"));
    let text = "family Bell(m: real) over real { log_density(y) = -0.5 * (y - mu)^2 }";
    assert!(report(text, "Bell").unwrap_err().contains("unknown name `mu`"));
}

#[test]
fn the_table_says_what_fails_where() {
    let table = report(&exponential("mean = 1.1 / rate"), "Decay").unwrap().table();
    let lines: Vec<String> =
        table.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    assert_eq!(lines[0], "Decay: 4 points of its parameters");
    assert!(lines.iter().any(|line| line.starts_with("ok density integrates to 1 ")), "{table}");
    // A tenth of the mean, relative to 1.1 means and the distance between the quartiles, log 3
    // means: 0.0455, up to how the latter is read.
    assert!(
        lines.iter().any(|line| line.starts_with("FAILED mean is that of the density 0.04")),
        "{table}"
    );
}
