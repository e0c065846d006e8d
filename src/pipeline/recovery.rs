//! Discrete variables after a fit: their probabilities, most probable values and draws, and what is
//! computed from them.

use std::ops::Range;
use std::sync::Arc;

use crate::base::Diagnostic;
use crate::elimination::{Algebra, Recovery};
use crate::engine::{Engine, Scratch};
use crate::lower::{Layout, Lowered};
use crate::plan;
use crate::program::{Program, Values};

/// Code that recovers discrete variables.
#[derive(Clone)]
pub struct States {
    /// The variables.
    pub variables: Vec<StateVariable>,
    /// What is computed from them: reports, and unknowns in auxiliary form that depend on them.
    pub computed: Vec<Layout>,
    recovery: Arc<Recovery>,
    marginal: Code,
    drawn: Code,
    largest: Code,
    given: Code,
    /// Where among the outputs of `given` each variable's elements are, then those of what is
    /// computed.
    positions: Vec<usize>,
}

/// A discrete variable, or the missing elements of one.
#[derive(Clone, Debug, PartialEq)]
pub struct StateVariable {
    /// Its elements: `layout.positions` are their numbers in the order in which they are worked
    /// with.
    pub layout: Layout,
    /// How many values an element has.
    pub values: usize,
    /// What the values are called, where they have names.
    pub labels: Option<Vec<String>>,
    /// Its elements among those of all variables.
    pub elements: Range<usize>,
    /// The values of its elements among those of all elements, an element's values together.
    pub probes: Range<usize>,
}

#[derive(Clone)]
struct Code {
    engine: Arc<Engine>,
    scratch: Scratch,
    outputs: usize,
}

impl Code {
    fn new((program, values): &(Program, Values)) -> Result<Self, Vec<Diagnostic>> {
        let engine = Engine::new(&plan::plan(program, plan::Mode::Fused), program, values);
        let engine = engine.map_err(|message| vec![Diagnostic::error("E0401", message)])?;
        let scratch = engine.scratch();
        let outputs =
            program.outputs.iter().map(|o| program.extent(&program.nodes[o.node].axes)).sum();
        Ok(Self { engine: Arc::new(engine), scratch, outputs })
    }

    fn run(&mut self, input: &[f64], seed: u64) -> Vec<f64> {
        let mut out = vec![0.0; self.outputs];
        self.engine.run(&mut self.scratch, input, seed, &mut out);
        out
    }
}

impl States {
    /// Compiles what recovers the discrete variables of a lowered model; none where it has none.
    ///
    /// # Errors
    /// Where they cannot be summed out, or there is no machine code to be had.
    pub fn new(lowered: &Lowered) -> Result<Option<Self>, Vec<Diagnostic>> {
        let Some(recovery) = Recovery::new(lowered) else { return Ok(None) };
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
            variables.push(StateVariable { layout, values, labels, elements, probes });
        }
        positions.extend(others);
        let code = |algebra| Code::new(&recovery.derivatives(algebra)?);
        let (marginal, drawn, largest) =
            (code(Algebra::Sum)?, code(Algebra::Draw)?, code(Algebra::Max)?);
        let given = Code::new(&given.program)?;
        Ok(Some(Self {
            variables,
            computed,
            marginal,
            drawn,
            largest,
            given,
            positions,
            recovery: Arc::new(recovery),
        }))
    }

    /// What the variables are recovered from.
    #[must_use]
    pub fn recovery(&self) -> &Recovery {
        &self.recovery
    }

    /// How many elements all variables have.
    #[must_use]
    pub fn elements(&self) -> usize {
        self.variables.last().map_or(0, |v| v.elements.end)
    }

    /// How many values all elements have.
    #[must_use]
    pub fn probes(&self) -> usize {
        self.variables.last().map_or(0, |v| v.probes.end)
    }

    /// The probability of each value of each element given the unknown numbers.
    pub fn probabilities(&mut self, q: &[f64]) -> Vec<f64> {
        let input = self.input(q);
        self.marginal.run(&input, 0)
    }

    /// The positions of the values that are most probable together, one an element.
    pub fn most_probable(&mut self, q: &[f64]) -> Vec<usize> {
        let input = self.input(q);
        let ones = self.largest.run(&input, 0);
        self.chosen(&ones)
    }

    /// Positions drawn from their joint distribution given the unknown numbers, one an element.
    pub fn draw(&mut self, q: &[f64], seed: u64) -> Vec<usize> {
        let input = self.input(q);
        let ones = self.drawn.run(&input, seed);
        self.chosen(&ones)
    }

    /// The values of all elements at these positions (indices count from 1), and what is computed
    /// from them, in the order of the layouts' names.
    pub fn values(&mut self, q: &[f64], positions: &[usize]) -> (Vec<f64>, Vec<f64>) {
        let mut input = q[..self.recovery.slots()].to_vec();
        input.extend(positions.iter().map(|&p| p as f64));
        let out = self.given.run(&input, 0);
        let all: Vec<f64> = self.positions.iter().map(|&p| out[p]).collect();
        let (own, computed) = all.split_at(self.elements());
        (own.to_vec(), computed.to_vec())
    }

    /// The unknown numbers, and zeros for the probes.
    fn input(&self, q: &[f64]) -> Vec<f64> {
        let slots = self.recovery.slots();
        let mut input = q[..slots].to_vec();
        input.resize(slots + self.probes(), 0.0);
        input
    }

    fn chosen(&self, ones: &[f64]) -> Vec<usize> {
        let position = |element: &[f64]| {
            (0..element.len())
                .max_by(|&a, &b| element[a].total_cmp(&element[b]).then(b.cmp(&a)))
                .unwrap_or(0)
        };
        self.variables
            .iter()
            .flat_map(|v| ones[v.probes.clone()].chunks(v.values.max(1)).map(position))
            .collect()
    }
}
