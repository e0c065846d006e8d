//! Diagnostics about integrating out hidden variables: what prevents it, and how far to trust it.

use super::blocks::names;
use super::finding::Finding;
use super::settings::Proposal;
use crate::base::{Advice, Diagnostic, Span, set, words};
use crate::marginal::numerics::{Accuracy, Rule, Trouble};
use crate::marginal::{Compiled, Failure};
use crate::network::Network;
use crate::network::ir::VariableId;

/// The variables in blocks for which integration is not exact.
fn rough(compiled: &Compiled) -> Vec<VariableId> {
    let mut rough = Vec::new();
    let blocks = compiled.blocks.variables.iter().zip(&compiled.structure.quadratic);
    for &variable in blocks.filter(|(_, quadratic)| !**quadratic).flat_map(|(v, _)| v) {
        if !rough.contains(&variable) {
            rough.push(variable);
        }
    }
    rough.sort_unstable_by_key(|variable| variable.0);
    rough
}

/// Describes a block, for messages.
fn block_words(network: &Network, compiled: &Compiled, block: usize) -> String {
    let variables = compiled.blocks.variables.get(block).cloned().unwrap_or_default();
    let names = names(network, &variables);
    if compiled.structure.blocks.len() == 1 {
        format!("the block of {names}")
    } else {
        format!("block {} of {names}", block + 1)
    }
}

fn at_variables(
    diagnostic: Diagnostic,
    network: &Network,
    variables: &[VariableId],
    label: &str,
) -> Diagnostic {
    variables.iter().fold(diagnostic, |d, &v| d.at(network.variables[v].span, label))
}

/// Exact integration was requested but is not possible.
pub fn not_exact(network: &Network, compiled: &Compiled) -> Diagnostic {
    let rough = rough(compiled);
    let diagnostic = Diagnostic::error(
        "E0414",
        format!("{} cannot be integrated out exactly", names(network, &rough)),
    )
    .because(
        "given the parameters the log joint density is not quadratic in it: a \
            distribution is not normal, or a mean not linear",
    );
    at_variables(diagnostic, network, &rough, "not linear-Gaussian").try_this([
        set("integrate", "laplace"),
        words(", "),
        set("integrate", "agh:9"),
        words(" or "),
        set("integrate", "mc"),
    ])
}

/// A block is too large for quadrature.
pub fn too_large(network: &Network, compiled: &Compiled, points: usize) -> Diagnostic {
    let structure = &compiled.structure;
    let largest = structure.largest_block();
    let block = structure.blocks.iter().position(|b| b.len() == largest).unwrap_or(0);
    let diagnostic = Diagnostic::error(
        "E0415",
        format!("a block of {largest} hidden variables is too large for quadrature"),
    )
    .because(format!(
        "{points} points in each of {largest} dimensions are {points}^{largest} \
            evaluations for one value"
    ));
    let variables = &compiled.blocks.variables[block];
    at_variables(diagnostic, network, variables, "in that block").try_this([
        set("integrate", "laplace"),
        words(" or "),
        set("integrate", "mc"),
        words(", or fewer points"),
    ])
}

/// The maximum number of numbers stored for Monte Carlo points.
pub const MOST_NUMBERS: usize = 200_000_000;

/// Whether Monte Carlo integration is feasible.
pub fn check_samples(
    network: &Network,
    compiled: &Compiled,
    samples: usize,
    proposal: Proposal,
) -> Result<(), Diagnostic> {
    let structure = &compiled.structure;
    let numbers = structure.hidden.len().saturating_mul(samples);
    if numbers > MOST_NUMBERS {
        let most = MOST_NUMBERS / structure.hidden.len().max(1);
        return Err(Diagnostic::error(
            "E0416",
            format!(
                "{samples} points for each of {} hidden values do not fit into memory",
                structure.hidden.len()
            ),
        )
        .try_this([
            set("mc_samples", most),
            words(" or fewer, or "),
            set("integrate", "laplace"),
        ]));
    }
    let without_noise = structure.noise.iter().position(Option::is_none);
    match (proposal, without_noise) {
        (Proposal::Prior, Some(position)) => {
            let variables = &compiled.blocks.variables[structure.block_of[position]];
            let diagnostic = Diagnostic::error(
                "E0417",
                format!(
                    "points from the prior need {} as a function of noise",
                    names(network, variables)
                ),
            )
            .because(
                "its distribution has no draw as a function of noise that depends on nothing, \
                     or its cells are missing observations",
            );
            Err(at_variables(diagnostic, network, variables, "not a function of noise")
                .try_this([set("proposal", "laplace")]))
        }
        (Proposal::Prior, None) | (Proposal::Laplace, _) => Ok(()),
    }
}

/// Why a joint density cannot be integrated at all.
pub fn failure(failure: &Failure, summands: &[(String, Span)]) -> Diagnostic {
    match failure {
        Failure::Machine(message) => Diagnostic::error("E0401", message.clone()),
        Failure::TooDense(dense) => {
            let diagnostic = Diagnostic::error(
                "E0418",
                "too many hidden variables depend on each other to be integrated out together",
            )
            .because(format!(
                "in one element of `{}` {} of them meet",
                summands[dense.summand].0, dense.coordinates
            ));
            diagnostic.at(summands[dense.summand].1, "here").try_this([
                set("method", "nuts"),
                words(", which draws hidden variables with the parameters"),
            ])
        }
    }
}

