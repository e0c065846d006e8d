//! The columns of a CSV file, and the way back from a cell to its location in the text.

use super::Cells;
use super::scan::{Field, Scanner};
use crate::base::{SourceId, Sources, Span};

/// One column of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// The column's name in the header, without surrounding blanks. Empty where the header leaves
    /// it out, as R's `write.csv` does for row names.
    pub name: String,
    /// Where the header has the name; an empty span where the name is empty.
    pub span: Span,
    /// The cells, one for each row.
    pub cells: Cells,
}

/// A CSV file: columns of equal length. Names are distinct, except that several columns may have
/// none.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// In the order of the file; at least one.
    pub columns: Vec<Column>,
    /// How many rows there are below the header; may be 0. Empty lines at the end of the file are
    /// not rows; elsewhere, in a file with a single column, they are missing cells.
    pub rows: usize,
    /// The file's text.
    pub source: SourceId,
    pub(super) separator: u8,
    /// The start of rows 0, `STRIDE`, 2 `STRIDE`, ...
    pub(super) starts: Vec<u32>,
}

/// The start is kept for one row in this many: cells are looked up only for errors, and the starts
/// should not dominate a table of short rows.
pub(super) const STRIDE: usize = 64;

impl Table {
    /// The column with this name, if there is one.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.column_index(name).map(|index| &self.columns[index])
    }

    /// The position of the column with this name, if there is one.
    #[must_use]
    pub fn column_index(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name == name)
    }

    /// Where the header names a column; the empty span at the start of the file where there is no
    /// such column.
    #[must_use]
    pub fn header_span(&self, column: usize) -> Span {
        self.columns.get(column).map_or_else(|| Span::new(self.source, 0, 0), |column| column.span)
    }

    /// The location of a cell: its text without quotes and surrounding blanks, so empty for an
    /// empty cell. Exact even where fields contain line breaks. The empty span at the end of the
    /// file where the table has no such cell. `sources`: where the table was read into.
    #[must_use]
    pub fn cell_span(&self, sources: &Sources, row: usize, column: usize) -> Span {
        let text = &sources.get(self.source).text;
        let end = text.len();
        let (start, end) =
            self.find(text, row, column).map_or((end, end), |field| (field.start, field.end));
        Span::new(self.source, start, end)
    }

    fn find(&self, text: &str, row: usize, column: usize) -> Option<Field> {
        if row >= self.rows || column >= self.columns.len() {
            return None;
        }
        let mut scanner = Scanner::new(text, self.separator, self.starts[row / STRIDE] as usize);
        scanner.skip_records(row % STRIDE);
        (0..column).try_for_each(|_| scanner.field().map(drop))?;
        scanner.field()
    }
}
