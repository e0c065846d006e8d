//! Results → `summary.json` and `fit.json`.

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::headline::Seconds;
use crate::draws::energy::e_bfmi;
use crate::draws::{Draws, Estimate, Summary, Variable, columns};

/// `summary.json` of draws. `summaries`: one a column; `warmup`: transitions of warm-up; numbers
/// that are not finite become null.
#[must_use]
pub fn of_draws(
    method: &str,
    draws: &Draws,
    summaries: &[Summary],
    warmup: usize,
    seconds: Seconds,
) -> Value {
    let mut variables = Map::new();
    for (variable, range) in draws.columns_by_variable() {
        for column in range {
            variables.insert(
                draws.names[column].clone(),
                of_number(draws, column, variable, &summaries[column]),
            );
        }
    }
    json!({ "method": method, "variables": variables, "sampler": sampler(draws, warmup), "seconds": times(seconds, "sampling") })
}

/// How well the data are explained; in nats.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Likelihood {
    /// log p(data | estimate).
    pub log_likelihood: f64,
    /// Its Monte Carlo standard error; 0 where it is exact.
    pub mcse: f64,
    /// The bias of a Monte Carlo estimate, −variance/2 at leading order; 0 where it is exact.
    pub bias: f64,
    /// How many free parameters.
    pub parameters: usize,
    /// How many observations.
    pub observations: usize,
}

/// `summary.json` of an estimate. `names` and `variables`: of its values.
#[must_use]
pub fn of_estimate(
    method: &str,
    names: &[String],
    variables: &[Variable],
    estimate: &Estimate,
    likelihood: Likelihood,
    seconds: Seconds,
) -> Value {
    let mut values = Map::new();
    for column in columns(variables).flat_map(|(_, range)| range) {
        let number = json!({
            "estimate": estimate.values[column],
            "std_error": estimate.std_errors[column],
            "lower": estimate.lower[column],
            "upper": estimate.upper[column],
        });
        values.insert(names[column].clone(), number);
    }
    let parameters = likelihood.parameters as f64;
    json!({
        "method": method,
        "variables": values,
        "log_likelihood": likelihood.log_likelihood,
        "log_likelihood_mcse": likelihood.mcse,
        "log_likelihood_bias": likelihood.bias,
        "aic": 2.0 * parameters - 2.0 * likelihood.log_likelihood,
        "bic": parameters * (likelihood.observations as f64).ln() - 2.0 * likelihood.log_likelihood,
        "optimizer": {
            "converged": estimate.converged,
            "log_density": estimate.log_density,
            "gradient_norm": estimate.gradient_norm,
            "iterations": estimate.iterations,
            "gradient_evaluations": estimate.evaluations,
            "hessian_positive_definite": estimate.hessian_positive_definite,
            "starts": estimate.starts.iter().map(|start| json!({ "log_density": start.log_density, "converged": start.converged })).collect::<Vec<_>>(),
        },
        "seconds": times(seconds, "optimize"),
    })
}

/// Enough to repeat a fit.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FitRecord {
    /// The version of this program.
    pub pgmc: String,
    /// The model.
    pub model: FileRecord,
    /// The model's text.
    pub model_text: String,
    /// The data files, in the order given.
    pub data: Vec<FileRecord>,
    /// `nuts`, `ml`, `map`, ...
    pub method: String,
    /// The seed.
    pub seed: u64,
    /// All options, also those left at their defaults.
    pub settings: Map<String, Value>,
}

/// A file that a fit read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FileRecord {
    /// Its path as given.
    pub path: String,
    /// A hash of its content, with the name of the hash: `sha256:…`.
    pub hash: String,
}

/// `fit.json`.
///
/// # Errors
/// Where a setting cannot be written as JSON.
pub fn of_fit(record: &FitRecord) -> serde_json::Result<Value> {
    serde_json::to_value(record)
}

/// Indented text with a line end.
#[must_use]
pub fn text(value: &Value) -> String {
    format!("{value:#}\n")
}

fn of_number(draws: &Draws, column: usize, variable: &Variable, summary: &Summary) -> Value {
    let mut number = json!({
        "mean": summary.mean,
        "sd": summary.sd,
        "q05": summary.q05,
        "q50": summary.q50,
        "q95": summary.q95,
        "mcse_mean": summary.mcse_mean,
        "ess_bulk": summary.ess_bulk,
        "ess_tail": summary.ess_tail,
        "rhat": summary.rhat,
    });
    if variable.discrete {
        number["probabilities"] = probabilities(draws.column(column).concat());
    }
    number
}

/// The share of each value that occurs, in ascending order.
fn probabilities(mut values: Vec<f64>) -> Value {
    values.sort_unstable_by(f64::total_cmp);
    let total = values.len() as f64;
    let shares = values
        .chunk_by(|a, b| a == b)
        .map(|equal| (super::numbers::shortest(equal[0]), json!(equal.len() as f64 / total)));
    Value::Object(shares.collect())
}

fn sampler(draws: &Draws, warmup: usize) -> Value {
    let chains = &draws.chains;
    let stats = || chains.iter().flat_map(|chain| &chain.stats);
    let energies = |chain: &crate::draws::Chain| {
        chain.stats.iter().map(|stats| stats.energy).collect::<Vec<_>>()
    };
    json!({
        "chains": chains.len(),
        "warmup": warmup,
        "draws": draws.per_chain(),
        "divergences": stats().filter(|stats| stats.divergent).count(),
        "max_depth_hits": stats().filter(|stats| stats.max_depth_hit).count(),
        "gradient_evaluations": chains.iter().map(|chain| chain.warmup.gradients + chain.sampling.gradients).sum::<u64>(),
        "gradient_evaluations_warmup": chains.iter().map(|chain| chain.warmup.gradients).sum::<u64>(),
        "e_bfmi": chains.iter().map(|chain| e_bfmi(&energies(chain))).collect::<Vec<f64>>(),
        "step_size": chains.iter().map(|chain| chain.stats.last().map_or(f64::NAN, |stats| stats.step_size)).collect::<Vec<f64>>(),
    })
}

/// The last phase is called differently for draws and for estimates; estimates have no warm-up.
fn times(seconds: Seconds, last: &str) -> Value {
    let mut times = Map::new();
    times.insert("compile".to_owned(), json!(seconds.compile));
    if last == "sampling" {
        times.insert("warmup".to_owned(), json!(seconds.warmup));
    }
    times.insert(last.to_owned(), json!(seconds.sampling));
    Value::Object(times)
}
