//! Each continuous family of the library as a hidden variable: the centred and the auxiliary form
//! are the same distribution.
//!
//! With one hidden number z and one observation of it, the probability of the data and the mean of
//! a function of z given them are integrals over one coordinate, which the trapezoidal rule finds
//! in either form.

use pgmc::base::Sources;
use pgmc::bind::Purpose;
use pgmc::data;
use pgmc::density::LogDensity as _;
use pgmc::lower::{Form, Scale, Written};
use pgmc::pipeline::{Compiled, Model, compile};

/// Hidden variables with the centre of their observation, the last ones truncated by their types.
const MODELS: &[(&str, &str)] = &[
    ("z ~ Normal(1, 2)", "z"),
    ("z ~ StudentT(3, 1, 0.5)", "z"),
    ("z ~ StudentT(0.7, -1, 2)", "z"),
    ("z ~ StudentT(50, 0, 1)", "z"),
    ("z ~ Cauchy(0, 1)", "z"),
    ("z ~ Laplace(0, 1)", "z"),
    ("z ~ Logistic(1, 0.5)", "z"),
    ("z ~ Gumbel(0, 1)", "z"),
    ("z ~ HalfNormal(2)", "z"),
    ("z ~ HalfCauchy(1)", "z"),
    ("z ~ HalfStudentT(3, 1)", "z"),
    ("z ~ HalfStudentT(0.8, 2)", "z"),
    ("z ~ Exponential(2)", "z"),
    ("z ~ Gamma(0.7, 1)", "z"),
    ("z ~ Gamma(4, 3)", "z"),
    ("z ~ Gamma(mean = 3, sd = 0.5)", "z"),
    ("z ~ InverseGamma(1.5, 2)", "z"),
    ("z ~ ChiSquare(3)", "z"),
    ("z ~ LogNormal(0, 1)", "z"),
    ("z ~ Weibull(1.5, 2)", "z"),
    ("z ~ Pareto(1, 2)", "z"),
    ("z ~ Uniform(-1, 2)", "z"),
    ("z ~ Beta(0.8, 2)", "3 * z"),
    ("z ~ Beta(20, 30)", "3 * z"),
    ("z ~ VonMises(1, 2)", "cos(z)"),
    ("z ~ VonMises(-3, 0.5)", "sin(z)"),
    ("z : positive ~ Normal(-3, 1)", "z"),
    ("z : positive ~ Normal(-60, 2)", "30 * z"),
    ("z : real(1, 1.5) ~ Normal(0, 1)", "z"),
    ("z : real(_, 0.5) ~ StudentT(4, 3, 1)", "z"),
    ("z : real(1, 2) ~ Gamma(2, 1)", "z"),
    ("z : real(0.9, _) ~ Beta(2, 3)", "z"),
    ("z : real(40, 41) ~ Exponential(1)", "z - 40"),
];

fn compiled(hidden: &str, centre: &str, form: Form) -> Compiled {
    let text = format!("latent {hidden}\nobserve y ~ Normal({centre}, 1.5)");
    let mut sources = Sources::new();
    let source = sources.add("model.pgm", text.as_str());
    let fail = |errors: Vec<pgmc::base::Diagnostic>| -> ! { panic!("{text}: {errors:#?}") };
    let model = Model::parse(&mut sources, source, &mut |_, path, _| {
        unreachable!("no file is imported: {path}")
    });
    let model = model.unwrap_or_else(|errors| fail(errors));
    let file = data::read(&mut sources, "data.json", None, br#"{"y": 1.3}"#.to_vec())
        .unwrap_or_else(|errors| fail(errors));
    let binding =
        model.bind(&[file], &[], Purpose::Fit, &sources).unwrap_or_else(|errors| fail(errors));
    let density =
        model.density(&binding, Scale::Unconstrained, form).unwrap_or_else(|errors| fail(errors));
    assert_eq!(
        density.forms[0].written == Written::Auxiliary,
        form == Form::Auxiliary,
        "{hidden}: {}",
        density.forms[0].reason
    );
    compile(density).unwrap_or_else(|why| panic!("{text}: {why}"))
}

/// The probability of the data, and the mean of cos z given them (of z itself it would jump where
/// an angle's draw has made a turn).
fn evidence_and_mean(compiled: &Compiled) -> (f64, f64) {
    const STEP: f64 = 0.005;
    let mut density = compiled.density.clone();
    assert_eq!(density.dim(), 1);
    let (mut sum, mut weighted) = (0.0, 0.0);
    let (mut gradient, mut values) = ([0.0], vec![0.0; density.constrained_dim()]);
    for i in -7_000..=7_000 {
        let q = [f64::from(i) * STEP];
        let p = density.evaluate(&q, &mut gradient).exp();
        if p > 0.0 {
            density.constrain(&q, &mut values);
            sum += p * STEP;
            weighted += p * STEP * values[0].cos();
        }
    }
    (sum, weighted / sum)
}

#[test]
fn both_forms_are_the_same_distribution() {
    for (hidden, centre) in MODELS {
        let (evidence, mean) = evidence_and_mean(&compiled(hidden, centre, Form::Centred));
        let (other_evidence, other_mean) =
            evidence_and_mean(&compiled(hidden, centre, Form::Auxiliary));
        let off = [(other_evidence / evidence - 1.0).abs(), (other_mean / mean - 1.0).abs()];
        println!("{hidden}: {evidence} {mean}, off by {off:?}");
        assert!(
            off.iter().all(|off| *off < 2e-5),
            "{hidden}: {evidence} and {other_evidence}, {mean} and {other_mean}"
        );
    }
}

/// The slope of the log density along the coordinate, against differences, from far left to far
/// right.
#[test]
fn auxiliary_forms_have_their_gradients() {
    for (hidden, centre) in MODELS {
        let mut density = compiled(hidden, centre, Form::Auxiliary).density.clone();
        let mut at = |q: f64| {
            let mut gradient = [0.0];
            (density.evaluate(&[q], &mut gradient), gradient[0])
        };
        for q in [-5.01, -2.01, -0.51, 0.13, 0.49, 1.93, 4.03] {
            let step = 1e-4;
            let value = |k: f64| at(q + k * step).0;
            let [a, b, c, d] = [-2.0, -1.0, 1.0, 2.0].map(value);
            let difference = (8.0 * (c - b) - (d - a)) / (12.0 * step);
            let (value, slope) = at(q);
            let bound = 1e-7 * (1.0 + slope.abs() + value.abs());
            assert!(
                (difference - slope).abs() < bound,
                "{hidden} at {q}: {slope}, but differences give {difference}"
            );
        }
    }
}
