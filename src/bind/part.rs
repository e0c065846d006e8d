//! A binding → its restriction to some rows of a plate.

use std::ops::Range;

use super::{Binding, Bound, PlateData};
use crate::network::ir::{Network, PlateId, VariableId};
use crate::program::ArrayValues;

impl Binding {
    /// The binding restricted to some elements of a plate: variables whose first axis is the plate
    /// keep these elements; everything else is unchanged.
    #[must_use]
    pub fn part(&self, network: &Network, plate: PlateId, rows: Range<usize>) -> Self {
        let mut plates = self.plates.clone();
        let whole = &self.plates[plate.0 as usize];
        let labels = whole.labels.as_ref().map(|labels| labels[rows.clone()].to_vec());
        plates[plate.0 as usize] = PlateData { size: rows.len(), labels };
        let has_plate = |id: VariableId| {
            network.variables[id].axes.first().is_some_and(|&axis| network.plate_of(axis) == plate)
        };
        let values = self.values.iter().map(|(&id, bound)| {
            let part =
                if has_plate(id) { rows_of(bound, whole.size, &rows) } else { bound.clone() };
            (id, part)
        });
        Self { values: values.collect(), notes: Vec::new(), plates }
    }
}

/// The rows of values whose first axis has `size` elements.
fn rows_of(bound: &Bound, size: usize, rows: &Range<usize>) -> Bound {
    let count = match &bound.values {
        ArrayValues::Real(values) => values.len(),
        ArrayValues::Bool(values) => values.len(),
        ArrayValues::Index(values) => values.len(),
    };
    let each = count / size.max(1);
    let range = rows.start * each..rows.end * each;
    let values = match &bound.values {
        ArrayValues::Real(values) => ArrayValues::Real(values[range.clone()].to_vec()),
        ArrayValues::Bool(values) => ArrayValues::Bool(values[range.clone()].to_vec()),
        ArrayValues::Index(values) => ArrayValues::Index(values[range.clone()].to_vec()),
    };
    let missing =
        bound.missing.iter().filter(|m| range.contains(m)).map(|m| m - range.start).collect();
    Bound { values, missing }
}
