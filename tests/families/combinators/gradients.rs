//! Gradients of log densities with combinators against five-point differences, at the edges too,
//! and none of them NaN.

use crate::support::random::numbers;
use pgmc::base::Sources;
use pgmc::bind::Purpose;
use pgmc::gradient::differentiate;
use pgmc::lower::{Form, Scale};
use pgmc::pipeline::Model;
use pgmc::program::{Computation, OutputRole, evaluate};

const STEP: f64 = 2e-4;

/// A model with data as a program.
pub(super) fn program(text: &str, data: &str) -> Computation {
    let mut sources = Sources::new();
    let source = sources.add("model.pgm", text);
    let mut density = || {
        let model = Model::parse(&mut sources, source, &mut |_, path, _| {
            unreachable!("no file is imported: {path}")
        })?;
        let data = pgmc::data::read(&mut sources, "data.json", None, data.as_bytes().to_vec())?;
        let binding = model.bind(&[data], &[], Purpose::Fit, &sources)?;
        model.density(&binding, Scale::Unconstrained, Form::Auto)
    };
    density().unwrap_or_else(|errors| panic!("{text}\n{errors:#?}")).computation
}

/// The log density of a model at a point.
fn density(text: &str, data: &str, q: &[f64]) -> f64 {
    let Computation { program, values } = differentiate(program(text, data));
    let place = program
        .outputs
        .iter()
        .position(|output| output.role == OutputRole::Value)
        .expect("a value");
    evaluate(&program, &values, q, 0)[place][0]
}

/// Compares the gradient of a model with differences at some points.
fn check(text: &str, data: &str) {
    let Computation { program, values } = differentiate(program(text, data));
    for point in 0..5 {
        let q = numbers(program.slots, point, 0.9);
        let gradient = |q: &[f64]| {
            let outputs = evaluate(&program, &values, q, 0);
            let of = |wanted: fn(&OutputRole) -> bool| -> Vec<f64> {
                let outputs =
                    program.outputs.iter().zip(&outputs).filter(|(output, _)| wanted(&output.role));
                outputs.flat_map(|(_, numbers)| numbers.clone()).collect()
            };
            (
                of(|role| *role == OutputRole::Value)[0],
                of(|role| matches!(role, OutputRole::Gradient(_))),
            )
        };
        let (value, found) = gradient(&q);
        assert!(value.is_finite(), "{text}\nthe density at {q:?} is {value}");
        for i in 0..q.len() {
            let at = |step: f64| {
                let mut q = q.clone();
                q[i] += step * STEP;
                gradient(&q).0
            };
            let difference = (at(-2.0) - 8.0 * at(-1.0) + 8.0 * at(1.0) - at(2.0)) / (12.0 * STEP);
            let scale = 1.0 + value.abs() + difference.abs();
            let close = (found[i] - difference).abs() <= 1e-7 * scale;
            assert!(close, "{text}\n∂{i} at {q:?}: {} but differences give {difference}", found[i]);
        }
    }
}

/// Location and scale families, positive ones, counts, with unknown arguments.
const REAL: [&str; 6] = [
    "Normal(a, s)",
    "StudentT(s, a, 2)",
    "Logistic(a, s)",
    "Gumbel(a, s)",
    "Laplace(a, s)",
    "Cauchy(a, s)",
];
const POSITIVE: [&str; 6] = [
    "Weibull(s, t)",
    "Exponential(s)",
    "Gamma(s, t)",
    "LogNormal(a, s)",
    "InverseGamma(s, t)",
    "HalfNormal(s)",
];
const COUNTS: [&str; 5] = [
    "Poisson(t)",
    "NegativeBinomial(t, s)",
    "Geometric(p)",
    "Binomial(9, p)",
    "ZeroInflated(p, Poisson(t))",
];

const UNKNOWN: &str = "plate rows\nparam a ~ Normal(0, 1)\nparam b ~ Normal(0, 1)\nparam s, t ~ LogNormal(0, 1)\nparam p, r ~ Beta(2, 2)\n\
                       input c[rows]\ninput flag[rows] : bool\ninput end[rows]\n";

fn each(families: &[&str], forms: &[&str], y: &str) {
    for family in families {
        for form in forms {
            let text = format!("{UNKNOWN}observe y[rows] ~ {}\n", form.replace('D', family));
            let data = format!(
                "{{\"y\": {y}, \"c\": [0.5, 3, 1, 2], \"flag\": [true, false, true, false], \
                 \"end\": [1, 5, 4, 9]}}"
            );
            check(&text, &data);
        }
    }
}

