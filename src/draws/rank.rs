//! Draws → ranks, ranks → normal scores (Vehtari et al. 2021, section 3).

use crate::math::normal::inv_phi;

/// Replaces each value by the normal quantile of (rank − 3/8)/(n + 1/4), with ranks over all chains
/// and mean ranks for ties.
#[must_use]
pub fn normal_scores(chains: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let pooled: Vec<f64> = chains.iter().flatten().copied().collect();
    let mut order: Vec<usize> = (0..pooled.len()).collect();
    order.sort_unstable_by(|&a, &b| pooled[a].total_cmp(&pooled[b]));
    let size = pooled.len() as f64;
    let mut scores = vec![0.0; pooled.len()];
    let mut before = 0;
    for tied in order.chunk_by(|&a, &b| pooled[a] == pooled[b]) {
        let rank = before as f64 + (tied.len() as f64 + 1.0) / 2.0;
        let score = inv_phi((rank - 0.375) / (size - 0.75 + 1.0));
        for &index in tied {
            scores[index] = score;
        }
        before += tied.len();
    }
    like(chains, &scores)
}

/// Splits `values` into chains of the same lengths as `chains`.
fn like(chains: &[Vec<f64>], mut values: &[f64]) -> Vec<Vec<f64>> {
    let mut next = |length: usize| {
        let (head, rest) = values.split_at(length);
        values = rest;
        head.to_vec()
    };
    chains.iter().map(|chain| next(chain.len())).collect()
}

/// Splits each chain into its first and its last half, leaving out the middle draw of an odd
/// number. First halves come first, then last halves.
#[must_use]
pub fn split(chains: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let first = chains.iter().map(|chain| chain[..chain.len() / 2].to_vec());
    let last = chains.iter().map(|chain| chain[chain.len() - chain.len() / 2..].to_vec());
    first.chain(last).collect()
}

/// |value − centre| for each value.
#[must_use]
pub fn fold(chains: &[Vec<f64>], centre: f64) -> Vec<Vec<f64>> {
    chains.iter().map(|chain| chain.iter().map(|value| (value - centre).abs()).collect()).collect()
}
