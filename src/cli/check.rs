//! `pgmc check`: mistakes, nothing else.

use std::path::PathBuf;

use clap::Args;
use pgmc::base::numbers::plural;
use pgmc::bind::Purpose;
use pgmc::lower::{Form, Question};

use super::options::size;
use super::session::{Session, Shown, say};

/// Find mistakes in a model and, where data are given, in the data.
#[derive(Args)]
#[command(after_help = "Examples:
  pgmc check model.pgm
  pgmc check model.pgm data.csv scalars.json")]
pub struct Check {
    /// The model file.
    model: PathBuf,
    /// Data files: FILE, or PLATE=FILE for the table of a plate.
    data: Vec<String>,
    /// The size of a plate that the data do not tell, as PLATE=N.
    #[arg(long, value_parser = size, value_name = "PLATE=N")]
    size: Vec<(String, usize)>,
}

impl Check {
    pub fn run(&self) -> Result<(), Shown> {
        let mut session = Session::new();
        let shown = self.model.display();
        if self.data.is_empty() {
            session.model(&self.model)?;
            say(&format!("{shown}: no mistakes found (without data)"));
            return Ok(());
        }
        let purpose = Purpose::Fit;
        let (model, binding) = session.bound(&self.model, &self.data, (&self.size, purpose))?;
        let question = Question::Density { jacobian: true };
        let lowered = model.program(&binding, question, Form::Auto);
        let lowered = lowered.or_else(|errors| session.fail(&errors))?;
        session.show(&binding.notes);
        let unknowns = plural(lowered.program.slots, "unknown number");
        say(&format!("{shown}: no mistakes found; {unknowns}"));
        Ok(())
    }
}
