//! Maximises a likelihood with hidden variables integrated out.

use super::minibatch::Batches;
use super::rule::finer;
use crate::density::LogDensity as _;
use crate::draws::{Estimate, StartOutcome};
use crate::inference::{
    Adam, InferenceError, OptimiseSettings, Progress, estimate_at, optimise, optimise_from,
};
use crate::marginal::Joint;
use crate::marginal::numerics::{Marginal, Rule};

/// Optimiser settings for such a likelihood.
pub fn settings(density: &Marginal<Joint>, seed: u64) -> OptimiseSettings {
    let many = density.structure().hidden.len() > MANY;
    let starts = if many { 1 } else { OptimiseSettings::default().starts };
    // An integral is only as accurate as its modes, about 1e-11: smaller changes of the log density
    // are noise.
    OptimiseSettings { starts, seed, max_iterations: 500, init: None, accuracy: 1e-11 }
}

/// With more hidden values than this, a single start has to do: each start costs as much as all the
/// rest, and large data sets have few local maxima.
const MANY: usize = 20_000;

/// First climbs from several starts by Laplace's approximation with bent curvatures, which is cheap
/// and smooth; then from the best of these by the rule itself. The plain Laplace approximation has
/// a spurious peak wherever the curvature of some block is small.
pub fn same_noise(
    density: &mut Marginal<Joint>,
    settings: &OptimiseSettings,
    progress: &dyn Progress,
) -> Result<Estimate, InferenceError> {
    let rule = density.rule();
    if density.structure().is_quadratic() || matches!(rule, Rule::Prior { .. }) {
        return optimise(density, settings, progress);
    }
    let mut cheap = density.with_rule(Rule::Quadrature(1));
    let Ok(first) = optimise(&mut cheap, settings, progress) else {
        return optimise(density, settings, progress);
    };
    *density = cheap.with_rule(rule);
    let refined = optimise_from(density, &first.q, settings, progress)?;
    let (iterations, evaluations) =
        (first.iterations + refined.iterations, first.evaluations + refined.evaluations);
    let starts = first.starts.iter().map(|start| StartOutcome {
        log_density: refined.log_density + start.log_density - first.log_density,
        ..start.clone()
    });
    Ok(Estimate { iterations, evaluations, starts: starts.collect(), ..refined })
}

/// A change of the log likelihood, in nats, too small to justify more points.
const SMALL_CHANGE: f64 = 5e-5;

/// Repeatedly takes twice as many quadrature points plus one, as long as that changes the log
/// likelihood and is affordable.
pub fn with_enough_points(
    density: &mut Marginal<Joint>,
    mut estimate: Estimate,
    settings: &OptimiseSettings,
    progress: &dyn Progress,
) -> Result<Estimate, InferenceError> {
    while let Some(finer) = finer(density) {
        let (mut gradient, mut finer) = (vec![0.0; density.dim()], density.with_rule(finer));
        let change = finer.evaluate(&estimate.q, &mut gradient) - estimate.log_density;
        if change.abs() < SMALL_CHANGE || !change.is_finite() || progress.stop_requested() {
            break;
        }
        *density = finer;
        let finer_estimate = optimise_from(density, &estimate.q, settings, progress)?;
        let (iterations, evaluations) = (
            estimate.iterations + finer_estimate.iterations,
            estimate.evaluations + finer_estimate.evaluations,
        );
        let starts = std::mem::take(&mut estimate.starts);
        estimate = Estimate { iterations, evaluations, starts, ..finer_estimate };
    }
    Ok(estimate)
}

/// Stochastic gradients with fresh noise at every step, over all rows or over minibatches; standard
/// errors from the curvature under the noise of the first.
pub fn fresh_noise(
    density: &mut Marginal<Joint>,
    batches: Option<Batches>,
    settings: &OptimiseSettings,
    progress: &dyn Progress,
) -> Result<Estimate, InferenceError> {
    let seed = settings.seed;
    let start = settings.init.clone().unwrap_or_else(|| vec![0.0; density.dim()]);
    let ascent = match batches.map(Batches::unbiased) {
        Some(mut batches) => {
            let mut sample = |step: usize, q: &[f64], gradient: &mut [f64]| {
                batches.sample(step, seed, q, gradient)
            };
            Adam::default().climb(&start, &mut sample, progress)?
        }
        None => {
            let mut noisy = density.clone().unbiased();
            let mut sample = |step: usize, q: &[f64], gradient: &mut [f64]| {
                noisy.reseed(seed.wrapping_add(step as u64 + 1));
                noisy.evaluate(q, gradient)
            };
            Adam::default().climb(&start, &mut sample, progress)?
        }
    };
    let steps = ascent.steps as u64;
    let estimate = estimate_at(density, &ascent.q, steps, ascent.converged)?;
    Ok(Estimate { evaluations: estimate.evaluations + steps, ..estimate })
}
