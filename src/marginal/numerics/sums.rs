//! Logarithms of the terms of a sum over points → the logarithm of the sum, and the weight of each
//! point.

use super::mode::Mode;

/// A number for each point of each block, in groups of points; within a group block by block, the
/// points of a block adjacent.
#[derive(Clone)]
pub(super) struct Table {
    blocks: usize,
    /// How many points a group has; the last one may hold some that do not count.
    size: usize,
    /// How many points count.
    points: usize,
    pub values: Vec<f64>,
}

impl Table {
    pub fn new(blocks: usize, size: usize, points: usize) -> Self {
        Self { blocks, size, points, values: vec![0.0; points.div_ceil(size) * blocks * size] }
    }

    /// How many points count.
    pub fn points(&self) -> usize {
        self.points
    }

    /// Where the number of a point of a block stands.
    pub fn index(&self, point: usize, block: usize) -> usize {
        (point / self.size) * self.blocks * self.size + block * self.size + point % self.size
    }

    /// The numbers of a group of points.
    pub fn group(&self, group: usize) -> &[f64] {
        &self.values[group * self.blocks * self.size..(group + 1) * self.blocks * self.size]
    }

    /// The numbers of a group of points.
    pub fn group_mut(&mut self, group: usize) -> &mut [f64] {
        &mut self.values[group * self.blocks * self.size..(group + 1) * self.blocks * self.size]
    }

    /// The numbers of a block, one a point.
    pub fn block(&self, block: usize) -> impl Iterator<Item = f64> + '_ {
        (0..self.points).map(move |point| self.values[self.index(point, block)])
    }

    /// The numbers of each block in each group, with the block.
    fn runs_mut(&mut self) -> impl Iterator<Item = (usize, &mut [f64])> {
        let blocks = self.blocks.max(1);
        self.values
            .chunks_exact_mut(self.size)
            .enumerate()
            .map(move |(run, values)| (run % blocks, values))
    }

    /// Logarithms → weights, which sum to 1 over the points of each block; returns the logarithms
    /// of the sums.
    pub fn normalise(&mut self) -> Vec<f64> {
        let mut most = vec![f64::NEG_INFINITY; self.blocks];
        for (block, logs) in self.runs_mut() {
            most[block] = logs.iter().fold(most[block], |m, &log| m.max(log));
        }
        let mut sum = vec![0.0; self.blocks];
        for (block, logs) in self.runs_mut() {
            // Where all are −∞, so is the sum.
            let shift = if most[block] == f64::NEG_INFINITY { 0.0 } else { most[block] };
            for log in logs {
                *log = (*log - shift).exp();
                sum[block] += *log;
            }
        }
        let inverse: Vec<f64> = sum.iter().map(|&s| if s > 0.0 { 1.0 / s } else { 0.0 }).collect();
        for (block, weights) in self.runs_mut() {
            weights.iter_mut().for_each(|weight| *weight *= inverse[block]);
        }
        most.iter().zip(&sum).map(|(m, s)| m + s.ln()).collect()
    }
}

/// What an evaluation computes on its way.
pub(super) struct Looked {
    pub mode: Option<Mode>,
    /// What depends on parameters alone.
    pub alone: f64,
    /// The weight of each point: its part of the sum of weight·exp(f + eᵀe/2) of each block.
    pub weights: Table,
    /// Σ of what all blocks integrate to, in nats.
    pub log_integral: f64,
}

/// The parts of the sums that the first and the second half of the points have, by block.
pub(super) struct Halves {
    middle: usize,
    /// How many times as many points there are in all.
    times: [f64; 2],
    parts: [Vec<f64>; 2],
}

impl Halves {
    pub fn of(weights: &Table) -> Option<Self> {
        let (points, middle) = (weights.points, weights.points / 2);
        let part = |range: std::ops::Range<usize>| -> Vec<f64> {
            let of_block = |block: usize| {
                range.clone().map(|point| weights.values[weights.index(point, block)]).sum()
            };
            (0..weights.blocks).map(of_block).collect()
        };
        let times = |count: usize| points as f64 / count as f64;
        (middle > 0).then(|| Self {
            middle,
            times: [times(middle), times(points - middle)],
            parts: [part(0..middle), part(middle..points)],
        })
    }

    /// Weights of one sum → weights of twice it less the mean of both halves.
    pub fn corrected(&self, weights: &Table) -> Table {
        let mut corrected = weights.clone();
        for point in 0..weights.points {
            let part = &self.parts[usize::from(point >= self.middle)];
            for (block, part) in part.iter().enumerate() {
                let index = corrected.index(point, block);
                corrected.values[index] *= 2.0 - 0.5 / part.max(f64::MIN_POSITIVE);
            }
        }
        corrected
    }

    /// The difference that twice the logarithms, less the mean of those of both halves, makes to
    /// the logarithms.
    pub fn correction(&self) -> f64 {
        let logs = |half: usize| {
            self.parts[half].iter().map(move |part| (self.times[half] * part).ln()).sum::<f64>()
        };
        -0.5 * (logs(0) + logs(1))
    }
}
