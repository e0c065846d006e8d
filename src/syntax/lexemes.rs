//! Tokens → those that are mistakes in themselves, and what is left to parse: the text with foreign
//! comments and semicolons blanked out.

use super::error::SyntaxError;
use super::habit::Habit;
use super::scan::{Token, TokenKind};
use crate::base::{SourceId, Span};

/// A text that is ready to be parsed.
pub(super) struct Readable {
    /// As long as the original; whatever was reported and can be ignored is blank.
    pub text: String,
    /// The tokens of the blanked text.
    pub tokens: Vec<Token>,
    /// The mistakes that were found.
    pub errors: Vec<SyntaxError>,
}

/// Reports the tokens that do not belong to the language and blanks out those that can be ignored.
pub(super) fn readable(text: &str, source: SourceId, scanned: Vec<Token>) -> Readable {
    let mut readable = Readable { text: String::new(), tokens: Vec::new(), errors: Vec::new() };
    let mut copied = 0;
    let mut starts_line = false;
    for mut token in scanned {
        readable.errors.extend(mistake(text, source, token));
        token.starts_line |= starts_line;
        starts_line = false;
        if token.kind == TokenKind::ForeignComment || token.text(text) == ";" {
            readable.text.push_str(&text[copied..token.start]);
            readable.text.extend(
                token
                    .text(text)
                    .bytes()
                    .map(|b| if matches!(b, b'\n' | b'\r') { char::from(b) } else { ' ' }),
            );
            copied = token.end;
            starts_line = token.starts_line;
        } else {
            readable.tokens.push(token);
        }
    }
    readable.text.push_str(&text[copied..]);
    readable
}

/// Whether a piece that contains the token cannot be parsed.
pub(super) fn spoils(token: Token) -> bool {
    match token.kind {
        TokenKind::Unknown
        | TokenKind::MalformedNumber
        | TokenKind::UnterminatedString
        | TokenKind::ForeignComment => true,
        TokenKind::Word
        | TokenKind::Reserved
        | TokenKind::DeclarationWord
        | TokenKind::Number
        | TokenKind::String
        | TokenKind::Symbol => false,
    }
}

fn mistake(text: &str, source: SourceId, token: Token) -> Option<SyntaxError> {
    let span = Span::new(source, token.start, token.end);
    let word = token.text(text);
    match token.kind {
        TokenKind::Unknown if word == ";" => {
            Some(SyntaxError::Foreign { habit: Habit::Semicolon, span })
        }
        TokenKind::Unknown => unknown(text, token, span),
        TokenKind::MalformedNumber => {
            Some(SyntaxError::MalformedNumber { text: word.to_owned(), span })
        }
        TokenKind::UnterminatedString => Some(SyntaxError::UnterminatedString { span }),
        TokenKind::ForeignComment => Some(SyntaxError::ForeignComment { span }),
        TokenKind::Word
        | TokenKind::Reserved
        | TokenKind::DeclarationWord
        | TokenKind::Number
        | TokenKind::String
        | TokenKind::Symbol => None,
    }
}

/// `%*%` and `.*` are each one habit, `&&` is one mistake; otherwise the character alone is the
/// mistake.
fn unknown(text: &str, token: Token, span: Span) -> Option<SyntaxError> {
    let rest = &text[token.start..];
    let foreign = |length, habit| {
        Some(SyntaxError::Foreign {
            habit,
            span: Span::new(span.source, token.start, token.start + length),
        })
    };
    if rest.starts_with("%*%") {
        return foreign(3, Habit::MatrixProduct);
    }
    if text[..token.start].ends_with("%*") || text[..token.start].ends_with(token.text(text)) {
        return None;
    }
    if [".*", "./", ".^"].iter().any(|operator| rest.starts_with(operator)) {
        return foreign(2, Habit::Elementwise);
    }
    let character = token.text(text).chars().next().unwrap_or('\u{fffd}');
    Some(SyntaxError::UnknownCharacter { character, span })
}
