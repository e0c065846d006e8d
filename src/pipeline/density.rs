//! The log density of a model with its data, as machine code.

use std::sync::Arc;

use crate::density::{LogDensity, hessian_by_differences, slopes_by_differences};
use crate::engine::Routine;
use crate::gradient;
use crate::lower::{self, Layout};
use crate::program::{Computation, OutputRole, fold};

/// The log density of a model with its data. Clones share the code.
#[derive(Clone)]
pub struct Density {
    /// Point → value and gradient.
    gradient: Routine,
    /// Point → variables.
    variables: Routine,
    /// Point and direction → gradient and Hessian-vector product.
    hessian: Option<Routine>,
    /// Point and direction → how the variables change along the direction.
    along: Option<Routine>,
    /// The position of each named element among the variables.
    positions: Arc<Vec<usize>>,
}

impl Density {
    pub(super) fn new(
        gradient: &Computation,
        variables: &Computation,
        layouts: &[Layout],
    ) -> Result<Self, String> {
        Ok(Self {
            gradient: Routine::new(gradient)?,
            variables: Routine::new(variables)?,
            hessian: None,
            along: None,
            positions: Arc::new(lower::positions(layouts)),
        })
    }

    /// Compiles Hessian-vector products, and tangents of the variables, from the program of the
    /// density.
    pub(super) fn add_derivatives(&mut self, density: &Computation) -> Result<(), String> {
        let mut along = gradient::tangent(fold(density.clone().without_terms()));
        along.program.outputs.retain(|output| output.role == OutputRole::Tangent);
        self.along = Some(Routine::new(&fold(along))?);
        let gradient = gradient::differentiate(density.clone().without_outputs());
        self.hessian = Some(Routine::new(&fold(gradient::hessian_vector(gradient)))?);
        Ok(())
    }

    /// The size of the machine code of both programs, in bytes.
    #[must_use]
    pub fn code_size(&self) -> usize {
        self.gradient.code_size() + self.variables.code_size()
    }
}

impl LogDensity for Density {
    fn dim(&self) -> usize {
        self.gradient.slots()
    }

    fn evaluate(&mut self, q: &[f64], grad: &mut [f64]) -> f64 {
        let results = self.gradient.run_at(q, 0);
        grad.copy_from_slice(results.gradient(0..q.len()));
        results.value()
    }

    fn constrained_dim(&self) -> usize {
        self.positions.len()
    }

    fn constrain(&mut self, q: &[f64], values: &mut [f64]) {
        let variables = self.variables.run_at(q, 0).variables();
        for (value, &position) in values.iter_mut().zip(self.positions.iter()) {
            *value = variables[position];
        }
    }

    fn constrain_along(&mut self, q: &[f64], direction: &[f64], slopes: &mut [f64]) {
        match &mut self.along {
            Some(along) => {
                let tangents = along.run_on(&[q, direction], 0).tangents();
                for (slope, &position) in slopes.iter_mut().zip(self.positions.iter()) {
                    *slope = tangents[position];
                }
            }
            None => slopes_by_differences(self, q, direction, slopes),
        }
    }

    fn hessian_vector(&mut self, q: &[f64], direction: &[f64], product: &mut [f64]) {
        match &mut self.hessian {
            Some(hessian) => {
                product.copy_from_slice(hessian.run_on(&[q, direction], 0).tangents());
            }
            None => hessian_by_differences(self, q, direction, product),
        }
    }

    fn curvature_is_exact(&self) -> bool {
        self.hessian.is_some()
    }
}
