//! Value, gradient and Hessian of combinators where a part of them is certain: bounds far from all
//! mass change nothing, and a row that had to come out as it did adds nothing. All are finite, in the
//! tails too, and Hessians agree with differences of gradients.

use super::gradients::program;
use crate::support::random::numbers;
use pgmc::gradient::{differentiate, hessian_vector};
use pgmc::program::{Computation, OutputRole, evaluate};

/// A log density with derivatives at a point.
struct Local {
    value: f64,
    gradient: Vec<f64>,
    hessian: Vec<Vec<f64>>,
}

/// A model with its derivatives.
struct Differentiated {
    text: String,
    first: Computation,
    second: Computation,
}

impl Differentiated {
    fn new(text: &str, data: &str) -> Self {
        let first = differentiate(program(text, data));
        let second = hessian_vector(first.clone());
        Self { text: text.to_owned(), first, second }
    }

    fn dim(&self) -> usize {
        self.first.program.slots
    }

    fn gradient(&self, q: &[f64]) -> (f64, Vec<f64>) {
        let Computation { program, values } = &self.first;
        let outputs = evaluate(program, values, q, 0);
        let roles = || program.outputs.iter().map(|output| &output.role);
        let value = roles().position(|role| *role == OutputRole::Value).expect("a value");
        let of_gradient = |role: &OutputRole| matches!(role, OutputRole::Gradient(_));
        let gradient = roles().zip(&outputs).filter(|(role, _)| of_gradient(role));
        (outputs[value][0], gradient.flat_map(|(_, numbers)| numbers.clone()).collect())
    }

    /// Everything at a point, and that it is finite.
    fn at(&self, q: &[f64]) -> Local {
        let (value, gradient) = self.gradient(q);
        let Computation { program, values } = &self.second;
        let column = |i: usize| {
            let direction: Vec<f64> = (0..q.len()).map(|j| f64::from(u8::from(i == j))).collect();
            let outputs = evaluate(program, values, &[q.to_vec(), direction].concat(), 0);
            outputs.concat()[q.len()..].to_vec()
        };
        let local = Local { value, gradient, hessian: (0..q.len()).map(column).collect() };
        let all = [vec![local.value], local.gradient.clone(), local.hessian.concat()].concat();
        assert!(all.iter().all(|v| v.is_finite()), "{}\nat {q:?}: {all:?}", self.text);
        local
    }

    /// Compares the Hessian with five-point differences of the gradient.
    fn check_differences(&self, q: &[f64], local: &Local) {
        const STEP: f64 = 2e-4;
        for i in 0..q.len() {
            let at = |steps: f64| {
                let mut q = q.to_vec();
                q[i] += steps * STEP;
                self.gradient(&q).1
            };
            let [a, b, c, d] = [-2.0, -1.0, 1.0, 2.0].map(at);
            for j in 0..q.len() {
                let difference = (a[j] - 8.0 * b[j] + 8.0 * c[j] - d[j]) / (12.0 * STEP);
                let (found, scale) = (local.hessian[i][j], 1.0 + local.gradient[j].abs());
                assert!(
                    (found - difference).abs() <= 1e-6 * (scale + difference.abs()),
                    "{}\n∂{i}∂{j} at {q:?}: {found} but differences give {difference}",
                    self.text
                );
            }
        }
    }
}

const UNKNOWN: &str = "plate rows\nparam a ~ Normal(0, 1)\nparam s, t ~ LogNormal(0, 1)\nparam p ~ Beta(2, 2)\n\
                       input flag[rows] : bool\ninput end[rows]\n";

const REAL: [&str; 6] = [
    "Normal(a, s)",
    "StudentT(s, a, t)",
    "Logistic(a, s)",
    "Gumbel(a, s)",
    "Laplace(a, s)",
    "Cauchy(a, s)",
];
const POSITIVE: [&str; 9] = [
    "Weibull(s, t)",
    "Exponential(s)",
    "Gamma(s, t)",
    "ChiSquare(s)",
    "LogNormal(a, s)",
    "InverseGamma(s, t)",
    "HalfNormal(s)",
    "HalfCauchy(s)",
    "HalfStudentT(s, t)",
];
const COUNTS: [&str; 4] =
    ["Poisson(t)", "NegativeBinomial(t, s)", "Geometric(p)", "Binomial(9, p)"];

const RIGHT: &str = "Censored(D, right = flag)";
const LEFT: &str = "Censored(D, left = flag)";
const INTERVAL: &str = "Censored(D, interval = end)";

