//! Joint density → the density of the parameters alone: value and exact gradient.
//!
//! With the mode û of a block of size d, A the negative Hessian there and A = LLᵀ, points
//! u = û + L⁻ᵀe of standard coordinates e with weights w give
//! log ∫ exp f(u) du ≈ log Σ w·exp(f(u) + eᵀe/2) + d/2·log 2π − log det L.
//! One point e = 0 is Laplace's approximation, exact where f is quadratic; Gauss-Hermite points are
//! adaptive quadrature (Liu and Pierce 1994); random points are importance sampling, with their own
//! log density instead of that of the normal distribution. Points from the prior of noise need
//! no mode: log ∫ ≈ log Σ w·exp(f(u) − log p(u)) (Kingma 2013, arXiv 1306.0733).
//!
//! The gradient is that of the approximation as it stands: through the points, the factor and, by
//! the implicit function theorem, the mode.

use std::borrow::Cow;
use std::sync::Arc;

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};

use super::colouring::{Colouring, colour};
use super::factor::Pattern;
use super::mode::{Mode, Search, Trouble};
use super::nodes::Grouped;
use super::points::{Points, Rule};
use super::sums::{Halves, Looked, Table};
use crate::density::{
    Integral as _, JointDensity, LogDensity, SeveralPoints, hessian_by_differences,
};
use crate::marginal::structure::{NoiseKind, Structure};

/// The density of the parameters, hidden variables integrated out.
#[derive(Clone)]
pub struct Marginal<J> {
    pub(super) joint: J,
    pub(super) structure: Arc<Structure>,
    /// Where the joint density has no entries of its Hessian: what to read them from.
    pub(super) colouring: Option<Arc<Colouring>>,
    pub(super) pattern: Arc<Pattern>,
    pub(super) points: Arc<Points>,
    rule: Rule,
    /// Where the next search for a mode starts: where the last one ended.
    start: Vec<f64>,
    /// Why the last evaluation that failed did.
    trouble: Option<Trouble>,
    /// Where `constrain` draws the hidden variables from their distribution given the parameters:
    /// the seed.
    drawing: Option<u64>,
    /// Whether the log of a mean is corrected for its bias by those of both halves of the points.
    unbiased: bool,
}

impl<J: JointDensity> Marginal<J> {
    /// Integrates `joint` by a rule.
    #[must_use]
    pub fn new(mut joint: J, structure: Arc<Structure>, rule: Rule) -> Self {
        let n = structure.hidden.len();
        let points = Points::new(&structure, rule, together(&mut joint));
        let has_entries = joint.curvature().is_some();
        let colouring = (!has_entries).then(|| Arc::new(colour(n, &structure.pairs)));
        let is_normal = |kind: &Option<NoiseKind>| *kind == Some(NoiseKind::Normal);
        let pattern = Arc::new(
            Pattern::new(n, &structure.pairs).tempering(structure.noise.iter().map(is_normal)),
        );
        Self {
            joint,
            colouring,
            pattern,
            points,
            rule,
            start: vec![0.0; n],
            trouble: None,
            drawing: None,
            unbiased: false,
            structure,
        }
    }

    /// The same with another rule.
    #[must_use]
    pub fn with_rule(&self, rule: Rule) -> Self
    where
        J: Clone,
    {
        let mut other = self.clone();
        other.set_rule(rule);
        other
    }

    /// The same, but `constrain` draws the hidden variables from the normal distribution around
    /// their mode, which is their distribution given parameters and data where their blocks are
    /// quadratic. The noise is a function of the seed and the parameters.
    #[must_use]
    pub fn drawing(self, seed: u64) -> Self {
        Self { drawing: Some(seed), ..self }
    }

    /// For stochastic gradients: the log of a mean over points has a bias of order 1/L. Twice it
    /// less the mean of those over either half of the points has one of order 1/L².
    #[must_use]
    pub fn unbiased(self) -> Self {
        Self { unbiased: true, ..self }
    }

    /// Other points of the same kind: for rules of Monte Carlo, those of another seed.
    pub fn reseed(&mut self, seed: u64) {
        let rule = match self.rule {
            Rule::Importance { samples, source, .. } => Rule::Importance { samples, source, seed },
            Rule::Prior { samples, source, .. } => Rule::Prior { samples, source, seed },
            rule @ (Rule::Laplace | Rule::Quadrature(_)) => rule,
        };
        self.set_rule(rule);
    }

