//! The first line of a CSV file → the separator, and the columns' names with their locations.

use std::collections::HashMap;

use super::cell::{Cell, classify};
use super::error::{self, Findings};
use super::record::Name;
use super::scan::Scanner;
use crate::base::{Diagnostic, SourceId, Span};

/// The separator of the records that start at byte `start`: `expected` if it follows the first
/// field, else comma or tab if one of them does. A header of a single field does not decide. A
/// header separated by semicolons is refused: decimal commas come with them, and `1,5` must not be
/// guessed at.
pub(super) fn separator(
    source: SourceId,
    text: &str,
    start: usize,
    expected: u8,
) -> Result<u8, Diagnostic> {
    if let Some(found) = [expected, b',', b'\t']
        .into_iter()
        .find(|&separator| second_field(text, start, separator).is_some())
    {
        return Ok(found);
    }
    match second_field(text, start, b';') {
        Some(at) => Err(error::semicolons(Span::new(source, at - 1, at))),
        None => Ok(expected),
    }
}

/// Where the second field of the first record would start if `separator` were the separator.
fn second_field(text: &str, start: usize, separator: u8) -> Option<usize> {
    let mut scanner = Scanner::new(text, separator, start);
    let first = scanner.field()?;
    (!first.last).then(|| scanner.position())
}

/// Reads the first record as names; mistakes go to `findings`. `scanner` is at the start of the
/// file, and afterwards at its first row.
pub(super) fn names(
    source: SourceId,
    text: &str,
    scanner: &mut Scanner,
    findings: &mut Findings,
) -> Vec<Name> {
    let mut names = Vec::new();
    while let Some(field) = scanner.field() {
        if let Some(fault) = field.fault {
            findings.push(error::quotes(source, fault));
        }
        names.push(Name {
            text: field.content(text).into_owned(),
            span: Span::new(source, field.start, field.end),
        });
        if field.last {
            break;
        }
    }
    check_names(&names, findings);
    names
}

fn check_names(names: &[Name], findings: &mut Findings) {
    if names.iter().all(|name| matches!(classify(&name.text), Cell::Number(_))) {
        findings.push(error::no_header(names));
        return;
    }
    let mut first_places = HashMap::new();
    for name in names.iter().filter(|name| !name.text.is_empty()) {
        let first = *first_places.entry(name.text.as_str()).or_insert(name.span);
        if first != name.span {
            findings.push(error::duplicate_column(&name.text, first, name.span));
        }
    }
}
