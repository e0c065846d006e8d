//! Chains: a recurrence along a plate for what is computed; what is known (data, coordinates) is
//! read by its index.

use super::environment::{Environment, Recurrent};
use super::form::Written;
use super::partial::PartialSlot;
use super::{Lower, Lowering, Question};
use crate::builtins::Builtin;
use crate::network::ir::{
    AxisId as NetworkAxis, Conditional, Definition, ExprId, NoiseId, PlateId, Role, VariableId,
};
use crate::network::{Lag, Reference};
use crate::program::{NodeId, TieId};

/// A member of a chain that is computed step by step.
struct Member {
    variable: VariableId,
    /// How its value is drawn.
    source: Source,
    /// How many steps back it is referred to.
    reach: usize,
}

/// How the value of a member is drawn.
enum Source {
    /// As the families' draws make it from these noises.
    Noises(Vec<(NoiseId, NodeId)>),
    /// From these coordinates, in partial form.
    Partial(PartialSlot),
}

impl Lowering<'_> {
    /// Determines the values of the variables of a chain.
    pub(super) fn chain(&mut self, plate: PlateId, members: &[VariableId]) -> Lower<()> {
        let mut computed = Vec::new();
        for &variable in members {
            if self.is_computed(variable) {
                computed.push(variable);
            } else {
                self.variable(variable)?;
            }
        }
        if computed.is_empty() {
            return Ok(());
        }
        let mut reaches = Vec::new();
        for &variable in &computed {
            reaches.push(self.reach(plate, &computed, variable)?);
        }
        if reaches.iter().all(|&reach| reach == 0) {
            for &variable in &computed {
                self.variable(variable)?;
            }
            return Ok(());
        }
        let mut chain = Vec::new();
        for (variable, reach) in computed.into_iter().zip(reaches) {
            let source = self.source_of(variable);
            chain.push(Member { variable, source, reach });
        }
        self.recurrence(plate, &chain)
    }

    /// Whether the elements of the variable are computed from each other, rather than being
    /// coordinates or data.
    fn is_computed(&mut self, variable: VariableId) -> bool {
        let network = self.network;
        let simulation = self.question == Question::Simulation;
        match &network.variables[variable].definition {
            Definition::Deterministic(_) => true,
            Definition::Input { .. } => false,
            Definition::Observed { .. } => simulation,
            Definition::Random(None) => simulation,
            Definition::Random(Some(conditional)) => {
                if simulation {
                    return true;
                }
                network.variables[variable].role == Role::Latent
                    && self.form_of(variable, conditional).0 != Written::Centred
            }
        }
    }

    fn conditional_of(&self, variable: VariableId) -> Option<&'_ Conditional> {
        match &self.network.variables[variable].definition {
            Definition::Random(conditional) => conditional.as_ref(),
            Definition::Observed { conditional, .. } => Some(conditional),
            Definition::Deterministic(_) | Definition::Input { .. } => None,
        }
    }

    fn source_of(&mut self, variable: VariableId) -> Source {
        let network = self.network;
        let conditional = match &network.variables[variable].definition {
            Definition::Random(Some(conditional)) | Definition::Observed { conditional, .. } => {
                conditional
            }
            Definition::Random(None) | Definition::Deterministic(_) | Definition::Input { .. } => {
                return Source::Noises(Vec::new());
            }
        };
        if self.question == Question::Simulation {
            return Source::Noises(self.fresh_noises(variable, conditional));
        }
        match self.choose_form(variable, conditional) {
            Written::Centred => {}
            Written::Auxiliary => self.auxiliary.push(variable),
            Written::Partial(shares) => {
                self.auxiliary.push(variable);
                return Source::Partial(self.partial_slot(variable, &shares));
            }
        }
        Source::Noises(self.noise_slots(variable, conditional))
    }

    /// How many steps back the computed variables refer to `variable`.
    fn reach(
        &mut self,
        plate: PlateId,
        computed: &[VariableId],
        variable: VariableId,
    ) -> Lower<usize> {
        let mut reach = 0;
        for &user in computed {
            for reference in self.network.references(&self.network.made_from(user)) {
                if reference.variable != variable {
                    continue;
                }
                reach = reach.max(match self.network.lag(user, &reference, plate) {
                    Lag::Known(lag) => usize::try_from(lag).unwrap_or(0),
                    Lag::Data => self.greatest_lag(plate, &reference)?,
                    Lag::Unknown => 0,
                });
            }
        }
        Ok(reach)
    }

    /// The index of a reference along the chain.
    pub(super) fn chain_index(&self, plate: PlateId, reference: &Reference) -> ExprId {
        let axes = &self.network.variables[reference.variable].axes;
        let place = axes.iter().position(|&a| self.network.plate_of(a) == plate).unwrap_or(0);
        reference.indices[place]
    }

    fn recurrence(&mut self, plate: PlateId, chain: &[Member]) -> Lower<()> {
        let axis = self.plate_axis(plate);
        let mut tie: Option<TieId> = None;
        let mut environment = Environment::default();
        for member in chain {
            let axes = self.variable_axes(member.variable);
            let network_axis = self.chain_axis(plate, member.variable);
            let mut before = Vec::new();
            for _ in 0..member.reach {
                // Before the first element no value is used; 1 is harmless to most functions in the
                // branch that is not taken.
                let init = self.builder.constant(1.0);
                let carry = match tie {
                    None => self.builder.carry(axis, None, false, init, &axes),
                    Some(tie) => self.builder.add_carry(tie, init, &axes),
                };
                tie = self.builder.tie_of(carry);
                before.push(carry);
            }
            environment
                .recurrent
                .insert(member.variable, Recurrent { axis: network_axis, current: None, before });
        }
        for member in chain {
            let value = self.step(member, &environment)?;
            self.tie_member(member, value, &environment);
            if let Some(entry) = environment.recurrent.get_mut(&member.variable) {
                entry.current = Some(value);
            }
            self.values.insert(member.variable, value);
        }
        Ok(())
    }

    fn chain_axis(&self, plate: PlateId, variable: VariableId) -> Option<NetworkAxis> {
        self.network.variables[variable]
            .axes
            .iter()
            .copied()
            .find(|&a| self.network.plate_of(a) == plate)
    }

    /// The value of a member at one step.
    fn step(&mut self, member: &Member, environment: &Environment) -> Lower<NodeId> {
        let network = self.network;
        self.builder.at(network.variables[member.variable].span);
        let value = match &network.variables[member.variable].definition {
            Definition::Deterministic(expression) => self.number(*expression, environment)?,
            Definition::Input { .. } => return Err(super::Reported),
            Definition::Random(_) | Definition::Observed { .. } => {
                match self.conditional_of(member.variable).cloned() {
                    Some(conditional) => self.drawn_step(member, &conditional, environment)?,
                    None => return self.simulated(member.variable, None, environment),
                }
            }
        };
        Ok(value)
    }

    fn drawn_step(
        &mut self,
        member: &Member,
        conditional: &Conditional,
        environment: &Environment,
    ) -> Lower<NodeId> {
        match &member.source {
            Source::Noises(noises) => {
                self.keep_distribution(member.variable, conditional, environment)?;
                self.drawn(member.variable, conditional, noises, environment)
            }
            Source::Partial(slot) => {
                let partial = self.partially(member.variable, conditional, *slot, environment)?;
                self.partial_term(member.variable, &partial);
                Ok(partial.value)
            }
        }
    }

    /// The value of this step becomes the first carry of the next; each carry becomes the one
    /// behind it.
    fn tie_member(&mut self, member: &Member, value: NodeId, environment: &Environment) {
        let Some(entry) = environment.recurrent.get(&member.variable) else { return };
        let axes = self.variable_axes(member.variable);
        let number = self.carried(value);
        let mut next = self.builder.expand(number, &axes);
        for &carry in &entry.before {
            self.builder.tie(carry, next);
            next = carry;
        }
    }

    /// A value as the number that a carry holds: indices as positions from 0.
    fn carried(&mut self, value: NodeId) -> NodeId {
        self.builder.convert(value, crate::program::Type::Real)
    }

    /// An element of a variable within its own recurrence: of this step, or of one of the steps
    /// before.
    pub(super) fn recurrent_element(
        &mut self,
        variable: VariableId,
        indices: &[ExprId],
        expression: ExprId,
        environment: &Environment,
    ) -> Lower<NodeId> {
        let Some(entry) = environment.recurrent.get(&variable).cloned() else {
            return Err(super::Reported);
        };
        let axes = self.network.variables[variable].axes.clone();
        let Some(chain) = entry.axis else { return Err(super::Reported) };
        let plate = self.network.plate_of(chain);
        let reference = Reference { variable, indices: indices.to_vec(), expression };
        let lag = self.network.lag(variable, &reference, plate);
        if lag != Lag::Known(0) {
            let index = self.chain_index(plate, &reference);
            let position = self.position_of(index, environment)?;
            self.within(position, plate, index, environment)?;
        }
        let value = match lag {
            Lag::Known(0) => entry.current,
            Lag::Known(lag) => {
                usize::try_from(lag - 1).ok().and_then(|l| entry.before.get(l).copied())
            }
            Lag::Data => Some(self.lagged_by_data(plate, &reference, &entry, environment)?),
            Lag::Unknown => None,
        };
        let Some(value) = value else { return Err(super::Reported) };
        // Along its other axes it is read at the given indices.
        let mut others = Vec::new();
        for (&axis, &index) in axes.iter().zip(indices) {
            if axis != chain {
                let index = self.index(index, environment)?;
                others.push((self.axis(axis), index));
            }
        }
        let element = if others.is_empty() { value } else { self.builder.gather(value, &others) };
        Ok(self.of_support(variable, element))
    }

    /// A carried number, converted to the kind of the variable.
    fn of_support(&mut self, variable: VariableId, value: NodeId) -> NodeId {
        use crate::network::ir::Support;
        use crate::program::Type;
        match (&self.network.variables[variable].support, self.builder.ty(value)) {
            (Support::Bool, Type::Real) => {
                let zero = self.builder.constant(0.0);
                self.builder.call(Builtin::NotEqual, &[value, zero])
            }
            (Support::Index(plate), Type::Real) => {
                let axis = self.plate_axis(*plate);
                self.builder.convert(value, Type::Index(axis))
            }
            _ => value,
        }
    }
}
