//! Where the elements of a variable are among its coordinates.

use crate::lower::Layout;
use crate::network::ir::Variable;

/// The axes of a variable in declaration order: plates, then those of its event.
pub struct Axes {
    sizes: Vec<usize>,
    /// How far apart neighbours along each axis are in the canonical layout.
    strides: Vec<usize>,
    plates: usize,
}

impl Axes {
    /// Those of a variable with this layout.
    pub fn of(variable: &Variable, layout: &Layout) -> Self {
        let sizes: Vec<usize> = layout.dimensions.iter().map(|d| d.labels.len()).collect();
        let step = |axis: usize| sizes[axis + 1..].iter().product::<usize>();
        let stride = |axis: usize| layout.positions.get(step(axis)).map_or(0, |p| *p);
        let strides = (0..sizes.len()).map(|a| if sizes[a] > 1 { stride(a) } else { 0 }).collect();
        Self { strides, plates: variable.plates, sizes }
    }

    /// How many events there are.
    pub fn events(&self) -> usize {
        self.sizes[..self.plates].iter().product()
    }

    /// How many elements an event has.
    pub fn size(&self) -> usize {
        self.sizes[self.plates..].iter().product()
    }

    /// The place of an event among all of them in a canonical layout over its plates and, if given,
    /// the first axis of the event, at this position.
    pub fn place(&self, event: usize, row: Option<usize>) -> usize {
        let mut rest = event;
        let mut index = vec![0; self.plates];
        for axis in (0..self.plates).rev() {
            index[axis] = rest % self.sizes[axis];
            rest /= self.sizes[axis];
        }
        index.extend(row);
        let mut order: Vec<usize> = (0..index.len()).collect();
        order.sort_by_key(|&axis| std::cmp::Reverse(self.strides[axis]));
        order.iter().fold(0, |place, &axis| place * self.sizes[axis] + index[axis])
    }
}
