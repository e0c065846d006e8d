//! Clauses as programs: parameters and values → numbers.

use super::grid::Point;
use super::text::{self, CELLS, Shape};
use crate::base::{Diagnostic, Sources};
use crate::bind::{self, Binding, Purpose};
use crate::gradient;
use crate::lower::{self, DensityProgram, Form, Lowered, Scale, SimulationProgram};
use crate::network;
use crate::network::Network;
use crate::program::{Computation, OutputRole, evaluate};
use crate::syntax;
use crate::syntax::tree::{Family, Tree};

/// The parameters of a family, and a value.
#[derive(Clone, Debug)]
pub struct Cell {
    pub parameters: Vec<f64>,
    pub value: f64,
}

/// The clauses of a family, ready to be evaluated at any parameters and values.
pub struct Bench {
    clauses: Vec<Clause>,
    gradient: Computation,
    /// The ends of the support at each point of the grid.
    pub supports: Vec<(f64, f64)>,
    parameters: usize,
}

struct Clause {
    name: String,
    computation: Computation,
    positions: Vec<usize>,
}

impl Bench {
    pub fn new(
        sources: &mut Sources,
        known: &mut Vec<Tree>,
        family: &Family,
        points: &[Point],
    ) -> Result<Self, Vec<Diagnostic>> {
        let shape = Shape::of(family);
        let clauses = text::clauses(family, &shape, sources);
        let reports = density_of(sources, known, &clauses)?;
        let density = text::density(family, &shape);
        let density = density_of(sources, known, &density)?.computation;
        let gradient = gradient::differentiate(density.without_outputs());
        let mut bench = Self {
            clauses: clauses_of(&reports),
            gradient,
            supports: Vec::new(),
            parameters: family.parameters.len(),
        };
        bench.supports = points.iter().map(|point| bench.support(family, point)).collect();
        Ok(bench)
    }

    /// The ends of the support at a point.
    fn support(&self, family: &Family, point: &Point) -> (f64, f64) {
        let (lower, upper) = text::named_bounds(&family.over);
        let bound = |name: &str, otherwise: f64| {
            let values =
                self.evaluate(name, &[Cell { parameters: point.values.clone(), value: 0.0 }]);
            values.map_or(otherwise, |values| values[0])
        };
        (bound("lower", lower), bound("upper", upper))
    }

    /// A clause evaluated at each cell; none where the family lacks the clause.
    pub fn evaluate(&self, clause: &str, cells: &[Cell]) -> Option<Vec<f64>> {
        let clause = self.clauses.iter().find(|c| c.name == clause)?;
        let mut results = Vec::with_capacity(cells.len());
        for chunk in cells.chunks(CELLS) {
            let Computation { program, values } = &clause.computation;
            let output = evaluate(program, values, &self.coordinates(chunk), 0);
            results.extend(
                clause.positions.iter().take(chunk.len()).map(|&position| output[0][position]),
            );
        }
        Some(results)
    }

    /// The derivatives of the log density at each cell: by each parameter, then by the value.
    pub fn gradient(&self, cells: &[Cell]) -> Vec<Vec<f64>> {
        let mut results = Vec::with_capacity(cells.len());
        let Computation { program, values } = &self.gradient;
        for chunk in cells.chunks(CELLS) {
            let outputs = evaluate(program, values, &self.coordinates(chunk), 0);
            let mut flat = vec![0.0; CELLS * (self.parameters + 1)];
            for (output, result) in program.outputs.iter().zip(outputs) {
                if let OutputRole::Gradient(range) = &output.role {
                    flat[range.clone()].copy_from_slice(&result);
                }
            }
            let of_cell = |cell: usize| {
                (0..=self.parameters).map(|place| flat[place * CELLS + cell]).collect()
            };
            results.extend((0..chunk.len()).map(of_cell));
        }
        results
    }

    /// The vector of unknowns: each parameter over all cells, then the values; cells that are not
    /// used repeat the first one.
    fn coordinates(&self, cells: &[Cell]) -> Vec<f64> {
        let mut q = Vec::with_capacity(CELLS * (self.parameters + 1));
        for place in 0..=self.parameters {
            for i in 0..CELLS {
                let cell = cells.get(i).unwrap_or(&cells[0]);
                q.push(cell.parameters.get(place).copied().unwrap_or(cell.value));
            }
        }
        q
    }
}

/// Each report as a program of its own.
fn clauses_of(reports: &DensityProgram) -> Vec<Clause> {
    let outputs = reports.computation.program.outputs.iter().zip(&reports.layouts);
    outputs
        .filter_map(|(output, layout)| {
            let name = layout.name.strip_prefix("out_")?.to_owned();
            let mut computation = reports.computation.clone().without_terms();
            computation.program.outputs = vec![output.clone()];
            Some(Clause { name, computation, positions: layout.positions.clone() })
        })
        .collect()
}

/// The log density of a model by its text, with the known families; parameters on their own scale.
/// The text declares no discrete unknowns.
pub fn density_of(
    sources: &mut Sources,
    known: &mut Vec<Tree>,
    text: &str,
) -> Result<DensityProgram, Vec<Diagnostic>> {
    let (network, binding) = bound(sources, known, text)?;
    let forms = Form::Auto.into();
    let request = lower::Request { network: &network, binding: &binding, forms };
    match lower::density(&request, Scale::Natural)? {
        Lowered::Closed(density) => Ok(density),
        Lowered::Open(_) => unreachable!("tests of families have real unknowns alone"),
    }
}

/// The forward simulation of a model by its text, with the known families.
pub fn simulation_of(
    sources: &mut Sources,
    known: &mut Vec<Tree>,
    text: &str,
) -> Result<SimulationProgram, Vec<Diagnostic>> {
    let (network, binding) = bound(sources, known, text)?;
    lower::simulation(&network, &binding)
}

/// Takes the text of a model without data, with the known families, through the stages before
/// lowering.
fn bound(
    sources: &mut Sources,
    known: &mut Vec<Tree>,
    text: &str,
) -> Result<(Network, Binding), Vec<Diagnostic>> {
    let source = sources.add("a test of the family", text);
    known.push(syntax::parse(sources, source)?);
    let network = network::build(known, sources);
    known.pop();
    let network = network?;
    let purpose = Purpose::Simulate;
    let request = bind::Request { network: &network, files: &[], sizes: &[], purpose };
    let binding = bind::bind(&request, sources)?;
    Ok((network, binding))
}
