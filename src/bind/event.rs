//! The values of an event type → each event checked against the joint constraint on its elements.

use super::origin::Origin;
use super::{Binder, Bound, error};
use crate::network::ir::{Event, VariableId};
use crate::program::ArrayValues;

/// The tolerance for sums and lengths, relative to numbers of size 1: numbers in files are rounded.
const TOLERANCE: f64 = 1e-6;

/// How many events that violate the constraint are reported.
const REPORTED: usize = 3;

/// How an event violates its constraint.
struct Mistake {
    /// The element to point at.
    element: usize,
    what: String,
}

impl Binder<'_> {
    /// The values, if every event satisfies the constraint of the variable's type.
    pub(super) fn checked_events(
        &mut self,
        variable: VariableId,
        origin: &Origin,
        bound: Bound,
    ) -> Option<Bound> {
        let entry = &self.request.network.variables[variable];
        let (ArrayValues::Real(values), true) = (&bound.values, entry.event != Event::Free) else {
            return Some(bound);
        };
        if let (Some(condition), Some(&first)) = (entry.event.condition(), bound.missing.first()) {
            let (place, span) = (origin.place(first), origin.span(self.sources, first));
            self.errors.push(error::missing_in_event(
                &entry.name,
                &place,
                span,
                condition,
                entry.span,
            ));
            return None;
        }
        let sizes: Vec<usize> =
            entry.axes[entry.plates..].iter().map(|&a| self.size_of_axis(a)).collect();
        let size = sizes.iter().product::<usize>().max(1);
        let mistakes: Vec<Mistake> = values
            .chunks(size)
            .enumerate()
            .filter_map(|(block, event)| {
                let mistake = mistake(entry.event, event, sizes.first().copied().unwrap_or(1))?;
                Some(Mistake { element: block * size + mistake.element, what: mistake.what })
            })
            .take(REPORTED)
            .collect();
        for mistake in &mistakes {
            let (place, span) =
                (origin.place(mistake.element), origin.span(self.sources, mistake.element));
            self.errors.push(error::not_the_event(
                &entry.name,
                &place,
                span,
                &mistake.what,
                asks(entry.event),
                entry.span,
            ));
        }
        mistakes.is_empty().then_some(bound)
    }

    fn size_of_axis(&self, axis: crate::network::ir::AxisId) -> usize {
        self.plate(self.request.network.plate_of(axis)).map_or(1, |plate| plate.size)
    }
}

/// The joint constraint of a type on its elements, in words, and what to do about values that
/// violate it.
fn asks(event: Event) -> (&'static str, &'static str) {
    const CORRECT: &str = "correct the values, or declare a `matrix`";
    match event {
        Event::Free => ("anything", "correct the values"),
        Event::Ordered => {
            ("each element above the one before", "correct the values, or declare a `vector`")
        }
        Event::PositiveOrdered => (
            "each element above the one before, the first above 0",
            "correct the values, or declare a `vector`",
        ),
        Event::Simplex => (
            "elements that add up to 1",
            "declare a `vector(0, _)` and divide it by its sum: `let p = x / sum(x)`",
        ),
        Event::UnitVector => (
            "elements whose squares add up to 1",
            "declare a `vector` and divide it by its length: `let u = x / norm(x)`",
        ),
        Event::SumToZero => (
            "elements that add up to 0",
            "declare a `vector` and subtract its mean: `let z = x - mean(x)`",
        ),
        Event::Correlation => {
            ("a symmetric, positive definite matrix with 1 on its diagonal", CORRECT)
        }
        Event::Covariance => ("a symmetric, positive definite matrix", CORRECT),
        Event::CholeskyCorrelation => {
            ("0 above a positive diagonal, and rows of length 1", CORRECT)
        }
        Event::CholeskyCovariance => ("0 above a positive diagonal", CORRECT),
    }
}

