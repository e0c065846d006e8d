//! Network and binding → program: every question becomes arithmetic over named axes.

mod chain;
mod conditional;
mod constrain;
mod coordinate;
mod discrete;
mod environment;
mod error;
mod expression;
mod form;
mod index;
mod lag;
mod layout;
mod lowered;
mod matrix;
mod observe;
mod partial;
mod reduce;
mod split;
mod subset;
mod summand;
pub mod unconstrain;
mod unknown;

use std::collections::HashMap;

pub use coordinate::{Coordinate, CoordinateKind};
pub use discrete::Discrete;
pub use form::{Distribution, Form, FormChoice, Forms, NonCentring, Written};
pub use layout::{Dimension, Layout, positions};
pub use lowered::{DensityProgram, JointProgram, Lowered, OpenProgram, Scale, SimulationProgram};
pub use summand::{Hidden, Summand};

use crate::base::Diagnostic;
use crate::bind::Binding;
use crate::network::ir::{
    AxisId as NetworkAxis, Component, Definition, ExprId, Network, Role, VariableId,
};
use crate::program::builder::Builder;
use crate::program::{ArrayValues, AxisId, AxisKind, NodeId, OutputRole, TermKind, Type};
use environment::Environment;

/// What a program computes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Question {
    /// The log density over the unknowns. Where there are discrete variables to be summed out, as
    /// summands.
    Density(Scale),
    /// The log joint density as summands, so that hidden variables can be integrated out. These are
    /// always on the unconstrained scale; the parameters are on this one.
    Joint(Scale),
    /// Forward simulation of everything.
    Simulation,
}

/// The input of the lowering of a density.
pub struct Request<'a> {
    /// The model.
    pub network: &'a Network,
    /// The data matched with the model.
    pub binding: &'a Binding,
    /// The form to write latents in.
    pub forms: Forms,
}

/// Writes the forward simulation of a network as a program.
///
/// # Errors
/// Mistakes that only the data reveal: an index outside its plate in a branch that is reached, or a
/// condition that is not determined. Factors, which no draw comes from.
pub fn simulation(
    network: &Network,
    binding: &Binding,
) -> Result<SimulationProgram, Vec<Diagnostic>> {
    // Draws are the same in every form.
    let request = Request { network, binding, forms: Form::Auto.into() };
    let Lowering { builder, layouts, .. } = written(&request, Question::Simulation)?;
    Ok(SimulationProgram { computation: builder.finish(), layouts })
}

/// Writes the log density of a network with its data as a program.
///
/// # Errors
/// Mistakes that only the data reveal, as for [`simulation`]; discrete variables whose range is
/// unknown.
pub fn density(
    request: &Request,
    scale: Scale,
) -> Result<Lowered<DensityProgram>, Vec<Diagnostic>> {
    let lowering = written(request, Question::Density(scale))?;
    if lowering.keeps_summands {
        return Ok(match lowering.joint() {
            Lowered::Closed(joint) => Lowered::Closed(joint.total()),
            Lowered::Open(open) => Lowered::Open(open),
        });
    }
    let Lowering { builder, layouts, coordinates, forms, .. } = lowering;
    let computation = builder.finish();
    Ok(Lowered::Closed(DensityProgram { computation, layouts, coordinates, forms }))
}

/// Writes the log joint density of a network with its data as summands, hidden variables on the
/// unconstrained scale and parameters on `scale`.
///
/// # Errors
/// As [`density`].
pub fn joint(request: &Request, scale: Scale) -> Result<Lowered<JointProgram>, Vec<Diagnostic>> {
    Ok(written(request, Question::Joint(scale))?.joint())
}

fn written<'a>(
    request: &'a Request<'a>,
    question: Question,
) -> Result<Lowering<'a>, Vec<Diagnostic>> {
    let mut lowering = Lowering::new(request, question);
    lowering.components();
    lowering.factors();
    lowering.outputs();
    if lowering.errors.is_empty() { Ok(lowering) } else { Err(lowering.errors) }
}

