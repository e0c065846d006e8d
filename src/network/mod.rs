//! Trees → network: names resolved, axes and supports known, no cycles between elements.

pub mod check;
mod dependence;
pub mod diagram;
mod elaborate;
mod error;
mod event;
pub mod ir;
mod library;
pub mod print;
mod prove;
mod visit;

pub use check::check;
pub use dependence::Lag;
pub use ir::Network;
pub use library::FAMILIES;
pub use prove::Claim;
pub use visit::Reference;

use crate::base::{Diagnostic, Sources, Span};
use crate::syntax::tree::Tree;

/// The network made from the declarations of `trees`: the model and what it imports.
///
/// # Errors
/// Everything wrong with names, axes, types and dependence, all at once. Families of the library
/// are added to `sources` as they are used.
pub fn build(trees: &[Tree], sources: &mut Sources) -> Result<Network, Vec<Diagnostic>> {
    if trees.iter().all(|tree| tree.declarations.is_empty()) {
        let source = sources.id(0);
        return Err(vec![error::no_declaration(Span::new(source, 0, 0))]);
    }
    let mut elaborator = elaborate::Elaborator::new(trees, sources);
    elaborator.define_all(trees);
    let elaborate::Elaborator { mut network, errors, .. } = elaborator;
    if !errors.is_empty() {
        return Err(errors);
    }
    let errors = dependence::order(&mut network);
    if errors.is_empty() { Ok(network) } else { Err(errors) }
}
