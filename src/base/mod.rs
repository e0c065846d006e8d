//! What every stage uses: sources and spans, diagnostics, arenas with typed ids.

pub mod arena;
pub mod diagnostic;
pub mod source;

pub use arena::{Arena, Id, IdMap};
pub use diagnostic::{Diagnostic, Label, Severity};
pub use source::{SourceId, Sources, Span};
