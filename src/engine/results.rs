//! Where each kind of output of a program lies among its results.

use std::ops::Range;

use crate::program::{OutputRole, Program};

/// Where results lie: one after the other, with those of a kind contiguous.
#[derive(Clone, Debug, Default)]
pub(super) struct Results {
    /// The total number of results.
    pub len: usize,
    /// The log density.
    pub value: Option<usize>,
    /// Derivatives by ranges of coordinates: the range, and the index of its first result.
    pub gradient: Vec<(Range<usize>, usize)>,
    /// Terms with their names.
    pub terms: Vec<(String, Range<usize>)>,
    /// Directional derivatives of all outputs.
    pub tangents: Range<usize>,
    /// All variables.
    pub variables: Range<usize>,
}

impl Results {
    pub(super) fn of(program: &Program) -> Self {
        let mut results = Self::default();
        for output in &program.outputs {
            let first = results.len;
            results.len += program.extent(&program.nodes[output.node].axes);
            let places = first..results.len;
            match &output.role {
                OutputRole::Value => results.value = Some(first),
                OutputRole::Gradient(coordinates) => results.add_gradient(coordinates, first),
                OutputRole::Term => results.terms.push((output.name.clone(), places)),
                OutputRole::Tangent => extend(&mut results.tangents, places),
                OutputRole::Variable => extend(&mut results.variables, places),
            }
        }
        results
    }

    fn add_gradient(&mut self, coordinates: &Range<usize>, first: usize) {
        match self.gradient.last_mut() {
            Some((known, start))
                if known.end == coordinates.start && *start + known.len() == first =>
            {
                known.end = coordinates.end;
            }
            Some(_) | None => self.gradient.push((coordinates.clone(), first)),
        }
    }

    /// The index of the derivative by a coordinate, if there is one.
    pub(super) fn derivative(&self, coordinate: usize) -> Option<usize> {
        Some(self.derivatives(coordinate..coordinate + 1))
            .filter(|p| !p.is_empty())
            .map(|p| p.start)
    }

    /// The indices of the derivatives by these coordinates, as far as they exist.
    pub(super) fn derivatives(&self, wanted: Range<usize>) -> Range<usize> {
        let run = self.gradient.iter().find(|(known, _)| known.contains(&wanted.start));
        run.map_or(0..0, |(known, first)| {
            let start = first + wanted.start - known.start;
            start..start + (known.end.min(wanted.end).saturating_sub(wanted.start))
        })
    }
}

/// Adds the indices of an output to those of its kind, which are contiguous.
fn extend(known: &mut Range<usize>, places: Range<usize>) {
    if known.start == known.end {
        *known = places;
    } else if places.start < places.end {
        assert_eq!(known.end, places.start, "results of a kind lie beside each other");
        known.end = places.end;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::program::{AxisKind, Builder};

    /// Derivatives by 0, 1 and 2 are contiguous; those by 5 and 6 come after a term.
    fn results() -> Results {
        let mut b = Builder::new();
        let (two, three) = (b.axis("two", 2, AxisKind::Plate), b.axis("three", 3, AxisKind::Plate));
        let scalar = b.slot(&[]);
        let (pair, triple) = (b.slot(&[two]), b.slot(&[three]));
        b.output(OutputRole::Value, "", scalar);
        b.output(OutputRole::Gradient(0..1), "", scalar);
        b.output(OutputRole::Gradient(1..3), "", pair);
        b.output(OutputRole::Term, "blocks", triple);
        b.output(OutputRole::Gradient(5..7), "", pair);
        b.output(OutputRole::Variable, "x", pair);
        b.output(OutputRole::Variable, "y", triple);
        Results::of(&b.program)
    }

    #[test]
    fn derivatives_are_found_by_their_coordinates() {
        let results = results();
        assert_eq!(results.derivatives(0..3), 1..4);
        assert_eq!(results.derivatives(1..2), 2..3);
        assert_eq!(results.derivative(6), Some(8));
        assert_eq!(results.derivative(3), None);
        assert_eq!(results.derivatives(5..9), 7..9, "as far as there are any");
        assert_eq!(results.derivatives(3..5), 0..0);
    }

    #[test]
    fn other_results_are_found_by_their_kind() {
        let results = results();
        assert_eq!((results.value, results.len), (Some(0), 14));
        assert_eq!(results.terms, [("blocks".to_owned(), 4..7)]);
        assert_eq!((results.variables, results.tangents), (9..14, 0..0));
    }
}
