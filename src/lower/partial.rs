//! The partial form: a coordinate between the noise of a latent (auxiliary) and its value
//! (centred).
//!
//! A draw that shifts and scales one normal noise e, location + scale·e (or a function of that,
//! such as the exponential in LogNormal), has for weight w, power p, typical location m and typical
//! scale c the coordinate u with e = (u − w·(location − m)/c)·(c/scale)^p. At w = p = 0 the
//! coordinate is e; at w = p = 1 it is (location + scale·e − m)/c. Everywhere it is close to e
//! while location and scale are close to m and c.
//!
//! If the data provide a share w of the information about an element given location and scale, then
//! u does not depend on the location a posteriori (Papaspiliopoulos, Roberts and Sköld 2007,
//! Statistical Science 22:59-73, section 4). Gorinova, Moore and Hoffman (2020, arXiv 1906.03028)
//! have this coordinate with p = w, m = 0 and c = 1, which depends on units.

use super::environment::Environment;
use super::expression::Guard;
use super::form::{Distribution, NonCentring, Written};
use super::{CoordinateKind, Lower, Lowering, Reported, error};
use crate::builtins::Builtin;
use crate::network::ir::{Application, Conditional, ExprId, ExprKind, NoiseBase, VariableId};
use crate::program::{ArrayValues, AxisId, NodeId, TermKind, Type};

/// The coordinates of a latent in partial form.
#[derive(Clone, Copy)]
pub(super) struct PartialSlot {
    coordinate: NodeId,
    weight: NodeId,
    power: NodeId,
    location: NodeId,
    scale: NodeId,
}

/// A latent in partial form.
pub(super) struct Partial {
    pub value: NodeId,
    /// The log density of each coordinate.
    log_density: NodeId,
}

/// One operation of a draw on its noise.
enum Step {
    Plus(ExprId),
    Minus(ExprId),
    Times(ExprId),
    Over(ExprId),
}

