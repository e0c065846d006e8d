//! Mistakes between the braces of a family that the grammar stumbles over: misspelt clause words.

use crate::base::diagnostic::nearest;
use crate::syntax::error::SyntaxError;
use crate::syntax::place::Place;
use crate::syntax::scan::TokenKind;

/// The words that clauses begin with.
pub(crate) const CLAUSES: [&str; 10] =
    ["log_density", "draw", "cdf", "log_cdf", "log_ccdf", "quantile", "mean", "variance", "with", "example"];

/// What a user may have meant by a clause's word.
pub(crate) fn meant(word: &str) -> Option<&'static str> {
    let synonym = match word.to_lowercase().as_str() {
        "lpdf" | "lpmf" | "logpdf" | "logpmf" | "log_pdf" | "log_pmf" | "log_prob" | "logp" | "density" | "pdf" => Some("log_density"),
        "sample" | "rng" | "random" | "simulate" => Some("draw"),
        "icdf" | "inverse_cdf" | "inv_cdf" => Some("quantile"),
        "var" => Some("variance"),
        "ccdf" | "lccdf" | "survival" | "log_survival" => Some("log_ccdf"),
        "lcdf" => Some("log_cdf"),
        _ => None,
    };
    synonym.or_else(|| nearest(word, CLAUSES))
}

/// `drwa(e ~ ...)`, `exmaple F(0) at ...`: the word stands before the bracket, or before the word, that is unexpected.
pub(super) fn mistake(place: &Place<'_>) -> Option<SyntaxError> {
    let open = place.open_bracket()?;
    let at = match place.word(open) {
        "(" => open - 1,
        "{" if place.kind(-1) == Some(TokenKind::Word) => -1,
        _ => return None,
    };
    let begins_clause = place.token(at)?.starts_line && place.kind(at) == Some(TokenKind::Word);
    let word = place.word(at);
    if place.lead() != "family" || !begins_clause || CLAUSES.contains(&word) {
        return None;
    }
    Some(SyntaxError::UnknownClause { name: word.to_owned(), nearest: meant(word), span: place.span(at) })
}
