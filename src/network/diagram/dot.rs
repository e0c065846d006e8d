//! Diagram → DOT, the language of Graphviz.

use std::fmt::Write as _;

use super::regions::{Region, regions};
use super::{Diagram, Kind};

/// The diagram as DOT: a cluster for each set of plates, observed nodes shaded, inputs as boxes,
/// computed nodes dashed.
#[must_use]
pub fn dot(diagram: &Diagram) -> String {
    let mut text = String::from(
        "digraph model {\n  node [fontname=\"Helvetica\"];\n  edge [arrowsize=0.7];\n",
    );
    let regions = regions(diagram);
    write_region(diagram, &regions, 0, 1, &mut text);
    for edge in &diagram.edges {
        let style = if edge.is_lagged() { " [style=dashed, constraint=false]" } else { "" };
        let (from, to) = (&diagram.nodes[edge.from].name, &diagram.nodes[edge.to].name);
        let _infallible = writeln!(text, "  {} -> {}{style};", quoted(from), quoted(to));
    }
    text + "}\n"
}

/// The nodes of a region, then the regions in it.
fn write_region(
    diagram: &Diagram,
    regions: &[Region],
    region: usize,
    depth: usize,
    text: &mut String,
) {
    let indent = "  ".repeat(depth);
    for index in &regions[region].nodes {
        let node = &diagram.nodes[*index];
        let _infallible =
            writeln!(text, "{indent}{} [{}];", quoted(&node.name), attributes(node.kind));
    }
    for child in &regions[region].children {
        let label = quoted(&regions[*child].label);
        let _infallible = writeln!(
            text,
            "{indent}subgraph cluster_{child} {{\n{indent}  label={label}; labelloc=b; labeljust=l;"
        );
        write_region(diagram, regions, *child, depth + 1, text);
        let _infallible = writeln!(text, "{indent}}}");
    }
}

fn attributes(kind: Kind) -> &'static str {
    match kind {
        Kind::Input => "shape=box, height=0.3, width=0.3",
        Kind::Unknown => "shape=ellipse",
        Kind::Observed => "shape=ellipse, style=filled, fillcolor=\"#d9d9d9\"",
        Kind::Computed => "shape=ellipse, style=dashed",
        Kind::Factor => "shape=box, height=0.3, width=0.3, penwidth=3",
    }
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\""))
}
