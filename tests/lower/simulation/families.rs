//! Every family of the library at the parameters of tests/reference/families_values.csv:
//! independent draws against cdf, mean and variance.

use std::collections::BTreeMap;

use crate::support::simulation::{
    LIMIT, SIZE, assert_near, autocovariance, covariance, draw, draw_of, mean,
};

/// What the table says of one family with one set of parameters.
#[derive(Default)]
struct Expected {
    /// Arguments with the probability of at most so much.
    cdf: Vec<(f64, f64)>,
    mean: Option<f64>,
    variance: Option<f64>,
}

/// For each family, for each set of parameters (`name=value;name=value`), what is expected.
fn table() -> BTreeMap<String, BTreeMap<String, Expected>> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/reference/families_values.csv");
    let mut reader = csv::Reader::from_path(path).expect("the table is in the repository");
    let mut table: BTreeMap<String, BTreeMap<String, Expected>> = BTreeMap::new();
    for record in reader.records() {
        let record = record.expect("the table is CSV");
        let expected =
            table.entry(record[0].to_owned()).or_default().entry(record[1].to_owned()).or_default();
        let value: f64 = record[4].parse().expect("the value is a number");
        match &record[2] {
            "cdf" => expected.cdf.push((argument(&record[3]), value)),
            "mean" => expected.mean = Some(value),
            "variance" => expected.variance = Some(value),
            _ => {}
        }
    }
    table
}

/// A number, or a truth value as a number.
fn argument(text: &str) -> f64 {
    match text {
        "false" => 0.0,
        "true" => 1.0,
        _ => text.parse().expect("the argument is a number"),
    }
}

/// One observed variable a set of parameters: y0, y1, ...
fn model(family: &str, parameters: &[&String]) -> String {
    let mut text = String::from("plate rows\n");
    for (place, parameters) in parameters.iter().enumerate() {
        let arguments = parameters.replace('=', " = ").replace(';', ", ");
        if family == "Categorical" {
            let size = parameters.matches(',').count() + 1;
            text += &format!(
                "plate kinds{place} = {size}\nlet p{place} : vector[kinds{place}] = {}\n",
                &parameters[2..]
            );
            text += &format!("observe y{place}[rows] : kinds{place} ~ Categorical(p{place})\n");
        } else {
            text += &format!("observe y{place}[rows] ~ {family}({arguments})\n");
        }
    }
    text
}

/// How many draws are at most `argument`, against n p: within 5 standard deviations and, where
/// these are few, by Bernstein's inequality.
fn counts_match(draws: &[f64], argument: f64, p: f64) -> Result<(), String> {
    let count = draws.iter().filter(|&&y| y <= argument).count() as f64;
    let expected = SIZE as f64 * p;
    let bound = LIMIT * (expected * (1.0 - p)).max(0.0).sqrt()
        + LIMIT * LIMIT / 3.0 * f64::from(p > 0.0 && p < 1.0);
    let complaint =
        format!("{count} of {SIZE} draws are at most {argument}, expected {expected} ± {bound}");
    if (count - expected).abs() <= bound + 1e-9 { Ok(()) } else { Err(complaint) }
}

/// The mean within 5 standard errors, where the sum of 4000 is about normal: not where the sd is
/// many times the mean of a positive quantity.
fn mean_matches(draws: &[f64], expected: &Expected) -> Result<(), String> {
    let (Some(m), Some(v)) = (expected.mean, expected.variance) else { return Ok(()) };
    let skewed = m > 0.0 && draws.iter().all(|&y| y >= 0.0) && v.sqrt() > 4.0 * m;
    if !m.is_finite() || !v.is_finite() || skewed {
        return Ok(());
    }
    let (found, bound) = (mean(draws), LIMIT * (v / SIZE as f64).sqrt() + 1e-12 * m.abs());
    if (found - m).abs() <= bound {
        Ok(())
    } else {
        Err(format!("the mean is {found}, expected {m} ± {bound}"))
    }
}

