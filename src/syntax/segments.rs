//! Tokens → segments: runs of tokens that are parsed on their own, so that a mistake in one does not
//! hide the others.

use std::ops::Range;

use super::mistakes::meant_declaration;
use super::scan::{Token, TokenKind};

/// The segments, as ranges of tokens. A segment begins where a line begins with a declaration word, or
/// with a word that cannot continue what precedes it, so a correct text is never cut inside a
/// declaration.
pub(super) fn segments(text: &str, tokens: &[Token]) -> Vec<Range<usize>> {
    let in_braces = braces(text, tokens);
    let mut starts = vec![0];
    let mut depth = 0_usize;
    for (index, token) in tokens.iter().enumerate().skip(1) {
        let declares = token.kind == TokenKind::DeclarationWord && !in_braces[index];
        let word = token.kind == TokenKind::Word && !in_braces[index] && token.text(text) != "over";
        let stray = word
            && ends_value(text, tokens[index - 1])
            && (depth == 0 || is_misspelt(text, &tokens[index..]));
        if token.starts_line && (declares || stray) {
            starts.push(index);
            depth = 0;
        }
        depth = match tokens[index].text(text) {
            "(" | "[" | "{" => depth + 1,
            ")" | "]" | "}" => depth.saturating_sub(1),
            _ => depth,
        };
    }
    let ends = starts.iter().copied().skip(1).chain([tokens.len()]);
    starts
        .iter()
        .copied()
        .zip(ends)
        .map(|(start, end)| start..end)
        .filter(|segment| !segment.is_empty())
        .collect()
}

/// Whether the tokens begin like a declaration with a misspelt word, so that an unclosed bracket
/// before them does not swallow it.
fn is_misspelt(text: &str, tokens: &[Token]) -> bool {
    let another =
        tokens.get(1).is_some_and(|next| next.kind == TokenKind::Word && !next.starts_line);
    another && meant_declaration(tokens[0].text(text)).is_some()
}

/// For each token, whether it stands between matching braces.
fn braces(text: &str, tokens: &[Token]) -> Vec<bool> {
    let mut matched = vec![false; tokens.len()];
    let mut open = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        match token.text(text) {
            "{" => open.push(index),
            "}" => {
                if let Some(start) = open.pop() {
                    (matched[start], matched[index]) = (true, true);
                }
            }
            _ => {}
        }
    }
    let mut depth = 0_usize;
    let inside = |(index, token): (usize, &Token)| {
        match token.text(text) {
            "{" if matched[index] => depth += 1,
            "}" if matched[index] => depth -= 1,
            _ => {}
        }
        depth > 0
    };
    tokens.iter().enumerate().map(inside).collect()
}

/// Whether a value or a declaration may end with the token, so that a word after it begins
/// something new.
fn ends_value(text: &str, token: Token) -> bool {
    match token.kind {
        TokenKind::Word
        | TokenKind::Number
        | TokenKind::MalformedNumber
        | TokenKind::String
        | TokenKind::UnterminatedString => true,
        TokenKind::Reserved => matches!(token.text(text), "true" | "false"),
        TokenKind::Symbol => matches!(token.text(text), ")" | "]" | "}"),
        TokenKind::DeclarationWord | TokenKind::ForeignComment | TokenKind::Unknown => false,
    }
}
