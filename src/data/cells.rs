//! The values of a column or of a list: all numbers, or all text.

use std::borrow::Cow;

use super::Labels;

/// Values of one type, some of them missing. A column with a single cell that is not a number is
/// text throughout: what to make of that cell is decided by whoever knows what the column is for.
#[derive(Clone, Debug, PartialEq)]
pub enum Cells {
    /// Every cell present is a number. A column with no cell present is also of this kind.
    Number {
        /// One for each row; NaN where the cell is missing, and only there. May be infinite;
        /// integers beyond 2^53 are rounded.
        values: Vec<f64>,
        /// The rows whose cells are missing, ascending.
        missing: Vec<u32>,
    },
    /// At least one cell is not a number.
    Text {
        /// The distinct cells as written, without surrounding blanks, in the order of first use.
        /// Numbers among them are labels too.
        labels: Labels,
        /// The label of each row, as a position in `labels`; `u32::MAX` where the cell is missing.
        codes: Vec<u32>,
        /// The first row whose cell is not a number.
        first_text: u32,
    },
}

impl Cells {
    /// How many rows there are, missing ones included.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Number { values, .. } => values.len(),
            Self::Text { codes, .. } => codes.len(),
        }
    }

    /// Whether there are no rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether the cell of `row` is missing; rows past the end are.
    #[must_use]
    pub fn is_missing(&self, row: usize) -> bool {
        match self {
            Self::Number { values, .. } => values.get(row).is_none_or(|value| value.is_nan()),
            Self::Text { codes, .. } => codes.get(row).is_none_or(|&code| code == u32::MAX),
        }
    }

    /// How many cells are missing.
    #[must_use]
    pub fn missing_count(&self) -> usize {
        match self {
            Self::Number { missing, .. } => missing.len(),
            Self::Text { codes, .. } => codes.iter().filter(|&&code| code == u32::MAX).count(),
        }
    }

    /// The label of `row`; none where it is missing or past the end, or where the cells are
    /// numbers.
    #[must_use]
    pub fn label(&self, row: usize) -> Option<&str> {
        match self {
            Self::Number { .. } => None,
            Self::Text { labels, codes, .. } => {
                codes.get(row).filter(|&&code| code != u32::MAX).map(|&code| &labels[code as usize])
            }
        }
    }

    /// The cells as numbers, NaN where missing. Text can be read so only where every label is a
    /// truth value (`true`, `false`, `TRUE`, `FALSE`, `True`, `False`: what JSON, R and Python
    /// write), as 1 and 0.
    #[must_use]
    pub fn as_number(&self) -> Option<Cow<'_, [f64]>> {
        match self {
            Self::Number { values, .. } => Some(Cow::Borrowed(values)),
            Self::Text { labels, codes, .. } => {
                let numbers = labels
                    .iter()
                    .map(|label| truth(label).map(f64::from))
                    .collect::<Option<Vec<_>>>()?;
                Some(
                    codes
                        .iter()
                        .map(|&code| numbers.get(code as usize).copied().unwrap_or(f64::NAN))
                        .collect(),
                )
            }
        }
    }

    /// The cells as truth values, `None` where missing: text where every label is a truth value
    /// (see [`Cells::as_number`]), and numbers where all are 0 or 1.
    #[must_use]
    pub fn as_bool(&self) -> Option<Vec<Option<bool>>> {
        let numbers = self.as_number()?;
        let truth = |&value: &f64| {
            if value.is_nan() {
                Some(None)
            } else {
                (value == 0.0 || value == 1.0).then_some(Some(value == 1.0))
            }
        };
        numbers.iter().map(truth).collect()
    }
}

fn truth(label: &str) -> Option<bool> {
    match label {
        "true" | "TRUE" | "True" => Some(true),
        "false" | "FALSE" | "False" => Some(false),
        _ => None,
    }
}
