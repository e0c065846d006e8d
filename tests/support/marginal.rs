//! A model's text and a table → its density with the hidden variables integrated out.

use pgmc::base::{Diagnostic, Sources};
use pgmc::bind::{Binding, Purpose};
use pgmc::data;
use pgmc::lower::{Form, Scale};
use pgmc::marginal::numerics::{Marginal, Rule};
use pgmc::marginal::structure::Integrand;
use pgmc::marginal::{self, Joint};
use pgmc::pipeline::{Model, compile_joint};

/// A density, and the joint density that it was made from.
type Integrated = (Marginal<Joint>, marginal::Compiled);

/// Compiles `text` with the CSV `table`.
pub fn compile(text: &str, table: &str, rule: Rule, form: Form) -> Integrated {
    compile_by(text, table, rule, |model, binding| {
        model.integrand(binding, Scale::Natural, form).map(|made| made.integrand)
    })
}

/// The same with a joint density of one's own making.
pub fn compile_by(
    text: &str,
    table: &str,
    rule: Rule,
    lower: impl Fn(&Model, &Binding) -> Result<Integrand, Vec<Diagnostic>>,
) -> Integrated {
    let mut sources = Sources::new();
    let source = sources.add("model.pgm", text);
    let mut import = |_: &mut Sources, _: &str, span| {
        Err(Diagnostic::error("E0501", "no imports here").at(span, ""))
    };
    let model =
        Model::parse(&mut sources, source, &mut import).unwrap_or_else(|e| panic!("{e:?}\n{text}"));
    let file = data::read(&mut sources, "data.csv", None, table.as_bytes().to_vec())
        .unwrap_or_else(|e| panic!("{e:?}\n{text}"));
    let binding = model
        .bind(&[file], &[], Purpose::Fit, &sources)
        .unwrap_or_else(|e| panic!("{e:?}\n{text}"));
    let integrand = lower(&model, &binding).unwrap_or_else(|e| panic!("{e:?}\n{text}"));
    let made = compile_joint(integrand, |failure| format!("{failure:?}"), |_| Ok(rule));
    let (compiled, joint) = made.unwrap_or_else(|e| panic!("{e:?}\n{text}"));
    (compiled.density, joint)
}
