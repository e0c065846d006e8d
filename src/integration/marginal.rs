//! Joint density → the density of the parameters alone: value and exact gradient.
//!
//! With the mode û of a block of size d, A the negative Hessian there and A = LLᵀ, points u = û + L⁻ᵀe of standard coordinates e with weights
//! w give log ∫ exp f(u) du ≈ log Σ w·exp(f(u) + eᵀe/2) + d/2·log 2π − log det L. One point e = 0 is Laplace's approximation, exact where f is
//! quadratic; Gauss-Hermite points are adaptive quadrature (Liu and Pierce 1994); normal points are importance sampling. Points from the
//! prior of noise need no mode: log ∫ ≈ log Σ w·exp(f(u) − log p(u)) (Kingma 2013, arXiv 1306.0733).
//!
//! The gradient is that of the approximation as it stands: through the points, the factor and, by the implicit function theorem, the mode.

use std::sync::Arc;

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};

use super::colouring::{Colouring, colour};
use super::factor::Pattern;
use super::mode::{Mode, Search, Trouble};
use super::nodes::{HALF_LOG_TAU, Nodes, NoiseSource, prior_log_density};
use super::structure::Structure;
use crate::density::{JointDensity, LogDensity};

/// How hidden variables are integrated out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// Laplace's approximation: exact where a block's density is quadratic.
    Laplace,
    /// Adaptive Gauss-Hermite quadrature with so many points a dimension.
    Quadrature(usize),
    /// Importance sampling around each block's mode.
    Importance {
        /// Points.
        samples: usize,
        /// Where they come from.
        source: NoiseSource,
        /// The same seed gives the same points.
        seed: u64,
    },
    /// Points from the noise that the hidden variables are functions of.
    Prior {
        /// Points.
        samples: usize,
        /// Where they come from.
        source: NoiseSource,
        /// The same seed gives the same points.
        seed: u64,
    },
}

/// The density of the parameters, hidden variables integrated out.
#[derive(Clone)]
pub struct Marginal<J> {
    pub(super) joint: J,
    pub(super) structure: Arc<Structure>,
    colouring: Arc<Colouring>,
    pattern: Arc<Pattern>,
    nodes: Arc<Nodes>,
    rule: Rule,
    /// Where the next search for a mode starts: where the last one ended.
    start: Vec<f64>,
    /// Why the last evaluation that failed did.
    trouble: Option<Trouble>,
    /// Where `constrain` draws the hidden variables from their distribution given the parameters: the seed.
    drawing: Option<u64>,
    /// Whether the log of a mean is corrected for its bias by those of both halves of the points.
    unbiased: bool,
}

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

impl<J: JointDensity> Marginal<J> {
    /// Integrates `joint` by a rule.
    #[must_use]
    pub fn new(joint: J, structure: Arc<Structure>, rule: Rule) -> Self {
        let n = structure.hidden.len();
        let nodes = nodes(&structure, rule);
        let colouring = Arc::new(colour(n, &structure.pairs));
        let pattern = Arc::new(Pattern::new(n, &structure.pairs));
        Self { joint, colouring, pattern, nodes, rule, start: vec![0.0; n], trouble: None, drawing: None, unbiased: false, structure }
    }

    /// The same with another rule.
    #[must_use]
    pub fn with_rule(&self, rule: Rule) -> Self
    where
        J: Clone,
    {
        Self { nodes: nodes(&self.structure, rule), rule, ..self.clone() }
    }

    /// The same, but `constrain` draws the hidden variables from the normal distribution around their mode, which is their distribution
    /// given parameters and data where their blocks are quadratic. The noise is a function of the seed and the parameters.
    #[must_use]
    pub fn drawing(self, seed: u64) -> Self {
        Self { drawing: Some(seed), ..self }
    }

    /// For stochastic gradients: the log of a mean over points has a bias of order 1/L. Twice it less the mean of those over either half of
    /// the points has one of order 1/L².
    #[must_use]
    pub fn unbiased(self) -> Self {
        Self { unbiased: true, ..self }
    }