impl Lowering<'_> {
    /// Whether each of the families' draws first shifts and scales one normal noise, before
    /// anything else it does to it.
    pub(super) fn is_shifted_and_scaled(
        &self,
        variable: VariableId,
        conditional: &Conditional,
    ) -> bool {
        let mut each = conditional.applications().into_iter();
        let univariate =
            self.network.variables[variable].axes.len() == self.network.variables[variable].plates;
        !matches!(conditional, Conditional::Given(_))
            && each.all(|a| (univariate || !a.multivariate) && self.steps_of(a).is_some())
    }

    /// The operations of a draw on its noise, in order, up to the first that is neither a shift nor
    /// a scaling; none where nothing scales it.
    fn steps_of(&self, application: &Application) -> Option<Vec<Step>> {
        let draw = application.draw.as_ref()?;
        let &[noise] = draw.noises.as_slice() else { return None };
        let mut steps = Vec::new();
        self.climb(draw.value, &mut steps)?;
        let scaled = steps.iter().any(|s| matches!(s, Step::Times(_) | Step::Over(_)));
        (scaled && self.network.noises[noise].base == NoiseBase::Normal).then_some(steps)
    }

    /// Adds the operations on the noise below an expression. None unless the noise occurs exactly
    /// once, below functions only; otherwise whether the expression is still the noise, shifted and
    /// scaled.
    fn climb(&self, expression: ExprId, steps: &mut Vec<Step>) -> Option<bool> {
        let kind = &self.network.expressions[expression].kind;
        if let ExprKind::Noise(_) = kind {
            return Some(true);
        }
        let ExprKind::Call(builtin, operands) = kind else { return None };
        let mut noisy = operands.iter().enumerate().filter(|(_, o)| self.has_noise(**o));
        let (Some((place, &below)), None) = (noisy.next(), noisy.next()) else { return None };
        if !self.climb(below, steps)? {
            return Some(false);
        }
        let step = match (builtin, place, operands.as_slice()) {
            (Builtin::Add, 0, &[_, other]) | (Builtin::Add, 1, &[other, _]) => Step::Plus(other),
            (Builtin::Subtract, 0, &[_, other]) => Step::Minus(other),
            (Builtin::Multiply, 0, &[_, other]) | (Builtin::Multiply, 1, &[other, _]) => {
                Step::Times(other)
            }
            (Builtin::Divide, 0, &[_, other]) => Step::Over(other),
            _ => return Some(false),
        };
        steps.push(step);
        Some(true)
    }

    fn has_noise(&self, expression: ExprId) -> bool {
        let kind = &self.network.expressions[expression].kind;
        matches!(kind, ExprKind::Noise(_)) || kind.operands().into_iter().any(|o| self.has_noise(o))
    }

    /// The location and scale of a draw; none where it is not noise that is scaled and shifted.
    fn location_and_scale(
        &mut self,
        application: &Application,
        environment: &Environment,
    ) -> Lower<Option<(NodeId, NodeId)>> {
        let Some(steps) = self.steps_of(application) else { return Ok(None) };
        let (mut location, mut scale) = (self.builder.constant(0.0), self.builder.constant(1.0));
        for step in steps {
            let (Step::Plus(other) | Step::Minus(other) | Step::Times(other) | Step::Over(other)) =
                step;
            let other = self.number(other, environment)?;
            let mut call = |builtin, x: NodeId| self.builder.call(builtin, &[x, other]);
            match step {
                Step::Plus(_) => location = call(Builtin::Add, location),
                Step::Minus(_) => location = call(Builtin::Subtract, location),
                Step::Times(_) => {
                    (location, scale) =
                        (call(Builtin::Multiply, location), call(Builtin::Multiply, scale))
                }
                Step::Over(_) => {
                    (location, scale) =
                        (call(Builtin::Divide, location), call(Builtin::Divide, scale))
                }
            }
        }
        Ok(Some((location, scale)))
    }

    /// The location and scale of the distribution of a latent, for each element from its branch;
    /// none where the draw is not noise that is scaled and shifted.
    fn distribution_of(
        &mut self,
        conditional: &Conditional,
        environment: &Environment,
    ) -> Lower<Option<(NodeId, NodeId)>> {
        match conditional {
            Conditional::Given(_) => Ok(None),
            Conditional::Family(application) => self.location_and_scale(application, environment),
            Conditional::If { condition, then, otherwise } => {
                let condition = self.expression(*condition, environment)?;
                let opposite = self.builder.call(Builtin::Not, &[condition]);
                let then = match self.restricted(environment, condition) {
                    Guard::Never => return self.distribution_of(otherwise, environment),
                    Guard::Some(inner) => self.distribution_of(then, &inner)?,
                };
                let otherwise = match self.restricted(environment, opposite) {
                    Guard::Never => return Ok(then),
                    Guard::Some(inner) => self.distribution_of(otherwise, &inner)?,
                };
                let (Some(then), Some(otherwise)) = (then, otherwise) else { return Ok(None) };
                Ok(Some((
                    self.select(condition, then.0, otherwise.0),
                    self.select(condition, then.1, otherwise.1),
                )))
            }
        }
    }

    /// Records the location and scale of a latent in auxiliary form whose form is still open.
    pub(super) fn keep_distribution(
        &mut self,
        variable: VariableId,
        conditional: &Conditional,
        environment: &Environment,
    ) -> Lower<()> {
        let name = &self.network.variables[variable].name;
        let place = self
            .forms
            .iter()
            .position(|f| f.open && f.name == *name && f.written == Written::Auxiliary);
        if let (Some(place), true) = (place, self.is_shifted_and_scaled(variable, conditional)) {
            let axes = self.variable_axes(variable);
            let found = self.distribution_of(conditional, environment)?;
            self.forms[place].distribution =
                found.map(|(location, scale)| Distribution { location, scale, axes });
        }
        Ok(())
    }

    /// The coordinates of a latent in partial form.
    pub(super) fn partial_slot(
        &mut self,
        variable: VariableId,
        shares: &[NonCentring],
    ) -> PartialSlot {
        let mut axes = self.variable_axes(variable);
        axes.sort_unstable();
        let coordinate = self.slot(variable, &axes, CoordinateKind::Partial, None);
        let weight =
            self.shares("weight", variable, &axes, shares.iter().map(|s| s.weight).collect());
        let power = self.shares("power", variable, &axes, shares.iter().map(|s| s.power).collect());
        let location =
            self.shares("location", variable, &axes, shares.iter().map(|s| s.location).collect());
        let scale = self.shares("scale", variable, &axes, shares.iter().map(|s| s.scale).collect());
        PartialSlot { coordinate, weight, power, location, scale }
    }

    /// Numbers over these axes; a single number where all are equal.
    fn shares(
        &mut self,
        what: &str,
        variable: VariableId,
        axes: &[AxisId],
        values: Vec<f64>,
    ) -> NodeId {
        match values.as_slice() {
            [first, rest @ ..] if rest.iter().all(|v| v == first) => self.builder.constant(*first),
            _ => {
                let name = format!("{what} of {}", self.network.variables[variable].name);
                let array = self.builder.array(name, axes, Type::Real, ArrayValues::Real(values));
                self.builder.data(array)
            }
        }
    }

    /// The value as a function of its coordinate, for each element by its branch.
    pub(super) fn partially(
        &mut self,
        variable: VariableId,
        conditional: &Conditional,
        slot: PartialSlot,
        environment: &Environment,
    ) -> Lower<Partial> {
        match conditional {
            Conditional::Given(_) => Err(Reported),
            Conditional::Family(application) => {
                self.partial_draw(variable, application, slot, environment)
            }
            Conditional::If { condition, then, otherwise } => {
                let condition = self.expression(*condition, environment)?;
                let opposite = self.builder.call(Builtin::Not, &[condition]);
                let then = match self.restricted(environment, condition) {
                    Guard::Never => return self.partially(variable, otherwise, slot, environment),
                    Guard::Some(inner) => self.partially(variable, then, slot, &inner)?,
                };
                let otherwise = match self.restricted(environment, opposite) {
                    Guard::Never => return Ok(then),
                    Guard::Some(inner) => self.partially(variable, otherwise, slot, &inner)?,
                };
                let value = self.select(condition, then.value, otherwise.value);
                let log_density = self.select(condition, then.log_density, otherwise.log_density);
                Ok(Partial { value, log_density })
            }
        }
    }

    fn partial_draw(
        &mut self,
        variable: VariableId,
        application: &Application,
        slot: PartialSlot,
        environment: &Environment,
    ) -> Lower<Partial> {
        let (Some(draw), Some((location, scale))) =
            (&application.draw, self.location_and_scale(application, environment)?)
        else {
            let name = self.network.variables[variable].name.clone();
            return self.report(error::no_draw(&name, &application.family, application.span));
        };
        let (noise, log_density) = self.partial_noise(slot, location, scale);
        let mut inner = environment.clone();
        inner.noises.extend(draw.noises.iter().map(|&n| (n, noise)));
        let value = self.number(draw.value, &inner)?;
        Ok(Partial { value, log_density })
    }

    /// e = (u − w·(location − m)/c)·(c/scale)^p, and the log density of u: that of e plus log
    /// |de/du|.
    fn partial_noise(
        &mut self,
        slot: PartialSlot,
        location: NodeId,
        scale: NodeId,
    ) -> (NodeId, NodeId) {
        let mut call = |builtin, operands: &[NodeId]| self.builder.call(builtin, operands);
        let size = call(Builtin::Abs, &[scale]);
        let (log_size, log_typical) =
            (call(Builtin::Log, &[size]), call(Builtin::Log, &[slot.scale]));
        let log_ratio = call(Builtin::Subtract, &[log_typical, log_size]);
        let log_slope = call(Builtin::Multiply, &[slot.power, log_ratio]);
        let slope = call(Builtin::Exp, &[log_slope]);
        let away = call(Builtin::Subtract, &[location, slot.location]);
        let steepness = call(Builtin::Divide, &[slot.weight, slot.scale]);
        let shift = call(Builtin::Multiply, &[steepness, away]);
        let from = call(Builtin::Subtract, &[slot.coordinate, shift]);
        let noise = call(Builtin::Multiply, &[from, slope]);
        let square = call(Builtin::Multiply, &[noise, noise]);
        let half = self.builder.constant(-0.5);
        let exponent = self.builder.call(Builtin::Multiply, &[half, square]);
        let constant = self.builder.constant(-0.5 * (2.0 * std::f64::consts::PI).ln());
        let density = self.builder.call(Builtin::Add, &[exponent, constant]);
        (noise, self.builder.call(Builtin::Add, &[density, log_slope]))
    }

    /// Adds the term for the density of the coordinates.
    pub(super) fn partial_term(&mut self, variable: VariableId, partial: &Partial) {
        let axes = self.variable_axes(variable);
        let entry = &self.network.variables[variable];
        let sum = self.builder.sum(partial.log_density, &axes);
        self.builder.term(format!("partial {}", entry.name), sum, TermKind::Noise, entry.span);
    }
}