/// Points near the origin, and far out.
fn points(dim: usize) -> Vec<Vec<f64>> {
    vec![vec![0.0; dim], numbers(dim, 1, 0.9), numbers(dim, 2, 0.9), numbers(dim, 3, 2.5)]
}

fn model(distribution: &str) -> String {
    format!("{UNKNOWN}observe y[rows] ~ {distribution}\n")
}

fn data(y: &str, flag: &str, end: &str) -> String {
    format!("{{\"y\": [{y}], \"flag\": [{flag}], \"end\": [{end}]}}")
}

/// Where the values of two models are the same, so are gradients and Hessians.
fn same_where_certain(one: &Differentiated, other: &Differentiated, must: bool) {
    for q in points(one.dim()) {
        let (left, right) = (one.at(&q), other.at(&q));
        one.check_differences(&q, &left);
        let certain = (left.value - right.value).abs() <= 1e-13 * (1.0 + right.value.abs());
        assert!(certain || !must, "{}\nat {q:?}: {} and {}", one.text, left.value, right.value);
        let pairs = || {
            let all = |local: &Local| [local.gradient.clone(), local.hessian.concat()].concat();
            all(&left).into_iter().zip(all(&right)).collect::<Vec<_>>()
        };
        let close = |(x, y): &(f64, f64)| (x - y).abs() <= 1e-9 * (1.0 + y.abs());
        assert!(!certain || pairs().iter().all(close), "{}\nat {q:?}: {:?}", one.text, pairs());
    }
}

#[test]
fn far_bounds_change_nothing() {
    let of = |families: &[&str], forms: &[&str], y: &str, must: bool| {
        let data = data(y, "false, false, false", "0, 0, 0");
        for family in families {
            let plain = Differentiated::new(&model(family), &data);
            for form in forms {
                let bounded = Differentiated::new(&model(&form.replace('D', family)), &data);
                same_where_certain(&bounded, &plain, must);
            }
        }
    };
    let both = ["Truncated(D, -5000, 5000)", "Truncated(D, -1e8, 1e9)"];
    of(&REAL, &both, "0.3, 1.5, -2", false);
    of(&["Normal(a, s)", "Logistic(a, s)"], &both, "0.3, 1.5, -2", true);
    let above = ["Truncated(D, upper = 1e6)", "Truncated(D, 0, 1e9)", "Truncated(D, upper = 60)"];
    of(&POSITIVE, &above, "0.3, 1.5, 2", false);
    of(&["HalfNormal(s)"], &above[..2], "0.3, 1.5, 2", true);
    of(&COUNTS, &["Truncated(D, upper = 1000000)", "Truncated(D, 0, 2000)"], "0, 3, 2", false);
    of(
        &["Beta(s, t)"],
        &["Truncated(D, 1e-300, 1)", "Truncated(D, 1e-12, 0.999)"],
        "0.2, 0.5, 0.9",
        false,
    );
}

#[test]
fn certain_rows_add_nothing() {
    let of = |families: &[&str], certain: &[(&str, &str, &str)], y: &str| {
        for family in families {
            for (form, value, end) in certain {
                let text = model(&form.replace('D', family));
                let without = data(y, "false, false, false", y);
                let with = data(
                    &format!("{y}, {value}"),
                    "false, false, false, true",
                    &format!("{y}, {end}"),
                );
                let (with, without) =
                    (Differentiated::new(&text, &with), Differentiated::new(&text, &without));
                same_where_certain(&with, &without, false);
            }
        }
    };
    let real = [
        (RIGHT, "-900", "0"),
        (RIGHT, "-1e7", "0"),
        (LEFT, "900", "0"),
        (LEFT, "1e7", "0"),
        (INTERVAL, "-3000", "3000"),
        (INTERVAL, "-900", "1e9"),
    ];
    of(&REAL, &real, "0.3, 1.5, -2");
    let positive = [
        (RIGHT, "0", "0"),
        (RIGHT, "1e-100", "0"),
        (LEFT, "2000", "0"),
        (LEFT, "1e9", "0"),
        (INTERVAL, "0", "2000"),
        (INTERVAL, "1e-12", "1e9"),
    ];
    of(&POSITIVE, &positive, "0.3, 1.5, 2");
    let counts = [(RIGHT, "0", "0"), (LEFT, "9", "0"), (INTERVAL, "0", "9")];
    of(&COUNTS, &counts, "0, 3, 2");
    let shares = [(RIGHT, "1e-300", "0"), (LEFT, "1", "0"), (INTERVAL, "1e-12", "1")];
    of(&["Beta(s, t)"], &shares, "0.2, 0.5, 0.9");
}

