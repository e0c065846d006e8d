//! `pgmc explain`: what the compiler made of a model, or one of its stages.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use pgmc::base::Diagnostic;
use pgmc::base::numbers::{duration, plural};
use pgmc::bind::{Binding, Purpose};
use pgmc::density::LogDensity as _;
use pgmc::fit::{gradient_seconds, integrable};
use pgmc::lower::{Form, Scale};
use pgmc::network::print as network;
use pgmc::pipeline::{self, Model, SummedOut};
use pgmc::report::explain::{self, Late};
use pgmc::{program, syntax};

use super::options::{size, words};
use super::session::{Session, Shown, write};
use super::terminal::{Clock, processor_seconds};

/// Show what the compiler made of a model: its factorisation, each variable's role and support, how
/// hidden variables are written, and what one gradient costs. With --stage, print a stage as the
/// compiler sees it; from `program` on, data are needed.
#[derive(Args)]
#[command(after_help = "Examples:
  pgmc explain model.pgm
  pgmc explain model.pgm data.csv
  pgmc explain model.pgm data.csv --stage plan
  pgmc explain model.pgm data.csv --stage asm | less")]
pub struct Explain {
    /// The model file.
    model: PathBuf,
    /// Data files: FILE, or PLATE=FILE for the table of a plate.
    data: Vec<String>,
    /// Print this stage.
    #[arg(long, value_enum)]
    stage: Option<Stage>,
    /// How hidden variables are written.
    #[arg(long, default_value = "auto", value_parser = words::<Form>(&["auto", "auxiliary", "centred"]))]
    form: Form,
    /// The size of a plate that the data do not tell, as PLATE=N.
    #[arg(long, value_parser = size, value_name = "PLATE=N")]
    size: Vec<(String, usize)>,
}

/// The stages of the compiler.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Stage {
    /// The tree that the text is.
    Syntax,
    /// Variables with plates, supports and conditionals.
    Network,
    /// The log density as arithmetic over named axes.
    Program,
    /// The same with its gradient, folded.
    Gradient,
    /// Loop nests and buffers.
    Plan,
    /// Cranelift's intermediate representation.
    Clif,
    /// Machine code.
    Asm,
}

impl Explain {
    pub fn run(&self) -> Result<(), Shown> {
        self.explain().map(|text| write(&text))
    }

    fn explain(&self) -> Result<String, Shown> {
        let mut session = Session::new();
        let mut clock = Clock::start();
        let model = session.model(&self.model)?;
        match self.stage {
            Some(Stage::Syntax) => return Ok(model.trees.iter().map(syntax::print).collect()),
            Some(Stage::Network) => return Ok(network::print(&model.network)),
            None if self.data.is_empty() => return Ok(explain::overview(&model.network)),
            Some(Stage::Program | Stage::Gradient | Stage::Plan | Stage::Clif | Stage::Asm)
            | None => {}
        }
        let files = clock.apart(|| session.data(&self.data))?;
        let binding = session.bind(&model, &files, (&self.size, Purpose::Fit))?;
        let open = model.open_density(&binding, Scale::Unconstrained, self.form);
        let summed_out = open.and_then(pipeline::summed_out).or_else(|e| session.fail(&e))?;
        let density = &summed_out.density;
        let late = |stage| explain::stage(stage, density).or_else(|error| session.fail(&[error]));
        match self.stage {
            Some(Stage::Syntax | Stage::Network | Stage::Program) => {
                Ok(program::print(&density.computation.program))
            }
            Some(Stage::Gradient) => late(Late::Gradient),
            Some(Stage::Plan) => late(Late::Plan),
            Some(Stage::Clif) => late(Late::Clif),
            Some(Stage::Asm) => late(Late::Asm),
            None => whole((&model, &binding), summed_out, (&session, &clock)),
        }
    }
}

/// Everything except single stages.
fn whole(
    (model, binding): (&Model, &Binding),
    SummedOut { density, steps }: SummedOut,
    (session, clock): (&Session, &Clock),
) -> Result<String, Shown> {
    let hidden = explain::hidden_variables(&density.forms);
    let compiled =
        pipeline::compile(density).or_else(|m| session.fail(&[Diagnostic::error("E0401", m)]))?;
    let seconds = clock.seconds();
    let gradient = gradient_seconds(&compiled.density, &|| {
        processor_seconds().unwrap_or_else(|| clock.seconds())
    });
    Ok([
        explain::overview(&model.network),
        hidden,
        explain::summed_out(&steps),
        explain::integrated_out(integrable(model, binding).as_ref()),
        explain::transforms(&compiled.coordinates, &model.network),
        format!(
            "\nCompiled in {} to {} bytes of machine code; {}; one gradient {}\n",
            duration(seconds),
            compiled.density.code_size(),
            plural(compiled.density.dim(), "unknown number"),
            duration(gradient),
        ),
    ]
    .concat())
}
