//! A place where a piece cannot be read on → the mistake that a user most likely made there. The more telling checks come first.

mod bugs;
mod clauses;
mod expected;
mod inside;
mod start;

use super::error::SyntaxError;
use super::place::Place;

pub(super) use bugs::foreign_families;
pub(super) use clauses::{CLAUSES, meant as meant_clause};

/// What is wrong at `place`.
pub(super) fn diagnose(place: &Place<'_>) -> SyntaxError {
    if place.at == 0 {
        return start::mistake(place);
    }
    inside::mistake(place).or_else(|| clauses::mistake(place)).unwrap_or_else(|| expected::mistake(place))
}