    /// Other points of the same kind: for rules of Monte Carlo, those of another seed.
    pub fn reseed(&mut self, seed: u64) {
        self.rule = match self.rule {
            Rule::Importance { samples, source, .. } => Rule::Importance { samples, source, seed },
            Rule::Prior { samples, source, .. } => Rule::Prior { samples, source, seed },
            rule @ (Rule::Laplace | Rule::Quadrature(_)) => rule,
        };
        self.nodes = nodes(&self.structure, self.rule);
    }

    /// The rule.
    #[must_use]
    pub fn rule(&self) -> Rule {
        self.rule
    }

    /// Blocks and coordinates.
    #[must_use]
    pub fn structure(&self) -> &Structure {
        &self.structure
    }

    /// How many Hessian products one factorisation takes, and how many entries the factor has.
    #[must_use]
    pub fn cost(&self) -> (usize, usize) {
        (self.colouring.colours, self.pattern.len())
    }

    /// Why the last evaluation that failed did.
    #[must_use]
    pub fn trouble(&self) -> Option<Trouble> {
        self.trouble
    }

    /// The mode at these parameters: from where the last search ended or, where that leads nowhere, from the origin.
    pub(super) fn mode(&mut self, parameters: &[f64]) -> Result<Mode, Trouble> {
        let mut search = Search { joint: &mut self.joint, structure: &self.structure, colouring: &self.colouring, pattern: &self.pattern };
        let origin = vec![0.0; self.start.len()];
        let found = match search.run(parameters, &self.start) {
            Err(_) if self.start != origin => search.run(parameters, &origin),
            found => found,
        };
        match &found {
            Ok(mode) => self.start.clone_from(&mode.hidden),
            Err(_) => self.start = origin,
        }
        found
    }

    /// A vector over positions with covariance A⁻¹ from a standard normal one.
    pub(super) fn deviate(&self, mode: &Mode, e: &[f64]) -> Vec<f64> {
        self.pattern.deviate(&mode.factor, e)
    }

    /// The hidden coordinates at a point, with what the change of coordinates adds to the log density of each block.
    fn at_point(&self, mode: Option<&Mode>, k: usize) -> (Vec<f64>, Vec<f64>) {
        let e = self.nodes.point(k);
        let mut added = vec![0.0; self.structure.blocks.len()];
        match mode {
            Some(mode) => {
                let away = self.deviate(mode, e);
                e.iter().zip(&self.structure.block_of).for_each(|(e, &block)| added[block] += 0.5 * e * e + HALF_LOG_TAU);
                (mode.hidden.iter().zip(&away).map(|(h, a)| h + a).collect(), added)
            }
            None => {
                for (position, &block) in self.structure.block_of.iter().enumerate() {
                    added[block] -= prior_log_density(self.structure.noise[position], e[position]);
                }
                (e.to_vec(), added)
            }
        }
    }

    /// The hidden coordinates at a point.
    pub(super) fn hidden_at(&self, mode: Option<&Mode>, k: usize) -> Vec<f64> {
        self.at_point(mode, k).0
    }

    /// Mode, points and sums at these parameters.
    pub(super) fn look(&mut self, parameters: &[f64]) -> Result<Looked, Trouble> {
        let mode = match self.rule {
            Rule::Prior { .. } => None,
            Rule::Laplace | Rule::Quadrature(_) | Rule::Importance { .. } => Some(self.mode(parameters)?),
        };
        let (blocks, points) = (self.structure.blocks.len(), self.nodes.count());
        let mut shares = vec![0.0; blocks * points];
        let mut alone = 0.0;
        for (k, values) in shares.chunks_exact_mut(blocks.max(1)).enumerate() {
            let (hidden, added) = self.at_point(mode.as_ref(), k);
            alone = self.joint.block_values(&self.structure.whole(parameters, &hidden), values);
            for (block, value) in values.iter_mut().enumerate() {
                *value += added[block] + self.nodes.log_weight(k, self.structure.blocks[block].len());
                if value.is_nan() {
                    *value = f64::NEG_INFINITY;
                }
            }
        }
        if blocks == 0 {
            alone = self.joint.block_values(parameters, &mut []);
        }
        let totals = normalise(&mut shares, blocks);
        let spread = mode.as_ref().map_or(0.0, |mode| self.pattern.half_log_determinant(&mode.factor));
        Ok(Looked { mode, alone, shares, points, log_integral: totals.iter().sum::<f64>() - spread })
    }

