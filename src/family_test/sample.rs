//! The family's `draw` → samples at the points of the grid.

use super::bench::lower_text;
use super::grid::Point;
use super::{Settings, text};
use crate::base::{Diagnostic, Sources};
use crate::lower::Question;
use crate::program::evaluate;
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
    let lowered = lower_text(sources, known, &text, Question::Simulation)?;
    let place = lowered.layouts.iter().position(|layout| layout.name == "value_").unwrap_or(0);
    let output = evaluate(&lowered.program, &lowered.values, &[], settings.seed).swap_remove(place);
    let values: Vec<f64> =
        lowered.layouts[place].positions.iter().map(|&position| output[position]).collect();
    Ok(values
        .chunks(count)
        .map(|chunk| {
            let mut values = chunk.to_vec();
            values.sort_by(f64::total_cmp);
            Sample { values }
        })
        .collect())
}
