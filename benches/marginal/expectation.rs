//! Monte Carlo EM: the E-step draws hidden variables around the mode of each block, weighted to
//! their distribution given the data; the M-step maximises the weighted joint density by L-BFGS,
//! the draws held fixed. Draws are independent, and their number grows as EM converges.

use std::cell::RefCell;

use argmin::core::{CostFunction, Error, Executor, Gradient, State};
use argmin::solver::linesearch::MoreThuenteLineSearch;
use argmin::solver::quasinewton::LBFGS;
use pgmc::density::JointDensity;
use pgmc::marginal::structure::Structure;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};

use crate::judge::{Counted, Judge};

/// Draws of the first steps; a fifth more in each.
const FIRST_DRAWS: f64 = 16.0;
const GROWTH: f64 = 1.2;

/// What a gain of an M-step must exceed to go on, in nats.
const WORTH_IT: f64 = 1e-4;

/// Runs EM until the judge ends it.
pub fn maximise(
    mut joint: Counted,
    structure: &Structure,
    start: &[f64],
    most: usize,
    judge: &Judge,
) {
    let mut generator = ChaCha8Rng::seed_from_u64(1);
    let mut parameters = start.to_vec();
    let mut mode = vec![0.0; structure.hidden.len()];
    let mut draws = FIRST_DRAWS;
    while !judge.over() {
        let factors = find_mode(&mut joint, structure, &parameters, &mut mode);
        let count = (draws as usize).min(most);
        let weighted =
            draw(&mut joint, structure, &parameters, &mode, &factors, count, &mut generator);
        parameters = improve(&mut joint, structure, &parameters, &weighted);
        judge.see(&parameters);
        draws *= GROWTH;
    }
}

/// The lower triangle of a Cholesky factor of a block of one or two: (l₁₁, l₂₁, l₂₂).
type Factor = (f64, f64, f64);

/// Factors a curvature; where it is not positive definite, its diagonal made so.
fn factor(a: f64, b: f64, c: f64) -> Factor {
    let (first, second) = (a.abs().max(1e-3), c.abs().max(1e-3));
    let rest = c - b * b / a;
    if a > 0.0 && rest > 0.0 {
        (a.sqrt(), b / a.sqrt(), rest.sqrt())
    } else {
        (first.sqrt(), 0.0, second.sqrt())
    }
}

/// A⁻¹g of one block.
fn solve(factor: Factor, g: (f64, f64)) -> (f64, f64) {
    let first = g.0 / factor.0;
    spread(factor, (first, (g.1 - factor.1 * first) / factor.2))
}

/// L⁻ᵀe of one block.
fn spread(factor: Factor, e: (f64, f64)) -> (f64, f64) {
    let second = e.1 / factor.2;
    ((e.0 - factor.1 * second) / factor.0, second)
}

/// The entries of a block of one or two; the second of one is 0.
fn pair(block: &[usize], vector: &[f64]) -> (f64, f64) {
    (vector[block[0]], block.get(1).map_or(0.0, |&at| vector[at]))
}

fn put(block: &[usize], (first, second): (f64, f64), vector: &mut [f64]) {
    vector[block[0]] = first;
    block.get(1).into_iter().for_each(|&at| vector[at] = second);
}

/// Newton's steps in all blocks at once, each halved where it leads down. Leaves the factors of the
/// curvature.
fn find_mode(
    joint: &mut Counted,
    structure: &Structure,
    parameters: &[f64],
    mode: &mut Vec<f64>,
) -> Vec<Factor> {
    let blocks = structure.blocks.len();
    let (mut values, mut gradient) = (vec![0.0; blocks], vec![0.0; joint.dim()]);
    for _ in 0..50 {
        joint.weighted(
            &structure.whole(parameters, mode),
            &vec![1.0; blocks],
            &mut values,
            &mut gradient,
        );
        let slope: Vec<f64> = structure.hidden.iter().map(|&at| gradient[at]).collect();
        let factors = curvature(joint, structure, parameters, mode);
        let steps: Vec<(f64, f64)> = structure
            .blocks
            .iter()
            .zip(&factors)
            .map(|(b, f)| solve(*f, pair(b, &slope)))
            .collect();
        let gain = |(block, step): (&Vec<usize>, &(f64, f64))| {
            0.5 * (pair(block, &slope).0 * step.0 + pair(block, &slope).1 * step.1)
        };
        let most = structure.blocks.iter().zip(&steps).map(gain).fold(0.0, f64::max);
        if most < 1e-6 {
            return factors;
        }
        move_up(joint, structure, parameters, mode, &steps, &values);
        if structure.is_quadratic() {
            return factors;
        }
    }
    curvature(joint, structure, parameters, mode)
}

