//! Maximises a likelihood with hidden variables integrated out.

use super::minibatch::Batches;
use super::rule::finer;
use crate::density::LogDensity as _;
use crate::draws::{Estimate, StartOutcome};
use crate::inference::{
    Adam, Group, InferenceError, OptimiseSettings, Progress, estimate_at, optimise, optimise_from,
};
use crate::marginal::Joint;
use crate::marginal::numerics::{Marginal, NoiseSource, Rule};

/// Optimiser settings for such a likelihood.
pub fn settings(density: &Marginal<Joint>, groups: Vec<Group>, seed: u64) -> OptimiseSettings {
    let many = density.structure().hidden.len() > MANY;
    let OptimiseSettings { starts, further, .. } = OptimiseSettings::default();
    let (starts, further) = if many { (1, 0) } else { (starts, further) };
    // An integral is only as accurate as its modes, about 1e-11: smaller changes of the log density
    // are noise.
    let dear_curvature = !density.structure().is_quadratic();
    OptimiseSettings {
        starts,
        further,
        groups,
        dear_curvature,
        seed,
        max_iterations: 500,
        init: None,
        scales: None,
        accuracy: 1e-11,
    }
}

/// With more hidden values than this, a single start has to do: each start costs as much as all the
/// rest, and large data sets have few local maxima.
const MANY: usize = 20_000;

/// The maximum by the density's rule.
///
/// Where integrals are not exact, approximations at modes have spurious peaks and may lead far out in
/// some units. Unless all that is known of the maximum says that it is one, the first climb is by
/// points from the noise of hidden variables, as long as these are few: their mean has no spurious
/// peaks, however far out. It ends near the maximum on whatever scale that is; the rule itself goes on
/// from there.
///
/// # Errors
/// As [`optimise`].
pub fn same_noise(
    density: &mut Marginal<Joint>,
    settings: &OptimiseSettings,
    progress: &dyn Progress,
) -> Result<Estimate, InferenceError> {
    let rule = density.rule();
    if density.structure().is_quadratic() || matches!(rule, Rule::Prior { .. }) {
        return optimise(density, settings, progress);
    }
    let mut near = density.clone();
    let first = by_curvature(&mut near, settings, progress);
    if let Ok(first) = &first
        && is_sound(&near, first)
    {
        *density = near;
        return Ok(first.clone());
    }
    let rough = by_noise(density, settings, progress);
    let refined = rough.and_then(|rough| {
        let near = OptimiseSettings { scales: scales(&rough), ..settings.clone() };
        let refined = optimise_from(density, &rough.q, &near, progress).ok()?;
        Some(together(rough, refined)).filter(|estimate| estimate.converged)
    });
    match (refined, first) {
        (Some(refined), _) => Ok(refined),
        (None, first) => {
            *density = near;
            first
        }
    }
}

/// Whether a maximum by an approximation is one beyond doubt: all starts found it, it is determined
/// in all directions, and the integral there is accurate.
fn is_sound(density: &Marginal<Joint>, estimate: &Estimate) -> bool {
    let is_determined =
        estimate.converged && estimate.running.is_empty() && estimate.hessian_positive_definite;
    if !is_determined || estimate.spread_of_starts() > AGREE {
        return false;
    }
    if density.structure().largest_block() > LARGEST_BLOCK {
        return true;
    }
    let rule = match density.rule() {
        Rule::Quadrature(_) => finer(density),
        Rule::Laplace | Rule::Prior { .. } | Rule::Importance { .. } => Some(Rule::Quadrature(3)),
    };
    let Some(rule) = rule else { return true };
    let mut finer = density.with_rule(rule);
    let value = finer.evaluate(&estimate.q, &mut vec![0.0; estimate.q.len()]);
    (value - estimate.log_density).abs() < ACCURATE * (1.0 + estimate.log_density.abs())
}

/// In nats.
const AGREE: f64 = 1e-3;

/// The relative difference that a finer rule may make.
const ACCURATE: f64 = 1e-2;

/// Points from the noise of hidden variables, for a first climb.
const FIRST_POINTS: usize = 32;

/// Blocks of more hidden variables are too large for so few points.
const LARGEST_BLOCK: usize = 3;

