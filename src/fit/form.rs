//! Chooses how hidden variables are parameterised for the sampler: compiles, tries each form
//! briefly, measures how informative the data are, compiles again; the form that mixes best is
//! used.

use super::fitted::{Attempt, Tried};
use super::job::Job;
use super::names::{names, variables};
use super::noncentring;
use super::settings::Nuts;
use super::starts;
use super::world::Unwatched;
use crate::base::Diagnostic;
use crate::draws::{Draws, Summary, chain, summaries};
use crate::inference::{self, NutsSettings};
use crate::lower::{Form, Forms, Scale, Written};
use crate::pipeline::{self, Compiled};

/// Long enough to tell apart forms that differ by a factor of two, short compared with the run
/// itself.
const WARMUP: usize = 300;
const DRAWS: usize = 300;
const CHAINS: usize = 2;

/// The number of draws per chain at which the information that the data carry about each element is
/// measured.
const POINTS: usize = 8;

/// How much better than the form made for the data another one must do in its trial, because trial
/// figures are noisy.
const CLEARLY: f64 = 1.25;

/// A model compiled in the chosen form, and what the choice cost.
pub struct Chosen {
    /// The model.
    pub compiled: Compiled,
    /// The trials, in order.
    pub trials: Vec<Attempt>,
    /// When the first code was ready, by the world's clock.
    pub compile_seconds: f64,
}

/// Compiles a model for the sampler in the form given by the settings, or in the best one.
///
/// # Errors
/// Problems with the model that show only with the data.
pub fn choose(job: &Job<'_>, nuts: &Nuts) -> Result<Chosen, Vec<Diagnostic>> {
    let compile = |forms: Forms| {
        pipeline::compile_open(job.model.open_density(job.binding, Scale::Unconstrained, forms)?)
    };
    let compiled = compile(nuts.form.into())?;
    let compile_seconds = job.world.seconds();
    if nuts.form != Form::Auto || !compiled.forms.iter().any(|form| form.open) {
        return Ok(Chosen { compiled, trials: Vec::new(), compile_seconds });
    }
    let (compiled, trials) = by_trial(job, nuts, &compiled, &compile)?;
    Ok(Chosen { compiled, trials, compile_seconds })
}

/// How well a form did.
struct Trial {
    compiled: Compiled,
    /// The fraction of draws that diverged.
    diverged: f64,
    /// Effective draws per thousand gradients, for the slowest value.
    efficiency: f64,
    /// Some of its draws, as points of the density.
    points: Vec<Vec<f64>>,
    gradients: u64,
    seconds: f64,
}

/// Tries the auxiliary form, the one between auxiliary and centred that its draws suggest, and the
/// centred form; keeps the best, with the measurements as the reason.
fn by_trial(
    job: &Job<'_>,
    nuts: &Nuts,
    compiled: &Compiled,
    compile: &impl Fn(Forms) -> Result<Compiled, Vec<Diagnostic>>,
) -> Result<(Compiled, Vec<Attempt>), Vec<Diagnostic>> {
    let open = || compiled.forms.iter().filter(|f| f.open);
    let all = |written: &Written| Forms {
        others: Form::Auto,
        named: open().map(|f| (f.name.clone(), written.clone())).collect(),
    };
    let mut trials = vec![trial(job, nuts, compile(all(&Written::Auxiliary))?)];
    let made = noncentring::estimate(&trials[0].compiled, &trials[0].points);
    for forms in made.into_iter().chain([all(&Written::Centred)]) {
        let other = compile(forms)?;
        let written = |c: &Compiled| c.forms.iter().map(|f| f.written.clone()).collect::<Vec<_>>();
        if trials.iter().all(|t| written(&t.compiled) != written(&other)) {
            trials.push(trial(job, nuts, other));
        }
    }
    let words = trials.iter().map(describe).collect::<Vec<_>>().join("; ");
    let score = |trial: &Trial| trial.score();
    // The first of equals, in the order they were tried.
    let best = (0..trials.len())
        .rev()
        .max_by(|&a, &b| score(&trials[a]).total_cmp(&score(&trials[b])))
        .unwrap_or(0);
    let attempts = trials.iter().enumerate().map(|(at, trial)| trial.attempt(at == best)).collect();
    let mut best = trials.swap_remove(best).compiled;
    for form in best.forms.iter_mut().filter(|form| form.open) {
        form.reason = format!("a short trial: {words}");
    }
    Ok((best, attempts))
}

