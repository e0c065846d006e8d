//! Lays out cells as aligned columns of text.

/// How the cells of a column are aligned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// At the left.
    Left,
    /// At the right.
    Right,
    /// At the decimal point.
    Point,
}

/// A column: heading, cells and alignment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// The heading.
    pub heading: String,
    /// The cells, one per row.
    pub cells: Vec<String>,
    /// Their alignment.
    pub align: Align,
    /// What separates it from the previous column.
    pub gap: &'static str,
    /// The minimum width.
    pub least: usize,
}

impl Column {
    /// A column of numbers, two spaces after the previous one.
    #[must_use]
    pub fn numbers(heading: &str, cells: Vec<String>) -> Self {
        Self { heading: heading.to_owned(), cells, align: Align::Point, gap: "  ", least: 0 }
    }

    /// A column of words, two spaces after the previous one.
    #[must_use]
    pub fn words(heading: &str, cells: Vec<String>) -> Self {
        Self { align: Align::Left, ..Self::numbers(heading, cells) }
    }
}

/// The lines of a table, headings first, without trailing spaces.
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

/// The number of terminal columns that a text takes; all characters used here take one.
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

/// Cells aligned at the point are padded with spaces for the decimals that others have.
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

/// The width of the point and what follows it. A number with an exponent is treated as having no
/// point.
fn after_point(cell: &str) -> usize {
    if cell.contains('e') { 0 } else { cell.find('.').map_or(0, |dot| cell.len() - dot) }
}