/// Families with rows far in their tails: form, value and end; and a value in the middle.
type Tails<'a> = (&'a [&'a str], &'a [(&'a str, &'a str, &'a str)], &'a str);

#[rustfmt::skip]
const TAILS: [Tails; 7] = [
    (&["Normal(a, s)", "StudentT(s, a, t)", "Logistic(a, s)", "Laplace(a, s)", "Cauchy(a, s)"],
        &[(RIGHT, "90", "0"), (LEFT, "-90", "0"), (INTERVAL, "80", "81"), (INTERVAL, "-81", "-80")], "0.3"),
    (&["Gumbel(a, s)"], &[(RIGHT, "900", "0"), (INTERVAL, "80", "81")], "0.3"),
    (&["Exponential(s)", "Gamma(s, t)", "ChiSquare(s)", "LogNormal(a, s)", "HalfNormal(s)", "HalfCauchy(s)", "HalfStudentT(s, t)"],
        &[(RIGHT, "90", "0"), (LEFT, "0.001", "0"), (INTERVAL, "80", "81"), (INTERVAL, "0.001", "0.002")], "0.3"),
    (&["InverseGamma(s, t)"], &[(RIGHT, "9e5", "0"), (LEFT, "0.001", "0"), (INTERVAL, "0.001", "0.0011")], "0.3"),
    (&["Poisson(t)", "NegativeBinomial(t, s)", "Geometric(p)"], &[(RIGHT, "800", "0"), (INTERVAL, "700", "750")], "2"),
    (&["Binomial(900, p)"], &[(RIGHT, "880", "0"), (LEFT, "3", "0")], "2"),
    (&["Beta(s, 40 * t)", "Beta(900 * s, t)"],
        &[(RIGHT, "0.99", "0"), (LEFT, "0.001", "0"), (INTERVAL, "0.98", "0.99")], "0.3"),
];

/// Rows far in a tail, whose probability underflows and whose logarithm does not.
#[test]
fn rows_in_the_tails_have_derivatives() {
    for (families, rows, y) in TAILS {
        for family in families {
            for (form, value, end) in rows {
                let data = data(&format!("{y}, {value}"), "false, true", &format!("{y}, {end}"));
                let model = Differentiated::new(&model(&form.replace('D', family)), &data);
                for q in points(model.dim()).into_iter().take(3) {
                    model.check_differences(&q, &model.at(&q));
                }
            }
        }
    }
}

/// Rates and probabilities that are exactly 0 or 1, by data on the log scale: the outcomes that are
/// then certain add nothing.
#[test]
fn rates_of_nothing_are_certain() {
    let exposed = |law: &str, x: &str, y: &str| {
        let kind = if y.contains("true") { " : bool" } else { "" };
        let text = format!(
            "plate rows\ninput x[rows]\nparam a ~ Normal(0, 1)\nparam s ~ LogNormal(0, 1)\nobserve y[rows]{kind} ~ {law}\n"
        );
        Differentiated::new(&text, &format!("{{\"x\": [{x}], \"y\": [{y}]}}"))
    };
    let counts = [
        "Poisson(exp(log(x) + a))",
        "Poisson(x * exp(a))",
        "NegativeBinomial(exp(log(x) + a), s)",
        "Binomial(9, inv_logit(log(x) + a))",
        "ZeroInflated(0.25, Poisson(exp(log(x) + a)))",
    ];
    for law in counts {
        let (with, without) = (exposed(law, "2, 0, 3", "5, 0, 4"), exposed(law, "2, 3", "5, 4"));
        same_where_certain(&with, &without, true);
    }
    let law = "Binomial(9, inv_logit(a - log(x)))";
    same_where_certain(&exposed(law, "2, 0, 3", "5, 9, 4"), &exposed(law, "2, 3", "5, 4"), true);
    let law = "Bernoulli(inv_logit(log(x) + a))";
    let with = exposed(law, "2, 0, 3", "true, false, false");
    same_where_certain(&with, &exposed(law, "2, 3", "true, false"), true);
    let law = "Bernoulli(1 - exp(-exp(log(x) + a)))";
    let with = exposed(law, "2, 0, 3", "true, false, false");
    same_where_certain(&with, &exposed(law, "2, 3", "true, false"), true);
    let law = "Censored(Exponential(exp(log(x) + a)), right = true)";
    same_where_certain(&exposed(law, "2, 0, 3", "5, 7, 4"), &exposed(law, "2, 3", "5, 4"), true);
}
