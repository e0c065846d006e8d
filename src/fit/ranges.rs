//! The range of each named value, where its type or its definition tells one, and intervals within
//! ranges.

use crate::draws::estimate::TWO_SIDED_95;
use crate::lower::Layout;
use crate::network::ir::{Bounds, Definition, Event, Role, Support, Variable};
use crate::network::{Claim, Network};
use crate::pipeline::Compiled;

/// Where a value lies; None where there is no end, or none that is a number of the model.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Range {
    /// The lower end.
    pub lower: Option<f64>,
    /// The upper end.
    pub upper: Option<f64>,
}

impl Range {
    /// All real numbers.
    pub const REAL: Self = Self { lower: None, upper: None };
    /// From 0.
    pub const POSITIVE: Self = Self { lower: Some(0.0), upper: None };
    /// From 0 to 1.
    pub const UNIT: Self = Self { lower: Some(0.0), upper: Some(1.0) };
    /// From −1 to 1.
    pub const CORRELATION: Self = Self { lower: Some(-1.0), upper: Some(1.0) };

    /// The 95% interval of a value with this standard error, which is normal on the scale on which
    /// the range is all real numbers: that of the logarithm of the distance from the only end, or
    /// of the log odds between two. The standard error there is by the delta method, so that for a
    /// parameter of its own it is that of the unconstrained coordinate. NaN without a standard
    /// error.
    #[must_use]
    pub fn interval(self, value: f64, std_error: f64) -> (f64, f64) {
        let distance = TWO_SIDED_95 * std_error;
        match (self.lower, self.upper) {
            _ if distance == 0.0 => (value, value),
            (Some(lower), None) if value > lower => {
                let away = value - lower;
                let factor = (distance / away).exp();
                (lower + away / factor, lower + away * factor)
            }
            (None, Some(upper)) if value < upper => {
                let away = upper - value;
                let factor = (distance / away).exp();
                (upper - away * factor, upper - away / factor)
            }
            (Some(lower), Some(upper)) if lower < value && value < upper => {
                let (below, above) = (value - lower, upper - value);
                let odds = (distance * (upper - lower) / (below * above)).exp();
                (
                    lower + (upper - lower) * below / (below + above * odds),
                    upper - (upper - lower) * above / (above + below * odds),
                )
            }
            (None | Some(_), None | Some(_)) => (value - distance, value + distance),
        }
    }
}

/// The range of each named value, in order.
pub fn ranges<D>(network: &Network, compiled: &Compiled<D>) -> Vec<Range> {
    let of_layout = |layout: &Layout| {
        let of_element =
            |variable: &Variable, element| of_element(network, layout, variable, element);
        let variable = network.variable(&layout.name).map(|id| &network.variables[id]);
        let count = 0..layout.names.len();
        count.map(|e| variable.map_or(Range::REAL, |v| of_element(v, e))).collect::<Vec<_>>()
    };
    compiled.layouts.iter().flat_map(of_layout).collect()
}

/// The range of an element, by its index in declaration order.
fn of_element(network: &Network, layout: &Layout, variable: &Variable, element: usize) -> Range {
    let last = layout.dimensions.last().map_or(1, |dimension| dimension.labels.len());
    let is_diagonal = (element / last) % last == element % last;
    match variable.event {
        // Missing elements are listed without their axes, so that their place is not known.
        _ if variable.axes.len() != layout.dimensions.len() && variable.event != Event::Free => {
            Range::REAL
        }
        Event::Free => of_number(network, variable),
        Event::Ordered | Event::SumToZero => Range::REAL,
        Event::PositiveOrdered => Range::POSITIVE,
        Event::Simplex => Range::UNIT,
        Event::UnitVector | Event::Correlation => Range::CORRELATION,
        Event::CholeskyCorrelation if is_diagonal => Range::UNIT,
        Event::CholeskyCorrelation => Range::CORRELATION,
        Event::Covariance | Event::CholeskyCovariance if is_diagonal => Range::POSITIVE,
        Event::Covariance | Event::CholeskyCovariance => Range::REAL,
    }
}

/// The range of an element without a constraint on several: its bounds, as far as they are numbers;
/// of what is computed, what is certain of its sign.
fn of_number(network: &Network, variable: &Variable) -> Range {
    let (Support::Real(bounds) | Support::Integer(bounds)) = &variable.support else {
        return Range::REAL;
    };
    let number = |bound: Option<_>| bound.and_then(|bound| network.number(bound));
    let declared = Range { lower: number(bounds.lower), upper: number(bounds.upper) };
    match &variable.definition {
        Definition::Deterministic(value) if *bounds == Bounds::default() => {
            if network.proves(*value, Claim::Unit) {
                Range::UNIT
            } else if network.proves(*value, Claim::NonNegative) {
                Range::POSITIVE
            } else {
                declared
            }
        }
        Definition::Deterministic(_)
        | Definition::Input { .. }
        | Definition::Random(_)
        | Definition::Observed { .. } => declared,
    }
}

/// Whether a parameter has an end that is not a number of the model: data, or another parameter.
pub fn has_computed_end(network: &Network, variable: &Variable) -> bool {
    let Support::Real(bounds) = &variable.support else { return false };
    let ends = [bounds.lower, bounds.upper];
    variable.role == Role::Param && ends.iter().flatten().any(|&end| network.number(end).is_none())
}