/// Takes the steps of all blocks, halved up to eight times where the value falls.
fn move_up(
    joint: &mut Counted,
    structure: &Structure,
    parameters: &[f64],
    mode: &mut Vec<f64>,
    steps: &[(f64, f64)],
    before: &[f64],
) {
    let mut share = vec![1.0_f64; steps.len()];
    let mut values = vec![0.0; steps.len()];
    let mut next = mode.clone();
    for _ in 0..8 {
        for (block, (positions, step)) in structure.blocks.iter().zip(steps).enumerate() {
            let from = pair(positions, mode);
            put(
                positions,
                (from.0 + share[block] * step.0, from.1 + share[block] * step.1),
                &mut next,
            );
        }
        joint.block_values(&structure.whole(parameters, &next), &mut values);
        let fallen: Vec<usize> = (0..steps.len())
            .filter(|&b| values[b].is_nan() || values[b] < before[b] - 1e-9)
            .collect();
        if fallen.is_empty() {
            break;
        }
        fallen.into_iter().for_each(|block| share[block] *= 0.5);
    }
    *mode = next;
}

/// Factors of the negative Hessian in each block, by a Hessian product for each place in a block.
fn curvature(
    joint: &mut Counted,
    structure: &Structure,
    parameters: &[f64],
    mode: &[f64],
) -> Vec<Factor> {
    let q = structure.whole(parameters, mode);
    let mut columns = Vec::new();
    for place in 0..structure.largest_block() {
        let mut direction = vec![0.0; structure.hidden.len()];
        structure
            .blocks
            .iter()
            .filter_map(|block| block.get(place))
            .for_each(|&at| direction[at] = 1.0);
        let mut product = vec![0.0; q.len()];
        joint.hessian_vector(
            &q,
            &structure.whole(&vec![0.0; parameters.len()], &direction),
            &mut product,
        );
        columns.push(structure.hidden.iter().map(|&at| -product[at]).collect::<Vec<f64>>());
    }
    let of_block = |block: &Vec<usize>| {
        let (a, b) = pair(block, &columns[0]);
        let c = if block.len() == 2 { columns[1][block[1]] } else { 1.0 };
        factor(a, b, c)
    };
    structure.blocks.iter().map(of_block).collect()
}

/// Draws of all hidden coordinates, each with a weight a block; those of a block sum to 1.
struct Weighted {
    draws: Vec<Vec<f64>>,
    weights: Vec<Vec<f64>>,
}

/// A standard draw for a block with its log density: normal, or Student's t with 4 degrees of
/// freedom, whose tails keep weights bounded where the distribution is wider than its curvature
/// says.
fn standard(size: usize, normal: bool, generator: &mut ChaCha8Rng) -> ((f64, f64), f64) {
    let mut draw = || -> f64 { StandardNormal.sample(generator) };
    let mut e = (draw(), if size == 2 { draw() } else { 0.0 });
    if normal {
        return (e, -0.5 * (e.0 * e.0 + e.1 * e.1));
    }
    let chi_square: f64 = (0..4).map(|_| draw().powi(2)).sum();
    let scale = (4.0 / chi_square).sqrt();
    e = (e.0 * scale, e.1 * scale);
    (e, -0.5 * (4.0 + size as f64) * ((e.0 * e.0 + e.1 * e.1) / 4.0).ln_1p())
}

/// Self-normalised importance sampling; where the blocks are normal the draws are exact and weigh
/// the same.
fn draw(
    joint: &mut Counted,
    structure: &Structure,
    parameters: &[f64],
    mode: &[f64],
    factors: &[Factor],
    count: usize,
    generator: &mut ChaCha8Rng,
) -> Weighted {
    let blocks = structure.blocks.len();
    let (mut draws, mut weights) = (Vec::new(), Vec::new());
    for _ in 0..count {
        let (mut hidden, mut logs, mut values) =
            (mode.to_vec(), vec![0.0; blocks], vec![0.0; blocks]);
        for (block, positions) in structure.blocks.iter().enumerate() {
            let (e, log_density) = standard(positions.len(), structure.quadratic[block], generator);
            let (away, center) = (spread(factors[block], e), pair(positions, mode));
            put(positions, (center.0 + away.0, center.1 + away.1), &mut hidden);
            logs[block] = -log_density;
        }
        if structure.is_quadratic() {
            logs.fill(0.0);
        } else {
            joint.block_values(&structure.whole(parameters, &hidden), &mut values);
            logs.iter_mut().zip(&values).for_each(|(log, value)| *log += value);
        }
        draws.push(hidden);
        weights.push(logs);
    }
    normalise(&mut weights);
    Weighted { draws, weights }
}

