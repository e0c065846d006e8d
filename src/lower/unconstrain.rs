//! Values of one event on their natural scale → its coordinates: the inverse of `constrain`, whose
//! files have the transforms themselves.

use super::constrain::inverse;
use crate::network::ir::Event;

/// The coordinates of an event.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Coordinates {
    /// Those of the log diagonal of a Cholesky factor.
    pub log_diagonal: Vec<f64>,
    /// All others, in their order.
    pub others: Vec<f64>,
}

/// The coordinates at which an event has these values: for matrices row by row.
///
/// # Errors
/// What holds for such an event, and not for these values.
pub fn coordinates(event: Event, values: &[f64]) -> Result<Coordinates, &'static str> {
    let others = |others: Vec<f64>| Coordinates { log_diagonal: Vec::new(), others };
    let size = || values.len().isqrt();
    match event {
        Event::Free => Ok(others(values.to_vec())),
        Event::Ordered => inverse::ordered(values, false).map(others).ok_or("increases"),
        Event::PositiveOrdered => {
            inverse::ordered(values, true).map(others).ok_or("increases, and begins above 0")
        }
        Event::Simplex => {
            inverse::simplex(values).map(others).ok_or("has positive elements that sum to 1")
        }
        Event::SumToZero => inverse::sum_to_zero(values).map(others).ok_or("sums to 0"),
        Event::UnitVector => inverse::unit_vector(values).map(others).ok_or("has length 1"),
        Event::Correlation => inverse::cholesky(values, size())
            .and_then(|factor| inverse::cholesky_correlation(&factor, size()))
            .map(others)
            .ok_or("is symmetric and positive definite, with 1 on its diagonal"),
        Event::CholeskyCorrelation => inverse::cholesky_correlation(values, size())
            .map(others)
            .ok_or("is lower triangular, with a positive diagonal and rows of length 1"),
        Event::Covariance => inverse::cholesky(values, size())
            .and_then(|factor| inverse::cholesky_covariance(&factor, size()))
            .map(|(log_diagonal, others)| Coordinates { log_diagonal, others })
            .ok_or("is symmetric and positive definite"),
        Event::CholeskyCovariance => inverse::cholesky_covariance(values, size())
            .map(|(log_diagonal, others)| Coordinates { log_diagonal, others })
            .ok_or("is lower triangular, with a positive diagonal"),
    }
}

/// The coordinate of a number between two ends, infinite where there is none. None for a number
/// that is not strictly between them.
#[must_use]
pub fn coordinate(value: f64, lower: f64, upper: f64) -> Option<f64> {
    if !(value.is_finite() && lower < value && value < upper) {
        return None;
    }
    Some(match (lower.is_finite(), upper.is_finite()) {
        (false, false) => value,
        (true, false) => (value - lower).ln(),
        (false, true) => (upper - value).ln(),
        (true, true) => ((value - lower) / (upper - value)).ln(),
    })
}
