//! A `LogDensity` → the interface that nuts-rs calls: values that are not finite become errors of
//! the right kind, evaluations are counted.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt;

use nuts_rs::{CpuLogpFunc, CpuMathError, HasDims, LogpError};

use crate::density::LogDensity;

/// A density with the number of its evaluations and, where it has been seen, the point where it was
/// +∞.
pub(super) struct Counted<D> {
    pub density: D,
    pub evaluations: u64,
    pub infinite_at: Option<Vec<f64>>,
}

impl<D: LogDensity> Counted<D> {
    pub fn new(density: D) -> Self {
        Self { density, evaluations: 0, infinite_at: None }
    }

    /// Evaluates and sorts the outcome.
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

/// What nuts-rs holds: a reference, as the chain needs the density too.
pub(super) struct Adapter<'a, D> {
    pub shared: &'a RefCell<Counted<D>>,
    pub dim: usize,
}

/// Why a point cannot be used.
#[derive(Clone, Copy, Debug)]
pub(super) enum Unusable {
    /// The log density is −∞ or NaN, or the gradient not finite: the trajectory ends here.
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

/// nuts-rs refuses to start where an entry of the gradient is exactly zero, though that is no
/// fault: a coordinate may sit at its mode. Any gradient field that depends on the point alone
/// leaves the leapfrog steps reversible and volume-preserving, and acceptance looks at the log
/// density only, so a tiny entry in the place of zero leaves the draws exact.
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

    /// Nothing: the chain asks the density itself, after warm-up only.
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
