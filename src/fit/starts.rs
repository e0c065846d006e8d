//! Starting values that the user names → a point of the density.

use std::collections::BTreeMap;

use super::axes::Axes;
use super::explain;
use super::init::Init;
use super::job::Job;
use super::scalars::BEYOND;
use crate::base::diagnostic::nearest;
use crate::base::{Diagnostic, setting, words};
use crate::density::LogDensity;
use crate::inference::{InferenceError, NutsSettings, OptimiseSettings};
use crate::lower::unconstrain::{self, Coordinates};
use crate::lower::{CoordinateKind, Layout};
use crate::network::Network;
use crate::network::ir::{Event, Support, Variable, VariableId};
use crate::pipeline::Compiled;

/// A point as far as it is given: None where a coordinate has its usual start.
type Start = Vec<Option<f64>>;

/// The settings of an optimiser with the starts that a job asks for.
///
/// # Errors
/// As [`start`]; values at which the density is not finite.
pub fn of_optimiser<D: LogDensity + Clone>(
    job: &Job<'_>,
    compiled: &Compiled<D>,
    mut settings: OptimiseSettings,
) -> Result<OptimiseSettings, Vec<Diagnostic>> {
    if let Some(starts) = job.settings.starts {
        (settings.starts, settings.further) = (starts.get(), 0);
    }
    if let Some(init) = &job.settings.init {
        let network = &job.model.network;
        let start = start(network, compiled, init)?;
        // What is not given begins in the middle of its range.
        let q: Vec<f64> = start.into_iter().map(|known| known.unwrap_or(0.0)).collect();
        let mut gradient = vec![0.0; q.len()];
        let value = compiled.density.clone().evaluate(&q, &mut gradient);
        if !value.is_finite() || gradient.iter().any(|entry| !entry.is_finite()) {
            let error = InferenceError::NoFiniteStart { chain: 0, tried: 1, q, value };
            return Err(explain::error(&error, network, compiled));
        }
        settings.init = Some(q);
    }
    Ok(settings)
}

/// The settings of a sampler whose chains begin where a job asks for.
///
/// # Errors
/// As [`start`].
pub fn of_sampler<D: LogDensity + Clone>(
    job: &Job<'_>,
    compiled: &Compiled<D>,
    settings: NutsSettings,
) -> Result<NutsSettings, Vec<Diagnostic>> {
    let network = &job.model.network;
    let init = job.settings.init.as_ref().map(|init| start(network, compiled, init));
    Ok(NutsSettings { init: init.transpose()?.unwrap_or_default(), ..settings })
}

/// The coordinates of the density at these values. Variables that are integrated out or written as
/// functions of noise have none, and keep their usual start.
///
/// # Errors
/// Names that the model does not have, numbers that are too few or too many, values outside the
/// support.
fn start<D: LogDensity + Clone>(
    network: &Network,
    compiled: &Compiled<D>,
    init: &Init,
) -> Result<Start, Vec<Diagnostic>> {
    let mut errors = Vec::new();
    let named = named(network, compiled, init, &mut errors);
    let mut placing = Placing {
        network,
        compiled,
        density: compiled.density.clone(),
        start: vec![None; compiled.coordinates.len()],
        errors,
    };
    for (id, variable) in in_order(network, compiled) {
        let layout = compiled.layouts.iter().find(|layout| layout.name == variable.name);
        if let Some((layout, values)) = layout.and_then(|l| Some((l, named.get(&l.name)?))) {
            placing.place((id, variable), layout, values);
        }
    }
    let Placing { start, mut errors, .. } = placing;
    if init.of_fit {
        errors.clear();
    }
    if errors.is_empty() { Ok(start) } else { Err(errors) }
}

/// The variables with coordinates, those first that bounds of later ones may depend on.
fn in_order<'a, D>(
    network: &'a Network,
    compiled: &Compiled<D>,
) -> Vec<(VariableId, &'a Variable)> {
    let mut found: Vec<VariableId> = Vec::new();
    for coordinate in &compiled.coordinates {
        if !found.contains(&coordinate.variable) {
            found.push(coordinate.variable);
        }
    }
    found.into_iter().map(|id| (id, &network.variables[id])).collect()
}

