//! A run whose transitions diverge is repeated with smaller steps, where the user has not said how
//! large they are to be.

use pgmc::base::Diagnostic;
use pgmc::draws::{Chain, DrawStats};
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
    /// What the runs that do not count took.
    pub seconds_before: f64,
    /// What is told of each, in order.
    made: Vec<Attempt>,
}

#[derive(Clone, Copy)]
struct Attempt {
    target_accept: f64,
    divergences: usize,
    max_depth_hits: usize,
    irreversible: usize,
}

impl Attempt {
    /// A chain that hardly moves has tiny steps: none that diverges, and trajectories that never
    /// end.
    fn cut_short(self) -> usize {
        self.divergences + self.max_depth_hits
    }
}

/// Samples, and with smaller and smaller steps while transitions diverge, each run from where the
/// one before it ended. The run with the fewest trajectories cut short counts, the latest of
/// equals.
pub fn sample(
    fit: &Fit,
    settings: &NutsSettings,
    mut run: impl FnMut(&NutsSettings) -> Result<NutsRun, InferenceError>,
) -> Result<(NutsRun, Attempts), InferenceError> {
    let mut best = run(settings)?;
    let mut attempt = attempt(&best, settings.target_accept);
    let mut attempts = Attempts {
        target_accept: settings.target_accept,
        seconds_before: 0.0,
        made: vec![attempt],
    };
    let many = attempt.divergences as f64 > MANY * (settings.chains * settings.draws) as f64;
    let targets: &[f64] = if many || fit.target_accept.is_some() { &[] } else { &CAREFUL };
    for &target_accept in targets {
        if attempt.divergences == 0 || best.stopped {
            break;
        }
        let starts = best.chains.iter().map(end).collect();
        let next =
            run(&NutsSettings { target_accept, starts, split_steps: true, ..settings.clone() })?;
        let made = self::attempt(&next, target_accept);
        attempts.made.push(made);
        if next.stopped || made.cut_short() > attempt.cut_short() {
            attempts.seconds_before += next.seconds;
            continue;
        }
        attempts.seconds_before += best.seconds;
        attempts.target_accept = target_accept;
        (best, attempt) = (next, made);
    }
    Ok((best, attempts))
}

fn attempt(run: &NutsRun, target_accept: f64) -> Attempt {
    let count = |fact: fn(&DrawStats) -> bool| {
        run.chains.iter().flat_map(|c| &c.stats).filter(|s| fact(s)).count()
    };
    let (divergences, max_depth_hits) = (count(|s| s.divergent), count(|s| s.max_depth_hit));
    Attempt { target_accept, divergences, max_depth_hits, irreversible: count(|s| s.irreversible) }
}

/// Where the next run may start: not from a chain that was stuck.
fn end(chain: &Chain) -> Option<Vec<f64>> {
    let cut_short = chain.stats.iter().filter(|s| s.divergent || s.max_depth_hit).count();
    (!chain.end.is_empty() && cut_short as f64 <= MANY * chain.len() as f64)
        .then(|| chain.end.clone())
}

impl Attempts {
    /// `[{"target_accept": 0.92, "divergences": 3, "max_depth_hits": 0, "irreversible": 0}, ...]`
    pub fn all(&self) -> Value {
        let told = |a: &Attempt| {
            json!({
                "target_accept": a.target_accept, "divergences": a.divergences,
                "max_depth_hits": a.max_depth_hits, "irreversible": a.irreversible,
            })
        };
        self.made.iter().map(told).collect()
    }

    /// What is told of repeated runs.
    pub fn note(&self) -> Option<Diagnostic> {
        let words: Vec<String> =
            self.made.iter().map(|a| format!("{} at {}", a.divergences, a.target_accept)).collect();
        let message = format!(
            "transitions diverged, so smaller steps were tried; divergences by target \
             acceptance: {}",
            words.join(", ")
        );
        let irreversible = self
            .made
            .iter()
            .find(|a| a.target_accept == self.target_accept)
            .map_or(0, |a| a.irreversible);
        let ended = match irreversible {
            0 => String::new(),
            1 => "; in it one trajectory ended early, as a step that was split could not be taken \
                back"
                .to_owned(),
            many => format!(
                "; in it {many} trajectories ended early, as steps that were split \
                could not be taken back"
            ),
        };
        let counts = format!("the run at {} counts{ended}", self.target_accept);
        (words.len() > 1).then(|| Diagnostic::note("N0403", message).because(counts))
    }
}
