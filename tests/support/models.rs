//! A model's text and data → what `fit` takes.

use pgmc::base::Sources;
use pgmc::bind::{Binding, Purpose};
use pgmc::data;
use pgmc::pipeline::{Model, no_imports};

/// A model without imports.
pub fn parsed(text: &str) -> (Sources, Model) {
    let mut sources = Sources::new();
    let source = sources.add("model.pgm", text);
    let model = Model::parse(&mut sources, source, &mut no_imports)
        .unwrap_or_else(|e| panic!("{e:#?}\n{text}"));
    (sources, model)
}

/// A model with the content of a data file of this name.
pub fn bound(text: &str, (name, content): (&str, String), purpose: Purpose) -> (Model, Binding) {
    let (mut sources, model) = parsed(text);
    let file = data::read(&mut sources, name, None, content.into_bytes()).expect("data");
    let binding =
        model.bind(&[file], &[], purpose, &sources).unwrap_or_else(|e| panic!("{e:#?}\n{text}"));
    (model, binding)
}
