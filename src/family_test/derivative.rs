//! The derivatives of the log density that the compiler generates, against finite differences.

use super::Subject;
use super::bench::Cell;
use super::compare::LEVELS;
use super::report::Check;

/// The relative difference that is accepted. Fourth-order differences with the step below are
/// accurate to about 1e-9.
const LIMIT: f64 = 1e-5;

impl Subject {
    /// One check for each real parameter, and one for the value.
    pub(super) fn derivatives(&self) -> Vec<Check> {
        let cells = self.inner_cells();
        let gradient = self.bench.gradient(&cells);
        let mut checks = Vec::new();
        for (place, parameter) in self.family.parameters.iter().enumerate() {
            if matches!(
                parameter.ty.as_ref().map(|ty| ty.name.text.as_str()),
                Some("int" | "count" | "bool")
            ) {
                continue;
            }
            checks.push(self.derivative(
                &format!("derivative by {}", parameter.name.text),
                &cells,
                &gradient,
                place,
            ));
        }
        if !self.shape.discrete {
            checks.push(self.derivative(
                "derivative by the value",
                &cells,
                &gradient,
                self.family.parameters.len(),
            ));
        }
        checks
    }

    /// Values spread over each distribution.
    fn inner_cells(&self) -> Vec<Cell> {
        let values = |(point, measure): (usize, &super::measure::Measure)| {
            let parameters = self.points[point].values.clone();
            LEVELS.map(|level| Cell {
                parameters: parameters.clone(),
                value: measure.quantile(level, self.shape.discrete),
            })
        };
        self.measures.iter().enumerate().flat_map(values).collect()
    }

    fn derivative(&self, name: &str, cells: &[Cell], gradient: &[Vec<f64>], place: usize) -> Check {
        let steps: Vec<f64> =
            (0..cells.len()).map(|i| self.step(&cells[i], i / LEVELS.len(), place)).collect();
        let moved = |by: f64| -> Vec<f64> {
            let cells: Vec<Cell> = cells
                .iter()
                .zip(&steps)
                .map(|(cell, step)| shifted(cell, place, by * step))
                .collect();
            self.bench.evaluate("log_density", &cells).unwrap_or_default()
        };
        let (near, far) = ([moved(-1.0), moved(1.0)], [moved(-2.0), moved(2.0)]);
        let here = moved(0.0);
        let compared = (0..cells.len()).filter_map(|i| {
            let difference =
                (8.0 * (near[1][i] - near[0][i]) - (far[1][i] - far[0][i])) / (12.0 * steps[i]);
            let rounding = 1e3 * f64::EPSILON * (1.0 + here[i].abs()) / steps[i];
            // Where a step leaves the support there is nothing to compare.
            let exact = gradient[i][place];
            let size =
                exact.abs().max(difference.abs()) + rounding / LIMIT + 1e-8 / steps[i] * 1e-3;
            difference.is_finite().then(|| {
                ((exact - difference).abs() / size, self.shown_at(i / LEVELS.len(), cells[i].value))
            })
        });
        Check::of(name, LIMIT, compared)
    }

    /// A thousandth of the scale on which the density varies.
    fn step(&self, cell: &Cell, point: usize, place: usize) -> f64 {
        match cell.parameters.get(place) {
            Some(parameter) if self.bounded(place) => {
                1e-3 * parameter.abs().min((1.0 - parameter).abs().max(1e-2)).max(1e-3)
            }
            // A parameter may move an end of the support, as the value does.
            Some(_) | None => self.value_step(point, cell.value),
        }
    }

    /// The step for a value: a thousandth of the width of the distribution, or of the distance to
    /// an end of the support where that is shorter.
    pub(super) fn value_step(&self, point: usize, value: f64) -> f64 {
        let (lower, upper) = self.bench.supports[point];
        1e-3 * self.width(point).min(value - lower).min(upper - value).max(1e-12 * value.abs())
    }

    /// Whether a parameter has bounds, so that its own size is its scale.
    fn bounded(&self, place: usize) -> bool {
        let ty = self.family.parameters[place].ty.as_ref();
        matches!(ty.map(|ty| ty.name.text.as_str()), Some("positive" | "unit"))
    }

    /// The interquartile range of a distribution.
    pub(super) fn width(&self, point: usize) -> f64 {
        let measure = &self.measures[point];
        let width = measure.quantile(0.75, self.shape.discrete)
            - measure.quantile(0.25, self.shape.discrete);
        if width > 0.0 { width } else { 1.0 }
    }
}

fn shifted(cell: &Cell, place: usize, by: f64) -> Cell {
    let mut moved = cell.clone();
    match moved.parameters.get_mut(place) {
        Some(parameter) => *parameter += by,
        None => moved.value += by,
    }
    moved
}
