//! Rows and regions → columns: each node or box near what it is connected to, without overlaps.

use super::regions::Region;
use super::{Diagram, Edge};

/// Pixels between a box and its content, at the sides and the top.
pub const PADDING: f64 = 14.0;
/// Pixels between adjacent items.
const GAP: f64 = 26.0;
/// How often everything is moved towards the mean of its neighbours.
const ROUNDS: usize = 8;

/// The columns while they are determined.
pub struct Sheet<'a> {
    /// All regions; the whole picture first.
    pub regions: &'a [Region],
    /// The row of each node.
    pub rows: &'a [usize],
    /// Half the width of each node.
    pub half_widths: Vec<f64>,
    /// The column of the centre of each node.
    pub x: Vec<f64>,
}

/// What is moved as a unit within a region: a node, or an inner region with its content.
struct Item {
    nodes: Vec<usize>,
    /// The first and the last row.
    rows: (usize, usize),
    /// The left edge before it is moved.
    left: f64,
    width: f64,
    /// The mean column of its neighbours: items are ordered by it.
    pull: f64,
    /// The preferred column of its centre: the pull, or inside a box the mean column of the
    /// neighbours in the box, so that boxes stay narrow.
    wish: f64,
}

/// Determines the columns of the nodes: from several starting points, those with the smallest sum
/// of the width of the picture and the widths of the edges.
pub fn pack(diagram: &Diagram, sheet: &mut Sheet) {
    let beginnings: [fn(f64) -> f64; 4] =
        [|_| 0.0, |index| index, |index| -index, |index| (7.0 * index) % 11.0];
    let mut best: Option<(f64, Vec<f64>)> = None;
    for begin in beginnings {
        sheet.x = (0..sheet.rows.len()).map(|index| begin(index as f64)).collect();
        for _ in 0..ROUNDS {
            // Children come after their parents, so the innermost are packed first.
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
    // The same from the right, mirrored. The mean of two placements that keep the order and the
    // gaps keeps them too.
    let from_right = push(items.iter().rev(), |item| -item.wish - item.width / 2.0);
    for (index, item) in items.iter().enumerate() {
        let mirrored = -from_right[items.len() - 1 - index] - item.width;
        let shift = f64::midpoint(from_left[index], mirrored) - item.left;
        for node in &item.nodes {
            sheet.x[*node] += shift;
        }
    }
}

/// Left edges: where the item prefers to be, or further right, clear of the items in the same rows.
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
    let content = &sheet.regions[region];
    let nodes = content.nodes.iter().map(|node| {
        let half = sheet.half_widths[*node];
        (
            vec![*node],
            (sheet.rows[*node], sheet.rows[*node]),
            (sheet.x[*node] - half, sheet.x[*node] + half),
        )
    });
    let inner = content.children.iter().map(|child| {
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

/// The mean column of those neighbours of some nodes that count.
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
    let columns: Vec<f64> = edges
        .iter()
        .filter_map(outward)
        .filter(|node| counts(*node))
        .map(|node| sheet.x[node])
        .collect();
    (!columns.is_empty()).then(|| columns.iter().sum::<f64>() / columns.len() as f64)
}

/// All nodes of a region, including those of inner ones.
pub fn members(regions: &[Region], region: usize) -> Vec<usize> {
    let inner = regions[region].children.iter().flat_map(|child| members(regions, *child));
    regions[region].nodes.iter().copied().chain(inner).collect()
}

/// The first and last row of a region.
pub fn rows_of(regions: &[Region], rows: &[usize], region: usize) -> (usize, usize) {
    let members = members(regions, region);
    let all = || members.iter().map(|node| rows[*node]);
    (all().min().unwrap_or(0), all().max().unwrap_or(0))
}

/// The left and right edge of a region; a box has padding and room for its name.
pub fn extent(sheet: &Sheet, region: usize) -> (f64, f64) {
    let content = &sheet.regions[region];
    let nodes = content.nodes.iter().map(|node| {
        (sheet.x[*node] - sheet.half_widths[*node], sheet.x[*node] + sheet.half_widths[*node])
    });
    let all = nodes.chain(content.children.iter().map(|child| extent(sheet, *child)));
    let Some((left, right)) = all.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1))) else {
        return (0.0, 0.0);
    };
    if region == 0 {
        return (left, right);
    }
    let lacking = (text_width(&content.label) - (right - left)).max(0.0) / 2.0;
    (left - PADDING - lacking, right + PADDING + lacking)
}

/// An estimate, rather too large, of the width of a text in the font of the names.
pub fn text_width(text: &str) -> f64 {
    8.0 * text.chars().count() as f64
}
