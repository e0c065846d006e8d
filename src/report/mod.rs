//! Diagnostics → text.

pub mod diagnostics;
mod excerpt;
