//! Supports: the map from a bounded interval on which densities of any scale and tail are
//! integrated, and checks of what holds inside and outside.

use super::report::Check;
use super::sample::Sample;
use super::{Subject, bench::Cell};

/// A map t → value by a double exponential: power-law tails become tails that fall as exponentials
/// of exponentials. Source: Takahasi and Mori 1974.
#[derive(Clone, Debug)]
pub struct Map {
    lower: f64,
    upper: f64,
    pub centre: f64,
    scale: f64,
    /// The ends of the interval of t.
    pub from: f64,
    pub to: f64,
    /// How many parts the interval is first divided into.
    pub parts: usize,
}

impl Map {
    /// For a support; centre and scale come from draws, if there are any.
    pub fn new((lower, upper): (f64, f64), sample: Option<&Sample>) -> Self {
        let (centre, spread) =
            sample.map_or((0.0, 1.0), |sample| (sample.median(), sample.spread()));
        let spread = if spread > 0.0 { spread } else { 1.0 };
        let positive = |distance: f64| if distance > 0.0 { distance } else { spread };
        let (scale, end) = match (lower.is_finite(), upper.is_finite()) {
            (true, true) => (upper - lower, 4.0),
            (true, false) => (if sample.is_some() { positive(centre - lower) } else { 1.0 }, 6.0),
            (false, true) => (if sample.is_some() { positive(upper - centre) } else { 1.0 }, 6.0),
            (false, false) => (spread, 6.0),
        };
        // Without draws the location of the mass is unknown: use more parts. With an odd number the
        // centre, where there may be a kink, is inside a part.
        let parts = if sample.is_some() { 33 } else { 257 };
        Self { lower, upper, centre, scale, from: -end, to: end, parts }
    }
}

/// The value at t and the slope of the map there; slope 0 where rounding puts the value at an end
/// of the support.
pub fn mapped(map: &Map, t: f64) -> (f64, f64) {
    let (u, du) = (1.5 * t.sinh(), 1.5 * t.cosh());
    let (value, slope) = match (map.lower.is_finite(), map.upper.is_finite()) {
        (false, false) => (map.centre + map.scale * u.sinh(), map.scale * u.cosh() * du),
        (true, false) => (map.lower + map.scale * u.exp(), map.scale * u.exp() * du),
        (false, true) => (map.upper - map.scale * (-u).exp(), map.scale * (-u).exp() * du),
        (true, true) => {
            let (below, above) = (1.0 / (1.0 + (-u).exp()), 1.0 / (1.0 + u.exp()));
            let value =
                if u < 0.0 { map.lower + map.scale * below } else { map.upper - map.scale * above };
            (value, map.scale * below * above * du)
        }
    };
    if value > map.lower && value < map.upper { (value, slope) } else { (value, 0.0) }
}

impl Subject {
    /// The density is 0 outside the support, and between whole numbers where it is over those.
    pub(super) fn outside(&self) -> Check {
        let mut cells: Vec<(usize, f64)> = Vec::new();
        for (point, &(lower, upper)) in self.bench.supports.iter().enumerate() {
            if self.shape.truth {
                continue;
            }
            for distance in [1e-3, 1.0, 100.0] {
                cells.extend([(point, lower - distance), (point, upper + distance)]);
            }
            if self.shape.discrete {
                cells.push((point, self.measures[point].quantile(0.5, true) + 0.5));
            }
        }
        cells.retain(|(_, value)| value.is_finite());
        let log_densities = self.evaluate("log_density", &cells);
        let deviations = cells.iter().zip(log_densities).map(|(&(point, value), log_densities)| {
            let density = if log_densities.is_nan() { f64::NAN } else { log_densities.exp() };
            (density, self.shown_at(point, value))
        });
        Check::of("density is 0 outside the support", 0.0, deviations)
    }

    /// The log density is a number, or an infinity, everywhere within the support.
    pub(super) fn defined(&self) -> Check {
        let deviations =
            self.measures.iter().enumerate().map(|(point, measure)| match measure.undefined {
                Some(value) => (f64::NAN, self.shown_at(point, value)),
                None => (0.0, self.shown(point)),
            });
        Check::of("density is defined within the support", 0.0, deviations)
    }

    /// The density integrates, or sums, to 1.
    pub(super) fn integral(&self) -> Check {
        let name =
            if self.shape.discrete { "density sums to 1" } else { "density integrates to 1" };
        // Half of the digits are lost at an end of the support where the density is infinite:
        // floating-point numbers do not come closer to it than that.
        let limit = if self.shape.discrete { 1e-9 } else { 1e-6 };
        let deviations = self
            .measures
            .iter()
            .enumerate()
            .map(|(point, measure)| ((measure.total() - 1.0).abs(), self.shown(point)));
        Check::of(name, limit, deviations)
    }

    /// A clause at points of the grid and values; empty where the family lacks it.
    pub(super) fn evaluate(&self, clause: &str, points: &[(usize, f64)]) -> Vec<f64> {
        let cells: Vec<Cell> = points
            .iter()
            .map(|&(point, value)| Cell { parameters: self.points[point].values.clone(), value })
            .collect();
        if cells.is_empty() {
            Vec::new()
        } else {
            self.bench.evaluate(clause, &cells).unwrap_or_default()
        }
    }
}
