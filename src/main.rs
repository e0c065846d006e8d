//! The command `pgmc`.

mod cli;

use std::process::ExitCode;

/// Bytes of stack, taken only as they are used: passes over deeply nested models call themselves
/// once a level.
const STACK: usize = 256 << 20;

fn main() -> ExitCode {
    let outcome = match std::thread::Builder::new().stack_size(STACK).spawn(cli::run) {
        Ok(work) => work.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
        // Where memory is too scarce for the thread, models that do not nest deeply still run.
        Err(_) => cli::run(),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(cli::Shown) => ExitCode::FAILURE,
    }
}
