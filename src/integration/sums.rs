//! Logarithms at points → the logarithms of their sums, and the share of each point.

use super::mode::Mode;

/// What an evaluation computes on its way.
pub(super) struct Looked {
    pub mode: Option<Mode>,
    /// What depends on parameters alone.
    pub alone: f64,
    /// Point by point, block by block: the share of each point in the sum of weight·exp(f + eᵀe/2).
    pub shares: Vec<f64>,
    /// How many points.
    pub points: usize,
    /// Σ of what all blocks integrate to, in nats.
    pub log_integral: f64,
}

impl Looked {
    /// The shares of a point, one a block.
    pub fn point(&self, k: usize) -> &[f64] {
        let blocks = self.shares.len() / self.points.max(1);
        &self.shares[k * blocks..(k + 1) * blocks]
    }

    /// The shares of a block, one a point.
    pub fn block(&self, block: usize) -> impl Iterator<Item = f64> + Clone + '_ {
        self.shares.iter().copied().skip(block).step_by((self.shares.len() / self.points.max(1)).max(1))
    }
}

/// The parts of the sums that the first and the second half of the points have, by block.
pub(super) struct Halves {
    middle: usize,
    /// How many times as many points there are in all.
    times: [f64; 2],
    parts: [Vec<f64>; 2],
}

impl Halves {
    pub fn of(looked: &Looked, blocks: usize) -> Option<Self> {
        let middle = looked.points / 2;
        let part = |range: std::ops::Range<usize>| {
            let mut part = vec![0.0; blocks];
            range.for_each(|k| part.iter_mut().zip(looked.point(k)).for_each(|(p, share)| *p += share));
            part
        };
        let times = |count: usize| looked.points as f64 / count as f64;
        let parts = [part(0..middle), part(middle..looked.points)];
        (middle > 0).then(|| Self { middle, times: [times(middle), times(looked.points - middle)], parts })
    }

    /// Weights of one sum → weights of twice it less the mean of both halves.
    pub fn correct(&self, weights: &mut [f64]) {
        for (k, weights) in weights.chunks_exact_mut(self.parts[0].len().max(1)).enumerate() {
            let part = &self.parts[usize::from(k >= self.middle)];
            weights.iter_mut().zip(part).for_each(|(weight, part)| *weight *= 2.0 - 0.5 / part.max(f64::MIN_POSITIVE));
        }
    }

    /// What twice the logarithms less the mean of those of the halves differs from the logarithms.
    pub fn correction(&self) -> f64 {
        let logs = |half: usize| self.parts[half].iter().map(move |part| (self.times[half] * part).ln()).sum::<f64>();
        -0.5 * (logs(0) + logs(1))
    }
}

/// Logarithms, point by point and block by block → their exponentials as shares of the sum over the points; the logarithms of the sums.
pub(super) fn normalise(logs: &mut [f64], blocks: usize) -> Vec<f64> {
    let mut most = vec![f64::NEG_INFINITY; blocks];
    let points = || 0..logs.len() / blocks.max(1);
    for k in points() {
        most.iter_mut().zip(&logs[k * blocks..]).for_each(|(m, &log)| *m = m.max(log));
    }
    let mut sum = vec![0.0; blocks];
    for values in logs.chunks_exact_mut(blocks.max(1)) {
        for (block, value) in values.iter_mut().enumerate() {
            // Where all are −∞, so is the sum.
            *value = if most[block] == f64::NEG_INFINITY { 0.0 } else { (*value - most[block]).exp() };
            sum[block] += *value;
        }
    }
    let inverse: Vec<f64> = sum.iter().map(|&s| if s > 0.0 { 1.0 / s } else { 0.0 }).collect();
    logs.chunks_exact_mut(blocks.max(1)).for_each(|values| values.iter_mut().zip(&inverse).for_each(|(v, i)| *v *= i));
    most.iter().zip(&sum).map(|(m, s)| m + s.ln()).collect()
}
