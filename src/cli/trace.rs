//! A fit that cannot start → diagnostics that name the term, the row and what to try.

use pgmc::base::Diagnostic;
use pgmc::inference::InferenceError;
use pgmc::pipeline::Compiled;
use pgmc::program::trace::{Trouble, troubles};

/// What to tell of an error of the sampler or optimiser.
pub fn explain<D>(error: &InferenceError, compiled: &Compiled<D>) -> Vec<Diagnostic> {
    match error {
        InferenceError::NoFiniteStart { tried, q, value, .. } => no_start(*tried, q, *value, compiled),
        InferenceError::Infinite { q } => {
            let diagnostic = Diagnostic::error("E0405", "the log density is +∞ at some points: it is not a density");
            vec![
                with_troubles(diagnostic, q, compiled)
                    .try_this("look for a density that grows without bound, such as a scale that can reach 0"),
            ]
        }
        InferenceError::Settings { message } => vec![Diagnostic::error("E0403", message.clone())],
        InferenceError::Sampler { .. } => vec![Diagnostic::error("E0404", error.to_string())],
    }
}

fn no_start<D>(tried: usize, q: &[f64], value: f64, compiled: &Compiled<D>) -> Vec<Diagnostic> {
    let what = if value.is_finite() {
        "the gradient of the log density is not finite".to_owned()
    } else {
        format!("the log density is {} at every starting point", number(value))
    };
    let diagnostic = Diagnostic::error("E0402", what)
        .because(format!("{tried} points were tried, each coordinate between −2 and 2 on the unconstrained scale"));
    let diagnostic = with_troubles(diagnostic, q, compiled);
    vec![
        diagnostic
            .try_this("check the data at that place, the supports of the parameters (`positive`, `unit`) and the scale of the inputs"),
    ]
}

/// The places of the terms that are not finite.
fn with_troubles<D>(mut diagnostic: Diagnostic, q: &[f64], compiled: &Compiled<D>) -> Diagnostic {
    let (program, values) = &*compiled.program;
    for trouble in troubles(program, values, q).into_iter().take(3) {
        let Trouble { term, declared, span, value, element } = trouble;
        let place = if element.is_empty() { String::new() } else { format!(" at {element}") };
        diagnostic = diagnostic.at(declared, format!("the term of `{term}` is {}{place}", number(value)));
        if span != declared {
            diagnostic = diagnostic.at(span, "first here");
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
