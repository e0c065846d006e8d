//! Mistakes between the braces of a family that stop the parser: misspelt clause words.

use crate::base::Span;
use crate::base::diagnostic::nearest;
use crate::syntax::error::{Hint, SyntaxError};
use crate::syntax::grammar::Rule;
use crate::syntax::place::Place;
use crate::syntax::scan::TokenKind;

/// The words that clauses begin with.
pub(crate) const CLAUSES: [&str; 11] = [
    "log_density",
    "draw",
    "cdf",
    "log_cdf",
    "log_ccdf",
    "quantile",
    "log_density_of_sum",
    "mean",
    "variance",
    "with",
    "example",
];

/// The clause word that a user may have meant.
pub(crate) fn meant(word: &str) -> Option<&'static str> {
    let synonym = match word.to_lowercase().as_str() {
        "lpdf" | "lpmf" | "logpdf" | "logpmf" | "log_pdf" | "log_pmf" | "log_prob" | "logp"
        | "density" | "pdf" => Some("log_density"),
        "sample" | "rng" | "random" | "simulate" => Some("draw"),
        "icdf" | "inverse_cdf" | "inv_cdf" => Some("quantile"),
        "var" => Some("variance"),
        "ccdf" | "lccdf" | "survival" | "log_survival" => Some("log_ccdf"),
        "lcdf" => Some("log_cdf"),
        _ => None,
    };
    synonym.or_else(|| nearest(word, CLAUSES))
}

/// If the parser stopped at a misspelt clause: that one, and all others of the family.
pub(super) fn mistakes(place: &Place<'_>) -> (Option<SyntaxError>, Vec<SyntaxError>) {
    if place.lead() != "family" {
        return (None, Vec::new());
    }
    let (mut at_place, mut elsewhere) = (operand(place), Vec::new());
    for (index, span) in unknown(place) {
        let name = place.text[span.start as usize..span.end as usize].to_owned();
        let error = SyntaxError::UnknownClause { nearest: meant(&name), name, span };
        // The parser stops inside the head of the clause: `drwa(e ~`, `exmaple F`.
        if index <= place.unexpected && place.unexpected <= index + 3 {
            at_place = Some(error);
        } else {
            elsewhere.push(error);
        }
    }
    (at_place, elsewhere)
}

/// `a z - 1` in a clause: the grammar takes `z` for the next clause and stops after it, but what is
/// missing is an operator before it.
fn operand(place: &Place<'_>) -> Option<SyntaxError> {
    let open = place.open_bracket()?;
    let name = match place.word(open) {
        "{" if place.expects(Rule::equals) => -1,
        "(" if !place.expects(Rule::infix) => open - 1,
        _ => return None,
    };
    let token =
        place.token(name).filter(|token| token.kind == TokenKind::Word && !token.starts_line)?;
    let ends_value = matches!(place.kind(name - 1), Some(TokenKind::Word | TokenKind::Number))
        || place.word(name - 1) == ")";
    let word = token.text(place.text);
    let (expected, hint) = (vec!["an operator"], Some(Hint::MissingOperator));
    (ends_value && !CLAUSES.contains(&word)).then(|| SyntaxError::Expected {
        expected,
        found: Some(word.to_owned()),
        hint,
        span: place.span(name),
    })
}

/// Words at the beginnings of lines, directly between the braces of the family, that begin no
/// clause.
fn unknown(place: &Place<'_>) -> Vec<(usize, Span)> {
    let mut depth = 0_usize;
    let mut found = Vec::new();
    for (index, token) in place.tokens.iter().enumerate() {
        match token.text(place.text) {
            "{" => depth += 1,
            "}" => depth = depth.saturating_sub(1),
            "(" | "[" => depth += 1_000,
            ")" | "]" => depth = depth.saturating_sub(1_000),
            word if depth == 1
                && token.starts_line
                && token.kind == TokenKind::Word
                && !CLAUSES.contains(&word) =>
            {
                let heads = place
                    .tokens
                    .get(index + 1)
                    .is_some_and(|next| matches!(next.text(place.text), "(" | "="));
                let two_words =
                    place.tokens.get(index + 1).is_some_and(|next| next.kind == TokenKind::Word);
                let fresh = !matches!(
                    place.tokens[index - 1].text(place.text),
                    "=" | "," | "+" | "-" | "*" | "/" | "^" | "@" | "<" | ">"
                );
                if fresh && (heads || two_words) {
                    found.push((index, Span::new(place.source, token.start, token.end)));
                }
            }
            _ => {}
        }
    }
    found
}
