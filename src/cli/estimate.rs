//! A fit by maximisation: maximum likelihood, or the posterior mode.

use std::time::Instant;

use pgmc::base::Diagnostic;
use pgmc::density::LogDensity;
use pgmc::draws::Estimate;
use pgmc::inference::{OptimiseSettings, optimise};
use pgmc::network::ir::{Definition, Role, Support, Variable, VariableId};
use pgmc::pipeline::Density;
use pgmc::report::headline::{self, Seconds};
use pgmc::report::json::{self, Likelihood};
use pgmc::report::numbers::fixed;
use pgmc::report::progress::Quiet;
use pgmc::report::{csv_files, table, warnings};

use super::files::{Shown, say};
use super::fit::{Fit, Method, Prepared};
use super::results::{self, Kept};
use super::states::{self, Found};
use super::{improper, refine, runaway, trace};

/// The standard normal's 97.5% quantile.
pub const TWO_SIDED_95: f64 = 1.959_963_984_540_054;

/// Maximises, prints and keeps.
pub fn run(fit: &Fit, mut prepared: Prepared) -> Result<(), Shown> {
    let introduction = results::introduction(fit, &prepared);
    if !fit.quiet && !fit.json {
        say(&introduction);
    }
    if prepared.compiled.density.dim() == 0 {
        return prepared.session.fail(&[Diagnostic::error(
            "E0409",
            "the model has no parameter to \
            estimate",
        )
        .try_this(
            "declare what is unknown as `param`; `pgmc simulate` draws from a model \
                without unknowns",
        )]);
    }
    if let Some(error) = improper::find(&prepared) {
        return prepared.session.fail(&[error]);
    }
    if let Err(message) = prepared.compiled.with_hessian() {
        return prepared.session.fail(&[Diagnostic::error("E0401", message)]);
    }
    let begin = Instant::now();
    let settings = OptimiseSettings { seed: fit.seed, ..OptimiseSettings::default() };
    let mut density = prepared.compiled.density.clone();
    let progress = Quiet::new(prepared.stop.clone());
    let profiled = |density: &mut Density, mut estimate: Estimate| {
        // Where nothing bounds the density there is no interval either.
        if fit.profile && !estimate.unbounded {
            refine::profiles(
                density,
                &mut estimate,
                &refine::own(&prepared.model.network, &prepared.compiled),
                &progress,
            )?;
        }
        Ok(estimate)
    };
    let estimate = match optimise(&mut density, &settings, &progress)
        .and_then(|estimate| profiled(&mut density, estimate))
    {
        Ok(estimate) => estimate,
        Err(error) => {
            return prepared.session.fail(&trace::explain(
                &error,
                &prepared.model.network,
                &prepared.compiled,
            ));
        }
    };
    let seconds = Seconds {
        compile: prepared.compile_seconds,
        warmup: 0.0,
        sampling: begin.elapsed().as_secs_f64(),
    };
    let names = results::names(&prepared.compiled.layouts);
    let states = states::compile(prepared.compiled.open.as_ref(), &prepared.session)?;
    let finding = Finding {
        states: states.map(|mut states| states::at(fit, &mut states, &estimate.q, None)),
        seconds,
        introduction,
        likelihood: likelihood(&prepared, &estimate.q),
        code_bytes: prepared.compiled.density.code_size(),
        findings: warnings::of_estimate(&names, &estimate),
        extra: None,
        estimate,
    };
    report(fit, &prepared, &finding)
}

