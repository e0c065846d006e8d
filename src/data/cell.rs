//! The text of one cell → missing, a number, or text.

/// The texts that mean a missing cell, besides the empty one. Case matters: `Nan` is a name.
pub const MISSING_WORDS: [&str; 4] = ["NA", "NaN", "nan", "null"];

/// The content of one cell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Cell {
    /// A missing value.
    Missing,
    /// A number; infinite for `inf`, `-Infinity`, and numbers beyond the range of f64. Never NaN.
    Number(f64),
    /// Anything else: labels, dates, `true`.
    Text,
}

/// Reads a cell; `text` has no surrounding blanks. Every spelling of not-a-number that numeric
/// output uses (`-nan`, `NAN`) is missing.
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

/// Whether `text`, among labels, stands for a missing cell.
pub(super) fn is_missing(text: &str) -> bool {
    text.is_empty() || MISSING_WORDS.contains(&text)
}
