//! The elements of plates: from the model, from levels, from the data.

use super::origin::{Cell, Origin};
use super::{Binder, PlateData, Purpose, error};
use crate::base::{Span, diagnostic};
use crate::data::{Cells, Content};
use crate::network::ir::{LARGEST_PLATE, PlateId, PlateSize, Role, VariableId};

impl<'a> Binder<'a> {
    /// Determines all plates: first those of the model, then rows and levels, then what follows
    /// from arrays.
    pub(super) fn size_plates(&mut self) {
        self.check_table_names();
        if !self.errors.is_empty() {
            return;
        }
        let network = self.request.network;
        for (id, plate) in network.plates.iter() {
            self.plates[id.0 as usize] = match &plate.size {
                PlateSize::Number(size) => Some(PlateData { size: *size, labels: None }),
                PlateSize::Labels(labels) => {
                    Some(PlateData { size: labels.len(), labels: Some(labels.clone()) })
                }
                PlateSize::Levels(_) | PlateSize::Expression(_) | PlateSize::Data => {
                    self.given_size(id)
                }
            };
        }
        self.choose_row_plate();
        for (id, plate) in network.plates.iter() {
            match &plate.size {
                PlateSize::Levels(column) => self.plates[id.0 as usize] = self.levels(id, column),
                PlateSize::Expression(size) => {
                    if self.plate(id).is_none() {
                        self.plates[id.0 as usize] = self.computed_size(id, *size);
                    }
                }
                PlateSize::Data => self.size_from_tables(id),
                PlateSize::Number(_) | PlateSize::Labels(_) => {}
            }
        }
        for (id, plate) in network.plates.iter() {
            if plate.size == PlateSize::Data {
                self.size_from_arrays(id);
            }
            if self.plate(id).is_none() && self.errors.is_empty() && !self.report_irregular(id) {
                let simulate = self.request.purpose == Purpose::Simulate;
                self.errors.push(error::plate_size_unknown(&plate.name, plate.span, simulate));
            }
        }
        if self.errors.is_empty() {
            self.check_sizes();
        }
    }

    /// An array whose lists differ in length has no shape and so gives no size; then that is the
    /// mistake to report.
    fn report_irregular(&mut self, plate: PlateId) -> bool {
        let network = self.request.network;
        for (id, variable) in network.variables.iter() {
            if matches!(variable.role, Role::Input | Role::Observe)
                && variable.axes.iter().any(|&a| network.plate_of(a) == plate)
            {
                let _reported = self.entry(self.column_name(id));
            }
        }
        !self.errors.is_empty()
    }

    /// Sizes given by the user must not contradict the data; nothing may be larger than memory.
    fn check_sizes(&mut self) {
        let network = self.request.network;
        for (name, given) in self.request.sizes {
            let found = network
                .plates
                .iter()
                .find(|(_, p)| p.name == *name)
                .and_then(|(id, p)| Some((self.plate(id)?.size, p.span)));
            if let Some((size, span)) = found
                && size != *given
            {
                self.errors.push(error::size_contradicted(name, *given, size, span));
            }
        }
        for (_, variable) in network.variables.iter() {
            let size = |&a| self.plate(network.plate_of(a)).map_or(0.0, |p| p.size as f64);
            let elements: f64 = variable.axes.iter().map(size).product();
            if elements > LARGEST_PLATE as f64 {
                self.errors.push(error::too_large(
                    &variable.name,
                    elements,
                    LARGEST_PLATE,
                    variable.span,
                ));
            }
        }
    }

    fn given_size(&self, plate: PlateId) -> Option<PlateData> {
        let name = &self.request.network.plates[plate].name;
        let given = self.request.sizes.iter().find(|(n, _)| n == name);
        given.map(|(_, size)| PlateData { size: *size, labels: None })
    }

    fn check_table_names(&mut self) {
        let known: Vec<&str> =
            self.request.network.plates.iter().map(|(_, p)| p.name.as_str()).collect();
        for file in self.request.files {
            if let Some(plate) = &file.plate
                && !known.contains(&plate.as_str())
            {
                self.errors.push(error::unknown_table(
                    plate,
                    &file.name,
                    diagnostic::nearest(plate, known.iter().copied()),
                    &known.join(", "),
                ));
            }
        }
        for (name, _) in
            self.request.sizes.iter().filter(|(name, _)| !known.contains(&name.as_str()))
        {
            let near = diagnostic::nearest(name, known.iter().copied());
            self.errors.push(error::size_of_unknown_plate(name, near, &known.join(", ")));
        }
    }

