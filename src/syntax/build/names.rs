//! Pest's pairs → names and binders.

use pest::iterators::Pair;

use super::{Builder, next, parts};
use crate::syntax::grammar::Rule;
use crate::syntax::tree::{Binder, Name};

/// A name as written.
pub(super) fn name(b: &Builder<'_>, pair: &Pair<'_, Rule>) -> Name {
    Name { text: pair.as_str().to_owned(), span: b.span(pair) }
}

/// `p` or `i in p`.
pub(super) fn binder(b: &Builder<'_>, pair: Pair<'_, Rule>) -> Binder {
    let mut parts = parts(pair);
    let first = name(b, &next(&mut parts));
    match parts.next() {
        Some(plate) => Binder { index: Some(first), plate: name(b, &plate) },
        None => Binder { index: None, plate: first },
    }
}
