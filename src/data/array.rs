//! A JSON value → shape and cells, or where it is ragged or mixes types.

use std::fmt;

use super::cell::is_missing;
use super::labels::Dictionary;
use super::{Cells, Json};

/// A rectangular array, of any number of axes.
#[derive(Clone, Debug, PartialEq)]
pub struct Array {
    /// The length of each axis, outermost first; empty for a scalar.
    pub shape: Vec<usize>,
    /// The elements, the last index varying fastest. `true` and `false` are labels.
    pub cells: Cells,
}

/// Why a value is not a rectangular array of one type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Irregular {
    /// The indices, from 0, of the first element that does not fit those before it.
    pub path: Vec<usize>,
    /// How it differs from them.
    pub problem: Problem,
}

/// How an element differs from those before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// A list whose length differs from that of its neighbours.
    Length {
        /// The length of its neighbours.
        expected: usize,
        /// The length of the list itself.
        found: usize,
    },
    /// A value whose type differs from that of those before it.
    Type {
        /// The type of those before it; missing where all of them are.
        expected: Kind,
        /// The type of the value itself.
        found: Kind,
    },
}

/// The type of a JSON value, as far as data are concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `null`.
    Missing,
    /// A number of any size.
    Number,
    /// A text in quotes.
    Text,
    /// `true` or `false`.
    Truth,
    /// A list, of any length.
    List,
    /// An object nested in the file's own.
    Object,
}

impl fmt::Display for Kind {
    /// With its article, for use in a sentence.
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(match self {
            Self::Missing => "a missing value",
            Self::Number => "a number",
            Self::Text => "a text",
            Self::Truth => "a truth value",
            Self::List => "a list",
            Self::Object => "an object",
        })
    }
}

impl Json {
    /// This value as an array of one type. Missing values are `null` and, as text, whatever is
    /// missing in a CSV file (`"NaN"`, `"NA"`, `""`). `"Infinity"`, `"-Infinity"`, `"Inf"` and
    /// `"-Inf"` are numbers unless some text precedes them. Where every element is missing the
    /// array is one of numbers.
    ///
    /// # Errors
    /// The first element, in reading order, that does not fit those before it.
    pub fn array(&self) -> Result<Array, Irregular> {
        if let Self::Numbers { shape, values } = self {
            return Ok(Array { shape: shape.clone(), cells: numbers(values.clone()) });
        }
        let mut draft = Draft { shape: shape(self), ..Draft::default() };
        draft.read(self, &mut Vec::new())?;
        Ok(draft.finish())
    }

    fn kind(&self) -> Kind {
        match self {
            Self::Null => Kind::Missing,
            Self::Bool(_) => Kind::Truth,
            Self::Number(_) => Kind::Number,
            Self::Text(_) => Kind::Text,
            Self::Numbers { .. } | Self::List(_) => Kind::List,
            Self::Object => Kind::Object,
        }
    }
}

fn numbers(values: Vec<f64>) -> Cells {
    let missing = values
        .iter()
        .enumerate()
        .filter(|(_, value)| value.is_nan())
        .map(|(index, _)| index as u32)
        .collect();
    Cells::Number { values, missing }
}

/// The shape that the first elements imply.
fn shape(value: &Json) -> Vec<usize> {
    match value {
        Json::List(list) => {
            std::iter::once(list.len()).chain(list.first().map(shape).unwrap_or_default()).collect()
        }
        Json::Numbers { shape, .. } => shape.clone(),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::Text(_) | Json::Object => Vec::new(),
    }
}

/// An array that is being read.
#[derive(Default)]
struct Draft {
    shape: Vec<usize>,
    /// The type of the elements so far; none while all are missing.
    kind: Option<Kind>,
    /// The elements so far, unless they are labels.
    values: Vec<f64>,
    /// The elements so far, once they are labels.
    labels: Dictionary,
    /// The indices of the first label.
    first_label: usize,
}

impl Draft {
    fn read(&mut self, value: &Json, path: &mut Vec<usize>) -> Result<(), Irregular> {
        match value {
            Json::List(list) => {
                self.check_length(list.len(), path)?;
                for (index, element) in list.iter().enumerate() {
                    path.push(index);
                    self.read(element, path)?;
                    path.pop();
                }
                Ok(())
            }
            Json::Numbers { shape, values } => self.read_numbers(shape, values, path),
            Json::Null | Json::Bool(_) | Json::Number(_) | Json::Text(_) | Json::Object => {
                self.read_element(value, path)
            }
        }
    }

