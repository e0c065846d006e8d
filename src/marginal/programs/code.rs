//! The programs of a joint density → code that integration calls.

use std::collections::HashMap;
use std::sync::Arc;

use crate::density::{JointDensity, Weighted};
use crate::engine::{Engine, Scratch};
use crate::lower::Lowered;
use crate::marginal::programs::program::{Many, Programs};
use crate::marginal::structure::Structure;
use crate::plan;
use crate::program::{OutputRole, Program, Values};

/// A joint density as machine code. Clones share the code.
#[derive(Clone)]
pub struct Joint {
    values: Part,
    weighted: Part,
    hessian: Part,
    curvature: Part,
    variables: Part,
    /// The integral in closed form, where there is one.
    exact: Option<Integrated>,
    /// Several points at once, where that was asked for.
    many: Option<Several>,
    /// The mean over points from the noise of hidden variables, where that was asked for, with the
    /// points that its input holds.
    mean: Option<(Integrated, Arc<Vec<f64>>)>,
    parameters: Arc<Vec<usize>>,
    dim: usize,
    blocks: usize,
    /// For each named element: its position among the variables.
    positions: Arc<Vec<usize>>,
}

/// Code for several points of the hidden variables at once.
#[derive(Clone)]
struct Several {
    points: usize,
    values: Part,
    weighted: Part,
}

/// Code for the density of the parameters alone, and its gradient.
#[derive(Clone)]
struct Integrated {
    part: Part,
    /// By parameter: where in the input it stands, and where in the output the gradient by it.
    places: Vec<(usize, usize)>,
}

impl Integrated {
    fn new(compiled: &(Program, Values), parameters: &[usize]) -> Result<Self, String> {
        let program = &compiled.0;
        let (mut place, mut at) = (HashMap::new(), 0);
        for output in &program.outputs {
            if let OutputRole::Gradient(range) = &output.role {
                place.extend(range.clone().zip(at..));
            }
            at += program.extent(&program.nodes[output.node].axes);
        }
        // Place 0 is that of the value.
        let places = parameters
            .iter()
            .map(|&coordinate| (coordinate, place.get(&coordinate).copied().unwrap_or(0)))
            .collect();
        Ok(Self { part: Part::new(compiled)?, places })
    }

    fn run(&mut self, parameters: &[f64], grad: &mut [f64]) -> f64 {
        let Self { part, places } = self;
        places.iter().zip(parameters).for_each(|(&(at, _), &value)| part.input[at] = value);
        part.engine.run(&mut part.scratch, &part.input, 0, &mut part.output);
        places.iter().zip(grad).for_each(|(&(_, at), g)| *g = part.output[at]);
        part.output[0]
    }
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
        let outputs =
            program.outputs.iter().map(|o| program.extent(&program.nodes[o.node].axes)).sum();
        let scratch = engine.scratch();
        Ok(Self {
            scratch,
            engine: Arc::new(engine),
            input: vec![0.0; program.slots],
            output: vec![0.0; outputs],
        })
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
    pub(in crate::marginal) fn new(
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
            exact: exact.map(|exact| Integrated::new(exact, &structure.parameters)).transpose()?,
            many: None,
            mean: None,
            parameters: Arc::new(structure.parameters.clone()),
            dim: programs.values.0.slots,
            blocks: structure.blocks.len(),
            positions: Arc::new(positions),
        })
    }

    /// The same with code for several points at once.
    pub(in crate::marginal) fn with_many(mut self, many: &Many) -> Result<Self, String> {
        self.many = Some(Several {
            points: many.points,
            values: Part::new(&many.values)?,
            weighted: Part::new(&many.weighted)?,
        });
        Ok(self)
    }

    /// The same with code for the mean over points.
    pub(in crate::marginal) fn with_mean(
        mut self,
        mean: Option<&(Program, Values)>,
    ) -> Result<Self, String> {
        let mean = mean.map(|mean| Integrated::new(mean, &self.parameters)).transpose()?;
        self.mean = mean.map(|mean| (mean, Arc::default()));
        Ok(self)
    }

    /// Whether there is code for the mean over points.
    #[must_use]
    pub fn has_mean(&self) -> bool {
        self.mean.is_some()
    }

    /// Bytes of machine code.
    #[must_use]
    pub fn code_size(&self) -> usize {
        let always =
            [&self.values, &self.weighted, &self.hessian, &self.curvature, &self.variables];
        let several = self.many.iter().flat_map(|many| [&many.values, &many.weighted]);
        let integrated = self
            .exact
            .iter()
            .chain(self.mean.iter().map(|(mean, _)| mean))
            .map(|integrated| &integrated.part);
        always.into_iter().chain(several).chain(integrated).map(|part| part.engine.size()).sum()
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

    fn weighted(
        &mut self,
        q: &[f64],
        weights: &[f64],
        values: &mut [f64],
        grad: &mut [f64],
    ) -> f64 {
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
        Some(self.exact.as_mut()?.run(parameters, grad))
    }

    fn mean(
        &mut self,
        parameters: &[f64],
        points: &Arc<Vec<f64>>,
        grad: &mut [f64],
    ) -> Option<f64> {
        let (mean, known) = self.mean.as_mut()?;
        if !Arc::ptr_eq(known, points) {
            mean.part
                .input
                .get_mut(self.dim..)
                .filter(|room| room.len() == points.len())?
                .copy_from_slice(points);
            *known = points.clone();
        }
        Some(mean.run(parameters, grad))
    }

    fn points(&self) -> usize {
        self.many.as_ref().map_or(1, |many| many.points)
    }

    fn values_at(&mut self, parameters: &[f64], hidden: &[f64], values: &mut [f64]) -> f64 {
        let Some(many) = &mut self.many else { return f64::NAN };
        let input = &mut many.values.input;
        self.parameters.iter().zip(parameters).for_each(|(&at, &value)| input[at] = value);
        input[self.dim..].copy_from_slice(hidden);
        let part = &mut many.values;
        part.engine.run(&mut part.scratch, &part.input, 0, &mut part.output);
        values.copy_from_slice(&part.output[1..]);
        part.output[0]
    }

    fn weighted_at(
        &mut self,
        parameters: &[f64],
        at: &Weighted,
        grad: &mut [f64],
        slopes: &mut [f64],
    ) {
        let Some(many) = &mut self.many else { return };
        let part = &mut many.weighted;
        self.parameters.iter().zip(parameters).for_each(|(&at, &value)| part.input[at] = value);
        let (points, rest) = part.input[self.dim..].split_at_mut(at.hidden.len());
        points.copy_from_slice(at.hidden);
        rest[..at.weights.len()].copy_from_slice(at.weights);
        rest[at.weights.len()] = at.share;
        part.engine.run(&mut part.scratch, &part.input, 0, &mut part.output);
        self.parameters.iter().zip(grad).for_each(|(&at, g)| *g += part.output[at]);
        let by_points = &part.output[self.dim..];
        let room = slopes.len().min(by_points.len());
        slopes[..room].copy_from_slice(&by_points[..room]);
    }

    fn constrained_dim(&self) -> usize {
        self.positions.len()
    }

    fn constrain(&mut self, q: &[f64], values: &mut [f64]) {
        let positions = self.positions.clone();
        let out = self.variables.run(&[q]);
        values
            .iter_mut()
            .zip(positions.iter())
            .for_each(|(value, &position)| *value = out[position]);
    }
}
