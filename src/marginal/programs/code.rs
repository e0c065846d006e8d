//! The programs of a joint density → code that integration calls.

use std::sync::Arc;

use crate::density::{HiddenCurvature, Integral, JointDensity, SeveralPoints, Weighted};
use crate::engine::Routine;
use crate::gradient;
use crate::lower::{self, JointProgram};
use crate::marginal::programs::closed::ClosedForm;
use crate::marginal::programs::curvature::{Curvature, along};
use crate::marginal::programs::late::Late;
use crate::marginal::programs::program::{ALONE, BLOCKS, Many, Programs, whole};
use crate::marginal::structure::{Blocks, Structure};
use crate::program::{Computation, fold};

/// A joint density as machine code. Clones share the code.
#[derive(Clone)]
pub struct Joint {
    values: Routine,
    weighted: Routine,
    hessian: Routine,
    /// Point and two directions → the gradient of the second derivative along both, for where there
    /// are no entries.
    bend: Late,
    /// The entries of the negative Hessian by hidden coordinates, where they can be told apart.
    curvature: Option<Curvature>,
    variables: Routine,
    /// Point and direction → derivatives of the variables along it.
    variables_along: Late,
    /// The integral in closed form, where there is one.
    exact: Option<ClosedForm>,
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

/// Code for the density of the parameters, hidden variables integrated out.
struct OfParameters<'a> {
    routine: &'a mut Routine,
    /// The coordinates of the parameters.
    coordinates: &'a [usize],
}

impl Integral for OfParameters<'_> {
    fn evaluate(&mut self, parameters: &[f64], grad: &mut [f64]) -> f64 {
        put(self.routine.input(), self.coordinates, parameters);
        let results = self.routine.run(0);
        self.coordinates.iter().zip(grad).for_each(|(&at, g)| *g = results.derivative(at));
        results.value()
    }
}

/// Code for several points, in a joint density.
struct AtPoints<'a> {
    code: &'a mut Several,
    /// The coordinates of the parameters.
    coordinates: &'a [usize],
    /// How many coordinates come before the points.
    dim: usize,
}

impl SeveralPoints for AtPoints<'_> {
    fn points(&self) -> usize {
        self.code.points
    }

    fn block_values(&mut self, parameters: &[f64], hidden: &[f64], values: &mut [f64]) -> f64 {
        let input = self.code.values.input();
        put(input, self.coordinates, parameters);
        input[self.dim..].copy_from_slice(hidden);
        let results = self.code.values.run(0);
        values.copy_from_slice(results.term(BLOCKS));
        results.term(ALONE)[0]
    }

    fn add_weighted(
        &mut self,
        parameters: &[f64],
        at: &Weighted,
        grad: &mut [f64],
        slopes: &mut [f64],
    ) {
        let input = self.code.weighted.input();
        put(input, self.coordinates, parameters);
        let (points, rest) = input[self.dim..].split_at_mut(at.hidden.len());
        points.copy_from_slice(at.hidden);
        rest[..at.weights.len()].copy_from_slice(at.weights);
        rest[at.weights.len()] = at.share;
        let results = self.code.weighted.run(0);
        self.coordinates.iter().zip(grad).for_each(|(&at, g)| *g += results.derivative(at));
        let by_points = results.gradient(self.dim..self.dim + slopes.len());
        slopes[..by_points.len()].copy_from_slice(by_points);
    }
}

impl Joint {
    pub(in crate::marginal) fn new(
        programs: &Programs,
        exact: Option<Computation>,
        joint: &JointProgram,
        (structure, blocks): (&Structure, &Blocks),
    ) -> Result<Self, String> {
        let (whole, variables) = (whole(joint), programs.variables.clone());
        let closed = |program| ClosedForm::new(program, joint, (structure, blocks));
        Ok(Self {
            values: Routine::new(&programs.values)?,
            weighted: Routine::new(&programs.weighted)?,
            hessian: Routine::new(&programs.hessian)?,
            bend: Late::new(move || Some(fold(gradient::curvature_gradient(whole.clone())))),
            curvature: Curvature::new(joint, structure)?,
            variables: Routine::new(&programs.variables)?,
            variables_along: Late::new(move || Some(along(variables.clone()))),
            exact: exact.map(closed).transpose()?,
            many: None,
            mean: None,
            parameters: Arc::new(structure.parameters.clone()),
            dim: programs.values.program.slots,
            blocks: structure.blocks.len(),
            positions: Arc::new(lower::positions(&joint.layouts)),
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
        let always = [&self.values, &self.weighted, &self.hessian, &self.variables];
        let several = self.many.iter().flat_map(|many| [&many.values, &many.weighted]);
        let mean = self.mean.iter().map(|(mean, _)| mean);
        let routines = always.into_iter().chain(several).chain(mean).map(Routine::code_size);
        let exact = self.exact.iter().map(ClosedForm::code_size);
        let curvature = self.curvature.iter().map(Curvature::code_size);
        routines.chain(exact).chain(curvature).sum::<usize>()
            + self.bend.code_size()
            + self.variables_along.code_size()
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
        match self.bend.routine() {
            Some(bend) => grad.copy_from_slice(bend.run_on(&[q, a, b], 0).gradient(0..q.len())),
            None => grad.fill(f64::NAN),
        }
    }

    fn curvature(&mut self) -> Option<impl HiddenCurvature> {
        self.curvature.as_mut()
    }

    fn closed_form(&mut self) -> Option<impl Integral> {
        self.exact.as_mut()
    }

    fn mean_over(&mut self, points: &Arc<Vec<f64>>) -> Option<impl Integral> {
        let (mean, known) = self.mean.as_mut()?;
        if !Arc::ptr_eq(known, points) {
            mean.input()
                .get_mut(self.dim..)
                .filter(|room| room.len() == points.len())?
                .copy_from_slice(points);
            *known = points.clone();
        }
        Some(OfParameters { routine: mean, coordinates: &self.parameters })
    }

    fn several_points(&mut self) -> Option<impl SeveralPoints> {
        let (coordinates, dim) = (self.parameters.as_slice(), self.dim);
        Some(AtPoints { code: self.many.as_mut()?, coordinates, dim })
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

    fn constrain_along(&mut self, q: &[f64], direction: &[f64], values: &mut [f64]) {
        let Some(along) = self.variables_along.routine() else { return values.fill(f64::NAN) };
        let tangents = along.run_on(&[q, direction], 0).tangents();
        values
            .iter_mut()
            .zip(self.positions.iter())
            .for_each(|(value, &position)| *value = tangents[position]);
    }
}
