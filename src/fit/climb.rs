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
        accuracy: 1e-11,
    }
}

/// With more hidden values than this, a single start has to do: each start costs as much as all the
/// rest, and large data sets have few local maxima.
const MANY: usize = 20_000;

/// The maximum by the density's rule.
///
/// Where integrals are not exact the first climb is by points from the noise of hidden variables, as
/// long as these are few: their mean has no spurious peaks, however far out. It ends near the
/// maximum on whatever scale that is; the rule itself goes on from there.
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
    let first = by_noise(density, settings, progress);
    let refined = first.and_then(|first| {
        let refined = optimise_from(density, &first.q, settings, progress).ok()?;
        Some(together(first, refined)).filter(|estimate| estimate.converged)
    });
    match refined {
        Some(refined) => Ok(refined),
        None => by_curvature(density, settings, progress),
    }
}

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
    match optimise_from(density, &first.q, settings, progress) {
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
        let Ok(finer_estimate) = optimise_from(&mut finer, &estimate.q, settings, progress) else {
            break;
        };
        *density = finer;
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
