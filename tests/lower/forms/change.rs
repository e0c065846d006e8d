//! The partial form is the centred one in other coordinates: with location l, scale s, weight w,
//! power p, and typical location m and scale c the value is l + s·(u − w·(l − m)/c)·(c/s)^p, whose
//! derivative by u is s·(c/s)^p.

use std::collections::BTreeMap;

use pgmc::base::Sources;
use pgmc::bind::Purpose;
use pgmc::density::LogDensity as _;
use pgmc::lower::{Form, Forms, NonCentring, Question, Written};
use pgmc::pipeline::{Compiled, Model, compile};

const GROUPS: &str = "plate groups
input s[groups] : positive
param mu ~ Normal(0, 5)
param tau ~ HalfNormal(2)
latent x[groups] ~ Normal(mu, tau)
observe y[groups] ~ Normal(x, s)";
const DATA: &str = r#"{"s": [1, 2, 0.5], "y": [1.5, -0.3, 2.2]}"#;
/// Unknowns besides the latent: mu and log tau.
const OTHERS: [f64; 2] = [0.7, -0.4];
const COORDINATES: [f64; 3] = [-0.6, 1.1, 0.3];

fn shares() -> Vec<NonCentring> {
    vec![
        NonCentring { weight: 0.0, power: 0.0, location: 0.3, scale: 1.5 },
        NonCentring { weight: 0.4, power: 0.25, location: -1.0, scale: 0.5 },
        NonCentring { weight: 1.0, power: 1.0, location: 2.0, scale: 3.0 },
    ]
}

fn compiled(text: &str, data: &str, written: Written) -> Compiled {
    let mut sources = Sources::new();
    let source = sources.add("model.pgm", text);
    let model =
        Model::parse(&mut sources, source, &mut |_, path, _| unreachable!("no import of {path}"))
            .expect("a model");
    let data =
        pgmc::data::read(&mut sources, "data.json", None, data.as_bytes().to_vec()).expect("data");
    let binding = model.bind(&[data], &[], Purpose::Fit, &sources).expect("they fit");
    let forms = Forms { others: Form::Auto, named: BTreeMap::from([("x".to_owned(), written)]) };
    compile(
        model.program(&binding, Question::Density { jacobian: true }, forms).expect("a program"),
    )
    .expect("code")
}

fn value(compiled: &Compiled, q: &[f64]) -> f64 {
    compiled.density.clone().evaluate(q, &mut vec![0.0; q.len()])
}

/// Location + scale·noise of each element in turn, and the log derivative of each by its
/// coordinate.
fn by_hand(distribution: impl Fn(&[f64], usize) -> (f64, f64)) -> (Vec<f64>, f64) {
    let (mut x, mut log_derivative) = (Vec::new(), 0.0);
    for (i, (share, u)) in shares().into_iter().zip(COORDINATES).enumerate() {
        let (location, scale) = distribution(&x, i);
        let slope = scale * (share.scale / scale).powf(share.power);
        x.push(location + slope * (u - share.weight * (location - share.location) / share.scale));
        log_derivative += slope.ln();
    }
    (x, log_derivative)
}

/// Compares value, density and gradient with the centred form. `named`: from location + scale·noise
/// to the latent.
fn agrees(
    text: &str,
    distribution: impl Fn(&[f64], usize) -> (f64, f64),
    named: impl Fn(f64) -> f64,
) {
    let partial = compiled(text, DATA, Written::Partial(shares()));
    let centred = compiled(text, DATA, Written::Centred);
    let (x, log_derivative) = by_hand(distribution);
    let at = |own: &[f64]| [&OTHERS, own].concat();
    let q = at(&COORDINATES);
    let expected = value(&centred, &at(&x)) + log_derivative;
    assert!(
        (value(&partial, &q) - expected).abs() < 1e-12 * expected.abs(),
        "{} {expected}",
        value(&partial, &q)
    );
    let mut values = vec![0.0; partial.density.constrained_dim()];
    partial.density.clone().constrain(&q, &mut values);
    for (found, x) in values[2..].iter().zip(&x) {
        assert!((found - named(*x)).abs() < 1e-12 * named(*x).abs(), "{found} {}", named(*x));
    }
    let mut gradient = vec![0.0; q.len()];
    partial.density.clone().evaluate(&q, &mut gradient);
    for (i, slope) in gradient.iter().enumerate() {
        let moved = |h: f64| {
            q.iter().enumerate().map(|(j, v)| if i == j { v + h } else { *v }).collect::<Vec<_>>()
        };
        let (near, far) = (1e-4, 2e-4);
        let difference = |h: f64| value(&partial, &moved(h)) - value(&partial, &moved(-h));
        let slow = (8.0 * difference(near) - difference(far)) / (12.0 * near);
        assert!(
            (slope - slow).abs() < 1e-7 * (1.0 + slope.abs()),
            "coordinate {i}: {slope} {slow}"
        );
    }
}

