//! Network → its plate diagram: as DOT for GraphViz, or as an SVG picture laid out here.

mod dot;
mod layers;
mod order;
mod place;
mod svg;

pub use dot::dot;
pub use svg::svg;

use crate::network::Lag;
use crate::network::ir::{Definition, Network, Plate, PlateId, PlateSize, Role, Variable, VariableId};
use crate::network::print::{chain_of, distribution, expression, signature};

/// What a diagram shows, without places.
struct Diagram {
    nodes: Vec<Node>,
    edges: Vec<Edge>,
    /// One for each combination of plates that some variable has.
    plates: Vec<PlateBox>,
}

/// A variable or a factor.
struct Node {
    name: String,
    kind: Kind,
    /// What it is, shown when the pointer rests on it.
    title: String,
    /// The box that it stands in.
    plate: Option<usize>,
}

/// How a node is drawn.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A parameter or a hidden variable: a circle.
    Unknown,
    /// A shaded circle.
    Observed,
    /// A double circle.
    Computed,
    /// A small square.
    Input,
    /// A small filled square.
    Factor,
}

/// An arrow.
struct Edge {
    from: usize,
    to: usize,
    /// Where it leads from an earlier element of a chain: which.
    earlier: Option<String>,
}

/// The variables of one combination of plates.
struct PlateBox {
    plates: Vec<PlateId>,
    label: String,
}

impl Diagram {
    fn new(network: &Network) -> Self {
        let mut plates: Vec<PlateBox> = Vec::new();
        let mut nodes: Vec<Node> = Vec::new();
        for (_, variable) in network.variables.iter() {
            let over = variable.axes[..variable.plates].iter().map(|&axis| network.plate_of(axis)).collect();
            let plate = plate_box(network, &mut plates, over);
            nodes.push(Node { name: variable.name.clone(), kind: kind(variable.role), title: title(network, variable), plate });
        }
        let mut edges: Vec<Edge> = network.variables.ids().flat_map(|variable| arrows(network, variable)).collect();
        for factor in &network.factors {
            let over = factor.axes.iter().map(|&axis| network.plate_of(axis)).collect();
            let plate = plate_box(network, &mut plates, over);
            let mut used: Vec<VariableId> = network.references(&[factor.term]).into_iter().map(|r| r.variable).collect();
            used.sort_unstable();
            used.dedup();
            edges.extend(used.iter().map(|variable| Edge { from: variable.0 as usize, to: nodes.len(), earlier: None }));
            let title = format!("{} = {}", factor.name, expression(network, factor.term));
            nodes.push(Node { name: factor.name.clone(), kind: Kind::Factor, title, plate });
        }
        Self { nodes, edges, plates }
    }
}

fn kind(role: Role) -> Kind {
    match role {
        Role::Input => Kind::Input,
        Role::Param | Role::Latent => Kind::Unknown,
        Role::Observe => Kind::Observed,
        Role::Let | Role::Report => Kind::Computed,
    }
}

/// What a variable is, in one line.
fn title(network: &Network, variable: &Variable) -> String {
    let name = signature(network, variable);
    match &variable.definition {
        Definition::Input { .. } => format!("{name}: given"),
        Definition::Random(None) => format!("{name}: without a prior"),
        Definition::Random(Some(conditional)) | Definition::Observed { conditional, .. } => {
            format!("{name} ~ {}", distribution(network, conditional))
        }
        Definition::Deterministic(value) => format!("{name} = {}", expression(network, *value)),
    }
}

/// The box of a combination of plates; none where there are none.
fn plate_box(network: &Network, boxes: &mut Vec<PlateBox>, plates: Vec<PlateId>) -> Option<usize> {
    if plates.is_empty() {
        return None;
    }
    let mut sorted = plates;
    sorted.sort_unstable();
    if let Some(place) = boxes.iter().position(|known| known.plates == sorted) {
        return Some(place);
    }
    let label = match sorted.as_slice() {
        &[only] => plate_label(&network.plates[only]),
        several => several.iter().map(|&plate| network.plates[plate].name.as_str()).collect::<Vec<_>>().join(" × "),
    };
    boxes.push(PlateBox { plates: sorted, label });
    Some(boxes.len() - 1)
}

/// A plate's name with its size, where the model says it.
fn plate_label(plate: &Plate) -> String {
    let name = &plate.name;
    match &plate.size {
        PlateSize::Data | PlateSize::Expression(_) | PlateSize::Levels(_) => name.clone(),
        PlateSize::Number(size) if *name == size.to_string() => name.clone(),
        PlateSize::Number(size) => format!("{name} = {size}"),
        PlateSize::Labels(labels) => format!("{name} = {}", labels.len()),
    }
}

/// The arrows that lead to a variable, each once.
fn arrows(network: &Network, variable: VariableId) -> Vec<Edge> {
    let chain = chain_of(network, variable);
    let mut edges: Vec<Edge> = Vec::new();
    for reference in network.references(&network.made_from(variable)) {
        let used = reference.variable;
        let earlier = chain.filter(|(_, members)| members.contains(&used)).and_then(|(plate, _)| {
            let name = &network.plates[plate].name;
            match network.lag(variable, &reference, plate) {
                Lag::Known(0) => None,
                Lag::Known(lag) => Some(format!("{name} − {lag}")),
                Lag::Data | Lag::Unknown => Some(format!("earlier {name}")),
            }
        });
        let known = edges.iter().any(|edge| edge.from == used.0 as usize && edge.earlier.is_some() == earlier.is_some());
        if !known {
            edges.push(Edge { from: used.0 as usize, to: variable.0 as usize, earlier });
        }
    }
    edges
}

#[cfg(test)]
mod tests;
