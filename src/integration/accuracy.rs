//! How far integrals by Monte Carlo are to be trusted, and what the hidden variables are given the parameters.

use super::marginal::Marginal;
use super::mode::Trouble;
use super::points::Rule;
use super::sums::Looked;
use crate::density::JointDensity;

/// How sure a log likelihood by Monte Carlo is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Accuracy {
    /// Standard error of the log likelihood, in nats: its spread over independent sets of points, those of the fit among them.
    pub standard_error: f64,
    /// The bias of the log of a mean, by the jackknife, in nats; added up over blocks. As for independent points.
    pub bias: f64,
    /// The lowest effective number of points of any block, (Σw)²/Σw².
    pub lowest_ess: f64,
    /// The block that has it.
    pub worst_block: usize,
    /// Points a block.
    pub samples: usize,
}

/// Values that hidden variables have a part in: their mean and standard deviation given the parameters and the data.
#[derive(Clone, Debug, PartialEq)]
pub struct Conditional {
    /// By named value: mean; where no hidden variable has a part, the value.
    pub mean: Vec<f64>,
    /// By named value: standard deviation; 0 where no hidden variable has a part.
    pub sd: Vec<f64>,
}

/// How many further sets of points the standard error is taken from.
const REPLICATES: u64 = 15;

impl<J: JointDensity + Clone> Marginal<J> {
    /// How sure the value at these parameters is; none for rules without chance.
    ///
    /// # Errors
    /// Where there is no value.
    pub fn accuracy(&mut self, parameters: &[f64]) -> Result<Option<Accuracy>, Trouble> {
        let (Rule::Importance { samples, .. } | Rule::Prior { samples, .. }) = self.rule() else { return Ok(None) };
        let looked = self.look(parameters)?;
        let mut values = vec![looked.log_integral];
        for replicate in 1..=REPLICATES {
            values.push(self.with_rule(reseeded(self.rule(), replicate)).look(parameters)?.log_integral);
        }
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        let variance = values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (values.len() - 1) as f64;
        let ess: Vec<f64> = (0..self.structure().blocks.len()).map(|block| effective(&looked, block)).collect();
        let worst_block = (0..ess.len()).min_by(|&a, &b| ess[a].total_cmp(&ess[b])).unwrap_or(0);
        let bias = (0..ess.len()).map(|block| jackknife(&looked, block)).sum();
        let lowest_ess = ess.get(worst_block).copied().unwrap_or(samples as f64);
        Ok(Some(Accuracy { standard_error: variance.sqrt(), bias, lowest_ess, worst_block, samples }))
    }

    /// The named values given the parameters. `block_of`: by named value, the block that has a part in it.
    ///
    /// # Errors
    /// Where there are none.
    pub fn conditional(&mut self, parameters: &[f64], block_of: &[Option<u32>]) -> Result<Conditional, Trouble> {
        match self.rule() {
            Rule::Laplace => self.around_mode(parameters, block_of),
            Rule::Quadrature(_) | Rule::Importance { .. } | Rule::Prior { .. } => self.over_points(parameters, block_of),
        }
    }

    /// Value at the mode, and its spread to first order: exact where the values are linear in the hidden coordinates and these are normal.
    fn around_mode(&mut self, parameters: &[f64], block_of: &[Option<u32>]) -> Result<Conditional, Trouble> {
        let mode = self.mode(parameters)?;
        let width = block_of.len();
        let mut mean = vec![0.0; width];
        self.constrain_at(parameters, &mode.hidden, &mut mean);
        let mut variance = vec![0.0; width];
        let (mut above, mut below) = (vec![0.0; width], vec![0.0; width]);
        let step = 1e-4;
        // Blocks are independent: one direction serves a coordinate of each.
        for place in 0..self.structure().largest_block() {
            let mut e = vec![0.0; mode.hidden.len()];
            self.structure().blocks.iter().filter_map(|block| block.get(place)).for_each(|&position| e[position] = step);
            let away = self.deviate(&mode, &e);
            let moved = |sign: f64| -> Vec<f64> { mode.hidden.iter().zip(&away).map(|(h, a)| h + sign * a).collect() };
            self.constrain_at(parameters, &moved(1.0), &mut above);
            self.constrain_at(parameters, &moved(-1.0), &mut below);
            for (value, (a, b)) in variance.iter_mut().zip(above.iter().zip(&below)) {
                *value += ((a - b) / (2.0 * step)).powi(2);
            }
        }
        let sd = variance.iter().zip(block_of).map(|(v, block)| if block.is_some() { v.sqrt() } else { 0.0 }).collect();
        Ok(Conditional { mean, sd })
    }

    /// Weighted mean and spread over the points.
    fn over_points(&mut self, parameters: &[f64], block_of: &[Option<u32>]) -> Result<Conditional, Trouble> {
        let looked = self.look(parameters)?;
        let width = block_of.len();
        let (mut mean, mut square, mut values) = (vec![0.0; width], vec![0.0; width], vec![0.0; width]);
        let shares = &looked.shares;
        let share = 1.0 / shares.points() as f64;
        for k in 0..shares.points() {
            let hidden = self.hidden_at(looked.mode.as_ref(), k);
            self.constrain_at(parameters, &hidden, &mut values);
            for (i, block) in block_of.iter().enumerate() {
                let weight = block.map_or(share, |b| shares.values[shares.index(k, b as usize)]);
                // A point of no weight may lie where the value is not finite.
                if weight > 0.0 {
                    mean[i] += weight * values[i];
                    square[i] += weight * values[i] * values[i];
                }
            }
        }
        let spread = |i: usize| if block_of[i].is_some() { (square[i] - mean[i] * mean[i]).max(0.0).sqrt() } else { 0.0 };
        Ok(Conditional { sd: (0..width).map(spread).collect(), mean })
    }
}

/// The rule with points of its own.
fn reseeded(rule: Rule, replicate: u64) -> Rule {
    let other = |seed: u64| seed ^ replicate.wrapping_mul(0xd134_2543_de82_ef95);
    match rule {
        Rule::Importance { samples, source, seed } => Rule::Importance { samples, source, seed: other(seed) },
        Rule::Prior { samples, source, seed } => Rule::Prior { samples, source, seed: other(seed) },
        Rule::Laplace | Rule::Quadrature(_) => rule,
    }
}

/// (Σw)²/Σw².
fn effective(looked: &Looked, block: usize) -> f64 {
    1.0 / looked.shares.block(block).map(|share| share * share).sum::<f64>()
}

/// (L − 1)·(mean of the log means that leave one point out − the log mean).
fn jackknife(looked: &Looked, block: usize) -> f64 {
    let count = looked.shares.points() as f64;
    let without: f64 = looked.shares.block(block).map(|share| (-share).ln_1p() + (count / (count - 1.0)).ln()).sum::<f64>() / count;
    (count - 1.0) * without
}
