//! What is fitted, and what it was compiled to.

use super::blocks::Blocks;
use crate::lower::FormChoice;

/// What is fitted, and what it was compiled to.
#[derive(Clone, Debug)]
pub struct Overview {
    /// Elements of parameters.
    pub parameters: usize,
    /// Elements of latents.
    pub latents: usize,
    /// Missing cells of observed variables.
    pub missing: usize,
    /// How each latent is written.
    pub forms: Vec<FormChoice>,
    /// The plates that observed variables vary over first, each with its size.
    pub rows: Vec<(String, usize)>,
    /// The coordinates of the density: the unknown numbers.
    pub unknowns: usize,
    /// Bytes of machine code.
    pub code_bytes: usize,
    /// Seconds from texts and tables to compiled code.
    pub compile_seconds: f64,
    /// Seconds of one gradient.
    pub gradient_seconds: f64,
    /// What is integrated out, where something is.
    pub integrated: Option<Blocks>,
}
