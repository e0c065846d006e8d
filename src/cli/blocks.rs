//! Blocks of hidden variables, in words: what they are, how they are integrated out, and what is in
//! the way.

use std::collections::BTreeMap;

use pgmc::base::{Diagnostic, Span};
use pgmc::marginal::numerics::{Accuracy, NoiseSource, Rule, Trouble};
use pgmc::marginal::{Compiled, Failure};
use pgmc::network::Network;
use pgmc::network::ir::VariableId;
use serde_json::{Value, json as value};

use super::fit::Proposal;

/// Blocks that hold the same variables.
struct Kind {
    variables: Vec<VariableId>,
    /// What is integrated out exactly, these variables given.
    given: Vec<VariableId>,
    count: usize,
    smallest: usize,
    largest: usize,
    quadratic: bool,
}

fn kinds(compiled: &Compiled) -> Vec<Kind> {
    let mut kinds: BTreeMap<Vec<u32>, Kind> = BTreeMap::new();
    for (block, variables) in compiled.blocks.variables.iter().enumerate() {
        let size = compiled.structure.blocks[block].len();
        let given = &compiled.blocks.given[block];
        let fresh = || Kind {
            variables: variables.clone(),
            given: given.clone(),
            count: 0,
            smallest: usize::MAX,
            largest: 0,
            quadratic: true,
        };
        let kind =
            kinds.entry(variables.iter().chain(given).map(|v| v.0).collect()).or_insert_with(fresh);
        kind.count += 1;
        kind.smallest = kind.smallest.min(size);
        kind.largest = kind.largest.max(size);
        kind.quadratic &= compiled.structure.quadratic[block];
    }
    kinds.into_values().collect()
}

/// `a, b`
fn names(network: &Network, variables: &[VariableId]) -> String {
    variables.iter().map(|&v| network.variables[v].name.as_str()).collect::<Vec<_>>().join(", ")
}

/// A line for each kind of block: `  Hidden    theta: 8 blocks of dimension 1, exactly: the log
/// joint density is quadratic in it`.
pub fn describe(network: &Network, compiled: &Compiled, rule: Rule) -> String {
    let told: Vec<String> = kinds(compiled).iter().map(|kind| words(network, kind, rule)).collect();
    format!("  Hidden    {}", told.join("\n            "))
}

/// The same for `explain`.
pub fn lines(network: &Network, compiled: &Compiled, rule: Rule) -> String {
    kinds(compiled)
        .iter()
        .map(|kind| format!("  {}", words(network, kind, rule)))
        .collect::<Vec<_>>()
        .join("\n")
}

fn words(network: &Network, kind: &Kind, rule: Rule) -> String {
    let own = names(network, &kind.variables);
    let exactly = match kind.given.as_slice() {
        [] => String::new(),
        given => format!("; given {own}, {} exactly", names(network, given)),
    };
    format!("{own}: {}, {}{exactly}", sizes(kind), means(kind, rule))
}

