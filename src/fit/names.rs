//! The names of results, from the layouts of outputs.

use crate::draws::{Dim, Variable};
use crate::lower::Layout;
use crate::network::ir::Role;

/// The names of all elements, in order.
#[must_use]
pub fn names(layouts: &[Layout]) -> Vec<String> {
    layouts.iter().flat_map(|layout| layout.names.iter().cloned()).collect()
}

/// For each element, in order, whether it is one of a parameter.
pub fn are_parameters(layouts: &[Layout]) -> Vec<bool> {
    let of_layout = |layout: &Layout| vec![layout.role == Role::Param; layout.names.len()];
    layouts.iter().flat_map(of_layout).collect()
}

/// The variables, in order.
#[must_use]
pub fn variables(layouts: &[Layout]) -> Vec<Variable> {
    layouts
        .iter()
        .map(|layout| {
            let dim = |plate: &str, size| Dim { plate: Some(plate.to_owned()), size };
            let mut dims: Vec<Dim> =
                layout.dimensions.iter().map(|d| dim(&d.plate, d.labels.len())).collect();
            // Missing elements are only a part of a variable, and have no plate of their own.
            if dims.iter().map(|d| d.size).product::<usize>() != layout.names.len() {
                dims = vec![Dim { plate: None, size: layout.names.len() }];
            }
            Variable { name: layout.name.clone(), dims, discrete: false }
        })
        .collect()
}
