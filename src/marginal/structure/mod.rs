//! Which coordinates are hidden, which block each belongs to, and which of them meet in a summand
//! of the density.

mod blocks;

pub(in crate::marginal) use blocks::find;
pub use blocks::{Blocks, TooDense};

use crate::lower::JointProgram;
use crate::network::ir::VariableId;

/// A joint density whose hidden variables are to be integrated out.
#[derive(Clone, Debug)]
pub struct Integrand {
    /// The density.
    pub joint: JointProgram,
    /// What has been integrated out of it beforehand.
    pub collapsed: Collapsed,
}

/// Hidden variables that are integrated out exactly, given the others: their coordinates hold the
/// standard normal noise that they are functions of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Collapsed {
    /// The variables that have been integrated out.
    pub variables: Vec<VariableId>,
    /// The coordinates of their blocks: the first of each block, then the second of each, and so
    /// on.
    pub coordinates: Vec<Vec<usize>>,
}

/// With nothing integrated out beforehand.
impl From<JointProgram> for Integrand {
    fn from(joint: JointProgram) -> Self {
        Self { joint, collapsed: Collapsed::default() }
    }
}

/// What noise a hidden coordinate is, where its variable is a function of noise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoiseKind {
    /// Normal(0, 1), as it is.
    Normal,
    /// Uniform(0, 1), as its log odds.
    Uniform,
    /// Exponential(1), as its logarithm.
    Exponential,
}

/// The structure of a joint density.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Structure {
    /// The coordinates of parameters, in order.
    pub parameters: Vec<usize>,
    /// The coordinates of hidden variables, in order; *position* below is the place in this list.
    pub hidden: Vec<usize>,
    /// By position: the block.
    pub block_of: Vec<usize>,
    /// By block: its positions, in order.
    pub blocks: Vec<Vec<usize>>,
    /// Pairs of positions (i, j), j < i, that meet in a summand: where the Hessian may differ from
    /// 0. Sorted.
    pub pairs: Vec<(usize, usize)>,
    /// By position: the noise that it is, where it is one.
    pub noise: Vec<Option<NoiseKind>>,
    /// By block: whether the density is a polynomial of degree 2 in its coordinates, so that
    /// integration is exact.
    pub quadratic: Vec<bool>,
    /// The coordinates of variables that were integrated out beforehand, given the hidden ones; no
    /// value of a block depends on them. They hold standard normal noise of which named values are
    /// functions; the first of each of their own blocks, the second of each, and so on.
    pub collapsed: Vec<Vec<usize>>,
}

impl Structure {
    /// How many coordinates there are.
    #[must_use]
    pub fn dim(&self) -> usize {
        self.parameters.len()
            + self.hidden.len()
            + self.collapsed.iter().map(Vec::len).sum::<usize>()
    }

    /// The size of the largest block.
    #[must_use]
    pub fn largest_block(&self) -> usize {
        self.blocks.iter().map(Vec::len).max().unwrap_or(0)
    }

    /// Whether integration is exact in every block.
    #[must_use]
    pub fn is_quadratic(&self) -> bool {
        self.quadratic.iter().all(|&q| q)
    }

    /// A full vector of coordinates from parameters and hidden ones; 0 for noise.
    #[must_use]
    pub fn whole(&self, parameters: &[f64], hidden: &[f64]) -> Vec<f64> {
        let mut q = vec![0.0; self.dim()];
        self.parameters.iter().zip(parameters).for_each(|(&at, &value)| q[at] = value);
        self.hidden.iter().zip(hidden).for_each(|(&at, &value)| q[at] = value);
        q
    }
}