/// Logarithms → weights that sum to 1 in each block.
fn normalise(logs: &mut [Vec<f64>]) {
    for block in 0..logs[0].len() {
        let most = logs.iter().map(|draw| draw[block]).fold(f64::NEG_INFINITY, f64::max);
        logs.iter_mut().for_each(|draw| draw[block] = (draw[block] - most).exp());
        let sum: f64 = logs.iter().map(|draw| draw[block]).sum();
        logs.iter_mut().for_each(|draw| draw[block] /= sum);
    }
}

/// A point with its cost and slope.
type Seen = (Vec<f64>, f64, Vec<f64>);

/// The expected joint log density, as a cost: scaled, so that the first step is not longer than 1.
struct Expected<'a> {
    joint: RefCell<&'a mut Counted>,
    structure: &'a Structure,
    weighted: &'a Weighted,
    scale: f64,
    last: RefCell<Option<Seen>>,
}

impl Expected<'_> {
    fn look(&self, parameters: &[f64]) -> (f64, Vec<f64>) {
        if let Some((q, cost, slope)) = &*self.last.borrow()
            && q == parameters
        {
            return (*cost, slope.clone());
        }
        let joint = &mut *self.joint.borrow_mut();
        let (mut values, mut gradient) = (vec![0.0; joint.blocks()], vec![0.0; joint.dim()]);
        let (mut value, mut total) = (0.0, vec![0.0; joint.dim()]);
        for (draw, weights) in self.weighted.draws.iter().zip(&self.weighted.weights) {
            joint.weighted(
                &self.structure.whole(parameters, draw),
                weights,
                &mut values,
                &mut gradient,
            );
            value += values.iter().zip(weights).map(|(v, w)| v * w).sum::<f64>();
            total.iter_mut().zip(&gradient).for_each(|(t, g)| *t += g);
        }
        // What depends on parameters alone came with every draw.
        let nowhere = self.structure.whole(parameters, &self.weighted.draws[0]);
        let repeats = (self.weighted.draws.len() - 1) as f64;
        let nothing = vec![0.0; values.len()];
        value += joint.weighted(&nowhere, &nothing, &mut values, &mut gradient);
        total.iter_mut().zip(&gradient).for_each(|(t, g)| *t -= repeats * g);
        let cost = -self.scale * value;
        let slope: Vec<f64> =
            self.structure.parameters.iter().map(|&at| -self.scale * total[at]).collect();
        self.last.replace(Some((parameters.to_vec(), cost, slope.clone())));
        (cost, slope)
    }
}

impl CostFunction for Expected<'_> {
    type Param = Vec<f64>;
    type Output = f64;

    fn cost(&self, q: &Vec<f64>) -> Result<f64, Error> {
        Ok(self.look(q).0)
    }
}

impl Gradient for Expected<'_> {
    type Param = Vec<f64>;
    type Gradient = Vec<f64>;

    fn gradient(&self, q: &Vec<f64>) -> Result<Vec<f64>, Error> {
        Ok(self.look(q).1)
    }
}

/// The M-step. Where the line search fails the parameters stay: the draws of the next step are
/// others.
fn improve(
    joint: &mut Counted,
    structure: &Structure,
    parameters: &[f64],
    weighted: &Weighted,
) -> Vec<f64> {
    let mut expected = Expected {
        joint: RefCell::new(joint),
        structure,
        weighted,
        scale: 1.0,
        last: RefCell::default(),
    };
    let (cost, slope) = expected.look(parameters);
    let scale = 1.0 / slope.iter().map(|s| s * s).sum::<f64>().sqrt().max(1.0);
    expected.scale = scale;
    expected.last.replace(Some((
        parameters.to_vec(),
        cost * scale,
        slope.iter().map(|s| s * scale).collect(),
    )));
    let solver = LBFGS::new(MoreThuenteLineSearch::new(), 10)
        .with_tolerance_grad(0.0)
        .and_then(|solver| solver.with_tolerance_cost(WORTH_IT * scale));
    let run = solver.and_then(|solver| {
        Executor::new(expected, solver)
            .configure(|state| state.param(parameters.to_vec()).max_iters(50))
            .ctrlc(false)
            .timer(false)
            .run()
    });
    run.ok()
        .and_then(|result| result.state().get_best_param().cloned())
        .unwrap_or_else(|| parameters.to_vec())
}
