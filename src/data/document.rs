//! JSON text → entries with the locations of their names, and the way back from part of an entry to
//! its location.

use std::collections::HashMap;

use serde::Deserialize as _;

use super::error::{self, Findings};
use super::json::Entries;
use super::{Irregular, Json, locate};
use crate::base::{Diagnostic, SourceId, Sources, Span};

/// A JSON file: named values.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// In the order of the file; the names are distinct.
    pub entries: Vec<Entry>,
    /// The file's text.
    pub source: SourceId,
}

/// A named value.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The key, as written between its quotes.
    pub key: String,
    /// Where the name stands, without its quotes.
    pub span: Span,
    /// The value under the key.
    pub value: Json,
}

impl Document {
    /// The entry with this name, if there is one.
    #[must_use]
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.key == key)
    }

    /// The location of an entry's value, or of the part that the indices (from 0) lead to; where
    /// they lead nowhere, of the last part they reach. `sources`: where the document was read into.
    #[must_use]
    pub fn value_span(&self, sources: &Sources, entry: &Entry, path: &[usize]) -> Span {
        let range = locate::value(&sources.get(self.source).text, entry.span.end as usize, path);
        Span::new(self.source, range.start, range.end)
    }

    /// The error for an entry that should be an array but is not: what [`Json::array`] found, at
    /// its location.
    #[must_use]
    pub fn irregular(&self, sources: &Sources, entry: &Entry, irregular: &Irregular) -> Diagnostic {
        error::irregular(&entry.key, self.value_span(sources, entry, &irregular.path), irregular)
    }
}

/// Reads a JSON file.
pub(super) fn read(source: SourceId, text: &str) -> Result<Document, Vec<Diagnostic>> {
    let start = text.len() - text.trim_start_matches([' ', '\t', '\n', '\r']).len();
    match text[start..].chars().next() {
        None => {
            return Err(vec![error::empty(
                Span::new(source, 0, 0),
                "an object such as {\"y\": [1, 2, 3]}",
            )]);
        }
        Some('{') => {}
        Some(other) => {
            return Err(vec![error::json_not_object(Span::new(
                source,
                start,
                start + other.len_utf8(),
            ))]);
        }
    }
    let values = parse(text).map_err(|error| vec![syntax(source, text, &error)])?;
    let place = |range: std::ops::Range<usize>| Span::new(source, range.start, range.end);
    let entries = values.into_iter().zip(locate::keys(text)).map(|((key, value), range)| Entry {
        key,
        span: place(range),
        value,
    });
    let document = Document { entries: entries.collect(), source };
    check_keys(&document)?;
    Ok(document)
}

fn parse(text: &str) -> Result<Vec<(String, Json)>, serde_json::Error> {
    let mut parser = serde_json::Deserializer::from_str(text);
    let entries = Entries::deserialize(&mut parser)?;
    parser.end()?;
    Ok(entries.0)
}

fn check_keys(document: &Document) -> Result<(), Vec<Diagnostic>> {
    let mut findings = Findings::new(document.source);
    let mut first_places = HashMap::new();
    for entry in &document.entries {
        let first = *first_places.entry(entry.key.as_str()).or_insert(entry.span);
        if first != entry.span {
            findings.push(error::duplicate_key(&entry.key, first, entry.span));
        }
    }
    findings.finish()
}

/// The parser's message, at the word or character where it stopped.
fn syntax(source: SourceId, text: &str, error: &serde_json::Error) -> Diagnostic {
    let said = error.to_string();
    let said = said.rsplit_once(" at line ").map_or(said.as_str(), |(said, _)| said);
    let range = word(text, offset(text, error.line(), error.column()));
    let place = Span::new(source, range.start, range.end);
    if said == "number out of range" {
        error::json_range(place)
    } else {
        error::json_syntax(place, said, &text[range])
    }
}

/// The byte at a line (from 1) and column (in bytes, from 1) that the parser reports, moved to the
/// start of a character.
fn offset(text: &str, line: usize, column: usize) -> usize {
    let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    text.floor_char_boundary(start + column.saturating_sub(1))
}

/// The word around byte `position`, else the character there, else the empty end.
fn word(text: &str, position: usize) -> std::ops::Range<usize> {
    let in_word = |c: char| c.is_alphanumeric() || matches!(c, '+' | '-' | '.' | '_');
    let after =
        text[position..].find(|c| !in_word(c)).map_or(text.len(), |offset| position + offset);
    if after == position {
        return position..position + text[position..].chars().next().map_or(0, char::len_utf8);
    }
    let before = text[..position]
        .rfind(|c| !in_word(c))
        .map_or(0, |last| last + text[last..].chars().next().map_or(0, char::len_utf8));
    before..after
}
