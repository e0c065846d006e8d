//! `pgmc check`: reports mistakes, nothing else.

use std::path::PathBuf;

use clap::Args;
use pgmc::base::numbers::plural;
use pgmc::bind::Purpose;
use pgmc::lower::{Form, Scale};

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
        let model = session.model(&self.model)?;
        if self.data.is_empty() {
            say(&format!("{shown}: no mistakes found (without data)"));
            return Ok(());
        }
        let files = session.data(&self.data)?;
        let binding = session.bind(&model, &files, (&self.size, Purpose::Fit))?;
        let density = model.density(&binding, Scale::Unconstrained, Form::Auto);
        let density = density.or_else(|errors| session.fail(&errors))?;
        session.show(&binding.notes);
        let unknowns = plural(density.computation.program.slots, "unknown number");
        say(&format!("{shown}: no mistakes found; {unknowns}"));
        Ok(())
    }
}
