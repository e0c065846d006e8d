//! A run whose transitions diverge is repeated with smaller steps, where the user has not said how large they are to be.

use pgmc::base::Diagnostic;
use pgmc::inference::{InferenceError, NutsRun, NutsSettings};
use serde_json::{Value, json};

use super::fit::Fit;

/// The target acceptances of the runs after the first.
const CAREFUL: [f64; 2] = [0.98, 0.995];

/// Where more than this share of the transitions diverges smaller steps hardly help.
const MANY: f64 = 0.1;

/// The runs that were made.
pub struct Attempts {
    /// Of the run that counts.
    pub target_accept: f64,
    /// What the run that does not count took.
    pub seconds_before: f64,
    /// Target acceptance and divergences of each, in order.
    made: Vec<(f64, usize)>,
}

/// Samples, and with smaller and smaller steps while transitions diverge; the run with the fewest divergences counts, the latest of equals.
pub fn sample(
    fit: &Fit,
    settings: &NutsSettings,
    mut run: impl FnMut(&NutsSettings) -> Result<NutsRun, InferenceError>,
) -> Result<(NutsRun, Attempts), InferenceError> {
    let mut best = run(settings)?;
    let mut fewest = divergences(&best);
    let mut attempts =
        Attempts { target_accept: settings.target_accept, seconds_before: 0.0, made: vec![(settings.target_accept, fewest)] };
    let many = fewest as f64 > MANY * (settings.chains * settings.draws) as f64;
    let targets: &[f64] = if many || fit.target_accept.is_some() { &[] } else { &CAREFUL };
    for &target_accept in targets {
        if fewest == 0 || best.stopped {
            break;
        }
        let next = run(&NutsSettings { target_accept, ..settings.clone() })?;
        let diverged = divergences(&next);
        attempts.made.push((target_accept, diverged));
        if next.stopped || diverged > fewest {
            attempts.seconds_before += next.seconds;
            continue;
        }
        attempts.seconds_before += best.seconds;
        attempts.target_accept = target_accept;
        (best, fewest) = (next, diverged);
    }
    Ok((best, attempts))
}

fn divergences(run: &NutsRun) -> usize {
    run.chains.iter().flat_map(|c| &c.stats).filter(|s| s.divergent).count()
}

impl Attempts {
    /// `[{"target_accept": 0.92, "divergences": 3}, ...]`
    pub fn all(&self) -> Value {
        self.made.iter().map(|(target, divergences)| json!({ "target_accept": target, "divergences": divergences })).collect()
    }

    /// What is told of repeated runs.
    pub fn note(&self) -> Option<Diagnostic> {
        let words: Vec<String> = self.made.iter().map(|(target, divergences)| format!("{divergences} at {target}")).collect();
        let message = format!("transitions diverged, so smaller steps were tried; divergences by target acceptance: {}", words.join(", "));
        let counts = format!("the run at {} counts", self.target_accept);
        (words.len() > 1).then(|| Diagnostic::note("N0402", message).because(counts))
    }
}
