//! The names of the elements of an output, in declaration order.

use super::Lowering;
use crate::network::ir::{Role, VariableId};
use crate::program::NodeId;

/// A variable among the outputs.
#[derive(Clone, Debug, PartialEq)]
pub struct Layout {
    /// The name of the variable.
    pub name: String,
    /// The role it is declared with.
    pub role: Role,
    /// Its axes, in declaration order; none for a scalar and for missing elements.
    pub dimensions: Vec<Dimension>,
    /// The name of each element, the last declared axis fastest.
    pub names: Vec<String>,
    /// The position of each element in the canonical layout of the output.
    pub positions: Vec<usize>,
    /// How many numbers the output has.
    pub width: usize,
}

/// An axis of a variable, as users see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dimension {
    /// The plate's name.
    pub plate: String,
    /// The names of its elements.
    pub labels: Vec<String>,
}

/// For each named element: its position among the outputs, one after the other.
#[must_use]
pub fn positions(layouts: &[Layout]) -> Vec<usize> {
    let mut offset = 0;
    let mut positions = Vec::new();
    for layout in layouts {
        positions.extend(layout.positions.iter().map(|position| position + offset));
        offset += layout.width;
    }
    positions
}

impl Lowering<'_> {
    /// The layout of a variable whose output is `node`, which may lack axes along which it is
    /// constant.
    pub(super) fn layout(&mut self, variable: VariableId, node: NodeId) -> Layout {
        let entry = &self.network.variables[variable];
        let (name, role) = (entry.name.clone(), entry.role);
        let axes = self.variable_axes(variable);
        let present = self.builder.axes(node).to_vec();
        let dimensions: Vec<Dimension> =
            self.network.variables[variable].axes.iter().map(|&a| self.dimension(a)).collect();
        let sizes: Vec<usize> = dimensions.iter().map(|d| d.labels.len()).collect();
        let strides: Vec<usize> = axes
            .iter()
            .map(|a| match present.iter().position(|p| p == a) {
                Some(place) => self.builder.program.extent(&present[place + 1..]),
                None => 0,
            })
            .collect();
        let count = sizes.iter().product();
        let mut names = Vec::with_capacity(count);
        let mut positions = Vec::with_capacity(count);
        for element in 0..count {
            let index = unravel(element, &sizes);
            positions.push(index.iter().zip(&strides).map(|(i, s)| i * s).sum());
            names.push(element_name(&name, &index, &dimensions));
        }
        let width = self.builder.program.extent(&present);
        Layout { name, role, dimensions, names, positions, width }
    }

    /// The layout of the missing elements of an observed variable.
    pub(super) fn missing_layout(&mut self, variable: VariableId, missing: &[usize]) -> Layout {
        let entry = &self.network.variables[variable];
        let (name, role) = (entry.name.clone(), entry.role);
        let dimensions: Vec<Dimension> = entry.axes.iter().map(|&a| self.dimension(a)).collect();
        let sizes: Vec<usize> = dimensions.iter().map(|d| d.labels.len()).collect();
        let names = missing
            .iter()
            .map(|&m| element_name(&name, &unravel(m, &sizes), &dimensions))
            .collect();
        Layout {
            name,
            role,
            dimensions: Vec::new(),
            names,
            positions: (0..missing.len()).collect(),
            width: missing.len(),
        }
    }

    fn dimension(&self, axis: crate::network::ir::AxisId) -> Dimension {
        let plate = self.network.plate_of(axis);
        let data = &self.request.binding.plates[plate.0 as usize];
        Dimension {
            plate: self.network.plates[plate].name.clone(),
            labels: (0..data.size).map(|i| data.label(i)).collect(),
        }
    }
}

/// The index of an element along each axis, the last axis varying fastest.
fn unravel(element: usize, sizes: &[usize]) -> Vec<usize> {
    let mut rest = element;
    let mut index: Vec<usize> = sizes
        .iter()
        .rev()
        .map(|&size| {
            let i = rest % size;
            rest /= size;
            i
        })
        .collect();
    index.reverse();
    index
}

fn element_name(name: &str, index: &[usize], dimensions: &[Dimension]) -> String {
    if dimensions.is_empty() {
        return name.to_owned();
    }
    let labels: Vec<&str> =
        index.iter().zip(dimensions).map(|(&i, d)| d.labels[i].as_str()).collect();
    format!("{name}[{}]", labels.join(","))
}
