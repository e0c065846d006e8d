//! Diagram → SVG: a self-contained picture.

use std::fmt::Write as _;

use super::geometry::{Arrow, Placed, PlateBox};
use super::layout::layout;
use super::{Diagram, Kind, Node};

const STYLE: &str = "text { font: 14px Helvetica, Arial, sans-serif; fill: #111; text-anchor: middle; }
.plate { fill: none; stroke: #888; }
.plate-name { font-size: 12px; fill: #444; text-anchor: start; paint-order: stroke; stroke: #fff; stroke-width: 3px; }
.input, .unknown, .observed, .computed, .factor { fill: #fff; stroke: #111; stroke-width: 1.2; }
.observed { fill: #d9d9d9; }
.computed { stroke-dasharray: 5 3; }
.factor { stroke-width: 3; }
.arrow { fill: none; stroke: #333; stroke-width: 1.1; marker-end: url(#head); }
.lagged { stroke-dasharray: 4 3; }";

/// The diagram as SVG: a box for each set of plates, observed nodes shaded, inputs as boxes,
/// computed nodes dashed; a dashed arrow leads to a later element along a plate.
#[must_use]
pub fn svg(diagram: &Diagram) -> String {
    let layout = layout(diagram);
    let (width, height) = (layout.width.ceil(), layout.height.ceil());
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\">\n\
         <style>\n{STYLE}\n</style>\n\
         <defs><marker id=\"head\" viewBox=\"0 0 10 10\" refX=\"9\" refY=\"5\" markerWidth=\"8\" markerHeight=\"8\" \
         orient=\"auto-start-reverse\"><path d=\"M0 1L10 5L0 9z\" fill=\"#333\"/></marker></defs>\n\
         <rect width=\"{width}\" height=\"{height}\" fill=\"#fff\"/>\n"
    );
    layout.boxes.iter().for_each(|plate| write_plate(plate, &mut text));
    layout.arrows.iter().for_each(|arrow| write_arrow(arrow, &mut text));
    diagram
        .nodes
        .iter()
        .zip(&layout.nodes)
        .for_each(|(node, placed)| write_node(node, placed, &mut text));
    for plate in &layout.boxes {
        let (x, y) = (plate.corner.x + 8.0, plate.opposite.y - 8.0);
        let _infallible = writeln!(
            text,
            "<text class=\"plate-name\" x=\"{x:.1}\" y=\"{y:.1}\">{}</text>",
            escaped(&plate.label)
        );
    }
    text + "</svg>\n"
}

fn write_plate(plate: &PlateBox, text: &mut String) {
    let (a, b) = (plate.corner, plate.opposite);
    let (width, height) = (b.x - a.x, b.y - a.y);
    let place =
        format!("x=\"{:.1}\" y=\"{:.1}\" width=\"{width:.1}\" height=\"{height:.1}\"", a.x, a.y);
    let _infallible = writeln!(text, "<rect class=\"plate\" {place} rx=\"6\"/>");
}

fn write_arrow(arrow: &Arrow, text: &mut String) {
    let [a, b, c, d] = arrow.curve.map(|point| format!("{:.1} {:.1}", point.x, point.y));
    let class = if arrow.lagged { "arrow lagged" } else { "arrow" };
    let _infallible = writeln!(text, "<path class=\"{class}\" d=\"M{a}C{b} {c} {d}\"/>");
}

fn write_node(node: &Node, placed: &Placed, text: &mut String) {
    let Placed { centre, half_width: w, half_height: h } = *placed;
    let (x, y) = (centre.x, centre.y);
    let round = |class| {
        format!(
            "<ellipse class=\"{class}\" cx=\"{x:.1}\" cy=\"{y:.1}\" rx=\"{w:.1}\" ry=\"{h:.1}\"/>"
        )
    };
    let square = |class| {
        let (left, top) = (x - w, y - h);
        format!(
            "<rect class=\"{class}\" x=\"{left:.1}\" y=\"{top:.1}\" width=\"{:.1}\" \
             height=\"{:.1}\"/>",
            2.0 * w,
            2.0 * h
        )
    };
    let shape = match node.kind {
        Kind::Input => square("input"),
        Kind::Unknown => round("unknown"),
        Kind::Observed => round("observed"),
        Kind::Computed => round("computed"),
        Kind::Factor => square("factor"),
    };
    let _infallible = writeln!(
        text,
        "{shape}\n<text x=\"{x:.1}\" y=\"{:.1}\">{}</text>",
        y + 5.0,
        escaped(&node.name)
    );
}

/// Text escaped for XML.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
