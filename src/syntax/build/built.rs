//! An expression with its depth, so that no tree is deeper than later passes can walk.

use crate::base::Span;
use crate::syntax::error::SyntaxError;
use crate::syntax::limits::MAX_DEPTH;
use crate::syntax::tree::{Expression, ExpressionKind};

/// An expression and how many levels of expressions it has.
pub(super) struct Built {
    pub expression: Expression,
    pub depth: usize,
}

impl Built {
    /// An expression over parts, the deepest of which has `below` levels.
    pub(super) fn above(
        kind: ExpressionKind,
        span: Span,
        below: usize,
    ) -> Result<Self, SyntaxError> {
        if below >= MAX_DEPTH {
            return Err(SyntaxError::TooLong { span });
        }
        Ok(Self { expression: Expression { kind, span }, depth: below + 1 })
    }
}
