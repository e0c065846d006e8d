//! `pgmc simulate`: draws from the prior, as CSV.

use std::io::Write as _;
use std::path::PathBuf;

use clap::Args;
use pgmc::bind::Purpose;
use pgmc::lower::{Form, Layout, Question};
use pgmc::network::ir::Role;
use pgmc::pipeline::Simulator;

use super::Outcome;
use super::files::{Session, Shown, size, unwritable};

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
    /// A file for the parameters and latents of the one draw, as CSV.
    #[arg(long, value_name = "FILE")]
    parameters: Option<PathBuf>,
}

impl Simulate {
    pub fn run(&self) -> Outcome {
        match self.simulate() {
            Ok(()) => Outcome::Done,
            Err(Shown) => Outcome::Failed,
        }
    }

    fn simulate(&self) -> Result<(), Shown> {
        let mut session = Session::new();
        let model = session.model(&self.model)?;
        let files = session.data(&self.data)?;
        let binding = model
            .bind(&files, &self.size, Purpose::Simulate, &session.sources)
            .or_else(|e| session.fail(&e))?;
        let lowered = model
            .program(&binding, Question::Simulation, Form::Auto)
            .or_else(|e| session.fail(&e))?;
        let mut simulator = match Simulator::new(lowered) {
            Ok(simulator) => simulator,
            Err(message) => {
                return session.fail(&[pgmc::base::Diagnostic::error("E0401", message)]);
            }
        };
        let text = if self.draws == 1 {
            self.one(&mut simulator, &session)?
        } else {
            self.many(&mut simulator)
        };
        // A reader that closes early, as `head` does, is no failure.
        let _closed = std::io::stdout().write_all(text.as_bytes());
        Ok(())
    }

    /// Each draw a row.
    fn many(&self, simulator: &mut Simulator) -> String {
        let names: Vec<String> =
            simulator.layouts.iter().flat_map(|l| l.names.iter().map(|n| field(n))).collect();
        let mut text = names.join(",") + "\n";
        for draw in 0..self.draws {
            let row: Vec<String> =
                simulator.draw(self.seed.wrapping_add(draw)).iter().map(f64::to_string).collect();
            text += &(row.join(",") + "\n");
        }
        text
    }

    /// One data set: the observed variables side by side.
    fn one(&self, simulator: &mut Simulator, session: &Session) -> Result<String, Shown> {
        let values = simulator.draw(self.seed);
        let mut columns: Vec<(String, Vec<f64>)> = Vec::new();
        let mut parameters = String::from("name,value\n");
        let mut offset = 0;
        for layout in &simulator.layouts {
            let own = &values[offset..offset + layout.names.len()];
            offset += layout.names.len();
            if layout.role == Role::Observe {
                columns.extend(as_columns(layout, own));
            } else {
                for (name, value) in layout.names.iter().zip(own) {
                    parameters += &format!("{},{value}\n", field(name));
                }
            }
        }
        if let Some(path) = &self.parameters
            && let Err(error) = std::fs::write(path, parameters)
        {
            return session.fail(&[unwritable(path, &error, "--parameters")]);
        }
        Ok(table(&columns))
    }
}

/// A variable as columns: its first axis runs down, the others across.
fn as_columns(layout: &Layout, values: &[f64]) -> Vec<(String, Vec<f64>)> {
    let rows = layout.dimensions.first().map_or(1, |d| d.labels.len());
    if layout.dimensions.len() < 2 {
        return vec![(layout.name.clone(), values.to_vec())];
    }
    let width = values.len() / rows.max(1);
    (0..width)
        .map(|column| {
            let name = layout.names[column]
                .split_once(',')
                .map_or("", |(_, rest)| rest.trim_end_matches(']'))
                .replace(',', ".");
            (
                format!("{}.{name}", layout.name),
                (0..rows).map(|row| values[row * width + column]).collect(),
            )
        })
        .collect()
}

/// Columns side by side; shorter ones end in empty cells.
fn table(columns: &[(String, Vec<f64>)]) -> String {
    let header: Vec<String> = columns.iter().map(|(name, _)| field(name)).collect();
    let rows = columns.iter().map(|(_, values)| values.len()).max().unwrap_or(0);
    let mut text = header.join(",") + "\n";
    for row in 0..rows {
        let cells: Vec<String> =
            columns.iter().map(|(_, v)| v.get(row).map_or(String::new(), f64::to_string)).collect();
        text += &(cells.join(",") + "\n");
    }
    text
}

/// A CSV field, quoted where it must be.
fn field(text: &str) -> String {
    if text.contains([',', '"', '\n']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}
