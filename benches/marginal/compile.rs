//! A model's text and a table → its density with the hidden variables integrated out.

use pgmc::base::{Diagnostic, Sources};
use pgmc::bind::Purpose;
use pgmc::data;
use pgmc::lower::{Form, Scale};
use pgmc::marginal::numerics::{Marginal, Rule};
use pgmc::marginal::{self, Joint};
use pgmc::pipeline::{Model, compile_joint};

/// Compiles `text` with the CSV `table`: the density, and the joint density that it was made from.
pub fn compile(
    text: &str,
    table: &str,
    rule: Rule,
    form: Form,
) -> (Marginal<Joint>, marginal::Compiled) {
    let mut sources = Sources::new();
    let source = sources.add("model.pgm", text);
    let mut import =
        |_: &mut Sources, _: &str, span| Err(Diagnostic::error("E0501", "no imports").at(span, ""));
    let model = Model::parse(&mut sources, source, &mut import).expect("a model");
    let file =
        data::read(&mut sources, "data.csv", None, table.as_bytes().to_vec()).expect("a table");
    let binding = model.bind(&[file], &[], Purpose::Fit, &sources).expect("they match");
    let made = model.integrand(&binding, Scale::Natural, form).expect("a program");
    let made = compile_joint(made.integrand, |failure| format!("{failure:?}"), |_| Ok(rule));
    let (compiled, joint) = made.expect("machine code");
    (compiled.density, joint)
}
