//! Diagnostics for a fit that cannot start or continue: they name the term, the row and what to
//! try.

use crate::base::{Diagnostic, set, setting, words};
use crate::inference::InferenceError;
use crate::network::ir::Network;
use crate::pipeline::Compiled;
use crate::program::Computation;
use crate::program::non_finite::{NonFinite, non_finite_terms};

use super::boundless;

/// The diagnostics for an error of the sampler or optimiser.
pub fn error<D>(
    error: &InferenceError,
    network: &Network,
    compiled: &Compiled<D>,
) -> Vec<Diagnostic> {
    match error {
        InferenceError::NoFiniteStart { tried, q, value, .. } => {
            no_start(*tried, q, *value, compiled)
        }
        InferenceError::Infinite { q } => vec![infinite(q, network, compiled)],
        InferenceError::Settings { message } => vec![Diagnostic::error("E0403", message.clone())],
        InferenceError::Sampler { .. } => {
            vec![Diagnostic::error("E0404", error.to_string()).try_this([
                words("another "),
                setting("seed"),
                words(", or "),
                set("form", "centred"),
                words(" where there are hidden variables"),
            ])]
        }
    }
}

fn infinite<D>(q: &[f64], network: &Network, compiled: &Compiled<D>) -> Diagnostic {
    let going = boundless::in_words(network, compiled, &boundless::far_out(q));
    let diagnostic =
        Diagnostic::error("E0405", "the log density is +∞ at some points: it is not a density");
    let diagnostic = with_non_finite_terms(diagnostic, q, compiled);
    match going.first() {
        Some(first) => diagnostic
            .because(format!("it becomes so where {}", boundless::sentence(&going)))
            .try_this(format!(
                "bound `{}` away from {}, or give it a prior whose density falls to 0 there",
                first.element, first.to
            )),
        None => diagnostic.try_this(
            "look for a density that grows without bound, such as one whose width can be 0",
        ),
    }
}

fn no_start<D>(tried: usize, q: &[f64], value: f64, compiled: &Compiled<D>) -> Vec<Diagnostic> {
    let what = match (value.is_finite(), tried) {
        (true, 1) => "the gradient of the log density is not finite at the given start".to_owned(),
        (true, _) => {
            "the gradient of the log density is not finite at any starting point".to_owned()
        }
        (false, 1) => format!("the log density is {} at the given start", number(value)),
        (false, _) => format!("the log density is {} at every starting point", number(value)),
    };
    let diagnostic = Diagnostic::error("E0402", what);
    if tried == 1 {
        let advice = [words("other values, or fewer, in "), setting("init")];
        return vec![with_non_finite_terms(diagnostic, q, compiled).try_this(advice)];
    }
    let diagnostic = diagnostic.because(format!(
        "{tried} points were tried, each coordinate between −2 and 2 on the unconstrained scale"
    ));
    let diagnostic = with_non_finite_terms(diagnostic, q, compiled);
    let place = if diagnostic.labels.is_empty() { "" } else { "the data at that place, " };
    vec![diagnostic.try_this(format!(
        "check {place}the supports of the parameters (`positive`, \
        `unit`) and the scale of the inputs"
    ))]
}

/// The locations of the terms that are not finite.
fn with_non_finite_terms<D>(
    mut diagnostic: Diagnostic,
    q: &[f64],
    compiled: &Compiled<D>,
) -> Diagnostic {
    let Computation { program, values } = &*compiled.program;
    for place in non_finite_terms(program, values, &compiled.whole(q)).into_iter().take(3) {
        let NonFinite { term, declared, span, value, total, element } = place;
        let place = if element.is_empty() { String::new() } else { format!(" at {element}") };
        diagnostic =
            diagnostic.at(declared, format!("the term of `{term}` is {}{place}", number(total)));
        if span != declared {
            let same = value == total || (value.is_nan() && total.is_nan());
            diagnostic = diagnostic.at(
                span,
                if same {
                    "first here".to_owned()
                } else {
                    format!("first {} here", number(value))
                },
            );
        }
    }
    diagnostic
}

fn number(value: f64) -> String {
    if value.is_nan() {
        "NaN".to_owned()
    } else if value == f64::NEG_INFINITY {
        "−∞".to_owned()
    } else if value == f64::INFINITY {
        "∞".to_owned()
    } else {
        value.to_string()
    }
}
