//! The family's `draw` → samples at the points of the grid.

use super::bench::simulation_of;
use super::grid::Point;
use super::{Settings, text};
use crate::base::{Diagnostic, Sources};
use crate::lower::SimulationProgram;
use crate::program::{Computation, evaluate};
use crate::syntax::tree::{Family, Tree};

/// Draws at one point of the grid, ascending.
pub struct Sample {
    pub values: Vec<f64>,
}

impl Sample {
    pub fn median(&self) -> f64 {
        self.values[self.values.len() / 2]
    }

    /// The interquartile range.
    pub fn spread(&self) -> f64 {
        self.values[self.values.len() * 3 / 4] - self.values[self.values.len() / 4]
    }
}

/// Draws at every point of the grid.
pub fn samples(
    sources: &mut Sources,
    known: &mut Vec<Tree>,
    family: &Family,
    points: &[Point],
    settings: &Settings,
) -> Result<Vec<Sample>, Vec<Diagnostic>> {
    let count = settings.draws.max(4);
    let text = text::draws(family, points, count);
    let SimulationProgram { computation, layouts } = simulation_of(sources, known, &text)?;
    let Computation { program, values } = computation;
    let place = layouts.iter().position(|layout| layout.name == "value_").unwrap_or(0);
    let output = evaluate(&program, &values, &[], settings.seed).swap_remove(place);
    let values: Vec<f64> =
        layouts[place].positions.iter().map(|&position| output[position]).collect();
    Ok(values
        .chunks(count)
        .map(|chunk| {
            let mut values = chunk.to_vec();
            values.sort_by(f64::total_cmp);
            Sample { values }
        })
        .collect())
}
