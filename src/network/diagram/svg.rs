//! Diagram → SVG: boxes for plates, then arrows, then nodes.

use std::fmt::Write as _;

use super::layers::{LETTER, LOOP, Layered, NODE_HEIGHT, SQUARE, half_width, layered, ranges};
use super::order::ordered;
use super::place::{LABEL, PADDING, places, side};
use super::{Diagram, Kind, Node};
use crate::network::Network;

/// Distance of the layers' middles.
const ROW: f64 = 116.0;
/// From a layer's middle to the upper and the lower side of a box around it.
const ABOVE: f64 = 40.0;
const BELOW: f64 = 52.0;
/// Around the whole.
const MARGIN: f64 = 16.0;
/// Between an arrow's ends and the nodes.
const CLEARANCE: f64 = 2.0;

const STYLE: &str = "\
    .plate { fill: #f6f8fa; stroke: #8b949e; stroke-width: 1.2; }\n\
    .size { font-size: 13px; fill: #57606a; text-anchor: end; stroke: #f6f8fa; stroke-width: 4; paint-order: stroke; stroke-linejoin: round; }\n\
    .node { fill: #ffffff; stroke: #24292f; stroke-width: 1.4; }\n\
    .observed { fill: #cfd6de; }\n\
    .given { fill: #ffffff; }\n\
    .factor { fill: #24292f; }\n\
    .inner { fill: none; }\n\
    .name { font-size: 15px; fill: #24292f; text-anchor: middle; }\n\
    .arrow { fill: none; stroke: #57606a; stroke-width: 1.3; marker-end: url(#head); }\n\
    .earlier { stroke-dasharray: 4 3; }\n";

/// A point of the picture.
type Spot = (f64, f64);

/// The plate diagram as a self-contained SVG picture.
///
/// Circles are unknowns, shaded ones observed, double ones computed; small squares are inputs, filled ones factors. Each combination of
/// plates has one box with its name in the corner. A dashed arrow leads from an earlier element of a chain.
#[must_use]
pub fn svg(network: &Network) -> String {
    let diagram = Diagram::new(network);
    let layered = layered(&diagram);
    let layers: Vec<usize> = layered.items[..diagram.nodes.len()].iter().map(|item| item.layer).collect();
    let ranges = ranges(&diagram, &layers);
    let (_, x) = ordered(&layered, |order| places(&diagram, &layered, &ranges, order));
    Picture { diagram: &diagram, layered: &layered, ranges: &ranges, x }.draw()
}

struct Picture<'a> {
    diagram: &'a Diagram,
    layered: &'a Layered,
    ranges: &'a [(usize, usize)],
    /// Of items, then of the sides of boxes.
    x: Vec<f64>,
}

