//! Discrete variables after a fit: recovered, printed, kept.

use std::sync::Arc;

use pgmc::base::Diagnostic;
use pgmc::density::LogDensity;
use pgmc::draws::{Chain, Draws};
use pgmc::lower::{Layout, Lowered};
use pgmc::network::ir::Role;
use pgmc::pipeline::{StateVariable, States};
use pgmc::report::states::{self as tables, DiscreteElement, DiscreteVariable, Expected};
use pgmc::report::{csv_files, json};
use serde_json::Value;

use super::files::{Session, Shown, say};
use super::fit::{Fit, Prepared};
use super::results::{self, Kept};

/// Probabilities are the mean over at most so many draws of a fit.
const AVERAGED: usize = 1000;

/// So many joint draws tell what is computed from discrete variables where the parameters are
/// estimates.
const EXPECTED_FROM: usize = 4000;

/// Discrete variables as they were recovered.
pub struct Found {
    variables: Vec<DiscreteVariable>,
    /// What is computed from them, where the parameters are estimates.
    expected: Vec<Expected>,
    /// Joint draws of them, where the parameters are estimates and draws are asked for.
    draws: Option<Draws>,
}

/// Code that recovers the discrete variables, where there are some.
pub fn compile(open: Option<&Arc<Lowered>>, session: &Session) -> Result<Option<States>, Shown> {
    open.map_or(Ok(None), |open| States::new(open)).or_else(|errors| session.fail(&errors))
}