/// The maximum by a few points from the noise of hidden variables, where these are functions of it.
fn by_noise(
    density: &Marginal<Joint>,
    settings: &OptimiseSettings,
    progress: &dyn Progress,
) -> Option<Estimate> {
    let structure = density.structure();
    let is_noise = structure.noise.iter().all(Option::is_some);
    if !is_noise || structure.largest_block() > LARGEST_BLOCK {
        return None;
    }
    let (source, seed) = (NoiseSource::Sobol, settings.seed);
    let mut noisy = density.with_rule(Rule::Prior { samples: FIRST_POINTS, source, seed });
    optimise(&mut noisy, settings, progress).ok()
}

/// First climbs from several starts by Laplace's approximation with bent curvatures, which is cheap
/// and smooth; then from the best of these by the rule itself. The plain Laplace approximation has
/// a spurious peak wherever the curvature of some block is small.
fn by_curvature(
    density: &mut Marginal<Joint>,
    settings: &OptimiseSettings,
    progress: &dyn Progress,
) -> Result<Estimate, InferenceError> {
    // Far out an approximation may be higher than anything real, so no start is looked for there.
    let settings = &OptimiseSettings { groups: Vec::new(), ..settings.clone() };
    let rule = density.rule();
    let mut cheap = density.with_rule(Rule::Quadrature(1));
    let Ok(first) = optimise(&mut cheap, settings, progress) else {
        return optimise(density, settings, progress);
    };
    *density = cheap.with_rule(rule);
    let near = OptimiseSettings { scales: scales(&first), ..settings.clone() };
    match optimise_from(density, &first.q, &near, progress) {
        // Where the approximation went the rule has no value.
        Err(InferenceError::NoFiniteStart { .. }) => optimise(density, settings, progress),
        refined => Ok(together(first, refined?)),
    }
}

/// The second of two climbs, with what both took.
fn together(first: Estimate, refined: Estimate) -> Estimate {
    let (iterations, evaluations) =
        (first.iterations + refined.iterations, first.evaluations + refined.evaluations);
    let starts = first.starts.iter().map(|start| StartOutcome {
        log_density: refined.log_density + start.log_density - first.log_density,
        ..start.clone()
    });
    Estimate { iterations, evaluations, starts: starts.collect(), ..refined }
}

/// A change of the log likelihood, in nats, too small to justify more points.
const SMALL_CHANGE: f64 = 5e-5;

/// The scales of the coordinates, from their variances; None where one is not determined.
fn scales(estimate: &Estimate) -> Option<Vec<f64>> {
    let n = estimate.q.len();
    let scales: Vec<f64> = (0..n).map(|i| estimate.covariance[i * (n + 1)].sqrt()).collect();
    scales.iter().all(|scale| scale.is_finite() && *scale > 0.0).then_some(scales)
}

/// Takes so many quadrature points, each time twice as many plus one, that more would not change the
/// log likelihood, as far as that is affordable.
pub fn with_enough_points(
    density: &mut Marginal<Joint>,
    mut estimate: Estimate,
    settings: &OptimiseSettings,
    progress: &dyn Progress,
) -> Result<Estimate, InferenceError> {
    while let Some(mut fine) = with_enough_at(density, &estimate, progress) {
        let near = OptimiseSettings { scales: scales(&estimate), ..settings.clone() };
        let Ok(finer) = optimise_from(&mut fine, &estimate.q, &near, progress) else { break };
        *density = fine;
        let (iterations, evaluations) =
            (estimate.iterations + finer.iterations, estimate.evaluations + finer.evaluations);
        let starts = std::mem::take(&mut estimate.starts);
        estimate = Estimate { iterations, evaluations, starts, ..finer };
    }
    Ok(estimate)
}

/// The density by the rule that is fine enough where an estimate is; None if its own rule is.
fn with_enough_at(
    density: &Marginal<Joint>,
    estimate: &Estimate,
    progress: &dyn Progress,
) -> Option<Marginal<Joint>> {
    let (mut enough, mut last) = (None, estimate.log_density);
    let mut gradient = vec![0.0; estimate.q.len()];
    while let Some(rule) = finer(enough.as_ref().unwrap_or(density)) {
        let mut fine = density.with_rule(rule);
        let value = fine.evaluate(&estimate.q, &mut gradient);
        let change = value - last;
        if change.abs() < SMALL_CHANGE || !change.is_finite() || progress.stop_requested() {
            break;
        }
        (enough, last) = (Some(fine), value);
    }
    enough
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
