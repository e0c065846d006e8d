//! The record of a fit: enough to repeat it.

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
    /// The files that it imports, as they are read.
    pub imports: Vec<TextRecord>,
    /// The data files, in the order given.
    pub data: Vec<FileRecord>,
    /// The sizes of plates that were given, by name.
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
    /// A hash of it, with the name of the hash: `sha256:…`.
    pub hash: String,
    /// The text.
    pub text: String,
}

/// A file that was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileRecord {
    /// The plate whose elements are its rows, where one was named.
    pub plate: Option<String>,
    /// Its path as given.
    pub path: String,
    /// Where it was when it was read, from the root of the file system.
    pub place: String,
    /// A hash of its content, with the name of the hash: `sha256:…`.
    pub hash: String,
}

impl TextRecord {
    /// Of a text that was read from this path.
    #[must_use]
    pub fn of(path: &str, text: &str) -> Self {
        Self { path: path.to_owned(), hash: hash(text), text: text.to_owned() }
    }
}

impl FileRecord {
    /// Whether a text is the one that was read.
    #[must_use]
    pub fn is_of(&self, text: &str) -> bool {
        self.hash == hash(text)
    }
}

/// A hash of a text, with the name of the hash.
#[must_use]
pub fn hash(text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    format!("sha256:{}", digest.iter().map(|b| format!("{b:02x}")).collect::<String>())
}
