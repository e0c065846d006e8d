//! A short run of each way to write the hidden variables; the one that mixes best is used.

use pgmc::density::LogDensity;
use pgmc::draws::{Chain, Draws, Summary, chain, summaries};
use pgmc::inference::{self, NutsSettings, Silent};
use pgmc::lower::{Form, Forms, Written};
use pgmc::pipeline::{Compiled, Density};

use super::files::Shown;
use super::fit::Fit;
use super::{results, shares};

/// Long enough to tell forms apart that differ by a factor of two, short beside the run itself.
const WARMUP: usize = 300;
const DRAWS: usize = 300;
const CHAINS: usize = 2;

/// At so many draws of each chain it is seen what the data tell of each element.
const POINTS: usize = 8;

/// How much better than the form that was made for the data another one must do in its trial, whose
/// figures are not certain.
const CLEARLY: f64 = 1.25;

/// How well a form did.
struct Trial {
    compiled: Compiled,
    /// The share of draws that diverged.
    diverged: f64,
    /// Effective draws a thousand gradients, of the slowest value.
    efficiency: f64,
    /// Some of its draws, as points of the density.
    points: Vec<Vec<f64>>,
}

/// Tries the auxiliary form, the one between auxiliary and centred that its draws ask for, and the
/// centred form; keeps the best, with what was measured as the reason.
pub fn choose(
    fit: &Fit,
    compiled: &Compiled,
    compile: &mut impl FnMut(Forms) -> Result<Compiled, Shown>,
) -> Result<Compiled, Shown> {
    let open = || compiled.forms.iter().filter(|f| f.open);
    let all = |written: &Written| Forms {
        others: Form::Auto,
        named: open().map(|f| (f.name.clone(), written.clone())).collect(),
    };
    let mut trials = vec![trial(fit, compile(all(&Written::Auxiliary))?)];
    let made = shares::estimate(&trials[0].compiled, &trials[0].points);
    for forms in made.into_iter().chain([all(&Written::Centred)]) {
        let other = compile(forms)?;
        let written = |c: &Compiled| c.forms.iter().map(|f| f.written.clone()).collect::<Vec<_>>();
        if trials.iter().all(|t| written(&t.compiled) != written(&other)) {
            trials.push(trial(fit, other));
        }
    }
    let words = trials.iter().map(describe).collect::<Vec<_>>().join("; ");
    trials.sort_by(|a, b| b.score().total_cmp(&a.score()));
    let mut best = trials.swap_remove(0).compiled;
    for form in &mut best.forms {
        if form.open {
            form.reason = format!("a short trial: {words}");
        }
    }
    Ok(best)
}

impl Trial {
    /// One divergence in a thousand draws weighs as much as half of the efficiency: it may hide a
    /// part of the posterior.
    fn score(&self) -> f64 {
        let preferred =
            if self.compiled.forms.iter().any(|f| matches!(f.written, Written::Partial(_))) {
                CLEARLY
            } else {
                1.0
            };
        if self.efficiency.is_finite() {
            preferred * self.efficiency / (1.0 + 1000.0 * self.diverged)
        } else {
            0.0
        }
    }
}

/// A density whose draws are followed by their points.
struct WithPoint(Density);

impl LogDensity for WithPoint {
    fn dim(&self) -> usize {
        self.0.dim()
    }

    fn evaluate(&mut self, q: &[f64], grad: &mut [f64]) -> f64 {
        self.0.evaluate(q, grad)
    }

    fn constrained_dim(&self) -> usize {
        self.0.constrained_dim() + self.0.dim()
    }

    fn constrain(&mut self, q: &[f64], values: &mut [f64]) {
        let (named, point) = values.split_at_mut(self.0.constrained_dim());
        self.0.constrain(q, named);
        point.copy_from_slice(q);
    }
}

fn trial(fit: &Fit, compiled: Compiled) -> Trial {
    let settings =
        NutsSettings { chains: CHAINS, warmup: WARMUP, draws: DRAWS, ..fit.nuts_settings() };
    let density = compiled.density.clone();
    let Ok(run) = inference::sample(|| WithPoint(density.clone()), &settings, &Silent, &|| 0.0)
    else {
        return Trial { compiled, diverged: 1.0, efficiency: 0.0, points: Vec::new() };
    };
    let mut chains = chain::rectangle(run.chains);
    let points =
        chains.iter_mut().flat_map(|c| take_points(c, density.constrained_dim())).collect();
    let draws = Draws {
        names: results::names(&compiled.layouts),
        variables: results::variables(&compiled.layouts),
        chains,
    };
    let gradients: u64 = draws.chains.iter().map(|c| c.sampling.gradients).sum();
    let divergent = draws.chains.iter().flat_map(|c| &c.stats).filter(|s| s.divergent).count();
    // A value that is the same in all draws has no ESS; chains that disagree have a low one.
    let lowest = summaries(&draws, settings.threads)
        .iter()
        .map(|s: &Summary| s.ess_bulk)
        .filter(|e| e.is_finite())
        .fold(f64::INFINITY, f64::min);
    let efficiency = 1000.0 * lowest / gradients.max(1) as f64;
    Trial { diverged: divergent as f64 / draws.total().max(1) as f64, efficiency, compiled, points }
}

/// Takes the points off a chain's draws of so many named values, and gives a few of them.
fn take_points(chain: &mut Chain, named: usize) -> Vec<Vec<f64>> {
    let width = std::mem::replace(&mut chain.width, named);
    let (mut values, mut points) = (Vec::with_capacity(chain.length * named), Vec::new());
    let every = (chain.length / POINTS).max(1);
    for (i, draw) in chain.values.chunks_exact(width).enumerate() {
        values.extend_from_slice(&draw[..named]);
        if i % every == every - 1 {
            points.push(draw[named..].to_vec());
        }
    }
    chain.values = values;
    points
}

/// `centred: 3.1 effective draws a thousand gradients, 0% diverged`
fn describe(trial: &Trial) -> String {
    let mut words: Vec<&str> =
        trial.compiled.forms.iter().filter(|f| f.open).map(|f| f.written.word()).collect();
    words.dedup();
    let word = if let [only] = words.as_slice() { only } else { "mixed" };
    format!(
        "{word} {:.2} effective draws a thousand gradients, {:.0}% diverged",
        trial.efficiency,
        100.0 * trial.diverged
    )
}
