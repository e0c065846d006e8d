//! Adapts a `LogDensity` to the interface that nuts-rs calls: non-finite values become the
//! appropriate errors, and evaluations are counted.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt;

use nuts_rs::{CpuLogpFunc, CpuMathError, HasDims, LogpError};

use crate::density::LogDensity;

/// A density with its evaluation count and, once seen, the point where it was +∞.
pub(super) struct Counted<D> {
    pub density: D,
    pub evaluations: u64,
    pub infinite_at: Option<Vec<f64>>,
}

impl<D: LogDensity> Counted<D> {
    pub fn new(density: D) -> Self {
        Self { density, evaluations: 0, infinite_at: None }
    }

    /// Evaluates the density and classifies the outcome.
    pub fn evaluate(&mut self, q: &[f64], grad: &mut [f64]) -> Result<f64, Unusable> {
        self.evaluations += 1;
        let value = self.density.evaluate(q, grad);
        if value == f64::INFINITY {
            self.infinite_at = Some(q.to_vec());
            return Err(Unusable::Infinite);
        }
        let finite = grad.iter().fold(value.is_finite(), |all, entry| all & entry.is_finite());
        if finite { Ok(value) } else { Err(Unusable::Outside { value }) }
    }
}

/// What nuts-rs holds: a reference, because the chain needs the density too.
pub(super) struct Adapter<'a, D> {
    pub shared: &'a RefCell<Counted<D>>,
    pub dim: usize,
}

/// Why a point cannot be used.
#[derive(Clone, Copy, Debug)]
pub(super) enum Unusable {
    /// The log density is −∞ or NaN, or the gradient is not finite: the trajectory ends here.
    Outside { value: f64 },
    /// The log density is +∞: there is nothing to sample from.
    Infinite,
}

impl fmt::Display for Unusable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Outside { value } => {
                write!(f, "log density {value}, or a gradient that is not finite")
            }
            Self::Infinite => write!(f, "log density +∞"),
        }
    }
}

impl std::error::Error for Unusable {}

impl LogpError for Unusable {
    fn is_recoverable(&self) -> bool {
        match self {
            Self::Outside { .. } => true,
            Self::Infinite => false,
        }
    }
}

/// nuts-rs refuses to start if an entry of the gradient is exactly zero, although nothing is wrong
/// with that: a coordinate may sit at its mode. Leapfrog steps stay reversible and
/// volume-preserving for any gradient field that depends on the point alone, and acceptance uses
/// only the log density, so replacing zero by a tiny value leaves the draws exact.
const IN_PLACE_OF_ZERO: f64 = 1e-8;

impl<D: LogDensity> CpuLogpFunc for Adapter<'_, D> {
    type LogpError = Unusable;
    type FlowParameters = ();
    type ExpandedVector = Vec<f64>;

    fn dim(&self) -> usize {
        self.dim
    }

    fn logp(&mut self, position: &[f64], gradient: &mut [f64]) -> Result<f64, Unusable> {
        let value = self.shared.borrow_mut().evaluate(position, gradient)?;
        for entry in gradient {
            if *entry == 0.0 {
                *entry = IN_PLACE_OF_ZERO;
            }
        }
        Ok(value)
    }

    /// Does nothing: the chain evaluates the density itself, and only after warm-up.
    fn expand_vector<R: rand::Rng + ?Sized>(
        &mut self,
        _rng: &mut R,
        _array: &[f64],
    ) -> Result<Vec<f64>, CpuMathError> {
        Ok(Vec::new())
    }
}

impl<D> HasDims for Adapter<'_, D> {
    fn dim_sizes(&self) -> HashMap<String, u64> {
        HashMap::from([
            ("unconstrained_parameter".to_owned(), self.dim as u64),
            ("dim".to_owned(), 0),
        ])
    }
}
