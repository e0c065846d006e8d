//! Errors of samplers, in words.

use pgmc::bind::Purpose;
use pgmc::fit::explain;
use pgmc::inference::InferenceError;
use pgmc::lower::{Form, Scale};
use pgmc::pipeline::compile;

use crate::support::models::bound;

/// A density that is one thing now and another then is not made by the compiler; the sampler
/// notices it all the same.
#[test]
fn a_sampler_that_gives_up_is_an_error() {
    let text = "plate rows\nparam a ~ Normal(0, 1)\nobserve y[rows] ~ Normal(a, 1)";
    let (model, binding) = bound(text, ("data.csv", "y\n1\n".to_owned()), Purpose::Fit);
    let density = model.density(&binding, Scale::Unconstrained, Form::Auto).expect("a program");
    let compiled = compile(density).expect("code");
    let error = InferenceError::Sampler { chain: 1, message: "no way on".to_owned() };
    let told = explain::error(&error, &model.network, &compiled);
    assert_eq!(told.len(), 1);
    assert_eq!((told[0].code, told[0].is_error()), ("E0404", true));
    assert_eq!(told[0].message, "chain 2 could not go on: no way on");
    let advice = told[0].help.as_ref().expect("advice").to_string();
    assert_eq!(advice, "another seed, or form = centred where there are hidden variables");
}
