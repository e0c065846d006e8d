//! Chooses the rule for integrating out hidden variables, and measures how a finer one would
//! differ.

use super::settings::{Integration, MonteCarlo, Nodes, Proposal};
use super::unintegrable;
use crate::base::Diagnostic;
use crate::density::LogDensity as _;
use crate::draws::Estimate;
use crate::marginal::numerics::{Marginal, NoiseSource, Rule};
use crate::marginal::structure::Structure;
use crate::marginal::{Compiled, Joint};
use crate::network::Network;

/// The maximum number of density evaluations per value of an integral by quadrature.
const MOST_POINTS: usize = 20_000;

/// The rule to use: as the settings say, or the best that the structure allows.
///
/// # Errors
/// If the structure does not allow what the settings say.
pub fn choose(
    integration: Integration,
    seed: u64,
    (compiled, network): (&Compiled, &Network),
) -> Result<Rule, Diagnostic> {
    let structure = &compiled.structure;
    match integration {
        Integration::Auto => Ok(by_structure(structure)),
        Integration::Exact => exactly(compiled, network),
        Integration::Laplace => Ok(Rule::Laplace),
        Integration::Quadrature(nodes) if nodes.get() == 1 => Ok(Rule::Laplace),
        Integration::Quadrature(nodes) => quadrature(nodes, (compiled, network)),
        Integration::MonteCarlo(MonteCarlo { samples, proposal, noise: source, .. }) => {
            let samples = samples.get();
            unintegrable::check_samples(network, compiled, samples, proposal)?;
            Ok(match proposal {
                Proposal::Laplace => Rule::Importance { samples, source, seed },
                Proposal::Prior => Rule::Prior { samples, source, seed },
            })
        }
    }
}

/// The rule for exact integration.
///
/// # Errors
/// If the log density is not quadratic in some block.
pub fn exactly(compiled: &Compiled, network: &Network) -> Result<Rule, Diagnostic> {
    match compiled.structure.is_quadratic() {
        true => Ok(Rule::Laplace),
        false => Err(unintegrable::not_exact(network, compiled)),
    }
}

fn quadrature(
    nodes: Nodes,
    (compiled, network): (&Compiled, &Network),
) -> Result<Rule, Diagnostic> {
    let (points, largest) = (nodes.get(), compiled.structure.largest_block());
    let all = points.checked_pow(largest as u32).filter(|&all| all <= MOST_POINTS);
    let rule = all.map(|_| Rule::Quadrature(points));
    rule.ok_or_else(|| unintegrable::too_large(network, compiled, points))
}

/// The best rule for a structure.
pub fn by_structure(structure: &Structure) -> Rule {
    match structure.largest_block() {
        _ if structure.is_quadratic() => Rule::Laplace,
        0 | 1 => Rule::Quadrature(15),
        2 => Rule::Quadrature(9),
        3 => Rule::Quadrature(5),
        _ => Rule::Laplace,
    }
}

/// The rule with about twice as many points per dimension, unless that is too many.
pub fn finer(density: &Marginal<Joint>) -> Option<Rule> {
    let Rule::Quadrature(points) = density.rule() else { return None };
    let more = 2 * points + 1;
    let all = more.checked_pow(density.structure().largest_block() as u32)?;
    (all <= MOST_POINTS / 4 && more <= MOST_A_DIMENSION && !density.structure().is_quadratic())
        .then_some(Rule::Quadrature(more))
}

/// What so many points along a dimension do not see, more do not either.
const MOST_A_DIMENSION: usize = 300;

/// The number of quadrature points per dimension, if it was not checked against a finer rule
/// because that is too expensive.
pub fn unchecked(density: &Marginal<Joint>) -> Option<usize> {
    let Rule::Quadrature(points) = density.rule() else { return None };
    (finer(density).is_none() && !density.structure().is_quadratic()).then_some(points)
}

/// The error of a log likelihood that is not exact, estimated by comparing quadrature with a finer
/// rule, and Laplace's approximation with importance sampling.
pub fn residual(density: &mut Marginal<Joint>, estimate: &Estimate, seed: u64) -> Option<f64> {
    let rule = match density.rule() {
        Rule::Quadrature(_) => finer(density)?,
        Rule::Laplace if !density.structure().is_quadratic() => {
            let numbers = density.structure().hidden.len().saturating_mul(CHECK_SAMPLES);
            (numbers <= unintegrable::MOST_NUMBERS).then_some(Rule::Importance {
                samples: CHECK_SAMPLES,
                source: NoiseSource::Sobol,
                seed,
            })?
        }
        Rule::Laplace | Rule::Importance { .. } | Rule::Prior { .. } => return None,
    };
    let mut gradient = vec![0.0; density.dim()];
    let change =
        density.with_rule(rule).evaluate(&estimate.q, &mut gradient) - estimate.log_density;
    change.is_finite().then_some(change)
}

/// The number of importance sampling points that Laplace's approximation is checked against.
const CHECK_SAMPLES: usize = 256;
