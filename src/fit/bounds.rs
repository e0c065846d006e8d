//! Detects parameters estimated at the ends of their ranges, reports them as such, and maximises
//! again over the others.

use super::finding::Finding;
use super::scalars::{BEYOND, Scalar};
use crate::base::{Diagnostic, set, words};
use crate::density::LogDensity;
use crate::draws::Estimate;
use crate::inference::{Fixed, InferenceError, OptimiseSettings, Progress, optimise_from};

/// A distance on the unconstrained scale at which a bounded value cannot be distinguished from its
/// bound.
const FAR_OUT: f64 = 25.0;

/// The distances inwards at which the log density is compared: an optimiser may stop anywhere on
/// the way out.
const INWARDS: [f64; 5] = [3.0, 6.0, 10.0, 15.0, 20.0];

/// A fall of the log density below this is rounding.
const NO_FALL: f64 = 1e-6;

/// Fixes parameters at a bound if the log density does not fall towards it, and maximises again
/// over the others. Returns the indices of those values.
pub fn to_bounds<D: LogDensity>(
    density: &mut D,
    estimate: Estimate,
    scalars: &[Scalar],
    settings: &OptimiseSettings,
    progress: &dyn Progress,
) -> Result<(Estimate, Vec<usize>), InferenceError> {
    let mut q = estimate.q.clone();
    let (mut fixed, mut values) = (Vec::new(), Vec::new());
    let mut gradient = vec![0.0; q.len()];
    for parameter in scalars {
        let at = parameter.coordinate;
        let ends: &[f64] = match parameter.bounds {
            (false, false) => &[],
            (true, true) => &[-1.0, 1.0],
            (true, false) | (false, true) => &[-1.0],
        };
        for &sign in ends {
            let mut moved = q.clone();
            moved[at] =
                sign * FAR_OUT + if ends.len() == 1 { estimate.q[at].min(0.0) } else { 0.0 };
            let there = density.evaluate(&moved, &mut gradient) - estimate.log_density;
            let mut inwards = |distance: f64| {
                let mut back = q.clone();
                back[at] = estimate.q[at] - distance * sign;
                density.evaluate(&back, &mut gradient) - estimate.log_density
            };
            // If moving inwards changes nothing either, the parameter is not determined; if the
            // bound is far better, the density is unbounded.
            if there > -NO_FALL
                && there < 1.0
                && INWARDS.into_iter().any(|distance| inwards(distance) < -NO_FALL)
            {
                q = moved;
                fixed.push(at);
                values.push(parameter.value);
                break;
            }
        }
    }
    if fixed.is_empty() {
        // The density keeps state from the last point evaluated.
        density.evaluate(&estimate.q, &mut gradient);
        return Ok((estimate, values));
    }
    let mut rest = Fixed::new(density, &q, &fixed);
    let free = rest.free_of(&q);
    let inner = optimise_from(&mut rest, &free, settings, progress)?;
    let (starts, evaluations) = (estimate.starts, estimate.evaluations + inner.evaluations);
    let iterations = estimate.iterations + inner.iterations;
    let mut inner = Estimate { starts, evaluations, iterations, ..rest.expand(inner) };
    let bounds = at_the_bounds(density, &inner.q, scalars, &values);
    for (&value, bound) in values.iter().zip(bounds) {
        inner.values[value] = bound;
        inner.std_errors[value] = f64::NAN;
        inner.lower[value] = f64::NAN;
        inner.upper[value] = f64::NAN;
    }
    Ok((inner, values))
}

/// The values exactly at their bounds: this far out, the exponential of a coordinate is 0.
fn at_the_bounds<D: LogDensity>(
    density: &mut D,
    q: &[f64],
    scalars: &[Scalar],
    values: &[usize],
) -> Vec<f64> {
    let mut farthest = q.to_vec();
    for parameter in scalars.iter().filter(|parameter| values.contains(&parameter.value)) {
        farthest[parameter.coordinate] = BEYOND * q[parameter.coordinate].signum();
    }
    let mut natural = vec![0.0; density.constrained_dim()];
    density.constrain(&farthest, &mut natural);
    values.iter().map(|&value| natural[value]).collect()
}

/// The finding about parameters at a bound.
pub fn at_bounds(names: &[String], values: &[usize]) -> Option<Finding> {
    let some = values.iter().take(5).map(|&v| names[v].as_str()).collect::<Vec<_>>().join(", ");
    let more =
        if values.len() > 5 { format!(" and {} more", values.len() - 5) } else { String::new() };
    let (verb, whose) = if values.len() == 1 {
        ("is at the bound of its range", "it")
    } else {
        ("are at the bounds of their ranges", "them")
    };
    let finding = Diagnostic::warning("W0415", format!("{some}{more} {verb}"))
        .because(format!(
            "the likelihood is highest there: the data show no sign of {whose}; a \
            standard error has no meaning at a bound"
        ))
        .try_this([set("profile", true), words(" for an upper limit, or a model without it")]);
    let at_bound = values.iter().map(|&value| names[value].clone());
    (!values.is_empty()).then(|| Finding::from(finding).about(at_bound))
}