fn sizes(kind: &Kind) -> String {
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
fn means(kind: &Kind, rule: Rule) -> String {
    let exact = "exactly: the log joint density is quadratic in it";
    match rule {
        Rule::Laplace if kind.quadratic => exact.to_owned(),
        Rule::Laplace => "by Laplace's approximation at its mode".to_owned(),
        Rule::Quadrature(_) if kind.quadratic => exact.to_owned(),
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

/// The name of the method for `summary.json`.
fn method(quadratic: bool, rule: Rule) -> String {
    match rule {
        Rule::Laplace | Rule::Quadrature(_) if quadratic => "exact".to_owned(),
        Rule::Laplace => "laplace".to_owned(),
        Rule::Quadrature(points) => format!("agh:{points}"),
        Rule::Importance { .. } | Rule::Prior { .. } => "mc".to_owned(),
    }
}

/// For `summary.json`.
pub fn json(
    network: &Network,
    compiled: &Compiled,
    rule: Rule,
    accuracy: Option<Accuracy>,
) -> Value {
    let blocks: Vec<Value> = kinds(compiled)
        .iter()
        .map(|kind| {
            let variables: Vec<&str> = kind.variables.iter().map(|&v| network.variables[v].name.as_str()).collect();
            let dimension = [kind.smallest, kind.largest];
            let given: Vec<&str> = kind.given.iter().map(|&v| network.variables[v].name.as_str()).collect();
            let method = method(kind.quadratic, rule);
            value!({ "variables": variables, "blocks": kind.count, "dimension": dimension, "method": method, "exact_given_these": given })
        })
        .collect();
    let sampling = accuracy.map(|a| {
        value!({
            "samples": a.samples, "lowest_ess": a.lowest_ess, "lowest_ess_block": a.worst_block + 1,
            "log_likelihood_mcse": a.standard_error, "log_likelihood_bias": a.bias,
        })
    });
    value!({ "blocks": blocks, "monte_carlo": sampling })
}

/// Hidden variables of which no data speak.
pub fn untouched(network: &Network, compiled: &Compiled) -> Vec<Diagnostic> {
    let mut counts: BTreeMap<Vec<u32>, (usize, Vec<VariableId>)> = BTreeMap::new();
    let unspoken = compiled
        .blocks
        .variables
        .iter()
        .zip(&compiled.blocks.observed)
        .filter(|(_, observed)| !**observed);
    for (variables, _) in unspoken {
        counts
            .entry(variables.iter().map(|v| v.0).collect())
            .or_insert((0, variables.clone()))
            .0 += 1;
    }
    let note = |(count, variables): (usize, Vec<VariableId>)| {
        let blocks = if count == 1 { "a block".to_owned() } else { format!("{count} blocks") };
        let message = format!(
            "no data speak of {blocks} of {}: there the prior integrates to 1",
            names(network, &variables)
        );
        Diagnostic::note("N0402", message)
    };
    counts.into_values().map(note).collect()
}

/// Of a block, for messages.
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

/// Exact integration was asked for, and cannot be had.
pub fn not_exact(network: &Network, compiled: &Compiled) -> Diagnostic {
    let rough: Vec<VariableId> =
        kinds(compiled).into_iter().filter(|k| !k.quadratic).flat_map(|k| k.variables).collect();
    let diagnostic = Diagnostic::error(
        "E0414",
        format!("{} cannot be integrated out exactly", names(network, &rough)),
    )
    .because(
        "given the parameters the log joint density is not quadratic in it: a \
            distribution is not normal, or a mean not linear",
    );
    at_variables(diagnostic, network, &rough, "not linear-Gaussian")
        .try_this("--integrate laplace, --integrate agh:9 or --integrate mc")
}

/// A block is too large for quadrature.
pub fn too_large(network: &Network, compiled: &Compiled, points: usize) -> Diagnostic {
    let structure = &compiled.structure;
    let largest = structure.largest_block();
    let block = structure.blocks.iter().position(|b| b.len() == largest).unwrap_or(0);
    let diagnostic = Diagnostic::error(
        "E0415",
        format!(
            "a block of {largest} hidden variables is \
        too large for quadrature"
        ),
    )
    .because(format!(
        "{points} points in each of {largest} dimensions are {points}^{largest} \
            evaluations for one value"
    ));
    let variables = &compiled.blocks.variables[block];
    at_variables(diagnostic, network, variables, "in that block")
        .try_this("--integrate laplace or --integrate mc, or fewer points")
}

/// More numbers than this are not kept for Monte Carlo points.
pub const MOST_NUMBERS: usize = 200_000_000;

/// Whether Monte Carlo integration can be done.
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
        .try_this(format!("--mc-samples {most} or fewer, or --integrate laplace")));
    }
    let own = structure.noise.iter().position(Option::is_none);
    match (proposal, own) {
        (Proposal::Prior, Some(position)) => {
            let variables = &compiled.blocks.variables[structure.block_of[position]];
            let diagnostic = Diagnostic::error(
                "E0417",
                format!(
                    "--proposal prior needs {} as a function of \
                    noise",
                    names(network, variables)
                ),
            )
            .because(
                "its distribution has no draw as a function of noise that depends on nothing, \
                     or its cells are missing observations",
            );
            Err(at_variables(diagnostic, network, variables, "not a function of noise")
                .try_this("--proposal laplace"))
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
            diagnostic
                .at(summands[dense.summand].1, "here")
                .try_this("--method nuts, which draws hidden variables with the parameters")
        }
    }
}

/// Why a value of the integral could not be had.
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
    let words = block_words(network, compiled, block);
    let message = if what == "was not found" {
        format!("the mode of {words} was not found")
    } else {
        format!("{words} {what}")
    };
    let diagnostic = Diagnostic::error("E0419", message).because(why);
    at_variables(diagnostic, network, &variables, "hidden").try_this(
        "--integrate mc --proposal prior, which needs no mode; --method nuts; or bounds and \
         priors that keep parameters in reason",
    )
}

/// Where the points of Monte Carlo are too few.
pub fn unsure(network: &Network, compiled: &Compiled, accuracy: Accuracy) -> Option<Diagnostic> {
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
        .try_this(format!("--mc-samples {}, or --proposal laplace", 8 * accuracy.samples));
    Some(finding)
}

/// Where an approximation of the integral is coarse: `change` is what a finer one adds to the log
/// likelihood.
pub fn coarse(rule: Rule, change: f64) -> Option<Diagnostic> {
    let (what, finer, help) = match rule {
        Rule::Laplace => (
            "Laplace's approximation is coarse",
            "importance sampling",
            "--integrate agh:9 where blocks are small, or --integrate mc".to_owned(),
        ),
        Rule::Quadrature(points) => {
            let more = 2 * points + 1;
            (
                "the points of quadrature are few",
                "twice as many",
                format!("--integrate agh:{more}, or --integrate mc"),
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
    (change.abs() > 0.2).then_some(finding)
}

/// Where no maximum of Laplace's approximation was found, and there may be none.
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
    .try_this("--integrate auto, or agh:K, in small blocks; --integrate mc in larger ones")
}

/// Where so many points a dimension are the most that are tried, so that nothing says whether they
/// are enough.
pub fn unchecked(points: usize) -> Option<Diagnostic> {
    let finding = Diagnostic::warning(
        "W0418",
        format!(
            "whether {points} points of quadrature a \
        dimension are enough was not checked"
        ),
    )
    .because(
        "with more the log likelihood changes little, but standard errors rest on its \
            curvature and may be off by more",
    )
    .try_this(format!(
        "--integrate agh:{} or --integrate mc --proposal prior, and compare the \
            standard errors",
        (2 * points).min(100)
    ));
    (points < 100).then_some(finding)
}