/// The values by variable and element.
fn named<D>(
    network: &Network,
    compiled: &Compiled<D>,
    init: &Init,
    errors: &mut Vec<Diagnostic>,
) -> BTreeMap<String, Vec<Option<f64>>> {
    let mut named: BTreeMap<String, Vec<Option<f64>>> = BTreeMap::new();
    let is_unknown =
        |layout: &&Layout| network.variable(&layout.name).is_some_and(|id| is_unknown(network, id));
    let unknown: Vec<&Layout> = compiled.layouts.iter().filter(is_unknown).collect();
    for (name, values) in &init.values {
        let whole = unknown.iter().find(|layout| layout.name == *name);
        let element = unknown
            .iter()
            .find_map(|layout| Some((*layout, layout.names.iter().position(|n| n == name)?)));
        match (whole, element) {
            (Some(layout), _) if values.len() == layout.names.len() => {
                named.insert(name.clone(), values.iter().copied().map(Some).collect());
            }
            (None, Some((layout, place))) if values.len() == 1 => {
                let all = named.entry(layout.name.clone());
                let all = all.or_insert_with(|| vec![None; layout.names.len()]);
                all[place] = values.first().copied();
            }
            (Some(layout), _) => errors.push(wrong_shape(network, layout, values.len())),
            (None, Some((layout, _))) => errors.push(wrong_shape(network, layout, values.len())),
            (None, None) => errors.push(not_unknown(network, &unknown, name)),
        }
    }
    named
}

/// Whether a variable is an unknown, or an observed one with missing cells.
fn is_unknown(network: &Network, id: VariableId) -> bool {
    let variable = &network.variables[id];
    variable.is_unknown() || variable.is_observed()
}

/// What puts values to their coordinates.
struct Placing<'a, D> {
    network: &'a Network,
    compiled: &'a Compiled<D>,
    density: D,
    start: Start,
    errors: Vec<Diagnostic>,
}

impl<D: LogDensity> Placing<'_, D> {
    fn place(
        &mut self,
        (id, variable): (VariableId, &Variable),
        layout: &Layout,
        values: &[Option<f64>],
    ) {
        let first = |kind: CoordinateKind| {
            let is_first = |c: &&crate::lower::Coordinate| c.variable == id && c.kind == kind;
            self.compiled.coordinates.iter().position(|c| is_first(&c))
        };
        let own = first(CoordinateKind::Element).or_else(|| first(CoordinateKind::Missing));
        if variable.event == Event::Free {
            if let Some(first) = own {
                self.place_numbers((variable, first), layout, values);
            }
            return;
        }
        let others = own.or_else(|| first(CoordinateKind::Transformed));
        let log_diagonal = first(CoordinateKind::LogDiagonal);
        if others.is_some() || log_diagonal.is_some() {
            self.place_events(variable, layout, values, (others, log_diagonal));
        }
    }

    /// Numbers with a coordinate each.
    fn place_numbers(
        &mut self,
        (variable, first): (&Variable, usize),
        layout: &Layout,
        values: &[Option<f64>],
    ) {
        let index = layout_offset(self.compiled, layout);
        for (element, value) in values.iter().enumerate() {
            let Some(value) = *value else { continue };
            let at = first + layout.positions[element];
            let (lower, upper) = self.ends(variable, at, index + element);
            match unconstrain::coordinate(value, lower, upper) {
                Some(coordinate) => self.start[at] = Some(coordinate),
                None => self.errors.push(outside(
                    variable,
                    &format!("{} = {value}", layout.names[element]),
                    &format!("it is to be {}", range_words(lower, upper)),
                )),
            }
        }
    }

    /// The ends of the range of a value: numbers of the model or, where they are data or other
    /// variables, what the value tends to as its coordinate goes to either side.
    fn ends(&mut self, variable: &Variable, at: usize, value: usize) -> (f64, f64) {
        let Support::Real(bounds) = &variable.support else {
            return (f64::NEG_INFINITY, f64::INFINITY);
        };
        let mut q: Vec<f64> = self.start.iter().map(|known| known.unwrap_or(0.0)).collect();
        let mut values = vec![0.0; self.density.constrained_dim()];
        let mut limit = |coordinate: f64| {
            q[at] = coordinate;
            self.density.constrain(&q, &mut values);
            values[value]
        };
        let has_both = bounds.lower.is_some() && bounds.upper.is_some();
        let mut end = |bound: Option<_>, upwards: bool| {
            let number = bound.map(|bound| self.network.number(bound));
            let infinite = if upwards { f64::INFINITY } else { f64::NEG_INFINITY };
            number.map_or(infinite, |number| {
                number.unwrap_or_else(|| limit(if upwards && has_both { BEYOND } else { -BEYOND }))
            })
        };
        (end(bounds.lower, false), end(bounds.upper, true))
    }

    /// Vectors and matrices whose elements depend on each other.
    fn place_events(
        &mut self,
        variable: &Variable,
        layout: &Layout,
        values: &[Option<f64>],
        (others, log_diagonal): (Option<usize>, Option<usize>),
    ) {
        let axes = Axes::of(variable, layout);
        for event in 0..axes.events() {
            let elements = event * axes.size()..(event + 1) * axes.size();
            let given: Vec<f64> = values[elements.clone()].iter().copied().flatten().collect();
            if given.is_empty() {
                continue;
            }
            if given.len() < axes.size() {
                self.errors.push(incomplete(variable, &layout.names[elements]));
                continue;
            }
            let found = match unconstrain::coordinates(variable.event, &given) {
                Ok(found) => found,
                Err(words) => {
                    let what = format!("the values of `{}`", variable.name);
                    let why = format!("such a variable {words}");
                    self.errors.push(outside(variable, &what, &why));
                    continue;
                }
            };
            let Coordinates { log_diagonal: diagonal, others: rest } = found;
            let own = variable.event;
            let own = matches!(own, Event::Ordered | Event::PositiveOrdered | Event::UnitVector);
            for (number, coordinate) in rest.iter().enumerate() {
                let place = if own {
                    layout.positions[event * axes.size() + number]
                } else {
                    axes.place(event, None) * rest.len() + number
                };
                if let Some(slot) = others.and_then(|first| self.start.get_mut(first + place)) {
                    *slot = Some(*coordinate);
                }
            }
            for (row, coordinate) in diagonal.iter().enumerate() {
                let place = axes.place(event, Some(row));
                if let Some(slot) = log_diagonal.and_then(|f| self.start.get_mut(f + place)) {
                    *slot = Some(*coordinate);
                }
            }
        }
    }
}

