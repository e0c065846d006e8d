//! Text → tree.

mod brackets;
mod build;
mod comments;
mod error;
mod grammar;
mod habit;
mod lexemes;
mod limits;
mod mistakes;
mod place;
mod print;
mod roles;
mod scan;
mod segments;
pub mod tree;
mod wording;

use std::ops::Range;

use pest::Parser as _;
use pest::error::{ErrorVariant, InputLocation};

use crate::base::{Diagnostic, SourceId, Sources};
use build::Builder;
pub use error::{Hint, Part, Seems, SyntaxError};
use grammar::{Grammar, Rule};
pub use habit::Habit;
use lexemes::Readable;
use place::Place;
pub use print::print;
use tree::{Declaration, Tree};

/// The tree of a source's text.
///
/// # Errors
/// All mistakes found, in text order; the same mistake repeated (a `;` on every line) is reported
/// once.
pub fn parse(sources: &Sources, source: SourceId) -> Result<Tree, Vec<Diagnostic>> {
    let (tree, errors) = read(&sources.get(source).text, source);
    if errors.is_empty() { Ok(tree) } else { Err(wording::diagnostics(&errors)) }
}

/// As much of the tree as can be read, and the mistakes.
fn read(text: &str, source: SourceId) -> (Tree, Vec<SyntaxError>) {
    let mut readable = lexemes::readable(text, source, scan::scan(text));
    let mut errors = std::mem::take(&mut readable.errors);
    let mut tree = Tree::default();
    for segment in segments::segments(&readable.text, &readable.tokens) {
        let tokens = &readable.tokens[segment.clone()];
        if let Some(error) = brackets::check(&readable.text, source, tokens) {
            errors.push(error);
        } else if tokens.iter().any(|&token| lexemes::spoils(token)) {
            errors.extend(mistakes::of_first_word(&Place {
                text: &readable.text,
                source,
                before: &readable.tokens[..segment.start],
                tokens,
                unexpected: 0,
                expected: &[],
            }));
        } else {
            match declarations(text, source, &readable, segment, &mut errors) {
                Ok(declarations) => tree.declarations.extend(declarations),
                Err(more) => errors.extend(more),
            }
        }
    }
    errors.extend(mistakes::foreign_families(&tree));
    (tree, errors)
}

/// The declarations of one segment; `errors` gets the mistakes that leave a declaration readable.
fn declarations(
    text: &str,
    source: SourceId,
    readable: &Readable,
    segment: Range<usize>,
    errors: &mut Vec<SyntaxError>,
) -> Result<Vec<Declaration>, Vec<SyntaxError>> {
    let (before, tokens) = (&readable.tokens[..segment.start], &readable.tokens[segment]);
    let offset = tokens[0].start;
    let end = tokens.last().map_or(offset, |token| token.end);
    let pairs = Grammar::parse(Rule::segment, &readable.text[offset..end]).map_err(|stop| {
        let (InputLocation::Pos(position) | InputLocation::Span((position, _))) = stop.location;
        let unexpected = tokens.partition_point(|token| token.end <= offset + position);
        let place =
            |expected| Place { text: &readable.text, source, before, tokens, unexpected, expected };
        match &stop.variant {
            ErrorVariant::ParsingError { positives, .. } => mistakes::diagnose(&place(positives)),
            // The stack limit of pest itself.
            ErrorVariant::CustomError { .. } => {
                vec![SyntaxError::NestedTooDeeply { span: place(&[]).span(0) }]
            }
        }
    })?;
    let mut builder = Builder { source, text, tokens, offset, errors };
    let mut declarations = Vec::new();
    for pair in pairs.flat_map(pest::iterators::Pair::into_inner) {
        declarations.extend(build::declaration(&mut builder, pair).map_err(|error| vec![error])?);
    }
    Ok(declarations)
}
