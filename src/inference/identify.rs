//! Finds coordinates, and directions, that a log density does not depend on.

use super::objective::Objective;
use super::scan::{self, Group};
use crate::density::LogDensity;

/// An irrational number: its multiples, folded into −1..1, are generic points.
const GOLDEN: f64 = 0.618_033_988_75;

/// Numbers of order 1 that fall below this are rounding error.
const ROUNDING: f64 = 1e-11;

/// For each coordinate, whether the log density depends on it, as far as a few points can tell: some
/// near the origin and, with `groups` moved to the scale of the data, one there.
pub fn depends<D: LogDensity>(density: &mut D, groups: &[Group]) -> Vec<bool> {
    let dim = density.dim();
    let mut gradient = vec![0.0; dim];
    let mut moves = vec![false; dim];
    let mut inside: Option<(Vec<f64>, f64)> = None;
    // Generic points near the origin and, where those do not tell, farther out: multiples of an
    // irrational number, folded into −1..1.
    for radius in [1.0, 10.0, 30.0, 1e3] {
        for point in 0..5 {
            let entry = |i: usize| {
                ((i + 1) as f64 * GOLDEN + f64::from(point) * 0.414_213_562_37).fract() * 2.0 - 1.0
            };
            let q: Vec<f64> = (0..dim).map(|i| radius * entry(i)).collect();
            let value = density.evaluate(&q, &mut gradient);
            if value.is_finite() {
                moves.iter_mut().zip(&gradient).for_each(|(moved, g)| *moved |= *g != 0.0);
                inside = inside.or(Some((q, value)));
            }
        }
        if !moves.contains(&false) {
            return moves;
        }
    }
    // Outside the support the gradient is 0 and says nothing. Inside it a density may still have an
    // edge, as that of a uniform variable does.
    let Some((q, value)) = inside else { return vec![true; dim] };
    let mut objective = Objective::new(&mut *density);
    if let Ok(origin) = objective.evaluate(&q) {
        let scaled = scan::everything(&mut objective, origin, groups, 0);
        moves.iter_mut().zip(&scaled.gradient).for_each(|(moved, g)| *moved |= *g != 0.0);
    }
    for still in (0..dim).filter(|&i| !moves[i]).collect::<Vec<_>>() {
        let sizes = [1.0, 30.0, 1e4, 1e6, 1e9, 1e12];
        moves[still] = sizes.into_iter().flat_map(|size| [size, -size]).any(|shift| {
            let mut shifted = q.clone();
            shifted[still] += shift;
            density.evaluate(&shifted, &mut gradient) != value
        });
    }
    moves
}

/// The direction in the space of these coordinates along which the log density changes least: nearly
/// orthogonal to its gradients at several points.
#[derive(Clone, Debug, PartialEq)]
pub struct Weakest {
    /// By coordinate; its largest entry is ±1.
    pub direction: Vec<f64>,
    /// How much the gradients have of it, beside what they have of single coordinates: between 0 and
    /// 1, 0 where the log density does not change along it.
    pub share: f64,
}

impl Weakest {
    /// Whether what there is of it is rounding error.
    #[must_use]
    pub fn is_flat(&self) -> bool {
        self.share < ROUNDING
    }
}

/// The weakest direction of these coordinates; none if too few gradients are finite, or the log
/// density does not depend on one of them. The work is cubic in the number of coordinates.
pub fn weakest_direction<D: LogDensity>(density: &mut D, coordinates: &[usize]) -> Option<Weakest> {
    weakest(gradients(density, coordinates)?)
}

/// Gradients at a few more points than there are coordinates; None if too few of them are finite.
fn gradients<D: LogDensity>(density: &mut D, coordinates: &[usize]) -> Option<Vec<Vec<f64>>> {
    let dim = density.dim();
    let mut gradient = vec![0.0; dim];
    let mut rows = Vec::new();
    for point in 0..coordinates.len() + 5 {
        let q: Vec<f64> = (0..dim)
            .map(|i| (GOLDEN * (i + 1) as f64 * (point + 1) as f64).fract() * 2.0 - 1.0)
            .collect();
        density.evaluate(&q, &mut gradient);
        if gradient.iter().all(|g| g.is_finite()) {
            rows.push(coordinates.iter().map(|&i| gradient[i]).collect());
        }
    }
    (rows.len() >= coordinates.len()).then_some(rows)
}

/// The direction that the rows have least of: Gaussian elimination with complete pivoting, after
/// scaling the columns to comparable size.
fn weakest(mut rows: Vec<Vec<f64>>) -> Option<Weakest> {
    let width = rows.first()?.len();
    let scales: Vec<f64> =
        (0..width).map(|c| rows.iter().map(|r| r[c].abs()).fold(0.0, f64::max)).collect();
    if scales.contains(&0.0) {
        return None;
    }
    for row in &mut rows {
        row.iter_mut().zip(&scales).for_each(|(x, s)| *x /= s);
    }
    let mut order: Vec<usize> = (0..width).collect();
    for step in 0..width {
        let places = (step..rows.len()).flat_map(|r| (step..width).map(move |c| (r, c)));
        let (r, c) = places.max_by(|a, b| rows[a.0][a.1].abs().total_cmp(&rows[b.0][b.1].abs()))?;
        let share = rows[r][c].abs();
        if share < ROUNDING || step + 1 == width {
            order.swap(step, c);
            rows.iter_mut().for_each(|row| row.swap(step, c));
            let direction = null_vector(&rows, &order, step, &scales);
            return Some(Weakest { direction, share });
        }
        rows.swap(step, r);
        rows.iter_mut().for_each(|row| row.swap(step, c));
        order.swap(step, c);
        let pivot = rows[step].clone();
        for row in rows.iter_mut().skip(step + 1) {
            let factor = row[step] / pivot[step];
            (step..width).for_each(|j| row[j] -= factor * pivot[j]);
        }
    }
    None
}

/// A null vector, with largest entry ±1, of rows in upper triangular form of this rank.
fn null_vector(rows: &[Vec<f64>], order: &[usize], rank: usize, scales: &[f64]) -> Vec<f64> {
    let mut permuted = vec![0.0; order.len()];
    permuted[rank] = 1.0;
    for r in (0..rank).rev() {
        let sum: f64 = (r + 1..=rank).map(|c| rows[r][c] * permuted[c]).sum();
        permuted[r] = -sum / rows[r][r];
    }
    let mut direction = vec![0.0; order.len()];
    for (&coordinate, value) in order.iter().zip(permuted) {
        direction[coordinate] = value / scales[coordinate];
    }
    let largest = direction.iter().fold(0.0, |m: f64, d| m.max(d.abs()));
    direction.iter_mut().for_each(|d| *d /= largest);
    direction
}
