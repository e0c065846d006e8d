//! Draws from a log density by the No-U-Turn sampler, with several chains in parallel.

use std::cell::RefCell;

use nuts_rs::{DiagNutsSettings, LowRankNutsSettings, WalnutsOptions};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

use super::adapter::Counted;
use super::chain::{self, Job};
use super::start::{self, Search};
use super::{InferenceError, Progress};
use crate::density::LogDensity;
use crate::draws::Chain;

/// The low-rank metric is the default up to this many unknowns.
pub const FEW_UNKNOWNS: usize = 120;

/// The change of energy, in nats, above which a step is split. If it is much smaller, many steps
/// are split, some of which would not be split on the way back; if much larger, the trajectory
/// diverges.
pub const LARGEST_CHANGE: f64 = 5.0;

/// Sampler settings.
#[derive(Clone, Debug, PartialEq)]
pub struct NutsSettings {
    /// The number of chains.
    pub chains: usize,
    /// Transitions per chain that adapt step size and metric and are discarded.
    pub warmup: usize,
    /// Draws kept per chain.
    pub draws: usize,
    /// The target mean acceptance probability for step size adaptation, in (0, 1).
    pub target_accept: f64,
    /// The maximum number of doublings of a trajectory.
    pub max_depth: u32,
    /// The same seed gives the same draws, whatever `threads` is.
    pub seed: u64,
    /// How many chains run concurrently.
    pub threads: usize,
    /// How much the kinetic energy captures of the density's shape.
    pub metric: Metric,
    /// Starting points, unconstrained: the ends of an earlier run. A chain without one searches for
    /// its own.
    pub starts: Vec<Option<Vec<f64>>>,
    /// Where chains begin that have no start: close to this point; coordinates without a value are
    /// searched for.
    pub init: Vec<Option<f64>>,
    /// The number of points that a chain without a start chooses its own from.
    pub choices: usize,
    /// Whether a step that changes the energy by more than [`LARGEST_CHANGE`] is split into smaller
    /// ones, to avoid a divergence.
    pub split_steps: bool,
    /// Whether chains keep the unconstrained points of their draws.
    pub keep_points: bool,
}

/// How much the kinetic energy captures of the density's shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Metric {
    /// `LowRank` up to [`FEW_UNKNOWNS`], where its eigenvectors are cheap and strong correlations
    /// are common (regression coefficients); `Diagonal` beyond.
    Auto,
    /// A scale for each coordinate.
    Diagonal,
    /// A scale for each coordinate, plus the few directions whose scale differs most from that.
    LowRank,
}

impl Default for NutsSettings {
    fn default() -> Self {
        Self {
            chains: 4,
            warmup: 1000,
            draws: 3000,
            target_accept: 0.92,
            max_depth: 10,
            seed: 0,
            threads: 1,
            metric: Metric::Auto,
            starts: Vec::new(),
            init: Vec::new(),
            choices: start::CHOICES,
            split_steps: false,
            keep_points: false,
        }
    }
}

/// The result of a NUTS run.
#[derive(Clone, Debug, PartialEq)]
pub struct NutsRun {
    /// The chains in order. If the run was stopped they may differ in length or even be empty: see
    /// [`crate::draws::chain::rectangle`].
    pub chains: Vec<Chain>,
    /// Whether the run was stopped early.
    pub stopped: bool,
    /// Wall-clock seconds for all chains together.
    pub seconds: f64,
}

impl NutsRun {
    /// Evaluations of the log density and its gradient, over all chains, including warm-up.
    #[must_use]
    pub fn gradients(&self) -> u64 {
        self.chains.iter().map(|chain| chain.warmup.gradients + chain.sampling.gradients).sum()
    }

    /// The wall-clock seconds, divided between warm-up and sampling in proportion to the time that
    /// the chains spent in each.
    #[must_use]
    pub fn seconds_by_phase(&self) -> (f64, f64) {
        let warmup: f64 = self.chains.iter().map(|chain| chain.warmup.seconds).sum();
        let sampling: f64 = self.chains.iter().map(|chain| chain.sampling.seconds).sum();
        let share = if warmup + sampling > 0.0 { warmup / (warmup + sampling) } else { 0.0 };
        (share * self.seconds, (1.0 - share) * self.seconds)
    }
}

/// Runs the sampler. `make` creates a density for each chain; `seconds` reads the caller's clock.
///
/// Chain `c` takes all its random numbers from stream `c` of a ChaCha generator with the seed, so
/// its draws depend on nothing else.
///
/// # Errors
/// [`InferenceError::NoFiniteStart`] before any chain runs; [`InferenceError::Infinite`] if the log
/// density is +∞.
pub fn sample<D: LogDensity + Send>(
    make: impl Fn() -> D + Sync,
    settings: &NutsSettings,
    progress: &(dyn Progress + Sync),
    seconds: &(dyn Fn() -> f64 + Sync),
) -> Result<NutsRun, InferenceError> {
    check(settings)?;
    let begin = seconds();
    let pool = rayon::ThreadPoolBuilder::new().num_threads(settings.threads.max(1)).build();
    let pool = pool.map_err(|error| InferenceError::Settings {
        message: format!("no threads to run on: {error}"),
    })?;
    let chains = pool.install(|| {
        let started: Result<Vec<_>, _> = (0..settings.chains)
            .into_par_iter()
            .map(|chain| begin_chain(&make, chain, settings))
            .collect();
        let run = |started: Started<D>| run_chain(started, settings, progress, seconds);
        let finished: Vec<_> = started?.into_par_iter().map(run).collect();
        finished.into_iter().collect::<Result<Vec<Chain>, InferenceError>>()
    })?;
    let stopped = chains.iter().any(|chain| chain.len() < settings.draws);
    Ok(NutsRun { chains, stopped, seconds: seconds() - begin })
}

