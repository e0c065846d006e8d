//! Mistakes → diagnostics: all sentences of the stage are here, a code each.

mod characters;
mod declarations;
mod hints;
mod parts;
mod structure;

use super::error::SyntaxError;
use crate::base::Diagnostic;

/// The diagnostics of all mistakes. One that a text is full of (a `;` on each line) is told once, with how often.
pub(super) fn diagnostics(errors: &[SyntaxError]) -> Vec<Diagnostic> {
    let mut told: Vec<(Diagnostic, usize)> = Vec::new();
    for error in errors {
        let diagnostic = error.diagnostic();
        match told.iter_mut().find(|(first, _)| error.recurs() && first.code == diagnostic.code && first.message == diagnostic.message) {
            Some((_, more)) => *more += 1,
            None => told.push((diagnostic, 0)),
        }
    }
    let more = |(diagnostic, more): (Diagnostic, usize)| match more {
        0 => diagnostic,
        more => diagnostic.because(format!("{more} more like it in this file")),
    };
    told.into_iter().map(more).collect()
}

impl SyntaxError {
    /// Whether one explanation serves all mistakes of its kind.
    fn recurs(&self) -> bool {
        matches!(self, Self::Foreign { .. } | Self::ForeignComment { .. } | Self::UnknownCharacter { .. })
    }

    /// The mistake in words, with a suggestion where one is evident.
    #[must_use]
    #[expect(clippy::too_many_lines, reason = "one arm a mistake")]
    pub fn diagnostic(&self) -> Diagnostic {
        match self {
            Self::Expected { expected, found, hint, span } => hints::expected(expected, found.as_deref(), *hint, *span),
            Self::UnknownDeclaration { word, nearest, span } => declarations::unknown(word, *nearest, *span),
            Self::MissingDeclarationWord { name, random, span } => declarations::missing_word(name, *random, *span),
            Self::UnknownCharacter { character, span } => characters::unknown(*character, *span),
            Self::UnterminatedString { span } => {
                Diagnostic::error("E0004", "a text without its closing quote").at(*span, "").try_this("close it with `\"` on the same line")
            }
            Self::MalformedNumber { text, span } => characters::malformed_number(text, *span),
            Self::NumberTooLarge { span } => Diagnostic::error("E0006", "this number is too large").at(*span, ""),
            Self::ForeignComment { span } => Diagnostic::error("E0007", "a comment begins with `#`")
                .at(*span, "")
                .try_this("write `# ...`, which goes on to the end of the line"),
            Self::UnclosedBracket { open, span, end } => structure::unclosed(*open, *span, *end),
            Self::UnopenedBracket { close, span } => structure::unopened(*close, *span),
            Self::NestedTooDeeply { span } => structure::nested(*span),
            Self::TooLong { span } => structure::long(*span),
            Self::ReservedName { word, span } => declarations::reserved(word, *span),
            Self::ChainedComparison { first, second, span, earlier } => Diagnostic::error("E0013", "comparisons do not chain")
                .at(*span, "the second comparison")
                .at(*earlier, "the first")
                .try_this(if first.len() + second.len() < 80 {
                    format!("write `{first} and {second} ...`")
                } else {
                    "write `a < b and b < c`".to_owned()
                }),
            Self::MissingBranch { word, start, span } => structure::branch(word, *start, *span),
            Self::MissingPart { role, name, part, span } => parts::missing(*role, name, *part, *span),
            Self::PartNotAllowed { role, name, part, span } => parts::not_allowed(*role, name, *part, *span),
            Self::RepeatedPart { part, span, earlier } => parts::repeated(*part, *span, *earlier),
            Self::SharedColumn { span } => parts::shared_column(*span),
            Self::DistributionAfterEquals { instead, span } => parts::distribution_after_equals(instead, *span),
            Self::UnknownClause { name, nearest, span } => declarations::unknown_clause(name, *nearest, *span),
            Self::ClauseShape { shape, span } => Diagnostic::error("E0020", format!("this clause is written `{shape}`")).at(*span, ""),
            Self::WordInFamily { word, span } => declarations::in_family(word, *span),
            Self::Foreign { habit, span } => {
                let diagnostic = Diagnostic::error("E0022", habit.message()).at(*span, "").try_this(habit.help());
                habit.note().into_iter().fold(diagnostic, Diagnostic::because)
            }
        }
    }
}