    /// The plate for the rows of an unnamed table: the one without a size left of a colon.
    fn choose_row_plate(&mut self) {
        let network = self.request.network;
        let Some((file, table)) = self.row_tables().first().copied() else { return };
        let mut candidates: Vec<PlateId> = Vec::new();
        for (id, variable) in network.variables.iter() {
            let Some(&axis) = variable.axes.first() else { continue };
            let plate = network.plate_of(axis);
            let open = network.plates[plate].size == PlateSize::Data && self.plate(plate).is_none();
            let named = self
                .request
                .files
                .iter()
                .any(|f| f.plate.as_ref() == Some(&network.plates[plate].name));
            let data = matches!(variable.role, Role::Input | Role::Observe);
            if data && open && !named && !candidates.contains(&plate) && !self.in_document(id) {
                candidates.push(plate);
            }
        }
        if candidates.len() > 1 {
            let holds = |plate: PlateId| {
                network.variables.iter().any(|(id, v)| {
                    v.axes.first().is_some_and(|&a| network.plate_of(a) == plate)
                        && table.column(self.column_name(id)).is_some()
                })
            };
            let holding: Vec<PlateId> = candidates.iter().copied().filter(|&p| holds(p)).collect();
            candidates = if holding.is_empty() { candidates } else { holding };
        }
        match candidates.as_slice() {
            [] => self.row_plate = self.fixed_row_plate(table),
            [only] => self.row_plate = Some(*only),
            several => {
                let plates: Vec<(String, Span)> = several
                    .iter()
                    .map(|&p| (network.plates[p].name.clone(), network.plates[p].span))
                    .collect();
                self.errors.push(error::several_plates(&plates, &file.name));
            }
        }
    }

    /// Where every plate has a size, the unnamed table belongs to the plate with as many elements
    /// as the table has rows, provided that it contains a variable over that plate.
    fn fixed_row_plate(&self, table: &crate::data::Table) -> Option<PlateId> {
        let network = self.request.network;
        let over = |plate: PlateId| {
            network.variables.iter().any(|(id, v)| {
                let first = v.axes.first().is_some_and(|&a| network.plate_of(a) == plate);
                first
                    && matches!(v.role, Role::Input | Role::Observe)
                    && table.column(self.column_name(id)).is_some()
            })
        };
        let levels = |plate: PlateId| matches!(network.plates[plate].size, PlateSize::Levels(_));
        network.plates.ids().find(|&p| !levels(p) && over(p))
    }

    fn in_document(&self, variable: VariableId) -> bool {
        let name = self.column_name(variable);
        self.request.files.iter().any(|file| match &file.content {
            Content::Document(document) => document.entry(name).is_some(),
            Content::Table(_) => false,
        })
    }

    fn size_from_tables(&mut self, plate: PlateId) {
        let name = self.request.network.plates[plate].name.clone();
        let span = self.request.network.plates[plate].span;
        let mut first: Option<(usize, Span, String)> = None;
        for (file, table) in self.tables_of(plate) {
            let place = table.header_span(0);
            match &first {
                Some((size, at, other)) if *size != table.rows => {
                    self.errors.push(error::sizes_differ(
                        &name,
                        span,
                        (*size, *at, other),
                        (table.rows, place, &file.name),
                    ));
                }
                Some(_) => {}
                None => first = Some((table.rows, place, file.name.clone())),
            }
        }
        if let Some((size, _, _)) = first {
            self.plates[plate.0 as usize] = Some(PlateData { size, labels: None });
        }
    }

    /// A size from the shape of an array over the plate; all must agree with each other and with
    /// what is known already.
    fn size_from_arrays(&mut self, plate: PlateId) {
        let network = self.request.network;
        for (id, variable) in network.variables.iter() {
            if !matches!(variable.role, Role::Input | Role::Observe) {
                continue;
            }
            let Some(axis) = variable.axes.iter().position(|&a| network.plate_of(a) == plate)
            else {
                continue;
            };
            let size = match self.array_extent(id, axis) {
                Some(size) => size,
                None if axis == 1 && self.plate(plate).is_none() => match self.numbered_columns(id)
                {
                    Some(size) => size,
                    None => continue,
                },
                None => continue,
            };
            match self.plate(plate) {
                None => {
                    self.plates[plate.0 as usize] = Some(PlateData { size: size.0, labels: None })
                }
                Some(known) if known.size != size.0 => {
                    let (name, span) = (&network.plates[plate].name, network.plates[plate].span);
                    let first = (known.size, span, "other data");
                    let diagnostic =
                        error::sizes_differ(name, span, first, (size.0, size.1, &variable.name));
                    self.errors.push(diagnostic);
                }
                Some(_) => {}
            }
        }
    }

