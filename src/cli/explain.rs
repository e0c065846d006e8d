//! `pgmc explain`: what the compiler made of a model, or one of its stages.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::PathBuf;
use std::time::Instant;

use clap::{Args, ValueEnum};
use pgmc::base::Diagnostic;
use pgmc::bind::Purpose;
use pgmc::density::LogDensity as _;
use pgmc::elimination::{self, Eliminated, How, Step};
use pgmc::lower::{FormChoice, Lowered, Question, Written};
use pgmc::network::print as network;
use pgmc::pipeline::{self, Model};
use pgmc::report::numbers::duration;
use pgmc::{plan, program, syntax};

use super::Outcome;
use super::files::{Session, Shown, size};
use super::fit::FormName;
use super::results::plural;

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
    #[arg(long, value_enum, default_value_t = FormName::Auto)]
    form: FormName,
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
    pub fn run(&self) -> Outcome {
        match self.explain() {
            Ok(text) => {
                // A reader that closes early, as `head` does, is no failure.
                let _closed = std::io::stdout().write_all(text.as_bytes());
                Outcome::Done
            }
            Err(Shown) => Outcome::Failed,
        }
    }

    fn explain(&self) -> Result<String, Shown> {
        let mut session = Session::new();
        let begin = Instant::now();
        let model = session.model(&self.model)?;
        match self.stage {
            Some(Stage::Syntax) => return Ok(model.trees.iter().map(syntax::print).collect()),
            Some(Stage::Network) => return Ok(network::print(&model.network)),
            None if self.data.is_empty() => return Ok(overview(&model)),
            Some(Stage::Program | Stage::Gradient | Stage::Plan | Stage::Clif | Stage::Asm)
            | None => {}
        }
        let parsed = begin.elapsed();
        let files = session.data(&self.data)?;
        let begin = Instant::now();
        let binding = model
            .bind(&files, &self.size, Purpose::Fit, &session.sources)
            .or_else(|e| session.fail(&e))?;
        let question = Question::Density { jacobian: true };
        let open =
            model.lowered(&binding, question, self.form.form()).or_else(|e| session.fail(&e))?;
        let Eliminated { lowered, steps } =
            pipeline::summed_out(open, question).or_else(|e| session.fail(&e))?;
        match self.stage {
            Some(Stage::Program) => Ok(program::print(&lowered.program)),
            Some(stage) => self.late_stage(stage, &lowered, &session),
            None => {
                let hidden = hidden_variables(&lowered.forms);
                let compiled = pipeline::compile(lowered)
                    .or_else(|m| session.fail(&[Diagnostic::error("E0401", m)]))?;
                let seconds = (parsed + begin.elapsed()).as_secs_f64();
                let mut text = overview(&model) + &hidden + &summed_out(&steps);
                text += &super::hidden::explained(&model, &binding);
                text += "\nTransforms of the unknowns\n";
                text += &transforms(&compiled.coordinates);
                let _ = writeln!(
                    text,
                    "\nCompiled in {} to {} bytes of machine code; {}; one gradient {}",
                    duration(seconds),
                    compiled.density.code_size(),
                    plural(compiled.density.dim(), "unknown number"),
                    duration(super::results::gradient_seconds(&compiled.density)),
                );
                Ok(text)
            }
        }
    }

    fn late_stage(
        &self,
        stage: Stage,
        lowered: &Lowered,
        session: &Session,
    ) -> Result<String, Shown> {
        let program::Computation { program, values } = pipeline::programs(lowered).gradient;
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
}

/// How each hidden variable is written, and why.
fn hidden_variables(forms: &[FormChoice]) -> String {
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

/// How discrete variables are summed out, step by step; nothing where there are none.
fn summed_out(steps: &[Step]) -> String {
    let mut text = String::new();
    for step in steps {
        let how = match &step.how {
            How::Single => format!("a sum for each of {}", plural(step.elements, "element")),
            How::Chain(plate) => {
                format!("a recursion along `{plate}`, {}", plural(step.elements, "step"))
            }
            How::Ground => format!("element by element, {}", plural(step.elements, "element")),
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

/// What the text alone tells.
fn overview(model: &Model) -> String {
    let mut text = format!(
        "Joint density\n  {}\n\n{}",
        network::factorisation(&model.network),
        network::print(&model.network)
    );
    let untouched = model.network.untouched_by_data();
    if !untouched.is_empty() {
        let names: Vec<&str> =
            untouched.iter().map(|&v| model.network.variables[v].name.as_str()).collect();
        let _ = writeln!(
            text,
            "\nNo data touch {}: the posterior is the prior there",
            names.join(", ")
        );
    }
    text
}

/// Which coordinates there are, neighbours of one variable together.
fn transforms(coordinates: &[String]) -> String {
    let mut text = String::new();
    let base = |name: &str| name.split('[').next().unwrap_or(name).to_owned();
    let mut at = 0;
    while at < coordinates.len() {
        let name = base(&coordinates[at]);
        let count = coordinates[at..].iter().take_while(|c| base(c) == name).count();
        let _ = writeln!(
            text,
            "  {name}: {count} unconstrained number{}",
            if count == 1 { "" } else { "s" }
        );
        at += count;
    }
    text
}
