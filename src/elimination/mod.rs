//! Summands that read discrete variables → summands without them: variable elimination over the
//! plates of the network.
//!
//! A variable that each factor reads once is summed out for all its elements together; variables
//! that depend on their earlier elements along a plate by the forward recursion; what is left,
//! element by element. The order is that of the least cost at each step.

mod algebra;
mod chain;
mod element_wise;
mod error;
mod factor;
mod forbidden;
mod links;
mod recover;
mod restrict;
mod scopes;
mod sensitivity;
mod single;
mod split;
mod tabulate;

pub use algebra::Algebra;
pub use error::list;
pub use recover::{Recovered, Recovery};

use crate::base::{Diagnostic, Span};
use crate::lower::{Coordinate, CoordinateKind, Lowered, Summand};
use crate::program::{Builder, Computation, DiscreteId, NodeId, TermKind, downstream};
use factor::{Factor, Table};
use tabulate::{Problem, Tabulation};

/// The most entries of the table of one element.
const MOST_ENTRIES: usize = 1 << 20;

/// The most entries of all tables of a step: some seconds a gradient, and some gigabytes where
/// entries that only data decide are worked out once.
const MOST_WORK: usize = 1 << 27;

/// One step of an elimination, for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The variables that it does away with.
    pub variables: Vec<String>,
    /// How.
    pub how: How,
    /// How many tables.
    pub elements: usize,
    /// What one table is over, with the number of values of each.
    pub clique: Vec<(String, usize)>,
}

/// How a step does away with its variables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum How {
    /// A sum over each element.
    Single,
    /// A recursion along a plate: its name.
    Chain(String),
    /// Element by element.
    ElementWise,
}

/// What is asked of an elimination.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// What becomes of the values.
    pub algebra: Algebra,
    /// Whether a coordinate is added for each value of each discrete variable, to be 0: derivatives
    /// by it say what becomes of the value.
    pub probes: bool,
}

/// A lowered model without discrete variables, and how they were done away with.
#[derive(Clone, Debug)]
pub struct Eliminated {
    /// The model: without the variables among its outputs that depend on discrete ones.
    pub lowered: Lowered,
    /// In order.
    pub steps: Vec<Step>,
}

/// Sums the discrete variables of a lowered model out.
///
/// # Errors
/// Where a table would be too large, with the variables that are to blame.
pub fn eliminate(lowered: Lowered, query: Query) -> Result<Eliminated, Vec<Diagnostic>> {
    if lowered.discrete.is_empty() {
        return Ok(Eliminated { lowered, steps: Vec::new() });
    }
    let Lowered {
        mut program,
        values,
        mut layouts,
        forms,
        mut coordinates,
        summands,
        hidden,
        discrete,
        collapsed,
    } = lowered;
    let open = downstream(&program, |_, node| node.op.is_open());
    let kept: Vec<bool> = program.outputs.iter().map(|o| !open[o.node]).collect();
    let mut keep = kept.iter();
    layouts.retain(|_| keep.next() == Some(&true));
    program.outputs.retain(|o| !open[o.node]);
    let mut run = Run {
        b: Builder::resume(Computation { program, values }),
        table: Table::new(discrete),
        steps: Vec::new(),
        probes: Vec::new(),
    };
    let (mut untouched, factors) = run.factors(summands)?;
    let factors = if query.probes { run.probed(factors) } else { factors };
    let rest = run.all(factors, query.algebra)?;
    untouched.extend(rest.into_iter().map(|f| Summand {
        name: f.name,
        node: f.node,
        axes: f.axes,
        kind: f.kind,
        span: f.span,
    }));
    let Run { b, steps, probes, .. } = run;
    let Computation { program, values } = b.finish();
    coordinates.extend(probes);
    let lowered = Lowered {
        program,
        values,
        layouts,
        forms,
        coordinates,
        summands: untouched,
        hidden,
        discrete: Vec::new(),
        collapsed,
    };
    Ok(Eliminated { lowered, steps })
}

struct Run {
    b: Builder,
    table: Table,
    steps: Vec<Step>,
    /// The coordinates that were added.
    probes: Vec<Coordinate>,
}

impl Run {
    /// The summands that read no discrete variable, and the others as factors.
    fn factors(
        &mut self,
        summands: Vec<Summand>,
    ) -> Result<(Vec<Summand>, Vec<Factor>), Vec<Diagnostic>> {
        let mut tabulation = Tabulation::new(&self.b, MOST_ENTRIES);
        let (mut untouched, mut factors, mut errors) = (Vec::new(), Vec::new(), Vec::new());
        for summand in summands {
            if !tabulation.depends(summand.node) {
                untouched.push(summand);
                continue;
            }
            self.b.at(summand.span);
            match tabulation.table(&mut self.b, &mut self.table, summand.node) {
                Ok((node, reads)) => {
                    let Summand { name, axes, kind, span, .. } = summand;
                    factors.push(Factor { node, axes, reads, kind, name, span });
                }
                Err(problem) => errors.push(self.describe(&problem, &summand)),
            }
        }
        if errors.is_empty() { Ok((untouched, factors)) } else { Err(errors) }
    }

    fn describe(&self, problem: &Problem, summand: &Summand) -> Diagnostic {
        match problem {
            Problem::Recurrence => error::recurrence(&summand.name, summand.span),
            Problem::Wide(size) => error::wide(&summand.name, *size, summand.span),
            Problem::Outside { axis, index, span } => {
                let axis = &self.b.program.axes[*axis];
                error::outside(&axis.name, axis.size, *index, *span)
            }
            Problem::Clique(reads) => {
                let clique: Vec<DiscreteId> = reads.iter().map(|r| r.variable).collect();
                error::clique(&self.named(&clique), MOST_ENTRIES, summand.span)
            }
        }
    }

