//! An order → places from left to right: arrows near the vertical, nothing covered, each box around its own items alone.

use super::Diagram;
use super::layers::{Layered, text_width};
use super::order::{Order, Unit};

/// Space between neighbours; between a box and its items; between a box and others.
const GAP: f64 = 22.0;
pub const PADDING: f64 = 16.0;
const APART: f64 = 22.0;
/// Size of a plate's name.
pub const LABEL: f64 = 13.0;
/// Rounds of moving towards the neighbours.
const ROUNDS: usize = 60;

/// position[right] − position[left] ≥ distance. Positions are those of the items, then the left and right side of each box.
#[derive(Clone, Copy, Debug)]
struct Constraint {
    left: usize,
    right: usize,
    distance: f64,
}

/// The places of all items, then the left and the right side of each plate's box.
pub fn places(diagram: &Diagram, layered: &Layered, ranges: &[(usize, usize)], order: &Order) -> Vec<f64> {
    let constraints = constraints(diagram, layered, ranges, order);
    let count = layered.items.len() + 2 * diagram.plates.len();
    let mut x = vec![0.0; count];
    settle(&mut x, &constraints);
    for _ in 0..ROUNDS {
        attract(layered, &mut x);
        hug(layered, &mut x);
        for _ in 0..8 {
            relax(&mut x, &constraints);
        }
    }
    hug(layered, &mut x);
    settle(&mut x, &constraints);
    x
}

/// The place of a box' left side among the positions; its right side follows.
pub fn side(layered: &Layered, plate: usize) -> usize {
    layered.items.len() + 2 * plate
}

fn constraints(diagram: &Diagram, layered: &Layered, ranges: &[(usize, usize)], order: &Order) -> Vec<Constraint> {
    let items = &layered.items;
    let mut found = Vec::new();
    for layer in order.layers(layered) {
        for pair in layer.windows(2) {
            let distance = (items[pair[0]].width + items[pair[1]].width) / 2.0 + GAP;
            found.push(Constraint { left: pair[0], right: pair[1], distance });
        }
    }
    for (index, item) in items.iter().enumerate() {
        let Some(plate) = item.plate else { continue };
        let distance = item.width / 2.0 + PADDING;
        found.push(Constraint { left: side(layered, plate), right: index, distance });
        found.push(Constraint { left: index, right: side(layered, plate) + 1, distance });
    }
    for (plate, entry) in diagram.plates.iter().enumerate() {
        let distance = text_width(&entry.label, LABEL) + 2.0 * PADDING;
        found.push(Constraint { left: side(layered, plate), right: side(layered, plate) + 1, distance });
    }
    for (i, a) in order.units.iter().enumerate() {
        found.extend(order.units[i + 1..].iter().filter_map(|b| apart(layered, ranges, a, b)));
    }
    found
}

/// Two units of which one is a box, in layers that overlap.
fn apart(layered: &Layered, ranges: &[(usize, usize)], a: &Unit, b: &Unit) -> Option<Constraint> {
    let range = |unit: &Unit| match unit {
        Unit::Free(item) => (layered.items[*item].layer, layered.items[*item].layer),
        Unit::Plate(plate, _) => ranges[*plate],
    };
    let (first, second) = (range(a), range(b));
    if first.1 < second.0 || second.1 < first.0 {
        return None;
    }
    let half = |item: usize| layered.items[item].width / 2.0;
    match (a, b) {
        (Unit::Free(_), Unit::Free(_)) => None,
        (Unit::Free(item), Unit::Plate(plate, _)) => {
            Some(Constraint { left: *item, right: side(layered, *plate), distance: half(*item) + APART })
        }
        (Unit::Plate(plate, _), Unit::Free(item)) => {
            Some(Constraint { left: side(layered, *plate) + 1, right: *item, distance: half(*item) + APART })
        }
        (Unit::Plate(a, _), Unit::Plate(b, _)) => {
            Some(Constraint { left: side(layered, *a) + 1, right: side(layered, *b), distance: APART })
        }
    }
}

/// Moves every item towards the mean of those it is linked with; stops of arrows most, so that arrows are straight.
fn attract(layered: &Layered, x: &mut [f64]) {
    let mut sums = vec![(0.0, 0.0); layered.items.len()];
    for &(a, b) in &layered.links {
        let weight = if layered.items[a].node.is_none() || layered.items[b].node.is_none() { 2.0 } else { 1.0 };
        for (item, other) in [(a, b), (b, a)] {
            sums[item].0 += weight * x[other];
            sums[item].1 += weight;
        }
    }
    for (place, (sum, weight)) in x.iter_mut().zip(sums) {
        if weight > 0.0 {
            *place += 0.6 * (sum / weight - *place);
        }
    }
}

/// Draws the sides of boxes close to their items.
fn hug(layered: &Layered, x: &mut [f64]) {
    let first = layered.items.len();
    for plate in 0..(x.len() - first) / 2 {
        let inside = || layered.items.iter().zip(x.iter()).filter(|(item, _)| item.plate == Some(plate));
        let left = inside().map(|(item, x)| x - item.width / 2.0 - PADDING).fold(f64::INFINITY, f64::min);
        let right = inside().map(|(item, x)| x + item.width / 2.0 + PADDING).fold(f64::NEG_INFINITY, f64::max);
        x[first + 2 * plate] = left;
        x[first + 2 * plate + 1] = right;
    }
}

/// Moves both sides of each broken constraint apart, half the way each.
fn relax(x: &mut [f64], constraints: &[Constraint]) {
    for constraint in constraints {
        let missing = constraint.distance - (x[constraint.right] - x[constraint.left]);
        if missing > 0.0 {
            x[constraint.left] -= missing / 2.0;
            x[constraint.right] += missing / 2.0;
        }
    }
}

/// Moves things to the right until every constraint holds. They make no cycle, for all have one order from left to right.
fn settle(x: &mut [f64], constraints: &[Constraint]) {
    for _ in 0..x.len() {
        let mut moved = false;
        for constraint in constraints {
            let least = x[constraint.left] + constraint.distance;
            if x[constraint.right] < least - 1e-9 {
                x[constraint.right] = least;
                moved = true;
            }
        }
        if !moved {
            break;
        }
    }
}
