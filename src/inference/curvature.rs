//! The Hessian of a log density at a point, split into directions that are determined, flat, or
//! curved upwards.
//!
//! A basis is refined until the Hessian is nearly diagonal on it. Products with the directions of
//! such a basis lose about as many digits as its condition number κ has, the entries of the Hessian
//! on the coordinates themselves κ²: so the curvature along `a − 2000·b` is right where that along
//! either is 10¹² times as large, and nothing depends on units or origins.

use faer::{Mat, Side};

use super::objective::dot;
use crate::density::LogDensity;

/// Directions in which the Hessian is diagonal.
#[derive(Clone)]
pub(super) struct Curvature {
    /// For each coordinate the change that alters the log density by half a nat, the others fixed.
    scales: Vec<f64>,
    directions: Vec<Direction>,
    /// How many products with the Hessian it took.
    products: u64,
}

/// A direction, and how the log density curves along it.
#[derive(Clone)]
struct Direction {
    /// By coordinate; its size is such that the curvature along it is about 1, unless it is flat.
    vector: Vec<f64>,
    /// Minus the second derivative along the vector.
    curvature: f64,
    /// Its length where every coordinate is measured by its scale: large where coordinates nearly
    /// cancel.
    length: f64,
    flat: bool,
}

/// On a basis whose curvatures differ by no more than this factor they have all their digits.
const WELL_CONDITIONED: f64 = 1e-6;

/// The curvature by which a direction is lengthened at most in one pass.
const LEAST: f64 = 1e-10;

/// Passes over all directions: each finds coordinates that cancel to five more digits.
const PASSES: usize = 6;

/// By this factor steps of differences are shortened that lead to where nothing is finite.
const CAREFUL: f64 = 1e-3;

/// A direction this long, in scales of coordinates, is flat whatever its curvature: nothing is left
/// of the digits of data along it.
const LONGEST: f64 = 1e10;

/// The same where products with the Hessian are differences of gradients.
const LONGEST_BY_DIFFERENCES: f64 = 1e4;

/// From this length on, a curvature is compared with the rounding error in it.
const SUSPICIOUS: f64 = 1e4;

/// A coordinate takes part in a direction if its share of it exceeds this.
const TAKES_PART: f64 = 0.1;

/// The slope, in nats for a step that moves a coordinate by its scale, below which nothing is to be
/// gained along a flat direction.
const LEVEL: f64 = 1e-6;

/// A curvature, for a direction of length 1, at which steps along flat directions are bounded.
const FLAT: f64 = 1e-8;

impl Curvature {
    /// At least n Hessian-vector products. `scales`: of the coordinates, as far as they are known;
    /// products by differences take their steps from them. If the Hessian is not finite, all
    /// directions count as flat.
    pub fn at<D: LogDensity>(density: &mut D, q: &[f64], scales: Option<&[f64]>) -> Self {
        let mut measure = Measure { density, q, products: 0 };
        let guess = scales.map_or_else(|| vec![1.0; q.len()], <[f64]>::to_vec);
        let found = measure.directions(&guess);
        found.unwrap_or_else(|| Self::unknown(guess, measure.products))
    }

    fn unknown(scales: Vec<f64>, products: u64) -> Self {
        let n = scales.len();
        let direction = |i: usize| {
            let vector = (0..n).map(|k| if k == i { scales[i] } else { 0.0 }).collect();
            Direction { vector, curvature: 0.0, length: 1.0, flat: true }
        };
        Self { directions: (0..n).map(direction).collect(), scales, products }
    }

    /// The scales of the coordinates, to measure the curvature at a point nearby.
    pub fn scales(&self) -> &[f64] {
        &self.scales
    }

    /// How many products with the Hessian it took.
    pub fn products(&self) -> u64 {
        self.products
    }

    /// Whether every direction curves downwards.
    pub fn positive_definite(&self) -> bool {
        self.directions.iter().all(Direction::is_determined)
    }

    /// Takes as flat those directions that curve upwards at the point but not some way from it: along
    /// a ridge that bends, the curvature is that of the slope beside it. `rises`: whether the log
    /// density curves upwards as far as a tenth of the vector, for which it would do so by 0.01.
    pub fn level_ridges(&mut self, mut rises: impl FnMut(&[f64]) -> bool) {
        for direction in self.directions.iter_mut().filter(|d| !d.flat && d.curvature < 0.0) {
            let size = direction.bounded_curvature().sqrt();
            let vector: Vec<f64> = direction.vector.iter().map(|v| v / size).collect();
            direction.flat = !rises(&vector);
        }
    }

