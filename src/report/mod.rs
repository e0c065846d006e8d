//! Renders diagnostics and fitted models as text for the terminal, JSON and CSV, one file per
//! format. Writes only to where it is told.

pub mod blocks;
pub mod diagnostics;
pub mod discrete;
mod draws_csv;
mod excerpt;
pub mod explain;
pub mod headline;
pub mod layout;
mod page;
pub mod progress;
pub mod simulated;
mod summary_csv;
pub mod summary_json;
pub mod table;

use std::io::{self, Write};

pub use discrete::DiscreteCsv;
pub use draws_csv::DrawsCsv;
pub use page::Page;
pub use summary_csv::SummaryCsv;
pub use summary_json::SummaryJson;

use crate::fit::Fitted;

/// A file format for a fitted model.
pub trait Format {
    /// The file's name in the output folder of a fit.
    fn file(&self) -> &'static str;

    /// Whether this fit has anything to put in it.
    fn applies(&self, fitted: &Fitted) -> bool;

    /// Writes the file.
    ///
    /// # Errors
    /// If writing to `out` fails.
    fn write(&self, fitted: &Fitted, out: &mut dyn Write) -> io::Result<()>;
}

/// All formats of the output folder of a fit.
#[must_use]
pub fn formats<'a>(page: &'a Page<'a>) -> Vec<&'a dyn Format> {
    vec![&SummaryJson, &SummaryCsv, &DrawsCsv, &DiscreteCsv, page]
}
