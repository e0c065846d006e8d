//! The command `pgmc`.

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    match cli::run() {
        cli::Outcome::Done => ExitCode::SUCCESS,
        cli::Outcome::Failed => ExitCode::FAILURE,
    }
}
