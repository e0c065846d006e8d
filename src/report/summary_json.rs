//! `summary.json`: everything but the draws, for programs. Non-finite numbers become null.

use std::io::{self, Write};

use serde_json::{Map, Value, json};

use super::{Format, discrete};
use crate::base::numbers::shortest;
use crate::draws::energy::e_bfmi;
use crate::draws::{Chain, DrawStats, Draws, Estimate, Summary, Variable, columns};
use crate::fit::blocks::Blocks;
use crate::fit::{
    Answer, Attempt, Finding, Fitted, IntegratedOut, Maximised, Overview, Sampled, SamplerFacts,
    Seconds, Tried,
};
use crate::lower::{FormChoice, Written};

/// `summary.json`.
pub struct SummaryJson;

impl Format for SummaryJson {
    fn file(&self) -> &'static str {
        "summary.json"
    }

    fn applies(&self, _fitted: &Fitted) -> bool {
        true
    }

    fn write(&self, fitted: &Fitted, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(text(&value(fitted)).as_bytes())
    }
}

/// Indented text with a trailing newline.
#[must_use]
pub fn text(value: &Value) -> String {
    format!("{value:#}\n")
}

/// The content of `summary.json`.
#[must_use]
pub fn value(fitted: &Fitted) -> Value {
    let mut summary = match &fitted.answer {
        Answer::Draws(sampled) => of_draws(fitted, sampled),
        Answer::Estimate(maximised) => of_estimate(fitted, maximised),
        Answer::Exact { log_probability } => {
            json!({ "method": "exact", "variables": {}, "log_likelihood": log_probability })
        }
    };
    if !matches!(fitted.answer, Answer::Exact { .. }) {
        summary["compiler"] = compiler(&fitted.overview);
        summary["findings"] = fitted.findings.iter().map(finding).collect();
    }
    if let Some(recovered) = &fitted.discrete {
        summary["discrete"] = discrete::json(&recovered.variables);
        if !recovered.expected.is_empty() {
            summary["expected"] = discrete::expected_json(&recovered.expected);
        }
    }
    summary
}

fn of_draws(fitted: &Fitted, sampled: &Sampled) -> Value {
    let Sampled { draws, summaries, .. } = sampled;
    let mut variables = Map::new();
    for (variable, range) in draws.columns_by_variable() {
        for column in range {
            let number = of_number(draws, column, variable, &summaries[column]);
            variables.insert(draws.names[column].clone(), number);
        }
    }
    json!({
        "method": fitted.settings.method.name().word(),
        "converged": !fitted.doubtful(),
        "variables": variables,
        "sampler": sampled.sampler.map(|facts| sampler(fitted, sampled, facts)),
        "seconds": times(fitted),
    })
}

fn of_estimate(fitted: &Fitted, maximised: &Maximised) -> Value {
    let Maximised { names, variables, estimate, likelihood, integration } = maximised;
    let mut values = Map::new();
    for column in columns(variables).flat_map(|(_, range)| range) {
        let mut number = json!({
            "estimate": estimate.values[column],
            "std_error": estimate.std_errors[column],
            "lower": estimate.lower[column],
            "upper": estimate.upper[column],
        });
        let sds = integration.as_ref().map(|integration| &integration.conditional_sds);
        if let Some(sd) = sds.and_then(|sds| sds.get(column)).filter(|sd| !sd.is_nan()) {
            number["conditional_sd"] = json!(sd);
        }
        values.insert(names[column].clone(), number);
    }
    let mut summary = json!({
        "method": fitted.settings.method.name().word(),
        "converged": !fitted.doubtful(),
        "variables": values,
        "log_likelihood": likelihood.log_likelihood,
        "log_likelihood_mcse": likelihood.mcse,
        "log_likelihood_bias": likelihood.bias,
        "aic": likelihood.aic(),
        "bic": likelihood.bic(),
        "optimizer": optimizer(estimate),
        "seconds": times(fitted),
    });
    if let Some(IntegratedOut { blocks, accuracy, .. }) = integration {
        let monte_carlo = accuracy.map(|a| {
            json!({
                "samples": a.samples,
                "lowest_ess": a.lowest_ess,
                "lowest_ess_block": a.worst_block + 1,
                "log_likelihood_mcse": a.standard_error,
                "log_likelihood_bias": a.bias,
            })
        });
        summary["integration"] = json!({ "blocks": kinds(blocks), "monte_carlo": monte_carlo });
    }
    summary
}

fn optimizer(estimate: &Estimate) -> Value {
    let starts = estimate
        .starts
        .iter()
        .map(|start| json!({ "log_density": start.log_density, "converged": start.converged }));
    json!({
        "converged": estimate.converged,
        "log_density": estimate.log_density,
        "gradient_norm": estimate.gradient_norm,
        "iterations": estimate.iterations,
        "gradient_evaluations": estimate.evaluations,
        "hessian_positive_definite": estimate.hessian_positive_definite,
        "starts": starts.collect::<Vec<_>>(),
    })
}

