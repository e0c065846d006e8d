//! Chains → effective sample sizes (Vehtari et al. 2021; Geyer 1992).

use super::moments::{mean, variance};
use super::quantile::quantile;
use super::rank::{normal_scores, split};

/// The effective sample size of rank-normalised split chains. NaN for fewer than four draws per
/// chain.
#[must_use]
pub fn bulk(chains: &[Vec<f64>]) -> f64 {
    if too_short(chains) { f64::NAN } else { plain(&normal_scores(&split(chains))) }
}

/// The smaller of the effective sample sizes for the 5% and the 95% quantile. `sorted`: all draws
/// in ascending order.
#[must_use]
pub fn tail(chains: &[Vec<f64>], sorted: &[f64]) -> f64 {
    if too_short(chains) {
        return f64::NAN;
    }
    let low = plain(&split(&at_most(chains, quantile(sorted, 0.05))));
    let high = plain(&split(&at_most(chains, quantile(sorted, 0.95))));
    if high < low { high } else { low }
}

/// The effective sample size for the mean, of split chains as they are.
#[must_use]
pub fn of_mean(chains: &[Vec<f64>]) -> f64 {
    if too_short(chains) { f64::NAN } else { plain(&split(chains)) }
}

fn too_short(chains: &[Vec<f64>]) -> bool {
    chains.first().is_none_or(|chain| chain.len() < 4)
}

/// 1 where a value is at most the bound, else 0.
fn at_most(chains: &[Vec<f64>], bound: f64) -> Vec<Vec<f64>> {
    chains
        .iter()
        .map(|chain| chain.iter().map(|&value| f64::from(u8::from(value <= bound))).collect())
        .collect()
}

/// n/τ with τ = −1 + 2 Σ ρ over Geyer's initial monotone sequence, at most n log₁₀ n. It is n where
/// nothing varies.
fn plain(chains: &[Vec<f64>]) -> f64 {
    let draws = chains[0].len();
    let total = (chains.len() * draws) as f64;
    let first = chains[0][0];
    if chains.iter().flatten().all(|&value| value == first) {
        return total;
    }
    let time = autocorrelation_time(&Autocorrelation::new(chains), draws);
    total / larger(time, 1.0 / total.log10())
}

fn larger(first: f64, second: f64) -> f64 {
    if second > first { second } else { first }
}

/// Σ over the initial positive sequence, made monotone. Lags are taken in pairs, as in Geyer (1992)
/// and Stan.
fn autocorrelation_time(correlation: &Autocorrelation, draws: usize) -> f64 {
    let mut rho = vec![1.0, correlation.at(1)];
    let (mut even, mut odd) = (rho[0], rho[1]);
    let mut lag = 1;
    while lag + 3 < draws && even + odd > 0.0 {
        even = correlation.at(lag + 1);
        odd = correlation.at(lag + 2);
        if even + odd >= 0.0 {
            rho.push(even);
            rho.push(odd);
        }
        lag += 2;
    }
    // The last pair tried starts at lag − 1; whatever was not pushed counts as zero.
    rho.resize(lag + 1, 0.0);
    let last = lag.saturating_sub(2);
    if even > 0.0 {
        rho[lag - 1] = even;
    }
    make_monotone(&mut rho, last);
    let sum: f64 = rho[..lag - 1].iter().sum();
    -1.0 + 2.0 * sum + rho[lag - 1]
}

/// Ensures that no pair sum exceeds the one before it.
fn make_monotone(rho: &mut [f64], last: usize) {
    let mut lag = 1;
    while lag + 2 <= last {
        let before = rho[lag - 1] + rho[lag];
        if rho[lag + 1] + rho[lag + 2] > before {
            rho[lag + 1] = before / 2.0;
            rho[lag + 2] = before / 2.0;
        }
        lag += 2;
    }
}

/// Autocorrelations over several chains, at the requested lags.
struct Autocorrelation {
    centred: Vec<Vec<f64>>,
    within: f64,
    pooled: f64,
}

impl Autocorrelation {
    fn new(chains: &[Vec<f64>]) -> Self {
        let draws = chains[0].len() as f64;
        let means: Vec<f64> = chains.iter().map(|chain| mean(chain)).collect();
        let centred: Vec<Vec<f64>> = chains
            .iter()
            .zip(&means)
            .map(|(chain, centre)| chain.iter().map(|value| value - centre).collect())
            .collect();
        let biased =
            mean(&centred.iter().map(|chain| autocovariance(chain, 0)).collect::<Vec<_>>());
        let within = biased * draws / (draws - 1.0);
        let between = if chains.len() > 1 { variance(&means) } else { 0.0 };
        Self { centred, within, pooled: within * (draws - 1.0) / draws + between }
    }

    fn at(&self, lag: usize) -> f64 {
        let covariance =
            mean(&self.centred.iter().map(|chain| autocovariance(chain, lag)).collect::<Vec<_>>());
        1.0 - (self.within - covariance) / self.pooled
    }
}

/// Σ x(t) x(t + lag)/n of a centred chain.
fn autocovariance(centred: &[f64], lag: usize) -> f64 {
    let n = centred.len();
    if lag >= n {
        return 0.0;
    }
    centred[..n - lag].iter().zip(&centred[lag..]).map(|(a, b)| a * b).sum::<f64>() / n as f64
}
