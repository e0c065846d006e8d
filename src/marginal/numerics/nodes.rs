//! Where an integral is looked at: points in standard coordinates with weights, for quadrature or
//! Monte Carlo.

use faer::{Mat, Side};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};

use crate::marginal::structure::{NoiseKind, Structure};
use crate::math::gamma::lgamma;
use crate::math::logistic::log_add_exp;
use crate::math::normal::{inv_phi, log_phi};

/// Where Monte Carlo takes its noise from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum NoiseSource {
    /// Sobol points, scrambled anew for each block (Owen 1997; the error falls faster than
    /// 1/√samples).
    #[default]
    Sobol,
    /// Pairs of opposite points.
    Antithetic,
    /// Independent points.
    Pseudo,
}

/// Points in the coordinates of every block at once. A point has one standard number a position.
#[derive(Clone, Debug)]
pub(super) struct Nodes {
    positions: usize,
    count: usize,
    /// Point by point.
    standard: Vec<f64>,
    /// By size of block: the logarithm of each point's weight; −∞ for points that the block does
    /// not use.
    log_weights: Vec<Vec<f64>>,
}

/// Points in groups, for code that looks at a group together.
#[derive(Clone, Debug)]
pub(super) struct Grouped {
    /// How many points a group has; the last one is filled up with its first point.
    pub size: usize,
    /// Group by group, position by position.
    pub standard: Vec<f64>,
}

impl Nodes {
    /// How many points.
    pub fn count(&self) -> usize {
        self.count
    }

    /// One point.
    pub fn point(&self, k: usize) -> &[f64] {
        &self.standard[k * self.positions..(k + 1) * self.positions]
    }

    /// Its weight in a block of this size; weights sum to 1.
    pub fn log_weight(&self, k: usize, size: usize) -> f64 {
        self.log_weights
            .get(size)
            .and_then(|weights| weights.get(k))
            .copied()
            .unwrap_or(f64::NEG_INFINITY)
    }

    /// The points in groups of `size`.
    pub fn grouped(&self, size: usize) -> Grouped {
        let groups = self.count.div_ceil(size.max(1));
        let mut standard = Vec::with_capacity(groups * self.positions * size);
        for group in 0..groups {
            let first = group * size;
            let point_of = |s: usize| if first + s < self.count { first + s } else { first };
            standard.extend(
                (0..self.positions)
                    .flat_map(|p| (0..size).map(move |s| (p, s)))
                    .map(|(p, s)| self.point(point_of(s))[p]),
            );
        }
        Grouped { size, standard }
    }

    /// The origin alone: Laplace's approximation.
    pub fn origin(structure: &Structure) -> Self {
        let sizes = structure.largest_block() + 1;
        Self {
            positions: structure.hidden.len(),
            count: 1,
            standard: vec![0.0; structure.hidden.len()],
            log_weights: vec![vec![0.0]; sizes],
        }
    }

    /// Gauss-Hermite points, `k` in each coordinate of a block.
    pub fn quadrature(structure: &Structure, k: usize) -> Self {
        let (points, weights) = gauss_hermite(k);
        let largest = structure.largest_block();
        let count = k.pow(largest as u32);
        let positions = structure.hidden.len();
        let mut standard = vec![0.0; positions * count];
        for block in &structure.blocks {
            for (digit, &position) in block.iter().enumerate() {
                for node in 0..k.pow(block.len() as u32) {
                    standard[node * positions + position] = points[node / k.pow(digit as u32) % k];
                }
            }
        }
        let of_size = |size: usize| -> Vec<f64> {
            let log_weight = |node: usize| {
                (0..size).map(|digit| weights[node / k.pow(digit as u32) % k].ln()).sum()
            };
            (0..k.pow(size as u32)).map(log_weight).collect()
        };
        Self { positions, count, standard, log_weights: (0..=largest).map(of_size).collect() }
    }

    /// Standard normal points, the same for the same seed; in blocks that are not quadratic some of
    /// them stretched, see [`is_stretched`].
    pub fn around_mode(
        structure: &Structure,
        samples: usize,
        source: NoiseSource,
        seed: u64,
    ) -> Self {
        let mut nodes = Self::random(structure, samples, source, seed, |_, e| e);
        for (number, block) in
            structure.blocks.iter().enumerate().filter(|&(number, _)| !structure.quadratic[number])
        {
            let mut draws = Draws::new(source, seed ^ STRETCHED, number);
            let mut stretch = 1.0;
            for sample in (0..samples).filter(|&sample| is_stretched(sample, samples)) {
                // Opposite points are opposite: as far from the mode.
                if source != NoiseSource::Antithetic || sample % 2 == 0 {
                    // Further dimensions of the same sequence: its first ones, scrambled anew,
                    // would go along with the points.
                    let halves = [0, 1].map(|k| -log_phi(draws.next(sample, block.len() + k)));
                    stretch = (0.5 * FREEDOM / (halves[0] + halves[1])).sqrt();
                }
                block.iter().for_each(|&position| {
                    nodes.standard[sample * nodes.positions + position] *= stretch
                });
            }
        }
        nodes
    }