#[test]
fn of_real_values() {
    let forms = [
        "Truncated(D, -2, 6)",
        "Truncated(D, lower = -3 - t)",
        "Censored(D, 0, 3)",
        "Censored(D, right = flag)",
        "Censored(D, left = flag)",
        "Censored(D, interval = end)",
        "Mixture([p, 1 - p], D, Normal(b, 2))",
        "Truncated(Mixture([p, 1 - p], D, Normal(b, 2)), -3, 7)",
        "Censored(Truncated(D, -3, 9), upper = 4)",
        "Mixture(softmax([a, b, 0]), Normal(0, s), D, Truncated(Normal(b, 1), -5, 5))",
        "if flag then Truncated(D, -2, 6) else Normal(b, s)",
    ];
    let forms =
        forms.map(|form| form.replace("softmax([a, b, 0])", "[0.5 * p, 0.5 * (1 - p), 0.5]"));
    let forms: Vec<&str> = forms.iter().map(String::as_str).collect();
    // Values at the bounds and limits themselves.
    each(&REAL, &forms, "[1, 3, 0, -1.5]");
}

#[test]
fn of_positive_values() {
    let forms = [
        "Truncated(D, 0.25, 6)",
        "Truncated(D, upper = 5 + t)",
        "Censored(D, right = flag)",
        "Censored(D, 0.5, 3)",
        "Censored(D, interval = end)",
        "Mixture([p, 1 - p], D, Gamma(2, t))",
        "ZeroInflated(p, Mixture([r, 1 - r], D, Gamma(2, t)))",
        "Censored(Truncated(D, 0.2, 9), 0.3, 4)",
    ];
    each(&POSITIVE, &forms, "[1, 3, 0.25, 1.5]");
}

/// At 0 itself a density may be infinite or 0, and a logarithm too: none of this may reach the
/// gradient of a mass at 0 or of a tail.
#[test]
fn at_zero() {
    each(
        &POSITIVE,
        &["ZeroInflated(p, D)", "Hurdle(p, D)", "Hurdle(p, Truncated(D, upper = 8))"],
        "[0, 3, 0, 1.5]",
    );
    each(&POSITIVE, &["Censored(D, right = flag)"], "[0, 3, 0, 1.5]");
}

#[test]
fn of_counts() {
    let forms = [
        "Truncated(D, 1, inf)",
        "Truncated(D, 1, 6)",
        "Truncated(D, upper = 6)",
        "Censored(D, 1, 4)",
        "Censored(D, right = flag)",
        "Censored(D, left = flag)",
        "Censored(D, interval = end)",
        "Hurdle(r, D)",
        "ZeroInflated(r, Truncated(D, 1, 7))",
        "ZeroInflated(inv_logit(a + b * c), D)",
        "Mixture([r, 1 - r], D, Poisson(2))",
    ];
    each(&COUNTS, &forms[..7], "[1, 4, 1, 5]");
    each(&COUNTS, &forms[7..], "[0, 4, 1, 0]");
}

/// Far out, where probabilities underflow and their logarithms do not.
#[test]
fn far_in_the_tails() {
    let forms = [
        "Censored(Normal(a, 0.01 * s), right = flag)",
        "Truncated(Normal(a, 0.01 * s), 0.5 - b^2, 9)",
        "Truncated(Logistic(a, 0.001 * s), upper = 4)",
        "Censored(Gamma(s, 500 * t), right = flag)",
        "Censored(Weibull(2, 0.001 * t), right = flag)",
        "Truncated(Gamma(s, 500 * t), lower = 0.9)",
        "Mixture([p, 1 - p], Normal(a, 0.01 * s), Normal(b, 0.01))",
        "ZeroInflated(inv_logit(900 * a), Gamma(s, t))",
    ];
    each(&["Normal(a, s)"], &forms, "[1, 3, 1, 1.5]");
    each(
        &["Normal(a, s)"],
        &[
            "Hurdle(inv_logit(900 * a), Poisson(1000 * t))",
            "ZeroInflated(inv_logit(900 * a), Poisson(0.001 * t))",
        ],
        "[0, 4, 1, 0]",
    );
}