impl Picture<'_> {
    fn draw(mut self) -> String {
        let (left, right) = self.extent();
        self.x.iter_mut().for_each(|x| *x += MARGIN - left);
        let rows = self.layered.layers.saturating_sub(1) as f64;
        let (width, height) = (right - left + 2.0 * MARGIN, ABOVE + BELOW + rows * ROW + 2.0 * MARGIN);
        let mut text = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" width=\"{width:.0}\" height=\"{height:.0}\" \
             font-family=\"Helvetica, Arial, 'DejaVu Sans', sans-serif\">\n<style>\n{STYLE}</style>\n\
             <defs><marker id=\"head\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"8\" markerHeight=\"8\" \
             markerUnits=\"userSpaceOnUse\" orient=\"auto\"><path d=\"M0 0.6 L8 4 L0 7.4 Z\" fill=\"#57606a\"/></marker></defs>\n\
             <rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n"
        );
        (0..self.diagram.plates.len()).for_each(|plate| text.push_str(&self.plate(plate)));
        (0..self.diagram.edges.len()).for_each(|edge| text.push_str(&self.arrow(edge)));
        (0..self.diagram.plates.len()).for_each(|plate| text.push_str(&self.plate_label(plate)));
        (0..self.diagram.nodes.len()).for_each(|node| text.push_str(&self.node(node)));
        text.push_str("</svg>\n");
        text
    }

    /// The left and right end of all that is drawn.
    fn extent(&self) -> (f64, f64) {
        let items = self.layered.items.iter().zip(&self.x).map(|(item, x)| (x - item.width / 2.0, x + item.width / 2.0));
        let sides = self.x[self.layered.items.len()..].iter().map(|&x| (x, x));
        let ends = items.chain(sides).reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)));
        ends.unwrap_or((0.0, 0.0))
    }

    fn spot(&self, item: usize) -> Spot {
        (self.x[item], MARGIN + ABOVE + self.layered.items[item].layer as f64 * ROW)
    }

    fn plate(&self, plate: usize) -> String {
        let (first, last) = self.ranges[plate];
        let place = side(self.layered, plate);
        let (left, right) = (self.x[place], self.x[place + 1]);
        let (top, bottom) = (MARGIN + first as f64 * ROW, MARGIN + ABOVE + BELOW + last as f64 * ROW);
        format!(
            "<rect class=\"plate\" x=\"{left:.1}\" y=\"{top:.1}\" width=\"{:.1}\" height=\"{:.1}\" rx=\"8\"/>\n",
            right - left,
            bottom - top
        )
    }

    /// The name in the box' corner; above the arrows, which may pass below it.
    fn plate_label(&self, plate: usize) -> String {
        let right = self.x[side(self.layered, plate) + 1];
        let bottom = MARGIN + ABOVE + BELOW + self.ranges[plate].1 as f64 * ROW;
        let (x, y) = (right - PADDING * 0.6, bottom - LABEL * 0.65);
        format!("<text class=\"size\" x=\"{x:.1}\" y=\"{y:.1}\">{}</text>\n", escaped(&self.diagram.plates[plate].label))
    }

    fn arrow(&self, index: usize) -> String {
        let edge = &self.diagram.edges[index];
        match &edge.earlier {
            None => self.way(&self.layered.routes[index]),
            Some(which) if edge.from == edge.to => self.looped(edge.from, which),
            Some(which) => self.back(edge.from, edge.to, which),
        }
    }

    /// An arrow through its stops, as a smooth curve.
    fn way(&self, route: &[usize]) -> String {
        let mut spots: Vec<Spot> = route.iter().map(|&item| self.spot(item)).collect();
        let last = spots.len() - 1;
        spots[0] = self.border(route[0], spots[1]);
        spots[last] = self.border(route[last], spots[last - 1]);
        let mut path = format!("M{:.1} {:.1}", spots[0].0, spots[0].1);
        for i in 0..last {
            // Catmull–Rom: the slope at a stop is that of the line between its neighbours.
            let (before, after) = (spots[i.saturating_sub(1)], spots[(i + 2).min(last)]);
            let (from, to) = (spots[i], spots[i + 1]);
            let first = (from.0 + (to.0 - before.0) / 6.0, from.1 + (to.1 - before.1) / 6.0);
            let second = (to.0 - (after.0 - from.0) / 6.0, to.1 - (after.1 - from.1) / 6.0);
            write!(path, " C{:.1} {:.1} {:.1} {:.1} {:.1} {:.1}", first.0, first.1, second.0, second.1, to.0, to.1)
                .expect("a string takes all");
        }
        format!("<path class=\"arrow\" d=\"{path}\"/>\n")
    }

    /// The point of a node's border in the direction of `towards`.
    fn border(&self, item: usize, towards: Spot) -> Spot {
        let (x, y) = self.spot(item);
        let Some(node) = self.layered.items[item].node.map(|node| &self.diagram.nodes[node]) else { return (x, y) };
        let (dx, dy) = (towards.0 - x, towards.1 - y);
        let length = dx.hypot(dy).max(1e-9);
        let reach = match node.kind {
            Kind::Unknown | Kind::Observed | Kind::Computed => 1.0 / (dx / half_width(node)).hypot(dy / (NODE_HEIGHT / 2.0)).max(1e-9),
            Kind::Input | Kind::Factor => SQUARE / 2.0 / dx.abs().max(dy.abs()).max(1e-9),
        };
        let reach = reach + CLEARANCE / length;
        (x + dx * reach, y + dy * reach)
    }

    /// A loop at the left of a node.
    fn looped(&self, node: usize, which: &str) -> String {
        let (x, y) = self.spot(node);
        let edge = half_width(&self.diagram.nodes[node]);
        let (near, high) = (x - edge * 0.8, NODE_HEIGHT * 0.5 * 0.6 + CLEARANCE);
        let far = x - edge - LOOP;
        format!(
            "<g><title>{}</title><path class=\"arrow earlier\" d=\"M{near:.1} {:.1} C{far:.1} {:.1} {far:.1} {:.1} {:.1} {:.1}\"/></g>\n",
            escaped(&format!("{} at {which}", self.diagram.nodes[node].name)),
            y + high,
            y + 2.2 * high,
            y - 2.2 * high,
            near - CLEARANCE,
            y - high
        )
    }

    /// A dashed arrow from a node to another of the same chain, round the right.
    fn back(&self, from: usize, to: usize, which: &str) -> String {
        let edge = |node: usize| half_width(&self.diagram.nodes[node]);
        let ((fx, fy), (tx, ty)) = (self.spot(from), self.spot(to));
        let (start, end) = ((fx + edge(from) + CLEARANCE, fy), (tx + edge(to) + CLEARANCE, ty));
        let bulge = start.0.max(end.0) + 0.25 * (fy - ty).abs().max(ROW);
        format!(
            "<g><title>{}</title><path class=\"arrow earlier\" d=\"M{:.1} {:.1} C{bulge:.1} {:.1} {bulge:.1} {:.1} {:.1} {:.1}\"/></g>\n",
            escaped(&format!("{} at {which}", self.diagram.nodes[from].name)),
            start.0,
            start.1,
            fy,
            ty,
            end.0,
            end.1
        )
    }

    fn node(&self, index: usize) -> String {
        let node = &self.diagram.nodes[index];
        let (x, y) = self.spot(index);
        let (shape, name_y) = match node.kind {
            Kind::Unknown => (ellipse("node", node, (x, y), 0.0), y),
            Kind::Observed => (ellipse("node observed", node, (x, y), 0.0), y),
            Kind::Computed => (ellipse("node", node, (x, y), 0.0) + &ellipse("node inner", node, (x, y), 3.5), y),
            // Arrows leave an input below it and reach a factor from above.
            Kind::Input => (square("node given", (x, y)), y - SQUARE / 2.0 - LETTER),
            Kind::Factor => (square("node factor", (x, y)), y + SQUARE / 2.0 + LETTER),
        };
        format!(
            "<g><title>{}</title>{shape}<text class=\"name\" x=\"{x:.1}\" y=\"{:.1}\">{}</text></g>\n",
            escaped(&node.title),
            name_y + LETTER * 0.34,
            escaped(&node.name)
        )
    }
}

fn ellipse(class: &str, node: &Node, (x, y): Spot, inset: f64) -> String {
    let (rx, ry) = (half_width(node) - inset, NODE_HEIGHT / 2.0 - inset);
    format!("<ellipse class=\"{class}\" cx=\"{x:.1}\" cy=\"{y:.1}\" rx=\"{rx:.1}\" ry=\"{ry:.1}\"/>")
}

fn square(class: &str, (x, y): Spot) -> String {
    let half = SQUARE / 2.0;
    format!("<rect class=\"{class}\" x=\"{:.1}\" y=\"{:.1}\" width=\"{SQUARE}\" height=\"{SQUARE}\"/>", x - half, y - half)
}

/// A text within XML.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