    /// Points from the noise that hidden variables are functions of, on their unconstrained scale.
    pub fn prior(structure: &Structure, samples: usize, source: NoiseSource, seed: u64) -> Self {
        Self::random(structure, samples, source, seed, |position, e| {
            match structure.noise[position] {
                Some(NoiseKind::Uniform) => log_phi(e) - log_phi(-e),
                // −log(1 − U) with 1 − U = Φ(−e): no digit is lost in either tail.
                Some(NoiseKind::Exponential) => (-log_phi(-e)).ln(),
                Some(NoiseKind::Normal) | None => e,
            }
        })
    }

    fn random(
        structure: &Structure,
        samples: usize,
        source: NoiseSource,
        seed: u64,
        turn: impl Fn(usize, f64) -> f64,
    ) -> Self {
        let positions = structure.hidden.len();
        let mut standard = vec![0.0; positions * samples];
        for (number, block) in structure.blocks.iter().enumerate() {
            let mut draws = Draws::new(source, seed, number);
            for sample in 0..samples {
                for (dimension, &position) in block.iter().enumerate() {
                    standard[sample * positions + position] = match source {
                        NoiseSource::Antithetic if sample % 2 == 1 => {
                            -standard_at(&standard, positions, sample - 1, position)
                        }
                        NoiseSource::Sobol | NoiseSource::Antithetic | NoiseSource::Pseudo => {
                            draws.next(sample, dimension)
                        }
                    };
                }
            }
        }
        for sample in 0..samples {
            for position in 0..positions {
                let index = sample * positions + position;
                standard[index] = turn(position, standard[index]);
            }
        }
        let weight = -(samples as f64).ln();
        let sizes = structure.largest_block() + 1;
        Self {
            positions,
            count: samples,
            standard,
            log_weights: vec![vec![weight; samples]; sizes],
        }
    }
}

/// Standard normal numbers for one block.
struct Draws {
    source: NoiseSource,
    scramble: u32,
    generator: ChaCha8Rng,
}

impl Draws {
    fn new(source: NoiseSource, seed: u64, block: usize) -> Self {
        let mut generator = ChaCha8Rng::seed_from_u64(seed);
        generator.set_stream(block as u64);
        Self { source, scramble: scramble(seed, block), generator }
    }

    fn next(&mut self, sample: usize, dimension: usize) -> f64 {
        match self.source {
            NoiseSource::Sobol if dimension < SOBOL_DIMENSIONS => {
                sobol(sample, dimension, self.scramble)
            }
            NoiseSource::Sobol | NoiseSource::Antithetic | NoiseSource::Pseudo => {
                StandardNormal.sample(&mut self.generator)
            }
        }
    }
}

/// Tells the numbers by which points are stretched from those that they are made of.
const STRETCHED: u64 = 0x5354_5245_5443_4845;

/// Degrees of freedom: few enough that the tails of hardly any block are heavier, and an even
/// number, as χ² is then twice a sum of exponential numbers.
const FREEDOM: f64 = 4.0;

/// Whether a point around a mode is stretched to one of Student's t distribution: the last quarter
/// of either half are, pairs of opposite points together. Weights then have a variance where those
/// of normal points alone would have none, as the tails are heavier than those of most blocks
/// (Geweke 1989, Econometrica 57:1317), and are nearly equal where a block is nearly normal
/// (Hesterberg 1995, Technometrics 37:185).
fn is_stretched(sample: usize, samples: usize) -> bool {
    8 * (sample & !1) / samples % 4 == 3
}

/// The sum of squares of a point's standard coordinates, `size` of them → the log density of points
/// around a mode, where so many there are.
pub(super) fn around_mode_log_density(samples: usize, size: usize) -> impl Fn(f64) -> f64 {
    let stretched = (0..samples).filter(|&sample| is_stretched(sample, samples)).count();
    let share = stretched as f64 / samples as f64;
    let student = student_log_density(size);
    move |square| {
        let normal = -0.5 * square - HALF_LOG_TAU * size as f64;
        log_add_exp((1.0 - share).ln() + normal, share.ln() + student(square))
    }
}

