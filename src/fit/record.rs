//! The record of a fit: everything needed to repeat it.

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::settings::Settings;

/// `fit.json`: what was fitted to what, and how.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// The version of this program.
    pub pgmc: String,
    /// The model.
    pub model: TextRecord,
    /// The files it imports, in reading order.
    pub imports: Vec<TextRecord>,
    /// The data files, in the order given.
    pub data: Vec<FileRecord>,
    /// The plate sizes that were given, by name.
    pub sizes: Vec<(String, usize)>,
    /// How to fit.
    pub settings: Settings,
}

/// A text that was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TextRecord {
    /// Its path as given.
    pub path: String,
    /// A hash of the text, prefixed with the hash's name: `sha256:…`.
    pub hash: String,
    /// The text.
    pub text: String,
}

/// A file that was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileRecord {
    /// The plate whose elements are its rows, if one was named.
    pub plate: Option<String>,
    /// Its path as given.
    pub path: String,
    /// Its absolute path when it was read.
    pub place: String,
    /// A hash of the content, prefixed with the hash's name: `sha256:…`.
    pub hash: String,
}

impl TextRecord {
    /// The record of a text that was read from this path.
    #[must_use]
    pub fn of(path: &str, text: &str) -> Self {
        Self { path: path.to_owned(), hash: hash(text), text: text.to_owned() }
    }
}

impl FileRecord {
    /// Whether a text is identical to the recorded one.
    #[must_use]
    pub fn is_of(&self, text: &str) -> bool {
        self.hash == hash(text)
    }
}

/// A hash of a text, prefixed with the hash's name.
#[must_use]
pub fn hash(text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    format!("sha256:{}", digest.iter().map(|b| format!("{b:02x}")).collect::<String>())
}