/// The first way in which values fail to be an event of this type; a matrix has `size` rows.
fn mistake(event: Event, x: &[f64], size: usize) -> Option<Mistake> {
    match event {
        Event::Free => None,
        Event::Ordered => not_increasing(x),
        Event::PositiveOrdered => not_increasing(x)
            .or_else(|| (x.first()? <= &0.0).then(|| at(0, format!("it begins with {}", x[0])))),
        Event::Simplex => total(x.iter().sum(), 1.0, 1.0, "they add up to"),
        Event::SumToZero => total(
            x.iter().sum(),
            0.0,
            x.iter().map(|v| v.abs()).sum::<f64>().max(1.0),
            "they add up to",
        ),
        Event::UnitVector => {
            total(x.iter().map(|v| v * v).sum(), 1.0, 1.0, "their squares add up to")
        }
        Event::Correlation => {
            not_symmetric(x, size).or_else(|| not_one(x, size)).or_else(|| not_definite(x, size))
        }
        Event::Covariance => not_symmetric(x, size).or_else(|| not_definite(x, size)),
        Event::CholeskyCorrelation => not_factor(x, size).or_else(|| rows_not_one(x, size)),
        Event::CholeskyCovariance => not_factor(x, size),
    }
}

fn at(element: usize, what: String) -> Mistake {
    Mistake { element, what }
}

fn total(found: f64, expected: f64, scale: f64, words: &str) -> Option<Mistake> {
    let off = (found - expected).abs() > TOLERANCE * scale;
    off.then(|| at(0, format!("{words} {}", rounded(found))))
}

/// Nine digits: the rest is rounding error.
fn rounded(value: f64) -> f64 {
    format!("{value:.9}").parse().unwrap_or(value)
}

fn not_increasing(x: &[f64]) -> Option<Mistake> {
    let place = x.windows(2).position(|pair| pair[1] <= pair[0])?;
    Some(at(place + 1, format!("{} follows {}", x[place + 1], x[place])))
}

fn not_symmetric(x: &[f64], size: usize) -> Option<Mistake> {
    let mirrored = |e: usize| x[e % size * size + e / size];
    let element =
        (0..x.len()).find(|&e| (x[e] - mirrored(e)).abs() > TOLERANCE * (1.0 + x[e].abs()))?;
    Some(at(
        element,
        format!(
            "{} here, {} in the place of row and column exchanged",
            x[element],
            mirrored(element)
        ),
    ))
}

fn not_one(x: &[f64], size: usize) -> Option<Mistake> {
    let element = (0..size).map(|i| i * size + i).find(|&e| (x[e] - 1.0).abs() > TOLERANCE)?;
    Some(at(element, format!("{} on the diagonal", x[element])))
}

fn rows_not_one(x: &[f64], size: usize) -> Option<Mistake> {
    x.chunks(size.max(1)).enumerate().find_map(|(row, elements)| {
        let square: f64 = elements.iter().map(|v| v * v).sum();
        total(square, 1.0, 1.0, "the squares of a row add up to").map(|m| at(row * size, m.what))
    })
}

fn not_factor(x: &[f64], size: usize) -> Option<Mistake> {
    (0..x.len()).find_map(|e| {
        let (row, col) = (e / size, e % size);
        let words = if col > row && x[e] != 0.0 {
            "above the diagonal"
        } else if col == row && x[e] <= 0.0 {
            "on the diagonal"
        } else {
            return None;
        };
        Some(at(e, format!("{} {words}", x[e])))
    })
}

/// By elimination without pivoting: the pivots of a positive definite matrix are positive.
fn not_definite(x: &[f64], size: usize) -> Option<Mistake> {
    let mut rest = x.to_vec();
    for step in 0..size {
        let pivot = rest[step * size + step];
        if pivot <= 0.0 {
            return Some(at(
                0,
                format!(
                    "the determinant of its first {} rows and columns is not positive",
                    step + 1
                ),
            ));
        }
        for row in step + 1..size {
            let factor = rest[row * size + step] / pivot;
            for col in step..size {
                rest[row * size + col] -= factor * rest[step * size + col];
            }
        }
    }
    None
}
