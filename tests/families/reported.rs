//! A model's text and data → the values that it reports, by the slow interpreter.

use pgmc::base::{Diagnostic, Sources};
use pgmc::bind::Purpose;
use pgmc::lower::{Form, Scale};
use pgmc::pipeline::Model;
use pgmc::program::evaluate;

/// The elements of the variable `name` of a model without unknowns.
///
/// # Panics
/// Where the model or the data have a mistake.
pub fn reported(text: &str, json: &str, name: &str) -> Vec<f64> {
    values(text, json, name)
        .unwrap_or_else(|errors| panic!("{errors:#?}\nin\n{text}\nwith\n{json}"))
}

fn values(text: &str, json: &str, name: &str) -> Result<Vec<f64>, Vec<Diagnostic>> {
    let mut sources = Sources::new();
    let source = sources.add("model.pgm", text);
    let model = Model::parse(&mut sources, source, &mut |_, path, _| {
        unreachable!("no file is imported: {path}")
    })?;
    let data = pgmc::data::read(&mut sources, "data.json", None, json.as_bytes().to_vec())?;
    let binding = model.bind(&[data], &[], Purpose::Fit, &sources)?;
    let density = model.density(&binding, Scale::Unconstrained, Form::Auto)?;
    let outputs = evaluate(&density.computation.program, &density.computation.values, &[], 0);
    let position =
        density.layouts.iter().position(|l| l.name == name).expect("the variable is reported");
    let layout = &density.layouts[position];
    Ok(layout.positions.iter().map(|&p| outputs[position][p]).collect())
}
