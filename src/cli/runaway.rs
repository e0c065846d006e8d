//! Parameters that run away from every estimate → what is said of them: which, where to, and what
//! to try.

use pgmc::base::{Diagnostic, Span};
use pgmc::draws::{Estimate, Runaway};
use pgmc::network::ir::{Event, Network, Support, Variable};
use pgmc::pipeline::Compiled;

use super::fit::{Method, Prepared};

/// How many parameters are named.
const NAMED: usize = 4;

/// A coordinate that runs away, in the words of the model.
pub struct Going {
    /// The element, as results name it.
    pub element: String,
    /// Where it goes.
    pub to: String,
    /// Its place among all elements of the results.
    pub position: Option<usize>,
    /// Where its variable is declared.
    pub span: Option<Span>,
}

/// A density that grows without bound has no mode: an error. One that approaches a limit has none
/// either, but says so much: a warning.
pub fn finding<D>(prepared: &Prepared<D>, estimate: &Estimate) -> Option<Diagnostic> {
    let going = in_words(&prepared.model.network, &prepared.compiled, &estimate.running);
    let first = going.first()?;
    let what = if prepared.method == Method::Ml { "likelihood" } else { "posterior density" };
    let places = sentence(&going);
    if !estimate.unbounded {
        let warning = Diagnostic::warning(
            "W0414",
            format!("there is no maximum: the {what} rises, ever more slowly, as {places}"),
        );
        return Some(
            warning
                .because(
                    "the data set no limit there: the estimate is where the climb was ended, \
                    and it has no standard error",
                )
                .try_this(format!("a prior for `{}` and --method map or nuts", first.element)),
        );
    }
    let mut error = Diagnostic::error(
        "E0412",
        format!("the {what} has no maximum: it grows without bound as {places}"),
    );
    for going in going.iter().take(NAMED) {
        if let Some(span) = going.span
            && !error.labels.iter().any(|label| label.span == span)
        {
            let value = going
                .position
                .map_or_else(String::new, |position| format!("{:.3e} ", estimate.values[position]));
            error = error.at(span, format!("{value}where the climb was ended"));
        }
    }
    let error = error.because(
        "a scale does so where what it measures can become exactly 0, as with one mean for each observation; \
         the results are those of where the climb was ended",
    );
    Some(error.try_this(format!(
        "share parameters between observations, bound `{}` away from {}, or give it a prior whose \
         density falls to 0 there",
        first.element, first.to
    )))
}

/// The coordinates of a point that lie far out, where a density may be infinite.
pub fn far_out(q: &[f64]) -> Vec<Runaway> {
    let far = q.iter().enumerate().filter(|(_, value)| value.abs() > 10.0);
    far.map(|(coordinate, value)| Runaway { coordinate, upwards: *value > 0.0 }).collect()
}

/// Coordinates as elements of variables, with the values that they go to.
pub fn in_words<D>(network: &Network, compiled: &Compiled<D>, running: &[Runaway]) -> Vec<Going> {
    running.iter().map(|runaway| going(network, compiled, *runaway)).collect()
}

fn going<D>(network: &Network, compiled: &Compiled<D>, runaway: Runaway) -> Going {
    let coordinate = &compiled.coordinates[runaway.coordinate];
    let (name, place) = parts(coordinate);
    let Some(variable) = network.variable(name).map(|id| &network.variables[id]) else {
        let to = if runaway.upwards { "∞" } else { "−∞" };
        return Going {
            element: coordinate.clone(),
            to: to.to_owned(),
            position: None,
            span: None,
        };
    };
    let (position, element) = element(compiled, name, place).unzip();
    let to = limit(network, variable, runaway.upwards);
    Going {
        element: element.unwrap_or_else(|| coordinate.clone()),
        to,
        position,
        span: Some(variable.span),
    }
}

/// What results call the element that a coordinate belongs to.
pub fn label<D>(compiled: &Compiled<D>, coordinate: usize) -> String {
    let name = &compiled.coordinates[coordinate];
    let (variable, place) = parts(name);
    element(compiled, variable, place).map_or_else(|| name.clone(), |(_, label)| label)
}

/// A coordinate's variable, and its place among the variable's elements.
fn parts(coordinate: &str) -> (&str, usize) {
    let Some((name, index)) = coordinate.split_once('[') else { return (coordinate, 0) };
    (name, index.trim_end_matches(']').parse::<usize>().map_or(0, |index| index.saturating_sub(1)))
}

/// The name of a variable's element by its place in the canonical layout, and its position among
/// all elements of the results.
fn element<D>(compiled: &Compiled<D>, variable: &str, place: usize) -> Option<(usize, String)> {
    let mut before = 0;
    for layout in &compiled.layouts {
        if layout.name == variable {
            let own = layout.positions.iter().position(|&p| p == place)?;
            return Some((before + own, layout.names[own].clone()));
        }
        before += layout.names.len();
    }
    None
}

/// Where an element of a variable goes with its unconstrained coordinate.
fn limit(network: &Network, variable: &Variable, upwards: bool) -> String {
    let infinity = |up: bool| if up { "∞".to_owned() } else { "−∞".to_owned() };
    if variable.event != Event::Free {
        return if upwards { "∞".to_owned() } else { "the element before it".to_owned() };
    }
    let (Support::Real(bounds) | Support::Integer(bounds)) = &variable.support else {
        return infinity(upwards);
    };
    let number = |bound, word: &str| {
        network.number(bound).map_or_else(|| format!("its {word} bound"), |value| value.to_string())
    };
    match (bounds.lower, bounds.upper) {
        (None, None) => infinity(upwards),
        (Some(_), None) if upwards => infinity(true),
        (None, Some(_)) if upwards => infinity(false),
        (_, Some(upper)) if upwards || bounds.lower.is_none() => number(upper, "upper"),
        (Some(lower), Some(_) | None) => number(lower, "lower"),
        (None, Some(upper)) => number(upper, "upper"),
    }
}

/// `` `a` goes to 0 and `b` to ∞ ``
pub fn sentence(going: &[Going]) -> String {
    let mut parts: Vec<String> =
        going.iter().take(NAMED).map(|g| format!("`{}` goes to {}", g.element, g.to)).collect();
    if going.len() > NAMED {
        parts.push(format!("{} more run away", going.len() - NAMED));
    }
    match parts.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
        None => String::new(),
    }
}
