//! Diagnostics and fitted models → text for the terminal, JSON and CSV: a file a format. Writes only
//! where it is told to.

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

/// A file that a fitted model is written to.
pub trait Format {
    /// Its name in the folder of a fit.
    fn file(&self) -> &'static str;

    /// Whether this fit has what belongs into it.
    fn applies(&self, fitted: &Fitted) -> bool;

    /// Writes it.
    ///
    /// # Errors
    /// Where `out` does not take what is written.
    fn write(&self, fitted: &Fitted, out: &mut dyn Write) -> io::Result<()>;
}

/// All formats of the folder of a fit.
#[must_use]
pub fn formats<'a>(page: &'a Page<'a>) -> Vec<&'a dyn Format> {
    vec![&SummaryJson, &SummaryCsv, &DrawsCsv, &DiscreteCsv, page]
}
