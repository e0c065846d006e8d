//! How deep a text may nest. The parser and every later pass recurse over the tree; these bounds
//! keep all of them within a small stack.

/// Nested levels of brackets and `if`s.
pub(super) const MAX_NESTING: usize = 100;

/// Levels of an expression tree, and so also the number of terms in a sum.
pub(super) const MAX_DEPTH: usize = 256;
