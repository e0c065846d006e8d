//! Runs of the sampler: if transitions diverge the run is repeated with smaller steps, unless the
//! settings specify their size.

use super::fitted::{Attempt, Run, Tried};
use crate::base::Diagnostic;
use crate::draws::{Chain, DrawStats};
use crate::inference::{InferenceError, NutsRun, NutsSettings};

/// The target acceptances of the runs after the first.
const CAREFUL: [f64; 2] = [0.98, 0.995];

/// If more than this fraction of transitions diverges, smaller steps hardly help.
const MANY: f64 = 0.1;

/// Samples, repeatedly and with ever smaller steps while transitions diverge, each run starting
/// where the previous one ended. The run with the fewest trajectories cut short is used, the latest
/// in case of a tie. `repeat`: whether more than one run is allowed.
pub fn sample(
    settings: &NutsSettings,
    repeat: bool,
    run: impl Fn(&NutsSettings) -> Result<NutsRun, InferenceError>,
) -> Result<(NutsRun, Vec<Attempt>), InferenceError> {
    let mut best = run(settings)?;
    let mut told = of_run(&best, settings.target_accept);
    let mut attempts = vec![attempt(&best, told)];
    let many = told.divergences as f64 > MANY * (settings.chains * settings.draws) as f64;
    let targets: &[f64] = if many || !repeat { &[] } else { &CAREFUL };
    for &target_accept in targets {
        if told.divergences == 0 || best.stopped {
            break;
        }
        let starts = best.chains.iter().map(end).collect();
        let careful = NutsSettings { target_accept, starts, split_steps: true, ..settings.clone() };
        let next = run(&careful)?;
        let of_next = of_run(&next, target_accept);
        attempts.push(attempt(&next, of_next));
        if !next.stopped && cut_short(of_next) <= cut_short(told) {
            (best, told) = (next, of_next);
        }
    }
    for attempt in &mut attempts {
        attempt.counts = attempt.what == Tried::Run(told);
    }
    Ok((best, attempts))
}

/// Includes trajectories at the maximum depth: a chain that hardly moves has tiny steps, so none
/// diverges, but its trajectories never end.
fn cut_short(run: Run) -> usize {
    run.divergences + run.max_depth_hits
}

fn attempt(run: &NutsRun, told: Run) -> Attempt {
    let (gradients, seconds) = (run.gradients(), run.seconds);
    Attempt { what: Tried::Run(told), gradients, seconds, counts: false }
}

fn of_run(run: &NutsRun, target_accept: f64) -> Run {
    let count = |fact: fn(&DrawStats) -> bool| {
        run.chains.iter().flat_map(|c| &c.stats).filter(|s| fact(s)).count()
    };
    Run {
        target_accept,
        divergences: count(|s| s.divergent),
        max_depth_hits: count(|s| s.max_depth_hit),
        irreversible: count(|s| s.irreversible),
    }
}

/// Where the next run may start: not from a stuck chain.
fn end(chain: &Chain) -> Option<Vec<f64>> {
    let cut_short = chain.stats.iter().filter(|s| s.divergent || s.max_depth_hit).count();
    (!chain.end.is_empty() && cut_short as f64 <= MANY * chain.len() as f64)
        .then(|| chain.end.clone())
}

/// All runs, with whether each is the one used.
fn runs(attempts: &[Attempt]) -> impl Iterator<Item = (Run, bool)> {
    attempts.iter().filter_map(|attempt| match attempt.what {
        Tried::Run(run) => Some((run, attempt.counts)),
        Tried::Form { .. } => None,
    })
}

/// Wall-clock seconds of the discarded runs.
pub fn seconds_discarded(attempts: &[Attempt]) -> f64 {
    let is_run = |attempt: &&Attempt| matches!(attempt.what, Tried::Run(_));
    attempts.iter().filter(is_run).filter(|a| !a.counts).map(|a| a.seconds).sum()
}

/// The target mean acceptance to which the step sizes of the run used were adapted.
pub fn target_accept(attempts: &[Attempt]) -> Option<f64> {
    runs(attempts).find(|(_, counts)| *counts).map(|(run, _)| run.target_accept)
}

/// The note about repeated runs.
pub fn note(attempts: &[Attempt]) -> Option<Diagnostic> {
    let words: Vec<String> = runs(attempts)
        .map(|(run, _)| format!("{} at {}", run.divergences, run.target_accept))
        .collect();
    let (best, _) = runs(attempts).find(|(_, counts)| *counts)?;
    let ended = match best.irreversible {
        0 => String::new(),
        1 => "; in it one trajectory ended early, as a step that was split could not be taken back"
            .to_owned(),
        many => format!(
            "; in it {many} trajectories ended early, as steps that were split could not be taken \
             back"
        ),
    };
    let message = format!(
        "transitions diverged, so smaller steps were tried; divergences by target acceptance: {}",
        words.join(", ")
    );
    let counts = format!("the run at {} counts{ended}", best.target_accept);
    (words.len() > 1).then(|| Diagnostic::note("N0403", message).because(counts))
}
