//! What a fit leaves behind: all that pages and files are written from.

use super::blocks::Blocks;
use super::finding::Finding;
use super::overview::Overview;
use super::recovered::Recovered;
use super::settings::Settings;
use crate::draws::{Draws, Estimate, Summary, Variable};
use crate::marginal::numerics::Accuracy;

/// A finished fit.
#[derive(Clone, Debug)]
pub struct Fitted {
    /// What was asked.
    pub settings: Settings,
    /// What was fitted, and what it was compiled to.
    pub overview: Overview,
    /// What came out.
    pub answer: Answer,
    /// Discrete variables, where there are some.
    pub discrete: Option<Recovered>,
    /// What is to be known of it, the gravest first.
    pub findings: Vec<Finding>,
    /// All that was tried on the way, in order.
    pub attempts: Vec<Attempt>,
    /// Where the time went.
    pub seconds: Seconds,
}

/// What came out of a fit. One fit has one of these, so that their sizes do not matter.
#[derive(Clone, Debug)]
#[expect(clippy::large_enum_variant, reason = "there is one of them")]
pub enum Answer {
    /// Draws from the posterior.
    Draws(Sampled),
    /// The largest point of a likelihood or posterior density.
    Estimate(Maximised),
    /// A model without real unknowns: all that is known is known exactly.
    Exact {
        /// log p(data), in nats.
        log_probability: f64,
    },
}

/// Draws, with what they say.
#[derive(Clone, Debug)]
pub struct Sampled {
    /// The draws.
    pub draws: Draws,
    /// What they say of each number, a column each.
    pub summaries: Vec<Summary>,
    /// How they were made, where they are those of Markov chains.
    pub sampler: Option<SamplerFacts>,
}

/// How draws of Markov chains were made.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SamplerFacts {
    /// Transitions of each chain before the first draw.
    pub warmup: usize,
    /// The mean acceptance that the steps of the run that counts were adapted to.
    pub target_accept: f64,
}

/// An estimate, with what it is of.
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
    /// How hidden variables were integrated out, where there are some.
    pub integration: Option<IntegratedOut>,
}

/// How hidden variables were integrated out.
#[derive(Clone, Debug)]
pub struct IntegratedOut {
    /// Which, in which blocks, by what means.
    pub blocks: Blocks,
    /// Of Monte Carlo: how accurate it was.
    pub accuracy: Option<Accuracy>,
}

/// How well the data are explained; in nats.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Likelihood {
    /// log p(data | estimate); NaN where the likelihood has no maximum.
    pub log_likelihood: f64,
    /// Its Monte Carlo standard error; 0 where it is exact.
    pub mcse: f64,
    /// The bias of a Monte Carlo estimate, −variance/2 at leading order; 0 where it is exact.
    pub bias: f64,
    /// How many free parameters.
    pub parameters: usize,
    /// How many observations.
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

/// Something that was tried, and what it cost.
#[derive(Clone, Debug, PartialEq)]
pub struct Attempt {
    /// What was tried, and what came of it.
    pub what: Tried,
    /// Evaluations of the log density and its gradient.
    pub gradients: u64,
    /// Seconds on the wall.
    pub seconds: f64,
    /// Whether the results are those of this attempt (of a form: whether it was chosen).
    pub counts: bool,
}

/// What was tried.
#[derive(Clone, Debug, PartialEq)]
pub enum Tried {
    /// A short run with hidden variables written in this form.
    Form {
        /// `auxiliary`, `centred`, `partial`, or `mixed`.
        form: String,
        /// Effective draws a thousand gradients, of the slowest number.
        efficiency: f64,
        /// The share of its transitions that diverged.
        diverged: f64,
    },
    /// A run of the sampler.
    Run(Run),
}

/// A run of the sampler.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Run {
    /// The mean acceptance that the step size was adapted to.
    pub target_accept: f64,
    /// Transitions after warm-up that diverged.
    pub divergences: usize,
    /// Trajectories after warm-up that were cut at the largest depth.
    pub max_depth_hits: usize,
    /// Trajectories that ended early as a step that was split could not be taken back.
    pub irreversible: usize,
}

/// Where the time went, in seconds on the wall.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Seconds {
    /// From text and data to a compiled density.
    pub compile: f64,
    /// Trying forms of hidden variables.
    pub trials: f64,
    /// Adapting the sampler, and runs that do not count.
    pub warmup: f64,
    /// Drawing; for estimates, climbing.
    pub sampling: f64,
}

impl Fitted {
    /// Evaluations of the log density and its gradient, of all attempts.
    #[must_use]
    pub fn gradients(&self) -> u64 {
        match &self.answer {
            Answer::Draws(_) => self.attempts.iter().map(|attempt| attempt.gradients).sum(),
            Answer::Estimate(maximised) => maximised.estimate.evaluations,
            Answer::Exact { .. } => 0,
        }
    }

    /// Whether the results are none: a density without a maximum.
    #[must_use]
    pub fn failed(&self) -> bool {
        self.findings.iter().any(|finding| finding.diagnostic.is_error())
    }
}
