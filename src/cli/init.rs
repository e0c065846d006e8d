//! Files of starting values: JSON or CSV, by hand or from an earlier fit.

use std::path::Path;

use pgmc::base::Diagnostic;
use pgmc::data::named::{self, Named};
use pgmc::fit::Init;

use super::files::unreadable;

/// The summary in the folder of a fit.
const SUMMARY: &str = "summary.json";

/// The starting values in a file, or in the folder of a fit.
///
/// # Errors
/// If the file cannot be read, or holds something else.
pub fn read(path: &Path) -> Result<Init, Diagnostic> {
    let path = if path.is_dir() { path.join(SUMMARY) } else { path.to_path_buf() };
    let text = std::fs::read_to_string(&path)
        .map_err(|error| unreadable(&path, &error, "file of starting values"))?;
    let parsed = named::read(&text);
    let parsed = parsed.map(|Named { values, of_fit }| Init { values, of_fit });
    parsed.map_err(|why| {
        let message = format!("{} has no starting values", path.display());
        Diagnostic::error("E0514", message).because(why).try_this(
            "write a JSON object such as {\"a\": 1.2, \"b\": [1, 2]}, or a CSV with the columns \
             name and value; or name the folder of an earlier fit",
        )
    })
}
