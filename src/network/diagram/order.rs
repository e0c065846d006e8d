//! Layers → an order from left to right, the same in all layers, with few crossings and short arrows.

use super::layers::Layered;

/// Changes that are tried.
const TRIALS: usize = 600;

/// Items or boxes from left to right; a box's items stand together in every layer.
#[derive(Clone, Debug)]
pub struct Order {
    pub units: Vec<Unit>,
}

#[derive(Clone, Debug)]
pub enum Unit {
    /// An item without a plate.
    Free(usize),
    /// A plate's box with its items.
    Plate(usize, Vec<usize>),
}

impl Order {
    /// The order of the text, stops at the places of their arrows' ends.
    fn new(layered: &Layered) -> Self {
        let mut units: Vec<Unit> = Vec::new();
        for (index, item) in layered.items.iter().enumerate() {
            let known = units.iter_mut().find_map(|unit| match unit {
                Unit::Plate(plate, items) if Some(*plate) == item.plate => Some(items),
                Unit::Plate(..) | Unit::Free(_) => None,
            });
            match (item.plate, known) {
                (None, _) => units.push(Unit::Free(index)),
                (Some(_), Some(items)) => items.push(index),
                (Some(plate), None) => units.push(Unit::Plate(plate, vec![index])),
            }
        }
        Self { units }
    }

    /// The items of each layer from left to right.
    pub fn layers(&self, layered: &Layered) -> Vec<Vec<usize>> {
        let mut layers = vec![Vec::new(); layered.layers];
        for unit in &self.units {
            match unit {
                Unit::Free(item) => layers[layered.items[*item].layer].push(*item),
                Unit::Plate(_, items) => items.iter().for_each(|&item| layers[layered.items[item].layer].push(item)),
            }
        }
        layers
    }

    /// Sorts by the mean place of what each is linked with.
    fn sort_by_neighbours(&mut self, layered: &Layered, x: &[f64]) {
        let key = |item: usize| {
            let near = layered.links.iter().filter_map(|&(a, b)| match item {
                _ if a == item => Some(x[b]),
                _ if b == item => Some(x[a]),
                _ => None,
            });
            let (sum, count) = near.fold((0.0, 0.0), |(sum, count), x| (sum + x, count + 1.0));
            if count > 0.0 { sum / count } else { x[item] }
        };
        let unit_key = |unit: &Unit| match unit {
            Unit::Free(item) => key(*item),
            Unit::Plate(_, items) => items.iter().map(|&item| key(item)).sum::<f64>() / items.len() as f64,
        };
        for unit in &mut self.units {
            if let Unit::Plate(_, items) = unit {
                items.sort_by(|&a, &b| key(a).total_cmp(&key(b)));
            }
        }
        self.units.sort_by(|a, b| unit_key(a).total_cmp(&unit_key(b)));
    }

    /// Every order that exchanges two units, or two items of a box, that are up to three places apart.
    fn neighbours(&self) -> Vec<Self> {
        let mut found = Vec::new();
        for apart in 1..=3 {
            for place in 0..self.units.len().saturating_sub(apart) {
                let mut other = self.clone();
                other.units.swap(place, place + apart);
                found.push(other);
            }
            for (unit, entry) in self.units.iter().enumerate() {
                let Unit::Plate(_, items) = entry else { continue };
                for place in 0..items.len().saturating_sub(apart) {
                    let mut other = self.clone();
                    if let Unit::Plate(_, items) = &mut other.units[unit] {
                        items.swap(place, place + apart);
                    }
                    found.push(other);
                }
            }
        }
        found
    }
}

/// The best order found, with the places it gives: by neighbours' means first, then by exchanges that make it better.
pub fn ordered(layered: &Layered, place: impl Fn(&Order) -> Vec<f64>) -> (Order, Vec<f64>) {
    let mut order = Order::new(layered);
    let x = place(&order);
    let mut best = (cost(layered, &x), order.clone(), x.clone());
    let mut x = x;
    for _ in 0..8 {
        order.sort_by_neighbours(layered, &x);
        x = place(&order);
        let found = cost(layered, &x);
        if found < best.0 {
            best = (found, order.clone(), x.clone());
        }
    }
    let mut left = TRIALS;
    while left > 0 {
        let before = best.0;
        for other in best.1.neighbours().into_iter().take(left) {
            left -= 1;
            let x = place(&other);
            let found = cost(layered, &x);
            if found < best.0 - 1e-6 {
                best = (found, other, x);
                break;
            }
        }
        if best.0 >= before {
            break;
        }
    }
    (best.1, best.2)
}

/// Crossings count most, then how far arrows lead to the side, then the width.
fn cost(layered: &Layered, x: &[f64]) -> f64 {
    let mut crossings = 0;
    for (i, &(a, b)) in layered.links.iter().enumerate() {
        for &(c, d) in &layered.links[i + 1..] {
            let same = layered.items[a].layer == layered.items[c].layer;
            if same && (x[a] - x[c]) * (x[b] - x[d]) < 0.0 {
                crossings += 1;
            }
        }
    }
    let aside: f64 = layered.links.iter().map(|&(a, b)| (x[a] - x[b]).abs()).sum();
    let width = x.iter().copied().fold(f64::NEG_INFINITY, f64::max) - x.iter().copied().fold(f64::INFINITY, f64::min);
    300.0 * f64::from(crossings) + aside + 0.5 * width
}
