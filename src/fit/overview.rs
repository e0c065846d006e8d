//! What is fitted, and what it was compiled to.

use super::blocks::Blocks;
use crate::lower::FormChoice;

/// What is fitted, and what it was compiled to.
#[derive(Clone, Debug)]
pub struct Overview {
    /// The number of elements of parameters.
    pub parameters: usize,
    /// The number of elements of latents.
    pub latents: usize,
    /// The number of missing cells of observed variables.
    pub missing: usize,
    /// How each latent is parameterised.
    pub forms: Vec<FormChoice>,
    /// The plates that are the first axis of observed variables, each with its size.
    pub rows: Vec<(String, usize)>,
    /// The number of coordinates of the density, that is of unknowns.
    pub unknowns: usize,
    /// The size of the machine code in bytes.
    pub code_bytes: usize,
    /// Seconds from texts and tables to compiled code.
    pub compile_seconds: f64,
    /// Seconds per gradient.
    pub gradient_seconds: f64,
    /// What is integrated out, if anything.
    pub integrated: Option<Blocks>,
}
