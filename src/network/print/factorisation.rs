//! Network → its joint density, written as a product of conditionals, with plates as products over
//! their elements.

use crate::base::IdMap;
use crate::network::Lag;
use crate::network::ir::{
    AxisId, Component, Definition, ExprId, Network, PlateId, Role, VariableId,
};

/// The joint density as a product, such as `p(mu) p(tau) ∏_schools p(theta | mu, tau) p(y | theta,
/// sigma)`.
///
/// Computed quantities are replaced by what they are computed from; parameters without a prior come
/// after a semicolon and have no factor of their own; an earlier element of a chain is written
/// `h[time-1]`.
#[must_use]
pub fn factorisation(network: &Network) -> String {
    let mut groups: Vec<(Vec<AxisId>, Vec<String>)> = Vec::new();
    let mut add = |plates: &[AxisId], factor: String| match groups
        .iter_mut()
        .find(|(axes, _)| axes == plates)
    {
        Some((_, factors)) => factors.push(factor),
        None => groups.push((plates.to_vec(), vec![factor])),
    };
    for variable in in_order(network) {
        let entry = &network.variables[variable];
        match &entry.definition {
            Definition::Random(Some(_)) | Definition::Observed { .. } => {
                add(&entry.axes[..entry.plates], conditional(network, variable))
            }
            Definition::Random(None) | Definition::Input { .. } | Definition::Deterministic(_) => {}
        }
    }
    for factor in &network.factors {
        add(&factor.axes, format!("exp({})", factor.name));
    }
    // Variables without plates come first: a product extends to the end, or to its bracket.
    groups.sort_by_key(|(axes, _)| !axes.is_empty());
    let last = groups.len().saturating_sub(1);
    let texts: Vec<String> = groups
        .iter()
        .enumerate()
        .map(|(i, (axes, factors))| group(network, axes, factors, i == last))
        .collect();
    texts.join(" ")
}

fn in_order(network: &Network) -> Vec<VariableId> {
    let members = network.order.iter().flat_map(|component| match component {
        Component::Single(variable) => vec![*variable],
        Component::Chain { members, .. } => members.clone(),
    });
    let mut order: Vec<VariableId> = members.collect();
    // In text order, as far as dependence allows: by depth, then by declaration.
    let depth = depths(network, &order);
    order.sort_by_key(|v| (depth[*v], *v));
    order
}

/// The length of the longest path to each variable.
fn depths(network: &Network, order: &[VariableId]) -> IdMap<VariableId, usize> {
    let mut depth = network.variables.filled(0);
    for &variable in order {
        for parent in parents(network, variable) {
            if parent.variable != variable {
                depth[variable] = depth[variable].max(depth[parent.variable] + 1);
            }
        }
    }
    depth
}

fn group(network: &Network, axes: &[AxisId], factors: &[String], last: bool) -> String {
    let product: String =
        axes.iter().map(|&axis| format!("∏_{} ", network.axis_name(axis))).collect();
    let factors = factors.join(" ");
    match (axes.is_empty(), last) {
        (true, _) => factors,
        (false, true) => format!("{product}{factors}"),
        (false, false) => format!("{product}[{factors}]"),
    }
}

/// `p(y | a, b; c)`
fn conditional(network: &Network, variable: VariableId) -> String {
    let name = &network.variables[variable].name;
    let (free, given): (Vec<Parent>, Vec<Parent>) = parents(network, variable)
        .into_iter()
        .partition(|parent| is_flat(network, parent.variable));
    let list = |parents: &[Parent]| {
        parents.iter().map(|parent| parent.text(network)).collect::<Vec<_>>().join(", ")
    };
    let bar = if given.is_empty() { String::new() } else { format!(" | {}", list(&given)) };
    let semicolon = if free.is_empty() { String::new() } else { format!("; {}", list(&free)) };
    format!("p({name}{bar}{semicolon})")
}

fn is_flat(network: &Network, variable: VariableId) -> bool {
    matches!(network.variables[variable].definition, Definition::Random(None))
}

/// A variable that the distribution of another one uses; at an earlier element where it is a member
/// of the same chain.
#[derive(Clone, PartialEq)]
struct Parent {
    variable: VariableId,
    earlier: Option<(PlateId, Option<i64>)>,
}

impl Parent {
    fn text(&self, network: &Network) -> String {
        let name = &network.variables[self.variable].name;
        match self.earlier {
            None => name.clone(),
            Some((plate, Some(lag))) => format!("{name}[{}-{lag}]", network.plates[plate].name),
            Some((_, None)) => format!("{name}[earlier]"),
        }
    }
}

/// The nearest ancestors that are not computed, in declaration order.
fn parents(network: &Network, variable: VariableId) -> Vec<Parent> {
    let chain = chain_of(network, variable);
    let mut found: Vec<Parent> = Vec::new();
    let mut seen: Vec<VariableId> = Vec::new();
    let mut waiting: Vec<(VariableId, ExprId, Vec<ExprId>)> = uses(network, variable);
    let mut below = vec![variable; waiting.len()];
    while let (Some((used, expression, indices)), Some(user)) = (waiting.pop(), below.pop()) {
        let earlier =
            chain.filter(|(_, members)| members.contains(&used)).and_then(|(plate, _)| {
                let reference = crate::network::Reference { variable: used, indices, expression };
                match network.lag(user, &reference, plate) {
                    Lag::Known(0) => None,
                    Lag::Known(lag) => Some((plate, Some(lag))),
                    Lag::Data | Lag::Unknown => Some((plate, None)),
                }
            });
        if matches!(network.variables[used].role, Role::Let | Role::Report) {
            if !seen.contains(&used) {
                seen.push(used);
                let more = uses(network, used);
                below.extend(vec![used; more.len()]);
                waiting.extend(more);
            }
            continue;
        }
        let parent = Parent { variable: used, earlier };
        if !found.contains(&parent) && (used != variable || parent.earlier.is_some()) {
            found.push(parent);
        }
    }
    // Earlier elements first, then what is modelled, then what is given.
    let given = |parent: &Parent| network.variables[parent.variable].role == Role::Input;
    found.sort_by_key(|parent| (parent.earlier.is_none(), given(parent), parent.variable));
    found
}

fn uses(network: &Network, variable: VariableId) -> Vec<(VariableId, ExprId, Vec<ExprId>)> {
    let references = network.references(&network.made_from(variable));
    references.into_iter().map(|r| (r.variable, r.expression, r.indices)).collect()
}

/// The chain that a variable is a member of: its plate and members.
fn chain_of(network: &Network, variable: VariableId) -> Option<(PlateId, &[VariableId])> {
    network.order.iter().find_map(|component| match component {
        Component::Chain { plate, members } if members.contains(&variable) => {
            Some((*plate, members.as_slice()))
        }
        Component::Chain { .. } | Component::Single(_) => None,
    })
}
