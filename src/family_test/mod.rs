//! A distribution family → whether its clauses agree with each other: what `pgmc family` shows.
//!
//! The clauses are evaluated as any model is: small texts in the language go through all stages,
//! and the interpreter runs their programs.

mod bench;
mod compare;
mod derivative;
mod distribution;
mod draws;
mod example;
mod grid;
mod measure;
mod moment;
mod quadrature;
mod report;
mod sample;
mod statistic;
mod support;
mod text;

pub use report::{Check, FamilyReport, Verdict};

use crate::base::{Diagnostic, Sources};
use crate::network::FAMILIES;
use crate::syntax;
use crate::syntax::tree::{Declaration, Family, Tree};
use bench::Bench;
use grid::Point;
use measure::Measure;
use sample::Sample;
use text::Shape;

/// How a family is tested.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    /// The seed of the draws.
    pub seed: u64,
    /// How many draws are made at each point of the grid.
    pub draws: usize,
    /// The probability that a correct family fails one of the tests of its draws, over all points
    /// of the grid.
    pub level: f64,
}

impl Default for Settings {
    fn default() -> Self {
        Self { seed: 1, draws: 2_000, level: 0.001 }
    }
}

/// The names of the families that trees declare, in order.
#[must_use]
pub fn names(trees: &[Tree]) -> Vec<String> {
    let declarations = trees.iter().flat_map(|tree| &tree.declarations);
    let families = declarations.filter_map(|declaration| match declaration {
        Declaration::Family(family) => Some(family.name.text.clone()),
        Declaration::Plate(_)
        | Declaration::Variable(_)
        | Declaration::Function(_)
        | Declaration::Factor(_)
        | Declaration::Import(_) => None,
    });
    families.collect()
}

/// Tests the family `name`, which `trees` declare or else the library holds.
///
/// Of families over vectors, or with vectors as parameters, only the examples are tested.
///
/// # Errors
/// Where the family is not known, or its text has a mistake.
pub fn test(
    sources: &mut Sources,
    trees: &[Tree],
    name: &str,
    settings: &Settings,
) -> Result<FamilyReport, Vec<Diagnostic>> {
    let library = if declared(trees, name).is_none() {
        from_library(sources, name)?
    } else {
        Tree::default()
    };
    let mut known = vec![text::without_variables(trees), library];
    let Some(family) = declared(&known, name).cloned() else { return Ok(FamilyReport::default()) };
    let mut checks = example::checks(sources, &mut known, &family)?;
    let points = if text::is_univariate(&family) { grid::points(&family) } else { Vec::new() };
    if !points.is_empty() {
        let subject = Subject::new(sources, &mut known, family, points, settings)?;
        checks = subject.checks().into_iter().chain(checks).collect();
        return Ok(FamilyReport { family: name.to_owned(), points: subject.points.len(), checks });
    }
    Ok(FamilyReport { family: name.to_owned(), points: 0, checks })
}

fn declared<'a>(trees: &'a [Tree], name: &str) -> Option<&'a Family> {
    trees.iter().flat_map(|tree| &tree.declarations).find_map(|declaration| match declaration {
        Declaration::Family(family) if family.name.text == name => Some(family),
        Declaration::Family(_)
        | Declaration::Plate(_)
        | Declaration::Variable(_)
        | Declaration::Function(_)
        | Declaration::Factor(_)
        | Declaration::Import(_) => None,
    })
}

fn from_library(sources: &mut Sources, name: &str) -> Result<Tree, Vec<Diagnostic>> {
    let Some((_, path, text)) = FAMILIES.iter().find(|(known, _, _)| *known == name) else {
        return Err(vec![
            Diagnostic::error("E0506", format!("unknown family `{name}`"))
                .try_this("name a family of the file or of the library"),
        ]);
    };
    let source = sources.add(*path, *text);
    syntax::parse(sources, source)
}

/// A family at the points of its grid, with everything that the checks compare.
struct Subject {
    family: Family,
    points: Vec<Point>,
    shape: Shape,
    bench: Bench,
    /// Draws at each point; none where the family has no `draw` clause.
    samples: Option<Vec<Sample>>,
    /// The distribution defined by the density alone, at each point.
    measures: Vec<Measure>,
    settings: Settings,
}

impl Subject {
    fn new(
        sources: &mut Sources,
        known: &mut Vec<Tree>,
        family: Family,
        points: Vec<Point>,
        settings: &Settings,
    ) -> Result<Self, Vec<Diagnostic>> {
        let shape = Shape::of(&family);
        let bench = Bench::new(sources, known, &family, &points)?;
        let samples = if shape.draw {
            Some(sample::samples(sources, known, &family, &points, settings)?)
        } else {
            None
        };
        let measures = measure::measures(&bench, &shape, &points, samples.as_deref());
        Ok(Self { family, points, shape, bench, samples, measures, settings: *settings })
    }

    fn checks(&self) -> Vec<Check> {
        let mut checks = vec![self.integral(), self.outside(), self.defined()];
        checks.extend(self.derivatives());
        checks.extend(self.distribution_functions());
        checks.extend(self.sampling());
        checks.extend(self.moments());
        checks
    }

    /// The family with the parameters of a point: `Gamma(0.5, 2)`.
    fn shown(&self, point: usize) -> String {
        format!("{}({})", self.family.name.text, self.points[point].shown())
    }

    /// The same, with a value.
    fn shown_at(&self, point: usize, value: f64) -> String {
        format!("{} at {}", self.shown(point), report::number(value))
    }
}
