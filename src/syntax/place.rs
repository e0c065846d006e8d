//! Where the parser stopped: the tokens of the piece, the unexpected one, and what the grammar
//! would have accepted.

use super::error::{Hint, SyntaxError};
use super::grammar::Rule;
use super::habit::Habit;
use super::scan::{Token, TokenKind};
use crate::base::{SourceId, Span};

/// A place where parsing stopped.
pub(super) struct Place<'a> {
    pub text: &'a str,
    pub source: SourceId,
    /// The tokens before the piece.
    pub before: &'a [Token],
    /// The tokens of the piece.
    pub tokens: &'a [Token],
    /// The index of the unexpected token; one past the last at the end of the piece.
    pub unexpected: usize,
    /// The rules that the grammar would have accepted.
    pub expected: &'a [Rule],
}

impl<'a> Place<'a> {
    /// The token `offset` tokens after the unexpected one.
    pub(super) fn token(&self, offset: isize) -> Option<Token> {
        self.unexpected.checked_add_signed(offset).and_then(|index| self.tokens.get(index)).copied()
    }

    /// The text of that token; empty outside the piece.
    pub(super) fn word(&self, offset: isize) -> &'a str {
        self.token(offset).map_or("", |token| token.text(self.text))
    }

    /// The kind of that token.
    pub(super) fn kind(&self, offset: isize) -> Option<TokenKind> {
        self.token(offset).map(|token| token.kind)
    }

    /// The span of that token; outside the piece, the empty span after its last token.
    pub(super) fn span(&self, offset: isize) -> Span {
        let end = self.tokens.last().map_or(0, |token| token.end);
        self.token(offset).map_or(Span::new(self.source, end, end), |token| {
            Span::new(self.source, token.start, token.end)
        })
    }

    /// Whether the token at `offset` is followed by the next one without a blank.
    pub(super) fn touches(&self, offset: isize) -> bool {
        matches!((self.token(offset), self.token(offset + 1)), (Some(token), Some(next)) if token.end == next.start)
    }

    /// Whether the grammar would have accepted `rule`.
    pub(super) fn expects(&self, rule: Rule) -> bool {
        self.expected.contains(&rule)
    }

    /// The first word of the piece.
    pub(super) fn lead(&self) -> &'a str {
        self.tokens.first().map_or("", |token| token.text(self.text))
    }

    /// The offset of the innermost bracket that is still open, counted backwards.
    pub(super) fn open_bracket(&self) -> Option<isize> {
        let mut closed = 0_usize;
        for index in (0..self.unexpected).rev() {
            match self.tokens[index].text(self.text) {
                ")" | "]" | "}" => closed += 1,
                "(" | "[" | "{" if closed > 0 => closed -= 1,
                "(" | "[" | "{" => {
                    return isize::try_from(index)
                        .ok()
                        .zip(isize::try_from(self.unexpected).ok())
                        .map(|(i, unexpected)| i - unexpected);
                }
                _ => {}
            }
        }
        None
    }

    /// The offset of the last `word` inside the same brackets as the place, counted backwards.
    pub(super) fn back_to(&self, word: &str) -> Option<isize> {
        let first = self.open_bracket().map_or_else(
            || isize::try_from(self.unexpected).map_or(0, |unexpected| -unexpected),
            |open| open + 1,
        );
        let mut closed = 0_usize;
        for offset in (first..0).rev() {
            match self.word(offset) {
                ")" | "]" | "}" => closed += 1,
                "(" | "[" | "{" => closed = closed.saturating_sub(1),
                found if found == word && closed == 0 => return Some(offset),
                _ => {}
            }
        }
        None
    }

    /// A habit, from the token at `from` to the one at `to`.
    pub(super) fn habit(&self, habit: Habit, from: isize, to: isize) -> SyntaxError {
        SyntaxError::Foreign { habit, span: self.span(from).to(self.span(to)) }
    }

    /// What was expected, with a hint.
    pub(super) fn expected(&self, expected: Vec<&'static str>, hint: Option<Hint>) -> SyntaxError {
        let found = self.token(0).map(|token| token.text(self.text).to_owned());
        SyntaxError::Expected { expected, found, hint, span: self.span(0) }
    }
}
