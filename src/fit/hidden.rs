//! Hidden variables after a fit that integrated them out: their means, with all of the uncertainty
//! that is left of them.

use super::ranges::Range;
use crate::draws::Estimate;
use crate::marginal::numerics::{Marginal, Parts, Rule, Trouble};
use crate::marginal::{self, Joint};

/// Replaces the values that depend on hidden variables by their means given the estimates of the
/// parameters. The standard errors are of the total variance: that given the parameters, plus J Σ
/// Jᵀ with J the derivative of the mean by the parameters and Σ their covariance. Returns the
/// standard deviations given the parameters, NaN for other values.
pub fn totals(
    density: &mut Marginal<Joint>,
    compiled: &marginal::Compiled,
    ranges: &[Range],
    estimate: &mut Estimate,
) -> Result<Vec<f64>, Trouble> {
    let blocks = &compiled.blocks;
    let parts = Parts {
        block_of: &blocks.of_value,
        coordinate_of: &blocks.coordinate_of_value,
        noisy: &blocks.noisy_value,
    };
    let hidden: Vec<usize> = (0..estimate.values.len()).filter(|&i| parts.is_hidden(i)).collect();
    let mut added = vec![0.0; estimate.values.len()];
    if !hidden.is_empty() && !estimate.unbounded {
        for direction in estimate.spreads() {
            let slopes = mean_along(density, parts, &estimate.q, &direction);
            hidden.iter().for_each(|&i| added[i] += slopes[i] * slopes[i]);
        }
    }
    // Last, so that the density is left where the estimate is.
    let conditional = density.conditional(&estimate.q, parts)?;
    let mut given = vec![f64::NAN; estimate.values.len()];
    for i in hidden {
        given[i] = conditional.sd[i];
        let (mean, sd) = (conditional.mean[i], (conditional.sd[i].powi(2) + added[i]).sqrt());
        (estimate.values[i], estimate.std_errors[i]) = (mean, sd);
        (estimate.lower[i], estimate.upper[i]) = ranges[i].interval(mean, sd);
    }
    Ok(given)
}

/// The part of a direction by which means are compared to both sides.
const STEP: f64 = 1e-3;

/// How the conditional means change along a direction whose length is that of a standard deviation
/// of the parameters: by differences, in steps that are the same in all units. NaN where there is
/// no mean beside the estimate.
fn mean_along(
    density: &mut Marginal<Joint>,
    parts: Parts<'_>,
    q: &[f64],
    direction: &[f64],
) -> Vec<f64> {
    if density.structure().is_quadratic() && density.rule() == Rule::Laplace {
        let exact = density.mean_along(q, direction);
        return exact.unwrap_or_else(|_| vec![f64::NAN; parts.block_of.len()]);
    }
    let mut mean = |sign: f64| {
        let shifted: Vec<f64> = q.iter().zip(direction).map(|(a, d)| a + sign * STEP * d).collect();
        let conditional = density.conditional(&shifted, parts);
        conditional.map_or_else(|_| vec![f64::NAN; parts.block_of.len()], |c| c.mean)
    };
    let (above, below) = (mean(1.0), mean(-1.0));
    above.iter().zip(&below).map(|(a, b)| (a - b) / (2.0 * STEP)).collect()
}
