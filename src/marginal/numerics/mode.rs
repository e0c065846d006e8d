//! Parameters → the hidden variables' most probable values given them, with the factor of the
//! curvature there: Newton's method, block by block.

use super::colouring::Colouring;
use super::factor::Pattern;
use crate::density::{HiddenCurvature as _, JointDensity};
use crate::marginal::structure::Structure;

/// The mode of every block, and the Cholesky factor of the negative Hessian there.
#[derive(Clone, Debug)]
pub(super) struct Mode {
    /// By position.
    pub hidden: Vec<f64>,
    /// Entries of the factor.
    pub factor: Vec<f64>,
    /// Entries of the factor with tempered pivots: of a distribution that is nowhere much wider
    /// than noise is.
    pub tempered: Vec<f64>,
}

/// Why no mode was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The density or a derivative is not finite near the mode of a block.
    NotFinite {
        /// The block.
        block: usize,
    },
    /// The density does not curve downwards in every direction where a block's search ended.
    NotCurved {
        /// The block.
        block: usize,
    },
    /// A block's search did not converge.
    Unending {
        /// The block.
        block: usize,
    },
}

/// What the search works with.
pub(super) struct Search<'a, J> {
    pub joint: &'a mut J,
    pub structure: &'a Structure,
    /// Where entries of the Hessian are read from products with directions.
    pub colouring: Option<&'a Colouring>,
    pub pattern: &'a Pattern,
    /// Below this the pivots of [`Mode::tempered`] bend away from 0.
    pub bend: f64,
}

/// A factor, and a block where the negative Hessian itself was not positive definite.
struct Factor {
    factor: Vec<f64>,
    tempered: Vec<f64>,
    ridged: Option<usize>,
}

/// The most Newton steps.
const STEPS: usize = 100;

/// A block whose density a Newton step would raise by less than this, in nats, is at its mode.
const AT_MODE: f64 = 1e-18;

/// A step is shortened until this part of it is left.
const SHORTEST: f64 = 1e-12;

/// How often a step is shortened before this part is left, and once more.
const SHORTENINGS: usize = 28;

/// A gain, in nats, that rounding of a block's value may hide.
const HIDDEN_GAIN: f64 = 1e-5;

/// Below this gain a step that gains nothing is due to rounding.
const ROUNDING: f64 = 1e-9;

/// How often the mode of a quadratic density is refined at most.
const REFINEMENTS: usize = 3;

/// A gain beyond this part of a block's value is not due to rounding: where residuals are off by
/// some part of their size, the gain is that part squared.
const LEFT: f64 = 1e-12;

/// The most that rounding may change the logarithm of a pivot by.
const LOST: f64 = 1e-5;