impl Trial {
    /// One divergence in a thousand draws weighs as much as half of the efficiency: it may hide
    /// part of the posterior.
    fn score(&self) -> f64 {
        let partial = |written: &Written| matches!(written, Written::Partial(_));
        let is_partial = self.compiled.forms.iter().any(|form| partial(&form.written));
        let preferred = if is_partial { CLEARLY } else { 1.0 };
        if self.efficiency.is_finite() {
            preferred * self.efficiency / (1.0 + 1000.0 * self.diverged)
        } else {
            0.0
        }
    }

    /// A name for the forms that were open.
    fn word(&self) -> &'static str {
        let open = self.compiled.forms.iter().filter(|form| form.open);
        let mut words: Vec<&str> = open.map(|form| form.written.word()).collect();
        words.dedup();
        if let [only] = words.as_slice() { only } else { "mixed" }
    }

    fn attempt(&self, counts: bool) -> Attempt {
        let Self { efficiency, diverged, gradients, seconds, .. } = *self;
        let what = Tried::Form { form: self.word().to_owned(), efficiency, diverged };
        Attempt { what, gradients, seconds, counts }
    }
}

fn trial(job: &Job<'_>, nuts: &Nuts, compiled: Compiled) -> Trial {
    let sampler = nuts.sampler(job.settings);
    let settings = NutsSettings {
        chains: CHAINS,
        warmup: WARMUP,
        draws: DRAWS,
        keep_points: true,
        ..sampler.clone()
    };
    // A mistake in the starting values is told before the run itself.
    let settings = starts::of_sampler(job, &compiled, settings.clone()).unwrap_or(settings);
    let clock = || job.world.seconds();
    let begin = clock();
    let density = compiled.density.clone();
    let run = inference::sample(|| density.clone(), &settings, &Unwatched(job.world), &clock);
    let seconds = clock() - begin;
    let Ok(run) = run else {
        let (points, gradients) = (Vec::new(), 0);
        return Trial { compiled, diverged: 1.0, efficiency: 0.0, points, gradients, seconds };
    };
    let gradients = run.gradients();
    let chains = chain::rectangle(run.chains);
    let dim = compiled.coordinates.len();
    let points = chains.iter().flat_map(|chain| some_points(&chain.points, dim)).collect();
    let (names, variables) = (names(&compiled.layouts), variables(&compiled.layouts));
    let draws = Draws { names, variables, chains };
    let of_sampling: u64 = draws.chains.iter().map(|c| c.sampling.gradients).sum();
    let stats = draws.chains.iter().flat_map(|c| &c.stats);
    let divergent = stats.filter(|s| s.divergent).count();
    // A value that is constant over all draws has no ESS; chains that disagree have a low one.
    let sizes = summaries(&draws, sampler.threads);
    let sizes = sizes.iter().map(|s: &Summary| s.ess_bulk).filter(|e| e.is_finite());
    let efficiency = 1000.0 * sizes.fold(f64::INFINITY, f64::min) / of_sampling.max(1) as f64;
    let diverged = divergent as f64 / draws.total().max(1) as f64;
    Trial { diverged, efficiency, compiled, points, gradients, seconds }
}

/// A few of a chain's points, evenly spaced.
fn some_points(points: &[f64], dim: usize) -> Vec<Vec<f64>> {
    let points: Vec<&[f64]> = points.chunks_exact(dim.max(1)).collect();
    let every = (points.len() / POINTS).max(1);
    points.iter().skip(every - 1).step_by(every).map(|point| point.to_vec()).collect()
}

/// `centred: 3.1 effective draws a thousand gradients, 0% diverged`
fn describe(trial: &Trial) -> String {
    let word = trial.word();
    format!(
        "{word} {:.2} effective draws a thousand gradients, {:.0}% diverged",
        trial.efficiency,
        100.0 * trial.diverged
    )
}
