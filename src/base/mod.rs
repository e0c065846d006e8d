//! What every stage uses: sources and spans, diagnostics, arenas with typed ids, numbers as text.

pub mod advice;
pub mod arena;
pub mod diagnostic;
pub mod numbers;
pub mod source;

pub use advice::{Advice, Piece, set, setting, words};
pub use arena::{Arena, Id, IdMap};
pub use diagnostic::{Diagnostic, Label, Severity};
pub use source::{SourceId, Sources, Span};
