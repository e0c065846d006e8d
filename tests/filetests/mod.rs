//! Programs as text, with what is expected of them: a file a case, below `tests/filetests/`.
//!
//! A file holds a program, as `program::print_with_values` prints it and `program::parse` reads it,
//! with remarks in lines that begin with `;`. Some of these say what to do:
//!
//! - `; run: f(0.5, 2.0) == 2.5`: the outputs at these unknowns, by all interpreters and by machine
//!   code; several numbers in brackets. `…` behind unknowns: from the first one again, until there
//!   are enough.
//! - `; gradient: f(0.5, 2.0) == [0.5, 1.0]`: the gradient of the sum of the terms, in the same
//!   ways.
//! - `; model: nile` in the place of a program: that of a model of `models/`; `; rows: 100`: with so
//!   many rows of data.
//! - `; expect gradient` and the like (see `made.rs`): what follows is the text of what the
//!   program becomes.
//!
//! `PGMC_BLESS=1 cargo test filetests` writes what is found where something else was
//! expected. Such changes are to be read as code is.

mod case;
mod made;
#[cfg(not(target_arch = "riscv64"))]
mod mistakes;
mod models;
mod run;

use case::{Case, Failure};

use crate::support::worked;
use std::path::{Path, PathBuf};

/// All files of a folder, by name.
fn files(folder: &str) -> Vec<PathBuf> {
    worked::entries(&Path::new("tests/filetests").join(folder))
}

/// Whether texts are written anew.
fn blesses() -> bool {
    std::env::var_os("PGMC_BLESS").is_some_and(|value| value == "1")
}

/// Holds each file of a folder to what it says.
fn check(folder: &str) {
    let files = files(folder);
    assert!(!files.is_empty(), "no file in {folder}");
    let failures: Vec<String> = files
        .iter()
        .filter_map(|path| check_file(path).err())
        .map(|failure| failure.to_string())
        .collect();
    assert!(failures.is_empty(), "\n{}\n\nPGMC_BLESS=1 writes what was found", failures.join("\n"));
}

fn check_file(path: &Path) -> Result<(), Failure> {
    let case = Case::read(path)?;
    let found = case.found()?;
    if blesses() {
        case.write(&found);
        return Ok(());
    }
    case.compare(&found)
}

#[test]
fn programs() {
    check("program");
}

#[test]
fn gradients() {
    check("gradient");
}

// There are no vectors on that machine, and no loop runs two rounds side by side.
#[test]
#[cfg(not(target_arch = "riscv64"))]
fn plans() {
    check("plan");
}

#[test]
fn machine_code() {
    check("machine");
}

#[test]
#[cfg(not(target_arch = "riscv64"))]
fn gradients_and_plans_of_models() {
    check("models");
}

#[test]
fn mistakes_in_the_text() {
    check("errors");
}
