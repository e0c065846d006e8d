//! CSV and JSON → tables: the bytes of a data file in; typed columns or named arrays with the place
//! of every cell out, or what is wrong, and where.
//!
//! This stage knows no model. A `Table` holds the columns of a CSV file, a `Document` the entries
//! of a JSON file; both hand their values out as `Cells`. The text stays in `Sources`; the place of
//! a cell is found again from there when somebody asks (`Table::cell_span`,
//! `Document::value_span`), so a table costs its text, 8 bytes a number, 4 bytes a label's use, and
//! little else.

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

/// One data file, read.
#[derive(Clone, Debug, PartialEq)]
pub struct DataFile {
    /// Its name as the user wrote it.
    pub name: String,
    /// The plate that the user named it for (`plate=FILE`).
    pub plate: Option<String>,
    /// Its text.
    pub source: SourceId,
    /// What it holds.
    pub content: Content,
}

/// What a data file holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// Columns by name: a CSV file.
    Table(Table),
    /// Scalars and nested lists by key: a JSON file.
    Document(Document),
}

/// Reads one data file: JSON where `name` ends in `.json`, CSV otherwise (separated by commas or
/// tabs). `plate` is kept as it is. The text moves into `sources` without being copied; a byte
/// order mark is dropped there, so places are those that an editor shows.
///
/// # Errors
/// Everything wrong with the file, in the order of its lines: ten findings at most, then a note
/// with the number of the others.
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

/// What follows the last dot of a file's name, in lower case; empty without a dot.
fn extension(name: &str) -> String {
    name.rsplit_once('.').map_or_else(String::new, |(_, extension)| extension.to_lowercase())
}
