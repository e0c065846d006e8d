//! A short run of each way to write the hidden variables; the one that mixes best is used.

use pgmc::draws::{Draws, Summary, chain, summaries};
use pgmc::inference::{self, NutsSettings, Silent};
use pgmc::pipeline::Compiled;
use pgmc::program::lower::Form;

use super::files::Shown;
use super::fit::Fit;
use super::results;

/// Long enough to tell forms apart that differ by a factor of two, short beside the run itself.
const WARMUP: usize = 300;
const DRAWS: usize = 300;
const CHAINS: usize = 2;

/// How well a form did.
struct Trial {
    compiled: Compiled,
    /// The share of draws that diverged.
    diverged: f64,
    /// Effective draws a thousand gradients, of the slowest value.
    efficiency: f64,
}

/// Tries the forms that differ from `compiled` and keeps the best, with what was measured as the reason.
pub fn choose(fit: &Fit, compiled: Compiled, compile: &mut impl FnMut(Form) -> Result<Compiled, Shown>) -> Result<Compiled, Shown> {
    let mut trials = vec![trial(fit, compiled)];
    for form in [Form::Centred, Form::Auxiliary] {
        let other = compile(form)?;
        let written = |c: &Compiled| c.forms.iter().map(|f| f.auxiliary).collect::<Vec<_>>();
        if trials.iter().all(|t| written(&t.compiled) != written(&other)) {
            trials.push(trial(fit, other));
        }
    }
    let words = trials.iter().map(describe).collect::<Vec<_>>().join("; ");
    trials.sort_by(|a, b| b.score().total_cmp(&a.score()));
    let mut best = trials.swap_remove(0).compiled;
    for form in &mut best.forms {
        form.reason = format!("a short trial: {words}");
    }
    Ok(best)
}

impl Trial {
    /// One divergence in a thousand draws weighs as much as half of the efficiency: it may hide a part of the posterior.
    fn score(&self) -> f64 {
        if self.efficiency.is_finite() { self.efficiency / (1.0 + 1000.0 * self.diverged) } else { 0.0 }
    }
}

fn trial(fit: &Fit, compiled: Compiled) -> Trial {
    let settings = NutsSettings { chains: CHAINS, warmup: WARMUP, draws: DRAWS, ..fit.nuts_settings() };
    let density = compiled.density.clone();
    let Ok(run) = inference::sample(|| density.clone(), &settings, &Silent, &|| 0.0) else {
        return Trial { compiled, diverged: 1.0, efficiency: 0.0 };
    };
    let draws = Draws {
        names: results::names(&compiled.layouts),
        variables: results::variables(&compiled.layouts),
        chains: chain::rectangle(run.chains),
    };
    let gradients: u64 = draws.chains.iter().map(|c| c.sampling.gradients).sum();
    let divergent = draws.chains.iter().flat_map(|c| &c.stats).filter(|s| s.divergent).count();
    // A value that is the same in all draws has no ESS; chains that disagree have a low one.
    let lowest =
        summaries(&draws, settings.threads).iter().map(|s: &Summary| s.ess_bulk).filter(|e| e.is_finite()).fold(f64::INFINITY, f64::min);
    let efficiency = 1000.0 * lowest / gradients.max(1) as f64;
    Trial { diverged: divergent as f64 / draws.total().max(1) as f64, efficiency, compiled }
}

/// `centred: 3.1 effective draws a thousand gradients, 0% diverged`
fn describe(trial: &Trial) -> String {
    let forms: Vec<&str> = trial.compiled.forms.iter().map(|f| if f.auxiliary { "auxiliary" } else { "centred" }).collect();
    let word = match (forms.iter().all(|f| *f == "auxiliary"), forms.iter().all(|f| *f == "centred")) {
        (true, _) => "auxiliary",
        (_, true) => "centred",
        _ => "mixed",
    };
    format!("{word} {:.2} effective draws a thousand gradients, {:.0}% diverged", trial.efficiency, 100.0 * trial.diverged)
}