/// Branches that the data settle are computed for their own elements alone; the others are masked.
#[test]
fn branches_agree_with_a_choice_written_out() {
    let value = |y: &str| {
        let text = format!("{UNKNOWN}observe y[rows] ~ {y}\n");
        let data = "{\"y\": [0.5, 3, 1, 2], \"c\": [0.5, 3, 1, 2], \"flag\": [true, false, true, \
            false], \"end\": [1, 5, 4, 9]}";
        density(&text, data, &[0.2, -0.3, 0.4, 0.1, -0.5, 0.7])
    };
    let same = [
        (
            "Censored(Gamma(s, t), right = flag)",
            "if flag then Censored(Gamma(s, t), right = true) else Gamma(s, t)",
        ),
        (
            "Censored(Gamma(s, t), right = a > 0)",
            "if 1 > 0 then Censored(Gamma(s, t), right = true) else Gamma(s, t)",
        ),
        (
            "Mixture([p, 1 - p], Normal(a, s), Normal(b, s))",
            "Mixture([1 - p, p], Normal(b, s), Normal(a, s))",
        ),
    ];
    for (one, other) in same {
        let (one_value, other_value) = (value(one), value(other));
        assert!(
            (one_value - other_value).abs() <= 1e-12 * other_value.abs(),
            "{one}: {one_value}, {other}: {other_value}"
        );
    }
}

/// As priors: the constraint transforms follow the derived supports.
#[test]
fn of_unknowns() {
    let priors = [
        "Truncated(Normal(a, s), 0, inf)",
        "Truncated(Normal(a, s), -1, 2 + t)",
        "Truncated(Gamma(s, t), 1, 3)",
        "Mixture([p, 1 - p], Normal(a, s), StudentT(4, b, t))",
        "Mixture([0.3, 0.7], Exponential(s), Gamma(2, t))",
        "Truncated(Mixture([p, 1 - p], Normal(a, s), Normal(b, 1)), -1, 2)",
    ];
    for prior in priors {
        for role in ["param", "latent"] {
            let text = format!("{UNKNOWN}{role} x ~ {prior}\nobserve y[rows] ~ Normal(x, s)\n");
            let data = "{\"y\": [1, 3, 0, 2], \"c\": [0.5, 3, 1, 2], \"flag\": [true, false, \
                true, false], \"end\": [1, 5, 4, 9]}";
            check(&text, data);
        }
        let text = format!(
            "{UNKNOWN}param x : real(0.5, 2) ~ {}\nobserve y[rows] ~ Normal(x, s)\n",
            prior.replace("1, 3)", "0, 3)")
        );
        check(&text, "{\"y\": [1, 3], \"c\": [0.5, 3], \"flag\": [true, false], \"end\": [1, 5]}");
    }
}

/// Weights over an axis, for listed parts and for one that varies over it; and arguments that vary
/// over the rows.
#[test]
fn of_weights_over_an_axis() {
    let data = "{\"y\": [1, 3, 0.2, 2], \"c\": [0.5, 3, 1, 2], \"flag\": [true, false, true, \
        false], \"end\": [1, 5, 4, 9]}";
    let forms = [
        "Mixture(softmax(v), Normal(a, s), Normal(b, t), StudentT(3, c, 1))",
        "Mixture(softmax(v), Normal(m + c, spread))",
        "Mixture(softmax(v + c * m), Gamma(spread, t))",
        "Truncated(Mixture(softmax(v), Normal(m, spread)), 0, 4)",
        "Censored(Mixture(softmax(v), Normal(m, spread)), right = flag)",
        "Mixture(softmax(v), Truncated(Normal(m, s), lower = -3 - spread))",
        "ZeroInflated(p, Mixture(softmax(v), LogNormal(m, s)))",
    ];
    for form in forms {
        let more = "plate kinds = 3\nparam v : vector[kinds] ~ Normal(0, 1)\nparam m : \
            ordered[kinds] ~ Normal(0, 2)\nparam spread[kinds] ~ LogNormal(0, 1)\n";
        check(&format!("{UNKNOWN}{more}observe y[rows] ~ {form}\n"), data);
    }
}

/// A missing value of a truncated variable is a coordinate within the bounds.
#[test]
fn of_missing_values() {
    let text = format!("{UNKNOWN}observe y[rows] ~ Truncated(Normal(a, s), c, 9)\n");
    check(
        &text,
        "{\"y\": [1, null, 3.5, null], \"c\": [0.5, 3, 1, 2], \"flag\": [true, false, true, \
         false], \"end\": [1, 5, 4, 9]}",
    );
}