impl<J: JointDensity> Search<'_, J> {
    /// Newton's method from starting values by position.
    pub fn run(&mut self, parameters: &[f64], start: &[f64]) -> Result<Mode, Trouble> {
        let mut hidden = start.to_vec();
        let mut before = vec![f64::INFINITY; self.structure.blocks.len()];
        for _ in 0..STEPS {
            let q = self.structure.whole(parameters, &hidden);
            let (values, slope) = self.slope(&q)?;
            let Factor { factor, tempered, ridged } = self.factor(&q)?;
            let step = self.pattern.solve(&factor, &slope);
            let gains = self.gains(&slope, &step);
            if let Some(block) = gains.iter().position(|g| !g.is_finite()) {
                return Err(Trouble::NotFinite { block });
            }
            let open = |(&gain, &before): (&f64, &f64)| {
                gain >= AT_MODE && !(gain < ROUNDING && gain > 0.25 * before)
            };
            let ended = !gains.iter().zip(&before).any(open);
            if let (Some(block), true) = (ridged, ended || self.structure.is_quadratic()) {
                return Err(Trouble::NotCurved { block });
            }
            if self.structure.is_quadratic() {
                hidden.iter_mut().zip(&step).for_each(|(h, s)| *h += s);
                self.refine(parameters, &mut hidden, &factor)?;
            }
            if ended || self.structure.is_quadratic() {
                return Ok(Mode { hidden, factor, tempered });
            }
            self.advance(parameters, &mut hidden, &values, (&step, &gains))?;
            before = gains;
        }
        let slowest = (0..before.len()).max_by(|&a, &b| before[a].total_cmp(&before[b]));
        Err(Trouble::Unending { block: slowest.unwrap_or(0) })
    }

    /// Newton steps with the same factor, as the density is quadratic: they take off what rounding
    /// has left of the first one, which may have been a long one. Where they leave more than
    /// rounding explains, the factor is none of the density's.
    fn refine(
        &mut self,
        parameters: &[f64],
        hidden: &mut [f64],
        factor: &[f64],
    ) -> Result<(), Trouble> {
        let mut open = None;
        for _ in 0..REFINEMENTS {
            let (values, slope) = self.slope(&self.structure.whole(parameters, hidden))?;
            let step = self.pattern.solve(factor, &slope);
            let gains = self.gains(&slope, &step);
            hidden.iter_mut().zip(&step).for_each(|(h, s)| *h += s);
            let explained = |(gain, value): (&f64, &f64)| *gain <= LEFT * (1.0 + value.abs());
            open = gains.iter().zip(&values).position(|pair| !explained(pair));
            if open.is_none() {
                return Ok(());
            }
        }
        open.map_or(Ok(()), |block| Err(Trouble::Unending { block }))
    }

    /// Values of blocks and the gradient by position.
    fn slope(&mut self, q: &[f64]) -> Result<(Vec<f64>, Vec<f64>), Trouble> {
        let blocks = self.structure.blocks.len();
        let (mut values, mut grad) = (vec![0.0; blocks], vec![0.0; q.len()]);
        self.joint.weighted(q, &vec![1.0; blocks], &mut values, &mut grad);
        let slope: Vec<f64> = self.structure.hidden.iter().map(|&at| grad[at]).collect();
        if let Some(block) = values.iter().position(|v| !v.is_finite()) {
            return Err(Trouble::NotFinite { block });
        }
        match slope.iter().position(|s| !s.is_finite()) {
            Some(position) => Err(Trouble::NotFinite { block: self.structure.block_of[position] }),
            None => Ok((values, slope)),
        }
    }

    /// The entries of −H, by diagonal and pair of the pattern.
    fn curvature(&mut self, q: &[f64]) -> Vec<f64> {
        let mut entries = vec![0.0; self.structure.hidden.len() + self.structure.pairs.len()];
        match self.colouring {
            Some(colouring) => self.by_products(q, colouring, &mut entries),
            None => match self.joint.curvature() {
                Some(mut curvature) => curvature.entries(q, &mut entries),
                None => unreachable!("there are colours where there are no entries"),
            },
        }
        self.pattern.spread(&entries)
    }

    /// The same from products with the indicators of colours, by diagonal and then by pair.
    fn by_products(&mut self, q: &[f64], colouring: &Colouring, entries: &mut [f64]) {
        let n = self.structure.hidden.len();
        let mut products = vec![vec![0.0; q.len()]; colouring.colours];
        let mut direction = vec![0.0; q.len()];
        for (colour, product) in products.iter_mut().enumerate() {
            for (position, &at) in self.structure.hidden.iter().enumerate() {
                direction[at] = f64::from(u8::from(colouring.colour[position] == colour));
            }
            self.joint.hessian_vector(q, &direction, product);
        }
        for position in 0..n {
            entries[position] =
                -products[colouring.colour[position]][self.structure.hidden[position]];
        }
        for (entry, &(row, colour)) in entries[n..].iter_mut().zip(&colouring.read) {
            *entry = -products[colour][self.structure.hidden[row]];
        }
    }

    /// Adds the gradient of Σ of `weights` (by entry of the pattern) times the entries of −H to
    /// `total`.
    pub fn add_gradient(&mut self, q: &[f64], weights: &[f64], total: &mut [f64]) {
        let weights = self.pattern.gathered(weights);
        let mut part = vec![0.0; q.len()];
        let told_apart = self.joint.curvature().map(|mut curvature| {
            curvature.gradient(q, &weights, &mut part);
        });
        if told_apart.is_some() {
            total.iter_mut().zip(&part).for_each(|(t, p)| *t += p);
            return;
        }
        for (a, b) in self.directions(&weights) {
            self.joint.curvature_gradient(q, &a, &b, &mut part);
            total.iter_mut().zip(&part).for_each(|(t, p)| *t -= p);
        }
    }

    /// Σ of `weights` (diagonal by position, then by pair) over the entries of −H, as pairs of
    /// directions a, b with the sum −Σ aᵀHb: for each colour its indicator and where its product is
    /// read.
    fn directions(&self, weights: &[f64]) -> Vec<(Vec<f64>, Vec<f64>)> {
        let Some(colouring) = self.colouring else { return Vec::new() };
        let (dim, n) = (self.structure.dim(), self.structure.hidden.len());
        let mut pairs = vec![(vec![0.0; dim], vec![0.0; dim]); colouring.colours];
        for (position, &at) in self.structure.hidden.iter().enumerate() {
            let colour = colouring.colour[position];
            pairs[colour].1[at] = 1.0;
            pairs[colour].0[at] += weights[position];
        }
        for (weight, &(row, colour)) in weights[n..].iter().zip(&colouring.read) {
            pairs[colour].0[self.structure.hidden[row]] += weight;
        }
        pairs
    }

    /// Whether rounding has left enough of a curvature whose integral is exact: the logarithm of a
    /// pivot that is some part of the diagonal entry it comes from is off by the unit of rounding over
    /// that part.
    fn has_digits(&self, entries: &[f64], factor: &[f64]) -> Result<(), Trouble> {
        let is_lost = |&at: &usize| f64::EPSILON * entries[at] > LOST * factor[at] * factor[at];
        match self.pattern.diagonal.iter().position(is_lost) {
            Some(position) if self.structure.is_quadratic() => {
                Err(Trouble::Unending { block: self.structure.block_of[position] })
            }
            Some(_) | None => Ok(()),
        }
    }

    /// The factor of −H at `q`; where −H is not positive definite, with pivots repaired, or of −H
    /// with more on the diagonals of the blocks that need it.
    fn factor(&mut self, q: &[f64]) -> Result<Factor, Trouble> {
        let entries = self.curvature(q);
        let (mut added, mut ridged) = (vec![0.0; self.structure.blocks.len()], None);
        // Every round raises what a failing block has tenfold, and a block that has too much is
        // refused: the rounds end.
        loop {
            let mut factor = entries.clone();
            for (position, &block) in self.structure.block_of.iter().enumerate() {
                factor[self.pattern.diagonal[position]] += added[block];
            }
            let mut tried = factor.clone();
            if self.pattern.factorise(&mut tried).is_ok() {
                self.has_digits(&entries, &tried)?;
                let mut tempered = entries;
                // A block whose own curvature did not do is refused at the end.
                if self.pattern.factorise_tempered(&mut tempered, self.bend).is_err() {
                    tempered.clone_from(&tried);
                }
                return Ok(Factor { factor: tried, tempered, ridged });
            }
            if self.structure.is_quadratic() {
                let failing = self.pattern.failing(&mut factor);
                let block = failing.first().map_or(0, |&p| self.structure.block_of[p]);
                return Err(Trouble::NotCurved { block });
            }
            let mut repaired = factor.clone();
            if self.pattern.factorise_repaired(&mut repaired).is_ok() {
                let failing = self.pattern.failing(&mut factor);
                ridged = ridged.or(failing.first().map(|&p| self.structure.block_of[p]));
                return Ok(Factor { tempered: repaired.clone(), factor: repaired, ridged });
            }
            let mut failing: Vec<usize> = self
                .pattern
                .failing_repaired(&mut factor)
                .iter()
                .map(|&p| self.structure.block_of[p])
                .collect();
            failing.sort_unstable();
            failing.dedup();
            for block in failing {
                let size = self.structure.blocks[block]
                    .iter()
                    .map(|&p| entries[self.pattern.diagonal[p]].abs())
                    .fold(0.0, f64::max);
                if !size.is_finite() {
                    return Err(Trouble::NotFinite { block });
                }
                ridged = Some(block);
                // Never the size itself: of a negative number nothing but rounding would be left.
                added[block] = (10.0 * added[block]).max(2e-3 * size).max(1e-8);
                if added[block] > 1e12 * (1.0 + size) {
                    return Err(Trouble::NotCurved { block });
                }
            }
        }
    }

    /// By block: half of slope·step, what a Newton step gains where the density is quadratic.
    fn gains(&self, slope: &[f64], step: &[f64]) -> Vec<f64> {
        let mut gains = vec![0.0; self.structure.blocks.len()];
        for (position, &block) in self.structure.block_of.iter().enumerate() {
            gains[block] += 0.5 * slope[position] * step[position];
        }
        gains
    }

    /// Steps in every block, each by the longest of 1, 1/3, 1/9, ... that gains a part of what it
    /// should. A block where none does stays, if what it could gain is what rounding may hide.
    fn advance(
        &mut self,
        parameters: &[f64],
        hidden: &mut [f64],
        values: &[f64],
        (step, gains): (&[f64], &[f64]),
    ) -> Result<(), Trouble> {
        let blocks = self.structure.blocks.len();
        let mut length = vec![1.0; blocks];
        let mut after = vec![0.0; blocks];
        for _ in 0..SHORTENINGS {
            let moved: Vec<f64> = (0..hidden.len())
                .map(|p| hidden[p] + length[self.structure.block_of[p]] * step[p])
                .collect();
            self.joint.block_values(&self.structure.whole(parameters, &moved), &mut after);
            let mut short = false;
            for block in 0..blocks {
                let rounding = 1e-11 * (1.0 + values[block].abs());
                let gained = after[block] - values[block];
                if length[block] > 0.0
                    && (gained.is_nan() || gained < 1e-4 * length[block] * gains[block] - rounding)
                {
                    length[block] =
                        if length[block] < SHORTEST { 0.0 } else { length[block] / 3.0 };
                    short = true;
                    if length[block] == 0.0 && gains[block] > HIDDEN_GAIN {
                        return Err(Trouble::Unending { block });
                    }
                }
            }
            if !short {
                hidden.copy_from_slice(&moved);
                return Ok(());
            }
        }
        Err(Trouble::Unending {
            block: (0..blocks).find(|&block| length[block] < 1.0).unwrap_or(0),
        })
    }
}
