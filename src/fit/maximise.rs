//! Fits by maximisation when nothing is integrated out: maximum likelihood, or the posterior mode.

use super::boundless;
use super::bounds::{self, Ends};
use super::discrete;
use super::explain;
use super::finding::Finding;
use super::fitted::{Answer, Fitted, Likelihood, Maximised, Seconds};
use super::groups;
use super::identify;
use super::intervals::{from_errors, profiles};
use super::introduce::overview;
use super::job::Job;
use super::judge;
use super::names::{are_parameters, names, variables};
use super::overview::Overview;
use super::ranges::ranges;
use super::scalars::scalars;
use super::settings::{Intervals, Maximum};
use super::starts;
use super::world::{News, Unwatched};
use crate::base::Diagnostic;
use crate::draws::Estimate;
use crate::inference::{InferenceError, OptimiseSettings, optimise};
use crate::lower::{Form, Scale};
use crate::pipeline::{self, Compiled};

/// Maximises the density of a model without real hidden variables.
///
/// # Errors
/// If there is nothing to maximise, or no point to start from.
pub fn direct(job: &Job<'_>, maximum: &Maximum) -> Result<Fitted, Vec<Diagnostic>> {
    let open = job.model.open_density(job.binding, Scale::Natural, Form::Centred)?;
    let compiled = pipeline::compile_open(open)?;
    let size = compiled.density.code_size();
    let overview = overview(job, &compiled, (size, job.world.seconds()));
    match compiled.only_discrete() {
        Some(open) => discrete::exact(job, &compiled, (&open, maximum.draw_discrete), overview),
        None => maximised(job, maximum, compiled, overview),
    }
}

fn maximised(
    job: &Job<'_>,
    maximum: &Maximum,
    mut compiled: Compiled,
    overview: Overview,
) -> Result<Fitted, Vec<Diagnostic>> {
    job.world.hear(News::Compiled(&overview));
    if overview.unknowns == 0 {
        return Err(vec![nothing_to_estimate()]);
    }
    if let Some(error) = identify::still(job, &compiled) {
        return Err(vec![error]);
    }
    compiled.with_derivatives().map_err(|message| vec![Diagnostic::error("E0401", message)])?;
    let begin = job.world.seconds();
    let starts = OptimiseSettings {
        seed: job.settings.seed,
        groups: groups::of(job, &compiled),
        ..OptimiseSettings::default()
    };
    let starts = starts::of_optimiser(job, &compiled, starts)?;
    let (estimate, ends) = climbed(job, maximum, &compiled, &starts)
        .map_err(|error| explain::error(&error, &job.model.network, &compiled))?;
    let sampling = job.world.seconds() - begin;
    let seconds = Seconds { compile: overview.compile_seconds, sampling, ..Seconds::default() };
    let recovery = discrete::compile(compiled.open.as_ref())?;
    let draws = (job.settings.seed, maximum.draw_discrete);
    let discrete = recovery.map(|mut states| discrete::at(&mut states, &estimate.q, None, draws));
    let (names, variables) = (names(&compiled.layouts), variables(&compiled.layouts));
    let boundless = boundless::finding(job, &compiled, &estimate);
    let mut findings = judge::of_estimate((&names, &are_parameters(&compiled.layouts)), &estimate);
    findings.extend(bounds::at_bounds(&names, &ends.at));
    findings.extend(bounds::not_determined(&names, &ends.flat));
    let findings = in_order(boundless, findings);
    let likelihood = Likelihood {
        log_likelihood: if estimate.unbounded {
            f64::NAN
        } else {
            compiled.log_likelihood(&estimate.q, estimate.log_density)
        },
        mcse: 0.0,
        bias: 0.0,
        parameters: overview.unknowns,
        observations: job.observations(),
    };
    let answer = Maximised { names, variables, estimate, likelihood, integration: None };
    Ok(Fitted {
        settings: job.settings.clone(),
        overview,
        answer: Answer::Estimate(answer),
        discrete,
        findings,
        attempts: Vec::new(),
        seconds,
    })
}

fn climbed(
    job: &Job<'_>,
    maximum: &Maximum,
    compiled: &Compiled,
    settings: &OptimiseSettings,
) -> Result<(Estimate, Ends), InferenceError> {
    let progress = Unwatched(job.world);
    let mut density = compiled.density.clone();
    let mut estimate = optimise(&mut density, settings, &progress)?;
    let network = &job.model.network;
    let (scalars, ranges) = (scalars(network, compiled), ranges(network, compiled));
    // If the density is unbounded there is neither a bound nor an interval.
    if estimate.unbounded {
        from_errors(&mut density, &mut estimate, &ranges, &scalars);
        return Ok((estimate, Ends::default()));
    }
    let (mut estimate, ends) =
        bounds::to_bounds(&mut density, estimate, &scalars, settings, &progress)?;
    from_errors(&mut density, &mut estimate, &ranges, &scalars);
    if maximum.intervals == Intervals::Profile {
        profiles(&mut density, &mut estimate, &scalars, &progress)?;
    }
    Ok((estimate, ends))
}

/// The findings of an estimate: a missing maximum comes first if it is a warning, last if it is an
/// error.
pub(super) fn in_order(boundless: Option<Finding>, others: Vec<Finding>) -> Vec<Finding> {
    let is_error = boundless.as_ref().is_some_and(|finding| finding.diagnostic.is_error());
    let (first, last) = if is_error { (None, boundless) } else { (boundless, None) };
    first.into_iter().chain(others).chain(last).collect()
}

fn nothing_to_estimate() -> Diagnostic {
    Diagnostic::error("E0409", "the model has no parameter to estimate").try_this(
        "declare what is unknown as `param`; `pgmc simulate` draws from a model without unknowns",
    )
}