/// How many named values come before those of a layout.
fn layout_offset<D>(compiled: &Compiled<D>, layout: &Layout) -> usize {
    let before = compiled.layouts.iter().take_while(|other| other.name != layout.name);
    before.map(|other| other.names.len()).sum()
}

fn range_words(lower: f64, upper: f64) -> String {
    match (lower.is_finite(), upper.is_finite()) {
        (false, false) => "a finite number".to_owned(),
        (true, false) => format!("above {lower}"),
        (false, true) => format!("below {upper}"),
        (true, true) => format!("between {lower} and {upper}, and neither of them"),
    }
}

fn outside(variable: &Variable, what: &str, because: &str) -> Diagnostic {
    Diagnostic::error("E0433", format!("no start can be made at {what}: {because}"))
        .at(variable.span, "declared here")
        .try_this([words("another value, or leave it out of "), setting("init")])
}

fn incomplete(variable: &Variable, names: &[String]) -> Diagnostic {
    let (first, last) = (names.first(), names.last());
    let names = first.zip(last).map_or_else(String::new, |(a, b)| format!("{a} to {b}"));
    let message = format!("`{}` is started whole or not at all: {names}", variable.name);
    Diagnostic::error("E0432", message)
        .at(variable.span, "its elements depend on each other")
        .try_this([words("give all of them in "), setting("init"), words(", or none")])
}

fn wrong_shape(network: &Network, layout: &Layout, given: usize) -> Diagnostic {
    let count = layout.names.len();
    let numbers = |n: usize| if n == 1 { "1 number".to_owned() } else { format!("{n} numbers") };
    let message =
        format!("`{}` has {}, and {} to start from", layout.name, numbers(count), numbers(given));
    let error = Diagnostic::error("E0432", message);
    let place = network.variable(&layout.name).map(|id| network.variables[id].span);
    let error = match place {
        Some(span) => error.at(span, "declared here"),
        None => error,
    };
    if count == 1 {
        return error.try_this("give it one number");
    }
    let example = layout.names.first().map_or("", String::as_str);
    error
        .try_this(format!("give all of them in one list, or elements by name, such as `{example}`"))
}

