//! Fits by NUTS: draws from the posterior.

use super::discrete;
use super::explain;
use super::finding::Finding;
use super::fitted::{Answer, Attempt, Fitted, Sampled, SamplerFacts, Seconds};
use super::form;
use super::identify;
use super::introduce::overview;
use super::job::Job;
use super::judge;
use super::names::{names, variables};
use super::overview::Overview;
use super::runs;
use super::settings::Nuts;
use super::starts;
use super::world::{News, Watched};
use crate::base::{Diagnostic, setting, words};
use crate::density::LogDensity;
use crate::draws::{Draws, chain, summaries};
use crate::inference::{self, NutsSettings, Turned};
use crate::pipeline::Compiled;

/// Samples from the joint posterior, including hidden variables.
///
/// # Errors
/// If sampling is impossible: an improper posterior, or no point to start from.
pub fn joint(job: &Job<'_>, nuts: &Nuts) -> Result<Fitted, Vec<Diagnostic>> {
    let form::Chosen { compiled, trials, compile_seconds } = form::choose(job, nuts)?;
    let size = compiled.density.code_size();
    let overview = overview(job, &compiled, (size, compile_seconds));
    match compiled.only_discrete() {
        Some(open) => {
            let draws = nuts.draw_discrete.then_some(nuts.size());
            discrete::exact(job, &compiled, (&open, draws), overview)
        }
        None => {
            let exact = || {
                let mut exact = compiled.clone();
                exact.with_derivatives().map_err(|message| Diagnostic::error("E0401", message))?;
                Ok(exact.density)
            };
            let turn = identify::turn(job, &compiled, exact).map_err(|error| vec![error])?;
            // The posterior of discrete variables is computed at points on the old coordinates.
            match turn.filter(|_| compiled.open.is_none()) {
                Some(turn) => sample(
                    job,
                    nuts,
                    &compiled.on(|density| Turned::new(density, turn)),
                    (overview, trials),
                ),
                None => sample(job, nuts, &compiled, (overview, trials)),
            }
        }
    }
}

/// Samples from a compiled density.
///
/// # Errors
/// As [`joint`].
pub fn sample<D: LogDensity + Clone + Send + Sync>(
    job: &Job<'_>,
    nuts: &Nuts,
    compiled: &Compiled<D>,
    (overview, trials): (Overview, Vec<Attempt>),
) -> Result<Fitted, Vec<Diagnostic>> {
    job.world.hear(News::Compiled(&overview));
    if let Some(error) = identify::still(job, compiled) {
        return Err(vec![error]);
    }
    let recovery = discrete::compile(compiled.open.as_ref())?;
    let sampler = nuts.sampler(job.settings);
    let sampler = NutsSettings { keep_points: recovery.is_some(), ..sampler };
    let sampler = starts::of_sampler(job, compiled, sampler)?;
    let (run, of_runs) = run(job, nuts, compiled, &sampler)?;
    let seconds = seconds(&overview, &trials, &run, &of_runs);
    let draws = Draws {
        names: names(&compiled.layouts),
        variables: variables(&compiled.layouts),
        chains: chain::rectangle(run.chains),
    };
    if draws.total() == 0 {
        let pieces = [words("let it run longer, or ask for less "), setting("warmup")];
        let error = Diagnostic::error("E0408", "stopped before the first draw").try_this(pieces);
        return Err(vec![error]);
    }
    let (draws, discrete) = match recovery {
        Some(recovery) => {
            let dim = compiled.program.program.slots;
            let (draws, recovered) =
                discrete::of_draws((job.settings.seed, nuts.draw_discrete), recovery, dim, draws);
            (draws, Some(recovered))
        }
        None => (draws, None),
    };
    let summaries = summaries(&draws, sampler.threads);
    let target_accept = runs::target_accept(&of_runs).unwrap_or(sampler.target_accept);
    let facts = SamplerFacts { warmup: sampler.warmup, target_accept };
    let options = judge::Options { target_accept, ..judge::Options::of(&sampler) };
    let note = runs::note(&of_runs).map(Finding::from);
    let findings = note.into_iter().chain(judge::of_draws(&draws, &summaries, options)).collect();
    Ok(Fitted {
        settings: job.settings.clone(),
        overview,
        answer: Answer::Draws(Sampled { draws, summaries, sampler: Some(facts) }),
        discrete,
        findings,
        attempts: trials.into_iter().chain(of_runs).collect(),
        seconds,
    })
}

/// Runs the sampler, again if transitions diverge.
fn run<D: LogDensity + Clone + Send + Sync>(
    job: &Job<'_>,
    nuts: &Nuts,
    compiled: &Compiled<D>,
    sampler: &NutsSettings,
) -> Result<(inference::NutsRun, Vec<Attempt>), Vec<Diagnostic>> {
    let (chains, transitions) = (sampler.chains, sampler.warmup + sampler.draws);
    if compiled.density.dim() > 0 {
        job.world.hear(News::Sampling { chains, transitions });
    }
    let clock = || job.world.seconds();
    let once = |settings: &NutsSettings| {
        inference::sample(|| compiled.density.clone(), settings, &Watched(job.world), &clock)
    };
    let sampled = runs::sample(sampler, nuts.target_accept.is_none(), once);
    job.world.hear(News::Sampled);
    sampled.map_err(|error| explain::error(&error, &job.model.network, compiled))
}

/// Where the time went.
fn seconds(
    overview: &Overview,
    trials: &[Attempt],
    run: &inference::NutsRun,
    of_runs: &[Attempt],
) -> Seconds {
    let (warmup, sampling) = run.seconds_by_phase();
    Seconds {
        compile: overview.compile_seconds,
        trials: trials.iter().map(|trial| trial.seconds).sum(),
        warmup: warmup + runs::seconds_discarded(of_runs),
        sampling,
    }
}