    /// A coordinate for each value of each element.
    fn probed(&mut self, mut factors: Vec<Factor>) -> Vec<Factor> {
        for id in self.ids() {
            let described = self.table.of(id).clone();
            let identity: Vec<NodeId> = described.axes.iter().map(|&a| self.b.iota(a)).collect();
            let read = self.table.read(&mut self.b, id, &identity);
            let axes: Vec<_> = described.axes.iter().copied().chain([read.axis]).collect();
            let node = self.b.slot(&axes);
            let (variable, of) = (described.variable, self.b.program.extent(&axes));
            let kind = CoordinateKind::Probe;
            self.probes.extend((0..of).map(|element| Coordinate { variable, kind, element, of }));
            let name = format!("probe of {}", described.name);
            factors.push(Factor {
                node,
                axes: described.axes,
                reads: vec![read],
                kind: TermKind::Hidden,
                name,
                span: described.span,
            });
        }
        factors
    }

    fn ids(&self) -> Vec<DiscreteId> {
        self.table.discrete.ids().collect()
    }

    /// Does away with all variables: at each step with that which costs least.
    fn all(
        &mut self,
        factors: Vec<Factor>,
        algebra: Algebra,
    ) -> Result<Vec<Factor>, Vec<Diagnostic>> {
        let factors = scopes::thinned(&mut self.b, &mut self.table, factors);
        let mut factors = split::split(&mut self.b, &mut self.table, factors);
        loop {
            let waiting: Vec<DiscreteId> =
                self.ids().into_iter().filter(|&id| factors.iter().any(|f| f.has(id))).collect();
            if waiting.is_empty() {
                return Ok(factors);
            }
            let (b, table) = (&mut self.b, &mut self.table);
            let singles =
                waiting.iter().filter_map(|&variable| single::plan(b, table, &factors, variable));
            if let Some(plan) = singles.min_by_key(|plan| plan.cost) {
                self.check(&plan.clique, plan.cost)?;
                let elements = self.b.program.extent(&self.table.of(plan.variable).axes);
                self.note(&[plan.variable], How::Single, elements, &plan.clique);
                factors = single::eliminate(&mut self.b, &mut self.table, factors, &plan, algebra);
                continue;
            }
            let (b, table) = (&mut self.b, &mut self.table);
            let chains =
                waiting.iter().filter_map(|&variable| chain::plan(b, table, &factors, variable));
            // A chain that leads far back may still be cheap element by element.
            if let Some(plan) =
                chains.filter(|plan| plan.entries <= MOST_ENTRIES).min_by_key(|plan| plan.cost)
            {
                self.check(&plan.clique, plan.cost)?;
                let along = self.b.program.axes[plan.along].name.clone();
                let elements = self.b.program.extent(&self.table.of(plan.members[0]).axes);
                self.note(&plan.members, How::Chain(along), elements, &plan.clique);
                factors = chain::eliminate(&mut self.b, &mut self.table, &factors, &plan, algebra);
                continue;
            }
            factors = self.ground(factors, algebra)?;
        }
    }

    fn check(&self, clique: &[DiscreteId], cost: usize) -> Result<(), Vec<Diagnostic>> {
        let entries =
            clique.iter().map(|&v| self.table.size(&self.b, v)).fold(1, usize::saturating_mul);
        let span = self.table.of(clique[0]).span;
        if entries > MOST_ENTRIES {
            return Err(vec![error::clique(&self.named(clique), MOST_ENTRIES, span)]);
        }
        if cost > MOST_WORK {
            return Err(vec![error::work(&self.named(clique), cost, MOST_WORK, span)]);
        }
        Ok(())
    }

    fn named(&self, clique: &[DiscreteId]) -> Vec<(String, usize)> {
        clique
            .iter()
            .map(|&v| (self.table.of(v).name.clone(), self.table.size(&self.b, v)))
            .collect()
    }

    fn note(&mut self, variables: &[DiscreteId], how: How, elements: usize, clique: &[DiscreteId]) {
        let variables = variables.iter().map(|&v| self.table.of(v).name.clone()).collect();
        let clique = self.named(clique);
        self.steps.push(Step { variables, how, elements, clique });
    }

    /// What neither sums nor recursions do away with.
    fn ground(
        &mut self,
        factors: Vec<Factor>,
        algebra: Algebra,
    ) -> Result<Vec<Factor>, Vec<Diagnostic>> {
        let span = factors.iter().find(|f| !f.reads.is_empty()).map_or(self.b.span(), |f| f.span);
        let done =
            element_wise::eliminate(&mut self.b, &mut self.table, factors, algebra, MOST_ENTRIES);
        let (factors, summary) = done.map_err(|clique| vec![self.too_connected(&clique, span)])?;
        self.note(&summary.variables, How::ElementWise, summary.elements, &summary.clique);
        Ok(factors)
    }

    fn too_connected(&self, clique: &[DiscreteId], of_factor: Span) -> Diagnostic {
        match clique.first() {
            Some(&first) => {
                error::clique(&self.named(clique), MOST_ENTRIES, self.table.of(first).span)
            }
            None => error::irregular(of_factor),
        }
    }
}
