//! The contract between compiler and samplers: a log density over an unconstrained vector.

use std::sync::Arc;

/// A log density with its gradient, over ℝⁿ.
pub trait LogDensity {
    /// The number of unconstrained coordinates.
    fn dim(&self) -> usize;

    /// Writes ∂ log p/∂q into `grad` and returns log p(q), in nats, Jacobian included.
    /// `q`, `grad`: `dim()` entries, unconstrained. Outside the support: −∞ or NaN, never an error.
    fn evaluate(&mut self, q: &[f64], grad: &mut [f64]) -> f64;

    /// How many numbers [`LogDensity::constrain`] writes.
    fn constrained_dim(&self) -> usize;

    /// Writes the values of the named variables (parameters, latents, reports) on their natural
    /// scale at `q` into `values`.
    fn constrain(&mut self, q: &[f64], values: &mut [f64]);

    /// Writes how the values of [`LogDensity::constrain`] change along a direction into `slopes`:
    /// J(q)·v with J = ∂values/∂q; by differences where the density has nothing better. These step
    /// a thousandth of the direction to both sides, so that its length should be that of a local
    /// standard deviation: the result is then the same in all units.
    fn constrain_along(&mut self, q: &[f64], direction: &[f64], slopes: &mut [f64]) {
        slopes_by_differences(self, q, direction, slopes);
    }

    /// Writes H(q)·v, the Hessian of the log density at `q` times a direction, into `product`; by
    /// differences where the density has nothing better, for which the direction's size matters: it
    /// should change the log density by about half a nat.
    fn hessian_vector(&mut self, q: &[f64], direction: &[f64], product: &mut [f64]) {
        hessian_by_differences(self, q, direction, product);
    }

    /// Whether products with the Hessian are exact up to rounding.
    fn curvature_is_exact(&self) -> bool {
        false
    }
}

/// A log joint density over parameters and hidden variables, for the hidden ones to be integrated
/// out. Given the parameters the hidden variables fall into independent *blocks*: the density is
/// the sum of one value a block, and of what depends on parameters alone.
pub trait JointDensity {
    /// The number of unconstrained coordinates, of parameters and hidden variables together.
    fn dim(&self) -> usize;

    /// How many blocks there are.
    fn blocks(&self) -> usize;

    /// Writes the value of each block at `q` into `values` and returns what depends on parameters
    /// alone.
    fn block_values(&mut self, q: &[f64], values: &mut [f64]) -> f64;

    /// As [`JointDensity::block_values`]; and writes the gradient by `q` of what depends on
    /// parameters alone plus Σ weight·value into `grad`.
    fn weighted(&mut self, q: &[f64], weights: &[f64], values: &mut [f64], grad: &mut [f64])
    -> f64;

    /// Writes H(q)·v, H the Hessian of the whole density, into `product`.
    fn hessian_vector(&mut self, q: &[f64], direction: &[f64], product: &mut [f64]);

    /// Writes the gradient by `q` of aᵀH(q)b into `grad`, the directions held fixed.
    fn curvature_gradient(&mut self, q: &[f64], a: &[f64], b: &[f64], grad: &mut [f64]);

    /// The negative Hessian by hidden coordinates entry by entry, where its entries can be told
    /// apart.
    fn curvature(&mut self) -> Option<impl HiddenCurvature>;

    /// The integral over the hidden variables in closed form, where there is one.
    fn closed_form(&mut self) -> Option<impl Integral>;

    /// The mean of each block over points from the noise that its hidden variables are functions
    /// of, where there is code for so many points. `points`: those of each hidden coordinate adjacent
    /// .
    fn mean_over(&mut self, points: &Arc<Vec<f64>>) -> Option<impl Integral>;

    /// Code that looks at several points of the hidden variables at once, where there is some.
    fn several_points(&mut self) -> Option<impl SeveralPoints>;

    /// How many numbers [`JointDensity::constrain`] writes.
    fn constrained_dim(&self) -> usize;

    /// Writes the values of the named variables on their natural scale at `q` into `values`.
    fn constrain(&mut self, q: &[f64], values: &mut [f64]);

    /// Writes the derivatives of the named variables along a direction at `q` into `values`.
    fn constrain_along(&mut self, q: &[f64], direction: &[f64], values: &mut [f64]);
}

/// Of a joint density: the entries of the negative Hessian by hidden coordinates, diagonal by
/// position and then by pair of positions that meet.
pub trait HiddenCurvature {
    /// Writes the entries at `q`.
    fn entries(&mut self, q: &[f64], entries: &mut [f64]);

    /// Writes the gradient by `q` of Σ weight·entry into `grad`.
    fn gradient(&mut self, q: &[f64], weights: &[f64], grad: &mut [f64]);

    /// Writes the derivatives of the entries along a direction; returns false where it cannot.
    fn entries_along(&mut self, q: &[f64], direction: &[f64], entries: &mut [f64]) -> bool;

    /// Writes the derivative of [`HiddenCurvature::gradient`] as point and weights move in a
    /// direction; returns false where it cannot.
    fn gradient_along(
        &mut self,
        at: (&[f64], &[f64]),
        direction: (&[f64], &[f64]),
        grad: &mut [f64],
    ) -> bool;
}