    /// Whether any direction curves upwards.
    pub fn curves_upwards(&self) -> bool {
        self.directions.iter().any(|direction| !direction.flat && direction.curvature < 0.0)
    }

    /// A Newton step uphill. Flat and upward-curving directions use the absolute value of their
    /// curvature, as in saddle-free Newton methods (Dauphin et al. 2014), bounded below.
    pub fn newton_step(&self, gradient: &[f64]) -> Vec<f64> {
        self.combine(gradient, |direction| {
            let is_level = direction.flat && !direction.is_steep(gradient);
            if is_level { 0.0 } else { 1.0 / direction.bounded_curvature() }
        })
    }

    /// gᵀΣg/2: what a Newton step would gain along the determined directions, in nats.
    pub fn improvement(&self, gradient: &[f64]) -> f64 {
        let gains = self
            .determined()
            .map(|direction| direction.slope(gradient).powi(2) / direction.curvature);
        0.5 * gains.sum::<f64>()
    }

    /// The steepest slope along the directions that are not determined, for a step that changes a
    /// coordinate by its scale.
    pub fn slope_where_flat(&self, gradient: &[f64]) -> f64 {
        self.undetermined()
            .map(|direction| direction.slope(gradient).abs() / direction.length)
            .fold(0.0, f64::max)
    }

    /// The directions of [`Curvature::normalised`] without those that are flat and level.
    pub fn uneven(&self, gradient: &[f64]) -> Vec<(Vec<f64>, f64)> {
        let keep = self.directions.iter().map(|d| !d.flat || d.is_steep(gradient));
        let all = self.normalised().into_iter().zip(keep);
        all.filter(|(_, keep)| *keep).map(|(direction, _)| direction).collect()
    }

    /// Directions with the curvature along them. Those that are neither flat nor nearly so have
    /// curvatures of ±1; the others move a coordinate by its scale.
    pub fn normalised(&self) -> Vec<(Vec<f64>, f64)> {
        let normalise = |direction: &Direction| {
            let size = direction.bounded_curvature().sqrt();
            let (size, curvature) = if direction.flat {
                (direction.length, 0.0)
            } else {
                (size, direction.curvature / (size * size))
            };
            (direction.vector.iter().map(|v| v / size).collect(), curvature)
        };
        self.directions.iter().map(normalise).collect()
    }

    /// The flat directions, each of a size that moves coordinates by their scales.
    pub fn flat_directions(&self) -> Vec<Vec<f64>> {
        let flat = self.directions.iter().filter(|direction| direction.flat);
        flat.map(|d| d.vector.iter().map(|v| v / d.length).collect()).collect()
    }

    /// Σ v, where Σ is the inverse of the negative Hessian on the determined directions.
    pub fn covariance_times(&self, vector: &[f64]) -> Vec<f64> {
        self.combine(vector, |direction| {
            if direction.is_determined() { 1.0 / direction.curvature } else { 0.0 }
        })
    }

    /// Σ, row by row.
    pub fn covariance(&self) -> Vec<f64> {
        let n = self.scales.len();
        (0..n).flat_map(|i| self.covariance_times(&unit(n, i))).collect()
    }

    /// The coordinates that take part in a direction that is not determined.
    pub fn undetermined_coordinates(&self) -> Vec<usize> {
        let takes_part = |i: usize| {
            let share =
                |d: &Direction| (d.vector[i] / self.scales[i]).abs() > TAKES_PART * d.length;
            self.undetermined().any(share)
        };
        (0..self.scales.len()).filter(|&i| takes_part(i)).collect()
    }

    /// Whether a linear function of q, given by its coefficients, changes along a direction that is
    /// not determined.
    pub fn leaves_open(&self, coefficients: &[f64]) -> bool {
        let size: f64 = coefficients
            .iter()
            .zip(&self.scales)
            .map(|(c, scale)| (c * scale).powi(2))
            .sum::<f64>()
            .sqrt();
        self.undetermined().any(|d| d.slope(coefficients).abs() > 1e-6 * size * d.length)
    }

    /// Σ over directions of weight × slope × direction, in the coordinates of q.
    fn combine(&self, gradient: &[f64], weight: impl Fn(&Direction) -> f64) -> Vec<f64> {
        let mut sum = vec![0.0; self.scales.len()];
        for direction in &self.directions {
            let factor = weight(direction) * direction.slope(gradient);
            for (total, entry) in sum.iter_mut().zip(&direction.vector) {
                *total += factor * entry;
            }
        }
        sum
    }

