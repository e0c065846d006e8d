//! Coordinates → those whose scale is only known from the data, in groups.

use crate::inference::{Group, Reach};
use crate::lower::{Coordinate, CoordinateKind};
use crate::network::Network;
use crate::network::ir::{Event, Role, Support, Variable};

/// The groups of coordinates, one a parameter.
pub fn of(network: &Network, coordinates: &[Coordinate]) -> Vec<Group> {
    let mut groups: Vec<(Coordinate, Group)> = Vec::new();
    for (place, &coordinate) in coordinates.iter().enumerate() {
        let Some(reach) = reach(&network.variables[coordinate.variable], coordinate) else {
            continue;
        };
        match groups.last_mut() {
            Some((first, group))
                if first.variable == coordinate.variable && group.reach == reach =>
            {
                group.coordinates.push(place);
            }
            Some(_) | None => {
                groups.push((coordinate, Group { coordinates: vec![place], reach }));
            }
        }
    }
    groups.into_iter().map(|(_, group)| group).collect()
}

/// How a coordinate may be moved by orders of magnitude, if its variable has no natural scale.
fn reach(variable: &Variable, coordinate: Coordinate) -> Option<Reach> {
    if variable.role != Role::Param {
        return None;
    }
    let Support::Real(bounds) = &variable.support else { return None };
    match (variable.event, coordinate.kind) {
        (Event::Free, CoordinateKind::Element) => match (bounds.lower, bounds.upper) {
            (None, None) => Some(Reach::Number),
            (Some(_), None) | (None, Some(_)) => Some(Reach::Logarithm),
            (Some(_), Some(_)) => None,
        },
        // The first is a number, the others are logarithms of the distances.
        (Event::Ordered, CoordinateKind::Transformed) => {
            Some(if coordinate.element == 0 { Reach::Number } else { Reach::Logarithm })
        }
        (Event::PositiveOrdered, CoordinateKind::Transformed)
        | (Event::Covariance | Event::CholeskyCovariance, CoordinateKind::LogDiagonal) => {
            Some(Reach::Logarithm)
        }
        (
            Event::Free
            | Event::Ordered
            | Event::PositiveOrdered
            | Event::Simplex
            | Event::UnitVector
            | Event::SumToZero
            | Event::Correlation
            | Event::CholeskyCorrelation
            | Event::Covariance
            | Event::CholeskyCovariance,
            _,
        ) => None,
    }
}
