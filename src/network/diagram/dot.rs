//! Diagram → DOT: clusters for plates, shapes for roles.

use std::fmt::Write as _;

use super::{Diagram, Edge, Kind, Node};
use crate::network::Network;

/// The plate diagram as a GraphViz text, for `dot -Tsvg`.
#[must_use]
pub fn dot(network: &Network) -> String {
    let diagram = Diagram::new(network);
    let mut text = String::from("digraph model {\n  node [fontname=\"Helvetica\"];\n");
    for (index, plate) in diagram.plates.iter().enumerate() {
        writeln!(text, "  subgraph cluster_{index} {{").expect("a string takes all");
        writeln!(text, "    label={}; labelloc=b; labeljust=r; style=rounded; color=gray50;", quoted(&plate.label))
            .expect("a string takes all");
        text.push_str(&nodes(&diagram, Some(index), "    "));
        text.push_str("  }\n");
    }
    text.push_str(&nodes(&diagram, None, "  "));
    for edge in &diagram.edges {
        writeln!(text, "  n{} -> n{}{};", edge.from, edge.to, edge_style(edge)).expect("a string takes all");
    }
    text.push_str("}\n");
    text
}

fn nodes(diagram: &Diagram, plate: Option<usize>, indent: &str) -> String {
    let inside = diagram.nodes.iter().enumerate().filter(|(_, node)| node.plate == plate);
    inside.map(|(index, node)| format!("{indent}n{index} [{}];\n", node_style(node))).collect()
}

fn node_style(node: &Node) -> String {
    let name = quoted(&node.name);
    let tooltip = quoted(&node.title);
    match node.kind {
        Kind::Unknown => format!("label={name}, shape=ellipse, tooltip={tooltip}"),
        Kind::Observed => format!("label={name}, shape=ellipse, style=filled, fillcolor=gray85, tooltip={tooltip}"),
        Kind::Computed => format!("label={name}, shape=ellipse, peripheries=2, tooltip={tooltip}"),
        Kind::Input => format!("xlabel={name}, label=\"\", shape=square, width=0.15, height=0.15, tooltip={tooltip}"),
        Kind::Factor => {
            format!("xlabel={name}, label=\"\", shape=square, width=0.15, height=0.15, style=filled, fillcolor=black, tooltip={tooltip}")
        }
    }
}

fn edge_style(edge: &Edge) -> String {
    match &edge.earlier {
        None => String::new(),
        Some(which) => format!(" [style=dashed, constraint=false, label={}]", quoted(which)),
    }
}

/// A string of DOT.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"))
}
