//! Text → tree.
pub mod tree;