fn check(settings: &NutsSettings) -> Result<(), InferenceError> {
    let refuse = |message: &str| Err(InferenceError::Settings { message: message.to_owned() });
    if settings.chains == 0 {
        return refuse("there must be at least one chain");
    }
    if !(settings.target_accept > 0.0 && settings.target_accept < 1.0) {
        return refuse("the target acceptance must lie between 0 and 1");
    }
    if settings.max_depth == 0 || settings.max_depth > 20 {
        return refuse("the largest tree depth must lie between 1 and 20");
    }
    Ok(())
}

/// A chain with its starting point.
struct Started<D> {
    index: usize,
    counted: Counted<D>,
    rng: ChaCha8Rng,
    q: Vec<f64>,
}

fn begin_chain<D: LogDensity>(
    make: &impl Fn() -> D,
    index: usize,
    settings: &NutsSettings,
) -> Result<Started<D>, InferenceError> {
    let mut rng = ChaCha8Rng::seed_from_u64(settings.seed);
    rng.set_stream(index as u64);
    let mut counted = Counted::new(make());
    let dim = counted.density.dim();
    let mut gradient = vec![0.0; dim];
    let q = match settings.starts.get(index) {
        Some(Some(start)) => start.clone(),
        Some(None) | None => {
            let search = Search { chain: index, dim, radius: 2.0 };
            let evaluate = |q: &[f64]| counted.evaluate(q, &mut gradient);
            if settings.init.is_empty() {
                start::best_of_few(search, settings.choices, &mut rng, evaluate)?
            } else {
                start::near(search, &settings.init, &mut rng, evaluate)?
            }
        }
    };
    Ok(Started { index, counted, rng, q })
}

fn run_chain<D: LogDensity>(
    started: Started<D>,
    settings: &NutsSettings,
    progress: &(dyn Progress + Sync),
    seconds: &(dyn Fn() -> f64 + Sync),
) -> Result<Chain, InferenceError> {
    let Started { index, counted, mut rng, q } = started;
    let shared = RefCell::new(counted);
    let job = Job {
        index,
        shared: &shared,
        q: &q,
        warmup: settings.warmup,
        draws: settings.draws,
        keep_points: settings.keep_points,
        progress,
        seconds,
    };
    if q.is_empty() {
        return Ok(chain::without_unknowns(&job));
    }
    let metric = match settings.metric {
        Metric::Auto if q.len() <= FEW_UNKNOWNS => Metric::LowRank,
        Metric::Auto => Metric::Diagonal,
        metric @ (Metric::Diagonal | Metric::LowRank) => metric,
    };
    match metric {
        Metric::Diagonal | Metric::Auto => {
            chain::run(diagonal(settings), &job, &mut rng, |stats| chain::facts!(stats))
        }
        Metric::LowRank => {
            chain::run(low_rank(settings), &job, &mut rng, |stats| chain::facts!(stats))
        }
    }
}

/// Within-orbit adaptive steps (Bou-Rabee, Carpenter, Kleppe and Liu 2025): a step is split into as
/// many parts, a power of two, as it takes to conserve the energy. If the reverse step would take
/// fewer parts the trajectory ends, which keeps the draws exact.
fn splitting(settings: &NutsSettings) -> Option<WalnutsOptions> {
    settings
        .split_steps
        .then(|| WalnutsOptions { max_error: LARGEST_CHANGE, ..WalnutsOptions::default() })
}

fn diagonal(settings: &NutsSettings) -> DiagNutsSettings {
    let mut theirs = DiagNutsSettings {
        num_tune: settings.warmup as u64,
        num_draws: settings.draws as u64,
        maxdepth: u64::from(settings.max_depth),
        store_divergences: true,
        walnuts: splitting(settings),
        ..DiagNutsSettings::default()
    };
    theirs.adapt_options.step_size_settings.target_accept = settings.target_accept;
    // Variances of the draws, as in Stan: mixing in those of the gradients makes scale parameters
    // of hierarchical models move less.
    theirs.adapt_options.mass_matrix_options.use_grad_based_estimate = false;
    theirs
}

fn low_rank(settings: &NutsSettings) -> LowRankNutsSettings {
    let mut theirs = LowRankNutsSettings {
        num_tune: settings.warmup as u64,
        num_draws: settings.draws as u64,
        maxdepth: u64::from(settings.max_depth),
        store_divergences: true,
        walnuts: splitting(settings),
        ..LowRankNutsSettings::default()
    };
    theirs.adapt_options.step_size_settings.target_accept = settings.target_accept;
    theirs
}
