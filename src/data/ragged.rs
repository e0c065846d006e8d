//! Records of the wrong length → findings: one a row, or one for all where every row is wrong in
//! the same way.

use super::error::{self, Findings};
use super::header::Name;
use super::scan::Field;
use crate::base::SourceId;

/// One record, as far as it is read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Record {
    /// Its number, from 0; the header has none.
    pub row: usize,
    /// How many fields it has.
    pub fields: usize,
    /// The start of its first field.
    pub start: usize,
    /// The end of its last field.
    pub end: usize,
    /// Where the first field too many starts.
    pub surplus: Option<usize>,
    /// Whether its quotes are in order.
    pub sound: bool,
}

impl Record {
    /// The record of a row, before its first field.
    pub(super) fn new(row: usize) -> Self {
        Self { row, fields: 0, start: 0, end: 0, surplus: None, sound: true }
    }

    /// Adds a field, given how many there should be.
    pub(super) fn add(&mut self, field: &Field, expected: usize) {
        if self.fields == 0 {
            self.start = field.start;
        }
        if self.fields == expected {
            self.surplus = Some(field.start);
        }
        self.end = field.end;
        self.sound &= field.fault.is_none();
        self.fields += 1;
    }

    /// Whether it is an empty line.
    pub(super) fn is_blank(&self) -> bool {
        self.fields == 1 && self.start == self.end
    }
}

/// The records of the wrong length that were met, as far as they will be shown.
#[derive(Default)]
pub(super) struct Ragged {
    first: Vec<Record>,
    count: usize,
    /// Whether all have as many fields as the first.
    alike: bool,
}

impl Ragged {
    pub(super) fn push(&mut self, record: Record) {
        self.alike =
            self.first.first().is_none_or(|first| self.alike && first.fields == record.fields);
        self.count += 1;
        if self.first.len() < Findings::SHOWN {
            self.first.push(record);
        }
    }

    /// Reports them, given how many rows there are in all.
    pub(super) fn report(
        self,
        rows: usize,
        source: SourceId,
        names: &[Name],
        findings: &mut Findings,
    ) {
        match self.first.first() {
            Some(first) if rows > 1 && self.count == rows && self.alike && !first.is_blank() => {
                findings.push(error::wrong_header(source, *first, names));
            }
            Some(_) | None => {
                self.first
                    .iter()
                    .for_each(|&record| findings.push(error::ragged(source, record, names)));
                findings.leave_out(self.count - self.first.len());
            }
        }
    }
}
