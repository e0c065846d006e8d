//! Parameters and latents: coordinates of the vector of unknowns, noise, or draws.

use super::environment::Environment;
use super::expression::Guard;
use super::form::Written;
use super::{Coordinate, CoordinateKind, Lower, Lowering, Question, Reported, error};
use crate::base::Span;
use crate::builtins::Builtin;
use crate::network::ir::{
    Application, Conditional, Definition, Draw, NoiseBase, NoiseId, Support, VariableId,
};
use crate::program::axes::union;
use crate::program::{AxisId, Base, NodeId, TermKind, Type};

impl Lowering<'_> {
    /// The value of a parameter or latent.
    pub(super) fn unknown(
        &mut self,
        variable: VariableId,
        conditional: Option<&Conditional>,
    ) -> Lower<NodeId> {
        if self.request.question == Question::Simulation {
            return self.simulated(variable, conditional, &Environment::default());
        }
        let environment = Environment::default();
        if self.is_summed_out(variable) {
            let axes = union(&self.variable_axes(variable), &[]);
            return self.open(variable, &axes, &environment);
        }
        match conditional.map(|c| (c, self.choose_form(variable, c))) {
            None | Some((_, Written::Centred)) => {}
            Some((conditional, Written::Auxiliary)) => {
                self.auxiliary.push(variable);
                let noises = self.noise_slots(variable, conditional);
                self.keep_distribution(variable, conditional, &environment)?;
                return self.drawn(variable, conditional, &noises, &environment);
            }
            Some((conditional, Written::Partial(shares))) => {
                self.auxiliary.push(variable);
                let slot = self.partial_slot(variable, &shares);
                let partial = self.partially(variable, conditional, slot, &environment)?;
                self.partial_term(variable, &partial);
                return Ok(partial.value);
            }
        }
        self.as_itself(variable, &environment)
    }

    /// Coordinates of a variable, over these axes.
    pub(super) fn slot(
        &mut self,
        variable: VariableId,
        axes: &[AxisId],
        kind: CoordinateKind,
        noise: Option<NoiseBase>,
    ) -> NodeId {
        let (of, first) = (self.builder.program.extent(axes), self.builder.program.slots);
        let coordinate = |element| Coordinate { variable, kind, element, of };
        self.coordinates.extend((0..of).map(coordinate));
        // The choice of a form is followed by its coordinates.
        if let Some(choice) = self.forms.last_mut().filter(|f| f.variable == variable) {
            choice.coordinates.end = self.coordinates.len();
        }
        let slot = self.builder.slot(axes);
        self.note_hidden(variable, first, noise);
        slot
    }

    /// A coordinate for every noise of the families' draws, with the density of the noise as a
    /// term.
    pub(super) fn noise_slots(
        &mut self,
        variable: VariableId,
        conditional: &Conditional,
    ) -> Vec<(NoiseId, NodeId)> {
        let mut slots: Vec<(NoiseId, NodeId)> = Vec::new();
        // Branches with the same noises share one set of coordinates: an element belongs to only
        // one branch.
        let mut shared: Vec<(NoiseBase, Vec<AxisId>, usize, NodeId)> = Vec::new();
        for application in conditional.applications() {
            let Some(draw) = &application.draw else { continue };
            for (place, &noise) in draw.noises.iter().enumerate() {
                let axes = self.noise_axes(variable, application, noise);
                let base = self.network.noises[noise].base;
                let known = shared
                    .iter()
                    .find(|(b, a, p, _)| *b == base && *a == axes && *p == place)
                    .map(|s| s.3);
                let value = known.unwrap_or_else(|| {
                    let value = self.noise_slot(variable, base, &axes);
                    shared.push((base, axes.clone(), place, value));
                    value
                });
                slots.push((noise, value));
            }
        }
        slots
    }

    /// The axes of a noise: the elements of the variable, or its plates and the noise's own axes
    /// where the family covers the event.
    fn noise_axes(
        &mut self,
        variable: VariableId,
        application: &Application,
        noise: NoiseId,
    ) -> Vec<AxisId> {
        let entry = &self.network.variables[variable];
        let count = if application.multivariate { entry.plates } else { entry.axes.len() };
        let mut axes: Vec<_> = entry.axes[..count].to_vec();
        axes.extend(
            self.network.noises[noise]
                .axes
                .iter()
                .copied()
                .filter(|a| !axes.contains(a))
                .collect::<Vec<_>>(),
        );
        axes.into_iter().map(|a| self.axis(a)).collect()
    }

    fn noise_slot(&mut self, variable: VariableId, base: NoiseBase, axes: &[AxisId]) -> NodeId {
        let q = self.slot(variable, axes, CoordinateKind::Noise, Some(base));
        let (value, density, jacobian) = match base {
            NoiseBase::Normal => {
                let square = self.builder.call(Builtin::Multiply, &[q, q]);
                let half = self.builder.constant(-0.5);
                let exponent = self.builder.call(Builtin::Multiply, &[half, square]);
                let constant = self.builder.constant(-0.5 * (2.0 * std::f64::consts::PI).ln());
                (q, Some(self.builder.call(Builtin::Add, &[exponent, constant])), None)
            }
            NoiseBase::Uniform => {
                let value = self.builder.call(Builtin::InvLogit, &[q]);
                (value, None, Some(self.logistic_log_density(q)))
            }
            NoiseBase::Exponential => {
                let value = self.builder.call(Builtin::Exp, &[q]);
                (value, Some(self.builder.call(Builtin::Negate, &[value])), Some(q))
            }
        };
        if let Some(density) = density {
            let entry = &self.network.variables[variable];
            self.builder.at(entry.span);
            self.summand(format!("noise of {}", entry.name), density, axes, TermKind::Noise);
        }
        self.jacobian_term(variable, jacobian, axes, TermKind::Noise);
        value
    }

    /// The value as the families' draws make it from noises, for each element by its branch.
    pub(super) fn drawn(
        &mut self,
        variable: VariableId,
        conditional: &Conditional,
        noises: &[(NoiseId, NodeId)],
        environment: &Environment,
    ) -> Lower<NodeId> {
        match conditional {
            Conditional::Given(span) => self.given_element(variable, *span, environment),
            Conditional::Family(application) => {
                let entry = &self.network.variables[variable];
                let entry_plates = entry.plates;
                let Some(draw) = &application.draw else {
                    return self.report(error::no_draw(
                        &entry.name,
                        &application.family,
                        application.span,
                    ));
                };
                let mut inner = environment.clone();
                inner.noises.extend(noises.iter().copied());
                let drawn_over = if application.multivariate { entry_plates } else { usize::MAX };
                inner.sampled = self.variable_axes(variable).into_iter().take(drawn_over).collect();
                let value = self.expression(draw.value, &inner)?;
                Ok(self.of_kind(variable, value))
            }
            Conditional::If { condition, then, otherwise } => {
                let condition = self.expression(*condition, environment)?;
                let opposite = self.builder.call(Builtin::Not, &[condition]);
                let then = match self.restricted(environment, condition) {
                    Guard::Never => None,
                    Guard::Some(inner) => Some(self.drawn(variable, then, noises, &inner)?),
                };
                let otherwise = match self.restricted(environment, opposite) {
                    Guard::Never => None,
                    Guard::Some(inner) => Some(self.drawn(variable, otherwise, noises, &inner)?),
                };
                match (then, otherwise) {
                    (Some(then), Some(otherwise)) => Ok(self.select(condition, then, otherwise)),
                    (Some(only), None) | (None, Some(only)) => Ok(only),
                    (None, None) => Err(Reported),
                }
            }
        }
    }

    /// A draw, converted to the kind of the variable: a truth value, or an index from a number that
    /// counts from 1.
    fn of_kind(&mut self, variable: VariableId, value: NodeId) -> NodeId {
        match &self.network.variables[variable].support {
            Support::Real(_) | Support::Integer(_) => self.number_of(value),
            Support::Bool => match self.builder.ty(value) {
                Type::Bool => value,
                Type::Real | Type::Index(_) => {
                    let zero = self.builder.constant(0.0);
                    self.builder.call(Builtin::NotEqual, &[value, zero])
                }
            },
            Support::Index(plate) => {
                let axis = self.plate_axis(*plate);
                if self.builder.ty(value) == Type::Index(axis) {
                    return value;
                }
                let one = self.builder.constant(1.0);
                let position = self.builder.call(Builtin::Subtract, &[value, one]);
                self.builder.convert(position, Type::Index(axis))
            }
        }
    }

    /// The data of an element that is conditioned on.
    fn given_element(
        &mut self,
        variable: VariableId,
        span: Span,
        environment: &Environment,
    ) -> Lower<NodeId> {
        if let Definition::Observed { value: Some(value), .. } =
            self.network.variables[variable].definition
        {
            let value = self.expression(value, environment)?;
            return Ok(self.of_kind(variable, value));
        }
        let Some(bound) = self.request.binding.values.get(&variable) else {
            let name = &self.network.variables[variable].name;
            return self.report(error::given_without_data(name, None, span));
        };
        self.check_given(variable, span, environment)?;
        let data = self.data(variable, bound.values.clone());
        let axes = self.network.variables[variable].axes.clone();
        Ok(self.at_positions(data, &axes, environment))
    }

    /// A variable drawn from its distribution, with new noise.
    pub(super) fn simulated(
        &mut self,
        variable: VariableId,
        conditional: Option<&Conditional>,
        environment: &Environment,
    ) -> Lower<NodeId> {
        let entry = &self.network.variables[variable];
        let Some(conditional) = conditional else {
            return self.report(error::flat_in_simulation(&entry.name, entry.span));
        };
        if let Some(words) = entry.event.condition() {
            let given = |a: &&Application| a.event != entry.event;
            if let Some(application) = conditional.applications().into_iter().find(given) {
                return self.report(error::no_conditioned_draw(
                    &entry.name,
                    &application.family,
                    words,
                    entry.span,
                ));
            }
        }
        let noises = self.fresh_noises(variable, conditional);
        self.drawn(variable, conditional, &noises, environment)
    }

    /// Base noise for every noise of the families' draws.
    pub(super) fn fresh_noises(
        &mut self,
        variable: VariableId,
        conditional: &Conditional,
    ) -> Vec<(NoiseId, NodeId)> {
        let mut noises = Vec::new();
        for application in conditional.applications() {
            let ids: Vec<NoiseId> =
                application.draw.as_ref().map(|d: &Draw| d.noises.clone()).unwrap_or_default();
            for noise in ids {
                let axes = self.noise_axes(variable, application, noise);
                let base = match self.network.noises[noise].base {
                    NoiseBase::Normal => Base::Normal,
                    NoiseBase::Uniform => Base::Uniform,
                    NoiseBase::Exponential => Base::Exponential,
                };
                noises.push((noise, self.builder.noise(base, &axes)));
            }
        }
        noises
    }
}
