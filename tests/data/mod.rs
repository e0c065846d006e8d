//! The data stage: CSV and JSON bytes → tables, documents, places and mistakes.

mod documents;
mod mistakes;
mod random;
mod tables;

use pgmc::base::Sources;
use pgmc::data::{Cells, Content, Document, Table, read};

/// Reads a file that has no mistake.
fn content(name: &str, bytes: &[u8]) -> (Sources, Content) {
    let mut sources = Sources::new();
    let file = read(&mut sources, name, None, bytes.to_vec()).expect("the file has no mistake");
    (sources, file.content)
}

fn table(text: &str) -> (Sources, Table) {
    match content("t.csv", text.as_bytes()) {
        (sources, Content::Table(table)) => (sources, table),
        (_, Content::Document(_)) => panic!("a CSV file gave a document"),
    }
}

fn document(text: &str) -> (Sources, Document) {
    match content("t.json", text.as_bytes()) {
        (sources, Content::Document(document)) => (sources, document),
        (_, Content::Table(_)) => panic!("a JSON file gave a table"),
    }
}

/// The cells as text, `None` where missing; numbers as Rust prints them.
fn shown(cells: &Cells) -> Vec<Option<String>> {
    let show = |row: usize| match cells {
        Cells::Number { values, .. } => (!values[row].is_nan()).then(|| values[row].to_string()),
        Cells::Text { .. } => cells.label(row).map(str::to_owned),
    };
    (0..cells.len()).map(show).collect()
}
