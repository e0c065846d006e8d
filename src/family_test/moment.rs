//! Mean and variance, against those of the density and of the draws.

use super::Subject;
use super::bench::Cell;
use super::report::Check;
use super::sample::Sample;

/// How many standard errors a mean of draws may be off.
const ERRORS: f64 = 5.0;
/// Above this ratio of the fourth moment to the squared variance, the variance of the draws has no
/// useful standard error.
const HEAVIEST: f64 = 50.0;

impl Subject {
    pub(super) fn moments(&self) -> Vec<Check> {
        let cells: Vec<Cell> =
            self.points.iter().map(|p| Cell { parameters: p.values.clone(), value: 0.0 }).collect();
        let (means, variances) =
            (self.bench.evaluate("mean", &cells), self.bench.evaluate("variance", &cells));
        let mut checks = Vec::new();
        match &means {
            None => checks.push(Check::skipped("mean", "no clause")),
            Some(means) => {
                checks.push(self.mean_of_the_density(means));
                checks.extend(
                    self.samples.as_ref().map(|samples| self.mean_of_the_draws(means, samples)),
                );
            }
        }
        match &variances {
            None => checks.push(Check::skipped("variance", "no clause")),
            Some(variances) => {
                checks.push(self.variance_of_the_density(variances));
                checks.extend(
                    self.samples
                        .as_ref()
                        .map(|samples| self.variance_of_the_draws(variances, samples)),
                );
            }
        }
        checks
    }

    fn mean_of_the_density(&self, means: &[f64]) -> Check {
        let deviations =
            means.iter().enumerate().filter(|(_, mean)| mean.is_finite()).map(|(point, &mean)| {
                let integral = self.measures[point].expectation(|value| value);
                ((integral - mean).abs() / (mean.abs() + self.width(point)), self.shown(point))
            });
        Check::of("mean is that of the density", 1e-5, deviations)
    }

    fn variance_of_the_density(&self, variances: &[f64]) -> Check {
        let deviations =
            variances.iter().enumerate().filter(|(_, variance)| variance.is_finite()).map(
                |(point, &variance)| {
                    let integral = self.central(point, 2);
                    ((integral - variance).abs() / variance.max(1e-300), self.shown(point))
                },
            );
        Check::of("variance is that of the density", 1e-5, deviations)
    }

    /// A central moment of the density.
    fn central(&self, point: usize, order: i32) -> f64 {
        let measure = &self.measures[point];
        let mean = measure.expectation(|value| value);
        measure.expectation(|value| (value - mean).powi(order))
    }

    fn mean_of_the_draws(&self, means: &[f64], samples: &[Sample]) -> Check {
        let deviations = means.iter().enumerate().filter_map(|(point, &mean)| {
            let error = (self.central(point, 2) / samples[point].values.len() as f64).sqrt();
            let distance = average(&samples[point].values) - mean;
            (mean.is_finite() && error.is_finite())
                .then(|| (distance.abs() / error.max(1e-300), self.shown(point)))
        });
        Check::of("mean of the draws, in standard errors", ERRORS, deviations)
    }

    fn variance_of_the_draws(&self, variances: &[f64], samples: &[Sample]) -> Check {
        let deviations = variances.iter().enumerate().filter_map(|(point, &variance)| {
            let (second, fourth) = (self.central(point, 2), self.central(point, 4));
            if !variance.is_finite() || fourth.is_nan() || fourth > HEAVIEST * second * second {
                return None;
            }
            let values = &samples[point].values;
            let mean = average(values);
            let squares: Vec<f64> = values.iter().map(|value| (value - mean).powi(2)).collect();
            let error = ((fourth - second * second).max(0.0) / values.len() as f64).sqrt()
                + variance / values.len() as f64;
            // The last term is what using the mean of the draws, instead of the true mean, takes
            // away.
            Some(((average(&squares) - variance).abs() / error.max(1e-300), self.shown(point)))
        });
        Check::of("variance of the draws, in standard errors", ERRORS, deviations)
    }
}

fn average(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}
