//! Compiles lowered programs into everything that a fit runs on.

use std::sync::Arc;

use super::density::Density;
use super::model::{SummedOut, summed_out};
use crate::base::Diagnostic;
use crate::density::LogDensity as _;
use crate::lower::{Coordinate, DensityProgram, FormChoice, Layout, Lowered, OpenProgram};
use crate::marginal::numerics::{Marginal, Rule};
use crate::marginal::structure::Integrand;
use crate::program::{Builder, Computation, Output, OutputRole, TermKind, evaluate, fold};
use crate::{gradient, marginal};

/// Everything that a fit runs on.
#[derive(Clone)]
pub struct Compiled<D = Density> {
    /// The density; clones share the code.
    pub density: D,
    /// The program before differentiation, used to locate a −∞ or NaN.
    pub program: Arc<Computation>,
    /// The variables of the results.
    pub layouts: Vec<Layout>,
    /// How each latent is written.
    pub forms: Vec<FormChoice>,
    /// The unknown that each coordinate of the density belongs to.
    pub coordinates: Vec<Coordinate>,
    /// The index of each coordinate of the density among those of the program: all of them, or
    /// those that are not integrated out.
    pub places: Vec<usize>,
    /// The density before its discrete variables are summed out, if it has any.
    pub open: Option<Arc<OpenProgram>>,
}

/// A program's two halves: the log density with its gradient, and the named variables.
pub struct Programs {
    /// Outputs: the value, then the gradient by slot.
    pub gradient: Computation,
    /// Outputs: the variables.
    pub variables: Computation,
}

/// Differentiates a density, and extracts its variables as a separate program.
#[must_use]
pub fn programs(density: &DensityProgram) -> Programs {
    let computation = density.computation.clone();
    let gradient = fold(gradient::differentiate(computation.clone().without_outputs()));
    Programs { gradient, variables: fold(computation.without_terms()) }
}

impl<D> Compiled<D> {
    /// The same with another density.
    #[must_use]
    pub fn on<E>(&self, density: impl FnOnce(D) -> E) -> Compiled<E>
    where
        D: Clone,
    {
        Compiled {
            density: density(self.density.clone()),
            program: self.program.clone(),
            layouts: self.layouts.clone(),
            forms: self.forms.clone(),
            coordinates: self.coordinates.clone(),
            places: self.places.clone(),
            open: self.open.clone(),
        }
    }

    /// The coordinates of the program from those of the density; 0 for those integrated out.
    #[must_use]
    pub fn whole(&self, q: &[f64]) -> Vec<f64> {
        let mut whole = vec![0.0; self.program.program.slots];
        self.places.iter().zip(q).for_each(|(&place, &value)| whole[place] = value);
        whole
    }

    /// The terms of the log density at `q`, by the interpreter: the kind and value of each.
    #[must_use]
    pub fn terms(&self, q: &[f64]) -> Vec<(TermKind, f64)> {
        let q = &self.whole(q);
        let Computation { program, values } = &*self.program;
        let mut terms = program.clone();
        terms.outputs.clear();
        for term in &program.terms {
            let (name, node) = (term.name.clone(), term.node);
            terms.outputs.push(Output { role: OutputRole::Term, name, node });
        }
        let results = evaluate(&terms, values, q, 0);
        program.terms.iter().zip(results).map(|(term, value)| (term.kind, value[0])).collect()
    }

    /// log p(data | parameters) at `q`, in nats, given the value `log_density` there: what remains
    /// without the priors of parameters and the Jacobians of their transforms.
    #[must_use]
    pub fn log_likelihood(&self, q: &[f64], log_density: f64) -> f64 {
        let terms = self.terms(q);
        let apart = |kind| matches!(kind, TermKind::Prior | TermKind::Jacobian);
        let integrated_out = self.places.len() < self.program.program.slots;
        if integrated_out {
            // The terms are those of the joint density: only terms of parameters alone are in both.
            let priors = terms.iter().filter(|(kind, _)| *kind == TermKind::Prior);
            return log_density - priors.map(|(_, value)| value).sum::<f64>();
        }
        terms.iter().filter(|(kind, _)| !apart(*kind)).map(|(_, value)| value).sum()
    }
}

impl Compiled {
    /// The density before its discrete variables are summed out, if all unknowns are discrete.
    #[must_use]
    pub fn only_discrete(&self) -> Option<Arc<OpenProgram>> {
        self.open.clone().filter(|_| self.density.dim() == 0)
    }

