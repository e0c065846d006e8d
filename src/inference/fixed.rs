//! A log density with some coordinates held fixed: a log density over the others.

use crate::density::LogDensity;
use crate::draws::{Estimate, Runaway};

/// The density over the free coordinates; the others keep their values in `whole`.
pub struct Fixed<'a, D> {
    density: &'a mut D,
    whole: Vec<f64>,
    free: Vec<usize>,
    gradient: Vec<f64>,
}

impl<'a, D: LogDensity> Fixed<'a, D> {
    /// Holds the coordinates in `fixed` at their values in `q`.
    pub fn new(density: &'a mut D, q: &[f64], fixed: &[usize]) -> Self {
        let free = (0..q.len()).filter(|i| !fixed.contains(i)).collect();
        Self { density, whole: q.to_vec(), free, gradient: vec![0.0; q.len()] }
    }

    /// The free coordinates of a full vector.
    #[must_use]
    pub fn free_of(&self, q: &[f64]) -> Vec<f64> {
        self.free.iter().map(|&i| q[i]).collect()
    }

    /// The full vector with these free coordinates.
    #[must_use]
    pub fn whole_of(&self, free: &[f64]) -> Vec<f64> {
        let mut whole = self.whole.clone();
        self.free.iter().zip(free).for_each(|(&i, &value)| whole[i] = value);
        whole
    }

    /// The direction with these free coordinates, along which the others do not move.
    fn along(&self, free: &[f64]) -> Vec<f64> {
        let mut along = vec![0.0; self.whole.len()];
        self.free.iter().zip(free).for_each(|(&i, &d)| along[i] = d);
        along
    }

    /// Extends an estimate over the free coordinates to all of them: fixed ones have no variance.
    #[must_use]
    pub fn expand(&self, estimate: Estimate) -> Estimate {
        let (n, dim) = (self.free.len(), self.whole.len());
        let mut covariance = vec![0.0; dim * dim];
        for (a, &i) in self.free.iter().enumerate() {
            for (b, &j) in self.free.iter().enumerate() {
                covariance[i * dim + j] = estimate.covariance[a * n + b];
            }
        }
        let undetermined = estimate.undetermined.iter().map(|&a| self.free[a]).collect();
        let running = estimate
            .running
            .iter()
            .map(|r| Runaway { coordinate: self.free[r.coordinate], ..*r })
            .collect();
        Estimate { q: self.whole_of(&estimate.q), covariance, undetermined, running, ..estimate }
    }
}

impl<D: LogDensity> LogDensity for Fixed<'_, D> {
    fn dim(&self) -> usize {
        self.free.len()
    }

    fn evaluate(&mut self, q: &[f64], grad: &mut [f64]) -> f64 {
        let whole = self.whole_of(q);
        let value = self.density.evaluate(&whole, &mut self.gradient);
        self.free.iter().zip(grad).for_each(|(&i, g)| *g = self.gradient[i]);
        value
    }

    fn constrained_dim(&self) -> usize {
        self.density.constrained_dim()
    }

    fn constrain(&mut self, q: &[f64], values: &mut [f64]) {
        let whole = self.whole_of(q);
        self.density.constrain(&whole, values);
    }

    fn constrain_along(&mut self, q: &[f64], direction: &[f64], slopes: &mut [f64]) {
        let (whole, along) = (self.whole_of(q), self.along(direction));
        self.density.constrain_along(&whole, &along, slopes);
    }

    fn hessian_vector(&mut self, q: &[f64], direction: &[f64], product: &mut [f64]) {
        let whole = self.whole_of(q);
        let along = self.along(direction);
        let mut out = vec![0.0; whole.len()];
        self.density.hessian_vector(&whole, &along, &mut out);
        self.free.iter().zip(product).for_each(|(&i, p)| *p = out[i]);
    }

    fn curvature_is_exact(&self) -> bool {
        self.density.curvature_is_exact()
    }
}
