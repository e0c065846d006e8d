//! `pgmc check`: mistakes, nothing else.

use std::path::PathBuf;

use clap::Args;
use pgmc::base::numbers::plural;
use pgmc::bind::Purpose;
use pgmc::lower::{Form, Question};

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
}

impl Check {
    pub fn run(&self) -> Result<(), Shown> {
        self.check().map(|message| say(&message))
    }

    fn check(&self) -> Result<String, Shown> {
        let mut session = Session::new();
        let model = session.model(&self.model)?;
        let shown = self.model.display();
        if self.data.is_empty() {
            return Ok(format!("{shown}: no mistakes found (without data)"));
        }
        let files = session.data(&self.data)?;
        let binding = model
            .bind(&files, &[], Purpose::Fit, &session.sources)
            .or_else(|errors| session.fail(&errors))?;
        let question = Question::Density { jacobian: true };
        let lowered = model
            .program(&binding, question, Form::Auto)
            .or_else(|errors| session.fail(&errors))?;
        session.show(&binding.notes);
        Ok(format!(
            "{shown}: no mistakes found; {}",
            plural(lowered.program.slots, "unknown number")
        ))
    }
}
