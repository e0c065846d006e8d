//! How deep a text may nest. The parser and every later pass recurse over the tree; these bounds
//! keep all of them within a small stack.

/// Levels of brackets and `if`s within one another.
pub(super) const MAX_NESTING: usize = 100;

/// Levels of a tree of expressions, so also the terms of one sum.
pub(super) const MAX_DEPTH: usize = 256;