/// A name that is none of an unknown.
fn not_unknown(network: &Network, unknown: &[&Layout], name: &str) -> Diagnostic {
    let bare = name.split('[').next().unwrap_or(name);
    if let Some(id) = network.variable(bare).filter(|&id| !is_unknown(network, id)) {
        return Diagnostic::error("E0431", format!("`{bare}` is no unknown: it has no start"))
            .at(network.variables[id].span, "its value follows from data and other variables")
            .try_this([words(format!("leave `{name}` out of ")), setting("init")]);
    }
    let message = format!("the model has no unknown called `{name}`");
    let all = unknown.iter().flat_map(|layout| {
        std::iter::once(layout.name.as_str()).chain(layout.names.iter().map(String::as_str))
    });
    let error = Diagnostic::error("E0431", message);
    match nearest(name, all) {
        Some(near) => error.try_this(format!("did you mean `{near}`?")),
        None => {
            let names: Vec<&str> = unknown.iter().map(|layout| layout.name.as_str()).collect();
            error.try_this(format!("the unknowns are {}", names.join(", ")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Sources;
    use crate::bind::Purpose;
    use crate::lower::{Form, Scale};
    use crate::pipeline::{self, Model, no_imports};

    /// Variables of every kind, also over plates, and ends that other variables make.
    const VARIABLES: &str = "param s[groups] : simplex[k]\nparam o[rows, groups] : ordered[k]
param p[groups] : positive_ordered[k]\nparam u[groups, rows] : unit_vector[k]
param z[groups] : sum_to_zero[k]\nparam c[rows] : correlation[k]
param l[groups] : cholesky_correlation[k]\nparam v[rows, groups] : covariance[k]
param w[groups, rows] : cholesky_covariance[k]\nparam a : positive\nparam b : real(a, _)
param d : real(_, 3)\nparam e[groups] : real(-1, a)\nparam f[groups, rows]
latent h[rows] ~ Gamma(a, 1)\n";

    fn compiled(plates: &str) -> (Model, Compiled) {
        let mut sources = Sources::new();
        let source = sources.add("model.pgm", format!("{plates}{VARIABLES}"));
        let model = Model::parse(&mut sources, source, &mut no_imports).expect("a model");
        let binding = model.bind(&[], &[], Purpose::Fit, &sources).expect("no data");
        let open = model.open_density(&binding, Scale::Natural, Form::Centred).expect("a density");
        let compiled = pipeline::compile_open(open).expect("code");
        (model, compiled)
    }

    /// A point without a pattern.
    fn point(dim: usize) -> Vec<f64> {
        (0..dim).map(|i| 1.5 * (7.1 * i as f64 + 0.3).sin()).collect()
    }

    #[test]
    fn values_lead_back_to_their_coordinates() {
        // The canonical layout follows the plates as they are declared.
        for plates in ["k = 3, groups = 4, rows = 2", "rows = 2, groups = 4, k = 3"] {
            let plates: String =
                plates.split(", ").map(|plate| format!("plate {plate}\n")).collect();
            let (model, mut compiled) = compiled(&plates);
            let q = point(compiled.density.dim());
            let mut values = vec![0.0; compiled.density.constrained_dim()];
            compiled.density.constrain(&q, &mut values);
            let mut rest = values.iter().copied();
            let given = |layout: &Layout| {
                (layout.name.clone(), rest.by_ref().take(layout.names.len()).collect())
            };
            let values_by_name = compiled.layouts.iter().map(given).collect();
            let init = Init { values: values_by_name, of_fit: false };
            let start = start(&model.network, &compiled, &init).expect("within supports");
            let known: Vec<f64> = start.iter().map(|known| known.expect("all are given")).collect();
            for (i, coordinate) in compiled.coordinates.iter().enumerate() {
                let variable = &model.network.variables[coordinate.variable];
                // The length of a unit vector's coordinates is free.
                if variable.event != Event::UnitVector {
                    let name = coordinate.name(&model.network);
                    assert!((known[i] - q[i]).abs() < 1e-9, "{name}: {} {}", known[i], q[i]);
                }
            }
            let mut again = vec![0.0; values.len()];
            compiled.density.constrain(&known, &mut again);
            for (one, other) in values.iter().zip(&again) {
                assert!((one - other).abs() < 1e-12 * (1.0 + one.abs()), "{one} {other}");
            }
        }
    }
}
