//! The declaration of a family → texts of models that evaluate its clauses, and properties that can
//! be read off it.

use std::fmt::Write as _;

use super::grid::Point;
use crate::base::Sources;
use crate::syntax::tree::{Clause, Declaration, Expression, Family, Parameter, Tree, Type};

/// How many values one evaluation takes.
pub const CELLS: usize = 512;

/// The properties of a family that decide which checks apply.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Shape {
    /// Whether its values are whole numbers or truth values.
    pub discrete: bool,
    /// Whether its values are truth values.
    pub truth: bool,
    /// The names of its clauses.
    pub clauses: Vec<String>,
    pub draw: bool,
}

impl Shape {
    pub fn of(family: &Family) -> Self {
        let over = family.over.name.text.as_str();
        let mut shape = Self {
            discrete: matches!(over, "bool" | "int" | "count"),
            truth: over == "bool",
            ..Self::default()
        };
        for clause in &family.clauses {
            match clause {
                Clause::Function { name, .. } | Clause::Moment { name, .. } => {
                    shape.clauses.push(name.text.clone())
                }
                Clause::Draw { .. } => shape.draw = true,
                Clause::With { .. } | Clause::Example { .. } => {}
            }
        }
        shape
    }

    pub fn has(&self, clause: &str) -> bool {
        self.clauses.iter().any(|name| name == clause)
    }
}

/// Whether the value and all parameters are single numbers.
pub fn is_univariate(family: &Family) -> bool {
    let single =
        |ty: &Type| ty.axes.is_empty() && !family.axes.iter().any(|axis| axis.text == ty.name.text);
    single(&family.over) && family.parameters.iter().filter_map(|p| p.ty.as_ref()).all(single)
}

/// Only the families and functions of `trees`.
pub fn without_variables(trees: &[Tree]) -> Tree {
    let kept = |declaration: &&Declaration| {
        matches!(declaration, Declaration::Family(_) | Declaration::Function(_))
    };
    Tree {
        declarations: trees
            .iter()
            .flat_map(|tree| &tree.declarations)
            .filter(kept)
            .cloned()
            .collect(),
    }
}

/// The family with the names of its parameters as arguments, in the kinds that their types require.
fn applied(family: &Family) -> String {
    let argument = |parameter: &Parameter| {
        let name = &parameter.name.text;
        match parameter.ty.as_ref().map(|ty| ty.name.text.as_str()) {
            Some("bool") => format!("{name} > 0.5"),
            Some("int" | "count") => format!("int({name} + 0.5)"),
            Some(_) | None => name.clone(),
        }
    };
    let arguments: Vec<String> = family.parameters.iter().map(argument).collect();
    format!("{}({})", family.name.text, arguments.join(", "))
}

fn value(shape: &Shape) -> &'static str {
    if shape.truth { "value_ > 0.5" } else { "value_" }
}

/// Every clause at `CELLS` combinations of parameters and a value, as reports named `out_...`.
pub fn clauses(family: &Family, shape: &Shape, sources: &Sources) -> String {
    let (distribution, value) = (applied(family), value(shape));
    let mut text = cells(family);
    let mut report = |name: &str, formula: &str| {
        writeln!(text, "report out_{name}[cells_] = {formula}").expect("a string takes all")
    };
    let of_value = ["log_density", "cdf", "log_cdf", "log_ccdf", "quantile"];
    for clause in of_value.into_iter().filter(|clause| shape.has(clause)) {
        // A quantile takes a probability in place of the value.
        let argument = if clause == "quantile" { "value_" } else { value };
        report(clause, &format!("{clause}({distribution}, {argument})"));
    }
    for moment in ["mean", "variance"].into_iter().filter(|moment| shape.has(moment)) {
        report(moment, &format!("{moment}({distribution})"));
    }
    for (name, place) in [("lower", 0), ("upper", 1)] {
        if let Some(bound) = bound(&family.over, place) {
            report(name, &format!("({}) + 0 * value_", sources.slice(bound.span)));
        }
    }
    text
}

/// The log density as a factor, to be differentiated.
pub fn density(family: &Family, shape: &Shape) -> String {
    let mut text = cells(family);
    writeln!(text, "factor term_[cells_] = log_density({}, {})", applied(family), value(shape))
        .expect("a string takes all");
    text
}

fn cells(family: &Family) -> String {
    let mut text = format!("plate cells_ = {CELLS}\n");
    for name in family.parameters.iter().map(|p| p.name.text.as_str()).chain(["value_"]) {
        writeln!(text, "param {name}[cells_] : real").expect("a string takes all");
    }
    text
}

/// Draws at every point of the grid.
pub fn draws(family: &Family, points: &[Point], count: usize) -> String {
    let mut text = format!("plate points_ = {}\nplate draws_ = {count}\n", points.len());
    for (place, parameter) in family.parameters.iter().enumerate() {
        let values: Vec<String> =
            points.iter().map(|point| point.values[place].to_string()).collect();
        writeln!(text, "input {}[points_] : real = [{}]", parameter.name.text, values.join(", "))
            .expect("a string takes all");
    }
    writeln!(text, "observe value_[points_, draws_] ~ {}", applied(family))
        .expect("a string takes all");
    text
}

/// A bound of a type, if one is written.
fn bound(ty: &Type, place: usize) -> Option<&Expression> {
    ty.bounds.as_ref()?.get(place)?.as_ref()
}

/// The bounds implied by the name of a support: `positive`, `unit`, `count`, `bool`.
pub fn named_bounds(over: &Type) -> (f64, f64) {
    match over.name.text.as_str() {
        "positive" | "count" => (0.0, f64::INFINITY),
        "unit" | "bool" => (0.0, 1.0),
        _ => (f64::NEG_INFINITY, f64::INFINITY),
    }
}
