//! The command `pgmc`.

mod cli;

use std::process::ExitCode;

/// Bytes of stack, taken only as they are used: passes over deeply nested models call themselves
/// once a level.
const STACK: usize = 256 << 20;

/// The exit status of results that are not to be trusted as they stand; 2 is that of wrong usage.
const DOUBTFUL: u8 = 3;

/// The exit status of work that Ctrl-C ended: as shells have it, 128 and the number of the signal.
const STOPPED: u8 = 130;

fn main() -> ExitCode {
    let outcome = match std::thread::Builder::new().stack_size(STACK).spawn(cli::run) {
        Ok(work) => work.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
        // Where memory is too scarce for the thread, models that do not nest deeply still run.
        Err(_) => cli::run(),
    };
    match outcome {
        Ok(cli::Ended::Done) => ExitCode::SUCCESS,
        Ok(cli::Ended::Doubtful) => ExitCode::from(DOUBTFUL),
        Ok(cli::Ended::Stopped) => ExitCode::from(STOPPED),
        Err(cli::Shown) => ExitCode::FAILURE,
    }
}
