//! Where the values of a variable are: columns of a table, or an array of a document.

use crate::base::{Sources, Span};
use crate::data::{Array, Cells, Document, Entry, Table};

/// One value, as the file has it.
pub enum Cell<'a> {
    Missing,
    Number(f64),
    Text(&'a str),
}

/// Where the values of a variable are; element i is the i-th with the last declared axis varying
/// fastest.
pub enum Origin<'a> {
    /// Adjacent columns; `rows`: the row of each element of the first axis, where that is not
    /// simply its own number.
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

    /// The location of an element.
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

    /// The location of an element in words.
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

    /// All values as numbers (NaN where missing), if all of them are numbers and no row is taken
    /// out of order.
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