    /// Log density and gradient by the parameters.
    fn try_evaluate(&mut self, parameters: &[f64], grad: &mut [f64]) -> Result<f64, Trouble> {
        let looked = self.look(parameters)?;
        let blocks = self.structure.blocks.len();
        let dim = parameters.len() + self.structure.hidden.len();
        let mut total = vec![0.0; dim];
        let mut factor_bar = vec![0.0; self.pattern.len()];
        let (mut values, mut part) = (vec![0.0; blocks], vec![0.0; dim]);
        let halves = self.unbiased.then(|| Halves::of(&looked, blocks)).flatten();
        for k in 0..looked.points {
            let mut weights = looked.point(k).to_vec();
            if let Some(halves) = &halves {
                halves.correct(k, &mut weights);
            }
            let (hidden, _) = self.at_point(looked.mode.as_ref(), k);
            self.joint.weighted(&self.structure.whole(parameters, &hidden), &weights, &mut values, &mut part);
            total.iter_mut().zip(&part).for_each(|(t, p)| *t += p);
            if let Some(mode) = &looked.mode {
                let slope: Vec<f64> = self.structure.hidden.iter().map(|&at| part[at]).collect();
                let away: Vec<f64> = hidden.iter().zip(&mode.hidden).map(|(h, m)| h - m).collect();
                self.pattern.deviate_adjoint(&mode.factor, &away, &slope, &mut factor_bar);
            }
        }
        self.without_repeats(parameters, &looked, &mut total);
        if let Some(mode) = &looked.mode {
            self.through_mode(parameters, mode, factor_bar, &mut total);
        }
        self.structure.parameters.iter().zip(grad.iter_mut()).for_each(|(&at, g)| *g = total[at]);
        let correction = halves.map_or(0.0, |halves| halves.correction());
        Ok(looked.alone + looked.log_integral + correction)
    }

    /// Takes away what depends on parameters alone as often as it came too much: once a point beyond the first.
    fn without_repeats(&mut self, parameters: &[f64], looked: &Looked, total: &mut [f64]) {
        let repeats = looked.points - 1;
        if repeats == 0 {
            return;
        }
        let hidden = looked.mode.as_ref().map_or_else(|| self.nodes.point(0).to_vec(), |mode| mode.hidden.clone());
        let blocks = self.structure.blocks.len();
        let (mut values, mut alone) = (vec![0.0; blocks], vec![0.0; total.len()]);
        self.joint.weighted(&self.structure.whole(parameters, &hidden), &vec![0.0; blocks], &mut values, &mut alone);
        total.iter_mut().zip(&alone).for_each(|(t, a)| *t -= repeats as f64 * a);
    }

    /// Adds what comes through the factor and the mode: `total` holds the gradient with both held fixed, its hidden entries what moves the mode.
    fn through_mode(&mut self, parameters: &[f64], mode: &Mode, mut factor_bar: Vec<f64>, total: &mut [f64]) {
        self.pattern.diagonal.iter().for_each(|&entry| factor_bar[entry] -= 1.0 / mode.factor[entry]);
        self.pattern.adjoint(&mode.factor, &mut factor_bar);
        let q = self.structure.whole(parameters, &mode.hidden);
        let search = Search { joint: &mut self.joint, structure: &self.structure, colouring: &self.colouring, pattern: &self.pattern };
        let directions = search.directions(&factor_bar);
        let mut part = vec![0.0; q.len()];
        for (a, b) in directions {
            self.joint.curvature_gradient(&q, &a, &b, &mut part);
            total.iter_mut().zip(&part).for_each(|(t, p)| *t -= p);
        }
        // The mode moves by A⁻¹ times the mixed derivatives.
        let push: Vec<f64> = self.structure.hidden.iter().map(|&at| total[at]).collect();
        let push = self.pattern.solve(&mode.factor, &push);
        let direction = self.structure.whole(&vec![0.0; parameters.len()], &push);
        self.joint.hessian_vector(&q, &direction, &mut part);
        total.iter_mut().zip(&part).for_each(|(t, p)| *t += p);
    }

