//! Draws, against the distribution function or the density.

use super::Subject;
use super::measure::Measure;
use super::report::Check;
use super::sample::Sample;
use super::statistic::{chi_square, kolmogorov_smirnov};

impl Subject {
    pub(super) fn sampling(&self) -> Vec<Check> {
        let Some(samples) = &self.samples else { return vec![Check::skipped("draw", "no clause")] };
        vec![self.draws_are_inside(samples), self.draws_agree(samples)]
    }

    fn draws_are_inside(&self, samples: &[Sample]) -> Check {
        let deviations = samples.iter().enumerate().map(|(point, sample)| {
            let (lower, upper) = self.bench.supports[point];
            let outside = |value: &&f64| {
                !(lower..=upper).contains(*value) || (self.shape.discrete && value.fract() != 0.0)
            };
            match sample.values.iter().find(outside) {
                Some(&value) => (1.0, self.shown_at(point, value)),
                None => (0.0, self.shown(point)),
            }
        });
        Check::of("draws lie in the support", 0.0, deviations)
    }

    /// Kolmogorov–Smirnov where there is a cdf, otherwise chi-square. The deviation is −log₁₀ of
    /// the p-value.
    fn draws_agree(&self, samples: &[Sample]) -> Check {
        let by_cdf = !self.shape.discrete && self.shape.has("cdf");
        let name = if by_cdf { "draws agree with cdf" } else { "draws agree with the density" };
        let limit = -(self.settings.level / samples.len() as f64).log10();
        let deviations = samples.iter().enumerate().map(|(point, sample)| {
            let chance = if by_cdf {
                self.by_cdf(point, sample)
            } else {
                by_density(&self.measures[point], sample)
            };
            (-chance.max(1e-300).log10(), self.shown(point))
        });
        Check::of(name, limit, deviations)
    }

    fn by_cdf(&self, point: usize, sample: &Sample) -> f64 {
        let points: Vec<(usize, f64)> = sample.values.iter().map(|&value| (point, value)).collect();
        let n = sample.values.len() as f64;
        let cdf = self.evaluate("cdf", &points);
        let distance = cdf
            .iter()
            .enumerate()
            .map(|(i, &f)| (f - i as f64 / n).max((i + 1) as f64 / n - f))
            .fold(0.0, f64::max);
        if cdf.iter().any(|f| f.is_nan()) {
            0.0
        } else {
            kolmogorov_smirnov(distance, sample.values.len())
        }
    }
}

/// The p-value of a chi-square test of the draws against the density, in adjacent cells of at least
/// ten expected draws.
fn by_density(measure: &Measure, sample: &Sample) -> f64 {
    let n = sample.values.len() as f64;
    let (mut statistic, mut cells) = (0.0, 0_usize);
    let (mut counted, mut expected_up_to, mut seen) = (0_usize, 0.0, 0_usize);
    let total = measure.total();
    let last = measure.cumulative.len().saturating_sub(1);
    for (i, &(value, probability)) in measure.cumulative.iter().enumerate() {
        let expected = n * (probability - expected_up_to);
        let rest = n * (total - probability);
        if i == last || (expected >= 10.0 && rest >= 10.0) {
            counted = if i == last {
                sample.values.len()
            } else {
                sample.values.partition_point(|&draw| draw <= value)
            };
            let expected = if i == last { n * (1.0 - expected_up_to) } else { expected };
            statistic += ((counted - seen) as f64 - expected).powi(2) / expected.max(1e-300);
            cells += 1;
            expected_up_to = probability;
            seen = counted;
        }
    }
    debug_assert!(cells == 0 || counted == sample.values.len());
    chi_square(statistic, cells.saturating_sub(1))
}
