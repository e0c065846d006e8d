//! Network → plate diagram: what a picture of the model shows, written as DOT or SVG.

mod arrows;
mod dot;
mod geometry;
mod layout;
mod packing;
mod regions;
mod svg;

pub use dot::dot;
pub use geometry::{Arrow, Placed, PlateBox, Point};
pub use layout::{Layout, layout};
pub use svg::svg;

use crate::network::ir::{Component, Network, PlateId, Role, Variable, VariableId};

/// The content of a picture of a model.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Diagram {
    /// The names of the plates.
    pub plates: Vec<String>,
    /// Variables in topological order, then factors.
    pub nodes: Vec<Node>,
    /// Each from the node that is used to the one that uses it; sorted, without duplicates.
    pub edges: Vec<Edge>,
}

/// A variable or factor.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// The name as declared.
    pub name: String,
    /// How it is drawn.
    pub kind: Kind,
    /// The plates it varies over, as positions in [`Diagram::plates`]; sorted, without duplicates.
    pub plates: Vec<usize>,
}

/// The kinds of nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An input: given, not modelled.
    Input,
    /// A parameter or a latent variable.
    Unknown,
    /// Data that are modelled.
    Observed,
    /// Computed: a `let` or `report`.
    Computed,
    /// A factor: a term that no conditional expresses.
    Factor,
}

/// A use of one node by another. If it is of the node itself, or of a later one, it is of an
/// earlier element along a plate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edge {
    /// The position of the node that is used.
    pub from: usize,
    /// The position of the node that uses it.
    pub to: usize,
}

impl Edge {
    /// Whether it goes from one element to another along a plate.
    #[must_use]
    pub fn is_lagged(self) -> bool {
        self.from >= self.to
    }
}

impl Diagram {
    /// The diagram of a network.
    #[must_use]
    pub fn new(network: &Network) -> Self {
        let order: Vec<VariableId> = network.order.iter().flat_map(members).collect();
        let position = |id: VariableId| order.iter().position(|other| *other == id);
        let mut nodes: Vec<Node> =
            order.iter().map(|id| node(network, &network.variables[*id])).collect();
        let graph = &network.graph;
        let used = |edge: &petgraph::graph::Edge<()>| {
            Some((position(graph[edge.source()])?, position(graph[edge.target()])?))
        };
        let mut edges: Vec<Edge> =
            graph.raw_edges().iter().filter_map(used).map(|(from, to)| Edge { from, to }).collect();
        for factor in &network.factors {
            let to = nodes.len();
            let plates = plates(factor.axes.iter().map(|axis| network.plate_of(*axis)));
            nodes.push(Node { name: factor.name.clone(), kind: Kind::Factor, plates });
            let references = network.references(&[factor.term]);
            edges.extend(
                references
                    .iter()
                    .filter_map(|reference| position(reference.variable))
                    .map(|from| Edge { from, to }),
            );
        }
        edges.sort_unstable();
        edges.dedup();
        Self {
            plates: network.plates.iter().map(|(_, plate)| plate.name.clone()).collect(),
            nodes,
            edges,
        }
    }
}

fn members(component: &Component) -> Vec<VariableId> {
    match component {
        Component::Single(id) => vec![*id],
        Component::Chain { members, .. } => members.clone(),
    }
}

fn node(network: &Network, variable: &Variable) -> Node {
    let kind = match variable.role {
        Role::Input => Kind::Input,
        Role::Param | Role::Latent => Kind::Unknown,
        Role::Observe => Kind::Observed,
        Role::Let | Role::Report => Kind::Computed,
    };
    let axes = &variable.axes[..variable.plates];
    Node {
        name: variable.name.clone(),
        kind,
        plates: plates(axes.iter().map(|axis| network.plate_of(*axis))),
    }
}

fn plates(ids: impl Iterator<Item = PlateId>) -> Vec<usize> {
    let mut plates: Vec<usize> = ids.map(|id| id.0 as usize).collect();
    plates.sort_unstable();
    plates.dedup();
    plates
}