    /// The mode of the hidden coordinates; NaN where there is none. Without a mode, for points from the prior, that of the prior.
    fn most_probable(&mut self, parameters: &[f64]) -> Vec<f64> {
        match self.rule {
            Rule::Prior { .. } => self.start.clone(),
            Rule::Laplace | Rule::Quadrature(_) | Rule::Importance { .. } => {
                self.mode(parameters).map_or_else(|_| vec![f64::NAN; self.start.len()], |mode| mode.hidden)
            }
        }
    }

    /// Hidden coordinates drawn given the parameters; NaN where there is no mode.
    fn drawn(&mut self, parameters: &[f64], seed: u64) -> Vec<f64> {
        let Ok(mode) = self.mode(parameters) else { return vec![f64::NAN; self.start.len()] };
        // Equal parameters are equal draws: the noise depends on nothing but them and the seed, so not on threads.
        let mix = |hash: u64, q: &f64| (hash ^ q.to_bits()).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29);
        let mut generator = ChaCha8Rng::seed_from_u64(parameters.iter().fold(seed, mix));
        let e: Vec<f64> = (0..mode.hidden.len()).map(|_| StandardNormal.sample(&mut generator)).collect();
        let away = self.deviate(&mode, &e);
        mode.hidden.iter().zip(&away).map(|(h, a)| h + a).collect()
    }

    /// The named variables at the parameters and the mode of the hidden variables (with points from the prior: their mean).
    pub(super) fn constrain_at(&mut self, parameters: &[f64], hidden: &[f64], values: &mut [f64]) {
        self.joint.constrain(&self.structure.whole(parameters, hidden), values);
    }
}

/// The parts of the sums that the first and the second half of the points have, by block.
struct Halves {
    middle: usize,
    /// How many times as many points there are in all.
    times: [f64; 2],
    parts: [Vec<f64>; 2],
}

impl Halves {
    fn of(looked: &Looked, blocks: usize) -> Option<Self> {
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
    fn correct(&self, k: usize, weights: &mut [f64]) {
        let part = &self.parts[usize::from(k >= self.middle)];
        weights.iter_mut().zip(part).for_each(|(weight, part)| *weight *= 2.0 - 0.5 / part.max(f64::MIN_POSITIVE));
    }

    /// What twice the logarithms less the mean of those of the halves differs from the logarithms.
    fn correction(&self) -> f64 {
        let logs = |half: usize| self.parts[half].iter().map(move |part| (self.times[half] * part).ln()).sum::<f64>();
        -0.5 * (logs(0) + logs(1))
    }
}

/// Logarithms, point by point and block by block → their exponentials as shares of the sum over the points; the logarithms of the sums.
fn normalise(logs: &mut [f64], blocks: usize) -> Vec<f64> {
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

fn nodes(structure: &Structure, rule: Rule) -> Arc<Nodes> {
    Arc::new(match rule {
        Rule::Laplace => Nodes::origin(structure),
        Rule::Quadrature(points) => Nodes::quadrature(structure, points),
        Rule::Importance { samples, source, seed } => Nodes::normal(structure, samples, source, seed),
        Rule::Prior { samples, source, seed } => Nodes::prior(structure, samples, source, seed),
    })
}

impl<J: JointDensity> LogDensity for Marginal<J> {
    fn dim(&self) -> usize {
        self.structure.parameters.len()
    }

    fn evaluate(&mut self, q: &[f64], grad: &mut [f64]) -> f64 {
        if let (Rule::Laplace, Some(value)) = (self.rule, self.joint.integrated(q, grad)) {
            return value;
        }
        match self.try_evaluate(q, grad) {
            Ok(value) => value,
            Err(trouble) => {
                self.trouble = Some(trouble);
                grad.fill(f64::NAN);
                f64::NAN
            }
        }
    }

    fn constrained_dim(&self) -> usize {
        self.joint.constrained_dim()
    }

    /// The hidden variables are at their mode; see [`Marginal::drawing`] and [`Marginal::conditional`].
    fn constrain(&mut self, q: &[f64], values: &mut [f64]) {
        let hidden = match self.drawing {
            Some(seed) => self.drawn(q, seed),
            None => self.most_probable(q),
        };
        self.constrain_at(q, &hidden, values);
    }
}
