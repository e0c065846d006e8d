//! What runs a plan: machine code, or the plan's interpreter where the crate is built without the
//! machine; and routines, which are called by what is put in and asked by what it is.

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
