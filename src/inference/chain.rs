//! Runs one chain from a density and a starting point: the loop around nuts-rs.

use std::cell::RefCell;

use nuts_rs::{Chain as _, CpuMath, SamplerStats, Settings};
use rand::Rng;

use super::adapter::{Adapter, Counted};
use super::{InferenceError, Progress, Update};
use crate::density::LogDensity;
use crate::draws::{Chain, Divergence, DrawStats, Phase};

/// What a chain works with.
pub(super) struct Job<'a, D> {
    pub index: usize,
    pub shared: &'a RefCell<Counted<D>>,
    pub q: &'a [f64],
    pub warmup: usize,
    pub draws: usize,
    pub keep_points: bool,
    pub progress: &'a (dyn Progress + Sync),
    pub seconds: &'a (dyn Fn() -> f64 + Sync),
}

/// What one transition reports, extracted from the nuts-rs statistics by [`facts`].
pub(super) struct Facts {
    pub depth: u64,
    pub max_depth_hit: bool,
    pub kinetic_energy: f64,
    pub log_density: f64,
    pub acceptance: f64,
    pub steps: u64,
    pub diverged_at: Option<Vec<f64>>,
    pub irreversible: bool,
}

/// Extracts the nuts-rs statistics. Their types share fields but cannot be named outside that
/// crate, so one function cannot accept both.
macro_rules! facts {
    ($stats:expr) => {
        super::chain::Facts {
            depth: $stats.depth,
            max_depth_hit: $stats.maxdepth_reached,
            kinetic_energy: $stats.point.kinetic_energy,
            log_density: $stats.point.logp,
            acceptance: $stats.adapt.step_size.mean_tree_accept,
            steps: $stats.adapt.step_size.n_steps,
            diverged_at: $stats.divergence.divergence_start,
            irreversible: $stats.irreversible.unwrap_or(false),
        }
    };
}
pub(super) use facts;

type Stats<'a, S, D> = <<S as Settings>::Chain<CpuMath<Adapter<'a, D>>> as SamplerStats<
    CpuMath<Adapter<'a, D>>,
>>::Stats;

/// Runs warm-up and sampling, to the end or until asked to stop.
pub(super) fn run<'a, S: Settings, D: LogDensity>(
    settings: S,
    job: &Job<'a, D>,
    rng: &mut impl Rng,
    read: impl Fn(Stats<'a, S, D>) -> Facts,
) -> Result<Chain, InferenceError> {
    let mut recorder = Recorder::new(job);
    let math = CpuMath::new(Adapter { shared: job.shared, dim: job.q.len() });
    let mut sampler =
        settings.new_chain(job.index as u64, math, rng).map_err(|error| blame(job, &error))?;
    sampler.set_position(job.q).map_err(|error| blame(job, &error))?;
    let mut step_size = f64::NAN;
    for done in 0..job.warmup + job.draws {
        if job.progress.stop_requested() {
            break;
        }
        if done == job.warmup {
            recorder.end_warmup();
        }
        let (q, _, stats, theirs) = sampler.expanded_draw().map_err(|error| blame(job, &error))?;
        // nuts-rs reports the step size of the next transition.
        let used = if step_size.is_nan() { theirs.step_size } else { step_size };
        step_size = theirs.step_size;
        recorder.record(done, &q, read(stats), used);
    }
    Ok(recorder.finish())
}

/// The chain of a density without unknowns: all draws are the same.
pub(super) fn without_unknowns<D: LogDensity>(job: &Job<'_, D>) -> Chain {
    let mut recorder = Recorder::new(job);
    let log_density = job.shared.borrow_mut().density.evaluate(&[], &mut []);
    recorder.end_warmup();
    for draw in 0..job.draws {
        let facts = Facts {
            depth: 0,
            max_depth_hit: false,
            kinetic_energy: 0.0,
            log_density,
            acceptance: 1.0,
            steps: 0,
            diverged_at: None,
            irreversible: false,
        };
        recorder.record(job.warmup + draw, &[], facts, f64::NAN);
    }
    recorder.finish()
}

/// The density is at fault if it was +∞; otherwise the error is the sampler's.
fn blame<D>(job: &Job<'_, D>, error: &impl ToString) -> InferenceError {
    match job.shared.borrow_mut().infinite_at.take() {
        Some(q) => InferenceError::Infinite { q },
        None => InferenceError::Sampler { chain: job.index, message: error.to_string() },
    }
}

/// Collects a chain.
struct Recorder<'a, 'b, D> {
    job: &'b Job<'a, D>,
    chain: Chain,
    begin: f64,
}

impl<'a, 'b, D: LogDensity> Recorder<'a, 'b, D> {
    fn new(job: &'b Job<'a, D>) -> Self {
        let width = job.shared.borrow().density.constrained_dim();
        let chain = Chain {
            width,
            values: Vec::with_capacity(width * job.draws),
            stats: Vec::with_capacity(job.draws),
            ..Chain::default()
        };
        Self { job, chain, begin: (job.seconds)() }
    }

    fn end_warmup(&mut self) {
        self.chain.warmup = self.spent();
    }

    /// The cost since the beginning.
    fn spent(&self) -> Phase {
        Phase {
            gradients: self.job.shared.borrow().evaluations,
            seconds: (self.job.seconds)() - self.begin,
        }
    }

    fn record(&mut self, done: usize, q: &[f64], facts: Facts, step_size: f64) {
        let warmup = done < self.job.warmup;
        if warmup {
            self.chain.warmup_divergences += usize::from(facts.diverged_at.is_some());
        } else {
            self.keep(q, facts, step_size);
        }
        let (total, divergences) = (self.job.warmup + self.job.draws, self.chain.divergences.len());
        self.job.progress.update(Update {
            chain: self.job.index,
            done: done + 1,
            total,
            step_size,
            divergences,
            warmup,
        });
    }

    fn keep(&mut self, q: &[f64], facts: Facts, step_size: f64) {
        let values = self.constrain(q);
        self.chain.values.extend(values);
        self.chain.end.clear();
        self.chain.end.extend_from_slice(q);
        if self.job.keep_points {
            self.chain.points.extend_from_slice(q);
        }
        self.chain.stats.push(DrawStats {
            divergent: facts.diverged_at.is_some(),
            irreversible: facts.irreversible,
            depth: facts.depth as u32,
            max_depth_hit: facts.max_depth_hit,
            energy: facts.kinetic_energy - facts.log_density,
            acceptance: facts.acceptance,
            step_size,
            steps: facts.steps,
            log_density: facts.log_density,
        });
        if let Some(position) = facts.diverged_at {
            let values = self.constrain(&position);
            self.chain.divergences.push(Divergence { draw: self.chain.length, position, values });
        }
        self.chain.length += 1;
    }

    fn constrain(&self, q: &[f64]) -> Vec<f64> {
        let mut values = vec![0.0; self.chain.width];
        self.job.shared.borrow_mut().density.constrain(q, &mut values);
        values
    }

    /// The finished chain; the cost of sampling is the total less that of warm-up.
    fn finish(mut self) -> Chain {
        let spent = self.spent();
        if self.chain.is_empty() && self.chain.warmup == Phase::default() {
            self.chain.warmup = spent;
        }
        let warmup = self.chain.warmup;
        self.chain.sampling = Phase {
            gradients: spent.gradients - warmup.gradients,
            seconds: spent.seconds - warmup.seconds,
        };
        self.chain
    }
}