/// What was found, to be told.
pub struct Finding {
    pub estimate: Estimate,
    pub likelihood: Likelihood,
    pub seconds: Seconds,
    pub introduction: String,
    pub code_bytes: usize,
    /// What is wrong with it.
    pub findings: Vec<Diagnostic>,
    /// A further entry of `summary.json`.
    pub extra: Option<(&'static str, serde_json::Value)>,
    /// Discrete variables.
    pub states: Option<Found>,
}

/// Prints the estimate and keeps the files.
pub fn report<D: LogDensity + Clone>(
    fit: &Fit,
    prepared: &Prepared<D>,
    finding: &Finding,
) -> Result<(), Shown> {
    let Finding {
        estimate,
        likelihood,
        seconds,
        introduction,
        code_bytes,
        findings,
        extra,
        states,
    } = finding;
    let (mut likelihood, seconds) = (*likelihood, *seconds);
    if estimate.unbounded {
        likelihood.log_likelihood = f64::NAN;
    }
    let (names, variables) = (
        results::names(&prepared.compiled.layouts),
        results::variables(&prepared.compiled.layouts),
    );
    let word = if prepared.method == Method::Ml { "Maximum likelihood" } else { "Posterior mode" };
    let headline = headline::of_estimate(word, estimate, seconds);
    let fitness = fitness(likelihood);
    let table = table::of_estimates(&names, &variables, estimate, fit.all);
    let table = table + &states.as_ref().map_or_else(String::new, |states| states.text(fit.all));
    let (warning, error) = match runaway::finding(prepared, estimate) {
        Some(error) if estimate.unbounded => (None, Some(error)),
        other => (other, None),
    };
    let findings: Vec<Diagnostic> = warning.into_iter().chain(findings.iter().cloned()).collect();
    let warnings = warnings::render(&findings);
    let mut summary = json::of_estimate(
        prepared.method.name(),
        &names,
        &variables,
        estimate,
        likelihood,
        seconds,
    );
    results::add_compiler_facts(&mut summary, prepared, *code_bytes);
    if let (Some((key, value)), serde_json::Value::Object(map)) = (extra, &mut summary) {
        map.insert((*key).to_owned(), value.clone());
    }
    states.iter().for_each(|states| states.add(&mut summary));
    if let Some(out) = &fit.out {
        let mut kept = Kept::new(out, &prepared.session);
        kept.text("summary.json", &json::text(&summary))?;
        kept.with("summary.csv", |file| csv_files::estimates(&names, estimate, file))?;
        states.as_ref().map_or(Ok(()), |states| states.keep(&mut kept))?;
        kept.text("fit.json", &results::record(fit, prepared))?;
        kept.text(
            "log.txt",
            &format!("{introduction}\n  {headline}\n  {fitness}\n\n{table}\n{warnings}"),
        )?;
    }
    if fit.json {
        say(json::text(&summary).trim_end());
    } else {
        say(&format!("  {headline}\n  {fitness}\n\n{table}"));
    }
    if !findings.is_empty() {
        eprint!("{warnings}");
    }
    if let (Some(out), false) = (&fit.out, fit.json) {
        say(&format!("\n  Kept in {}", out.display()));
    }
    error.map_or(Ok(()), |error| prepared.session.fail(&[error]))
}

/// How well the data are explained, in a line.
fn fitness(likelihood: Likelihood) -> String {
    let parameters = likelihood.parameters as f64;
    let aic = 2.0 * parameters - 2.0 * likelihood.log_likelihood;
    let bic = parameters * (likelihood.observations as f64).ln() - 2.0 * likelihood.log_likelihood;
    format!(
        "log likelihood {} · AIC {} · BIC {} · {}, {}",
        fixed(likelihood.log_likelihood, 4),
        fixed(aic, 2),
        fixed(bic, 2),
        results::plural(likelihood.parameters, "parameter"),
        results::plural(likelihood.observations, "observation")
    )
}

/// The log likelihood is the sum of the observed variables' terms, and of the factors.
fn likelihood(prepared: &Prepared, q: &[f64]) -> Likelihood {
    let network = &prepared.model.network;
    let observed = |name: &str| {
        // All but the priors of real parameters: what discrete variables were summed out of is a
        // term of its own.
        let prior = |v: &Variable| v.role == Role::Param && matches!(v.support, Support::Real(_));
        network.variable(name).is_none_or(|v| !prior(&network.variables[v]))
    };
    let terms = prepared.compiled.terms(q);
    let log_likelihood =
        terms.iter().filter(|(name, _)| observed(name)).map(|(_, value)| value).sum();
    let (parameters, observations) = (prepared.compiled.density.dim(), observations(prepared));
    Likelihood { log_likelihood, mcse: 0.0, bias: 0.0, parameters, observations }
}

/// How many observed elements there are; missing ones do not count.
pub fn observations<D>(prepared: &Prepared<D>) -> usize {
    let network = &prepared.model.network;
    let count = |(id, v): (VariableId, &Variable)| -> usize {
        let all: usize = v
            .axes
            .iter()
            .map(|&a| prepared.binding.plates[network.plate_of(a).0 as usize].size)
            .product();
        all - prepared.binding.values.get(&id).map_or(0, |bound| bound.missing.len())
    };
    network
        .variables
        .iter()
        .filter(|(_, v)| matches!(v.definition, Definition::Observed { .. }))
        .map(count)
        .sum()
}