/// The log density of a multivariate Student t distribution with [`FREEDOM`] degrees of freedom in
/// `size` standard coordinates.
fn student_log_density(size: usize) -> impl Fn(f64) -> f64 {
    let half = 0.5 * (FREEDOM + size as f64);
    let constant = lgamma(half)
        - lgamma(0.5 * FREEDOM)
        - 0.5 * size as f64 * (FREEDOM * std::f64::consts::PI).ln();
    move |square| constant - half * (square / FREEDOM).ln_1p()
}

fn standard_at(standard: &[f64], positions: usize, sample: usize, position: usize) -> f64 {
    standard[sample * positions + position]
}

/// Dimensions that the Sobol sequence has directions for; coordinates beyond get independent
/// points.
const SOBOL_DIMENSIONS: usize = 256;

/// A scrambled Sobol point as a standard normal one. Points lie in the middle of cells of 2⁻²⁴.
fn sobol(sample: usize, dimension: usize, scramble: u32) -> f64 {
    let uniform = f64::from(sobol_burley::sample(sample as u32, dimension as u32, scramble));
    inv_phi(uniform + 2.0_f64.powi(-25))
}

/// Another scrambling for each seed and block (the finaliser of SplitMix64, Steele, Lea and Flood
/// 2014).
fn scramble(seed: u64, block: usize) -> u32 {
    let mut z = seed.wrapping_add((block as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (z ^ (z >> 31)) as u32
}

/// The log density of a point of [`Nodes::prior`].
pub(super) fn prior_log_density(kind: Option<NoiseKind>, u: f64) -> f64 {
    match kind {
        Some(NoiseKind::Uniform) => -u.abs() - 2.0 * (-u.abs()).exp().ln_1p(),
        Some(NoiseKind::Exponential) => u - u.exp(),
        Some(NoiseKind::Normal) | None => -0.5 * u * u - HALF_LOG_TAU,
    }
}

/// log √(2π).
pub(super) const HALF_LOG_TAU: f64 = 0.918_938_533_204_672_8;

/// Points and weights with Σ weight·f(point) ≈ E f(Normal(0, 1)), exact for polynomials of degree
/// below 2k. The points are the eigenvalues of the Jacobi matrix (Golub and Welsch 1969), made
/// exact by a Newton step; the weights are 1/Σ p², p the orthonormal Hermite polynomials.
pub(super) fn gauss_hermite(k: usize) -> (Vec<f64>, Vec<f64>) {
    let entry =
        |i: usize, j: usize| if i.abs_diff(j) == 1 { (i.max(j) as f64).sqrt() } else { 0.0 };
    let roots = Mat::from_fn(k, k, entry)
        .self_adjoint_eigenvalues(Side::Lower)
        .unwrap_or_else(|_| vec![0.0; k]);
    let mut points = Vec::with_capacity(k);
    let mut weights = Vec::with_capacity(k);
    for root in roots {
        let mut x = root;
        for _ in 0..2 {
            let p = hermite(k, x);
            // p_k' = √k p_{k−1}
            x -= p[k] / ((k as f64).sqrt() * p[k - 1]);
        }
        let p = hermite(k, x);
        points.push(x);
        weights.push(1.0 / p[..k].iter().map(|v| v * v).sum::<f64>());
    }
    (points, weights)
}

/// p₀, …, p_k at x: orthonormal under the standard normal distribution.
fn hermite(k: usize, x: f64) -> Vec<f64> {
    let mut p = vec![1.0, x];
    for n in 1..k {
        p.push((x * p[n] - (n as f64).sqrt() * p[n - 1]) / (n as f64 + 1.0).sqrt());
    }
    p
}

#[cfg(test)]
mod tests {
    use super::gauss_hermite;

    /// E x^2m = (2m − 1)!!, and E exp(x) = √e.
    #[test]
    fn moments_are_exact() {
        for k in [1, 2, 5, 9, 25, 60] {
            let (points, weights) = gauss_hermite(k);
            let mean = |f: &dyn Fn(f64) -> f64| {
                points.iter().zip(&weights).map(|(x, w)| w * f(*x)).sum::<f64>()
            };
            let mut moment = 1.0;
            for m in 0..k.min(8) as i32 {
                assert!((mean(&|x| x.powi(2 * m)) / moment - 1.0).abs() < 1e-12, "{k} {m}");
                moment *= f64::from(2 * m + 1);
            }
        }
        let (points, weights) = gauss_hermite(25);
        let value: f64 = points.iter().zip(&weights).map(|(x, w)| w * x.exp()).sum();
        assert!((value - 0.5_f64.exp()).abs() < 1e-13);
    }
}
