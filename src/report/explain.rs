//! Describes what the compiler made of a model, as text.

use std::fmt::Write as _;

use super::blocks;
use crate::base::Diagnostic;
use crate::base::numbers::plural;
use crate::elimination::{self, How, Step};
use crate::fit::Integrable;
use crate::lower::{Coordinate, DensityProgram, FormChoice, Written};
use crate::network::{Network, print as network};
use crate::{pipeline, plan, program};

/// What is known from the text alone.
#[must_use]
pub fn overview(model: &Network) -> String {
    let mut text =
        format!("Joint density\n  {}\n\n{}", network::factorisation(model), network::print(model));
    let untouched = model.untouched_by_data();
    if !untouched.is_empty() {
        let names: Vec<&str> =
            untouched.iter().map(|&v| model.variables[v].name.as_str()).collect();
        let _ = writeln!(
            text,
            "\nNo data touch {}: the posterior is the prior there",
            names.join(", ")
        );
    }
    text
}

/// How each hidden variable is parameterised, and why.
#[must_use]
pub fn hidden_variables(forms: &[FormChoice]) -> String {
    let mut text = "\nHidden variables\n".to_owned();
    for form in forms {
        let word = match &form.written {
            Written::Auxiliary => "a function of noise (auxiliary form)",
            Written::Centred => "as itself (centred)",
            Written::Partial(_) => "between noise and itself (partial form)",
        };
        let _ = writeln!(
            text,
            "  {}: {word}; {}{}",
            form.name,
            form.reason,
            if form.open { "; `fit` decides by a trial" } else { "" }
        );
    }
    if forms.is_empty() {
        text += "  none\n";
    }
    text
}

/// How discrete variables are summed out, step by step; empty if there are none.
#[must_use]
pub fn summed_out(steps: &[Step]) -> String {
    let mut text = String::new();
    for step in steps {
        let how = match &step.how {
            How::Single => format!("a sum for each of {}", plural(step.elements, "element")),
            How::Chain(plate) => {
                format!("a recursion along `{plate}`, {}", plural(step.elements, "step"))
            }
            How::ElementWise => format!("element by element, {}", plural(step.elements, "element")),
        };
        let entries: usize = step.clique.iter().map(|(_, size)| size).product();
        let _ = writeln!(
            text,
            "  {}: {how}; {} a table: {}",
            step.variables.join(", "),
            plural(entries, "entry"),
            elimination::list(&step.clique)
        );
    }
    if text.is_empty() {
        text
    } else {
        format!("\nDiscrete variables summed out, in this order\n{text}")
    }
}

/// What maximum likelihood would integrate out; empty if nothing is hidden.
#[must_use]
pub fn integrated_out(integrable: Option<&Integrable>) -> String {
    let text = match integrable {
        None => return String::new(),
        Some(Integrable::Blocks { blocks, products, entries }) => {
            let lines = blocks::lines(blocks).join("\n  ");
            format!(
                "{lines}\n  a factorisation takes {products} products with the Hessian and has \
                 {entries} entries"
            )
        }
        Some(Integrable::TooDense { term, hidden }) => {
            format!("not possible: {hidden} hidden values meet in one element of `{term}`")
        }
        Some(Integrable::Machine(message)) => format!("not possible: {message}"),
    };
    format!("\nIntegrated out by ml and map\n  {text}\n")
}

/// The coordinates, with adjacent ones of the same variable grouped.
#[must_use]
pub fn transforms(coordinates: &[Coordinate], network: &Network) -> String {
    let mut text = "\nTransforms of the unknowns\n".to_owned();
    let same = |a: &Coordinate, b: &Coordinate| a.variable == b.variable && a.kind == b.kind;
    for group in coordinates.chunk_by(same) {
        let numbers = plural(group.len(), "unconstrained number");
        let _ = writeln!(text, "  {}: {numbers}", group[0].group(network));
    }
    text
}

/// A compiler stage after the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Late {
    /// The program with its gradient.
    Gradient,
    /// Loop nests and buffers.
    Plan,
    /// Cranelift's intermediate representation.
    Clif,
    /// Machine code.
    Asm,
}

/// A density at a stage after the program.
///
/// # Errors
/// If machine code cannot be generated.
pub fn stage(stage: Late, density: &DensityProgram) -> Result<String, Diagnostic> {
    let program::Computation { program, values } = pipeline::programs(density).gradient;
    let planned = plan::plan(&program, plan::Mode::Fused);
    let texts = || {
        let texts = machine_texts(&planned, &program, &values);
        texts.map_err(|message| Diagnostic::error("E0401", message))
    };
    match stage {
        Late::Gradient => Ok(program::print(&program)),
        Late::Plan => Ok(plan::print(&planned, &program)),
        Late::Clif => Ok(texts()?.0),
        Late::Asm => Ok(texts()?.1),
    }
}

/// Cranelift's IR and the assembly of a plan.
#[cfg(feature = "cranelift")]
fn machine_texts(
    plan: &plan::Plan,
    program: &program::Program,
    values: &program::Values,
) -> Result<(String, String), String> {
    let keep = crate::machine::Keep { texts: true };
    let code = crate::machine::compile_keeping(plan, program, values, keep)
        .map_err(|error| error.to_string())?;
    Ok((code.clif().to_owned(), code.disassembly()))
}

/// This build generates no machine code.
#[cfg(not(feature = "cranelift"))]
fn machine_texts(
    _plan: &plan::Plan,
    _program: &program::Program,
    _values: &program::Values,
) -> Result<(String, String), String> {
    Err("this program was built without the machine (cargo feature `cranelift`)".to_owned())
}
