//! Draws and estimates → text for the terminal, JSON and CSV. Knows names, never a density; returns
//! text or writes where it is told to.

pub mod csv_files;
pub mod diagnostics;
pub mod divergences;
mod excerpt;
pub mod headline;
pub mod json;
pub mod layout;
pub mod numbers;
pub mod progress;
pub mod states;
pub mod table;
pub mod warnings;