/// Of a joint density: the log density of the parameters with the hidden variables integrated out.
pub trait Integral {
    /// Writes the gradient by the parameters into `grad` and returns the value; NaN where rounding
    /// has left nothing of it.
    fn evaluate(&mut self, parameters: &[f64], grad: &mut [f64]) -> f64;

    /// Writes the Hessian times a direction into `product`; returns false where it cannot.
    fn hessian_vector(
        &mut self,
        _parameters: &[f64],
        _direction: &[f64],
        _product: &mut [f64],
    ) -> bool {
        false
    }
}

impl<I: Integral> Integral for &mut I {
    fn evaluate(&mut self, parameters: &[f64], grad: &mut [f64]) -> f64 {
        (**self).evaluate(parameters, grad)
    }

    fn hessian_vector(&mut self, parameters: &[f64], along: &[f64], product: &mut [f64]) -> bool {
        (**self).hessian_vector(parameters, along, product)
    }
}

impl<C: HiddenCurvature> HiddenCurvature for &mut C {
    fn entries(&mut self, q: &[f64], entries: &mut [f64]) {
        (**self).entries(q, entries);
    }

    fn gradient(&mut self, q: &[f64], weights: &[f64], grad: &mut [f64]) {
        (**self).gradient(q, weights, grad);
    }

    fn entries_along(&mut self, q: &[f64], direction: &[f64], entries: &mut [f64]) -> bool {
        (**self).entries_along(q, direction, entries)
    }

    fn gradient_along(
        &mut self,
        at: (&[f64], &[f64]),
        direction: (&[f64], &[f64]),
        grad: &mut [f64],
    ) -> bool {
        (**self).gradient_along(at, direction, grad)
    }
}

/// Of a joint density: values and gradients at several points of the hidden variables at once. What
/// does not depend on these is computed once for all points.
pub trait SeveralPoints {
    /// How many points.
    fn points(&self) -> usize;

    /// As [`JointDensity::block_values`]: `hidden` and `values` hold the points of each hidden
    /// coordinate, and of each block, adjacent.
    fn block_values(&mut self, parameters: &[f64], hidden: &[f64], values: &mut [f64]) -> f64;

    /// Adds the gradient by the parameters of Σ weight·value, plus `share` times what depends on
    /// parameters alone, to `grad`, and writes that by the hidden coordinates into `slopes`, where
    /// it has room for them. Layouts as for [`SeveralPoints::block_values`].
    fn add_weighted(
        &mut self,
        parameters: &[f64],
        at: &Weighted,
        grad: &mut [f64],
        slopes: &mut [f64],
    );
}

/// Points with weights, for [`SeveralPoints::add_weighted`].
pub struct Weighted<'a> {
    /// Hidden coordinates, the points of each adjacent.
    pub hidden: &'a [f64],
    /// Weights of blocks, the points of each adjacent.
    pub weights: &'a [f64],
    /// How much of what depends on parameters alone.
    pub share: f64,
}

/// The step of differences, as a part of the direction; smaller ones where a point that far is
/// outside the support.
const STEPS: [f64; 4] = [1e-3, 1e-4, 1e-5, 1e-6];

/// H(q)·v by central differences of fourth order of the gradient, at q ± hv and q ± 2hv with
/// h = 1e-3: for directions of about the width of the density, such as a standard deviation, the
/// relative error is about 1e-12, or the gradient's own times 1e3. The step depends on nothing but
/// the direction, so that neither the origin nor the unit of a coordinate matters.
pub fn hessian_by_differences<D: LogDensity + ?Sized>(
    density: &mut D,
    q: &[f64],
    direction: &[f64],
    product: &mut [f64],
) {
    for step in STEPS {
        product.fill(0.0);
        for (away, weight) in [(1.0, 8.0), (-1.0, -8.0), (2.0, -1.0), (-2.0, 1.0)] {
            let moved: Vec<f64> =
                q.iter().zip(direction).map(|(a, d)| a + away * step * d).collect();
            let mut gradient = vec![0.0; q.len()];
            density.evaluate(&moved, &mut gradient);
            product.iter_mut().zip(&gradient).for_each(|(p, g)| *p += weight * g / (12.0 * step));
        }
        if product.iter().all(|p| p.is_finite()) {
            return;
        }
    }
}

/// J(q)·v by central differences of [`LogDensity::constrain`] with steps of v/1000; the relative
/// error is about 1e-7 where values change by a factor of e along v.
pub fn slopes_by_differences<D: LogDensity + ?Sized>(
    density: &mut D,
    q: &[f64],
    direction: &[f64],
    slopes: &mut [f64],
) {
    const STEP: f64 = 1e-3;
    let shifted = |sign: f64| -> Vec<f64> {
        q.iter().zip(direction).map(|(a, d)| a + sign * STEP * d).collect()
    };
    let mut backward = vec![0.0; slopes.len()];
    density.constrain(&shifted(1.0), slopes);
    density.constrain(&shifted(-1.0), &mut backward);
    slopes.iter_mut().zip(&backward).for_each(|(f, b)| *f = (*f - b) / (2.0 * STEP));
}
