//! The stages put together wrongly: what is said, in the place of a panic.

use pgmc::base::{Diagnostic, Sources};
use pgmc::bind::Purpose;
use pgmc::lower::{DensityProgram, Form, Lowered, Scale};
use pgmc::pipeline::Model;

/// The density of a mean, from two rows that are bound for a purpose.
fn lowered(purpose: Purpose) -> Result<Lowered<DensityProgram>, Vec<Diagnostic>> {
    let text =
        "plate rows\ninput x[rows]\nparam a ~ Normal(0, 1)\nobserve y[rows] ~ Normal(a * x, 1)\n";
    let mut sources = Sources::new();
    let source = sources.add("model.pgm", text);
    let model = Model::parse(&mut sources, source, &mut |_, path, _| {
        unreachable!("no file is imported: {path}")
    })?;
    let table = pgmc::data::read(&mut sources, "data.csv", None, b"x,y\n1,2\n3,4\n".to_vec())?;
    let binding = model.bind(&[table], &[], purpose, &sources)?;
    model.open_density(&binding, Scale::Unconstrained, Form::Auto)
}

fn codes(errors: &[Diagnostic]) -> Vec<&'static str> {
    errors.iter().map(|error| error.code).collect()
}

/// Data that are bound for a simulation hold no observations.
#[test]
fn a_density_needs_what_is_observed() {
    let errors = lowered(Purpose::Simulate).expect_err("there is no `y`");
    assert_eq!(codes(&errors), ["E0330"]);
    assert_eq!(errors[0].message, "`y` has no value");
}

/// An array that lost its end no longer fits the program that was made for it.
#[cfg(feature = "cranelift")]
#[test]
fn machine_code_that_cannot_be_had_is_told() {
    use pgmc::pipeline::compile_open;
    use pgmc::program::ArrayValues;

    let Ok(Lowered::Closed(mut density)) = lowered(Purpose::Fit) else { panic!("no program") };
    for (_, values) in density.computation.values.iter_mut() {
        if let ArrayValues::Real(values) = values {
            values.pop();
        }
    }
    let errors = compile_open(Lowered::Closed(density)).err().expect("the data do not fit");
    assert_eq!(codes(&errors), ["E0401"]);
}

#[test]
fn a_model_that_stands_alone_imports_nothing() {
    let mut sources = Sources::new();
    let source = sources.add("model.pgm", "import \"more.pgm\"\nparam a ~ Normal(0, 1)\n");
    let errors = Model::parse(&mut sources, source, &mut pgmc::pipeline::no_imports);
    let errors = errors.expect_err("there is nothing to import from");
    assert_eq!(codes(&errors), ["E0513"]);
    assert_eq!(errors[0].message, "more.pgm cannot be imported: this model has to stand alone");
}