#[test]
fn draws_follow_the_distribution_functions() {
    let mut complaints = Vec::new();
    let mut statistics = 0;
    let elsewhere = [
        "Dirichlet",
        "DirichletMultinomial",
        "InverseWishart",
        "LKJ",
        "LKJCholesky",
        "Multinomial",
        "MultivariateNormal",
        "MultivariateStudentT",
        "VonMises",
        "Wishart",
    ];
    for (family, sets) in table().iter().filter(|(family, _)| !elsewhere.contains(&family.as_str()))
    {
        let parameters: Vec<&String> = sets.keys().collect();
        let draws = draw(&model(family, &parameters), None, 1);
        for ((set, expected), (_, draws)) in sets.iter().zip(&draws) {
            assert_eq!(draws.len(), SIZE);
            let checks = expected.cdf.iter().map(|&(argument, p)| counts_match(draws, argument, p));
            for check in checks.chain([mean_matches(draws, expected)]) {
                statistics += 1;
                complaints.extend(check.err().map(|why| format!("{family}({set}): {why}")));
            }
        }
    }
    println!("{statistics} statistics");
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

/// A type narrower than the support truncates: closed forms of the truncated distribution
/// functions.
#[test]
fn draws_stay_within_their_types() {
    // 1 − (1 + y)·exp(−y), the distribution function of Gamma(2, 1).
    let gamma = |y: f64| 1.0 - (1.0 + y) * (-y).exp();
    let cases = [
        // (Φ(−2) − Φ(−2.3))/Φ(−2), by mpmath.
        ("y : positive ~ Normal(-2, 1)", (0.0, f64::INFINITY), 0.3, 0.528_613_282_503_000_9),
        (
            "y : real(40, 41) ~ Exponential(1)",
            (40.0, 41.0),
            40.5,
            (-0.5_f64).exp_m1() / (-1.0_f64).exp_m1(),
        ),
        (
            "y : real(1, 2) ~ Gamma(2, 1)",
            (1.0, 2.0),
            1.5,
            (gamma(1.5) - gamma(1.0)) / (gamma(2.0) - gamma(1.0)),
        ),
        (
            "y : real(_, -1) ~ Cauchy(0, 1)",
            (f64::NEG_INFINITY, -1.0),
            -3.0,
            4.0 * (1.0_f64 / 3.0).atan() / std::f64::consts::PI,
        ),
    ];
    for (hidden, (lower, upper), at, p) in cases {
        let text = format!("plate rows\nlatent {}", hidden.replacen('y', "y[rows]", 1));
        let y = draw_of("y", &text, None, 4);
        assert!(y.iter().all(|y| (lower..=upper).contains(y)), "{hidden}");
        counts_match(&y, at, p).unwrap_or_else(|why| panic!("{hidden}: {why}"));
    }
}

#[test]
fn every_family_is_tested() {
    let table = table();
    let missing: Vec<&str> = pgmc::network::FAMILIES
        .iter()
        .map(|(name, _, _)| *name)
        .filter(|name| !table.contains_key(*name))
        .collect();
    assert!(missing.is_empty(), "no values of {}", missing.join(", "));
}

/// Light tails: the sample variance has the standard error sqrt((fourth central moment − variance²)
/// / n), moments from Johnson, Kotz and Balakrishnan.
#[test]
fn variances_match() {
    // Model, mean, variance, excess kurtosis.
    let cases = [
        ("Normal(2, 0.5)", 2.0, 0.25, 0.0),
        ("Logistic(2, 0.5)", 2.0, 0.822_467_033_424_113_2, 1.2),
        ("Laplace(2, 0.5)", 2.0, 0.5, 3.0),
        ("Exponential(0.25)", 4.0, 16.0, 6.0),
        ("Gamma(2.5, 0.5)", 5.0, 10.0, 2.4),
        ("ChiSquare(60)", 60.0, 120.0, 0.2),
        ("Uniform(-2, 6)", 2.0, 16.0 / 3.0, -1.2),
        ("Bernoulli(0.3)", 0.3, 0.21, -26.0 / 21.0),
        ("Binomial(10, 0.3)", 3.0, 2.1, -26.0 / 210.0),
        ("Poisson(50)", 50.0, 50.0, 0.02),
        ("Poisson(0.7)", 0.7, 0.7, 1.0 / 0.7),
    ];
    for (family, m, v, excess) in cases {
        let y = draw_of("y", &format!("plate rows\nobserve y[rows] ~ {family}"), None, 3);
        assert_near(&format!("the mean of {family}"), mean(&y), m, f64::sqrt(v / SIZE as f64));
        assert_near(
            &format!("the variance of {family}"),
            covariance(&y, &y),
            v,
            v * f64::sqrt((excess + 2.0) / SIZE as f64),
        );
        assert_near(
            &format!("the autocorrelation of {family}"),
            autocovariance(&y, 1) / v,
            0.0,
            1.0 / f64::sqrt(SIZE as f64),
        );
    }
}

/// The covariance of normal x and y has the variance (v(x) v(y) + cov²) / n.
#[test]
fn vectors_have_their_covariances() {
    let forms = [
        "MultivariateNormal(m, covariance = C)",
        "MultivariateNormal(mean = m, cholesky = cholesky(C))",
        "MultivariateNormal(mean = m, precision = inverse(C))",
    ];
    let (m, sd, correlation) = ([1.0, -2.0, 0.0], [1.0, 2.0, 0.5], 0.4);
    let c = |i: usize, j: usize| sd[i] * sd[j] * if i == j { 1.0 } else { correlation };
    for form in forms {
        let text = format!(
            "plate rows\nplate dims = 3\nlet m : vector[dims] = [1, -2, 0]\nlet s : vector[dims] = [1, 2, 0.5]\n\
             let C[i in dims, j in dims] = s[i] * s[j] * (if i == j then 1 else 0.4)\n\
             observe y[rows] : vector[dims] ~ {form}"
        );
        let y = draw_of("y", &text, None, 2);
        let part = |k: usize| -> Vec<f64> { y.iter().skip(k).step_by(3).copied().collect() };
        for (i, expected) in m.into_iter().enumerate() {
            assert_near(
                &format!("{form}: mean {i}"),
                mean(&part(i)),
                expected,
                f64::sqrt(c(i, i) / SIZE as f64),
            );
            for j in 0..=i {
                let error = f64::sqrt((c(i, i) * c(j, j) + c(i, j) * c(i, j)) / SIZE as f64);
                assert_near(
                    &format!("{form}: covariance {i}, {j}"),
                    covariance(&part(i), &part(j)),
                    c(i, j),
                    error,
                );
            }
        }
    }
}

#[test]
fn the_seed_decides() {
    let text = "plate rows\nparam mu ~ Normal(0, 1)\nparam s ~ Gamma(2, 1)\nobserve y[rows] ~ \
        Normal(mu, s)\nobserve k[rows] ~ Poisson(s)";
    let (one, again, other) = (draw(text, None, 1), draw(text, None, 1), draw(text, None, 2));
    assert_eq!(one, again);
    for ((name, a), (_, b)) in one.iter().zip(&other) {
        assert_ne!(a, b, "{name} is the same for another seed");
    }
}

/// Two variables of one model, and two seeds that follow each other, have nothing to do with each
/// other.
#[test]
fn variables_and_seeds_are_independent() {
    let text = "plate rows\nobserve a[rows] ~ Normal(0, 1)\nobserve b[rows] ~ Normal(0, 1)";
    let (one, next) = (draw(text, None, 7), draw(text, None, 8));
    let error = 1.0 / f64::sqrt(SIZE as f64);
    assert_near("the correlation of two variables", covariance(&one[0].1, &one[1].1), 0.0, error);
    assert_near("the correlation of two seeds", covariance(&one[0].1, &next[0].1), 0.0, error);
}

/// The family's `draw` takes whole turns off a draw that it mentions twice: both mentions are the
/// same draw. This once failed: each mention was drawn afresh, and draws left the circle.
#[test]
fn von_mises_stays_on_the_circle() {
    let y = draw_of("y", "plate rows\nobserve y[rows] ~ VonMises(3, 0.01)", None, 1);
    assert!(y.iter().all(|y| y.abs() <= std::f64::consts::PI));
    let y = draw_of("y", "plate rows\nobserve y[rows] ~ VonMises(0, 2.5)", None, 1);
    // I1(2.5) / I0(2.5) = 2.516716 / 3.289839 (by their power series): cosines do not see whole
    // turns.
    let cosines: Vec<f64> = y.iter().map(|y| y.cos()).collect();
    assert_near(
        "the mean cosine",
        mean(&cosines),
        2.516_716 / 3.289_839,
        f64::sqrt(covariance(&cosines, &cosines) / SIZE as f64),
    );
}
