//! Runs plans: as machine code, or through the interpreter if the crate is built without the
//! machine module. Routines wrap this, taking named inputs and returning results by kind.

#[cfg(feature = "cranelift")]
mod compiled;
#[cfg(not(feature = "cranelift"))]
mod interpreted;
mod results;
mod routine;

#[cfg(feature = "cranelift")]
use compiled::{Engine, Scratch};
#[cfg(not(feature = "cranelift"))]
use interpreted::{Engine, Scratch};

pub use routine::Routine;
