//! CSV text → table. Two passes: the first checks every record and reads every cell as a number,
//! the second assigns codes to the cells of text columns.

use super::Cells;
use super::cell::{Cell, classify, is_missing};
use super::error::{self, Findings};
use super::header;
use super::labels::Dictionary;
use super::ragged::Ragged;
use super::record::{Name, Record};
use super::scan::{self, Field, Scanner};
use super::table::{Column, STRIDE, Table};
use crate::base::{Diagnostic, SourceId, Span};

/// Reads a CSV file; `expected` is the separator that the file's name suggests. `text` is smaller
/// than 4 GiB.
pub(super) fn read(source: SourceId, text: &str, expected: u8) -> Result<Table, Vec<Diagnostic>> {
    let start = scan::extent(text, expected).start;
    if start == text.len() {
        return Err(vec![error::empty(
            Span::new(source, 0, 0),
            "the names of the columns, then a line for each row",
        )]);
    }
    let separator =
        header::separator(source, text, start, expected).map_err(|refusal| vec![refusal])?;
    let text = &text[..scan::extent(text, separator).end];
    let mut scanner = Scanner::new(text, separator, start);
    let mut findings = Findings::new(source);
    let names = header::names(source, text, &mut scanner, &mut findings);
    let mut rows = Rows {
        source,
        text,
        drafts: drafts(&text[scanner.position()..], names.len()),
        count: 0,
        starts: Vec::new(),
    };
    rows.read(scanner.clone(), &names, &mut findings);
    findings.finish()?;
    rows.read_labels(scanner);
    Ok(rows.finish(names, separator))
}

/// A column that is being read.
enum Draft {
    /// All cells so far are numbers or missing.
    Number { values: Vec<f64>, missing: Vec<u32> },
    /// Some cell was not a number; the labels are collected in the second pass.
    Text { labels: Dictionary, first_text: u32 },
}

/// A draft for each column, with room for all rows of `body`.
fn drafts(body: &str, columns: usize) -> Vec<Draft> {
    // Every row takes a line, and every column at least a byte of it, so this never reserves more
    // than the text can fill.
    let lines = body.bytes().filter(|&byte| byte == b'\n').count() + 1;
    let rows = lines.min(body.len() / columns + 1);
    (0..columns)
        .map(|_| Draft::Number { values: Vec::with_capacity(rows), missing: Vec::new() })
        .collect()
}

/// The rows read so far.
struct Rows<'t> {
    source: SourceId,
    text: &'t str,
    drafts: Vec<Draft>,
    count: usize,
    starts: Vec<u32>,
}

impl Rows<'_> {
    /// The first pass: `scanner` stands at the first row.
    fn read(&mut self, mut scanner: Scanner, names: &[Name], findings: &mut Findings) {
        let mut ragged = Ragged::default();
        let mut start = scanner.position();
        while let Some(record) = self.read_record(&mut scanner, findings) {
            if self.count.is_multiple_of(STRIDE) {
                self.starts.push(short(start));
            }
            if record.sound && record.fields != names.len() {
                ragged.push(record);
            }
            self.count += 1;
            start = scanner.position();
        }
        ragged.report(self.count, self.source, names, findings);
    }

    /// Reads one record; none at the end of the text.
    fn read_record(&mut self, scanner: &mut Scanner, findings: &mut Findings) -> Option<Record> {
        let mut record = Record::new(self.count);
        while let Some(field) = scanner.field() {
            self.read_number(record.fields, &field);
            record.add(&field, self.drafts.len());
            if let Some(fault) = field.fault {
                findings.push(error::quotes(self.source, fault));
            }
            if field.last {
                return Some(record);
            }
        }
        None
    }

    /// Reads a cell as a number, unless its column is text already or turns out to be text now.
    fn read_number(&mut self, column: usize, field: &Field) {
        let Some(draft) = self.drafts.get_mut(column) else { return };
        let Draft::Number { values, missing } = draft else { return };
        match classify(&self.text[field.start..field.end]) {
            Cell::Number(value) => values.push(value),
            Cell::Missing => {
                values.push(f64::NAN);
                missing.push(short(self.count));
            }
            Cell::Text => {
                *draft =
                    Draft::Text { labels: Dictionary::default(), first_text: short(self.count) }
            }
        }
    }

    /// The second pass, for columns that need it: all records are known to be sound.
    fn read_labels(&mut self, mut scanner: Scanner) {
        let mut texts = 0;
        for draft in &mut self.drafts {
            if let Draft::Text { labels, .. } = draft {
                labels.reserve(self.count);
                texts += 1;
            }
        }
        let rows = if texts == 0 { 0 } else { self.count };
        for _ in 0..rows {
            for draft in &mut self.drafts {
                let Some(field) = scanner.field() else { return };
                if let Draft::Text { labels, .. } = draft {
                    let label = field.content(self.text);
                    if is_missing(&label) { labels.push_missing() } else { labels.push(&label) }
                }
            }
        }
    }

    fn finish(self, names: Vec<Name>, separator: u8) -> Table {
        let columns = names.into_iter().zip(self.drafts).map(|(name, draft)| Column {
            name: name.text,
            span: name.span,
            cells: draft.finish(),
        });
        Table {
            columns: columns.collect(),
            rows: self.count,
            source: self.source,
            separator,
            starts: self.starts,
        }
    }
}

impl Draft {
    fn finish(self) -> Cells {
        match self {
            Self::Number { mut values, missing } => {
                values.shrink_to_fit();
                Cells::Number { values, missing }
            }
            Self::Text { labels, first_text } => {
                let (labels, codes) = labels.finish();
                Cells::Text { labels, codes, first_text }
            }
        }
    }
}

/// A byte offset or a row number in 32 bits: a file is smaller than 4 GiB.
fn short(position: usize) -> u32 {
    u32::try_from(position).unwrap_or(u32::MAX)
}
