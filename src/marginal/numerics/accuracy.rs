//! The accuracy of integrals by Monte Carlo, and mean and standard deviation of the named values
//! given the parameters.

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};

use super::marginal::Marginal;
use super::mode::Trouble;
use super::points::Rule;
use super::sums::Looked;
use crate::density::JointDensity;

/// The accuracy of a log likelihood by Monte Carlo.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Accuracy {
    /// Standard error of the log likelihood, in nats: its spread over independent sets of points,
    /// those of the fit among them.
    pub standard_error: f64,
    /// The bias of the log of a mean, by the jackknife, in nats; added up over blocks. As for
    /// independent points.
    pub bias: f64,
    /// The lowest effective number of points of any block, (Σw)²/Σw².
    pub lowest_ess: f64,
    /// The block that has it.
    pub worst_block: usize,
    /// Points a block.
    pub samples: usize,
}

/// Values that hidden variables have a part in: their mean and standard deviation given the
/// parameters and the data.
#[derive(Clone, Debug, PartialEq)]
pub struct Conditional {
    /// By named value: mean; where no hidden variable has a part, the value.
    pub mean: Vec<f64>,
    /// By named value: standard deviation; 0 where no hidden variable has a part.
    pub sd: Vec<f64>,
}

/// What named values depend on.
#[derive(Clone, Copy)]
pub struct Parts<'a> {
    /// By named value, the block that has a part in it.
    pub block_of: &'a [Option<u32>],
    /// By named value, the position of the hidden coordinate that it depends on, where it depends
    /// on one alone.
    pub coordinate_of: &'a [Option<u32>],
    /// By named value, whether the noise of variables that were integrated out beforehand has a
    /// part in it.
    pub noisy: &'a [bool],
}

impl Parts<'_> {
    /// Whether anything hidden has a part in a named value.
    #[must_use]
    pub fn is_hidden(&self, value: usize) -> bool {
        self.block_of[value].is_some() || self.noisy[value]
    }
}

/// In blocks larger than this, standard deviations are computed from this many random directions.
const LARGE_BLOCK: usize = 1000;

/// The outer ones of three Gauss-Hermite points, whose weights are 1/6 each: √3.
const THREE_POINTS: f64 = 1.732_050_807_568_877_2;

/// How many further sets of points the standard error is taken from.
const REPLICATES: u64 = 15;

impl<J: JointDensity + Clone> Marginal<J> {
    /// The accuracy of the value at these parameters; none for deterministic rules.
    ///
    /// # Errors
    /// Where there is no value.
    pub fn accuracy(&mut self, parameters: &[f64]) -> Result<Option<Accuracy>, Trouble> {
        let (Rule::Importance { samples, .. } | Rule::Prior { samples, .. }) = self.rule() else {
            return Ok(None);
        };
        let looked = self.look(parameters)?;
        let mut values = vec![looked.log_integral];
        for replicate in 1..=REPLICATES {
            values.push(
                self.with_rule(reseeded(self.rule(), replicate)).look(parameters)?.log_integral,
            );
        }
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        let variance =
            values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (values.len() - 1) as f64;
        let ess: Vec<f64> =
            (0..self.structure().blocks.len()).map(|block| effective(&looked, block)).collect();
        let worst_block = (0..ess.len()).min_by(|&a, &b| ess[a].total_cmp(&ess[b])).unwrap_or(0);
        let bias = (0..ess.len()).map(|block| jackknife(&looked, block)).sum();
        let lowest_ess = ess.get(worst_block).copied().unwrap_or(samples as f64);
        Ok(Some(Accuracy {
            standard_error: variance.sqrt(),
            bias,
            lowest_ess,
            worst_block,
            samples,
        }))
    }

    /// The named values given the parameters.
    ///
    /// # Errors
    /// Where there are none.
    pub fn conditional(
        &mut self,
        parameters: &[f64],
        parts: Parts,
    ) -> Result<Conditional, Trouble> {
        match self.rule() {
            Rule::Laplace => self.around_mode(parameters, parts),
            Rule::Quadrature(_) | Rule::Importance { .. } | Rule::Prior { .. } => {
                self.over_points(parameters, parts)
            }
        }
    }

    /// Value at the mode, and its spread to first order: exact where the values are linear in the
    /// hidden coordinates and these are normal.
    fn around_mode(&mut self, parameters: &[f64], parts: Parts) -> Result<Conditional, Trouble> {
        let mode = self.mode(parameters)?;
        let width = parts.block_of.len();
        let (mut mean, mut square) = (vec![0.0; width], vec![0.0; width]);
        self.over_noise(parameters, &mode.hidden, &mut mean, &mut square);
        // What depends on one coordinate alone moves with it when all move.
        let variances = self.variances(&mode);
        let slopes = self.slopes_along(parameters, &mode.hidden, &vec![1.0; mode.hidden.len()]);
        let alone = |i: usize| {
            parts.coordinate_of[i].map(|p| slopes[i] * slopes[i] * variances[p as usize])
        };
        let of_noise =
            |i: usize| if parts.noisy[i] { (square[i] - mean[i] * mean[i]).max(0.0) } else { 0.0 };
        let mut variance: Vec<f64> =
            (0..width).map(|i| of_noise(i) + alone(i).unwrap_or(0.0)).collect();
        let others: Vec<usize> = (0..width)
            .filter(|&i| parts.block_of[i].is_some() && parts.coordinate_of[i].is_none())
            .collect();
        if !others.is_empty() {
            for e in self.directions() {
                let slopes = self.slopes_along(parameters, &mode.hidden, &self.deviate(&mode, &e));
                others.iter().for_each(|&i| variance[i] += slopes[i] * slopes[i]);
            }
        }
        // What the mean's own rounding hides is no spread.
        let seen = |(variance, mean): (f64, &f64)| {
            let sd = variance.sqrt();
            if sd <= 4.0 * f64::EPSILON * mean.abs() { 0.0 } else { sd }
        };
        let sd = variance.into_iter().zip(&mean).map(seen).collect();
        Ok(Conditional { mean, sd })
    }

