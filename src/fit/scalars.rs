//! Named values that correspond to a single coordinate each.

use super::ranges::has_computed_end;
use crate::lower::Coordinate;
use crate::network::Network;
use crate::network::ir::{Event, Role, Support};
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
        let parameter = parameter.filter(|(_, v)| v.role == Role::Param && v.event == Event::Free);
        let first = parameter.and_then(|(id, _)| {
            let is_of_variable = |c: &Coordinate| c.variable == id && c.is_element();
            compiled.coordinates.iter().position(is_of_variable)
        });
        if let (Some((_, variable)), Some(first)) = (parameter, first) {
            let bounds = match &variable.support {
                Support::Real(bounds) => (bounds.lower.is_some(), bounds.upper.is_some()),
                Support::Integer(_) | Support::Bool | Support::Index(_) => (false, false),
            };
            let of_element = |(element, position): (usize, &usize)| Scalar {
                value: value + element,
                coordinate: first + position,
                bounds,
                has_computed_end: has_computed_end(network, variable),
            };
            scalars.extend(layout.positions.iter().enumerate().map(of_element));
        }
        value += layout.names.len();
    }
    scalars
}