struct Lowering<'a> {
    request: &'a Request<'a>,
    question: Question,
    network: &'a Network,
    builder: Builder,
    axes: HashMap<NetworkAxis, AxisId>,
    /// The value of each variable lowered so far.
    values: HashMap<VariableId, NodeId>,
    layouts: Vec<Layout>,
    forms: Vec<FormChoice>,
    coordinates: Vec<Coordinate>,
    /// Latents in auxiliary form: their density is that of their noise.
    auxiliary: Vec<VariableId>,
    /// Matrices that were made from their Cholesky factors.
    factors: Vec<matrix::Factored>,
    /// Draws of base samplers, by their expression and operands.
    samples: HashMap<(ExprId, Vec<NodeId>), NodeId>,
    /// Missing elements of observed variables: their values over an axis of their own, with their
    /// positions.
    missing: Vec<(VariableId, NodeId, Vec<usize>)>,
    /// The log density element by element, if the question asks for it.
    summands: Vec<Summand>,
    /// Whether the question asks for it.
    keeps_summands: bool,
    /// Coordinates of hidden variables.
    hidden: Vec<Hidden>,
    /// Discrete variables to be summed out.
    discrete: Vec<Discrete>,
    errors: Vec<Diagnostic>,
}

/// An error has been recorded.
#[derive(Clone, Copy, Debug)]
struct Reported;

type Lower<T> = Result<T, Reported>;

impl<'a> Lowering<'a> {
    fn new(request: &'a Request<'a>, question: Question) -> Self {
        let mut lowering = Self {
            request,
            question,
            network: request.network,
            builder: Builder::new(),
            axes: HashMap::new(),
            values: HashMap::new(),
            layouts: Vec::new(),
            forms: Vec::new(),
            coordinates: Vec::new(),
            auxiliary: Vec::new(),
            factors: Vec::new(),
            samples: HashMap::new(),
            missing: Vec::new(),
            summands: Vec::new(),
            keeps_summands: matches!(question, Question::Joint(_)),
            hidden: Vec::new(),
            discrete: Vec::new(),
            errors: Vec::new(),
        };
        lowering.keeps_summands |=
            request.network.variables.ids().any(|v| lowering.is_summed_out(v));
        // Plates come first, so that the canonical layout follows the order of declaration.
        for (id, axis) in request.network.axes.iter() {
            if axis.occurrence == 0 {
                lowering.axis(id);
            }
        }
        lowering
    }

    /// The summands with what they are made of, and the discrete variables that they read.
    fn joint(self) -> Lowered<JointProgram> {
        let Self { builder, layouts, coordinates, forms, summands, hidden, discrete, .. } = self;
        let computation = builder.finish();
        let joint = JointProgram { computation, layouts, coordinates, forms, summands, hidden };
        if discrete.is_empty() {
            Lowered::Closed(joint)
        } else {
            Lowered::Open(OpenProgram { joint, discrete })
        }
    }

    fn report<T>(&mut self, diagnostic: Diagnostic) -> Lower<T> {
        self.errors.push(diagnostic);
        Err(Reported)
    }

    /// The program's axis for an axis of the network.
    fn axis(&mut self, axis: NetworkAxis) -> AxisId {
        if let Some(&known) = self.axes.get(&axis) {
            return known;
        }
        let entry = &self.network.axes[axis];
        let (plate, occurrence) = (entry.plate, entry.occurrence);
        let name = self.network.axis_name(axis);
        let size = self.request.binding.plates[plate.0 as usize].size;
        let kind = if occurrence == 0 {
            AxisKind::Plate
        } else {
            AxisKind::Alias { of: self.plate_axis(plate) }
        };
        let id = self.builder.axis(&name, size, kind);
        self.axes.insert(axis, id);
        id
    }

    /// The program's axis for a plate itself.
    fn plate_axis(&mut self, plate: crate::network::ir::PlateId) -> AxisId {
        let first = self
            .network
            .axes
            .iter()
            .find(|(_, a)| a.plate == plate && a.occurrence == 0)
            .map(|(id, _)| id);
        match first {
            Some(first) => self.axis(first),
            None => {
                let size = self.request.binding.plates[plate.0 as usize].size;
                self.builder.axis(&self.network.plates[plate].name, size, AxisKind::Plate)
            }
        }
    }

    /// The program's axes for a variable, in declaration order.
    fn variable_axes(&mut self, variable: VariableId) -> Vec<AxisId> {
        self.network.variables[variable].axes.iter().map(|&a| self.axis(a)).collect()
    }

