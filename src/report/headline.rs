//! The one-line summaries of a finished fit: what was done, and how well the data are explained.

use crate::base::numbers::{duration, fixed, plural, significant, thousands};
use crate::draws::{Draws, Estimate};
use crate::fit::settings::Target;
use crate::fit::{Answer, Fitted, Likelihood, Seconds};

/// The line that says what was done.
#[must_use]
pub fn of(fitted: &Fitted) -> String {
    match &fitted.answer {
        Answer::Draws(sampled) => of_draws(&sampled.draws, fitted.gradients(), fitted.seconds),
        Answer::Estimate(maximised) => {
            let word = match fitted.settings.method.name().target() {
                Target::Likelihood => "Maximum likelihood",
                Target::Posterior => "Posterior mode",
            };
            of_estimate(word, &maximised.estimate, fitted.seconds)
        }
        Answer::Exact { log_probability } => {
            format!("Exact · no real unknown · log probability of the data {log_probability:.6}")
        }
    }
}

/// `NUTS · 4 chains × 1000 draws · 1.9 s (warm-up 1.1, sampling 0.8) · 61,204 gradients`
#[must_use]
pub fn of_draws(draws: &Draws, gradients: u64, seconds: Seconds) -> String {
    let Seconds { trials, warmup, sampling, .. } = seconds;
    let total = trials + warmup + sampling;
    let short = |time: f64| if total >= 1.0 { significant(time, 2) } else { duration(time) };
    let trials = if trials > 0.0 { format!("trials {}, ", short(trials)) } else { String::new() };
    format!(
        "NUTS · {} × {} draws · {} ({trials}warm-up {}, sampling {}) · {} gradients",
        plural(draws.chains.len(), "chain"),
        draws.per_chain(),
        duration(total),
        short(warmup),
        short(sampling),
        thousands(gradients)
    )
}

/// `Maximum likelihood · log density -321.43 · converged in 23 iterations from 4 starts · 12 ms ·
/// 312 gradients`
#[must_use]
pub fn of_estimate(method: &str, estimate: &Estimate, seconds: Seconds) -> String {
    let outcome = if estimate.converged { "converged in" } else { "not converged after" };
    format!(
        "{method} · log density {} · {outcome} {} iterations from {} starts · {} · {} gradients",
        fixed(estimate.log_density, 2),
        thousands(estimate.iterations),
        estimate.starts.len(),
        duration(seconds.sampling),
        thousands(estimate.evaluations)
    )
}

/// How well the data are explained, in one line.
#[must_use]
pub fn fitness(likelihood: &Likelihood) -> String {
    format!(
        "log likelihood {} · AIC {} · BIC {} · {}, {}",
        fixed(likelihood.log_likelihood, 4),
        fixed(likelihood.aic(), 2),
        fixed(likelihood.bic(), 2),
        plural(likelihood.parameters, "parameter"),
        plural(likelihood.observations, "observation")
    )
}
