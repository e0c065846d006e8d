//! CSV and JSON → tables: the bytes of a data file come in; out come typed columns or named arrays
//! with the location of every cell, or what is wrong, and where.
//!
//! This stage does not know the model. A `Table` holds the columns of a CSV file, a `Document` the
//! entries of a JSON file; both give out their values as `Cells`. The text stays in `Sources`; the
//! location of a cell is found from it on demand (`Table::cell_span`, `Document::value_span`), so a
//! table costs its text, 8 bytes for each number, 4 bytes for each use of a label, and little else.

mod array;
mod cell;
mod cells;
mod csv;
mod document;
mod error;
mod header;
mod json;
mod labels;
mod locate;
pub mod named;
mod ragged;
mod record;
mod scan;
mod table;
mod text;

pub use array::{Array, Irregular, Kind, Problem};
pub use cell::MISSING_WORDS;
pub use cells::Cells;
pub use document::{Document, Entry};
pub use json::Json;
pub use labels::Labels;
pub use table::{Column, Table};

use crate::base::{Diagnostic, SourceId, Sources};

/// A data file that has been read.
#[derive(Clone, Debug, PartialEq)]
pub struct DataFile {
    /// The file's name as the user wrote it.
    pub name: String,
    /// The plate whose elements are the file's rows, where the user named one (`plate=FILE`).
    pub plate: Option<String>,
    /// The source that the file's text is in.
    pub source: SourceId,
    /// Its columns or entries.
    pub content: Content,
}

/// The content of a data file, by format.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// Columns by name: a CSV file.
    Table(Table),
    /// Scalars and nested lists by key: a JSON file.
    Document(Document),
}

/// Reads one data file: JSON where `name` ends in `.json`, otherwise CSV (separated by commas or
/// tabs). `plate` is kept as given. The text moves into `sources` without being copied; a byte
/// order mark is dropped there, so that locations are those an editor shows.
///
/// # Errors
/// Everything wrong with the file, in line order: at most ten mistakes, then a note with the number
/// of the rest.
pub fn read(
    sources: &mut Sources,
    name: &str,
    plate: Option<&str>,
    bytes: Vec<u8>,
) -> Result<DataFile, Vec<Diagnostic>> {
    let text = text::decode(sources, name, bytes).map_err(|diagnostic| vec![diagnostic])?;
    let source = sources.add(name, text);
    let text = &sources.get(source).text;
    let content = match extension(name).as_str() {
        "json" => Content::Document(document::read(source, text)?),
        "tsv" | "tab" => Content::Table(csv::read(source, text, b'\t')?),
        _ => Content::Table(csv::read(source, text, b',')?),
    };
    Ok(DataFile { name: name.to_owned(), plate: plate.map(str::to_owned), source, content })
}

/// The part of a file's name after its last dot, in lower case; empty without a dot.
fn extension(name: &str) -> String {
    name.rsplit_once('.').map_or_else(String::new, |(_, extension)| extension.to_lowercase())
}
