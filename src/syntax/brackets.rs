//! The tokens of a piece → brackets that do not match, and where they nest too deeply. This runs
//! before pest, which recurses.

use super::error::SyntaxError;
use super::limits::MAX_NESTING;
use super::scan::Token;
use crate::base::{SourceId, Span};

/// An opening bracket whose closing one has not been reached.
struct Open {
    token: Token,
    character: char,
    /// `if`s inside it that may still nest.
    ifs: usize,
}

/// The first mistake in the brackets of a piece.
pub(super) fn check(text: &str, source: SourceId, tokens: &[Token]) -> Option<SyntaxError> {
    let span = |token: &Token| Span::new(source, token.start, token.end);
    let mut open: Vec<Open> = Vec::new();
    let (mut outer_ifs, mut ifs, mut previous) = (0, 0, "");
    for token in tokens {
        let word = token.text(text);
        match word {
            "(" | "[" | "{" => {
                open.push(Open { token: *token, character: word.chars().next()?, ifs: 0 })
            }
            ")" | "]" | "}" => {
                let close = word.chars().next()?;
                if !open.iter().any(|open| closing(open.character) == close) {
                    let within = open
                        .last()
                        .filter(|open| open.character != '{')
                        .map(|open| (open.character, span(&open.token)));
                    return Some(SyntaxError::UnopenedBracket { close, span: span(token), within });
                }
                let last = open.pop()?;
                if closing(last.character) != close {
                    return Some(SyntaxError::UnclosedBracket {
                        open: last.character,
                        span: span(&last.token),
                        end: Some(span(token)),
                    });
                }
                ifs -= last.ifs;
            }
            _ => {
                let within = open.last_mut().map_or(&mut outer_ifs, |last| &mut last.ifs);
                match word {
                    "if" if previous != "else" => (*within, ifs) = (*within + 1, ifs + 1),
                    // Nothing that began before these declarations continues after them.
                    "," | "=" | "~" | ":" => {
                        ifs -= *within;
                        *within = 0;
                    }
                    _ => {}
                }
            }
        }
        if open.len() + ifs > MAX_NESTING {
            return Some(SyntaxError::NestedTooDeeply { span: span(token) });
        }
        previous = word;
    }
    let last = open.pop()?;
    Some(SyntaxError::UnclosedBracket { open: last.character, span: span(&last.token), end: None })
}

/// The closing bracket that belongs to an opening one.
pub(super) fn closing(open: char) -> char {
    match open {
        '(' => ')',
        '[' => ']',
        _ => '}',
    }
}
