//! Rejects improper posteriors before sampling.

use super::boundless::label;
use super::groups;
use super::job::Job;
use super::settings::Target;
use super::world::Unwatched;
use crate::base::Diagnostic;
use crate::density::LogDensity;
use crate::inference::{
    Conditioning, OptimiseSettings, Turn, conditioning, depends, weakest_direction,
};
use crate::lower::Coordinate;
use crate::network::ir::{Bounds, Definition, Event, Role, Support, Variable, VariableId};
use crate::pipeline::Compiled;

/// A flat unbounded parameter that the log density does not depend on.
pub fn still<D: LogDensity + Clone>(job: &Job<'_>, compiled: &Compiled<D>) -> Option<Diagnostic> {
    let network = &job.model.network;
    let groups = groups::of(job, compiled);
    let moves = depends(&mut compiled.density.clone(), &groups);
    for (id, variable) in network.variables.iter().filter(|(_, v)| has_no_prior(v)) {
        let Support::Real(bounds) = &variable.support else { continue };
        let is_of_variable = |c: &Coordinate| c.variable == id && c.is_element();
        let mut coordinates = compiled.coordinates.iter().zip(&moves).enumerate();
        let still = coordinates.find(|(_, (c, moves))| is_of_variable(c) && !**moves);
        let unbounded = *bounds == Bounds::default();
        if let (Some((still, _)), true) = (still, unbounded) {
            return Some(error(job, &label(network, compiled, still), variable));
        }
        let half_bounded = bounds.lower.is_none() || bounds.upper.is_none();
        if half_bounded && !unbounded && network.untouched_by_data().contains(&id) {
            return Some(error(job, &variable.name, variable));
        }
    }
    None
}

/// Whether this is a parameter without a prior.
fn has_no_prior(variable: &Variable) -> bool {
    variable.role == Role::Param && matches!(variable.definition, Definition::Random(None))
}

/// The maximum number of flat coordinates examined: the work is cubic in it.
const MOST: usize = 100;

/// From this share of the weakest direction on, coordinates are left as they are.
const STRONG: f64 = 1e-4;

/// Flat parameters that nearly cancel, such as intercept and slope of a predictor far from 0: how to
/// turn their coordinates, if there are any. `exact` makes the density with an exact curvature.
///
/// # Errors
/// A combination of them that the log density does not depend on, such as the difference of two that
/// occur only as a sum: the posterior is improper.
pub fn turn<D: LogDensity + Clone>(
    job: &Job<'_>,
    compiled: &Compiled<D>,
    exact: impl FnOnce() -> Result<D, Diagnostic>,
) -> Result<Option<Turn>, Diagnostic> {
    let (network, all) = (&job.model.network, &compiled.coordinates);
    let is_flat = |variable: VariableId| is_flat(&network.variables[variable]);
    let flat = |i: &usize| all[*i].is_element() && is_flat(all[*i].variable);
    let coordinates: Vec<usize> = (0..all.len()).filter(flat).collect();
    if coordinates.len() < 2 || coordinates.len() > MOST {
        return Ok(None);
    }
    let weakest = weakest_direction(&mut compiled.density.clone(), &coordinates);
    let Some(weakest) = weakest.filter(|weakest| weakest.share < STRONG) else { return Ok(None) };
    let settings = OptimiseSettings {
        starts: 1,
        further: 0,
        seed: job.settings.seed,
        groups: groups::of(job, compiled),
        ..OptimiseSettings::default()
    };
    let progress = Unwatched(job.world);
    match conditioning(&mut exact()?, &coordinates, &settings, &progress) {
        Conditioning::Determined(turn) => Ok(Some(turn)),
        Conditioning::Flat(directions) => {
            let first = directions.first().unwrap_or(&weakest.direction);
            improper(job, compiled, &coordinates, first).map_or(Ok(None), Err)
        }
        Conditioning::Unknown if weakest.is_flat() => {
            let error = improper(job, compiled, &coordinates, &weakest.direction);
            error.map_or(Ok(None), Err)
        }
        Conditioning::Unknown => Ok(None),
    }
}

/// Parameters that the log density depends on only in combination.
fn improper<D>(
    job: &Job<'_>,
    compiled: &Compiled<D>,
    coordinates: &[usize],
    direction: &[f64],
) -> Option<Diagnostic> {
    let (network, all) = (&job.model.network, &compiled.coordinates);
    let largest = direction.iter().fold(0.0, |most: f64, d| most.max(d.abs()));
    let involved = coordinates.iter().zip(direction).filter(|(_, d)| d.abs() > 1e-6 * largest);
    let part: Vec<usize> = involved.map(|(&i, _)| i).collect();
    let mut variables: Vec<&Variable> =
        part.iter().map(|&i| &network.variables[all[i].variable]).collect();
    variables.dedup_by_key(|v| v.span);
    let first = &variables.first()?.name;
    let quoted: Vec<String> =
        part.iter().map(|&i| format!("`{}`", label(network, compiled, i))).collect();
    let message = format!(
        "the data determine {} only in combination: the posterior is improper",
        listed(&quoted)
    );
    let diagnostic = Diagnostic::error("E0411", message).because(
        "there is a direction in which they can move together, however far, without a \
            change of the log density",
    );
    let diagnostic =
        variables.iter().fold(diagnostic, |d, v| d.at(v.span, "without a prior, and unbounded"));
    Some(diagnostic.try_this(if variables.len() == 1 {
        format!("give `{first}` a prior (`{first} ~ Normal(0, 10)`), or one element less")
    } else {
        format!("give one of them a prior (`{first} ~ Normal(0, 10)`), or leave one out")
    }))
}

/// `a`, `b` and `c`; only the first few of a long list.
fn listed(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] if first.len() < 4 => format!("{} and {last}", first.join(", ")),
        many => format!("{} and {} more", many[..3].join(", "), many.len() - 3),
    }
}

/// Whether this is a parameter without a prior whose elements are unrestricted.
fn is_flat(variable: &Variable) -> bool {
    has_no_prior(variable)
        && variable.event == Event::Free
        && matches!(&variable.support, Support::Real(bounds) if *bounds == Bounds::default())
}

fn error(job: &Job<'_>, name: &str, variable: &Variable) -> Diagnostic {
    let message = match job.settings.method.name().target() {
        Target::Likelihood => {
            format!("the likelihood does not depend on `{name}`: nothing determines it")
        }
        Target::Posterior => {
            format!("nothing bounds `{name}`: the posterior is improper")
        }
    };
    Diagnostic::error("E0410", message)
        .at(variable.span, "without a prior, unbounded, and the log density does not depend on it")
        .try_this(format!(
            "give `{}` a prior (`~ Normal(0, 10)`), make the model depend on it, or leave it out",
            variable.name
        ))
}