/// Why the integral could not be evaluated.
pub fn trouble(network: &Network, compiled: &Compiled, trouble: Trouble) -> Diagnostic {
    let (block, what, why) = match trouble {
        Trouble::NotFinite { block } => (
            block,
            "is not finite",
            "the log density of the hidden variables or a derivative is infinite or NaN there",
        ),
        Trouble::NotCurved { block } => (
            block,
            "has no mode",
            "the log density does not curve downwards in every direction, so there is no peak to \
             integrate around",
        ),
        Trouble::Unending { block } => {
            (block, "was not found", "the search for its mode made no more progress")
        }
    };
    let variables = compiled.blocks.variables.get(block).cloned().unwrap_or_default();
    let named = block_words(network, compiled, block);
    let message = if what == "was not found" {
        format!("the mode of {named} was not found")
    } else {
        format!("{named} {what}")
    };
    let diagnostic = Diagnostic::error("E0419", message).because(why);
    at_variables(diagnostic, network, &variables, "hidden").try_this([
        set("integrate", "mc"),
        words(" "),
        set("proposal", "prior"),
        words(", which needs no mode; "),
        set("method", "nuts"),
        words("; or bounds and priors that keep parameters in reason"),
    ])
}

/// There are too few Monte Carlo points.
pub fn unsure(network: &Network, compiled: &Compiled, accuracy: Accuracy) -> Option<Finding> {
    let few = accuracy.lowest_ess < 10.0;
    let biased = accuracy.bias.abs() > 0.5 || accuracy.standard_error > 0.5;
    if !few && !biased {
        return None;
    }
    let message = format!(
        "{} points are few: log likelihood ± {:.2}, bias {:.2}, and {} rests on {:.1} effective \
         points",
        accuracy.samples,
        accuracy.standard_error,
        accuracy.bias,
        block_words(network, compiled, accuracy.worst_block),
        accuracy.lowest_ess
    );
    let finding = Diagnostic::warning("W0417", message)
        .because(
            "the log likelihood, and with it estimates and standard errors, may be off by \
            more than they say",
        )
        .try_this([
            set("mc_samples", 8 * accuracy.samples),
            words(", or "),
            set("proposal", "laplace"),
        ]);
    let finding = Finding::from(finding)
        .about([block_words(network, compiled, accuracy.worst_block)])
        .figure("samples", accuracy.samples as f64)
        .figure("log_likelihood_mcse", accuracy.standard_error)
        .figure("log_likelihood_bias", accuracy.bias)
        .figure("lowest_ess", accuracy.lowest_ess);
    Some(finding)
}

/// An approximation of the integral is coarse: `change` is what a finer one adds to the log
/// likelihood.
pub fn coarse(rule: Rule, change: f64) -> Option<Finding> {
    let (what, finer, help) = match rule {
        Rule::Laplace => (
            "Laplace's approximation is coarse",
            "importance sampling",
            Advice::from([
                set("integrate", "agh:9"),
                words(" where blocks are small, or "),
                set("integrate", "mc"),
            ]),
        ),
        Rule::Quadrature(points) => {
            let more = 2 * points + 1;
            (
                "the points of quadrature are few",
                "twice as many",
                Advice::from([
                    set("integrate", format_args!("agh:{more}")),
                    words(", or "),
                    set("integrate", "mc"),
                ]),
            )
        }
        Rule::Importance { .. } | Rule::Prior { .. } => return None,
    };
    let finding = Diagnostic::warning(
        "W0416",
        format!("{what}: by {finer} the log likelihood is {change:+.2} from what is reported"),
    )
    .because("estimates and standard errors are those of the approximation")
    .try_this(help);
    (change.abs() > 0.2).then(|| Finding::from(finding).figure("log_likelihood_change", change))
}

/// No maximum of Laplace's approximation was found, and there may be none.
pub fn jumps() -> Diagnostic {
    Diagnostic::warning(
        "W0419",
        "Laplace's approximation may have no maximum that can be found: \
        it jumps where the mode of a block does",
    )
    .because(
        "the density of some block has several modes, or is flat at its mode, where the \
            approximation is far off",
    )
    .try_this([
        set("integrate", "auto"),
        words(", or agh:K, in small blocks; "),
        set("integrate", "mc"),
        words(" in larger ones"),
    ])
}

/// The maximum number of points per dimension is in use, so whether it is enough cannot be checked.
pub fn unchecked(points: usize) -> Option<Finding> {
    let finding = Diagnostic::warning(
        "W0418",
        format!("whether {points} points of quadrature a dimension are enough was not checked"),
    )
    .because(
        "with more the log likelihood changes little, but standard errors rest on its \
            curvature and may be off by more",
    )
    .try_this([
        set("integrate", format_args!("agh:{}", (2 * points).min(100))),
        words(" or "),
        set("integrate", "mc"),
        words(" "),
        set("proposal", "prior"),
        words(", and compare the standard errors"),
    ]);
    (points < 100).then(|| Finding::from(finding).figure("points", points as f64))
}
