//! A rule of integration → the points at which it looks, with their weights.

use std::sync::Arc;

use super::nodes::{
    Grouped, HALF_LOG_TAU, Nodes, NoiseSource, around_mode_log_density, prior_log_density,
};
use super::sums::Table;
use crate::marginal::structure::Structure;

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

    /// Whether its points are from the prior of noise, and few enough for one program to hold all
    /// of them.
    #[must_use]
    pub fn is_one_mean(self, structure: &Structure) -> bool {
        match self {
            Self::Prior { samples, .. } => {
                structure.hidden.len().saturating_mul(samples) <= MOST_IN_ONE
            }
            Self::Laplace | Self::Quadrature(_) | Self::Importance { .. } => false,
        }
    }
}

/// The most coordinates of points in one program: 256 MB.
const MOST_IN_ONE: usize = 1 << 25;

/// Points, and what they add to the log density of each block: its log weight, and the Jacobian of
/// the change of coordinates.
pub(super) struct Points {
    pub nodes: Nodes,
    /// The same in groups, where code looks at several points together.
    pub grouped: Option<Grouped>,
    /// Of the prior of noise: those of each position adjacent.
    pub side_by_side: Option<Arc<Vec<f64>>>,
    pub added: Table,
}

impl Points {
    pub fn new(structure: &Structure, rule: Rule, together: usize) -> Arc<Self> {
        let nodes = match rule {
            Rule::Laplace => Nodes::origin(structure),
            Rule::Quadrature(points) => Nodes::quadrature(structure, points),
            Rule::Importance { samples, source, seed } => {
                Nodes::around_mode(structure, samples, source, seed)
            }
            Rule::Prior { samples, source, seed } => Nodes::prior(structure, samples, source, seed),
        };
        let grouped = (together > 1 && nodes.count() > 1).then(|| nodes.grouped(together));
        let mut added = Table::new(
            structure.blocks.len(),
            grouped.as_ref().map_or(1, |g| g.size),
            nodes.count(),
        );
        // Points that only fill the last group up have no weight.
        added.values.fill(f64::NEG_INFINITY);
        for k in 0..nodes.count() {
            for (block, positions) in structure.blocks.iter().enumerate() {
                let index = added.index(k, block);
                added.values[index] = nodes.log_weight(k, positions.len());
            }
            for (position, (&e, &block)) in
                nodes.point(k).iter().zip(&structure.block_of).enumerate()
            {
                let index = added.index(k, block);
                added.values[index] += match rule {
                    Rule::Prior { .. } => -prior_log_density(structure.noise[position], e),
                    Rule::Laplace | Rule::Quadrature(_) | Rule::Importance { .. } => {
                        0.5 * e * e + HALF_LOG_TAU
                    }
                };
            }
        }
        if let Rule::Importance { .. } = rule {
            stretched(structure, &nodes, &mut added);
        }
        let side_by_side =
            rule.is_one_mean(structure).then(|| Arc::new(nodes.grouped(nodes.count()).standard));
        Arc::new(Self { nodes, grouped, side_by_side, added })
    }
}

/// Where some points are stretched, in blocks that are not quadratic: replaces the log density of
/// the normal distribution by that of these points.
fn stretched(structure: &Structure, nodes: &Nodes, added: &mut Table) {
    for (block, positions) in
        structure.blocks.iter().enumerate().filter(|&(block, _)| !structure.quadratic[block])
    {
        let log_density = around_mode_log_density(nodes.count(), positions.len());
        for k in 0..nodes.count() {
            let square: f64 =
                positions.iter().map(|&position| nodes.point(k)[position].powi(2)).sum();
            let index = added.index(k, block);
            added.values[index] -=
                log_density(square) + 0.5 * square + HALF_LOG_TAU * positions.len() as f64;
        }
    }
}
