//! Clauses as programs: parameters and values → numbers.

use super::grid::Point;
use super::text::{self, CELLS, Shape};
use crate::base::{Diagnostic, Sources};
use crate::bind::{self, Purpose};
use crate::gradient;
use crate::lower::{self, Form, Lowered, Question};
use crate::network;
use crate::program::{Computation, OutputRole, Program, Values, evaluate};
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
    program: Program,
    values: Values,
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
        let lowered = lower_text(sources, known, &clauses, Question::Density { jacobian: false })?;
        let density = text::density(family, &shape);
        let density = lower_text(sources, known, &density, Question::Density { jacobian: false })?;
        let term = Computation { program: density.program, values: density.values };
        let gradient = gradient::differentiate(term.without_outputs());
        let mut bench = Self {
            clauses: clauses_of(&lowered),
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
            let output = evaluate(&clause.program, &clause.values, &self.coordinates(chunk), 0);
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
fn clauses_of(lowered: &Lowered) -> Vec<Clause> {
    let outputs = lowered.program.outputs.iter().zip(&lowered.layouts);
    outputs
        .filter_map(|(output, layout)| {
            let name = layout.name.strip_prefix("out_")?.to_owned();
            let mut program = lowered.program.clone();
            program.outputs = vec![output.clone()];
            program.terms.clear();
            Some(Clause {
                name,
                program,
                values: lowered.values.clone(),
                positions: layout.positions.clone(),
            })
        })
        .collect()
}

/// Takes the text of a model, with the known families, through the stages.
pub fn lower_text(
    sources: &mut Sources,
    known: &mut Vec<Tree>,
    text: &str,
    question: Question,
) -> Result<Lowered, Vec<Diagnostic>> {
    let source = sources.add("a test of the family", text);
    known.push(syntax::parse(sources, source)?);
    let network = network::build(known, sources);
    known.pop();
    let network = network?;
    let binding = bind::bind(
        &bind::Request { network: &network, files: &[], sizes: &[], purpose: Purpose::Simulate },
        sources,
    )?;
    lower::lower(&lower::Request {
        network: &network,
        binding: &binding,
        question,
        forms: Form::Auto.into(),
    })
}
