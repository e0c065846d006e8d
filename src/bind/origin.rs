//! Where a variable's values stand: columns of a table or an array of a document.

use crate::base::{Sources, Span};
use crate::data::{Array, Cells, Document, Entry, Table};

/// One value as the file has it.
pub enum Cell<'a> {
    Missing,
    Number(f64),
    Text(&'a str),
}

/// The place of a variable's values; element i is the i-th in the order of the declared axes, the
/// last fastest.
pub enum Origin<'a> {
    /// Columns side by side; `rows`: the row of each element of the first axis, where it is not
    /// simply the same.
    Columns { table: &'a Table, columns: Vec<usize>, rows: Option<Vec<usize>> },
    /// An entry of a JSON file.
    Entry { document: &'a Document, entry: &'a Entry, array: Array },
}

impl<'a> Origin<'a> {
    pub fn cell(&self, element: usize) -> Cell<'_> {
        match self {
            Origin::Columns { table, columns, .. } => {
                let (row, column) = self.position(element);
                cell(&table.columns[columns[column]].cells, row)
            }
            Origin::Entry { array, .. } => cell(&array.cells, element),
        }
    }

    fn position(&self, element: usize) -> (usize, usize) {
        match self {
            Origin::Columns { columns, rows, .. } => {
                let (row, column) = (element / columns.len(), element % columns.len());
                (rows.as_ref().map_or(row, |rows| rows[row]), column)
            }
            Origin::Entry { .. } => (element, 0),
        }
    }

    /// Where an element stands.
    pub fn span(&self, sources: &Sources, element: usize) -> Span {
        match self {
            Origin::Columns { table, columns, .. } => {
                let (row, column) = self.position(element);
                table.cell_span(sources, row, columns[column])
            }
            Origin::Entry { document, entry, array, .. } => {
                let mut path = Vec::new();
                let mut rest = element;
                for &extent in array.shape.iter().rev() {
                    path.push(rest % extent.max(1));
                    rest /= extent.max(1);
                }
                path.reverse();
                document.value_span(sources, entry, &path)
            }
        }
    }

    /// An element's place in words.
    pub fn place(&self, element: usize) -> String {
        match self {
            Origin::Columns { table, columns, .. } => {
                let (row, column) = self.position(element);
                format!("row {}, column `{}`", row + 1, table.columns[columns[column]].name)
            }
            Origin::Entry { entry, array, .. } if array.shape.is_empty() => {
                format!("`{}`", entry.key)
            }
            Origin::Entry { entry, .. } => format!("element {} of `{}`", element + 1, entry.key),
        }
    }

    /// All values as numbers, where all of them are (missing ones NaN) and no row is taken out of
    /// order.
    pub fn numbers(&self) -> Option<&[f64]> {
        match self {
            Origin::Columns { table, columns, rows: None, .. } => match (columns.as_slice(), ()) {
                ([only], ()) => match &table.columns[*only].cells {
                    Cells::Number { values, .. } => Some(values),
                    Cells::Text { .. } => None,
                },
                _ => None,
            },
            Origin::Columns { .. } => None,
            Origin::Entry { array, .. } => match &array.cells {
                Cells::Number { values, .. } => Some(values),
                Cells::Text { .. } => None,
            },
        }
    }
}

fn cell(cells: &Cells, row: usize) -> Cell<'_> {
    if cells.is_missing(row) {
        return Cell::Missing;
    }
    match cells {
        Cells::Number { values, .. } => Cell::Number(values[row]),
        Cells::Text { .. } => cells.label(row).map_or(Cell::Missing, Cell::Text),
    }
}
