//! Network and data files → binding: the size and labels of every plate, the values of every input
//! and observation.

mod convert;
mod error;
mod event;
mod origin;
mod part;
mod plates;
mod search;
mod size;

use std::collections::HashMap;

use crate::base::{Diagnostic, Sources};
use crate::data::DataFile;
use crate::network::ir::{Definition, Network, PlateId, Role, VariableId};
use crate::program::ArrayValues;

/// Data matched with a network.
#[derive(Clone, Debug, Default)]
pub struct Binding {
    /// The elements of each plate of the network.
    pub plates: Vec<PlateData>,
    /// The values of the inputs and observations that the data hold.
    pub values: HashMap<VariableId, Bound>,
    /// Warnings: unused columns, missing cells.
    pub notes: Vec<Diagnostic>,
}

/// The elements of a plate.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PlateData {
    /// How many there are.
    pub size: usize,
    /// Their labels, where they have any; otherwise they are numbered from 1.
    pub labels: Option<Vec<String>>,
}

/// The values of a variable, the last declared axis varying fastest.
#[derive(Clone, Debug, PartialEq)]
pub struct Bound {
    /// One for each element; 0 where missing.
    pub values: ArrayValues,
    /// The positions of the missing elements, ascending.
    pub missing: Vec<usize>,
}

/// What the data are needed for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Estimation: every input and every observation must be present.
    Fit,
    /// Simulation: observations need not be present, and are read only where some of their elements
    /// are conditioned on.
    Simulate,
}

/// What a binding is made from.
pub struct Request<'a> {
    /// The model that the data are matched with.
    pub network: &'a Network,
    /// The data files, already read.
    pub files: &'a [DataFile],
    /// Plate sizes given by the user instead of the data.
    pub sizes: &'a [(String, usize)],
    /// What the data are needed for.
    pub purpose: Purpose,
}

impl PlateData {
    /// The name of element `index` (from 0), to show to the user.
    #[must_use]
    pub fn label(&self, index: usize) -> String {
        match &self.labels {
            Some(labels) => labels.get(index).cloned().unwrap_or_default(),
            None => (index + 1).to_string(),
        }
    }
}

/// Matches data with variables.
///
/// # Errors
/// Every mismatch, with its location in the model and in the data.
pub fn bind(request: &Request, sources: &Sources) -> Result<Binding, Vec<Diagnostic>> {
    let mut binder = Binder {
        request,
        sources,
        plates: vec![None; request.network.plates.len()],
        row_plate: None,
        errors: Vec::new(),
    };
    binder.size_plates();
    if !binder.errors.is_empty() {
        return Err(binder.errors);
    }
    let mut values = HashMap::new();
    for variable in request.network.variables.ids() {
        if binder.is_read(variable)
            && let Some(bound) = binder.values_of(variable)
        {
            values.insert(variable, bound);
        }
    }
    if !binder.errors.is_empty() {
        return Err(binder.errors);
    }
    let notes = binder.notes(&values);
    let plates = binder.plates.into_iter().map(Option::unwrap_or_default).collect();
    Ok(Binding { plates, values, notes })
}

pub(super) struct Binder<'a> {
    request: &'a Request<'a>,
    sources: &'a Sources,
    plates: Vec<Option<PlateData>>,
    /// The plate whose elements are the rows of the unnamed table.
    row_plate: Option<PlateId>,
    errors: Vec<Diagnostic>,
}

impl Binder<'_> {
    fn plate(&self, plate: PlateId) -> Option<&PlateData> {
        self.plates[plate.0 as usize].as_ref()
    }

    /// Whether the data hold this variable's values.
    fn is_read(&self, variable: VariableId) -> bool {
        let entry = &self.request.network.variables[variable];
        match (&entry.definition, entry.role) {
            (Definition::Input { .. }, _) => true,
            (Definition::Observed { value: Some(_), .. }, _) => false,
            (Definition::Observed { value: None, conditional, .. }, _) => {
                match self.request.purpose {
                    Purpose::Fit => true,
                    Purpose::Simulate => conditional.conditions_on_data(),
                }
            }
            (
                Definition::Random(_) | Definition::Deterministic(_),
                Role::Input | Role::Param | Role::Latent | Role::Observe | Role::Let | Role::Report,
            ) => false,
        }
    }

    /// A warning for each unused column and for each variable with missing observations.
    fn notes(&self, values: &HashMap<VariableId, Bound>) -> Vec<Diagnostic> {
        let mut notes = Vec::new();
        for (variable, bound) in values {
            let entry = &self.request.network.variables[*variable];
            let discrete = !matches!(entry.support, crate::network::ir::Support::Real(_));
            if !bound.missing.is_empty() {
                notes.push(error::missing_announced(
                    &entry.name,
                    bound.missing.len(),
                    bound.values.len(),
                    discrete,
                    entry.span,
                ));
            }
        }
        notes.sort_by(|a, b| a.message.cmp(&b.message));
        let unused = self.unused_columns();
        if !unused.is_empty() {
            notes.push(error::unused_columns(&unused));
        }
        notes
    }
}

impl ArrayValues {
    /// The number of elements.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            ArrayValues::Real(values) => values.len(),
            ArrayValues::Bool(values) => values.len(),
            ArrayValues::Index(values) => values.len(),
        }
    }

    /// Whether there are no elements.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
