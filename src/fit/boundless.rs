//! Reports parameters that run away, so that there is no estimate: which ones, where they go, and
//! what to try.

use super::finding::Finding;
use super::job::Job;
use super::settings::Target;
use crate::base::{Advice, Diagnostic, Span, set, words};
use crate::draws::{Estimate, Runaway};
use crate::lower::{Coordinate, CoordinateKind};
use crate::network::ir::{Event, Network, Support, Variable};
use crate::pipeline::Compiled;

/// The maximum number of parameters named.
const NAMED: usize = 4;

/// A coordinate that runs away, in terms of the model.
pub struct Going {
    /// The element, as named in results.
    pub element: String,
    /// Where it goes.
    pub to: String,
    /// Its index among all elements of the results.
    pub position: Option<usize>,
    /// Where its variable is declared.
    pub span: Option<Span>,
}

/// A density that grows without bound has no mode: an error, and there are no results. One that
/// approaches a limit has none either, but gets a warning that the results are in doubt.
pub fn finding<D>(job: &Job<'_>, compiled: &Compiled<D>, estimate: &Estimate) -> Option<Finding> {
    let going = in_words(&job.model.network, compiled, &estimate.running);
    let first = going.first()?;
    let diagnostic = match estimate.unbounded {
        true => unbounded(job, estimate, (&going, first)),
        false => rising(job, (&going, first)),
    };
    let names = going.iter().map(|going| going.element.clone());
    let log_density = estimate.log_density;
    Some(Finding::from(diagnostic).about(names).figure("log_density", log_density).doubting())
}

/// What is maximised.
fn what(job: &Job<'_>) -> &'static str {
    match job.settings.method.name().target() {
        Target::Likelihood => "likelihood",
        Target::Posterior => "posterior density",
    }
}

fn rising(job: &Job<'_>, (going, first): (&[Going], &Going)) -> Diagnostic {
    let (what, places) = (what(job), sentence(going));
    let message = format!("there is no maximum: the {what} rises, ever more slowly, as {places}");
    Diagnostic::warning("W0414", message)
        .because(
            "the data set no limit there: the estimate is where the climb was ended, and it has \
             no standard error",
        )
        .try_this(match job.settings.method.name().target() {
            Target::Likelihood => Advice::from([
                words(format!("a prior for `{}` and ", first.element)),
                set("method", "map"),
                words(" or nuts"),
            ]),
            Target::Posterior => Advice::from([
                words(format!(
                    "a prior for `{}` whose density falls as it goes there, or ",
                    first.element
                )),
                set("method", "nuts"),
                words(", as a mean may be finite where there is no mode"),
            ]),
        })
}

fn unbounded(job: &Job<'_>, estimate: &Estimate, (going, first): (&[Going], &Going)) -> Diagnostic {
    let (what, places) = (what(job), sentence(going));
    let message = format!("the {what} has no maximum: it grows without bound as {places}");
    let mut error = Diagnostic::error("E0412", message);
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
        "a scale does so where what it measures can become exactly 0, as with one mean for each \
         observation; there is no estimate",
    );
    error.try_this(format!(
        "share parameters between observations, bound `{}` away from {}, or give it a prior whose \
         density falls to 0 there",
        first.element, first.to
    ))
}

/// The coordinates of a point that are far out, where a density may be infinite.
pub fn far_out(q: &[f64]) -> Vec<Runaway> {
    let far = q.iter().enumerate().filter(|(_, value)| value.abs() > 10.0);
    far.map(|(coordinate, value)| Runaway { coordinate, upwards: *value > 0.0 }).collect()
}

/// Coordinates as elements of variables, with the values they tend to.
pub fn in_words<D>(network: &Network, compiled: &Compiled<D>, running: &[Runaway]) -> Vec<Going> {
    let mut found: Vec<Going> = Vec::new();
    for runaway in running {
        let going = going(network, compiled, *runaway);
        // Several coordinates of a simplex or a matrix are one variable.
        if going.position.is_some() || found.iter().all(|known| known.element != going.element) {
            found.push(going);
        }
    }
    found
}

fn going<D>(network: &Network, compiled: &Compiled<D>, runaway: Runaway) -> Going {
    let coordinate = compiled.coordinates[runaway.coordinate];
    let name = coordinate.name(network);
    let variable = &network.variables[coordinate.variable];
    let is_part =
        matches!(coordinate.kind, CoordinateKind::Transformed | CoordinateKind::LogDiagonal);
    if is_part {
        // Its coordinates have no names of the user's.
        let (element, span) = (variable.name.clone(), Some(variable.span));
        let to = whole_limit(variable.event).to_owned();
        return Going { element, to, position: None, span };
    }
    if !coordinate.is_element() {
        let to = if runaway.upwards { "∞" } else { "−∞" };
        return Going { element: name, to: to.to_owned(), position: None, span: None };
    }
    let (position, element) = element(network, compiled, coordinate).unzip();
    let to = limit(network, variable, runaway.upwards);
    Going { element: element.unwrap_or(name), to, position, span: Some(variable.span) }
}

/// The name, in results, of the element that a coordinate belongs to.
pub fn label<D>(network: &Network, compiled: &Compiled<D>, coordinate: usize) -> String {
    let coordinate = compiled.coordinates[coordinate];
    let element = element(network, compiled, coordinate);
    element.map_or_else(|| coordinate.name(network), |(_, label)| label)
}

/// The name of the element that a coordinate stands for, and its index among all elements of the
/// results.
fn element<D>(
    network: &Network,
    compiled: &Compiled<D>,
    coordinate: Coordinate,
) -> Option<(usize, String)> {
    if !coordinate.is_element() {
        return None;
    }
    let variable = &network.variables[coordinate.variable].name;
    let mut before = 0;
    for layout in &compiled.layouts {
        if layout.name == *variable {
            let place = layout.positions.iter().position(|&p| p == coordinate.element)?;
            return Some((before + place, layout.names[place].clone()));
        }
        before += layout.names.len();
    }
    None
}

/// Where a vector or matrix goes whose elements depend on each other, as a coordinate of it runs
/// away.
fn whole_limit(event: Event) -> &'static str {
    match event {
        Event::Simplex => "an edge, where an element is 0",
        Event::Correlation | Event::CholeskyCorrelation => {
            "an edge, where a correlation is 1 or −1"
        }
        Event::Covariance | Event::CholeskyCovariance => {
            "an edge, where it is infinite or not positive definite"
        }
        Event::Free
        | Event::Ordered
        | Event::PositiveOrdered
        | Event::UnitVector
        | Event::SumToZero => "infinity",
    }
}

/// The limit of an element of a variable as its unconstrained coordinate runs away.
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
