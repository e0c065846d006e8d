//! Diagram → layers: every arrow points down, arrows over several layers get a stop in each of them.

use super::{Diagram, Kind, Node};

/// Height of a node, and of an input's square.
pub const NODE_HEIGHT: f64 = 42.0;
pub const SQUARE: f64 = 12.0;
/// Size of a name's letters, and their mean width as part of it.
pub const LETTER: f64 = 15.0;
const LETTER_WIDTH: f64 = 0.58;
/// What a loop at a node takes beside it.
pub const LOOP: f64 = 34.0;

/// Something with a place of its own: a node, or a stop of an arrow on its way.
#[derive(Clone, Debug)]
pub struct Item {
    pub layer: usize,
    /// Of all that must not be covered.
    pub width: f64,
    /// The plate's box that it stands in.
    pub plate: Option<usize>,
    /// The node; none for a stop.
    pub node: Option<usize>,
}

/// Items in layers, with the arrows between them.
#[derive(Debug)]
pub struct Layered {
    /// The nodes first, in their order.
    pub items: Vec<Item>,
    /// Between neighbouring layers, from above to below.
    pub links: Vec<(usize, usize)>,
    /// For each arrow of the diagram the items on its way, both ends included; only the ends where it leads from an earlier element.
    pub routes: Vec<Vec<usize>>,
    pub layers: usize,
}

/// The width of a text.
pub fn text_width(text: &str, size: f64) -> f64 {
    // Letters of East Asian scripts are as wide as high.
    let width = |letter: char| if letter >= '\u{2e80}' { 1.0 } else { LETTER_WIDTH };
    size * text.chars().map(width).sum::<f64>()
}

/// Half the width of a node's circle.
pub fn half_width(node: &Node) -> f64 {
    match node.kind {
        Kind::Input | Kind::Factor => SQUARE / 2.0,
        Kind::Unknown | Kind::Observed | Kind::Computed => (text_width(&node.name, LETTER) / 2.0 + 11.0).max(NODE_HEIGHT / 2.0),
    }
}

/// Puts every node into a layer below those it depends on, inputs just above the first that uses them.
pub fn layered(diagram: &Diagram) -> Layered {
    let layer = layers(diagram);
    let looped = |index: usize| diagram.edges.iter().any(|edge| edge.from == index && edge.to == index);
    let mut items: Vec<Item> = Vec::new();
    for (index, node) in diagram.nodes.iter().enumerate() {
        let own = (2.0 * half_width(node)).max(text_width(&node.name, LETTER));
        let width = own + if looped(index) { 2.0 * LOOP } else { 0.0 };
        items.push(Item { layer: layer[index], width, plate: node.plate, node: Some(index) });
    }
    let ranges = ranges(diagram, &layer);
    let mut links = Vec::new();
    let mut routes = Vec::new();
    for edge in &diagram.edges {
        let mut route = vec![edge.from];
        if edge.earlier.is_none() {
            for stop in layer[edge.from] + 1..layer[edge.to] {
                // An arrow enters its end's box where that begins.
                let within = |node: usize| diagram.nodes[node].plate.filter(|&plate| ranges[plate].0 <= stop && stop <= ranges[plate].1);
                items.push(Item { layer: stop, width: 8.0, plate: within(edge.to).or(within(edge.from)), node: None });
                route.push(items.len() - 1);
            }
        }
        route.push(edge.to);
        if edge.earlier.is_none() {
            links.extend(route.windows(2).map(|pair| (pair[0], pair[1])));
        }
        routes.push(route);
    }
    let layers = layer.iter().max().map_or(0, |last| last + 1);
    Layered { items, links, routes, layers }
}

/// The first and last layer of each plate's box.
pub fn ranges(diagram: &Diagram, layer: &[usize]) -> Vec<(usize, usize)> {
    let of = |plate: usize| diagram.nodes.iter().zip(layer).filter(move |(node, _)| node.plate == Some(plate)).map(|(_, &layer)| layer);
    (0..diagram.plates.len()).map(|plate| (of(plate).min().unwrap_or(0), of(plate).max().unwrap_or(0))).collect()
}

/// The longest way from a source; sources stand just above the first that uses them.
fn layers(diagram: &Diagram) -> Vec<usize> {
    let arrows = || diagram.edges.iter().filter(|edge| edge.earlier.is_none());
    let mut layer = vec![0; diagram.nodes.len()];
    // There is no cycle: as many rounds as there are nodes settle all.
    for _ in 0..diagram.nodes.len() {
        let before = layer.clone();
        for edge in arrows() {
            layer[edge.to] = layer[edge.to].max(layer[edge.from] + 1);
        }
        if layer == before {
            break;
        }
    }
    for index in 0..diagram.nodes.len() {
        let users = arrows().filter(|edge| edge.from == index).map(|edge| layer[edge.to]).min();
        if let (Some(first), false) = (users, arrows().any(|edge| edge.to == index)) {
            layer[index] = first - 1;
        }
    }
    layer
}
