//! `pgmc simulate`: draws from the prior, as CSV.

use std::path::PathBuf;

use clap::Args;
use pgmc::base::Diagnostic;
use pgmc::bind::Purpose;
use pgmc::pipeline::Simulator;
use pgmc::report::simulated;

use super::files::unwritable;
use super::options::size;
use super::session::{Session, Shown, write};

/// Draw everything from the model: parameters from their priors, then what depends on them. CSV on
/// standard output.
///
/// With --draws 1, the observed variables of one simulated data set come out in the shape of the
/// data: one row an element of their plate, a column a variable. With more draws, each draw is a
/// row and every element of every variable a column.
#[derive(Args)]
#[command(after_help = "Examples:
  pgmc simulate model.pgm --size rows=100 --seed 1 > fake.csv       one data set, in the shape of the data
  pgmc simulate model.pgm data.csv --draws 1000 > prior.csv         the prior, a row a draw
  pgmc simulate model.pgm inputs.csv --parameters truth.csv         keep the parameters that were drawn")]
pub struct Simulate {
    /// The model file.
    model: PathBuf,
    /// Data files with the inputs (observed variables in them are not read).
    data: Vec<String>,
    /// The same seed gives the same draws.
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// How many draws of everything.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..), allow_negative_numbers = true)]
    draws: u64,
    /// The size of a plate that the data do not tell, as PLATE=N.
    #[arg(long, value_parser = size, value_name = "PLATE=N")]
    size: Vec<(String, usize)>,
    /// A file for the parameters and latents that were drawn, as CSV: a row an element, or with
    /// several draws a row a draw.
    #[arg(long, value_name = "FILE")]
    parameters: Option<PathBuf>,
}

impl Simulate {
    pub fn run(&self) -> Result<(), Shown> {
        let mut session = Session::new();
        let model = session.model(&self.model)?;
        let files = session.data(&self.data)?;
        let binding = session.bind(&model, &files, (&self.size, Purpose::Simulate))?;
        let simulation = model.simulation(&binding);
        let simulation = simulation.or_else(|errors| session.fail(&errors))?;
        let mut simulator = Simulator::new(simulation)
            .or_else(|message| session.fail(&[Diagnostic::error("E0401", message)]))?;
        let draws = (0..self.draws).map(|draw| simulator.draw(self.seed.wrapping_add(draw)));
        let draws: Vec<Vec<f64>> = draws.collect();
        let layouts = &simulator.layouts;
        let (text, parameters) = match draws.as_slice() {
            [only] => (simulated::data(layouts, only), simulated::parameters(layouts, only)),
            several => {
                let rows = simulated::rows(layouts, several.iter().cloned());
                (rows, simulated::parameter_rows(layouts, several))
            }
        };
        if let Some(path) = &self.parameters
            && let Err(error) = std::fs::write(path, parameters)
        {
            return session.fail(&[unwritable(path, &error, "--parameters")]);
        }
        write(&text);
        Ok(())
    }
}