    fn determined(&self) -> impl Iterator<Item = &Direction> {
        self.directions.iter().filter(|direction| direction.is_determined())
    }

    fn undetermined(&self) -> impl Iterator<Item = &Direction> {
        self.directions.iter().filter(|direction| !direction.is_determined())
    }
}

impl Direction {
    fn is_determined(&self) -> bool {
        !self.flat && self.curvature > 0.0
    }

    /// The change of a linear function along it.
    fn slope(&self, gradient: &[f64]) -> f64 {
        self.vector.iter().zip(gradient).map(|(v, g)| v * g).sum()
    }

    /// Whether the slope along it is more than rounding error, for a step that moves a coordinate by
    /// its scale.
    fn is_steep(&self, gradient: &[f64]) -> bool {
        self.slope(gradient).abs() > LEVEL * self.length
    }

    fn bounded_curvature(&self) -> f64 {
        let least = if self.flat { FLAT * self.length * self.length } else { f64::MIN_POSITIVE };
        self.curvature.abs().max(least)
    }
}

/// Products with the Hessian at a point.
struct Measure<'a, D> {
    density: &'a mut D,
    q: &'a [f64],
    products: u64,
}

impl<D: LogDensity> Measure<'_, D> {
    /// Directions in which the Hessian is diagonal; none where it is not finite.
    fn directions(&mut self, guess: &[f64]) -> Option<Curvature> {
        let n = self.q.len();
        let mut vectors: Vec<Vec<f64>> =
            (0..n).map(|i| (0..n).map(|k| if k == i { guess[i] } else { 0.0 }).collect()).collect();
        let mut scales = guess.to_vec();
        let mut flat = Vec::new();
        // Whether each vector still is that of one coordinate.
        let mut along_axes = true;
        for pass in 0..PASSES {
            let products = self.products_with(&vectors);
            let finite = |product: &Vec<f64>| product.iter().all(|entry| entry.is_finite());
            if along_axes && !self.density.curvature_is_exact() && !products.iter().all(finite) {
                // Steps of differences led out of the support.
                let sizes: Vec<f64> =
                    products.iter().map(|p| if finite(p) { 1.0 } else { CAREFUL }).collect();
                scales.iter_mut().zip(&sizes).for_each(|(scale, size)| *scale *= size);
                vectors = rescaled(&vectors, &sizes);
                continue;
            }
            let hessian = on(&vectors, &products)?;
            let mut sizes: Vec<f64> = (0..vectors.len()).map(|i| scale(hessian[(i, i)])).collect();
            if along_axes {
                scales.iter_mut().zip(&sizes).for_each(|(scale, size)| *scale *= size);
                if !self.density.curvature_is_exact() && !sizes.iter().all(|s| is_moderate(*s)) {
                    // Steps of differences were of the wrong size.
                    vectors = rescaled(&vectors, &sizes);
                    continue;
                }
            }
            if !along_axes && self.density.curvature_is_exact() {
                // Lengths are right already; what has no curvature must not be made longer still.
                sizes.fill(1.0);
            }
            let (curvatures, turned) = diagonal(&hessian, &vectors, &sizes)?;
            let found = turned.into_iter().zip(curvatures);
            let directions: Vec<Direction> = found
                .map(|(vector, curvature)| self.direction(vector, curvature, &scales))
                .collect();
            // What is flat is nothing but rounding error, which must not mix with the others.
            let (level, mut curved): (Vec<_>, Vec<_>) =
                directions.into_iter().partition(|d| d.flat);
            flat.extend(level);
            if pass + 1 == PASSES || curved.iter().all(|d| d.curvature.abs() > WELL_CONDITIONED) {
                curved.append(&mut flat);
                return Some(Curvature { scales, directions: curved, products: self.products });
            }
            vectors = curved.into_iter().map(Direction::lengthened).collect();
            along_axes = false;
        }
        None
    }

    /// A direction, with what is left of its curvature beside rounding error.
    fn direction(&mut self, vector: Vec<f64>, curvature: f64, scales: &[f64]) -> Direction {
        let length = vector.iter().zip(scales).map(|(v, s)| (v / s).powi(2)).sum::<f64>().sqrt();
        let exact = self.density.curvature_is_exact();
        let relative =
            curvature.abs().sqrt() * if exact { LONGEST } else { LONGEST_BY_DIFFERENCES };
        let mut flat = relative < length;
        if !flat
            && length > SUSPICIOUS * curvature.abs().sqrt()
            && curvature.abs() > WELL_CONDITIONED
        {
            flat = self.is_noise(&vector, curvature);
        }
        Direction { vector, curvature, length, flat }
    }

    /// Whether a curvature is rounding error: if so, the same direction written with other digits
    /// has another one.
    fn is_noise(&mut self, vector: &[f64], curvature: f64) -> bool {
        [3.0, 7.0].into_iter().any(|factor| {
            let longer: Vec<f64> = vector.iter().map(|v| v * factor).collect();
            let again = self.along(&longer) / (factor * factor);
            let change = (again - curvature).abs();
            change.is_nan() || change >= 1e-2 * curvature.abs()
        })
    }

    /// Minus the second derivative along a direction.
    fn along(&mut self, vector: &[f64]) -> f64 {
        let mut product = vec![0.0; vector.len()];
        self.density.hessian_vector(self.q, vector, &mut product);
        self.products += 1;
        -vector.iter().zip(&product).map(|(v, p)| v * p).sum::<f64>()
    }

    /// The products of the Hessian with vectors.
    fn products_with(&mut self, vectors: &[Vec<f64>]) -> Vec<Vec<f64>> {
        let mut products = vec![vec![0.0; self.q.len()]; vectors.len()];
        for (vector, product) in vectors.iter().zip(&mut products) {
            self.density.hessian_vector(self.q, vector, product);
        }
        self.products += vectors.len() as u64;
        products
    }
}

