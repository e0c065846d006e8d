//! A rule of integration → the points at which it looks, with their weights.

use std::sync::Arc;

use super::nodes::{Grouped, HALF_LOG_TAU, Nodes, NoiseSource, prior_log_density};
use super::structure::Structure;

/// How hidden variables are integrated out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// Laplace's approximation: exact where a block's density is quadratic.
    Laplace,
    /// Adaptive Gauss-Hermite quadrature with so many points a dimension.
    Quadrature(usize),
    /// Importance sampling around each block's mode.
    Importance {
        /// Points.
        samples: usize,
        /// Where they come from.
        source: NoiseSource,
        /// The same seed gives the same points.
        seed: u64,
    },
    /// Points from the noise that the hidden variables are functions of.
    Prior {
        /// Points.
        samples: usize,
        /// Where they come from.
        source: NoiseSource,
        /// The same seed gives the same points.
        seed: u64,
    },
}

impl Rule {
    /// How many points it takes.
    #[must_use]
    pub fn points(self, structure: &Structure) -> usize {
        match self {
            Self::Laplace => 1,
            Self::Quadrature(points) => points.saturating_pow(structure.largest_block() as u32),
            Self::Importance { samples, .. } | Self::Prior { samples, .. } => samples,
        }
    }
}

/// Points, and what they add to the log density of each block: what the change of coordinates and the weight come to.
pub(super) struct Points {
    pub nodes: Nodes,
    pub grouped: Option<Grouped>,
    /// Point by point, block by block.
    pub added: Vec<f64>,
}

impl Points {
    pub fn new(structure: &Structure, rule: Rule, together: usize) -> Arc<Self> {
        let nodes = match rule {
            Rule::Laplace => Nodes::origin(structure),
            Rule::Quadrature(points) => Nodes::quadrature(structure, points),
            Rule::Importance { samples, source, seed } => Nodes::normal(structure, samples, source, seed),
            Rule::Prior { samples, source, seed } => Nodes::prior(structure, samples, source, seed),
        };
        let mut added = Vec::with_capacity(nodes.count() * structure.blocks.len());
        for k in 0..nodes.count() {
            let first = added.len();
            added.extend(structure.blocks.iter().map(|block| nodes.log_weight(k, block.len())));
            for (position, (&e, &block)) in nodes.point(k).iter().zip(&structure.block_of).enumerate() {
                added[first + block] += match rule {
                    Rule::Prior { .. } => -prior_log_density(structure.noise[position], e),
                    Rule::Laplace | Rule::Quadrature(_) | Rule::Importance { .. } => 0.5 * e * e + HALF_LOG_TAU,
                };
            }
        }
        let grouped = (together > 1 && nodes.count() > 1).then(|| nodes.grouped(together));
        Arc::new(Self { nodes, grouped, added })
    }
}
