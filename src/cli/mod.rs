//! The command: one file a subcommand. The only place, with `main`, that prints, reads files and
//! the clock.

mod batches;
mod blocks;
mod check;
mod estimate;
mod explain;
mod family;
mod files;
mod fit;
mod graph;
mod hidden;
mod improper;
mod options;
mod pilot;
mod refine;
mod repeated;
mod results;
mod runaway;
mod sample;
mod shares;
mod simulate;
mod states;
mod trace;

use clap::{Parser, Subcommand};

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

/// What a command leaves: an exit status.
pub enum Outcome {
    /// The work is done.
    Done,
    /// The work failed, and why has been printed.
    Failed,
}

/// Runs the command that the arguments name.
pub fn run() -> Outcome {
    match Arguments::parse().command {
        Command::Fit(fit) => fit.run(),
        Command::Check(check) => check.run(),
        Command::Explain(explain) => explain.run(),
        Command::Simulate(simulate) => simulate.run(),
        Command::Graph(graph) => graph.run(),
        Command::Family(family) => family.run(),
    }
}