#[test]
fn groups_have_the_density_of_the_centred_form() {
    agrees(GROUPS, |_, _| (OTHERS[0], OTHERS[1].exp()), |x| x);
}

#[test]
fn a_function_of_the_shifted_noise_has_it_too() {
    agrees(
        &GROUPS.replace("Normal(mu, tau)", "LogNormal(mu, tau)"),
        |_, _| (OTHERS[0], OTHERS[1].exp()),
        f64::exp,
    );
}

#[test]
fn chains_have_it_too() {
    let chain = GROUPS.replace(
        "x[groups] ~ Normal(mu, tau)",
        "x[g in groups] ~ if g == 1 then Normal(1, 2) else Normal(mu * x[g-1], tau)",
    );
    agrees(
        &chain,
        |x, i| if i == 0 { (1.0, 2.0) } else { (OTHERS[0] * x[i - 1], OTHERS[1].exp()) },
        |x| x,
    );
}

#[test]
fn the_auxiliary_form_is_the_partial_one_of_weight_and_power_0() {
    let shares = vec![NonCentring { weight: 0.0, power: 0.0, location: 0.2, scale: 0.9 }; 3];
    let q = [OTHERS.as_slice(), &COORDINATES].concat();
    let (partial, auxiliary) = (
        compiled(GROUPS, DATA, Written::Partial(shares)),
        compiled(GROUPS, DATA, Written::Auxiliary),
    );
    assert!((value(&partial, &q) - value(&auxiliary, &q)).abs() < 1e-13);
}

#[test]
fn a_draw_that_neither_shifts_nor_scales_a_normal_noise_has_no_partial_form() {
    let laplace = compiled(
        &GROUPS.replace("Normal(mu, tau)", "Laplace(mu, tau)"),
        DATA,
        Written::Partial(shares()),
    );
    assert_eq!(laplace.forms[0].written, Written::Auxiliary);
    let gamma = GROUPS.replace("Normal(mu, tau)", "Gamma(tau, tau)");
    assert_eq!(
        compiled(&gamma, DATA, Written::Partial(shares())).forms[0].written,
        Written::Auxiliary
    );
}

#[test]
fn the_distributions_of_an_auxiliary_form_are_found() {
    let chain = GROUPS.replace(
        "x[groups] ~ Normal(mu, tau)",
        "x[g in groups] ~ if g == 1 then Normal(1, 2) else Normal(mu * x[g-1], tau)",
    );
    let auxiliary = compiled(&chain, DATA, Written::Auxiliary);
    let found = auxiliary.distributions(&[OTHERS.as_slice(), &COORDINATES].concat());
    let (locations, scales) = found[0].clone().expect("its noise is shifted and scaled");
    let first = 1.0 + 2.0 * COORDINATES[0];
    let second = OTHERS[0] * first + OTHERS[1].exp() * COORDINATES[1];
    for (found, expected) in locations.iter().zip([1.0, OTHERS[0] * first, OTHERS[0] * second]) {
        assert!((found - expected).abs() < 1e-14, "{found} {expected}");
    }
    assert_eq!(scales, [2.0, OTHERS[1].exp(), OTHERS[1].exp()]);
}
