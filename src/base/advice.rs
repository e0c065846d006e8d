//! What to try: words, and settings by name, which each front end spells as its own.

use std::fmt;

/// A piece of advice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advice(pub Vec<Piece>);

/// A part of an advice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Words that are the same everywhere.
    Words(String),
    /// A setting: with the value that it should have, or only spoken of.
    Setting {
        /// Its name in the record of a fit, such as `target_accept`.
        name: &'static str,
        /// Its value; `true` for a switch that is to be on.
        value: Option<String>,
    },
}

/// A setting that should have this value.
pub fn set(name: &'static str, value: impl fmt::Display) -> Piece {
    Piece::Setting { name, value: Some(value.to_string()) }
}

/// A setting that is spoken of.
#[must_use]
pub fn setting(name: &'static str) -> Piece {
    Piece::Setting { name, value: None }
}

/// Words.
pub fn words(text: impl Into<String>) -> Piece {
    Piece::Words(text.into())
}

impl Advice {
    /// The advice as text, its settings spelt by `spell` from name and value.
    #[must_use]
    pub fn spelt(&self, spell: &dyn Fn(&str, Option<&str>) -> String) -> String {
        let piece = |piece: &Piece| match piece {
            Piece::Words(text) => text.clone(),
            Piece::Setting { name, value } => spell(name, value.as_deref()),
        };
        self.0.iter().map(piece).collect()
    }

    /// The settings that should be changed, by name and value.
    pub fn changes(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.0.iter().filter_map(|piece| match piece {
            Piece::Setting { name, value: Some(value) } => Some((*name, value.as_str())),
            Piece::Setting { value: None, .. } | Piece::Words(_) => None,
        })
    }
}

impl From<&str> for Advice {
    fn from(text: &str) -> Self {
        Self(vec![words(text)])
    }
}

impl From<String> for Advice {
    fn from(text: String) -> Self {
        Self(vec![words(text)])
    }
}

impl<const N: usize> From<[Piece; N]> for Advice {
    fn from(pieces: [Piece; N]) -> Self {
        Self(pieces.into())
    }
}

impl fmt::Display for Advice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plain = |name: &str, value: Option<&str>| match value {
            Some(value) => format!("{name} = {value}"),
            None => name.to_owned(),
        };
        f.write_str(&self.spelt(&plain))
    }
}
