//! What is read from a CSV file, with the locations to show mistakes at: a name in the header, the
//! record of a row.

use super::scan::Field;
use crate::base::Span;

/// The name of a column, and where the header has it.
pub(super) struct Name {
    pub text: String,
    pub span: Span,
}

/// One record, as far as it has been read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Record {
    /// The row's number, from 0, not counting the header.
    pub row: usize,
    /// How many fields it has.
    pub fields: usize,
    /// The start of its first field.
    pub start: usize,
    /// The end of its last field.
    pub end: usize,
    /// Where the first surplus field starts.
    pub surplus: Option<usize>,
    /// Whether its quotes are well formed.
    pub sound: bool,
}

impl Record {
    /// The record of a row, before its first field.
    pub(super) fn new(row: usize) -> Self {
        Self { row, fields: 0, start: 0, end: 0, surplus: None, sound: true }
    }

    /// Adds a field; `expected` is the number of fields that there should be.
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
