//! Mistakes → diagnostics: all sentences of this stage are here, with a code for each.

mod characters;
mod declarations;
mod hints;
mod parts;
mod structure;

use std::collections::HashMap;

use super::error::SyntaxError;
use super::habit::Habit;
use crate::base::{Diagnostic, Span};

/// How many mistakes in a text are shown.
const MOST: usize = 50;

/// The diagnostics of all mistakes, in text order. A mistake that recurs throughout a text (a `;`
/// on every line) is shown once, with the number of times; beyond `MOST`, the rest are only
/// counted.
pub(super) fn diagnostics(errors: &[SyntaxError]) -> Vec<Diagnostic> {
    let mut told: Vec<(Diagnostic, usize)> = Vec::new();
    let mut first_of_kind: HashMap<(&'static str, String), usize> = HashMap::new();
    let mut all: Vec<(Diagnostic, bool)> =
        errors.iter().map(|error| (error.diagnostic(), error.recurs())).collect();
    all.sort_by_key(|(diagnostic, _)| diagnostic.labels.first().map(|label| label.span.start));
    for (diagnostic, recurs) in all {
        let kind = (diagnostic.code, diagnostic.message.clone());
        match first_of_kind.get(&kind).filter(|_| recurs) {
            Some(&first) => told[first].1 += 1,
            None => {
                first_of_kind.insert(kind, told.len());
                told.push((diagnostic, 0));
            }
        }
    }
    let hidden = told.split_off(told.len().min(MOST));
    told.into_iter().map(counted).chain(rest(&hidden)).collect()
}

fn counted((diagnostic, more): (Diagnostic, usize)) -> Diagnostic {
    if more == 0 {
        diagnostic
    } else {
        diagnostic.because(format!("{more} more like it in this file"))
    }
}

/// A note about the mistakes that are not shown.
fn rest(hidden: &[(Diagnostic, usize)]) -> Option<Diagnostic> {
    let next = hidden.first()?.0.labels.first()?.span;
    let message = format!("{} more mistakes from here on are not shown", hidden.len());
    Some(Diagnostic::note("N0001", message).at(next, ""))
}

impl SyntaxError {
    /// Whether one diagnostic is enough for all mistakes of this kind.
    fn recurs(&self) -> bool {
        matches!(
            self,
            Self::Foreign { .. } | Self::ForeignComment { .. } | Self::UnknownCharacter { .. }
        )
    }

    /// The mistake in words, with a suggestion where one is obvious.
    #[must_use]
    pub fn diagnostic(&self) -> Diagnostic {
        match self {
            Self::Expected { expected, found, hint, span } => {
                hints::expected(expected, found.as_deref(), *hint, *span)
            }
            Self::UnknownDeclaration { word, nearest, span } => {
                declarations::unknown(word, *nearest, *span)
            }
            Self::MissingDeclarationWord { name, seems, span } => {
                declarations::missing_word(name, *seems, *span)
            }
            Self::UnknownCharacter { character, span } => characters::unknown(*character, *span),
            Self::UnterminatedString { span } => characters::unterminated_string(*span),
            Self::MalformedNumber { text, span } => characters::malformed_number(text, *span),
            Self::NumberTooLarge { span } => {
                Diagnostic::error("E0006", "this number is too large").at(*span, "")
            }
            Self::ForeignComment { span } => characters::foreign_comment(*span),
            Self::UnclosedBracket { open, span, end } => structure::unclosed(*open, *span, *end),
            Self::UnopenedBracket { close, span, within } => {
                structure::unopened(*close, *span, *within)
            }
            Self::NestedTooDeeply { span } => structure::nested(*span),
            Self::TooLong { span } => structure::long(*span),
            Self::ReservedName { word, span } => declarations::reserved(word, *span),
            Self::ChainedComparison { first, second, span, earlier } => {
                structure::chained(first, second, *span, *earlier)
            }
            Self::MissingBranch { word, start, span } => structure::branch(word, *start, *span),
            Self::MissingPart { role, name, part, span } => {
                parts::missing(*role, name, *part, *span)
            }
            Self::PartNotAllowed { role, name, part, span } => {
                parts::not_allowed(*role, name, *part, *span)
            }
            Self::RepeatedPart { part, span, earlier } => parts::repeated(*part, *span, *earlier),
            Self::SharedColumn { span } => parts::shared_column(*span),
            Self::DistributionAfterEquals { instead, span } => {
                parts::distribution_after_equals(instead, *span)
            }
            Self::UnknownClause { name, nearest, span } => {
                declarations::unknown_clause(name, *nearest, *span)
            }
            Self::ClauseShape { shape, span } => declarations::clause_shape(shape, *span),
            Self::WordInFamily { word, span } => declarations::in_family(word, *span),
            Self::Foreign { habit, span } => foreign(*habit, *span),
        }
    }
}

fn foreign(habit: Habit, span: Span) -> Diagnostic {
    let diagnostic =
        Diagnostic::error("E0022", habit.message()).at(span, "").try_this(habit.help());
    habit.note().into_iter().fold(diagnostic, Diagnostic::because)
}
