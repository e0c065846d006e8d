//! The output folder of a fit: what is written to it and read from it.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;

use pgmc::base::{Diagnostic, set, words};
use pgmc::fit::{Fitted, Record};
use pgmc::report::{Page, formats, summary_json};

use super::files;
use super::session::{Session, Shown};

/// The name of the record in the folder.
const RECORD: &str = "fit.json";

/// A folder that a fit is saved in.
pub struct Folder<'a> {
    path: &'a Path,
    session: &'a Session,
}

impl<'a> Folder<'a> {
    pub fn new(path: &'a Path, session: &'a Session) -> Self {
        Self { path, session }
    }

    /// Writes all files of a fit.
    pub fn keep(&self, fitted: &Fitted, page: &Page<'_>, record: &Record) -> Result<(), Shown> {
        for format in formats(page).into_iter().filter(|format| format.applies(fitted)) {
            self.file(format.file(), |out| format.write(fitted, out))?;
        }
        let record = serde_json::to_value(record).unwrap_or_default();
        self.file(RECORD, |out| out.write_all(summary_json::text(&record).as_bytes()))
    }

    fn file(
        &self,
        name: &str,
        write: impl FnOnce(&mut BufWriter<File>) -> std::io::Result<()>,
    ) -> Result<(), Shown> {
        let path = self.path.join(name);
        let written = File::create(&path).and_then(|file| {
            let mut out = BufWriter::new(file);
            write(&mut out)?;
            out.flush()
        });
        written.or_else(|error| {
            let why = files::words(&error);
            let message = format!("cannot write {}: {why}", path.display());
            self.session.fail(&[Diagnostic::error("E0504", message)])
        })
    }
}

/// Checks before the work, rather than after, that a folder can be written to.
///
/// # Errors
/// What is in the way.
pub fn check(path: &Path) -> Result<(), Diagnostic> {
    let result = std::fs::create_dir_all(path).and_then(|()| {
        let probe = path.join(".pgmc");
        std::fs::write(&probe, b"")?;
        std::fs::remove_file(probe)
    });
    result.map_err(|error| {
        let message = format!("cannot write to {}: {}", path.display(), files::words(&error));
        let advice = [words("name another folder with "), set("out", "DIR")];
        Diagnostic::error("E0505", message).try_this(advice)
    })
}

/// The record of the fit saved in a folder.
///
/// # Errors
/// If the folder has no record, or one that this program does not understand.
pub fn record(folder: &Path) -> Result<Record, Diagnostic> {
    let path = folder.join(RECORD);
    let text = std::fs::read_to_string(&path).map_err(|error| {
        let why = files::words(&error);
        let message = format!("cannot read the record of a fit, {}: {why}", path.display());
        Diagnostic::error("E0511", message)
            .try_this("name the folder that was given to --out of an earlier fit")
    })?;
    serde_json::from_str(&text).map_err(|error| {
        let message = format!("{} is no record of a fit that this version reads", path.display());
        Diagnostic::error("E0512", message)
            .because(error.to_string())
            .try_this("make the fit once more from the model and the data")
    })
}
