//! Rows and regions → columns: each node or box near what it is joined to, none on another.

use super::layout::{PADDING, text_width};
use super::regions::Region;
use super::{Diagram, Edge};

/// Pixels between neighbours.
const GAP: f64 = 18.0;
/// Rounds of moving everything to the middle of its neighbours.
const ROUNDS: usize = 8;

/// The columns as they come to be.
pub struct Sheet<'a> {
    /// The whole first.
    pub regions: &'a [Region],
    /// Of each node.
    pub rows: &'a [usize],
    /// Of each node.
    pub half_widths: Vec<f64>,
    /// The middle of each node.
    pub x: Vec<f64>,
}

/// What stands in a region as one: a node, or an inner region with all in it.
struct Item {
    nodes: Vec<usize>,
    rows: (usize, usize),
    /// From the left edge to the middle of the neighbours it wants to be at: its own middle is the wish.
    left: f64,
    width: f64,
    wish: f64,
}

/// Finds the nodes' columns.
pub fn pack(diagram: &Diagram, sheet: &mut Sheet) {
    for _ in 0..ROUNDS {
        // Children stand after their parents: the innermost are packed first.
        for region in (0..sheet.regions.len()).rev() {
            pack_region(&diagram.edges, sheet, region);
        }
    }
}

fn pack_region(edges: &[Edge], sheet: &mut Sheet, region: usize) {
    let mut items = items(edges, sheet, region);
    items.sort_by(|a, b| a.wish.total_cmp(&b.wish));
    let from_left = push(items.iter(), |item| item.wish - item.width / 2.0);
    // The same from the right, in the mirror. The mean of two placements that keep the order and the gaps keeps them too.
    let from_right = push(items.iter().rev(), |item| -item.wish - item.width / 2.0);
    for (index, item) in items.iter().enumerate() {
        let mirrored = -from_right[items.len() - 1 - index] - item.width;
        let shift = f64::midpoint(from_left[index], mirrored) - item.left;
        for node in &item.nodes {
            sheet.x[*node] += shift;
        }
    }
}

/// Left edges: at the wish, or right of what stands in the same rows.
fn push<'a>(items: impl Iterator<Item = &'a Item>, wish: impl Fn(&Item) -> f64) -> Vec<f64> {
    let mut placed: Vec<(f64, &Item)> = Vec::new();
    for item in items {
        let meets = |other: &Item| other.rows.0 <= item.rows.1 && item.rows.0 <= other.rows.1;
        let free = placed.iter().filter(|(_, other)| meets(other)).map(|(left, other)| left + other.width + GAP);
        placed.push((free.fold(wish(item), f64::max), item));
    }
    placed.iter().map(|(left, _)| *left).collect()
}

fn items(edges: &[Edge], sheet: &Sheet, region: usize) -> Vec<Item> {
    let own = &sheet.regions[region];
    let nodes = own.nodes.iter().map(|node| {
        let half = sheet.half_widths[*node];
        (vec![*node], (sheet.rows[*node], sheet.rows[*node]), (sheet.x[*node] - half, sheet.x[*node] + half))
    });
    let inner = own
        .children
        .iter()
        .map(|child| (members(sheet.regions, *child), rows_of(sheet.regions, sheet.rows, *child), extent(sheet, *child)));
    nodes
        .chain(inner)
        .map(|(nodes, rows, (left, right))| {
            let wish = wish(edges, sheet, &nodes).unwrap_or(f64::midpoint(left, right));
            Item { nodes, rows, left, width: right - left, wish }
        })
        .collect()
}

/// The middle of an item that puts its joined nodes over their neighbours outside, on average.
#[expect(clippy::cast_precision_loss, reason = "a count of edges")]
fn wish(edges: &[Edge], sheet: &Sheet, nodes: &[usize]) -> Option<f64> {
    let outward = |edge: &Edge| match (nodes.contains(&edge.from), nodes.contains(&edge.to)) {
        (true, false) => Some(sheet.x[edge.to]),
        (false, true) => Some(sheet.x[edge.from]),
        (true, true) | (false, false) => None,
    };
    let found: Vec<f64> = edges.iter().filter_map(outward).collect();
    (!found.is_empty()).then(|| found.iter().sum::<f64>() / found.len() as f64)
}

/// All nodes of a region, those of inner ones too.
pub fn members(regions: &[Region], region: usize) -> Vec<usize> {
    let inner = regions[region].children.iter().flat_map(|child| members(regions, *child));
    regions[region].nodes.iter().copied().chain(inner).collect()
}

/// A region's first and last row.
pub fn rows_of(regions: &[Region], rows: &[usize], region: usize) -> (usize, usize) {
    let members = members(regions, region);
    let all = || members.iter().map(|node| rows[*node]);
    (all().min().unwrap_or(0), all().max().unwrap_or(0))
}

/// A region's left and right edge; a box's with its padding, and room for its name.
pub fn extent(sheet: &Sheet, region: usize) -> (f64, f64) {
    let own = &sheet.regions[region];
    let nodes = own.nodes.iter().map(|node| (sheet.x[*node] - sheet.half_widths[*node], sheet.x[*node] + sheet.half_widths[*node]));
    let all = nodes.chain(own.children.iter().map(|child| extent(sheet, *child)));
    let Some((left, right)) = all.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1))) else { return (0.0, 0.0) };
    if region == 0 {
        return (left, right);
    }
    let lacking = (text_width(&own.label) - (right - left)).max(0.0) / 2.0;
    (left - PADDING - lacking, right + PADDING + lacking)
}
