//! Which columns or entries hold the values of a variable.

use super::origin::Origin;
use super::{Binder, error};
use crate::base::{Span, diagnostic};
use crate::data::{Content, DataFile, Table};
use crate::network::ir::{Definition, PlateId, PlateSize, Role, VariableId};

impl<'a> Binder<'a> {
    /// The name of the column that holds a variable.
    pub(super) fn column_name(&self, variable: VariableId) -> &'a str {
        let entry = &self.request.network.variables[variable];
        match &entry.definition {
            Definition::Input { column: Some(column), .. }
            | Definition::Observed { column: Some(column), .. } => column,
            Definition::Input { .. }
            | Definition::Observed { .. }
            | Definition::Random(_)
            | Definition::Deterministic(_) => &entry.name,
        }
    }

    fn tables(&self) -> impl Iterator<Item = (&'a DataFile, &'a Table)> + use<'a> {
        self.request.files.iter().filter_map(|file| match &file.content {
            Content::Table(table) => Some((file, table)),
            Content::Document(_) => None,
        })
    }

    /// The tables whose rows are the elements of `plate`: those named for it, or the unnamed ones
    /// where the unnamed table belongs to the plate.
    pub(super) fn tables_of(&self, plate: PlateId) -> Vec<(&'a DataFile, &'a Table)> {
        let name = &self.request.network.plates[plate].name;
        let serves = |file: &DataFile| match &file.plate {
            Some(named) => named == name,
            None => self.row_plate == Some(plate),
        };
        self.tables().filter(|(file, _)| serves(file)).collect()
    }

    /// The unnamed tables: their columns define levels, and inputs that are constant within a
    /// level.
    pub(super) fn row_tables(&self) -> Vec<(&'a DataFile, &'a Table)> {
        self.tables().filter(|(file, _)| file.plate.is_none()).collect()
    }

    /// The columns of `table` that hold the variable beyond its first axis, in the order of the
    /// elements of the other axes.
    pub(super) fn columns_in(
        &self,
        variable: VariableId,
        table: &Table,
        name: &str,
    ) -> Option<Vec<usize>> {
        let axes = &self.request.network.variables[variable].axes;
        let rest: Vec<PlateId> =
            axes.iter().skip(1).map(|&a| self.request.network.plate_of(a)).collect();
        if rest.is_empty() {
            return table.column_index(name).map(|c| vec![c]);
        }
        let mut suffixes: Vec<Vec<String>> = vec![Vec::new()];
        for plate in rest {
            let data = self.plate(plate)?;
            suffixes = suffixes
                .into_iter()
                .flat_map(|s| {
                    (0..data.size).map(move |i| [s.clone(), vec![data.label(i)]].concat())
                })
                .collect();
        }
        let only = self.only_claimant(variable);
        suffixes
            .iter()
            .map(|suffix| {
                let suffix = suffix.join(".");
                let alone = only.then(|| table.column_index(&suffix)).flatten();
                table.column_index(&format!("{name}.{suffix}")).or(alone)
            })
            .collect()
    }

    /// Whether no other variable in the data has the same second axis, so that columns may be named
    /// by its labels alone.
    fn only_claimant(&self, variable: VariableId) -> bool {
        let network = self.request.network;
        let plate = |v: VariableId| network.variables[v].axes.get(1).map(|&a| network.plate_of(a));
        let labelled =
            plate(variable).and_then(|p| self.plate(p)).is_some_and(|p| p.labels.is_some());
        labelled
            && !network.variables.ids().any(|other| {
                other != variable && self.is_read(other) && plate(other) == plate(variable)
            })
    }

    /// Where the values of a variable are; none where no file has them.
    pub(super) fn origin(&mut self, variable: VariableId) -> Option<Origin<'a>> {
        let name = self.column_name(variable);
        if let Some(entry) = self.entry(name) {
            return Some(entry);
        }
        let network = self.request.network;
        let first = network.variables[variable].axes.first().map(|&a| network.plate_of(a))?;
        for (file, table) in self.tables_of(first) {
            if let Some(columns) = self.columns_in(variable, table, name) {
                let rows = self.key_rows(first, file, table);
                return Some(Origin::Columns { table, columns, rows });
            }
        }
        self.constant_within(variable, first, name)
    }

    pub(super) fn entry(&mut self, name: &str) -> Option<Origin<'a>> {
        for file in self.request.files {
            let Content::Document(document) = &file.content else { continue };
            let Some(entry) = document.entry(name) else { continue };
            match entry.value.array() {
                Ok(array) => return Some(Origin::Entry { document, entry, array }),
                Err(irregular) => {
                    let diagnostic = document.irregular(self.sources, entry, &irregular);
                    self.errors.push(diagnostic);
                }
            }
        }
        None
    }

    /// The row of each level in a table over the plate, by its key column.
    fn key_rows(&mut self, plate: PlateId, file: &DataFile, table: &Table) -> Option<Vec<usize>> {
        let PlateSize::Levels(column) = &self.request.network.plates[plate].size else {
            return None;
        };
        file.plate.as_ref()?;
        let key = table.column_index(column)?;
        let data = self.plate(plate)?.clone();
        let mut rows = vec![None; data.size];
        for row in 0..table.rows {
            let Some(label) = super::plates::label_of(&table.columns[key].cells, row) else {
                continue;
            };
            let Some(level) = data.labels.as_ref()?.iter().position(|l| *l == label) else {
                continue;
            };
            if rows[level].is_some() {
                let name = self.request.network.plates[plate].name.clone();
                self.errors.push(error::key_twice(
                    &label,
                    &name,
                    table.cell_span(self.sources, row, key),
                ));
            }
            rows[level] = Some(row);
        }
        if let Some(absent) = rows.iter().position(Option::is_none) {
            let name = &self.request.network.plates[plate].name;
            self.errors.push(error::key_missing(
                &data.label(absent),
                name,
                &file.name,
                column,
                table.header_span(key),
            ));
        }
        Some(rows.into_iter().map(Option::unwrap_or_default).collect())
    }

    /// A variable over a plate of levels, whose column is in the table of the rows and has a single
    /// value within each level.
    fn constant_within(
        &mut self,
        variable: VariableId,
        plate: PlateId,
        name: &str,
    ) -> Option<Origin<'a>> {
        let PlateSize::Levels(key) = &self.request.network.plates[plate].size else { return None };
        for (_, table) in self.row_tables() {
            let Some(columns) = self.columns_in(variable, table, name) else { continue };
            let Some(key) = table.column_index(key) else { continue };
            let levels = self.plate(plate)?.clone();
            let index: std::collections::HashMap<&str, usize> =
                levels.labels.iter().flatten().enumerate().map(|(i, l)| (l.as_str(), i)).collect();
            let mut rows: Vec<Option<usize>> = vec![None; levels.size];
            for row in 0..table.rows {
                let Some(label) = super::plates::label_of(&table.columns[key].cells, row) else {
                    continue;
                };
                let Some(&level) = index.get(label.as_str()) else { continue };
                match rows[level] {
                    None => rows[level] = Some(row),
                    Some(first) => {
                        if let Some(&column) =
                            columns.iter().find(|&&c| !same(table, c, first, row))
                        {
                            self.report_not_constant(
                                variable,
                                plate,
                                &label,
                                (table, column),
                                (first, row),
                            );
                            return None;
                        }
                    }
                }
            }
            let rows = rows.into_iter().map(Option::unwrap_or_default).collect();
            return Some(Origin::Columns { table, columns, rows: Some(rows) });
        }
        None
    }

    fn report_not_constant(
        &mut self,
        variable: VariableId,
        plate: PlateId,
        level: &str,
        column: (&Table, usize),
        rows: (usize, usize),
    ) {
        let (table, column) = column;
        let place = |row: usize| {
            let span = table.cell_span(self.sources, row, column);
            (span, self.sources.slice(span).to_owned())
        };
        let entry = &self.request.network.variables[variable];
        let plate = &self.request.network.plates[plate].name;
        let diagnostic = error::not_constant(
            &entry.name,
            plate,
            level,
            place(rows.0),
            place(rows.1),
            entry.span,
        );
        self.errors.push(diagnostic);
    }

    pub(super) fn report_not_found(&mut self, variable: VariableId) {
        let entry = &self.request.network.variables[variable];
        if self.request.files.is_empty() {
            self.errors.push(error::no_data(&entry.name, entry.span));
            return;
        }
        let network = self.request.network;
        let name = self.column_name(variable);
        let Some(first) = entry.axes.first().map(|&a| network.plate_of(a)) else {
            self.errors.push(error::single_not_found(
                name,
                entry.span,
                &self.headers(|_| true).1.join(", "),
            ));
            return;
        };
        let plate = Some(&network.plates[first].name);
        let serves = |file: &DataFile| file.plate.is_none() || file.plate.as_ref() == plate;
        let any = self.request.files.iter().any(serves);
        let (places, names) = self.headers(|file| !any || serves(file));
        let near =
            diagnostic::nearest(name, names.iter().map(String::as_str).filter(|n| *n != name));
        self.errors.push(error::column_not_found(
            name,
            entry.span,
            &places,
            near,
            &names.join(", "),
        ));
    }

    /// The headers of the tables with a description of each file, and all names in these files,
    /// including the entries of documents.
    pub(super) fn headers(
        &self,
        wanted: impl Fn(&DataFile) -> bool,
    ) -> (Vec<(Span, String)>, Vec<String>) {
        let mut places: Vec<(Span, String)> = Vec::new();
        let mut names: Vec<String> = Vec::new();
        for file in self.request.files.iter().filter(|f| wanted(f)) {
            match &file.content {
                Content::Table(table) => {
                    let columns: Vec<String> =
                        table.columns.iter().map(|c| c.name.clone()).collect();
                    let shown = if columns.len() > 12 {
                        format!("{}, …", columns[..12].join(", "))
                    } else {
                        columns.join(", ")
                    };
                    places.push((
                        table
                            .header_span(0)
                            .to(table.header_span(table.columns.len().saturating_sub(1))),
                        shown,
                    ));
                    names.extend(columns);
                }
                Content::Document(document) => {
                    names.extend(document.entries.iter().map(|e| e.key.clone()))
                }
            }
        }
        (places, names)
    }

    /// Values that are in two files are ambiguous, even if they agree today.
    pub(super) fn check_one_origin(&mut self, variable: VariableId) {
        let network = self.request.network;
        let name = self.column_name(variable);
        let mut found: Vec<(Span, &str)> = Vec::new();
        for file in self.request.files {
            if let Content::Document(document) = &file.content
                && let Some(entry) = document.entry(name)
            {
                found.push((entry.span, &file.name));
            }
        }
        if let Some(first) = network.variables[variable].axes.first().map(|&a| network.plate_of(a))
        {
            for (file, table) in self.tables_of(first) {
                if let Some(column) =
                    self.columns_in(variable, table, name).and_then(|c| c.first().copied())
                {
                    found.push((table.header_span(column), &file.name));
                }
            }
        }
        if let [first, second, ..] = found.as_slice() {
            let entry = &network.variables[variable];
            self.errors.push(error::in_two_files(&entry.name, *first, *second, entry.span));
        }
    }

    /// Columns and entries that no variable reads.
    pub(super) fn unused_columns(&self) -> Vec<String> {
        let network = self.request.network;
        let mut used: Vec<&str> = network
            .plates
            .iter()
            .filter_map(
                |(_, p)| if let PlateSize::Levels(c) = &p.size { Some(c.as_str()) } else { None },
            )
            .collect();
        let read =
            network.variables.iter().filter(|(_, v)| matches!(v.role, Role::Input | Role::Observe));
        used.extend(read.map(|(id, _)| self.column_name(id)));
        let labels: Vec<&str> = self
            .plates
            .iter()
            .flatten()
            .filter_map(|p| p.labels.as_ref())
            .flatten()
            .map(String::as_str)
            .collect();
        let is_used = |name: &str| {
            let base = name.split_once('.').map_or(name, |(base, _)| base);
            used.contains(&name)
                || used.contains(&base)
                || labels.contains(&name)
                || name.is_empty()
        };
        self.tables()
            .flat_map(|(_, t)| &t.columns)
            .map(|c| c.name.clone())
            .filter(|n| !is_used(n))
            .collect()
    }
}

fn same(table: &Table, column: usize, a: usize, b: usize) -> bool {
    use crate::data::Cells;
    match &table.columns[column].cells {
        Cells::Number { values, .. } => {
            values[a] == values[b] || (values[a].is_nan() && values[b].is_nan())
        }
        Cells::Text { codes, .. } => codes[a] == codes[b],
    }
}
