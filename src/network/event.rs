//! What the name and shape of an event type determine.

use crate::network::ir::Event;

impl Event {
    /// The event that a type's name means; none for the name of a scalar type.
    #[must_use]
    pub fn named(name: &str) -> Option<Event> {
        Some(match name {
            "vector" | "matrix" => Event::Free,
            "ordered" => Event::Ordered,
            "positive_ordered" => Event::PositiveOrdered,
            "simplex" => Event::Simplex,
            "unit_vector" => Event::UnitVector,
            "sum_to_zero" => Event::SumToZero,
            "correlation" => Event::Correlation,
            "cholesky_correlation" => Event::CholeskyCorrelation,
            "covariance" => Event::Covariance,
            "cholesky_covariance" => Event::CholeskyCovariance,
            _ => return None,
        })
    }

    /// The joint constraint on its elements in words; none where they are free.
    #[must_use]
    pub fn condition(self) -> Option<&'static str> {
        match self {
            Event::Free => None,
            Event::Ordered | Event::PositiveOrdered => Some("its elements are ordered"),
            Event::Simplex => Some("its elements add up to 1"),
            Event::UnitVector => Some("its length is 1"),
            Event::SumToZero => Some("its elements add up to 0"),
            Event::Correlation => Some("it is a correlation matrix"),
            Event::CholeskyCorrelation | Event::CholeskyCovariance => {
                Some("it is a Cholesky factor")
            }
            Event::Covariance => Some("it is a covariance matrix"),
        }
    }

    /// Whether it is a matrix whose rows and columns are the elements of one plate: its type names
    /// the plate once.
    #[must_use]
    pub fn is_square(self) -> bool {
        match self {
            Event::Correlation
            | Event::CholeskyCorrelation
            | Event::Covariance
            | Event::CholeskyCovariance => true,
            Event::Free
            | Event::Ordered
            | Event::PositiveOrdered
            | Event::Simplex
            | Event::UnitVector
            | Event::SumToZero => false,
        }
    }

    /// Whether its elements are independent coordinates except for their order: one coordinate
    /// each.
    #[must_use]
    pub fn has_coordinate_per_element(self) -> bool {
        match self {
            Event::Free | Event::Ordered | Event::PositiveOrdered => true,
            Event::Simplex
            | Event::UnitVector
            | Event::SumToZero
            | Event::Correlation
            | Event::CholeskyCorrelation
            | Event::Covariance
            | Event::CholeskyCovariance => false,
        }
    }
}