/// Blocks of hidden variables, one entry per kind.
fn kinds(blocks: &Blocks) -> Value {
    let kinds = blocks.kinds.iter().map(|kind| {
        json!({
            "variables": kind.variables,
            "blocks": kind.count,
            "dimension": [kind.smallest, kind.largest],
            "method": kind.method(blocks.rule),
            "exact_given_these": kind.given,
        })
    });
    kinds.collect()
}

/// What the compiler did.
fn compiler(overview: &Overview) -> Value {
    let forms = overview.forms.iter().map(|form| (form.name.clone(), of_form(form)));
    json!({
        "unknowns": overview.unknowns,
        "forms": forms.collect::<Map<String, Value>>(),
        "gradient_seconds": overview.gradient_seconds,
        "code_bytes": overview.code_bytes,
    })
}

/// `{"form": "partial", "weights": [0.2, 0.9], "reason": ...}`
fn of_form(choice: &FormChoice) -> Value {
    let word = choice.written.word();
    match &choice.written {
        Written::Auxiliary | Written::Centred => {
            json!({ "form": word, "reason": choice.reason })
        }
        Written::Partial(shares) => {
            let weights: Vec<f64> = shares.iter().map(|s| s.weight).collect();
            json!({ "form": word, "weights": weights, "reason": choice.reason })
        }
    }
}

/// `{"code": "W0401", "message": ..., "subject": [...], "figures": {...}, "try": [...]}`
fn finding(finding: &Finding) -> Value {
    let diagnostic = &finding.diagnostic;
    let changes = diagnostic.help.iter().flat_map(|advice| advice.changes());
    let figures = finding.figures.iter().map(|(name, value)| ((*name).to_owned(), json!(value)));
    json!({
        "code": diagnostic.code,
        "message": diagnostic.message,
        "subject": finding.subject,
        "figures": figures.collect::<Map<String, Value>>(),
        "try": changes.map(|(name, value)| json!({ "setting": name, "value": value }))
            .collect::<Vec<_>>(),
    })
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

/// The frequency of each value that occurs, in ascending order.
fn probabilities(mut values: Vec<f64>) -> Value {
    values.sort_unstable_by(f64::total_cmp);
    let total = values.len() as f64;
    let shares = values
        .chunk_by(|a, b| a == b)
        .map(|equal| (shortest(equal[0]), json!(equal.len() as f64 / total)));
    Value::Object(shares.collect())
}

fn sampler(fitted: &Fitted, sampled: &Sampled, facts: SamplerFacts) -> Value {
    let chains = &sampled.draws.chains;
    let stats = || chains.iter().flat_map(|chain| &chain.stats);
    let count = |of: fn(&DrawStats) -> bool| stats().filter(|stats| of(stats)).count();
    let energy =
        |chain: &Chain| e_bfmi(&chain.stats.iter().map(|stats| stats.energy).collect::<Vec<_>>());
    let step_size = |chain: &Chain| chain.stats.last().map_or(f64::NAN, |stats| stats.step_size);
    // Everything before the draws, including trials of forms and discarded runs.
    let of_draws: u64 = chains.iter().map(|chain| chain.sampling.gradients).sum();
    let before = fitted.gradients().saturating_sub(of_draws);
    let told = |is_run: bool| -> Value {
        let of_kind = |a: &&Attempt| matches!(a.what, Tried::Run(_)) == is_run;
        fitted.attempts.iter().filter(of_kind).map(attempt).collect()
    };
    json!({
        "chains": chains.len(),
        "warmup": facts.warmup,
        "draws": sampled.draws.per_chain(),
        "divergences": count(|stats| stats.divergent),
        "max_depth_hits": count(|stats| stats.max_depth_hit),
        "gradient_evaluations": fitted.gradients(),
        "gradient_evaluations_warmup": before,
        "e_bfmi": chains.iter().map(energy).collect::<Vec<f64>>(),
        "step_size": chains.iter().map(step_size).collect::<Vec<f64>>(),
        "target_accept": facts.target_accept,
        "attempts": told(true),
        "form_trials": told(false),
    })
}

/// An attempt, with its cost.
fn attempt(attempt: &Attempt) -> Value {
    let Attempt { what, gradients, counts, seconds: _ } = attempt;
    let mut told = match what {
        Tried::Run(run) => json!({
            "target_accept": run.target_accept,
            "divergences": run.divergences,
            "max_depth_hits": run.max_depth_hits,
            "irreversible": run.irreversible,
        }),
        Tried::Form { form, efficiency, diverged } => json!({
            "form": form,
            "ess_per_1000_gradients": efficiency,
            "diverged": diverged,
        }),
    };
    told["gradient_evaluations"] = json!(gradients);
    told["counts"] = json!(counts);
    told
}

/// Seconds by phase, and for each attempt; estimates have no warm-up.
fn times(fitted: &Fitted) -> Value {
    let Seconds { compile, trials, warmup, sampling } = fitted.seconds;
    match fitted.answer {
        Answer::Draws(_) => json!({
            "compile": compile,
            "trials": trials,
            "warmup": warmup,
            "sampling": sampling,
            "attempts": fitted.attempts.iter().map(|a| a.seconds).collect::<Vec<f64>>(),
        }),
        Answer::Estimate(_) | Answer::Exact { .. } => {
            json!({ "compile": compile, "optimize": sampling })
        }
    }
}
