//! Second derivatives of a marginal density whose blocks are quadratic, and what the mode of the
//! hidden variables does as parameters move.
//!
//! With û the mode and A = LLᵀ the negative Hessian by hidden coordinates, which does not depend on
//! them, the gradient is f_θ(θ, û) − ∂(log det A)/∂θ/2. Along a direction v the mode moves by
//! û′ = A⁻¹ f_uθ v, so that the first summand changes by the Hessian of the joint density times
//! (v, û′); the second one by the tangent of the adjoint of the factorisation.

use super::marginal::Marginal;
use super::mode::{Mode, Trouble};
use crate::density::{HiddenCurvature as _, JointDensity};

impl<J: JointDensity> Marginal<J> {
    /// The Hessian times a direction of the parameters; none where there is no mode, or blocks are
    /// not quadratic.
    pub(super) fn second(&mut self, parameters: &[f64], direction: &[f64]) -> Option<Vec<f64>> {
        if !self.structure.is_quadratic() || self.colouring.is_some() {
            return None;
        }
        let mode = self.mode(parameters).ok()?;
        let along = self.followed(parameters, direction, &mode);
        let q = self.structure.whole(parameters, &mode.hidden);
        let mut total = vec![0.0; q.len()];
        self.joint.hessian_vector(&q, &along, &mut total);
        let mut entries = vec![0.0; self.structure.hidden.len() + self.structure.pairs.len()];
        if !self.joint.curvature()?.entries_along(&q, &along, &mut entries) {
            return None;
        }
        let mut factor_along = self.pattern.spread(&entries);
        let factor = &mode.factor;
        self.pattern.factorise_along(factor, &mut factor_along);
        let (mut bar, mut moved) = (vec![0.0; factor.len()], vec![0.0; factor.len()]);
        for &e in &self.pattern.diagonal {
            bar[e] = -1.0 / factor[e];
            moved[e] = factor_along[e] / (factor[e] * factor[e]);
        }
        self.pattern.adjoint_along((factor, &factor_along), (&mut bar, &mut moved));
        let (bar, moved) = (self.pattern.gathered(&bar), self.pattern.gathered(&moved));
        let mut part = vec![0.0; q.len()];
        if !self.joint.curvature()?.gradient_along((&q, &bar), (&along, &moved), &mut part) {
            return None;
        }
        total.iter_mut().zip(&part).for_each(|(t, p)| *t += p);
        Some(self.structure.parameters.iter().map(|&at| total[at]).collect())
    }

    /// A direction of the parameters, and how the mode follows it.
    fn followed(&mut self, parameters: &[f64], direction: &[f64], mode: &Mode) -> Vec<f64> {
        let q = self.structure.whole(parameters, &mode.hidden);
        let still = vec![0.0; mode.hidden.len()];
        let mut product = vec![0.0; q.len()];
        let along = self.structure.whole(direction, &still);
        self.joint.hessian_vector(&q, &along, &mut product);
        let push: Vec<f64> = self.structure.hidden.iter().map(|&at| product[at]).collect();
        self.structure.whole(direction, &self.pattern.solve(&mode.factor, &push))
    }

    /// The derivatives of the named values along a direction of the parameters, hidden variables
    /// following as their mode does: those of the values' means given the parameters, where these
    /// are linear in hidden variables that are normal.
    ///
    /// # Errors
    /// Where there is no mode.
    pub fn mean_along(
        &mut self,
        parameters: &[f64],
        direction: &[f64],
    ) -> Result<Vec<f64>, Trouble> {
        let mode = self.mode(parameters)?;
        let along = self.followed(parameters, direction, &mode);
        let q = self.structure.whole(parameters, &mode.hidden);
        let mut values = vec![0.0; self.joint.constrained_dim()];
        self.joint.constrain_along(&q, &along, &mut values);
        Ok(values)
    }
}
