//! Named values that correspond to a single coordinate each.

use super::axes::Axes;
use super::ranges::has_computed_end;
use crate::lower::{Coordinate, CoordinateKind, Layout};
use crate::network::Network;
use crate::network::ir::{Event, Role, Support, Variable};
use crate::pipeline::Compiled;

/// A named value that corresponds to a single coordinate of the density.
pub struct Scalar {
    /// Its index among the named values.
    pub value: usize,
    /// Its coordinate.
    pub coordinate: usize,
    /// Whether it has a lower bound, and whether it has an upper one.
    pub bounds: (bool, bool),
    /// Whether one of them is not a number of the model: data, or another parameter.
    pub has_computed_end: bool,
}

/// At this coordinate the exponential is infinite, and that of its negative is 0: a bounded value
/// is at its bound.
pub const BEYOND: f64 = 800.0;

/// The elements of parameters that correspond to a single coordinate each.
pub fn scalars<D>(network: &Network, compiled: &Compiled<D>) -> Vec<Scalar> {
    let mut scalars = Vec::new();
    let mut value = 0;
    for layout in &compiled.layouts {
        let id = network.variable(&layout.name);
        let parameter = id.map(|id| (id, &network.variables[id]));
        if let Some((id, variable)) = parameter.filter(|(_, v)| v.role == Role::Param) {
            let first = |kind: CoordinateKind| {
                let is_first = |c: &Coordinate| c.variable == id && c.kind == kind;
                compiled.coordinates.iter().position(is_first)
            };
            let own = first(CoordinateKind::Element).map(|f| numbers(network, layout, variable, f));
            let others = || first(CoordinateKind::Transformed).map(|f| ends(layout, variable, f));
            let found = own.or_else(others).unwrap_or_default();
            scalars.extend(found.into_iter().map(|s| Scalar { value: value + s.value, ..s }));
        }
        value += layout.names.len();
    }
    scalars
}

/// Numbers with a coordinate each, from the first one on.
fn numbers(network: &Network, layout: &Layout, variable: &Variable, first: usize) -> Vec<Scalar> {
    if variable.event != Event::Free {
        return Vec::new();
    }
    let bounds = match &variable.support {
        Support::Real(bounds) => (bounds.lower.is_some(), bounds.upper.is_some()),
        Support::Integer(_) | Support::Bool | Support::Index(_) => (false, false),
    };
    let of_element = |(element, position): (usize, &usize)| Scalar {
        value: element,
        coordinate: first + position,
        bounds,
        has_computed_end: has_computed_end(network, variable),
    };
    layout.positions.iter().enumerate().map(of_element).collect()
}

/// Elements of vectors and matrices that go to the ends of their ranges with a single coordinate:
/// correlations, and a probability beside its complement.
fn ends(layout: &Layout, variable: &Variable, first: usize) -> Vec<Scalar> {
    let Some(size) = layout.dimensions.last().map(|dimension| dimension.labels.len()) else {
        return Vec::new();
    };
    let elements: Vec<usize> = match variable.event {
        Event::Correlation | Event::CholeskyCorrelation => {
            (1..size).flat_map(|row| (0..row).map(move |column| row * size + column)).collect()
        }
        Event::Simplex if size == 2 => vec![0],
        Event::Free
        | Event::Ordered
        | Event::PositiveOrdered
        | Event::Simplex
        | Event::UnitVector
        | Event::SumToZero
        | Event::Covariance
        | Event::CholeskyCovariance => Vec::new(),
    };
    let axes = Axes::of(variable, layout);
    let of_event = |event: usize| {
        let (start, place) =
            (event * axes.size(), first + axes.place(event, None) * elements.len());
        let scalar = move |(number, element): (usize, &usize)| Scalar {
            value: start + element,
            coordinate: place + number,
            bounds: (true, true),
            has_computed_end: false,
        };
        elements.iter().enumerate().map(scalar).collect::<Vec<Scalar>>()
    };
    (0..axes.events()).flat_map(of_event).collect()
}
