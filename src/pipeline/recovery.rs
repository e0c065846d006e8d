//! Discrete variables after a fit: their probabilities, most probable values and draws, and what is
//! computed from them.

use std::ops::Range;
use std::sync::Arc;

use crate::base::Diagnostic;
use crate::elimination::{Algebra, Recovery};
use crate::engine::Routine;
use crate::lower::{Layout, OpenProgram};
use crate::program::Computation;

/// Code that recovers discrete variables.
#[derive(Clone)]
pub struct DiscretePosterior {
    /// The variables.
    pub variables: Vec<SummedVariable>,
    /// What is computed from them: reports, and unknowns in auxiliary form that depend on them.
    pub computed: Vec<Layout>,
    recovery: Arc<Recovery>,
    marginal: Routine,
    drawn: Routine,
    largest: Routine,
    given: Routine,
    /// Where each variable's elements are among the outputs of `given`, followed by those of what
    /// is computed.
    positions: Vec<usize>,
}

/// A discrete variable, or the missing elements of one.
#[derive(Clone, Debug, PartialEq)]
pub struct SummedVariable {
    /// Its elements: `layout.positions` are their indices in processing order.
    pub layout: Layout,
    /// The number of values an element can take.
    pub values: usize,
    /// The names of the values, if they have any.
    pub labels: Option<Vec<String>>,
    /// Its elements among those of all discrete variables.
    pub elements: Range<usize>,
    /// The values of its elements among those of all elements; an element's values are contiguous.
    pub probes: Range<usize>,
}

fn routine(computation: &Computation) -> Result<Routine, Vec<Diagnostic>> {
    Routine::new(computation).map_err(|message| vec![Diagnostic::error("E0401", message)])
}

impl DiscretePosterior {
    /// Compiles the code that recovers the discrete variables of a density.
    ///
    /// # Errors
    /// If they cannot be summed out, or machine code cannot be generated.
    pub fn new(open: &OpenProgram) -> Result<Self, Vec<Diagnostic>> {
        let recovery = Recovery::new(open.clone());
        let given = recovery.given();
        let (mut variables, mut computed) = (Vec::new(), Vec::new());
        let (mut own, mut others, mut offset) = (Vec::new(), Vec::new(), 0);
        for layout in &given.layouts {
            let places = layout.positions.iter().map(|p| p + offset);
            match recovery.discrete().iter().position(|d| d.name == layout.name) {
                Some(number) => own.push((number, layout.clone(), offset)),
                None => {
                    others.extend(places);
                    computed.push(layout.clone());
                }
            }
            offset += layout.width;
        }
        own.sort_by_key(|(number, _, _)| *number);
        let (mut positions, mut element, mut probe) = (Vec::new(), 0, 0);
        for ((number, layout, offset), (elements, values)) in own.into_iter().zip(recovery.sizes())
        {
            let labels = recovery.discrete()[number].labels.clone();
            positions.extend((0..elements).map(|e| offset + e));
            let (elements, probes) =
                (element..element + elements, probe..probe + elements * values);
            (element, probe) = (elements.end, probes.end);
            variables.push(SummedVariable { layout, values, labels, elements, probes });
        }
        positions.extend(others);
        let code = |algebra| routine(&recovery.derivatives(algebra)?);
        let (marginal, drawn, largest) =
            (code(Algebra::Sum)?, code(Algebra::Draw)?, code(Algebra::Max)?);
        let given = routine(&given.computation)?;
        Ok(Self {
            variables,
            computed,
            marginal,
            drawn,
            largest,
            given,
            positions,
            recovery: Arc::new(recovery),
        })
    }

    /// What the variables are recovered from.
    #[must_use]
    pub fn recovery(&self) -> &Recovery {
        &self.recovery
    }

    /// The total number of elements of all variables.
    #[must_use]
    pub fn elements(&self) -> usize {
        self.variables.last().map_or(0, |v| v.elements.end)
    }

    /// The total number of values of all elements.
    #[must_use]
    pub fn probes(&self) -> usize {
        self.variables.last().map_or(0, |v| v.probes.end)
    }

    /// The probability of each value of each element, given the real unknowns.
    pub fn probabilities(&mut self, q: &[f64]) -> Vec<f64> {
        let (slots, probes) = (self.recovery.slots(), self.probes());
        by_probes(&mut self.marginal, q, (slots, probes), 0).to_vec()
    }

    /// The positions of the jointly most probable values, one per element.
    pub fn most_probable(&mut self, q: &[f64]) -> Vec<usize> {
        let (slots, probes) = (self.recovery.slots(), self.probes());
        let ones = by_probes(&mut self.largest, q, (slots, probes), 0);
        chosen(&self.variables, ones)
    }

    /// Positions drawn from their joint distribution given the real unknowns, one per element.
    pub fn draw(&mut self, q: &[f64], seed: u64) -> Vec<usize> {
        let (slots, probes) = (self.recovery.slots(), self.probes());
        let ones = by_probes(&mut self.drawn, q, (slots, probes), seed);
        chosen(&self.variables, ones)
    }

    /// The values of all elements at these positions (indices count from 1), and what is computed
    /// from them, in the order of the layouts' names.
    pub fn values(&mut self, q: &[f64], positions: &[usize]) -> (Vec<f64>, Vec<f64>) {
        let (unknowns, places) = self.given.input().split_at_mut(self.recovery.slots());
        unknowns.copy_from_slice(&q[..unknowns.len()]);
        places.iter_mut().zip(positions).for_each(|(place, &position)| *place = position as f64);
        let out = self.given.run(0).variables();
        let all: Vec<f64> = self.positions.iter().map(|&p| out[p]).collect();
        let (own, computed) = all.split_at(self.elements());
        (own.to_vec(), computed.to_vec())
    }
}

/// Derivatives by the probes, which are 0 and follow the real unknowns.
fn by_probes<'a>(
    routine: &'a mut Routine,
    q: &[f64],
    (slots, probes): (usize, usize),
    seed: u64,
) -> &'a [f64] {
    routine.run_on(&[&q[..slots]], seed).gradient(slots..slots + probes)
}

/// For each element, the first of its values with the largest entry.
fn chosen(variables: &[SummedVariable], ones: &[f64]) -> Vec<usize> {
    let position = |element: &[f64]| {
        (0..element.len())
            .max_by(|&a, &b| element[a].total_cmp(&element[b]).then(b.cmp(&a)))
            .unwrap_or(0)
    };
    let elements = |v: &SummedVariable| ones[v.probes.clone()].chunks(v.values.max(1));
    variables.iter().flat_map(|v| elements(v).map(position).collect::<Vec<_>>()).collect()
}
