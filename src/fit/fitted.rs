//! The result of a fit: everything that pages and files are written from.

use super::blocks::Blocks;
use super::finding::Finding;
use super::overview::Overview;
use super::recovered::Recovered;
use super::settings::Settings;
use crate::base::Severity;
use crate::draws::{Draws, Estimate, Summary, Variable};
use crate::marginal::numerics::Accuracy;

/// A finished fit.
#[derive(Clone, Debug)]
pub struct Fitted {
    /// What was requested.
    pub settings: Settings,
    /// What was fitted, and what it was compiled to.
    pub overview: Overview,
    /// The results.
    pub answer: Answer,
    /// Discrete variables, if there are any.
    pub discrete: Option<Recovered>,
    /// The findings, most serious first.
    pub findings: Vec<Finding>,
    /// Everything that was tried along the way, in order.
    pub attempts: Vec<Attempt>,
    /// Where the time went.
    pub seconds: Seconds,
}

/// The results of a fit. There is one per fit, so the difference in size does not matter.
#[derive(Clone, Debug)]
#[expect(clippy::large_enum_variant, reason = "there is one of them")]
pub enum Answer {
    /// Draws from the posterior.
    Draws(Sampled),
    /// The maximum of a likelihood or posterior density.
    Estimate(Maximised),
    /// A model without real unknowns: all results are exact.
    Exact {
        /// log p(data), in nats.
        log_probability: f64,
    },
}

/// Draws, with their summaries.
#[derive(Clone, Debug)]
pub struct Sampled {
    /// The draws.
    pub draws: Draws,
    /// Summaries of the draws, one per column.
    pub summaries: Vec<Summary>,
    /// How they were generated, if by Markov chains.
    pub sampler: Option<SamplerFacts>,
}

/// How the draws of Markov chains were generated.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SamplerFacts {
    /// Transitions per chain before the first draw.
    pub warmup: usize,
    /// The target mean acceptance to which the step sizes of the run used were adapted.
    pub target_accept: f64,
}

/// An estimate, with its context.
#[derive(Clone, Debug)]
pub struct Maximised {
    /// The name of each number of the estimate.
    pub names: Vec<String>,
    /// The variables that they belong to.
    pub variables: Vec<Variable>,
    /// The estimate.
    pub estimate: Estimate,
    /// How well the data are explained.
    pub likelihood: Likelihood,
    /// How hidden variables were integrated out, if there are any.
    pub integration: Option<IntegratedOut>,
}

/// How hidden variables were integrated out.
#[derive(Clone, Debug)]
pub struct IntegratedOut {
    /// Which ones, in which blocks, by what rule.
    pub blocks: Blocks,
    /// The accuracy of Monte Carlo integration, if used.
    pub accuracy: Option<Accuracy>,
    /// For each value, its standard deviation given the estimates of the parameters; NaN for what
    /// depends on no hidden variable.
    pub conditional_sds: Vec<f64>,
}

/// How well the data are explained, in nats.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Likelihood {
    /// log p(data | estimate); NaN if the likelihood has no maximum.
    pub log_likelihood: f64,
    /// Its Monte Carlo standard error; 0 if it is exact.
    pub mcse: f64,
    /// The bias of a Monte Carlo estimate, −variance/2 to leading order; 0 if it is exact.
    pub bias: f64,
    /// The number of free parameters.
    pub parameters: usize,
    /// The number of observations.
    pub observations: usize,
}

impl Likelihood {
    /// Akaike's information criterion: 2k − 2 log L (Akaike 1974).
    #[must_use]
    pub fn aic(&self) -> f64 {
        2.0 * self.parameters as f64 - 2.0 * self.log_likelihood
    }

    /// The Bayesian information criterion: k log n − 2 log L (Schwarz 1978).
    #[must_use]
    pub fn bic(&self) -> f64 {
        self.parameters as f64 * (self.observations as f64).ln() - 2.0 * self.log_likelihood
    }
}

/// Something that was tried, with its cost.
#[derive(Clone, Debug, PartialEq)]
pub struct Attempt {
    /// What was tried, and the outcome.
    pub what: Tried,
    /// Evaluations of the log density and its gradient.
    pub gradients: u64,
    /// Wall-clock seconds.
    pub seconds: f64,
    /// Whether the results are from this attempt (for a form: whether it was chosen).
    pub counts: bool,
}

/// What was tried.
#[derive(Clone, Debug, PartialEq)]
pub enum Tried {
    /// A short run with hidden variables written in this form.
    Form {
        /// `auxiliary`, `centred`, `partial`, or `mixed`.
        form: String,
        /// Effective draws per thousand gradients, for the slowest number.
        efficiency: f64,
        /// The fraction of transitions that diverged.
        diverged: f64,
    },
    /// A run of the sampler.
    Run(Run),
}

/// A run of the sampler.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Run {
    /// The target mean acceptance to which the step size was adapted.
    pub target_accept: f64,
    /// Divergent transitions after warm-up.
    pub divergences: usize,
    /// Trajectories after warm-up that were cut off at the maximum depth.
    pub max_depth_hits: usize,
    /// Trajectories that ended early because a split step was not reversible.
    pub irreversible: usize,
}

/// Where the time went, in wall-clock seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Seconds {
    /// From text and data to a compiled density.
    pub compile: f64,
    /// Trying forms for hidden variables.
    pub trials: f64,
    /// Adapting the sampler, and discarded runs.
    pub warmup: f64,
    /// Sampling or, for estimates, climbing.
    pub sampling: f64,
}

impl Fitted {
    /// Evaluations of the log density and its gradient, over all attempts.
    #[must_use]
    pub fn gradients(&self) -> u64 {
        match &self.answer {
            Answer::Draws(_) => self.attempts.iter().map(|attempt| attempt.gradients).sum(),
            Answer::Estimate(maximised) => maximised.estimate.evaluations,
            Answer::Exact { .. } => 0,
        }
    }

    /// Whether there are no valid results: a density without a maximum.
    #[must_use]
    pub fn failed(&self) -> bool {
        self.findings.iter().any(|finding| finding.diagnostic.is_error())
    }

    /// Whether the results are not to be trusted as they stand: no maximum was reached, or chains
    /// disagree.
    #[must_use]
    pub fn doubtful(&self) -> bool {
        self.findings.iter().any(|finding| finding.doubtful)
    }

    /// Whether any finding is a warning.
    #[must_use]
    pub fn has_warning(&self) -> bool {
        self.findings.iter().any(|finding| finding.diagnostic.severity == Severity::Warning)
    }
}
