//! Chains → R-hat, rank-normalised and split (Vehtari, Gelman, Simpson, Carpenter, Bürkner 2021).

use super::moments::{mean, variance};
use super::quantile::median;
use super::rank::{fold, normal_scores, split};

/// The larger of the R-hats of rank-normalised and of folded rank-normalised split chains. NaN for
/// fewer than two chains or four draws; +∞ where each half chain is constant, at different values.
#[must_use]
pub fn rhat(chains: &[Vec<f64>]) -> f64 {
    if chains.len() < 2 || chains[0].len() < 4 {
        return f64::NAN;
    }
    let halves = split(chains);
    let mut pooled: Vec<f64> = halves.iter().flatten().copied().collect();
    pooled.sort_unstable_by(f64::total_cmp);
    let bulk = plain(&normal_scores(&halves));
    let tail = plain(&normal_scores(&fold(&halves, median(&pooled))));
    larger(bulk, tail)
}

/// √((B/W + n − 1)/n), with B the variance between chains and W the mean variance within them.
fn plain(chains: &[Vec<f64>]) -> f64 {
    let draws = chains[0].len() as f64;
    let means: Vec<f64> = chains.iter().map(|chain| mean(chain)).collect();
    let variances: Vec<f64> = chains.iter().map(|chain| variance(chain)).collect();
    let between = draws * variance(&means);
    ((between / mean(&variances) + draws - 1.0) / draws).sqrt()
}

/// The larger one; NaN only where the first is NaN, as with Python's `max`.
fn larger(first: f64, second: f64) -> f64 {
    if second > first { second } else { first }
}
