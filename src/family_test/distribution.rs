//! Distribution functions and quantiles, against the density and against each other.

use super::Subject;
use super::compare::LEVELS;
use super::report::Check;

impl Subject {
    pub(super) fn distribution_functions(&self) -> Vec<Check> {
        if !self.shape.has("cdf") {
            return vec![Check::skipped("cdf", "no clause")];
        }
        let mut checks = vec![self.cdf_is_the_integral(), self.cdf_ends()];
        if !self.shape.discrete {
            checks.push(self.cdf_slope());
        }
        for (clause, below) in [("log_cdf", true), ("log_ccdf", false)] {
            if self.shape.has(clause) {
                checks.push(self.log_of_cdf(clause, below));
            }
        }
        if self.shape.has("quantile") {
            checks.push(self.quantile());
        }
        checks
    }

    /// Values spread over each distribution, with their points of the grid.
    fn across(&self) -> Vec<(usize, f64)> {
        let values = |(point, measure): (usize, &super::measure::Measure)| {
            LEVELS.map(|level| (point, measure.quantile(level, self.shape.discrete)))
        };
        self.measures.iter().enumerate().flat_map(values).collect()
    }

    fn cdf_is_the_integral(&self) -> Check {
        let mut points = Vec::new();
        let mut expected = Vec::new();
        for (point, measure) in self.measures.iter().enumerate() {
            let step = measure.cumulative.len().div_ceil(100).max(1);
            for &(value, probability) in measure.cumulative.iter().step_by(step) {
                points.push((point, value));
                expected.push(probability);
            }
        }
        let cdf = self.evaluate("cdf", &points);
        let deviations = points.iter().zip(cdf.iter().zip(&expected)).map(
            |(&(point, value), (cdf, expected))| {
                ((cdf - expected).abs(), self.shown_at(point, value))
            },
        );
        Check::of(
            "cdf is the integral of the density",
            if self.shape.discrete { 1e-9 } else { 1e-6 },
            deviations,
        )
    }

    /// The cdf is 0 at or far below the lower end, and 1 at or far above the upper end.
    fn cdf_ends(&self) -> Check {
        let mut points = Vec::new();
        let mut expected = Vec::new();
        for (point, &(lower, upper)) in self.bench.supports.iter().enumerate() {
            let below = if self.shape.discrete { lower - 1.0 } else { lower };
            points.extend([(point, below), (point, upper)]);
            expected.extend([0.0, 1.0]);
        }
        let (points, expected): (Vec<(usize, f64)>, Vec<f64>) = points
            .into_iter()
            .zip(expected)
            .filter(|((_, value), _)| value.is_finite() && !self.shape.truth)
            .unzip();
        let cdf = self.evaluate("cdf", &points);
        let deviations = points.iter().zip(cdf.iter().zip(&expected)).map(
            |(&(point, value), (cdf, expected))| {
                ((cdf - expected).abs(), self.shown_at(point, value))
            },
        );
        Check::of("cdf at the ends of the support", 1e-12, deviations)
    }

    fn cdf_slope(&self) -> Check {
        let points = self.across();
        let steps: Vec<f64> =
            points.iter().map(|&(point, value)| self.value_step(point, value)).collect();
        let moved = |by: f64| -> Vec<f64> {
            let points: Vec<(usize, f64)> = points
                .iter()
                .zip(&steps)
                .map(|(&(point, value), step)| (point, value + by * step))
                .collect();
            self.evaluate("cdf", &points)
        };
        let (near, far) = ([moved(-1.0), moved(1.0)], [moved(-2.0), moved(2.0)]);
        let density = self.evaluate("log_density", &points);
        let compared = (0..points.len()).map(|i| {
            let (point, value) = points[i];
            let slope =
                (8.0 * (near[1][i] - near[0][i]) - (far[1][i] - far[0][i])) / (12.0 * steps[i]);
            let density = density[i].exp();
            // Relative to the density where that is large; rounding of the cdf is magnified by the
            // step.
            let scale = density.max(1.0 / self.width(point)) + 1e-9 / steps[i];
            ((slope - density).abs() / scale, self.shown_at(point, value))
        });
        Check::of("slope of cdf is the density", 1e-6, compared)
    }

    /// `log_cdf` or `log_ccdf` against the cdf, relative to the probability.
    fn log_of_cdf(&self, clause: &str, below: bool) -> Check {
        let points = self.across();
        let (logs, cdf) = (self.evaluate(clause, &points), self.evaluate("cdf", &points));
        let deviations =
            points.iter().zip(logs.iter().zip(&cdf)).map(|(&(point, value), (logs, cdf))| {
                let probability = if below { *cdf } else { 1.0 - cdf };
                (
                    (logs.exp() - probability).abs() / probability.max(1e-6),
                    self.shown_at(point, value),
                )
            });
        Check::of(&format!("{clause} agrees with cdf"), 1e-9, deviations)
    }

    /// quantile(cdf(y)) = y; for whole numbers, with a probability in the middle of those that
    /// belong to y.
    fn quantile(&self) -> Check {
        let points = self.across();
        let (cdf, density) = (self.evaluate("cdf", &points), self.evaluate("log_density", &points));
        let asked: Vec<(usize, f64)> = (0..points.len())
            .map(|i| {
                let mass = if self.shape.discrete { 0.5 * density[i].exp() } else { 0.0 };
                (points[i].0, cdf[i] - mass)
            })
            .collect();
        let quantiles = self.evaluate("quantile", &asked);
        let deviations = (0..points.len()).map(|i| {
            let (point, value) = points[i];
            // Rounding the probability once moves the value by this much.
            let rounding =
                if self.shape.discrete { 0.0 } else { 8.0 * f64::EPSILON / density[i].exp() };
            let scale = self.width(point) + value.abs() + rounding / 1e-9;
            ((quantiles[i] - value).abs() / scale, self.shown_at(point, value))
        });
        Check::of("quantile undoes cdf", 1e-9, deviations)
    }
}
