//! Unconstrained coordinates → values within a support, with the log of the Jacobian determinant.
//!
//! Lower bound: l + exp q. Upper bound: u − exp q. Both: l + (u − l)·inv_logit q. Ordered: the
//! first element unchanged, the others by steps exp q. Events with fewer degrees of freedom than
//! elements have files of their own.

pub(super) mod inverse;
mod matrix;
mod simplex;
mod unit_vector;

use super::environment::Environment;
use super::{CoordinateKind, Lower, Lowering, Question, Scale};
use crate::builtins::Builtin;
use crate::network::ir::{Bounds, Event, Role, Support, VariableId};
use crate::program::{AxisId, NodeId, TermKind};

/// The axes of a variable in the program: plates, then those of its event.
struct Frame {
    variable: VariableId,
    plates: Vec<AxisId>,
    event: Vec<AxisId>,
}

/// The coordinates of an event.
struct Free {
    q: NodeId,
    axis: AxisId,
    /// The position of each coordinate on the axes of the event.
    index: Vec<(AxisId, NodeId)>,
}

/// A value, with the log of the Jacobian determinant: per element, as a function of its coordinate,
/// or for each event as a whole.
pub(super) struct Constrained {
    pub value: NodeId,
    /// No Jacobian: the identity.
    pub log_jacobian: Option<NodeId>,
}

