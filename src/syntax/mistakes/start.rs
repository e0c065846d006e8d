//! Mistakes in a piece that does not begin with a declaration word.

use crate::base::diagnostic::nearest;
use crate::syntax::error::{Seems, SyntaxError};
use crate::syntax::grammar::DECLARATION_WORDS;
use crate::syntax::habit::Habit;
use crate::syntax::place::Place;
use crate::syntax::scan::TokenKind;

/// Words of other languages for a declaration, and the word here.
const SYNONYMS: [(&str, &str); 26] = [
    ("parameter", "param"),
    ("parameters", "param"),
    ("unknown", "param"),
    ("data", "input"),
    ("given", "input"),
    ("covariate", "input"),
    ("observed", "observe"),
    ("obs", "observe"),
    ("output", "observe"),
    ("outcome", "observe"),
    ("response", "observe"),
    ("hidden", "latent"),
    ("random", "latent"),
    ("index", "plate"),
    ("dim", "plate"),
    ("axis", "plate"),
    ("var", "let"),
    ("val", "let"),
    ("const", "let"),
    ("define", "let"),
    ("return", "report"),
    ("def", "fn"),
    ("func", "fn"),
    ("function", "fn"),
    ("distribution", "family"),
    ("include", "import"),
];

/// The words that begin Stan's and BUGS' blocks.
const BLOCKS: [&str; 7] =
    ["data", "transformed", "parameters", "model", "generated", "functions", "quantities"];

/// The words that begin a declaration in Stan, where the type comes first.
const TYPES: [&str; 18] = [
    "int",
    "real",
    "vector",
    "row_vector",
    "matrix",
    "array",
    "complex",
    "simplex",
    "unit_vector",
    "ordered",
    "positive_ordered",
    "corr_matrix",
    "cov_matrix",
    "cholesky_factor_corr",
    "cholesky_factor_cov",
    "float",
    "double",
    "void",
];

/// The mistake in the first word of the piece.
pub(super) fn mistake(place: &Place<'_>) -> SyntaxError {
    let word = place.word(0);
    if place.kind(0) != Some(TokenKind::Word) {
        return not_a_word(place);
    }
    if BLOCKS.contains(&word)
        && (place.word(1) == "{" || BLOCKS.contains(&place.word(1)) && place.word(2) == "{")
    {
        let last = if place.word(1) == "{" { 0 } else { 1 };
        return place.habit(Habit::Blocks, 0, last);
    }
    if matches!(word, "for" | "while") {
        return place.habit(Habit::Loop, 0, 0);
    }
    if word == "target" && place.word(1) == "+" && place.word(2) == "=" {
        return place.habit(Habit::TargetIncrement, 0, 2);
    }
    if matches!(word, "library" | "require" | "using" | "with") {
        return place.habit(Habit::Module, 0, 0);
    }
    let another = place.kind(1) == Some(TokenKind::Word);
    if TYPES.contains(&word) && (another || matches!(place.word(1), "<" | "[")) {
        return place.habit(Habit::TypeFirst, 0, 0);
    }
    named(place, word)
}

/// A word that may be a misspelt declaration word, or a name whose declaration word is missing.
fn named(place: &Place<'_>, word: &str) -> SyntaxError {
    let span = place.span(0);
    let another = matches!(place.kind(1), Some(TokenKind::Word));
    match seems(place).filter(|_| !another) {
        Some(seems) => SyntaxError::MissingDeclarationWord { name: word.to_owned(), seems, span },
        None => {
            SyntaxError::UnknownDeclaration { word: word.to_owned(), nearest: meant(word), span }
        }
    }
}

/// What a name seems to declare, judging by what follows it and its brackets.
fn seems(place: &Place<'_>) -> Option<Seems> {
    let mut depth = 0_usize;
    for offset in 1.. {
        match place.word(offset) {
            "" | "{" => return None,
            "[" | "(" => depth += 1,
            "]" | ")" => depth = depth.saturating_sub(1),
            _ if depth > 0 => {}
            "~" => return Some(Seems::Random),
            "over" => return Some(Seems::Family),
            "=" if place.word(1) == "(" => return Some(Seems::Function),
            "=" if place.word(offset + 1).starts_with(char::is_uppercase)
                && place.word(offset + 2) == "(" =>
            {
                return Some(Seems::Random);
            }
            "=" if goes_on_where(place) => return Some(Seems::Binding),
            "=" => return Some(Seems::Computed),
            "<" if place.word(offset + 1) == "-" => return Some(Seems::Computed),
            _ => {}
        }
    }
    None
}

/// Whether the declaration before the piece has bindings, so that the first word of the piece may
/// be another one.
fn goes_on_where(place: &Place<'_>) -> bool {
    let above =
        place.before.iter().rev().take_while(|token| token.kind != TokenKind::DeclarationWord);
    above.into_iter().any(|token| token.text(place.text) == "where")
}

/// The declaration word that a user may have meant.
pub(crate) fn meant(word: &str) -> Option<&'static str> {
    let lower = word.to_lowercase();
    let synonym = SYNONYMS.iter().find(|(theirs, _)| *theirs == lower).map(|(_, ours)| *ours);
    synonym.or_else(|| nearest(word, DECLARATION_WORDS))
}

fn not_a_word(place: &Place<'_>) -> SyntaxError {
    if place.word(0) == "from" {
        return place.habit(Habit::Module, 0, 0);
    }
    SyntaxError::UnknownDeclaration {
        word: place.word(0).to_owned(),
        nearest: None,
        span: place.span(0),
    }
}