    fn set_rule(&mut self, rule: Rule) {
        self.points = Points::new(&self.structure, rule, together(&mut self.joint));
        self.rule = rule;
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

    /// How many passes over the data one factorisation takes, and how many entries the factor has.
    #[must_use]
    pub fn cost(&self) -> (usize, usize) {
        (self.colouring.as_ref().map_or(1, |c| c.colours), self.pattern.len())
    }

    /// Why the last evaluation that failed did.
    #[must_use]
    pub fn trouble(&self) -> Option<Trouble> {
        self.trouble
    }

    /// What depends on parameters alone, and its gradient by them.
    pub fn alone(&mut self, parameters: &[f64], grad: &mut [f64]) -> f64 {
        let blocks = self.structure.blocks.len();
        let q = self.structure.whole(parameters, &vec![0.0; self.structure.hidden.len()]);
        let (mut values, mut whole) = (vec![0.0; blocks], vec![0.0; q.len()]);
        let value = self.joint.weighted(&q, &vec![0.0; blocks], &mut values, &mut whole);
        self.structure.parameters.iter().zip(grad).for_each(|(&at, g)| *g = whole[at]);
        value
    }

    /// All coordinates, in the order of the joint density: the parameters, and hidden variables
    /// where they are most probable given these.
    ///
    /// # Errors Where there is no mode.
    pub fn with_modes(&mut self, parameters: &[f64]) -> Result<Vec<f64>, Trouble> {
        let mode = self.mode(parameters)?;
        Ok(self.structure.whole(parameters, &mode.hidden))
    }

    /// The mode at these parameters: from where the last search ended or, where that leads nowhere,
    /// from the origin.
    pub(super) fn mode(&mut self, parameters: &[f64]) -> Result<Mode, Trouble> {
        let (bend, structure) = (self.bend(), &self.structure);
        let mut search = Search {
            joint: &mut self.joint,
            structure,
            colouring: self.colouring.as_deref(),
            pattern: &self.pattern,
            bend,
        };
        let origin = vec![0.0; self.start.len()];
        let outcome = match search.run(parameters, &self.start) {
            Err(_) if self.start != origin => search.run(parameters, &origin),
            outcome => outcome,
        };
        match &outcome {
            Ok(mode) => self.start.clone_from(&mode.hidden),
            Err(_) => self.start = origin,
        }
        outcome
    }

    /// A vector over positions with covariance A⁻¹ from a standard normal one.
    pub(super) fn deviate(&self, mode: &Mode, e: &[f64]) -> Vec<f64> {
        self.pattern.deviate(self.scale(mode), e, 1)
    }

    /// The factor by which points are spread around the mode. Where a density is not log-concave
    /// its curvature at the mode may be next to nothing: points spread by it would lie absurdly far
    /// out, and Laplace's approximation by it has no upper bound, so that an optimiser would look
    /// for parameters at which some block's curvature vanishes.
    pub(super) fn scale<'a>(&self, mode: &'a Mode) -> &'a [f64] {
        if self.is_tempered() { &mode.tempered } else { &mode.factor }
    }

    pub(super) fn is_tempered(&self) -> bool {
        match self.rule {
            Rule::Laplace => !self.structure.is_quadratic(),
            Rule::Quadrature(_) | Rule::Importance { .. } | Rule::Prior { .. } => true,
        }
    }

    /// Where pivots begin to bend away from 0, in those of noise: points must not lie absurdly far
    /// out, Laplace's approximation must only be finite.
    pub(super) fn bend(&self) -> f64 {
        match self.rule {
            Rule::Laplace => 0.1,
            Rule::Quadrature(_) | Rule::Importance { .. } | Rule::Prior { .. } => 1.0,
        }
    }

    /// The variance of each hidden coordinate around the mode.
    pub(super) fn variances(&self, mode: &Mode) -> Vec<f64> {
        self.pattern.variances(&mode.factor)
    }

    /// Code for as many points as are in a group.
    pub(super) fn several_points(&mut self) -> impl SeveralPoints {
        self.joint.several_points().expect("points are in groups only where there is code for them")
    }

    /// The hidden coordinates at a point.
    pub(super) fn hidden_at(&self, mode: Option<&Mode>, k: usize) -> Vec<f64> {
        let e = self.points.nodes.point(k);
        match mode {
            Some(mode) => {
                let away = self.deviate(mode, e);
                mode.hidden.iter().zip(&away).map(|(h, a)| h + a).collect()
            }
            None => e.to_vec(),
        }
    }

    /// The hidden coordinates of a group of points, those of each coordinate adjacent.
    pub(super) fn group_at<'a>(
        &self,
        mode: Option<&Mode>,
        grouped: &'a Grouped,
        group: usize,
    ) -> Cow<'a, [f64]> {
        let (positions, size) = (self.structure.hidden.len(), grouped.size);
        let standard = &grouped.standard[group * positions * size..(group + 1) * positions * size];
        let Some(mode) = mode else { return Cow::Borrowed(standard) };
        let mut hidden = self.pattern.deviate(self.scale(mode), standard, size);
        for (hidden, center) in hidden.chunks_exact_mut(size).zip(&mode.hidden) {
            hidden.iter_mut().for_each(|h| *h += center);
        }
        Cow::Owned(hidden)
    }

    /// Mode, points and sums at these parameters.
    pub(super) fn look(&mut self, parameters: &[f64]) -> Result<Looked, Trouble> {
        let mode = match self.rule {
            Rule::Prior { .. } => None,
            Rule::Laplace | Rule::Quadrature(_) | Rule::Importance { .. } => {
                Some(self.mode(parameters)?)
            }
        };
        let mut weights = self.points.added.clone();
        let alone = match self.points.clone().grouped.as_ref() {
            Some(grouped) => self.values_together(parameters, mode.as_ref(), grouped, &mut weights),
            None => self.values_one_by_one(parameters, mode.as_ref(), &mut weights),
        };
        for (log, added) in weights.values.iter_mut().zip(&self.points.added.values) {
            *log += added;
            if log.is_nan() {
                *log = f64::NEG_INFINITY;
            }
        }
        let totals = weights.normalise();
        let spread =
            mode.as_ref().map_or(0.0, |mode| self.pattern.half_log_determinant(self.scale(mode)));
        Ok(Looked { mode, alone, weights, log_integral: totals.iter().sum::<f64>() - spread })
    }

    /// The values of all blocks, point by point; returns what depends on parameters alone.
    fn values_one_by_one(
        &mut self,
        parameters: &[f64],
        mode: Option<&Mode>,
        values: &mut Table,
    ) -> f64 {
        let mut alone = 0.0;
        for k in 0..values.points() {
            let hidden = self.hidden_at(mode, k);
            alone = self
                .joint
                .block_values(&self.structure.whole(parameters, &hidden), values.group_mut(k));
        }
        alone
    }

    /// The same, a group of points at a time.
    fn values_together(
        &mut self,
        parameters: &[f64],
        mode: Option<&Mode>,
        grouped: &Grouped,
        values: &mut Table,
    ) -> f64 {
        let mut alone = 0.0;
        for group in 0..values.points().div_ceil(grouped.size) {
            let hidden = self.group_at(mode, grouped, group);
            alone =
                self.several_points().block_values(parameters, &hidden, values.group_mut(group));
        }
        alone
    }

    /// Log density and gradient by the parameters.
    fn try_evaluate(&mut self, parameters: &[f64], grad: &mut [f64]) -> Result<f64, Trouble> {
        let looked = self.look(parameters)?;
        let mut total = vec![0.0; self.structure.dim()];
        let mut factor_bar = vec![0.0; self.pattern.len()];
        let halves = self.unbiased.then(|| Halves::of(&looked.weights)).flatten();
        let weights = halves.as_ref().map_or(Cow::Borrowed(&looked.weights), |halves| {
            Cow::Owned(halves.corrected(&looked.weights))
        });
        match self.points.clone().grouped.as_ref() {
            Some(grouped) => self.slopes_together(
                parameters,
                &looked,
                (grouped, &weights),
                (&mut total, &mut factor_bar),
            ),
            None => {
                self.slopes_one_by_one(parameters, &looked, &weights, (&mut total, &mut factor_bar))
            }
        }
        if let Some(mode) = &looked.mode {
            self.through_mode(parameters, mode, factor_bar, &mut total);
        }
        self.structure.parameters.iter().zip(grad.iter_mut()).for_each(|(&at, g)| *g = total[at]);
        let correction = halves.map_or(0.0, |halves| halves.correction());
        Ok(looked.alone + looked.log_integral + correction)
    }

    /// The mode of the hidden coordinates; NaN where there is none. Without a mode, for points from
    /// the prior, that of the prior.
    fn most_probable(&mut self, parameters: &[f64]) -> Vec<f64> {
        match self.rule {
            Rule::Prior { .. } => self.start.clone(),
            Rule::Laplace | Rule::Quadrature(_) | Rule::Importance { .. } => self
                .mode(parameters)
                .map_or_else(|_| vec![f64::NAN; self.start.len()], |mode| mode.hidden),
        }
    }

    /// Hidden coordinates drawn given the parameters; NaN where there is no mode.
    fn drawn(&mut self, parameters: &[f64], seed: u64) -> Vec<f64> {
        let Ok(mode) = self.mode(parameters) else { return vec![f64::NAN; self.start.len()] };
        // Equal parameters are equal draws: the noise depends on nothing but them and the seed, so
        // not on threads.
        let mix = |hash: u64, q: &f64| {
            (hash ^ q.to_bits()).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29)
        };
        let mut generator = ChaCha8Rng::seed_from_u64(parameters.iter().fold(seed, mix));
        let e: Vec<f64> =
            (0..mode.hidden.len()).map(|_| StandardNormal.sample(&mut generator)).collect();
        let away = self.deviate(&mode, &e);
        mode.hidden.iter().zip(&away).map(|(h, a)| h + a).collect()
    }

    /// The named variables at the parameters and the mode of the hidden variables (with points from
    /// the prior: their mean).
    pub(super) fn constrain_at(&mut self, parameters: &[f64], hidden: &[f64], values: &mut [f64]) {
        self.joint.constrain(&self.structure.whole(parameters, hidden), values);
    }
}