    fn read_numbers(
        &mut self,
        shape: &[usize],
        values: &[f64],
        path: &mut Vec<usize>,
    ) -> Result<(), Irregular> {
        self.check_length(shape[0], path)?;
        let size = values.len() / shape[0].max(1);
        for index in 0..shape[0] {
            path.push(index);
            match shape.len() {
                1 if values[index].is_nan() => self.read_element(&Json::Null, path)?,
                1 => self.read_element(&Json::Number(values[index]), path)?,
                _ => {
                    self.read_numbers(&shape[1..], &values[index * size..(index + 1) * size], path)?
                }
            }
            path.pop();
        }
        Ok(())
    }

    /// Checks a list at `path`: that a list is expected there, and its length.
    fn check_length(&self, found: usize, path: &[usize]) -> Result<(), Irregular> {
        match self.shape.get(path.len()) {
            Some(&expected) if expected == found => Ok(()),
            Some(&expected) => {
                Err(Irregular { path: path.to_vec(), problem: Problem::Length { expected, found } })
            }
            None => Err(mismatch(self.kind.unwrap_or(Kind::Missing), Kind::List, path)),
        }
    }

    fn read_element(&mut self, value: &Json, path: &[usize]) -> Result<(), Irregular> {
        if path.len() < self.shape.len() {
            return Err(mismatch(Kind::List, value.kind(), path));
        }
        let fits = match value {
            Json::Null => self.push_missing(),
            Json::Number(value) => self.push_number(*value),
            Json::Bool(value) => {
                self.push_label(if *value { "true" } else { "false" }, Kind::Truth)
            }
            Json::Text(text) if is_missing(text) => self.push_missing(),
            Json::Text(text) => match infinity(text) {
                Some(value) if self.kind != Some(Kind::Text) => self.push_number(value),
                Some(_) | None => self.push_label(text, Kind::Text),
            },
            Json::Numbers { .. } | Json::List(_) | Json::Object => false,
        };
        if fits {
            Ok(())
        } else {
            Err(mismatch(self.kind.unwrap_or(Kind::Missing), value.kind(), path))
        }
    }

    fn push_missing(&mut self) -> bool {
        match self.kind {
            Some(Kind::Text | Kind::Truth) => self.labels.push_missing(),
            Some(Kind::Missing | Kind::Number | Kind::List | Kind::Object) | None => {
                self.values.push(f64::NAN)
            }
        }
        true
    }

    /// Adds a number; returns whether it fits.
    fn push_number(&mut self, value: f64) -> bool {
        self.values.push(value);
        *self.kind.get_or_insert(Kind::Number) == Kind::Number
    }

    /// Adds a label; returns whether it fits.
    fn push_label(&mut self, label: &str, kind: Kind) -> bool {
        if self.kind.is_none() {
            self.first_label = self.values.len();
            self.values.iter().for_each(|_| self.labels.push_missing());
        }
        self.labels.push(label);
        *self.kind.get_or_insert(kind) == kind
    }

    fn finish(self) -> Array {
        let cells = match self.kind {
            Some(Kind::Text | Kind::Truth) => {
                let (labels, codes) = self.labels.finish();
                Cells::Text { labels, codes, first_text: self.first_label as u32 }
            }
            Some(Kind::Missing | Kind::Number | Kind::List | Kind::Object) | None => {
                numbers(self.values)
            }
        };
        Array { shape: self.shape, cells }
    }
}

fn mismatch(expected: Kind, found: Kind, path: &[usize]) -> Irregular {
    Irregular { path: path.to_vec(), problem: Problem::Type { expected, found } }
}

/// How Stan's tools and Python write infinities.
fn infinity(text: &str) -> Option<f64> {
    match text {
        "Infinity" | "+Infinity" | "Inf" | "+Inf" | "inf" | "+inf" => Some(f64::INFINITY),
        "-Infinity" | "-Inf" | "-inf" => Some(f64::NEG_INFINITY),
        _ => None,
    }
}