/// Probabilities and what is computed, given parameters at `q`; `probabilities`: where they are
/// known already.
pub fn at(fit: &Fit, states: &mut States, q: &[f64], probabilities: Option<Vec<f64>>) -> Found {
    let probabilities = probabilities.unwrap_or_else(|| states.probabilities(q));
    let together = states.most_probable(q);
    let variables = variables(states, q, &probabilities, &together);
    let names: Vec<String> = results::names(&states.computed);
    let mut sums = vec![(0.0, 0.0); names.len()];
    let draws = if names.is_empty() { 0 } else { EXPECTED_FROM };
    for draw in 0..draws {
        let positions = states.draw(q, seed_of(fit.seed, 0, draw));
        let (_, computed) = states.values(q, &positions);
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
    Found {
        expected: expected.collect(),
        variables,
        draws: fit.draw_discrete.then(|| joint_draws(fit, states, q)),
    }
}

/// The draws with discrete parameters and what is computed from discrete variables, and these
/// variables' probabilities. `draws`: with points.
pub fn of_draws<D>(
    fit: &Fit,
    prepared: &Prepared<D>,
    mut states: States,
    draws: Draws,
) -> (Draws, Found) {
    let shown = Columns::new(fit, &states);
    let widened =
        if shown.layouts().is_empty() { draws } else { shown.widen(fit.seed, &states, draws) };
    let dim = prepared.compiled.whole(&[]).len();
    let points: Vec<&[f64]> =
        widened.chains.iter().flat_map(|chain| chain.points.chunks(dim.max(1))).collect();
    let points = if dim == 0 { vec![&[] as &[f64]] } else { points };
    let step = points.len().div_ceil(AVERAGED);
    let chosen: Vec<&[f64]> = points.iter().step_by(step.max(1)).copied().collect();
    let mut mean = vec![0.0; states.probes()];
    for q in &chosen {
        let here = states.probabilities(q);
        mean.iter_mut().zip(here).for_each(|(m, p)| *m += p / chosen.len() as f64);
    }
    let mut centre = vec![0.0; dim];
    points
        .iter()
        .for_each(|q| centre.iter_mut().zip(*q).for_each(|(c, v)| *c += v / points.len() as f64));
    let together = states.most_probable(&centre);
    let variables = variables(&mut states, &centre, &mean, &together);
    (widened, Found { variables, expected: Vec::new(), draws: None })
}

/// Which of the discrete variables' draws are kept, and what is computed from them.
struct Columns {
    /// For each variable whether its draws are kept.
    kept: Vec<bool>,
    own: Vec<Layout>,
    computed: Vec<Layout>,
}

impl Columns {
    fn new(fit: &Fit, states: &States) -> Self {
        let kept: Vec<bool> = states
            .variables
            .iter()
            .map(|v| fit.draw_discrete || v.layout.role == Role::Param)
            .collect();
        let own = states
            .variables
            .iter()
            .zip(&kept)
            .filter(|(_, kept)| **kept)
            .map(|(v, _)| v.layout.clone())
            .collect();
        Self { kept, own, computed: states.computed.clone() }
    }

    fn layouts(&self) -> Vec<Layout> {
        [self.own.clone(), self.computed.clone()].concat()
    }

    /// The draws with further columns.
    fn widen(&self, seed: u64, states: &States, mut draws: Draws) -> Draws {
        std::thread::scope(|scope| {
            for (number, chain) in draws.chains.iter_mut().enumerate() {
                let mut states = states.clone();
                scope.spawn(move || self.widen_chain(seed, number, &mut states, chain));
            }
        });
        draws.names.extend(results::names(&self.layouts()));
        let mut variables = results::variables(&self.layouts());
        variables.iter_mut().take(self.own.len()).for_each(|v| v.discrete = true);
        draws.variables.extend(variables);
        draws
    }

    fn widen_chain(&self, seed: u64, number: usize, states: &mut States, chain: &mut Chain) {
        let added: usize = self.layouts().iter().map(|l| l.names.len()).sum();
        let dim = chain.points.len() / chain.length.max(1);
        let mut values = Vec::with_capacity(chain.length * (chain.width + added));
        for draw in 0..chain.length {
            let q = &chain.points[draw * dim..(draw + 1) * dim];
            let positions = states.draw(q, seed_of(seed, number as u64 + 1, draw));
            let (own, computed) = states.values(q, &positions);
            values.extend_from_slice(chain.row(draw));
            for (variable, _) in states.variables.iter().zip(&self.kept).filter(|(_, kept)| **kept)
            {
                values.extend(
                    variable.layout.positions.iter().map(|&p| own[variable.elements.start + p]),
                );
            }
            values.extend(computed);
        }
        chain.values = values;
        chain.width += added;
        // Where transitions diverged the discrete variables are not known.
        chain.divergences.iter_mut().for_each(|d| d.values.resize(chain.width, f64::NAN));
    }
}

/// A seed of its own for each draw of each chain.
fn seed_of(seed: u64, chain: u64, draw: usize) -> u64 {
    seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(chain << 40).wrapping_add(draw as u64)
}

/// The variables in declared order of their elements. `together`: positions.
fn variables(
    states: &mut States,
    q: &[f64],
    probabilities: &[f64],
    together: &[usize],
) -> Vec<DiscreteVariable> {
    let (lowest, _) = states.values(q, &vec![0; states.elements()]);
    states
        .variables
        .iter()
        .map(|variable| described(variable, &lowest, probabilities, together))
        .collect()
}

fn described(
    variable: &StateVariable,
    lowest: &[f64],
    probabilities: &[f64],
    together: &[usize],
) -> DiscreteVariable {
    let StateVariable { layout, values, labels, elements, probes } = variable;
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

impl Found {
    /// What is printed below the other results.
    pub fn text(&self, all: bool) -> String {
        let mut text = String::new();
        if !self.expected.is_empty() {
            text += &format!(
                "\nComputed from discrete variables, by {EXPECTED_FROM} draws of them\n\n{}",
                tables::expected(&self.expected)
            );
        }
        text + "\nProbabilities of discrete variables; together: the most probable values of all \
            of them\n\n"
            + &tables::table(&self.variables, all)
    }

    /// Adds entries to `summary.json`.
    pub fn add(&self, summary: &mut Value) {
        summary["discrete"] = tables::json(&self.variables);
        if !self.expected.is_empty() {
            summary["expected"] = tables::expected_json(&self.expected);
        }
    }

    /// Writes `discrete.csv`, and `draws.csv` where draws were made here.
    pub fn keep(&self, kept: &mut Kept) -> Result<(), Shown> {
        if let Some(draws) = &self.draws {
            kept.with("draws.csv", |file| csv_files::draws(draws, file))?;
        }
        kept.with("discrete.csv", |file| tables::csv(&self.variables, file))
    }
}

/// A model without real unknowns: everything is known exactly.
pub fn exact(fit: &Fit, prepared: &Prepared, open: &Arc<Lowered>) -> Result<(), Shown> {
    let session = &prepared.session;
    let Some(mut states) = compile(Some(open), session)? else { return Ok(()) };
    if let Some(error) = fit.draws_without_folder() {
        return session.fail(&[error]);
    }
    let introduction = results::introduction(fit, prepared);
    let log_probability = prepared.compiled.density.clone().evaluate(&[], &mut []);
    if log_probability == f64::NEG_INFINITY {
        return session.fail(&[impossible()]);
    }
    let found = at(fit, &mut states, &[], None);
    let headline =
        format!("  Exact · no real unknown · log probability of the data {log_probability:.6}");
    let mut summary = serde_json::json!({ "method": "exact", "variables": {}, "log_likelihood": log_probability });
    found.add(&mut summary);
    if let Some(out) = &fit.out {
        let mut kept = Kept::new(out, session);
        kept.text("summary.json", &json::text(&summary))?;
        found.keep(&mut kept)?;
        kept.text("fit.json", &results::record(fit, prepared))?;
        kept.text("log.txt", &format!("{introduction}\n{headline}\n{}", found.text(fit.all)))?;
    }
    if fit.json {
        say(json::text(&summary).trim_end());
    } else {
        if !fit.quiet {
            say(&introduction);
        }
        say(&format!("{headline}\n{}", found.text(fit.all)));
        if let Some(out) = &fit.out {
            say(&format!("  Kept in {}", out.display()));
        }
    }
    Ok(())
}

/// Joint draws of the discrete variables, the real unknowns at `q`.
fn joint_draws(fit: &Fit, states: &States, q: &[f64]) -> Draws {
    let chain = || Chain { length: fit.draws, points: q.repeat(fit.draws), ..Chain::default() };
    let empty = Draws {
        names: Vec::new(),
        variables: Vec::new(),
        chains: (0..fit.chains).map(|_| chain()).collect(),
    };
    Columns::new(fit, states).widen(fit.seed, states, empty)
}

fn impossible() -> Diagnostic {
    Diagnostic::error("E0413", "the data have probability 0 under the model")
        .because("no combination of values of the discrete variables explains all observations")
        .try_this(
            "look for a value that the model excludes: a probability of 0 or 1, a range \
            that is too narrow",
        )
}
