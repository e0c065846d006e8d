//! The Hessian of a log density at a point, split into directions that are determined, flat, or
//! curved upwards.

use faer::{Mat, Side};

use crate::density::LogDensity;

/// The eigenvalues and eigenvectors of A = −D H D, with D chosen so that the diagonal of A is ±1:
/// what counts as flat then does not depend on the units of any coordinate.
pub(super) struct Curvature {
    scales: Vec<f64>,
    directions: Vec<Direction>,
}

/// An eigenvector of the scaled negative Hessian.
struct Direction {
    curvature: f64,
    vector: Vec<f64>,
}

/// Scaled curvatures below this count as zero: central differences of a gradient have a relative
/// error of about 1e-9.
const FLAT: f64 = 1e-8;

/// A coordinate takes part in a direction if its share of it exceeds this.
const TAKES_PART: f64 = 0.1;

impl Curvature {
    /// Takes n Hessian-vector products. If the Hessian is not finite, all directions count as flat.
    pub fn at<D: LogDensity>(density: &mut D, q: &[f64]) -> Self {
        let n = q.len();
        let hessian = symmetric_hessian(density, q);
        let scales: Vec<f64> = (0..n).map(|i| scale(hessian[(i, i)])).collect();
        let scaled = Mat::from_fn(n, n, |i, j| -hessian[(i, j)] * scales[i] * scales[j]);
        let finite = (0..n).all(|j| (0..n).all(|i| scaled[(i, j)].is_finite()));
        let eigen =
            if finite && n > 0 { scaled.self_adjoint_eigen(Side::Lower).ok() } else { None };
        let directions = match eigen {
            Some(eigen) => (0..n)
                .map(|j| Direction {
                    curvature: eigen.S()[j],
                    vector: (0..n).map(|i| eigen.U()[(i, j)]).collect(),
                })
                .collect(),
            None => (0..n).map(|j| Direction { curvature: 0.0, vector: unit(n, j) }).collect(),
        };
        Self { scales, directions }
    }

    /// Whether every direction curves downwards.
    pub fn positive_definite(&self) -> bool {
        self.directions.iter().all(Direction::is_determined)
    }

    /// Whether any direction curves upwards.
    pub fn curves_upwards(&self) -> bool {
        self.directions.iter().any(|direction| direction.curvature < -FLAT)
    }

    /// A Newton step uphill. Flat and upward-curving directions use the absolute value of their
    /// curvature, as in saddle-free Newton methods (Dauphin et al. 2014), but at least [`FLAT`].
    pub fn newton_step(&self, gradient: &[f64]) -> Vec<f64> {
        self.combine(gradient, |direction| 1.0 / direction.curvature.abs().max(FLAT))
    }

    /// gᵀΣg/2: what a Newton step would gain along the determined directions, in nats.
    pub fn improvement(&self, gradient: &[f64]) -> f64 {
        let gains = self
            .determined()
            .map(|direction| self.slope(direction, gradient).powi(2) / direction.curvature);
        0.5 * gains.sum::<f64>()
    }

    /// The steepest slope along the directions that are not determined, for a step that changes a
    /// coordinate by 1 or by its scale.
    pub fn slope_where_flat(&self, gradient: &[f64]) -> f64 {
        self.undetermined()
            .map(|direction| self.slope(direction, gradient).abs())
            .fold(0.0, f64::max)
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
        let takes_part =
            |i: usize| self.undetermined().any(|direction| direction.vector[i].abs() > TAKES_PART);
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
        self.undetermined().any(|direction| self.slope(direction, coefficients).abs() > 1e-6 * size)
    }

    /// Σ over directions of weight × slope × direction, in the coordinates of q.
    fn combine(&self, gradient: &[f64], weight: impl Fn(&Direction) -> f64) -> Vec<f64> {
        let mut sum = vec![0.0; self.scales.len()];
        for direction in &self.directions {
            let factor = weight(direction) * self.slope(direction, gradient);
            for (total, entry) in sum.iter_mut().zip(&direction.vector) {
                *total += factor * entry;
            }
        }
        sum.iter().zip(&self.scales).map(|(entry, scale)| entry * scale).collect()
    }

    /// The change of a linear function along a direction.
    fn slope(&self, direction: &Direction, gradient: &[f64]) -> f64 {
        direction
            .vector
            .iter()
            .zip(gradient)
            .zip(&self.scales)
            .map(|((v, g), scale)| v * g * scale)
            .sum()
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
        self.curvature > FLAT
    }
}

fn symmetric_hessian<D: LogDensity>(density: &mut D, q: &[f64]) -> Mat<f64> {
    let n = q.len();
    let mut columns = vec![vec![0.0; n]; n];
    for (j, column) in columns.iter_mut().enumerate() {
        density.hessian_vector(q, &unit(n, j), column);
    }
    Mat::from_fn(n, n, |i, j| 0.5 * (columns[j][i] + columns[i][j]))
}

/// 1/√|h|, or 1 if the density has no curvature along the coordinate.
fn scale(diagonal: f64) -> f64 {
    let scale = 1.0 / diagonal.abs().sqrt();
    if scale.is_finite() { scale } else { 1.0 }
}

fn unit(n: usize, j: usize) -> Vec<f64> {
    (0..n).map(|i| if i == j { 1.0 } else { 0.0 }).collect()
}