/// How many points of the hidden variables are looked at together.
fn together<J: JointDensity>(joint: &mut J) -> usize {
    joint.several_points().map_or(1, |code| code.points())
}

impl<J: JointDensity> LogDensity for Marginal<J> {
    fn dim(&self) -> usize {
        self.structure.parameters.len()
    }

    fn evaluate(&mut self, q: &[f64], grad: &mut [f64]) -> f64 {
        // Where the closed form fails, the search for a mode says why.
        if self.rule == Rule::Laplace
            && let Some(value) = self.joint.closed_form().map(|mut form| form.evaluate(q, grad))
            && !value.is_nan()
        {
            return value;
        }
        // Where a point has no value, it counts as one of no weight.
        if let (Some(points), false) = (&self.points.side_by_side, self.unbiased)
            && let Some(value) = self.joint.mean_over(points).map(|mut mean| mean.evaluate(q, grad))
            && !value.is_nan()
        {
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

    /// Exact where blocks are quadratic, else by differences.
    fn hessian_vector(&mut self, q: &[f64], direction: &[f64], product: &mut [f64]) {
        let exact = self.rule == Rule::Laplace
            && (self.joint.closed_form())
                .is_some_and(|mut form| form.hessian_vector(q, direction, product));
        if exact {
            return;
        }
        let second = if self.rule == Rule::Laplace { self.second(q, direction) } else { None };
        match second {
            Some(second) => product.copy_from_slice(&second),
            None => hessian_by_differences(self, q, direction, product),
        }
    }

    fn curvature_is_exact(&self) -> bool {
        self.rule == Rule::Laplace && self.structure.is_quadratic() && self.colouring.is_none()
    }

    fn constrained_dim(&self) -> usize {
        self.joint.constrained_dim()
    }

    /// The hidden variables are at their mode; see [`Marginal::drawing`] and
    /// [`Marginal::conditional`].
    fn constrain(&mut self, q: &[f64], values: &mut [f64]) {
        let hidden = match self.drawing {
            Some(seed) => self.drawn(q, seed),
            None => self.most_probable(q),
        };
        self.constrain_at(q, &hidden, values);
    }
}
