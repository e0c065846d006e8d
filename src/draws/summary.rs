//! Draws → mean, spread, quantiles, Monte Carlo error and convergence, one column at a time.

use rayon::prelude::*;

use super::Draws;
use super::ess;
use super::moments::{mean, variance};
use super::quantile::quantile;
use super::rhat::rhat;

/// What the draws say about one quantity. Entries that cannot be computed are NaN: all of them for
/// a column with a value that is not finite; `mcse_mean`, `ess_bulk`, `ess_tail` and `rhat` for a
/// constant column; `rhat` for a single chain.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Summary {
    /// The posterior mean, as estimated by the draws.
    pub mean: f64,
    /// The standard deviation, divisor n − 1.
    pub sd: f64,
    /// The 5% quantile (type 7).
    pub q05: f64,
    /// The median.
    pub q50: f64,
    /// The 95% quantile (type 7).
    pub q95: f64,
    /// The Monte Carlo standard error of the mean: sd/√ESS, with the ESS of split chains.
    pub mcse_mean: f64,
    /// The bulk effective sample size.
    pub ess_bulk: f64,
    /// The tail effective sample size.
    pub ess_tail: f64,
    /// R-hat, rank-normalised and split.
    pub rhat: f64,
}

/// R-hat above this is doubtful.
pub const RHAT_LIMIT: f64 = 1.01;

/// Bulk ESS below this, times the number of chains, is doubtful.
pub const ESS_A_CHAIN: f64 = 100.0;

/// Whether the draws of a number are too few, or disagree too much, to trust its summary.
#[must_use]
pub fn is_doubtful(summary: &Summary, chains: usize) -> bool {
    summary.rhat > RHAT_LIMIT || summary.ess_bulk < ESS_A_CHAIN * chains as f64
}

/// The summaries of all columns, on `threads` threads. The numbers do not depend on `threads`.
#[must_use]
pub fn summaries(draws: &Draws, threads: usize) -> Vec<Summary> {
    let columns = draws.names.len();
    let one = |column| summarise(&draws.column(column));
    match rayon::ThreadPoolBuilder::new().num_threads(threads.max(1)).build() {
        Ok(pool) if threads > 1 => pool.install(|| (0..columns).into_par_iter().map(one).collect()),
        Ok(_) | Err(_) => (0..columns).map(one).collect(),
    }
}

/// The summary of the draws of one quantity, a vector for each chain, all of the same length.
#[must_use]
pub fn summarise(chains: &[Vec<f64>]) -> Summary {
    let pooled: Vec<f64> = chains.iter().flatten().copied().collect();
    if pooled.is_empty() || pooled.iter().any(|value| !value.is_finite()) {
        return Summary { mean: mean(&pooled), ..UNKNOWN };
    }
    let mut sorted = pooled.clone();
    sorted.sort_unstable_by(f64::total_cmp);
    let location = Summary {
        q05: quantile(&sorted, 0.05),
        q50: quantile(&sorted, 0.5),
        q95: quantile(&sorted, 0.95),
        ..UNKNOWN
    };
    if sorted[0] == sorted[sorted.len() - 1] {
        return Summary { mean: sorted[0], sd: 0.0, ..location };
    }
    let sd = variance(&pooled).sqrt();
    Summary {
        mean: mean(&pooled),
        sd,
        mcse_mean: sd / ess::of_mean(chains).sqrt(),
        ess_bulk: ess::bulk(chains),
        ess_tail: ess::tail(chains, &sorted),
        rhat: rhat(chains),
        ..location
    }
}

const UNKNOWN: Summary = Summary {
    mean: f64::NAN,
    sd: f64::NAN,
    q05: f64::NAN,
    q50: f64::NAN,
    q95: f64::NAN,
    mcse_mean: f64::NAN,
    ess_bulk: f64::NAN,
    ess_tail: f64::NAN,
    rhat: f64::NAN,
};
