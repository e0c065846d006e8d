//! Positions of nodes → arrows: straight where no node is in the way, otherwise bent around it.

use super::geometry::{Arrow, Placed, Point};
use super::{Diagram, Edge};

/// The distance in pixels that an arrow keeps from nodes it does not join.
const CLEARANCE: f64 = 5.0;
/// The number of bends to try on each side, and the pixels between them.
const BENDS: (i32, f64) = (16, 14.0);
/// The fractions of the way at which to try the bend: in the middle, near the start, near the end.
const SHARES: [f64; 3] = [0.5, 0.25, 0.75];

/// An arrow for each edge.
pub fn arrows(diagram: &Diagram, nodes: &[Placed]) -> Vec<Arrow> {
    diagram
        .edges
        .iter()
        .map(|edge| Arrow { curve: curve(*edge, nodes), lagged: edge.is_lagged() })
        .collect()
}

fn curve(edge: Edge, nodes: &[Placed]) -> [Point; 4] {
    if edge.from == edge.to {
        return ring(&nodes[edge.from]);
    }
    let (from, to) = (&nodes[edge.from], &nodes[edge.to]);
    // An arrow back along a plate must not coincide with one forward.
    let least = if edge.is_lagged() { 40.0 } else { 0.0 };
    let others: Vec<&Placed> =
        (0..nodes.len()).filter(|n| *n != edge.from && *n != edge.to).map(|n| &nodes[n]).collect();
    let mut best: Option<(usize, [Point; 4])> = None;
    for bend in bends().filter(|bend| bend.abs() >= least) {
        for share in SHARES {
            let curve = bent(from, to, bend, share);
            let hits = others.iter().map(|node| hits(&curve, node)).sum();
            if best.is_none_or(|(fewest, _)| hits < fewest) {
                best = Some((hits, curve));
            }
        }
    }
    best.map_or_else(|| bent(from, to, least, SHARES[0]), |(_, curve)| curve)
}

/// The bends to try, the smallest first.
fn bends() -> impl Iterator<Item = f64> {
    let (count, apart) = BENDS;
    std::iter::once(0.0).chain(
        (1..=count).flat_map(move |step| [apart * f64::from(step), -apart * f64::from(step)]),
    )
}

/// A curve whose middle is about `bend` pixels off the straight line between the edges of two
/// nodes, bent most at this share of the way.
fn bent(from: &Placed, to: &Placed, bend: f64, share: f64) -> [Point; 4] {
    let straight = between(from.centre, to.centre, share);
    let (dx, dy) = (to.centre.x - from.centre.x, to.centre.y - from.centre.y);
    let length = dx.hypot(dy).max(1.0);
    let control = Point {
        x: straight.x - 2.0 * bend * dy / length,
        y: straight.y + 2.0 * bend * dx / length,
    };
    let (start, end) = (edge_towards(from, control), edge_towards(to, control));
    [start, between(start, control, 2.0 / 3.0), between(end, control, 2.0 / 3.0), end]
}

/// A ring at the right of a node, for a dependence on earlier elements of itself.
fn ring(node: &Placed) -> [Point; 4] {
    let right = Point { x: node.centre.x + 400.0, y: node.centre.y };
    let at = |up: f64| edge_towards(node, Point { x: right.x, y: right.y + up });
    let (start, end) = (at(-300.0), at(300.0));
    let out = node.centre.x + node.half_width + 26.0;
    [start, Point { x: out, y: start.y - 16.0 }, Point { x: out, y: end.y + 16.0 }, end]
}

/// Where the line from the centre of a node to `target` crosses its ellipse.
fn edge_towards(node: &Placed, target: Point) -> Point {
    let (dx, dy) = (target.x - node.centre.x, target.y - node.centre.y);
    let scale = (dx / node.half_width).hypot(dy / node.half_height).max(1e-9);
    Point { x: node.centre.x + dx / scale, y: node.centre.y + dy / scale }
}

fn between(a: Point, b: Point, share: f64) -> Point {
    Point { x: a.x + share * (b.x - a.x), y: a.y + share * (b.y - a.y) }
}

/// How many of the points along a curve come too close to a node.
fn hits(curve: &[Point; 4], node: &Placed) -> usize {
    let near = |point: &Point| {
        let (dx, dy) = (point.x - node.centre.x, point.y - node.centre.y);
        f64::abs(dx) < node.half_width + CLEARANCE && f64::abs(dy) < node.half_height + CLEARANCE
    };
    samples(curve).filter(near).count()
}

/// Points along an arrow, including its ends.
pub fn points(arrow: &Arrow) -> Vec<Point> {
    samples(&arrow.curve).collect()
}

fn samples(curve: &[Point; 4]) -> impl Iterator<Item = Point> {
    (0..=40).map(|step| at(curve, f64::from(step) / 40.0))
}

/// A point of a Bézier curve, by de Casteljau's construction.
fn at(curve: &[Point; 4], share: f64) -> Point {
    let step = |points: &[Point]| {
        points.windows(2).map(|pair| between(pair[0], pair[1], share)).collect::<Vec<_>>()
    };
    step(&step(&step(curve)))[0]
}
