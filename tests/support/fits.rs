//! Runs of the command on worked models, two at a time.

use super::worked::Worked;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

/// Fits a model with the binary of this build, and gives the folder of results, or what the command
/// complains about.
pub fn fit(worked: &Worked, options: &[&str], out: &str) -> Result<PathBuf, String> {
    let out = Path::new(env!("CARGO_TARGET_TMPDIR")).join(out).join(&worked.name);
    let mut command = Command::new(env!("CARGO_BIN_EXE_pgmc"));
    command
        .arg("fit")
        .arg(&worked.model)
        .args(&worked.data)
        .args(options)
        .args(["--seed", "1", "--quiet", "--out"])
        .arg(&out);
    let output = command.output().expect("the binary of this build runs");
    // 3: done, with results that are not to be trusted; the caller sees these.
    if matches!(output.status.code(), Some(0 | 3)) {
        return Ok(out);
    }
    Err(format!("{}: {}: {}", worked.name, output.status, String::from_utf8_lossy(&output.stderr)))
}

/// A JSON file.
pub fn json(path: &Path) -> Value {
    let text =
        std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// `check` on each model, two at a time; all complaints, in the order of the models.
pub fn each(
    models: &[Worked],
    check: impl Fn(&Worked) -> Result<(), String> + Sync,
) -> Vec<String> {
    let next = Mutex::new(models.iter().enumerate());
    let complaints = Mutex::new(Vec::new());
    let work = || {
        loop {
            let Some((place, worked)) = next.lock().expect("no thread has panicked").next() else {
                return;
            };
            if let Err(complaint) = check(worked) {
                complaints.lock().expect("no thread has panicked").push((place, complaint));
            }
        }
    };
    std::thread::scope(|scope| {
        scope.spawn(work);
        scope.spawn(work);
    });
    let mut complaints = complaints.into_inner().expect("no thread has panicked");
    complaints.sort();
    complaints.into_iter().map(|(_, complaint)| complaint).collect()
}
