//! A log density → the distribution it defines: points with weights that integrate it, and its
//! cumulative sums.

use super::bench::{Bench, Cell};
use super::grid::Point;
use super::quadrature::{COUNT, nodes};
use super::sample::Sample;
use super::support::{Map, mapped};
use super::text::Shape;

/// The parts of an integral are halved until two quadrature rules agree to this tolerance.
const TOLERANCE: f64 = 1e-11;
/// How often a part may be halved, and how many parts there may be at one point of the grid.
const DEEPEST: usize = 40;
const MOST_PARTS: usize = 4_000;
/// Terms of a sum are added until what is missing is below this.
const TAIL: f64 = 1e-11;
/// How many terms of a sum are evaluated at once, and how many in all.
const RUN: usize = 512;
const MOST_TERMS: usize = 200_000;

/// A distribution as given by its density.
#[derive(Clone, Debug, Default)]
pub struct Measure {
    /// Values in order, each with a weight: Σ weight·f(value) is the expectation of f.
    pub weights: Vec<(f64, f64)>,
    /// Values in order, each with the probability up to it.
    pub cumulative: Vec<(f64, f64)>,
    /// A value at which the log density was NaN.
    pub undefined: Option<f64>,
}

impl Measure {
    pub fn total(&self) -> f64 {
        self.cumulative.last().map_or(0.0, |last| last.1)
    }

    /// The expectation of `f`.
    pub fn expectation(&self, f: impl Fn(f64) -> f64) -> f64 {
        // Where the weight is 0 the value may be too large for f.
        self.weights
            .iter()
            .filter(|(_, weight)| *weight > 0.0)
            .map(|&(value, weight)| weight * f(value))
            .sum()
    }

    /// A value below which there is about this probability.
    pub fn quantile(&self, level: f64, discrete: bool) -> f64 {
        let wanted = level * self.total();
        let place = self.cumulative.partition_point(|entry| entry.1 < wanted);
        let Some(&(value, high)) = self.cumulative.get(place).or(self.cumulative.last()) else {
            return f64::NAN;
        };
        match place.checked_sub(1).map(|before| self.cumulative[before]) {
            Some((before, low)) if !discrete && high > low => {
                before + (value - before) * (wanted - low) / (high - low)
            }
            Some(_) | None => value,
        }
    }
}

/// The measures of a family at all points of its grid.
pub fn measures(
    bench: &Bench,
    shape: &Shape,
    points: &[Point],
    samples: Option<&[Sample]>,
) -> Vec<Measure> {
    if shape.discrete {
        let starts =
            (0..points.len()).map(|point| samples.map_or(0.0, |samples| samples[point].median()));
        return starts
            .zip(points)
            .zip(&bench.supports)
            .map(|((start, point), &support)| sum(bench, point, support, start))
            .collect();
    }
    let maps: Vec<Map> = bench
        .supports
        .iter()
        .enumerate()
        .map(|(i, &support)| Map::new(support, samples.map(|s| &s[i])))
        .collect();
    let cells: Vec<Cell> =
        points.iter().map(|point| Cell { parameters: point.values.clone(), value: 0.0 }).collect();
    let variances =
        bench.evaluate("variance", &cells).unwrap_or_else(|| vec![f64::INFINITY; points.len()]);
    integrate(bench, points, &maps, &variances)
}

/// A part of an integral.
struct Part {
    point: usize,
    from: f64,
    to: f64,
    depth: usize,
    /// Values with their weights, which include the density.
    weights: [(f64, f64); COUNT],
    mass: f64,
}

fn integrate(bench: &Bench, points: &[Point], maps: &[Map], variances: &[f64]) -> Vec<Measure> {
    let mut waiting: Vec<Part> = Vec::new();
    for (point, map) in maps.iter().enumerate() {
        let width = (map.to - map.from) / map.parts as f64;
        let ends = (0..map.parts)
            .map(|i| (map.from + width * i as f64, map.from + width * (i + 1) as f64));
        waiting.extend(ends.map(|(from, to)| Part::new(point, from, to, 0)));
    }
    let mut done: Vec<Vec<Part>> = points.iter().map(|_| Vec::new()).collect();
    let mut undefined = vec![None; points.len()];
    while !waiting.is_empty() {
        let settled = settle(bench, points, maps, variances, &mut waiting, &mut undefined);
        for (part, accurate) in settled {
            let full = part.depth >= DEEPEST || done[part.point].len() >= MOST_PARTS;
            if accurate || full {
                done[part.point].push(part);
            } else {
                let middle = 0.5 * (part.from + part.to);
                waiting.push(Part::new(part.point, part.from, middle, part.depth + 1));
                waiting.push(Part::new(part.point, middle, part.to, part.depth + 1));
            }
        }
    }
    let measures = done.into_iter().zip(maps).map(|(parts, map)| assemble(parts, map));
    measures.zip(undefined).map(|(measure, undefined)| Measure { undefined, ..measure }).collect()
}

