//! Text → tree.

mod build;
mod comments;
mod error;
mod grammar;
mod limits;
mod print;
mod scan;
pub mod tree;

use pest::Parser as _;

use crate::base::{Diagnostic, SourceId, Sources, Span};
use build::Builder;
pub use error::SyntaxError;
use grammar::{Grammar, Rule};
pub use print::print;
use scan::scan;
use tree::Tree;

/// The tree of a source's text.
///
/// # Errors
/// All mistakes found, in the order of the text.
pub fn parse(sources: &Sources, source: SourceId) -> Result<Tree, Vec<Diagnostic>> {
    let text = sources.get(source).text.as_str();
    let tokens = scan(text);
    let mut tree = Tree::default();
    let mut errors = Vec::new();
    let mut builder = Builder { source, text, tokens: &tokens, offset: 0, errors: Vec::new() };
    match Grammar::parse(Rule::piece, text) {
        Ok(pairs) => {
            for pair in pairs.flat_map(pest::iterators::Pair::into_inner) {
                match build::declaration(&mut builder, pair) {
                    Ok(declaration) => tree.declarations.extend(declaration),
                    Err(error) => errors.push(error),
                }
            }
        }
        Err(error) => {
            let at = match error.location {
                pest::error::InputLocation::Pos(at) | pest::error::InputLocation::Span((at, _)) => at,
            };
            let token = tokens.iter().find(|t| t.start >= at);
            let found = token.map_or("", |t| t.text(text)).to_owned();
            let span = Span::new(source, at, token.map_or(at, |t| t.end));
            errors.push(SyntaxError::Expected { expected: vec!["something else"], found, span });
        }
    }
    if errors.is_empty() { Ok(tree) } else { Err(errors.iter().map(SyntaxError::diagnostic).collect()) }
}
