//! Coordinates around a point, on which the curvature there is even.

use super::objective::dot;

/// q = origin + Σ zⱼ·vectorⱼ.
pub(super) struct Frame {
    origin: Vec<f64>,
    /// None: the coordinates themselves.
    basis: Option<Vec<Vec<f64>>>,
}

impl Frame {
    /// The coordinates themselves, less those of the origin.
    pub fn plain(origin: Vec<f64>) -> Self {
        Self { origin, basis: None }
    }

    /// On a basis, a vector a coordinate.
    pub fn on(origin: Vec<f64>, basis: Vec<Vec<f64>>) -> Self {
        Self { origin, basis: Some(basis) }
    }

    /// The point at these coordinates.
    pub fn place(&self, z: &[f64]) -> Vec<f64> {
        let mut q = self.origin.clone();
        match &self.basis {
            Some(basis) => {
                for (vector, &length) in basis.iter().zip(z) {
                    q.iter_mut().zip(vector).for_each(|(q, v)| *q += length * v);
                }
            }
            None => q.iter_mut().zip(z).for_each(|(q, z)| *q += z),
        }
        q
    }

    /// The gradient by these coordinates from that by q.
    pub fn gradient(&self, by_q: &[f64]) -> Vec<f64> {
        match &self.basis {
            Some(basis) => basis.iter().map(|vector| dot(vector, by_q)).collect(),
            None => by_q.to_vec(),
        }
    }
}
