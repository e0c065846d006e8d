//! The programs of a joint density → code that integration calls.

use std::sync::Arc;

use crate::density::JointDensity;
use crate::engine::{Engine, Scratch};
use crate::integration::Structure;
use crate::joint::program::Programs;
use crate::plan;
use crate::program::lower::Lowered;
use crate::program::{Program, Values};

/// A joint density as machine code. Clones share the code.
#[derive(Clone)]
pub struct Joint {
    values: Part,
    weighted: Part,
    hessian: Part,
    curvature: Part,
    variables: Part,
    /// The integral in closed form, where there is one.
    exact: Option<Part>,
    parameters: Arc<Vec<usize>>,
    dim: usize,
    blocks: usize,
    /// For each named element: its position among the variables.
    positions: Arc<Vec<usize>>,
}

/// A piece of code with the memory for its evaluations.
#[derive(Clone)]
struct Part {
    engine: Arc<Engine>,
    scratch: Scratch,
    input: Vec<f64>,
    output: Vec<f64>,
}

impl Part {
    fn new((program, values): &(Program, Values)) -> Result<Self, String> {
        let engine = Engine::new(&plan::plan(program, plan::Mode::Fused), program, values)?;
        let outputs = program.outputs.iter().map(|o| program.extent(&program.nodes[o.node].axes)).sum();
        let scratch = engine.scratch();
        Ok(Self { scratch, engine: Arc::new(engine), input: vec![0.0; program.slots], output: vec![0.0; outputs] })
    }

    /// Runs on the concatenation of `parts`, followed by zeros.
    fn run(&mut self, parts: &[&[f64]]) -> &[f64] {
        let mut at = 0;
        for part in parts {
            self.input[at..at + part.len()].copy_from_slice(part);
            at += part.len();
        }
        self.engine.run(&mut self.scratch, &self.input, 0, &mut self.output);
        &self.output
    }
}

impl Joint {
    pub(super) fn new(
        programs: &Programs,
        exact: Option<&(Program, Values)>,
        lowered: &Lowered,
        structure: &Structure,
    ) -> Result<Self, String> {
        let mut positions = Vec::new();
        let mut offset = 0;
        for layout in &lowered.layouts {
            positions.extend(layout.positions.iter().map(|p| p + offset));
            offset += layout.width;
        }
        Ok(Self {
            values: Part::new(&programs.values)?,
            weighted: Part::new(&programs.weighted)?,
            hessian: Part::new(&programs.hessian)?,
            curvature: Part::new(&programs.curvature)?,
            variables: Part::new(&programs.variables)?,
            exact: exact.map(Part::new).transpose()?,
            parameters: Arc::new(structure.parameters.clone()),
            dim: programs.values.0.slots,
            blocks: structure.blocks.len(),
            positions: Arc::new(positions),
        })
    }

    /// Bytes of machine code.
    #[must_use]
    pub fn code_size(&self) -> usize {
        let always = [&self.values, &self.weighted, &self.hessian, &self.curvature, &self.variables];
        always.into_iter().chain(&self.exact).map(|part| part.engine.size()).sum()
    }
}

impl JointDensity for Joint {
    fn dim(&self) -> usize {
        self.dim
    }

    fn blocks(&self) -> usize {
        self.blocks
    }

    fn block_values(&mut self, q: &[f64], values: &mut [f64]) -> f64 {
        let out = self.values.run(&[q]);
        values.copy_from_slice(&out[1..]);
        out[0]
    }

    fn weighted(&mut self, q: &[f64], weights: &[f64], values: &mut [f64], grad: &mut [f64]) -> f64 {
        let dim = self.dim;
        let out = self.weighted.run(&[q, weights]);
        grad.copy_from_slice(&out[2..2 + dim]);
        values.copy_from_slice(&out[2 + dim..]);
        out[0]
    }

    fn hessian_vector(&mut self, q: &[f64], direction: &[f64], product: &mut [f64]) {
        product.copy_from_slice(self.hessian.run(&[q, direction]));
    }

    fn curvature_gradient(&mut self, q: &[f64], a: &[f64], b: &[f64], grad: &mut [f64]) {
        grad.copy_from_slice(self.curvature.run(&[q, a, b]));
    }

    fn integrated(&mut self, parameters: &[f64], grad: &mut [f64]) -> Option<f64> {
        let exact = self.exact.as_mut()?;
        let at = self.parameters.clone();
        at.iter().zip(parameters).for_each(|(&at, &value)| exact.input[at] = value);
        exact.engine.run(&mut exact.scratch, &exact.input, 0, &mut exact.output);
        at.iter().zip(grad).for_each(|(&at, g)| *g = exact.output[1 + at]);
        Some(exact.output[0])
    }

    fn constrained_dim(&self) -> usize {
        self.positions.len()
    }

    fn constrain(&mut self, q: &[f64], values: &mut [f64]) {
        let positions = self.positions.clone();
        let out = self.variables.run(&[q]);
        values.iter_mut().zip(positions.iter()).for_each(|(value, &position)| *value = out[position]);
    }
}
