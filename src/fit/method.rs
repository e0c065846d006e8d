//! Chooses a suitable method for a model.

use super::settings::{MethodName, Target};
use crate::base::{Diagnostic, set, words};
use crate::network::Network;
use crate::network::ir::{Definition, Role, Variable};

/// The default method for a model: posterior sampling if parameters have priors, maximum likelihood
/// if none has; with a note if only some have priors.
#[must_use]
pub fn default_method(network: &Network) -> (MethodName, Option<Diagnostic>) {
    let flat: Vec<String> =
        params(network).filter(|v| is_flat(v)).map(|v| format!("`{}`", v.name)).collect();
    match (flat.is_empty(), with_prior(network).is_some()) {
        (false, false) => (MethodName::Ml, None),
        (false, true) => {
            let message = format!("flat, without a prior: {}", flat.join(", "));
            (MethodName::Nuts, Some(Diagnostic::note("N0401", message)))
        }
        (true, _) => (MethodName::Nuts, None),
    }
}

/// Checks that a method suits a model.
///
/// # Errors
/// If parameters have priors under maximum likelihood.
pub(super) fn check(network: &Network, method: MethodName) -> Result<(), Vec<Diagnostic>> {
    match (method.target(), with_prior(network)) {
        (Target::Likelihood, Some(param)) => Err(vec![
            Diagnostic::error("E0406", "maximum likelihood takes no priors")
                .at(param.span, format!("`{}` has a prior", param.name))
                .try_this([
                    set("method", "map"),
                    words(" for the posterior mode, or leave the priors out"),
                ]),
        ]),
        (Target::Likelihood | Target::Posterior, _) => Ok(()),
    }
}

fn params(network: &Network) -> impl Iterator<Item = &Variable> {
    network.variables.iter().map(|(_, v)| v).filter(|v| v.role == Role::Param)
}

fn with_prior(network: &Network) -> Option<&Variable> {
    params(network).find(|variable| !is_flat(variable))
}

fn is_flat(variable: &Variable) -> bool {
    matches!(variable.definition, Definition::Random(None))
}
