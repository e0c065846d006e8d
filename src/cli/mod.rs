//! The command line, one file per subcommand. Apart from `main`, the only place that prints, reads
//! files or uses the clock.

mod check;
mod explain;
mod family;
mod files;
mod fit;
mod folder;
mod graph;
mod init;
mod options;
mod session;
mod simulate;
mod terminal;
mod usage;

use clap::{Parser, Subcommand};
pub use session::{Ended, Shown};

/// A compiler for probabilistic graphical models: from a .pgm file and a CSV file to estimates.
#[derive(Parser)]
#[command(name = "pgmc", version, max_term_width = 100, after_help = EXAMPLES)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "Examples:
  pgmc fit model.pgm data.csv                  the main job: compile, fit, summarise
  pgmc fit model.pgm rows.csv counties=counties.csv --out fit/
  pgmc check model.pgm data.csv                find mistakes, fit nothing
  pgmc explain model.pgm data.csv              what the compiler made of it

Every command has its own --help with examples.";

#[derive(Subcommand)]
enum Command {
    Fit(fit::Fit),
    Check(check::Check),
    Explain(explain::Explain),
    Simulate(simulate::Simulate),
    Graph(graph::Graph),
    Family(family::Family),
}

/// Runs the command that the arguments name.
///
/// # Errors
/// If the work failed; the reason has been shown.
pub fn run() -> Result<Ended, Shown> {
    match Arguments::parse().command {
        Command::Fit(fit) => return fit.run(),
        Command::Check(check) => check.run(),
        Command::Explain(explain) => explain.run(),
        Command::Simulate(simulate) => simulate.run(),
        Command::Graph(graph) => graph.run(),
        Command::Family(family) => family.run(),
    }?;
    Ok(Ended::Done)
}