    fn components(&mut self) {
        for component in &self.network.order {
            match component {
                Component::Single(variable) => {
                    let _reported = self.variable(*variable);
                }
                Component::Chain { plate, members } => {
                    let _reported = self.chain(*plate, members);
                }
            }
        }
        for variable in self.network.variables.ids() {
            let _reported = self.terms_of(variable);
        }
    }

    /// Determines the value of a variable that does not depend on itself.
    fn variable(&mut self, variable: VariableId) -> Lower<()> {
        let entry = &self.network.variables[variable];
        self.builder.at(entry.span);
        let value = match &entry.definition {
            Definition::Input { default, .. } => self.given(variable, *default)?,
            Definition::Deterministic(expression) => {
                self.expression(*expression, &Environment::default())?
            }
            Definition::Random(conditional) => self.unknown(variable, conditional.as_ref())?,
            Definition::Observed { value, conditional, .. } => {
                self.observed(variable, *value, conditional)?
            }
        };
        self.values.insert(variable, value);
        Ok(())
    }

    /// The data of an input, or its default.
    fn given(
        &mut self,
        variable: VariableId,
        default: Option<crate::network::ir::ExprId>,
    ) -> Lower<NodeId> {
        match (self.request.binding.values.get(&variable), default) {
            (Some(bound), _) => Ok(self.data(variable, bound.values.clone())),
            (None, Some(default)) => self.expression(default, &Environment::default()),
            (None, None) => {
                let entry = &self.network.variables[variable];
                self.report(error::no_value(&entry.name, entry.span))
            }
        }
    }

    /// The values of a variable as an array; a single number is a constant.
    fn data(&mut self, variable: VariableId, values: ArrayValues) -> NodeId {
        let axes = self.variable_axes(variable);
        if let (ArrayValues::Real(values), []) = (&values, axes.as_slice()) {
            return self.builder.constant(values[0]);
        }
        let ty = match (&values, &self.network.variables[variable].support) {
            (ArrayValues::Real(_), _) => Type::Real,
            (ArrayValues::Bool(_), _) => Type::Bool,
            (ArrayValues::Index(_), crate::network::ir::Support::Index(plate)) => {
                Type::Index(self.plate_axis(*plate))
            }
            (ArrayValues::Index(_), _) => Type::Real,
        };
        let name = self.network.variables[variable].name.clone();
        let array = self.builder.array(&name, &axes, ty, values);
        self.builder.data(array)
    }

    fn factors(&mut self) {
        if self.question == Question::Simulation {
            if let Some(factor) = self.network.factors.first() {
                self.errors.push(error::factor_in_simulation(&factor.name, factor.span));
            }
            return;
        }
        for factor in &self.network.factors {
            self.builder.at(factor.span);
            let Ok(term) = self.expression(factor.term, &Environment::default()) else { continue };
            let axes: Vec<AxisId> = factor.axes.iter().map(|&a| self.axis(a)).collect();
            let term = self.real(term);
            self.summand(&factor.name, term, &axes, TermKind::Factor);
        }
    }

    /// The variables that the results show, as outputs.
    fn outputs(&mut self) {
        let simulation = self.question == Question::Simulation;
        for (variable, entry) in self.network.variables.iter() {
            let shown = match entry.role {
                Role::Param | Role::Latent | Role::Report => true,
                Role::Observe => simulation,
                Role::Input | Role::Let => false,
            };
            if let (true, Some(&node)) = (shown, self.values.get(&variable)) {
                let node = self.real_output(variable, node);
                let layout = self.layout(variable, node);
                self.layouts.push(layout);
                self.builder.output(OutputRole::Variable, &entry.name, node);
            }
        }
        for (variable, node, positions) in std::mem::take(&mut self.missing) {
            let layout = self.missing_layout(variable, &positions);
            self.layouts.push(layout);
            let name = self.network.variables[variable].name.clone();
            self.builder.output(OutputRole::Variable, &name, node);
        }
    }

    /// An output as numbers: an index counts from 1.
    fn real_output(&mut self, variable: VariableId, node: NodeId) -> NodeId {
        self.builder.at(self.network.variables[variable].span);
        self.number_of(node)
    }
}
