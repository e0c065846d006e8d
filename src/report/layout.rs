//! Cells → columns of text, lined up.

/// How the cells of a column line up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// At their beginning.
    Left,
    /// At their end.
    Right,
    /// At the decimal point.
    Point,
}

/// A column: heading, cells and how they stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// What stands above it.
    pub heading: String,
    /// Its cells, one a row.
    pub cells: Vec<String>,
    /// How they line up.
    pub align: Align,
    /// What separates it from the column before.
    pub gap: &'static str,
    /// How wide it is at least.
    pub least: usize,
}

impl Column {
    /// A column of numbers, two spaces from the one before.
    #[must_use]
    pub fn numbers(heading: &str, cells: Vec<String>) -> Self {
        Self { heading: heading.to_owned(), cells, align: Align::Point, gap: "  ", least: 0 }
    }

    /// A column of words, two spaces from the one before.
    #[must_use]
    pub fn words(heading: &str, cells: Vec<String>) -> Self {
        Self { align: Align::Left, ..Self::numbers(heading, cells) }
    }
}

/// The lines of a table, the headings first; no spaces at the ends of lines.
#[must_use]
pub fn lines(columns: &[Column]) -> Vec<String> {
    let rows = columns.iter().map(|column| column.cells.len()).max().unwrap_or(0);
    let mut lines = vec![String::new(); rows + 1];
    for column in columns {
        let cells = aligned(&column.cells, column.align);
        let widest = cells.iter().map(|cell| width(cell)).max().unwrap_or(0);
        let wide = widest.max(width(&column.heading)).max(column.least);
        let heading = std::iter::once(&column.heading);
        for (line, cell) in lines.iter_mut().zip(heading.chain(&cells)) {
            line.push_str(column.gap);
            line.push_str(&pad(cell, wide, column.align));
        }
    }
    lines.into_iter().map(|line| line.trim_end().to_owned()).collect()
}

/// How many columns of a terminal a text takes; all characters used here take one.
#[must_use]
pub fn width(text: &str) -> usize {
    text.chars().count()
}

fn pad(text: &str, wide: usize, align: Align) -> String {
    let space = " ".repeat(wide.saturating_sub(width(text)));
    match align {
        Align::Left => format!("{text}{space}"),
        Align::Right | Align::Point => format!("{space}{text}"),
    }
}

/// Cells aligned at the point get spaces in place of the decimals that others have.
fn aligned(cells: &[String], align: Align) -> Vec<String> {
    match align {
        Align::Left | Align::Right => cells.to_vec(),
        Align::Point => {
            let most = cells.iter().map(|cell| after_point(cell)).max().unwrap_or(0);
            cells
                .iter()
                .map(|cell| format!("{cell}{}", " ".repeat(most - after_point(cell))))
                .collect()
        }
    }
}

/// The point and what follows it. A number with an exponent stands as if it had no point.
fn after_point(cell: &str) -> usize {
    if cell.contains('e') { 0 } else { cell.find('.').map_or(0, |dot| cell.len() - dot) }
}
