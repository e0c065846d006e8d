//! `pgmc explain`: what the compiler made of a model, or one of its stages.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use pgmc::base::Diagnostic;
use pgmc::base::numbers::{duration, plural};
use pgmc::bind::{Binding, Purpose};
use pgmc::density::LogDensity as _;
use pgmc::elimination::Eliminated;
use pgmc::fit::{gradient_seconds, integrable};
use pgmc::lower::{Lowered, Question};
use pgmc::network::print as network;
use pgmc::pipeline::{self, Model};
use pgmc::report::explain;
use pgmc::{plan, program, syntax};

use super::options::{FormWord, size};
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
    #[arg(long, value_enum, default_value_t = FormWord::Auto)]
    form: FormWord,
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
        let binding = model
            .bind(&files, &self.size, Purpose::Fit, &session.sources)
            .or_else(|e| session.fail(&e))?;
        let question = Question::Density { jacobian: true };
        let form: pgmc::lower::Form = self.form.into();
        let open = model.lowered(&binding, question, form).or_else(|e| session.fail(&e))?;
        let eliminated = pipeline::summed_out(open, question).or_else(|e| session.fail(&e))?;
        match self.stage {
            Some(Stage::Program) => Ok(program::print(&eliminated.lowered.program)),
            Some(stage) => late_stage(stage, &eliminated.lowered, &session),
            None => whole((&model, &binding), eliminated, (&session, &clock)),
        }
    }
}

/// Everything but the stages.
fn whole(
    (model, binding): (&Model, &Binding),
    Eliminated { lowered, steps }: Eliminated,
    (session, clock): (&Session, &Clock),
) -> Result<String, Shown> {
    let hidden = explain::hidden_variables(&lowered.forms);
    let compiled =
        pipeline::compile(lowered).or_else(|m| session.fail(&[Diagnostic::error("E0401", m)]))?;
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

/// A stage behind the program.
fn late_stage(stage: Stage, lowered: &Lowered, session: &Session) -> Result<String, Shown> {
    let (program, values) = pipeline::programs(lowered).gradient;
    let planned = plan::plan(&program, plan::Mode::Fused);
    match stage {
        Stage::Plan => Ok(plan::print(&planned, &program)),
        Stage::Clif | Stage::Asm => {
            let texts = machine_texts(&planned, &program, &values);
            let (clif, assembly) =
                texts.or_else(|m| session.fail(&[Diagnostic::error("E0401", m)]))?;
            Ok(if stage == Stage::Clif { clif } else { assembly })
        }
        Stage::Syntax | Stage::Network | Stage::Program | Stage::Gradient => {
            Ok(program::print(&program))
        }
    }
}

/// Cranelift's IR and the assembly of a plan.
#[cfg(feature = "cranelift")]
fn machine_texts(
    plan: &plan::Plan,
    program: &program::Program,
    values: &program::Values,
) -> Result<(String, String), String> {
    let keep = pgmc::machine::Keep { texts: true };
    let code = pgmc::machine::compile_keeping(plan, program, values, keep)
        .map_err(|error| error.to_string())?;
    Ok((code.clif().to_owned(), code.disassembly()))
}

/// There is no machine code in this build.
#[cfg(not(feature = "cranelift"))]
fn machine_texts(
    _plan: &plan::Plan,
    _program: &program::Program,
    _values: &program::Values,
) -> Result<(String, String), String> {
    Err("this program was built without the machine (cargo feature `cranelift`)".to_owned())
}
