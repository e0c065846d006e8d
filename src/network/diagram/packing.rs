//! Rows and regions → columns: each node or box near what it is joined to, none on another.

use super::regions::Region;
use super::{Diagram, Edge};

/// Pixels between a box and what it holds, at the sides and the top.
pub const PADDING: f64 = 14.0;
/// Pixels between neighbours.
const GAP: f64 = 26.0;
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
    /// The first and the last.
    rows: (usize, usize),
    /// Its left edge before it is moved.
    left: f64,
    width: f64,
    /// The mean of its neighbours' columns: items stand in this order.
    pull: f64,
    /// Where its middle wants to be: at the pull, in a box at the mean of the neighbours in the
    /// box, so that boxes stay narrow.
    wish: f64,
}

/// Finds the nodes' columns: from several beginnings, those with the least width of the picture and
/// of the edges together.
pub fn pack(diagram: &Diagram, sheet: &mut Sheet) {
    let beginnings: [fn(f64) -> f64; 4] =
        [|_| 0.0, |index| index, |index| -index, |index| (7.0 * index) % 11.0];
    let mut best: Option<(f64, Vec<f64>)> = None;
    for begin in beginnings {
        sheet.x = (0..sheet.rows.len()).map(|index| begin(index as f64)).collect();
        for _ in 0..ROUNDS {
            // Children stand after their parents: the innermost are packed first.
            for region in (0..sheet.regions.len()).rev() {
                pack_region(&diagram.edges, sheet, region);
            }
            let cost = cost(&diagram.edges, sheet);
            if best.as_ref().is_none_or(|(least, _)| cost < *least) {
                best = Some((cost, sheet.x.clone()));
            }
        }
    }
    if let Some((_, x)) = best {
        sheet.x = x;
    }
}

fn cost(edges: &[Edge], sheet: &Sheet) -> f64 {
    let (left, right) = extent(sheet, 0);
    right - left
        + edges.iter().map(|edge| f64::abs(sheet.x[edge.to] - sheet.x[edge.from])).sum::<f64>()
}

fn pack_region(edges: &[Edge], sheet: &mut Sheet, region: usize) {
    let mut items = items(edges, sheet, region);
    items.sort_by(|a, b| a.pull.total_cmp(&b.pull));
    let from_left = push(items.iter(), |item| item.wish - item.width / 2.0);
    // The same from the right, in the mirror. The mean of two placements that keep the order and
    // the gaps keeps them too.
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
        let free = placed
            .iter()
            .filter(|(_, other)| meets(other))
            .map(|(left, other)| left + other.width + GAP);
        placed.push((free.fold(wish(item), f64::max), item));
    }
    placed.iter().map(|(left, _)| *left).collect()
}

fn items(edges: &[Edge], sheet: &Sheet, region: usize) -> Vec<Item> {
    let own = &sheet.regions[region];
    let nodes = own.nodes.iter().map(|node| {
        let half = sheet.half_widths[*node];
        (
            vec![*node],
            (sheet.rows[*node], sheet.rows[*node]),
            (sheet.x[*node] - half, sheet.x[*node] + half),
        )
    });
    let inner = own.children.iter().map(|child| {
        (
            members(sheet.regions, *child),
            rows_of(sheet.regions, sheet.rows, *child),
            extent(sheet, *child),
        )
    });
    let all = members(sheet.regions, region);
    let (left, right) = extent(sheet, region);
    let middle = f64::midpoint(left, right);
    nodes
        .chain(inner)
        .map(|(nodes, rows, (left, right))| {
            let pull = pull(edges, sheet, &nodes, &|_| true).unwrap_or(f64::midpoint(left, right));
            let near = |node| all.contains(&node);
            let wish = if region == 0 {
                pull
            } else {
                self::pull(edges, sheet, &nodes, &near).unwrap_or(middle)
            };
            Item { nodes, rows, left, width: right - left, pull, wish }
        })
        .collect()
}

/// The mean column of the neighbours of some nodes, of those that count.
fn pull(
    edges: &[Edge],
    sheet: &Sheet,
    nodes: &[usize],
    counts: &dyn Fn(usize) -> bool,
) -> Option<f64> {
    let outward = |edge: &Edge| match (nodes.contains(&edge.from), nodes.contains(&edge.to)) {
        (true, false) => Some(edge.to),
        (false, true) => Some(edge.from),
        (true, true) | (false, false) => None,
    };
    let found: Vec<f64> = edges
        .iter()
        .filter_map(outward)
        .filter(|node| counts(*node))
        .map(|node| sheet.x[node])
        .collect();
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
    let nodes = own.nodes.iter().map(|node| {
        (sheet.x[*node] - sheet.half_widths[*node], sheet.x[*node] + sheet.half_widths[*node])
    });
    let all = nodes.chain(own.children.iter().map(|child| extent(sheet, *child)));
    let Some((left, right)) = all.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1))) else {
        return (0.0, 0.0);
    };
    if region == 0 {
        return (left, right);
    }
    let lacking = (text_width(&own.label) - (right - left)).max(0.0) / 2.0;
    (left - PADDING - lacking, right + PADDING + lacking)
}

/// An estimate, on the large side, of a text's width at the size of the names.
pub fn text_width(text: &str) -> f64 {
    8.0 * text.chars().count() as f64
}
