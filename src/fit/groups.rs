//! Coordinates → those whose scale is only known from the data, in groups.

use super::job::Job;
use crate::bind::Binding;
use crate::inference::{Group, Reach};
use crate::lower::{Coordinate, CoordinateKind, Layout};
use crate::network::ir::{Event, Role, Support, Variable, VariableId};
use crate::pipeline::Compiled;
use crate::program::ArrayValues;

/// The groups of coordinates, one a parameter; of an ordered one two, the ends and the distances.
pub fn of<D: Clone>(job: &Job<'_>, compiled: &Compiled<D>) -> Vec<Group> {
    let network = &job.model.network;
    let marks = landmarks(job.binding);
    let mut groups: Vec<(VariableId, Group)> = Vec::new();
    for (place, &coordinate) in compiled.coordinates.iter().enumerate() {
        let id = coordinate.variable;
        let variable = &network.variables[id];
        let Some(reach) = reach(variable, coordinate, &compiled.layouts) else { continue };
        match groups.iter_mut().find(|(of, group)| *of == id && group.reach == reach) {
            Some((_, group)) => group.coordinates.push(place),
            None => {
                let landmarks = if reach == Reach::Number { marks.clone() } else { Vec::new() };
                groups.push((id, Group { coordinates: vec![place], reach, landmarks }));
            }
        }
    }
    groups.into_iter().map(|(_, group)| group).collect()
}

/// So many columns have landmarks.
const COLUMNS: usize = 8;

/// Mean and standard deviation of the first columns of numbers: where curves that lie far from the
/// origin have their middle and width.
fn landmarks(binding: &Binding) -> Vec<f64> {
    let mut columns: Vec<_> = binding.values.iter().collect();
    columns.sort_by_key(|(variable, _)| **variable);
    let numbers = columns.into_iter().filter_map(|(_, bound)| match &bound.values {
        ArrayValues::Real(values) if values.len() > 1 && bound.missing.is_empty() => Some(values),
        ArrayValues::Real(_) | ArrayValues::Bool(_) | ArrayValues::Index(_) => None,
    });
    let of = |values: &Vec<f64>| {
        let count = values.len() as f64;
        let mean = values.iter().sum::<f64>() / count;
        let spread = (values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / count).sqrt();
        [mean, spread, -spread]
    };
    numbers.take(COLUMNS).flat_map(of).filter(|mark| mark.is_finite() && *mark != 0.0).collect()
}

/// How a coordinate may be moved by orders of magnitude, if its variable has no natural scale.
fn reach(variable: &Variable, coordinate: Coordinate, layouts: &[Layout]) -> Option<Reach> {
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
        (Event::Ordered, CoordinateKind::Element) => {
            let is_first = is_first(variable, coordinate, layouts);
            Some(if is_first { Reach::Number } else { Reach::Logarithm })
        }
        (Event::PositiveOrdered, CoordinateKind::Element)
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

/// Whether a coordinate is that of the first element of a vector.
fn is_first(variable: &Variable, coordinate: Coordinate, layouts: &[Layout]) -> bool {
    let Some(layout) = layouts.iter().find(|layout| layout.name == variable.name) else {
        return false;
    };
    let size: usize = layout.dimensions[variable.plates..].iter().map(|d| d.labels.len()).product();
    layout.positions.iter().step_by(size.max(1)).any(|&place| place == coordinate.element)
}