    /// Location and scale of each latent's distribution at a point, by the interpreter, with one
    /// element per coordinate; None for latents whose form has none.
    #[must_use]
    pub fn distributions(&self, q: &[f64]) -> Vec<Option<(Vec<f64>, Vec<f64>)>> {
        let mut builder = Builder::resume(Computation::clone(&self.program));
        let mut outputs = Vec::new();
        for distribution in self.forms.iter().filter_map(|f| f.distribution.as_ref()) {
            for (name, node) in [("location", distribution.location), ("scale", distribution.scale)]
            {
                let node = builder.expand(node, &distribution.axes);
                outputs.push(Output { role: OutputRole::Variable, name: name.to_owned(), node });
            }
        }
        let Computation { mut program, values } = builder.finish();
        program.outputs = outputs;
        let mut values = evaluate(&program, &values, q, 0).into_iter();
        let mut next = |_| values.next().zip(values.next());
        self.forms.iter().map(|f| f.distribution.as_ref().and_then(&mut next)).collect()
    }

    /// Also compiles Hessian-vector products and tangents of the variables, so that the density
    /// has them exactly.
    ///
    /// # Errors
    /// If machine code cannot be generated on this machine.
    pub fn with_derivatives(&mut self) -> Result<(), String> {
        self.density.add_derivatives(&self.program)
    }
}

/// Compiles a density.
///
/// # Errors
/// If machine code cannot be generated on this machine.
pub fn compile(program: DensityProgram) -> Result<Compiled, String> {
    let Programs { gradient, variables } = programs(&program);
    let density = Density::new(&gradient, &variables, &program.layouts)?;
    Ok(Compiled {
        density,
        program: Arc::new(program.computation),
        layouts: program.layouts,
        forms: program.forms,
        places: (0..program.coordinates.len()).collect(),
        coordinates: program.coordinates,
        open: None,
    })
}

/// Compiles a density after summing out its discrete variables.
///
/// # Errors
/// If discrete variables cannot be summed out, or machine code cannot be generated on this machine.
pub fn compile_open(lowered: Lowered<DensityProgram>) -> Result<Compiled, Vec<Diagnostic>> {
    let open = match &lowered {
        Lowered::Closed(_) => None,
        Lowered::Open(open) => Some(Arc::new(open.clone())),
    };
    let SummedOut { density, .. } = summed_out(lowered)?;
    let compiled = compile(density).map_err(|message| vec![Diagnostic::error("E0401", message)])?;
    Ok(Compiled { open, ..compiled })
}

/// The number of points of hidden variables evaluated together: enough to share what does not
/// depend on them, few enough to stay in cache.
const TOGETHER: usize = 16;

/// Compiles a joint density whose hidden variables are integrated out by a rule that `choose` picks
/// for their structure.
///
/// # Errors
/// If too many hidden variables meet, `choose` finds no rule, or machine code cannot be generated.
pub fn compile_joint<E>(
    integrand: Integrand,
    fail: impl Fn(marginal::Failure) -> E,
    choose: impl FnOnce(&marginal::Compiled) -> Result<Rule, E>,
) -> Result<(Compiled<Marginal<marginal::Joint>>, marginal::Compiled), E> {
    let mut compiled = marginal::compile(&integrand).map_err(&fail)?;
    let joint = &integrand.joint;
    let rule = choose(&compiled)?;
    let points = rule.points(&compiled.structure);
    if points > 1 {
        let slopes = !matches!(rule, Rule::Prior { .. });
        // A partly filled last group costs as much as a full one, and finer rules have more groups.
        let together = if points > TOGETHER / 2 { TOGETHER } else { points };
        compiled = compiled.with_points(joint, together, slopes).map_err(&fail)?;
    }
    if rule.is_one_mean(&compiled.structure) {
        compiled = compiled.with_mean(joint, points).map_err(&fail)?;
    }
    let density = Marginal::new(compiled.joint.clone(), compiled.structure.clone(), rule);
    let program = marginal::whole(joint);
    let joint = integrand.joint;
    let whole = Compiled {
        density,
        program: Arc::new(program),
        layouts: joint.layouts,
        forms: joint.forms,
        coordinates: compiled
            .structure
            .parameters
            .iter()
            .map(|&place| joint.coordinates[place])
            .collect(),
        places: compiled.structure.parameters.clone(),
        open: None,
    };
    Ok((whole, compiled))
}
