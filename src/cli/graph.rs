//! `pgmc graph`: the plate diagram of a model, as DOT or SVG.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use pgmc::network::diagram::{Diagram, dot, svg};

use super::files::unwritable;
use super::session::{Session, Shown, write};

/// Draw a model: its variables with their plates, and what depends on what. Observed variables are
/// shaded, inputs are boxes, computed ones have a dashed edge; a dashed arrow goes to a later
/// element along a plate.
#[derive(Args)]
#[command(after_help = "Examples:
  pgmc graph model.pgm --format svg -o model.svg
  pgmc graph model.pgm | dot -Tpdf > model.pdf         with Graphviz")]
pub struct Graph {
    /// The model file.
    model: PathBuf,
    /// What to write.
    #[arg(long, value_enum, default_value_t = Format::Dot)]
    format: Format,
    /// The file to write; standard output without it.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// The formats of a diagram.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// The language of Graphviz, to be laid out by its `dot`.
    Dot,
    /// A picture that browsers show.
    Svg,
}

impl Graph {
    pub fn run(&self) -> Result<(), Shown> {
        let mut session = Session::new();
        let diagram = Diagram::new(&session.model(&self.model)?.network);
        let text = match self.format {
            Format::Dot => dot(&diagram),
            Format::Svg => svg(&diagram),
        };
        let Some(path) = &self.output else {
            write(&text);
            return Ok(());
        };
        std::fs::write(path, text)
            .or_else(|error| session.fail(&[unwritable(path, &error, "--output")]))
    }
}
