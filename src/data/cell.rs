//! The text of one cell → missing, a number, or text.

/// What stands for a missing cell, beside nothing at all. Case matters: `Nan` is a name.
pub const MISSING_WORDS: [&str; 4] = ["NA", "NaN", "nan", "null"];

/// What one cell says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Cell {
    /// Nothing is known.
    Missing,
    /// A number; infinite for `inf`, `-Infinity`, and numbers beyond the range of f64. Never NaN.
    Number(f64),
    /// Anything else: labels, dates, `true`.
    Text,
}

/// Reads a cell; `text` has no blanks around it. Every spelling of not-a-number that numeric output
/// has (`-nan`, `NAN`) is missing.
pub(super) fn classify(text: &str) -> Cell {
    if is_missing(text) {
        return Cell::Missing;
    }
    match text.parse::<f64>() {
        Ok(value) if value.is_nan() => Cell::Missing,
        Ok(value) => Cell::Number(value),
        Err(_) => Cell::Text,
    }
}

/// Whether `text` stands for a missing cell among labels.
pub(super) fn is_missing(text: &str) -> bool {
    text.is_empty() || MISSING_WORDS.contains(&text)
}
