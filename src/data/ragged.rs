//! Records of the wrong length → mistakes: one for each row, or one for all where every row is
//! wrong in the same way.

use super::error::{self, Findings};
use super::record::{Name, Record};
use crate::base::SourceId;

/// The records of the wrong length that were found, as far as they will be shown.
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

    /// Reports them; `rows` is the number of rows in all.
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