/// The negative Hessian on a basis, from its products with the vectors; none where it is not finite.
fn on(vectors: &[Vec<f64>], products: &[Vec<f64>]) -> Option<Mat<f64>> {
    let n = vectors.len();
    let entry = |i: usize, j: usize| {
        -0.5 * (dot(&vectors[i], &products[j]) + dot(&vectors[j], &products[i]))
    };
    let hessian = Mat::from_fn(n, n, entry);
    let finite = (0..n).all(|j| (0..n).all(|i| hessian[(i, j)].is_finite()));
    finite.then_some(hessian)
}

impl Direction {
    /// The vector with which to measure its curvature again: with one of about 1, as far as one
    /// pass can tell.
    fn lengthened(self) -> Vec<f64> {
        let size = self.curvature.abs().max(LEAST).sqrt();
        self.vector.into_iter().map(|v| v / size).collect()
    }
}

/// Eigenvalues of a symmetric matrix whose rows and columns are scaled by `sizes`, and its
/// eigenvectors as combinations of `vectors`.
fn diagonal(
    matrix: &Mat<f64>,
    vectors: &[Vec<f64>],
    sizes: &[f64],
) -> Option<(Vec<f64>, Vec<Vec<f64>>)> {
    let n = vectors.len();
    let Some(dim) = vectors.first().map(Vec::len) else { return Some((Vec::new(), Vec::new())) };
    let scaled = Mat::from_fn(n, n, |i, j| matrix[(i, j)] * sizes[i] * sizes[j]);
    let eigen = scaled.self_adjoint_eigen(Side::Lower).ok()?;
    let turned = |j: usize| {
        let mut sum = vec![0.0; dim];
        for (i, vector) in vectors.iter().enumerate() {
            let weight = eigen.U()[(i, j)] * sizes[i];
            sum.iter_mut().zip(vector).for_each(|(s, v)| *s += weight * v);
        }
        sum
    };
    Some(((0..n).map(|j| eigen.S()[j]).collect(), (0..n).map(turned).collect()))
}

fn rescaled(vectors: &[Vec<f64>], sizes: &[f64]) -> Vec<Vec<f64>> {
    let scaled = |(vector, size): (&Vec<f64>, &f64)| vector.iter().map(|v| v * size).collect();
    vectors.iter().zip(sizes).map(scaled).collect()
}

/// 1/√|h|, or 1 if the density has no curvature along the coordinate.
fn scale(diagonal: f64) -> f64 {
    let scale = 1.0 / diagonal.abs().sqrt();
    if scale.is_finite() { scale } else { 1.0 }
}

/// Whether steps of differences that are wrong by this factor do no harm.
fn is_moderate(size: f64) -> bool {
    (0.03..30.0).contains(&size)
}

fn unit(n: usize, j: usize) -> Vec<f64> {
    (0..n).map(|i| if i == j { 1.0 } else { 0.0 }).collect()
}
