//! Recovers discrete variables after a fit.

use std::sync::Arc;

use super::fitted::{Answer, Fitted, Seconds};
use super::job::Job;
use super::names::{names, variables};
use super::overview::Overview;
use super::recovered::{DiscreteElement, DiscreteVariable, Expected, Recovered};
use super::settings::Size;
use super::world::News;
use crate::base::Diagnostic;
use crate::density::LogDensity;
use crate::draws::{Chain, Draws};
use crate::lower::{Layout, OpenProgram};
use crate::network::ir::Role;
use crate::pipeline::{Compiled, DiscretePosterior, SummedVariable};

/// Probabilities are averaged over at most this many draws of a fit.
const AVERAGED: usize = 1000;

/// The number of joint draws used to compute what depends on discrete variables when the parameters
/// are estimates.
const EXPECTED_FROM: usize = 4000;

/// Code that recovers the discrete variables, if there are any.
///
/// # Errors
/// If they cannot be summed out.
pub fn compile(
    open: Option<&Arc<OpenProgram>>,
) -> Result<Option<DiscretePosterior>, Vec<Diagnostic>> {
    open.map(|open| DiscretePosterior::new(open)).transpose()
}

/// Probabilities and computed values given parameters at `q`. `probabilities`: if known already;
/// `draws`: how many joint draws to keep.
pub fn at(
    posterior: &mut DiscretePosterior,
    q: &[f64],
    probabilities: Option<Vec<f64>>,
    (seed, draws): (u64, Option<Size>),
) -> Recovered {
    let probabilities = probabilities.unwrap_or_else(|| posterior.probabilities(q));
    let together = posterior.most_probable(q);
    Recovered {
        expected: expected(posterior, q, seed),
        expected_from: EXPECTED_FROM,
        variables: described(posterior, q, &probabilities, &together),
        draws: draws.map(|size| joint_draws((seed, size), posterior, q)),
    }
}

/// What is computed from discrete variables: means over their draws.
fn expected(posterior: &mut DiscretePosterior, q: &[f64], seed: u64) -> Vec<Expected> {
    let names: Vec<String> = names(&posterior.computed);
    let mut sums = vec![(0.0, 0.0); names.len()];
    let draws = if names.is_empty() { 0 } else { EXPECTED_FROM };
    for draw in 0..draws {
        let positions = posterior.draw(q, seed_of(seed, 0, draw));
        let (_, computed) = posterior.values(q, &positions);
        for ((sum, squares), value) in sums.iter_mut().zip(computed) {
            *sum += value;
            *squares += value * value;
        }
    }
    let count = draws as f64;
    let expected = names.into_iter().zip(sums).map(|(name, (sum, squares))| {
        let mean = sum / count;
        let sd = (squares / count - mean * mean).max(0.0).sqrt();
        Expected { name, mean, sd, mcse: sd / count.sqrt() }
    });
    expected.collect()
}

/// The draws extended by discrete parameters and what is computed from discrete variables, and the
/// probabilities of these variables. `draws` hold points of `dim` coordinates; `keep`: whether to
/// keep the draws of all discrete variables.
pub fn of_draws(
    (seed, keep): (u64, bool),
    mut posterior: DiscretePosterior,
    dim: usize,
    draws: Draws,
) -> (Draws, Recovered) {
    let shown = Columns::new(keep, &posterior);
    let widened =
        if shown.layouts().is_empty() { draws } else { shown.widen(seed, &posterior, draws) };
    let points: Vec<&[f64]> =
        widened.chains.iter().flat_map(|chain| chain.points.chunks(dim.max(1))).collect();
    let points = if dim == 0 { vec![&[] as &[f64]] } else { points };
    let step = points.len().div_ceil(AVERAGED);
    let chosen: Vec<&[f64]> = points.iter().step_by(step.max(1)).copied().collect();
    let mut mean = vec![0.0; posterior.probes()];
    for q in &chosen {
        let here = posterior.probabilities(q);
        mean.iter_mut().zip(here).for_each(|(m, p)| *m += p / chosen.len() as f64);
    }
    let mut centre = vec![0.0; dim];
    points
        .iter()
        .for_each(|q| centre.iter_mut().zip(*q).for_each(|(c, v)| *c += v / points.len() as f64));
    let together = posterior.most_probable(&centre);
    let variables = described(&mut posterior, &centre, &mean, &together);
    (widened, Recovered { variables, expected: Vec::new(), expected_from: 0, draws: None })
}

/// A model without real unknowns: all results are exact.
///
/// # Errors
/// If the data have probability 0.
pub fn exact(
    job: &Job<'_>,
    compiled: &Compiled,
    (open, draws): (&Arc<OpenProgram>, Option<Size>),
    overview: Overview,
) -> Result<Fitted, Vec<Diagnostic>> {
    let log_probability = compiled.density.clone().evaluate(&[], &mut []);
    if log_probability == f64::NEG_INFINITY {
        return Err(vec![impossible()]);
    }
    job.world.hear(News::Compiled(&overview));
    let seed = job.settings.seed;
    let mut posterior = DiscretePosterior::new(open)?;
    Ok(Fitted {
        settings: job.settings.clone(),
        answer: Answer::Exact { log_probability },
        discrete: Some(at(&mut posterior, &[], None, (seed, draws))),
        findings: Vec::new(),
        attempts: Vec::new(),
        seconds: Seconds { compile: overview.compile_seconds, ..Seconds::default() },
        overview,
    })
}

