//! Describes blocks of hidden variables in words.

use crate::fit::blocks::{BlockKind, Blocks};
use crate::marginal::numerics::{NoiseSource, Rule};

/// A line for each kind of block, such as `theta: 8 blocks of dimension 1, exactly: the log joint
/// density is quadratic in it`.
#[must_use]
pub fn lines(blocks: &Blocks) -> Vec<String> {
    blocks.kinds.iter().map(|kind| line(kind, blocks.rule)).collect()
}

fn line(kind: &BlockKind, rule: Rule) -> String {
    let variables = kind.variables.join(", ");
    let exactly = match kind.given.as_slice() {
        [] => String::new(),
        given => format!("; given {variables}, {} exactly", given.join(", ")),
    };
    format!("{variables}: {}, {}{exactly}", sizes(kind), means(kind, rule))
}

fn sizes(kind: &BlockKind) -> String {
    let dimension = if kind.smallest == kind.largest {
        kind.largest.to_string()
    } else {
        format!("{} to {}", kind.smallest, kind.largest)
    };
    match kind.count {
        1 => format!("1 block of dimension {dimension}"),
        many => format!("{many} blocks of dimension {dimension}"),
    }
}

/// How a kind of blocks is integrated out, and why.
fn means(kind: &BlockKind, rule: Rule) -> String {
    let exact = "exactly: the log joint density is quadratic in it";
    match rule {
        Rule::Laplace | Rule::Quadrature(_) if kind.quadratic => exact.to_owned(),
        Rule::Laplace => "by Laplace's approximation at its mode".to_owned(),
        Rule::Quadrature(points) => {
            format!("by adaptive Gauss-Hermite quadrature, {points} points a dimension")
        }
        Rule::Importance { samples, source, .. } => {
            format!("by {samples} {} around its mode", points(source))
        }
        Rule::Prior { samples, source, .. } => {
            format!("by {samples} {} of its noise", points(source))
        }
    }
}

fn points(source: NoiseSource) -> &'static str {
    match source {
        NoiseSource::Sobol => "scrambled Sobol points",
        NoiseSource::Antithetic => "antithetic points",
        NoiseSource::Pseudo => "random points",
    }
}
