//! The command: what it says about mistakes and of runs, and what it does where work has no end.

mod mistakes;
mod runs;
mod unbounded;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Runs the command in a folder.
pub fn pgmc(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pgmc"));
    command.args(arguments).current_dir(folder).env("NO_COLOR", "1").env_remove("CLICOLOR_FORCE");
    command.output().expect("the command starts")
}

/// A new folder for one test.
pub fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("errors").join(name);
    fs::create_dir_all(&folder).expect("a folder for the test");
    folder
}

pub fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}