/// Which of the discrete variables' draws are kept, and what is computed from them.
struct Columns {
    /// Whether each variable's draws are kept.
    kept: Vec<bool>,
    drawn: Vec<Layout>,
    computed: Vec<Layout>,
}

impl Columns {
    fn new(keep: bool, posterior: &DiscretePosterior) -> Self {
        let kept: Vec<bool> =
            posterior.variables.iter().map(|v| keep || v.layout.role == Role::Param).collect();
        let drawn = posterior
            .variables
            .iter()
            .zip(&kept)
            .filter(|(_, kept)| **kept)
            .map(|(v, _)| v.layout.clone())
            .collect();
        Self { kept, drawn, computed: posterior.computed.clone() }
    }

    fn layouts(&self) -> Vec<Layout> {
        [self.drawn.clone(), self.computed.clone()].concat()
    }

    /// The draws with the additional columns.
    fn widen(&self, seed: u64, posterior: &DiscretePosterior, mut draws: Draws) -> Draws {
        std::thread::scope(|scope| {
            for (number, chain) in draws.chains.iter_mut().enumerate() {
                let mut posterior = posterior.clone();
                scope.spawn(move || self.widen_chain(seed, number, &mut posterior, chain));
            }
        });
        draws.names.extend(names(&self.layouts()));
        let mut variables = variables(&self.layouts());
        variables.iter_mut().take(self.drawn.len()).for_each(|v| v.discrete = true);
        draws.variables.extend(variables);
        draws
    }

    fn widen_chain(
        &self,
        seed: u64,
        number: usize,
        posterior: &mut DiscretePosterior,
        chain: &mut Chain,
    ) {
        let added: usize = self.layouts().iter().map(|l| l.names.len()).sum();
        let dim = chain.points.len() / chain.length.max(1);
        let mut values = Vec::with_capacity(chain.length * (chain.width + added));
        for draw in 0..chain.length {
            let q = &chain.points[draw * dim..(draw + 1) * dim];
            let positions = posterior.draw(q, seed_of(seed, number as u64 + 1, draw));
            let (values_of_elements, computed) = posterior.values(q, &positions);
            values.extend_from_slice(chain.row(draw));
            for (variable, _) in
                posterior.variables.iter().zip(&self.kept).filter(|(_, kept)| **kept)
            {
                values.extend(
                    variable
                        .layout
                        .positions
                        .iter()
                        .map(|&p| values_of_elements[variable.elements.start + p]),
                );
            }
            values.extend(computed);
        }
        chain.values = values;
        chain.width += added;
        // The discrete variables are unknown at the points of divergent transitions.
        chain.divergences.iter_mut().for_each(|d| d.values.resize(chain.width, f64::NAN));
    }
}

/// A distinct seed for each draw of each chain.
fn seed_of(seed: u64, chain: u64, draw: usize) -> u64 {
    seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(chain << 40).wrapping_add(draw as u64)
}

/// The variables, with elements in declared order. `together`: positions.
fn described(
    posterior: &mut DiscretePosterior,
    q: &[f64],
    probabilities: &[f64],
    together: &[usize],
) -> Vec<DiscreteVariable> {
    let (lowest, _) = posterior.values(q, &vec![0; posterior.elements()]);
    posterior
        .variables
        .iter()
        .map(|variable| of_variable(variable, &lowest, probabilities, together))
        .collect()
}

fn of_variable(
    variable: &SummedVariable,
    lowest: &[f64],
    probabilities: &[f64],
    together: &[usize],
) -> DiscreteVariable {
    let SummedVariable { layout, values, labels, elements, probes } = variable;
    let of_element = |(name, &place): (&String, &usize)| {
        let element = elements.start + place;
        let values_of: Vec<String> = match labels {
            Some(labels) => labels.clone(),
            None => (0..*values).map(|k| format!("{}", lowest[element] + k as f64)).collect(),
        };
        let first = probes.start + place * values;
        DiscreteElement {
            name: name.clone(),
            values: values_of,
            probabilities: probabilities[first..first + values].to_vec(),
            together: together[element],
        }
    };
    DiscreteVariable {
        name: layout.name.clone(),
        elements: layout.names.iter().zip(&layout.positions).map(of_element).collect(),
    }
}

/// Joint draws of the discrete variables, given the real unknowns at `q`.
fn joint_draws((seed, size): (u64, Size), posterior: &DiscretePosterior, q: &[f64]) -> Draws {
    let (chains, length) = (size.chains.get(), size.draws.get());
    let chain = || Chain { length, points: q.repeat(length), ..Chain::default() };
    let empty = Draws {
        names: Vec::new(),
        variables: Vec::new(),
        chains: (0..chains).map(|_| chain()).collect(),
    };
    Columns::new(true, posterior).widen(seed, posterior, empty)
}

fn impossible() -> Diagnostic {
    Diagnostic::error("E0413", "the data have probability 0 under the model")
        .because("no combination of values of the discrete variables explains all observations")
        .try_this(
            "look for a value that the model excludes: a probability of 0 or 1, a range \
            that is too narrow",
        )
}