impl Part {
    fn new(point: usize, from: f64, to: f64, depth: usize) -> Self {
        Self { point, from, to, depth, weights: [(0.0, 0.0); COUNT], mass: 0.0 }
    }
}

/// Evaluates the pending parts; whether each is accurate.
fn settle(
    bench: &Bench,
    points: &[Point],
    maps: &[Map],
    variances: &[f64],
    waiting: &mut Vec<Part>,
    undefined: &mut [Option<f64>],
) -> Vec<(Part, bool)> {
    let parts = std::mem::take(waiting);
    let places =
        |part: &Part| nodes(part.from, part.to).map(|(t, _, _)| mapped(&maps[part.point], t));
    let cells: Vec<Cell> = parts
        .iter()
        .flat_map(|part| {
            places(part)
                .map(|(value, _)| Cell { parameters: points[part.point].values.clone(), value })
        })
        .collect();
    let log_density = bench.evaluate("log_density", &cells).unwrap_or_default();
    let evaluated = parts.into_iter().zip(log_density.chunks(COUNT));
    evaluated
        .map(|(mut part, log_density)| {
            let map = &maps[part.point];
            let (mut masses, mut squares) = ([0.0; 2], [0.0; 2]);
            for (i, (t, kronrod, gauss)) in nodes(part.from, part.to).into_iter().enumerate() {
                let (value, slope) = mapped(map, t);
                if log_density[i].is_nan() && slope > 0.0 {
                    undefined[part.point] = Some(value);
                }
                let density = if slope > 0.0 && log_density[i].is_finite() {
                    (log_density[i] + slope.ln()).exp()
                } else {
                    0.0
                };
                let square = (value - map.centre) * ((value - map.centre) / variances[part.point]);
                let square = if square.is_finite() { square } else { 0.0 };
                part.weights[i] = (value, density * kronrod);
                for (rule, weight) in [kronrod, gauss].into_iter().enumerate() {
                    masses[rule] += weight * density;
                    squares[rule] += weight * density * square;
                }
            }
            part.mass = masses[0];
            let accurate = (masses[0] - masses[1]).abs() <= TOLERANCE
                && (squares[0] - squares[1]).abs() <= 100.0 * TOLERANCE;
            (part, accurate)
        })
        .collect()
}

fn assemble(mut parts: Vec<Part>, map: &Map) -> Measure {
    parts.sort_by(|a, b| a.from.total_cmp(&b.from));
    let mut measure = Measure::default();
    let mut total = 0.0;
    for part in parts {
        total += part.mass;
        measure.weights.extend(part.weights);
        measure.cumulative.push((mapped(map, part.to).0, total));
    }
    measure
}

/// The sum of a probability mass over whole numbers, upwards from the lower end, or from `start` in
/// both directions.
fn sum(bench: &Bench, point: &Point, (lower, upper): (f64, f64), start: f64) -> Measure {
    let mut terms: Vec<(f64, f64)> = Vec::new();
    let mut undefined = None;
    let first = if lower.is_finite() { lower } else { start.floor() };
    let mut add = |from: f64, step: f64, terms: &mut Vec<(f64, f64)>| {
        let mut next = from;
        while next >= lower && next <= upper && terms.len() < MOST_TERMS {
            let values: Vec<f64> = (0..RUN)
                .map(|i| next + step * i as f64)
                .filter(|v| (lower..=upper).contains(v))
                .collect();
            let cells: Vec<Cell> = values
                .iter()
                .map(|&value| Cell { parameters: point.values.clone(), value })
                .collect();
            let masses = bench.evaluate("log_density", &cells).unwrap_or_default();
            undefined = undefined.or(values
                .iter()
                .zip(&masses)
                .find(|(_, mass)| mass.is_nan())
                .map(|(&value, _)| value));
            terms.extend(
                values
                    .iter()
                    .zip(masses)
                    .map(|(&value, mass)| (value, if mass.is_nan() { 0.0 } else { mass.exp() })),
            );
            next += step * RUN as f64;
            let run: f64 = terms.iter().rev().take(values.len()).map(|entry| entry.1).sum();
            let total: f64 = terms.iter().map(|entry| entry.1).sum();
            if run < 1e-3 * TAIL && (total > 0.5 || terms.len() > 100 * RUN) {
                break;
            }
        }
    };
    add(first, 1.0, &mut terms);
    if lower.is_infinite() {
        add(first - 1.0, -1.0, &mut terms);
    }
    terms.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut total = 0.0;
    let cumulative = terms.iter().map(|&(value, mass)| {
        total += mass;
        (value, total)
    });
    Measure { cumulative: cumulative.collect(), weights: terms.clone(), undefined }
}