    fn array_extent(&self, variable: VariableId, axis: usize) -> Option<(usize, Span)> {
        let name = self.column_name(variable);
        self.request.files.iter().find_map(|file| match &file.content {
            Content::Document(document) => {
                let entry = document.entry(name)?;
                let array = entry.value.array().ok()?;
                array.shape.get(axis).map(|&size| (size, entry.span))
            }
            Content::Table(_) => None,
        })
    }

    /// How many columns `name.1`, `name.2`, ... there are.
    fn numbered_columns(&self, variable: VariableId) -> Option<(usize, Span)> {
        let network = self.request.network;
        let name = self.column_name(variable);
        let first = network.variables[variable].axes.first().map(|&a| network.plate_of(a))?;
        let (_, table) = self.tables_of(first).first().copied()?;
        let count = (1..).take_while(|i| table.column(&format!("{name}.{i}")).is_some()).count();
        let span = table.header_span(table.column_index(&format!("{name}.1"))?);
        Some((count, span))
    }

    /// The distinct values of a column, sorted: numbers numerically, otherwise by code point.
    fn levels(&mut self, plate: PlateId, column: &str) -> Option<PlateData> {
        let entry = &self.request.network.plates[plate];
        let named: Vec<_> = self
            .request
            .files
            .iter()
            .filter(|f| f.plate.as_deref() == Some(entry.name.as_str()))
            .collect();
        let only_named = !named.is_empty();
        let files = if named.is_empty() { self.request.files.iter().collect() } else { named };
        for file in files {
            match &file.content {
                Content::Table(table) => {
                    if let Some(column) = table.column(column) {
                        return Some(levels_of(&column.cells));
                    }
                }
                Content::Document(document) => {
                    if let Some(array) = document.entry(column).and_then(|e| e.value.array().ok()) {
                        return Some(levels_of(&array.cells));
                    }
                }
            }
        }
        if let Some(given) = self.given_size(plate) {
            let labels = (1..=given.size).map(|i| i.to_string()).collect();
            return Some(PlateData { size: given.size, labels: Some(labels) });
        }
        let (places, names) =
            self.headers(|file| !only_named || file.plate.as_ref() == Some(&entry.name));
        let near = diagnostic::nearest(column, names.iter().map(String::as_str));
        self.errors.push(error::levels_column(column, &entry.name, entry.span, &places, near));
        None
    }

    /// A single number in the data, as the size of a plate.
    pub(super) fn single_number(&mut self, variable: VariableId) -> Option<f64> {
        match self.origin(variable)? {
            Origin::Entry { array, .. } if array.shape.is_empty() => match &array.cells {
                Cells::Number { values, .. } => values.first().copied(),
                Cells::Text { .. } => None,
            },
            Origin::Entry { .. } | Origin::Columns { .. } => None,
        }
    }
}

fn levels_of(cells: &Cells) -> PlateData {
    let mut labels: Vec<String> = match cells {
        Cells::Number { values, .. } => {
            let mut numbers: Vec<f64> = values.iter().copied().filter(|v| !v.is_nan()).collect();
            numbers.sort_by(f64::total_cmp);
            numbers.dedup();
            return PlateData {
                size: numbers.len(),
                labels: Some(numbers.iter().map(f64::to_string).collect()),
            };
        }
        Cells::Text { labels, .. } => labels.iter().map(str::to_owned).collect(),
    };
    labels.sort();
    PlateData { size: labels.len(), labels: Some(labels) }
}

/// The label of a cell; a number in its shortest form.
pub(super) fn label_of(cells: &Cells, row: usize) -> Option<String> {
    if cells.is_missing(row) {
        return None;
    }
    match cells {
        Cells::Number { values, .. } => Some(values[row].to_string()),
        Cells::Text { .. } => cells.label(row).map(str::to_owned),
    }
}

impl Cell<'_> {
    /// The label that a cell refers to.
    pub(super) fn label(&self) -> Option<String> {
        match self {
            Cell::Missing => None,
            Cell::Number(value) => Some(value.to_string()),
            Cell::Text(text) => Some((*text).to_owned()),
        }
    }
}