impl Lowering<'_> {
    /// A variable with coordinates of its own, and the term for the Jacobian of its transform.
    pub(super) fn as_itself(
        &mut self,
        variable: VariableId,
        environment: &Environment,
    ) -> Lower<NodeId> {
        let entry = &self.network.variables[variable];
        let (event, plates, axes) = (entry.event, entry.plates, self.variable_axes(variable));
        let frame =
            Frame { variable, plates: axes[..plates].to_vec(), event: axes[plates..].to_vec() };
        let constrained = match event {
            Event::Free | Event::Ordered | Event::PositiveOrdered => {
                let q = self.slot(variable, &axes, CoordinateKind::Element, None);
                let constrained = self.constrained(variable, q, environment)?;
                self.jacobian_term(variable, constrained.log_jacobian, &axes, TermKind::Jacobian);
                return Ok(constrained.value);
            }
            Event::Simplex => self.simplex(&frame),
            Event::SumToZero => self.sum_to_zero(&frame),
            Event::UnitVector => self.unit_vector(&frame),
            Event::Correlation => self.correlation(&frame),
            Event::CholeskyCorrelation => self.cholesky_correlation(&frame),
            Event::Covariance => self.covariance(&frame),
            Event::CholeskyCovariance => self.cholesky_covariance(&frame),
        };
        self.jacobian_term(variable, constrained.log_jacobian, &frame.plates, TermKind::Jacobian);
        Ok(constrained.value)
    }

    /// Coordinates of an event over some elements of its axes, given by these positions in its
    /// canonical layout: the coordinates, their axis, and the index of each into each of the axes.
    fn free_coordinates(&mut self, frame: &Frame, places: &[usize]) -> Free {
        let (axis, index) = self.builder.subset(&frame.event, places, "free");
        let axes: Vec<AxisId> = frame.plates.iter().copied().chain([axis]).collect();
        let q = self.slot(frame.variable, &axes, CoordinateKind::Transformed, None);
        Free { q, axis, index: frame.event.iter().copied().zip(index).collect() }
    }

    /// A coordinate, transformed to the support of the variable, at the elements of the
    /// environment.
    pub(super) fn constrained(
        &mut self,
        variable: VariableId,
        q: NodeId,
        environment: &Environment,
    ) -> Lower<Constrained> {
        let entry = &self.network.variables[variable];
        if let (Event::Ordered | Event::PositiveOrdered, Some(&last)) =
            (entry.event, entry.axes.last())
        {
            let axis = self.axis(last);
            return Ok(self.ordered(q, axis, entry.event == Event::PositiveOrdered));
        }
        let (Support::Real(bounds) | Support::Integer(bounds)) = entry.support.clone() else {
            return Ok(Constrained { value: q, log_jacobian: None });
        };
        self.bounded(q, bounds, environment)
    }

    fn bounded(
        &mut self,
        q: NodeId,
        bounds: Bounds,
        environment: &Environment,
    ) -> Lower<Constrained> {
        let lower = bounds.lower.map(|l| self.number(l, environment)).transpose()?;
        let upper = bounds.upper.map(|u| self.number(u, environment)).transpose()?;
        Ok(match (lower, upper) {
            (None, None) => Constrained { value: q, log_jacobian: None },
            (Some(lower), None) => {
                let step = self.builder.call(Builtin::Exp, &[q]);
                Constrained {
                    value: self.builder.call(Builtin::Add, &[lower, step]),
                    log_jacobian: Some(q),
                }
            }
            (None, Some(upper)) => {
                let step = self.builder.call(Builtin::Exp, &[q]);
                Constrained {
                    value: self.builder.call(Builtin::Subtract, &[upper, step]),
                    log_jacobian: Some(q),
                }
            }
            (Some(lower), Some(upper)) => self.between(q, lower, upper),
        })
    }

    fn between(&mut self, q: NodeId, lower: NodeId, upper: NodeId) -> Constrained {
        let width = self.builder.call(Builtin::Subtract, &[upper, lower]);
        let share = self.builder.call(Builtin::InvLogit, &[q]);
        let part = self.builder.call(Builtin::Multiply, &[width, share]);
        let value = self.builder.call(Builtin::Add, &[lower, part]);
        let log_width = self.builder.call(Builtin::Log, &[width]);
        let slope = self.logistic_log_density(q);
        Constrained {
            value,
            log_jacobian: Some(self.builder.call(Builtin::Add, &[log_width, slope])),
        }
    }

    /// The log of the derivative of inv_logit.
    pub(super) fn logistic_log_density(&mut self, q: NodeId) -> NodeId {
        let minus = self.builder.call(Builtin::Negate, &[q]);
        let (up, down) = (
            self.builder.call(Builtin::LogInvLogit, &[q]),
            self.builder.call(Builtin::LogInvLogit, &[minus]),
        );
        self.builder.call(Builtin::Add, &[up, down])
    }

    /// x\[k\] = Σ_{j ≤ k} step\[j\]: the first step is q itself (its exponential where `positive`),
    /// the others are exp q.
    fn ordered(&mut self, q: NodeId, axis: AxisId, positive: bool) -> Constrained {
        let zero = self.builder.constant(0.0);
        let position = self.builder.iota(axis);
        let position = self.builder.convert(position, crate::program::Type::Real);
        let first = self.builder.call(Builtin::Equal, &[position, zero]);
        let exp = self.builder.call(Builtin::Exp, &[q]);
        let step =
            if positive { exp } else { self.builder.call(Builtin::Select, &[first, q, exp]) };
        let log_jacobian =
            if positive { q } else { self.builder.call(Builtin::Select, &[first, zero, q]) };
        let before = self.builder.alias(axis);
        let iota = self.builder.iota(before);
        let step = self.builder.gather(step, &[(axis, iota)]);
        let earlier = self.builder.convert(iota, crate::program::Type::Real);
        let counts = self.builder.call(Builtin::LessEqual, &[earlier, position]);
        let part = self.builder.call(Builtin::Select, &[counts, step, zero]);
        Constrained { value: self.builder.sum(part, &[before]), log_jacobian: Some(log_jacobian) }
    }

    /// Adds the term for the Jacobian of a transform, where the question asks for it.
    pub(super) fn jacobian_term(
        &mut self,
        variable: VariableId,
        log_jacobian: Option<NodeId>,
        axes: &[AxisId],
        kind: TermKind,
    ) {
        let entry = &self.network.variables[variable];
        let wanted = match self.question {
            Question::Density(scale) => scale == Scale::Unconstrained,
            // Hidden variables are integrated out on the unconstrained scale.
            Question::Joint(scale) => scale == Scale::Unconstrained || entry.role != Role::Param,
            Question::Simulation => false,
        };
        if let (true, Some(log_jacobian)) = (wanted, log_jacobian) {
            self.builder.at(entry.span);
            self.summand(format!("jacobian of {}", entry.name), log_jacobian, axes, kind);
        }
    }
}
