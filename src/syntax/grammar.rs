//! grammar/pgm.pest → the parser that pest derives from it, and the words that it reserves.

#![allow(missing_docs, reason = "pest generates one undocumented variant a rule")]

/// The parser of grammar/pgm.pest.
#[derive(pest_derive::Parser)]
#[grammar = "grammar/pgm.pest"]
pub(super) struct Grammar;

/// The words that begin a declaration.
pub(super) const DECLARATION_WORDS: [&str; 11] = [
    "plate", "input", "param", "latent", "observe", "let", "report", "fn", "family", "factor",
    "import",
];