    /// Standard vectors whose deviations have the covariance of the hidden coordinates: one a
    /// coordinate of a block, the same coordinate of every block at once; for very large blocks
    /// random ones, whose standard deviations are off by 2%.
    fn directions(&self) -> Vec<Vec<f64>> {
        let (largest, positions) =
            (self.structure().largest_block(), self.structure().hidden.len());
        if largest > LARGE_BLOCK {
            let mut generator = ChaCha8Rng::seed_from_u64(0);
            let scale = (LARGE_BLOCK as f64).sqrt();
            let mut normal = || -> f64 { StandardNormal.sample(&mut generator) };
            return (0..LARGE_BLOCK)
                .map(|_| (0..positions).map(|_| normal() / scale).collect())
                .collect();
        }
        let unit = |place: usize| {
            let mut e = vec![0.0; positions];
            self.structure()
                .blocks
                .iter()
                .filter_map(|block| block.get(place))
                .for_each(|&position| e[position] = 1.0);
            e
        };
        (0..largest).map(unit).collect()
    }

    /// The derivatives of the named values along a direction of the hidden coordinates.
    fn slopes_along(&mut self, parameters: &[f64], hidden: &[f64], direction: &[f64]) -> Vec<f64> {
        let still = vec![0.0; parameters.len()];
        let q = self.structure().whole(parameters, hidden);
        let along = self.structure().whole(&still, direction);
        let mut values = vec![0.0; self.joint.constrained_dim()];
        self.joint.constrain_along(&q, &along, &mut values);
        values
    }

    /// Mean and mean square of the named values over the noise of variables that were integrated
    /// out beforehand, by three Gauss-Hermite points along each of its axes: exact for values that
    /// are linear in these variables, and for the mean of quadratic ones.
    fn over_noise(
        &mut self,
        parameters: &[f64],
        hidden: &[f64],
        mean: &mut [f64],
        square: &mut [f64],
    ) {
        let mut q = self.structure().whole(parameters, hidden);
        self.joint.constrain(&q, mean);
        square.iter_mut().zip(mean.iter()).for_each(|(s, m)| *s = m * m);
        let (axes, center) = (self.structure().collapsed.clone(), mean.to_vec());
        let mut values = vec![0.0; mean.len()];
        for axis in axes {
            for end in [-THREE_POINTS, THREE_POINTS] {
                axis.iter().for_each(|&coordinate| q[coordinate] = end);
                self.joint.constrain(&q, &mut values);
                for (i, (value, center)) in values.iter().zip(&center).enumerate() {
                    mean[i] += (value - center) / 6.0;
                    square[i] += (value * value - center * center) / 6.0;
                }
            }
            axis.iter().for_each(|&coordinate| q[coordinate] = 0.0);
        }
    }

    /// Weighted mean and spread over the points.
    fn over_points(&mut self, parameters: &[f64], parts: Parts) -> Result<Conditional, Trouble> {
        let looked = self.look(parameters)?;
        let width = parts.block_of.len();
        let (mut mean, mut square) = (vec![0.0; width], vec![0.0; width]);
        let (mut values, mut squares) = (mean.clone(), mean.clone());
        let weights = &looked.weights;
        let even = 1.0 / weights.points() as f64;
        for k in 0..weights.points() {
            let hidden = self.hidden_at(looked.mode.as_ref(), k);
            self.over_noise(parameters, &hidden, &mut values, &mut squares);
            for (i, block) in parts.block_of.iter().enumerate() {
                let weight = block.map_or(even, |b| weights.values[weights.index(k, b as usize)]);
                // A point of no weight may lie where the value is not finite.
                if weight > 0.0 {
                    mean[i] += weight * values[i];
                    square[i] += weight * squares[i];
                }
            }
        }
        let spread = |i: usize| {
            if parts.is_hidden(i) { (square[i] - mean[i] * mean[i]).max(0.0).sqrt() } else { 0.0 }
        };
        Ok(Conditional { sd: (0..width).map(spread).collect(), mean })
    }
}

/// The rule with points of its own.
fn reseeded(rule: Rule, replicate: u64) -> Rule {
    let other = |seed: u64| seed ^ replicate.wrapping_mul(0xd134_2543_de82_ef95);
    match rule {
        Rule::Importance { samples, source, seed } => {
            Rule::Importance { samples, source, seed: other(seed) }
        }
        Rule::Prior { samples, source, seed } => Rule::Prior { samples, source, seed: other(seed) },
        Rule::Laplace | Rule::Quadrature(_) => rule,
    }
}

/// (Σw)²/Σw².
fn effective(looked: &Looked, block: usize) -> f64 {
    1.0 / looked.weights.block(block).map(|weight| weight * weight).sum::<f64>()
}

/// (L − 1)·(mean of the log means that leave one point out − the log mean).
fn jackknife(looked: &Looked, block: usize) -> f64 {
    let count = looked.weights.points() as f64;
    let without: f64 = looked
        .weights
        .block(block)
        .map(|weight| (-weight).ln_1p() + (count / (count - 1.0)).ln())
        .sum::<f64>()
        / count;
    (count - 1.0) * without
}
