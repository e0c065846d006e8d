//! A log density on coordinates of which some are combinations of the old ones, chosen so that they
//! are hardly correlated: what coordinates that nearly cancel, such as intercept and slope of a
//! predictor far from 0, need for a sampler to move along them.

use super::curvature::Curvature;
use super::fixed::Fixed;
use super::objective::Objective;
use super::optimise::{OptimiseSettings, optimise};
use super::progress::Progress;
use crate::density::LogDensity;

/// Some coordinates, written as a point plus combinations of directions.
#[derive(Clone, Debug, PartialEq)]
pub struct Turn {
    coordinates: Vec<usize>,
    origin: Vec<f64>,
    /// One a coordinate.
    directions: Vec<Vec<f64>>,
}

/// What is known of some coordinates from the curvature at the maximum.
#[derive(Clone, Debug, PartialEq)]
pub enum Conditioning {
    /// They are determined: coordinates on which they are hardly correlated.
    Determined(Turn),
    /// The log density is flat along these directions.
    Flat(Vec<Vec<f64>>),
    /// No maximum was found.
    Unknown,
}

/// Looks for the maximum, and at the curvature there by these coordinates, the others held fixed.
pub fn conditioning<D: LogDensity>(
    density: &mut D,
    coordinates: &[usize],
    settings: &OptimiseSettings,
    progress: &dyn Progress,
) -> Conditioning {
    let Ok(estimate) = optimise(density, settings, progress) else { return Conditioning::Unknown };
    let others: Vec<usize> = (0..estimate.q.len()).filter(|i| !coordinates.contains(i)).collect();
    let mut free = Fixed::new(density, &estimate.q, &others);
    let origin = free.free_of(&estimate.q);
    let curvature = Curvature::at(&mut free, &origin, None);
    let flat = curvature.flat_directions();
    let still: Vec<Vec<f64>> =
        flat.into_iter().filter(|d| is_flat(&mut free, &origin, d)).collect();
    if !still.is_empty() {
        return Conditioning::Flat(still);
    }
    if !curvature.positive_definite() {
        return Conditioning::Unknown;
    }
    let directions = curvature.normalised().into_iter().map(|(vector, _)| vector).collect();
    Conditioning::Determined(Turn { coordinates: coordinates.to_vec(), origin, directions })
}

/// Whether the log density is the same far along a direction, both ways.
fn is_flat<D: LogDensity>(density: &mut D, q: &[f64], direction: &[f64]) -> bool {
    let mut objective = Objective::new(density);
    let Ok(center) = objective.evaluate(q) else { return false };
    [-1e3, -1.0, 1.0, 1e3].into_iter().all(|length| {
        let moved: Vec<f64> = q.iter().zip(direction).map(|(a, d)| a + length * d).collect();
        let there = objective.evaluate(&moved).map(|point| point.log_density);
        there.is_ok_and(|value| {
            (value - center.log_density).abs() < 1e-6 * (1.0 + center.log_density.abs())
        })
    })
}

/// A density on turned coordinates.
#[derive(Clone)]
pub struct Turned<D> {
    density: D,
    turn: Turn,
    gradient: Vec<f64>,
}

impl<D: LogDensity> Turned<D> {
    /// The density, its coordinates turned.
    #[must_use]
    pub fn new(density: D, turn: Turn) -> Self {
        let gradient = vec![0.0; density.dim()];
        Self { density, turn, gradient }
    }

    fn place(&self, z: &[f64]) -> Vec<f64> {
        let mut q = self.turned(z);
        for (&coordinate, origin) in self.turn.coordinates.iter().zip(&self.turn.origin) {
            q[coordinate] += origin;
        }
        q
    }

    /// A direction on the old coordinates.
    fn turned(&self, direction: &[f64]) -> Vec<f64> {
        let mut old = direction.to_vec();
        for (k, &coordinate) in self.turn.coordinates.iter().enumerate() {
            let sum = self.turn.coordinates.iter().zip(&self.turn.directions);
            old[coordinate] = sum.map(|(&i, vector)| direction[i] * vector[k]).sum();
        }
        old
    }
}

impl<D: LogDensity> LogDensity for Turned<D> {
    fn dim(&self) -> usize {
        self.density.dim()
    }

    fn evaluate(&mut self, z: &[f64], grad: &mut [f64]) -> f64 {
        let q = self.place(z);
        let value = self.density.evaluate(&q, &mut self.gradient);
        grad.copy_from_slice(&self.gradient);
        for (&i, direction) in self.turn.coordinates.iter().zip(&self.turn.directions) {
            let along = self.turn.coordinates.iter().zip(direction);
            grad[i] = along.map(|(&k, d)| d * self.gradient[k]).sum();
        }
        value
    }

    fn constrained_dim(&self) -> usize {
        self.density.constrained_dim()
    }

    fn constrain(&mut self, z: &[f64], values: &mut [f64]) {
        let q = self.place(z);
        self.density.constrain(&q, values);
    }

    fn constrain_along(&mut self, z: &[f64], direction: &[f64], slopes: &mut [f64]) {
        let (q, along) = (self.place(z), self.turned(direction));
        self.density.constrain_along(&q, &along, slopes);
    }
}
