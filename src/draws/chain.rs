//! What a chain leaves behind: the values and statistics of each draw, where it diverged, what it
//! cost.

/// One chain after warm-up.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Chain {
    /// How many values each draw has.
    pub width: usize,
    /// The values on their natural scale: draws × `width`, row by row.
    pub values: Vec<f64>,
    /// The unconstrained points of the draws, one after the other, if they are kept; otherwise
    /// empty.
    pub points: Vec<f64>,
    /// The unconstrained point where the chain ended; empty where the draws come from elsewhere.
    pub end: Vec<f64>,
    /// The sampler's statistics for each draw; empty where the draws come from elsewhere.
    pub stats: Vec<DrawStats>,
    /// The divergent transitions after warm-up, in order.
    pub divergences: Vec<Divergence>,
    /// How many transitions of warm-up diverged.
    pub warmup_divergences: usize,
    /// How many draws there are, even where a draw has no values.
    pub length: usize,
    /// What warm-up cost.
    pub warmup: Phase,
    /// What sampling cost.
    pub sampling: Phase,
}

/// The cost of a phase of sampling.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Phase {
    /// Evaluations of the log density and its gradient.
    pub gradients: u64,
    /// Wall-clock time in seconds.
    pub seconds: f64,
}

/// Statistics of one NUTS transition.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DrawStats {
    /// The trajectory ended because its energy exceeded the limit, or the density was not finite.
    pub divergent: bool,
    /// The trajectory ended because a step that was split would have been split into fewer parts in
    /// the reverse direction.
    pub irreversible: bool,
    /// The depth of the trajectory that the draw was taken from: how many times it was doubled.
    pub depth: u32,
    /// The trajectory ended because it reached the maximum depth.
    pub max_depth_hit: bool,
    /// Kinetic energy minus log density at the draw, in nats.
    pub energy: f64,
    /// Mean acceptance probability along the trajectory.
    pub acceptance: f64,
    /// The step size of the trajectory.
    pub step_size: f64,
    /// Leapfrog steps.
    pub steps: u64,
    /// log p at the draw, on the unconstrained scale, in nats.
    pub log_density: f64,
}

/// Where a transition diverged.
#[derive(Clone, Debug, PartialEq)]
pub struct Divergence {
    /// The draw, counted from 0.
    pub draw: usize,
    /// The unconstrained point from which the step that diverged was taken.
    pub position: Vec<f64>,
    /// The values of the variables there, `width` of them.
    pub values: Vec<f64>,
}

impl Chain {
    /// How many draws there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.length
    }

    /// Whether there are no draws.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// The values of a draw. Panics where there is no such draw.
    #[must_use]
    pub fn row(&self, draw: usize) -> &[f64] {
        &self.values[draw * self.width..(draw + 1) * self.width]
    }

    /// Drops the draws from `length` on.
    pub fn truncate(&mut self, length: usize) {
        if length < self.length {
            self.points.truncate(self.points.len() / self.length * length);
            self.length = length;
            self.values.truncate(length * self.width);
            self.stats.truncate(length);
            self.divergences.retain(|divergence| divergence.draw < length);
        }
    }
}

/// The chains of equal length that have the most draws in total: a run that was stopped leaves
/// chains of different lengths, even empty ones, and convergence is assessed on equal ones. Keeps
/// the longest chains, cut to the shortest of those kept, so that as many draws as possible remain.
#[must_use]
pub fn rectangle(mut chains: Vec<Chain>) -> Vec<Chain> {
    let mut lengths: Vec<usize> = chains.iter().map(Chain::len).collect();
    lengths.sort_unstable_by(|a, b| b.cmp(a));
    let best = lengths.iter().enumerate().map(|(i, &length)| (length * (i + 1), length)).max();
    let length = best.map_or(0, |(_, length)| length);
    chains.retain(|chain| chain.len() >= length);
    for chain in &mut chains {
        chain.truncate(length);
    }
    chains
}
