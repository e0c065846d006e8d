//! Detects settings that make no sense for the model and its data.

use super::job::Job;
use super::settings::Method;
use crate::base::{Diagnostic, setting, words};

/// A setting that refers to something the model does not have.
pub fn misplaced(job: &Job<'_>) -> Option<Diagnostic> {
    match &job.settings.method {
        Method::Nuts(nuts) => {
            let draws = discrete_draws(job, nuts.draw_discrete);
            if nuts.collapse { collapse(job).or(draws) } else { draws }
        }
        Method::Ml(maximum) | Method::Map(maximum) => {
            let draws = discrete_draws(job, maximum.draw_discrete.is_some());
            draws.or_else(|| maximum.integrate.and_then(|_| integration(job)))
        }
    }
}

fn leave_out(diagnostic: Diagnostic, name: &'static str) -> Diagnostic {
    diagnostic.try_this([words("leave "), setting(name), words(" out")])
}

fn collapse(job: &Job<'_>) -> Option<Diagnostic> {
    if !job.has_hidden() {
        let error = Diagnostic::error("E0420", "`collapse` is for a model with hidden variables")
            .because("there is no `latent`, and no observed cell is missing");
        return Some(leave_out(error, "collapse"));
    }
    let error = Diagnostic::error("E0428", "`collapse` is for models without discrete unknowns")
        .because("summing these out leaves no normal distribution of the real hidden variables");
    job.has_discrete().then(|| leave_out(error, "collapse"))
}

fn discrete_draws(job: &Job<'_>, wanted: bool) -> Option<Diagnostic> {
    let message = "draws of discrete variables are wanted, but the model has no discrete unknown";
    let error = Diagnostic::error("E0429", message);
    (wanted && !job.has_discrete()).then(|| leave_out(error, "draw_discrete"))
}

fn integration(job: &Job<'_>) -> Option<Diagnostic> {
    let message = "how to integrate was said, but the model has no hidden variable";
    let error = Diagnostic::error("E0423", message)
        .because("there is no `latent`, and no observed cell is missing");
    (!job.has_hidden()).then(|| leave_out(error, "integrate"))
}
