//! A place where parsing stopped → the mistake that a user most likely made there. The more
//! specific checks come first.

mod bugs;
mod clauses;
mod expected;
mod inside;
mod start;

use super::error::SyntaxError;
use super::place::Place;
use super::scan::TokenKind;

pub(super) use bugs::foreign_families;
pub(super) use clauses::{CLAUSES, meant as meant_clause};
pub(super) use start::meant as meant_declaration;

/// The mistake in the first word of a piece that cannot be parsed for another reason.
pub(super) fn of_first_word(place: &Place<'_>) -> Option<SyntaxError> {
    (place.kind(0) == Some(TokenKind::Word)).then(|| start::mistake(place))
}

/// The mistake at `place`, and any others that its piece shows at a glance.
pub(super) fn diagnose(place: &Place<'_>) -> Vec<SyntaxError> {
    if place.unexpected == 0 {
        return vec![start::mistake(place)];
    }
    let (at_place, elsewhere) = clauses::mistakes(place);
    let first =
        at_place.or_else(|| inside::mistake(place)).unwrap_or_else(|| expected::mistake(place));
    std::iter::once(first).chain(elsewhere).collect()
}
