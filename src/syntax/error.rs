//! What can be wrong with a text: fields, not sentences; `Diagnostic`s are made of them at the stage's end.

use crate::base::{Diagnostic, Span};

/// A mistake in a text.
#[derive(Clone, Debug, PartialEq)]
pub enum SyntaxError {
    /// Something else was expected here.
    Expected {
        /// What could stand here, in the language's words.
        expected: Vec<&'static str>,
        /// What stands here; empty at the end of the text.
        found: String,
        /// Where.
        span: Span,
    },
    /// `a < b < c`
    ChainedComparison {
        /// The first operator.
        first: Span,
        /// The second.
        second: Span,
    },
    /// A number that no machine number holds.
    NumberTooLarge {
        /// The number.
        span: Span,
    },
    /// A tree of expressions too deep to walk.
    TooLong {
        /// The expression that is one level too deep.
        span: Span,
    },
}

impl SyntaxError {
    /// The mistake in words.
    #[must_use]
    pub fn diagnostic(&self) -> Diagnostic {
        match self {
            Self::Expected { expected, found, span } => {
                let found = if found.is_empty() { "the end".to_owned() } else { format!("`{found}`") };
                Diagnostic::error("E0001", format!("expected {}, found {found}", expected.join(", "))).at(*span, "")
            }
            Self::ChainedComparison { first, second } => {
                Diagnostic::error("E0002", "comparisons do not chain").at(*second, "").at(*first, "")
            }
            Self::NumberTooLarge { span } => Diagnostic::error("E0003", "this number is too large").at(*span, ""),
            Self::TooLong { span } => Diagnostic::error("E0004", "this expression is too long").at(*span, ""),
        }
    }
}
