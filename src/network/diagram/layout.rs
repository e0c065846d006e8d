//! Diagram → coordinates: rows by longest paths, columns by barycentres, boxes around the nodes
//! over the same plates.

use super::geometry::{Arrow, Placed, PlateBox, Point};
use super::packing::{PADDING, Sheet, extent, pack, rows_of, text_width};
use super::regions::{Region, regions};
use super::{Diagram, Edge, Kind, arrows};

/// Pixels between a box and its content at the bottom, where the name of the plate is.
const FOOT: f64 = 26.0;
/// Pixels between the boxes of one row and those of the next.
const ROW_GAP: f64 = 34.0;
/// Half the height, in pixels, of the tallest shape in a row.
const HALF_ROW: f64 = 22.0;
/// Pixels around the picture.
const MARGIN: f64 = 16.0;

/// The positions of everything, in pixels from the top left corner.
#[derive(Clone, Debug, PartialEq)]
pub struct Layout {
    /// The width of the picture.
    pub width: f64,
    /// The height of the picture.
    pub height: f64,
    /// One for each node of the diagram.
    pub nodes: Vec<Placed>,
    /// Outer boxes before inner ones.
    pub boxes: Vec<PlateBox>,
    /// One for each edge of the diagram.
    pub arrows: Vec<Arrow>,
}

/// Lays a diagram out.
#[must_use]
pub fn layout(diagram: &Diagram) -> Layout {
    let regions = regions(diagram);
    let rows = rows(diagram, &regions);
    let sizes: Vec<(f64, f64)> =
        diagram.nodes.iter().map(|node| half_size(&node.name, node.kind)).collect();
    let half_widths =
        sizes.iter().enumerate().map(|(node, size)| size.0 + ring_room(diagram, node)).collect();
    let mut sheet = Sheet { regions: &regions, rows: &rows, half_widths, x: vec![0.0; rows.len()] };
    pack(diagram, &mut sheet);
    let middles = middles(&regions, &rows);
    let place = |(index, size): (usize, &(f64, f64))| Placed {
        centre: Point { x: sheet.x[index], y: middles[rows[index]] },
        half_width: size.0,
        half_height: size.1,
    };
    let nodes: Vec<Placed> = sizes.iter().enumerate().map(place).collect();
    let boxes: Vec<PlateBox> =
        (1..regions.len()).map(|region| plate_box(&sheet, region, &middles)).collect();
    let arrows = arrows::arrows(diagram, &nodes);
    framed(Layout { width: 0.0, height: 0.0, nodes, boxes, arrows })
}

/// Space for the ring of a node that depends on earlier elements of itself.
fn ring_room(diagram: &Diagram, node: usize) -> f64 {
    if diagram.edges.iter().any(|edge| edge.from == node && edge.to == node) { 20.0 } else { 0.0 }
}

/// Moves everything so that there is a margin around it.
fn framed(mut layout: Layout) -> Layout {
    let nodes = layout.nodes.iter().flat_map(|node| {
        let Placed { centre: Point { x, y }, half_width: w, half_height: h } = *node;
        [Point { x: x - w, y: y - h }, Point { x: x + w, y: y + h }]
    });
    let boxes = layout.boxes.iter().flat_map(|plate| [plate.corner, plate.opposite]);
    let points: Vec<Point> =
        nodes.chain(boxes).chain(layout.arrows.iter().flat_map(arrows::points)).collect();
    let least = |of: fn(&Point) -> f64| points.iter().map(of).reduce(f64::min).unwrap_or(0.0);
    let most = |of: fn(&Point) -> f64| points.iter().map(of).reduce(f64::max).unwrap_or(0.0);
    let (left, top) = (least(|p| p.x) - MARGIN, least(|p| p.y) - MARGIN);
    layout.width = most(|p| p.x) + MARGIN - left;
    layout.height = most(|p| p.y) + MARGIN - top;
    let corners =
        layout.boxes.iter_mut().flat_map(|plate| [&mut plate.corner, &mut plate.opposite]);
    let centres = layout.nodes.iter_mut().map(|node| &mut node.centre);
    for point in
        corners.chain(centres).chain(layout.arrows.iter_mut().flat_map(|arrow| &mut arrow.curve))
    {
        point.x -= left;
        point.y -= top;
    }
    layout
}

