//! The programs of a joint density → code that integration calls.

use std::sync::Arc;

use crate::density::{JointDensity, Weighted};
use crate::engine::Routine;
use crate::lower::{self, Lowered};
use crate::marginal::programs::program::{ALONE, BLOCKS, Many, Programs};
use crate::marginal::structure::Structure;
use crate::program::Computation;

/// A joint density as machine code. Clones share the code.
#[derive(Clone)]
pub struct Joint {
    values: Routine,
    weighted: Routine,
    hessian: Routine,
    curvature: Routine,
    variables: Routine,
    /// The integral in closed form, where there is one.
    exact: Option<Routine>,
    /// Several points at once, where that was asked for.
    many: Option<Several>,
    /// The mean over points from the noise of hidden variables, where that was asked for, with the
    /// points that its input holds.
    mean: Option<(Routine, Arc<Vec<f64>>)>,
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
    values: Routine,
    weighted: Routine,
}

/// Puts each parameter to its coordinate.
fn put(input: &mut [f64], coordinates: &[usize], parameters: &[f64]) {
    coordinates.iter().zip(parameters).for_each(|(&at, &value)| input[at] = value);
}

/// Runs code for the density of the parameters alone; its gradient by each of them.
fn integrated(
    routine: &mut Routine,
    coordinates: &[usize],
    parameters: &[f64],
    grad: &mut [f64],
) -> f64 {
    put(routine.input(), coordinates, parameters);
    let results = routine.run(0);
    coordinates.iter().zip(grad).for_each(|(&at, g)| *g = results.derivative(at));
    results.value()
}

impl Joint {
    pub(in crate::marginal) fn new(
        programs: &Programs,
        exact: Option<&Computation>,
        lowered: &Lowered,
        structure: &Structure,
    ) -> Result<Self, String> {
        Ok(Self {
            values: Routine::new(&programs.values)?,
            weighted: Routine::new(&programs.weighted)?,
            hessian: Routine::new(&programs.hessian)?,
            curvature: Routine::new(&programs.curvature)?,
            variables: Routine::new(&programs.variables)?,
            exact: exact.map(Routine::new).transpose()?,
            many: None,
            mean: None,
            parameters: Arc::new(structure.parameters.clone()),
            dim: programs.values.program.slots,
            blocks: structure.blocks.len(),
            positions: Arc::new(lower::positions(&lowered.layouts)),
        })
    }

    /// The same with code for several points at once.
    pub(in crate::marginal) fn with_many(mut self, many: &Many) -> Result<Self, String> {
        self.many = Some(Several {
            points: many.points,
            values: Routine::new(&many.values)?,
            weighted: Routine::new(&many.weighted)?,
        });
        Ok(self)
    }

    /// The same with code for the mean over points.
    pub(in crate::marginal) fn with_mean(
        mut self,
        mean: Option<&Computation>,
    ) -> Result<Self, String> {
        let mean = mean.map(Routine::new).transpose()?;
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
        let integrated = self.exact.iter().chain(self.mean.iter().map(|(mean, _)| mean));
        always.into_iter().chain(several).chain(integrated).map(Routine::code_size).sum()
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
        let results = self.values.run_at(q, 0);
        values.copy_from_slice(results.term(BLOCKS));
        results.term(ALONE)[0]
    }

    fn weighted(
        &mut self,
        q: &[f64],
        weights: &[f64],
        values: &mut [f64],
        grad: &mut [f64],
    ) -> f64 {
        let dim = self.dim;
        let results = self.weighted.run_on(&[q, weights], 0);
        grad.copy_from_slice(results.gradient(0..dim));
        // The derivative by a block's weight is the block's value.
        values.copy_from_slice(results.gradient(dim..dim + weights.len()));
        results.term(ALONE)[0]
    }

    fn hessian_vector(&mut self, q: &[f64], direction: &[f64], product: &mut [f64]) {
        product.copy_from_slice(self.hessian.run_on(&[q, direction], 0).tangents());
    }

    fn curvature_gradient(&mut self, q: &[f64], a: &[f64], b: &[f64], grad: &mut [f64]) {
        grad.copy_from_slice(self.curvature.run_on(&[q, a, b], 0).gradient(0..q.len()));
    }

    fn integrated(&mut self, parameters: &[f64], grad: &mut [f64]) -> Option<f64> {
        Some(integrated(self.exact.as_mut()?, &self.parameters, parameters, grad))
    }

    fn mean(
        &mut self,
        parameters: &[f64],
        points: &Arc<Vec<f64>>,
        grad: &mut [f64],
    ) -> Option<f64> {
        let (mean, known) = self.mean.as_mut()?;
        if !Arc::ptr_eq(known, points) {
            mean.input()
                .get_mut(self.dim..)
                .filter(|room| room.len() == points.len())?
                .copy_from_slice(points);
            *known = points.clone();
        }
        Some(integrated(mean, &self.parameters, parameters, grad))
    }

    fn points(&self) -> usize {
        self.many.as_ref().map_or(1, |many| many.points)
    }

    fn values_at(&mut self, parameters: &[f64], hidden: &[f64], values: &mut [f64]) -> f64 {
        let Some(many) = &mut self.many else { return f64::NAN };
        let input = many.values.input();
        put(input, &self.parameters, parameters);
        input[self.dim..].copy_from_slice(hidden);
        let results = many.values.run(0);
        values.copy_from_slice(results.term(BLOCKS));
        results.term(ALONE)[0]
    }

    fn weighted_at(
        &mut self,
        parameters: &[f64],
        at: &Weighted,
        grad: &mut [f64],
        slopes: &mut [f64],
    ) {
        let Some(many) = &mut self.many else { return };
        let input = many.weighted.input();
        put(input, &self.parameters, parameters);
        let (points, rest) = input[self.dim..].split_at_mut(at.hidden.len());
        points.copy_from_slice(at.hidden);
        rest[..at.weights.len()].copy_from_slice(at.weights);
        rest[at.weights.len()] = at.share;
        let results = many.weighted.run(0);
        self.parameters.iter().zip(grad).for_each(|(&at, g)| *g += results.derivative(at));
        let by_points = results.gradient(self.dim..self.dim + slopes.len());
        slopes[..by_points.len()].copy_from_slice(by_points);
    }

    fn constrained_dim(&self) -> usize {
        self.positions.len()
    }

    fn constrain(&mut self, q: &[f64], values: &mut [f64]) {
        let variables = self.variables.run_at(q, 0).variables();
        values
            .iter_mut()
            .zip(self.positions.iter())
            .for_each(|(value, &position)| *value = variables[position]);
    }
}
