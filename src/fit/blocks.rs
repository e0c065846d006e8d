//! Blocks of hidden variables: which there are, how many, and how they are integrated out.

use std::collections::BTreeMap;

use crate::base::Diagnostic;
use crate::marginal::Compiled;
use crate::marginal::numerics::Rule;
use crate::network::Network;
use crate::network::ir::VariableId;

/// The blocks of hidden variables of a model, and how they are integrated out.
#[derive(Clone, Debug, PartialEq)]
pub struct Blocks {
    /// Blocks of the same variables, grouped.
    pub kinds: Vec<BlockKind>,
    /// The rule for what is not integrated out exactly.
    pub rule: Rule,
}

/// All blocks of the same variables.
#[derive(Clone, Debug, PartialEq)]
pub struct BlockKind {
    /// The variables, by name.
    pub variables: Vec<String>,
    /// By name, the variables integrated out exactly given those above.
    pub given: Vec<String>,
    /// The number of blocks.
    pub count: usize,
    /// The smallest number of hidden values in a block.
    pub smallest: usize,
    /// The largest.
    pub largest: usize,
    /// Whether the log joint density is quadratic in them, which makes integration exact.
    pub quadratic: bool,
}

impl Blocks {
    /// The blocks of a compiled joint density.
    #[must_use]
    pub fn new(network: &Network, compiled: &Compiled, rule: Rule) -> Self {
        Self { kinds: kinds(network, compiled), rule }
    }
}

impl BlockKind {
    /// How these blocks are integrated out: `exact`, `laplace`, `agh:9` or `mc`.
    #[must_use]
    pub fn method(&self, rule: Rule) -> String {
        match rule {
            Rule::Laplace | Rule::Quadrature(_) if self.quadratic => "exact".to_owned(),
            Rule::Laplace => "laplace".to_owned(),
            Rule::Quadrature(points) => format!("agh:{points}"),
            Rule::Importance { .. } | Rule::Prior { .. } => "mc".to_owned(),
        }
    }
}

fn kinds(network: &Network, compiled: &Compiled) -> Vec<BlockKind> {
    let called = |variables: &[VariableId]| -> Vec<String> {
        variables.iter().map(|&v| network.variables[v].name.clone()).collect()
    };
    let mut kinds: BTreeMap<Vec<u32>, BlockKind> = BTreeMap::new();
    for (block, variables) in compiled.blocks.variables.iter().enumerate() {
        let size = compiled.structure.blocks[block].len();
        let given = &compiled.blocks.given[block];
        let key = variables.iter().chain(given).map(|v| v.0).collect();
        let kind = kinds.entry(key).or_insert_with(|| BlockKind {
            variables: called(variables),
            given: called(given),
            count: 0,
            smallest: usize::MAX,
            largest: 0,
            quadratic: true,
        });
        kind.count += 1;
        kind.smallest = kind.smallest.min(size);
        kind.largest = kind.largest.max(size);
        kind.quadratic &= compiled.structure.quadratic[block];
    }
    kinds.into_values().collect()
}

/// `a, b`
pub(super) fn names(network: &Network, variables: &[VariableId]) -> String {
    variables.iter().map(|&v| network.variables[v].name.as_str()).collect::<Vec<_>>().join(", ")
}

/// Hidden variables that no data depend on.
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