/// The row of each node: one below the lowest node it uses. A node that uses nothing is just above
/// the highest node that uses it. An input is not placed above the variables in a box that use what
/// is outside, but beside them: this leaves space above the box.
fn rows(diagram: &Diagram, regions: &[Region]) -> Vec<usize> {
    let mut rows = vec![0; diagram.nodes.len()];
    let mut uses = vec![false; rows.len()];
    let forward = || diagram.edges.iter().filter(|edge| !edge.is_lagged());
    for to in 0..rows.len() {
        for edge in forward().filter(|edge| edge.to == to) {
            rows[to] = rows[to].max(rows[edge.from] + 1);
            uses[to] = true;
        }
    }
    let begins: Vec<Option<usize>> =
        regions.iter().map(|region| first_row(diagram, region, &rows, &uses)).collect();
    for node in (0..rows.len()).filter(|node| !uses[*node]) {
        let Some(first) =
            forward().filter(|edge| edge.from == node).map(|edge| rows[edge.to]).min()
        else {
            continue;
        };
        let begin = regions
            .iter()
            .zip(&begins)
            .skip(1)
            .find(|(region, _)| region.nodes.contains(&node))
            .and_then(|(_, row)| *row);
        let beside = diagram.nodes[node].kind == Kind::Input && begin == Some(first);
        rows[node] = if beside { first } else { first - 1 };
    }
    rows
}

/// The first row of the nodes in a region that use others, if a node in that row uses one outside
/// the region.
fn first_row(diagram: &Diagram, region: &Region, rows: &[usize], uses: &[bool]) -> Option<usize> {
    let first = region.nodes.iter().filter(|node| uses[**node]).map(|node| rows[*node]).min()?;
    let enters = |edge: &&Edge| {
        rows[edge.to] == first
            && region.nodes.contains(&edge.to)
            && !region.nodes.contains(&edge.from)
    };
    diagram.edges.iter().any(|edge| enters(&edge)).then_some(first)
}

/// Half the width and height, in pixels, of a shape that holds a name.
fn half_size(name: &str, kind: Kind) -> (f64, f64) {
    let text = text_width(name);
    match kind {
        Kind::Input | Kind::Factor => (text / 2.0 + 8.0, 14.0),
        Kind::Unknown | Kind::Observed | Kind::Computed => {
            ((text / 2.0 * 1.2 + 10.0).max(24.0), HALF_ROW)
        }
    }
}

/// The centre of each row: between rows there are the edges of the boxes that end or begin there.
fn middles(regions: &[Region], rows: &[usize]) -> Vec<f64> {
    let count = rows.iter().max().map_or(0, |row| row + 1);
    let (mut middles, mut y) = (Vec::new(), 0.0);
    for row in 0..count {
        let above = nesting(regions, rows, 0, &|first, _| first == row) as f64 * PADDING;
        let below = nesting(regions, rows, 0, &|_, last| last == row) as f64 * FOOT;
        middles.push(y + above + HALF_ROW);
        y += above + 2.0 * HALF_ROW + below + ROW_GAP;
    }
    middles
}

/// How deeply the boxes within a region that begin, or end, in a row are nested.
fn nesting(
    regions: &[Region],
    rows: &[usize],
    region: usize,
    counts: &dyn Fn(usize, usize) -> bool,
) -> usize {
    let deepest = regions[region]
        .children
        .iter()
        .map(|child| nesting(regions, rows, *child, counts))
        .max()
        .unwrap_or(0);
    let (first, last) = rows_of(regions, rows, region);
    deepest + usize::from(region > 0 && counts(first, last))
}

fn plate_box(sheet: &Sheet, region: usize, middles: &[f64]) -> PlateBox {
    let (left, right) = extent(sheet, region);
    let (first, last) = rows_of(sheet.regions, sheet.rows, region);
    let top = depth(sheet, region, &|f, _| f == first) * PADDING;
    let bottom = depth(sheet, region, &|_, l| l == last) * FOOT;
    PlateBox {
        label: sheet.regions[region].label.clone(),
        corner: Point { x: left, y: middles[first] - HALF_ROW - top },
        opposite: Point { x: right, y: middles[last] + HALF_ROW + bottom },
        nodes: super::packing::members(sheet.regions, region),
    }
}

fn depth(sheet: &Sheet, region: usize, counts: &dyn Fn(usize, usize) -> bool) -> f64 {
    nesting(sheet.regions, sheet.rows, region, counts) as f64
}
