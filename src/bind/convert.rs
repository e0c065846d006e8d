//! Cells → the values of a variable, each checked against its support.

use super::origin::{Cell, Origin};
use super::{Binder, Bound, Purpose, error};
use crate::network::ir::{Bounds, Definition, ExprId, PlateId, Role, Support, VariableId};
use crate::program::ArrayValues;

/// How many mistakes in one column are reported.
const REPORTED: usize = 3;

/// Cells as values.
struct Converted<T> {
    /// A value for each cell; the default where it is missing or wrong.
    values: Vec<T>,
    /// The positions of the missing ones.
    missing: Vec<usize>,
    /// Whether none is wrong.
    sound: bool,
}

impl Binder<'_> {
    /// The values of a variable, checked. None where they are absent and need not be present, or
    /// after an error.
    pub(super) fn values_of(&mut self, variable: VariableId) -> Option<Bound> {
        let network = self.request.network;
        let entry = &network.variables[variable];
        let before = self.errors.len();
        let Some(origin) = self.origin(variable) else {
            // Data that a simulation conditions on may be absent where no element is conditioned on
            // with `Given()`: the lowering checks that.
            let optional = matches!(&entry.definition, Definition::Input { default: Some(_), .. })
                || self.is_simulated(variable);
            let told = self.errors.iter().any(|e| e.labels.iter().any(|l| l.span == entry.span));
            if self.errors.len() > before && !told {
                self.point_at(variable);
            } else if !optional && !told {
                self.report_not_found(variable);
            }
            return None;
        };
        self.check_one_origin(variable);
        let shape: Vec<usize> = entry
            .axes
            .iter()
            .map(|&a| self.plate(network.plate_of(a)).map_or(0, |p| p.size))
            .collect();
        if let Origin::Entry { array, entry: json, .. } = &origin
            && array.shape != shape
            && !(array.shape.iter().product::<usize>() == 0 && shape.iter().product::<usize>() == 0)
        {
            self.errors.push(error::shape(
                &entry.name,
                &array.shape,
                &shape,
                json.span,
                entry.span,
            ));
            return None;
        }
        let count = shape.iter().product();
        match entry.support.clone() {
            Support::Real(bounds) => {
                let bound = self.reals(variable, &origin, count, bounds)?;
                if self.is_simulated(variable) {
                    Some(bound)
                } else {
                    self.checked_events(variable, &origin, bound)
                }
            }
            Support::Integer(bounds) => self.integers(variable, &origin, count, bounds),
            Support::Bool => self.truths(variable, &origin, count),
            Support::Index(plate) => self.indices(variable, &origin, count, plate),
        }
    }

    /// Whether the variable is simulated, even where the data hold values for it to be conditioned
    /// on.
    fn is_simulated(&self, variable: VariableId) -> bool {
        self.request.purpose == Purpose::Simulate
            && self.request.network.variables[variable].role == Role::Observe
    }

    /// Adds to the last error that it is in the data of this variable.
    fn point_at(&mut self, variable: VariableId) {
        let entry = &self.request.network.variables[variable];
        if let Some(last) = self.errors.pop() {
            self.errors.push(last.at(entry.span, format!("the data of `{}`", entry.name)));
        }
    }

    fn reals(
        &mut self,
        variable: VariableId,
        origin: &Origin,
        count: usize,
        bounds: Bounds,
    ) -> Option<Bound> {
        let entry = &self.request.network.variables[variable];
        let observed = entry.role == Role::Observe;
        let (lower, upper) = (self.constant(bounds.lower), self.constant(bounds.upper));
        // A scale of 0 in the data makes no sense: an input declared as positive is above 0.
        let open = !observed
            && lower == Some(0.0)
            && upper.is_none()
            && matches!(entry.support, Support::Real(_));
        let inside = |v: f64| {
            v.is_finite()
                && lower.is_none_or(|l| v > l || (v == l && !open))
                && upper.is_none_or(|u| v <= u)
        };
        if let Some(numbers) = origin.numbers()
            && numbers.len() == count
            && numbers.iter().all(|&v| inside(v))
        {
            return Some(Bound {
                values: ArrayValues::Real(numbers.to_vec()),
                missing: Vec::new(),
            });
        }
        let words = bounds_in_words(lower, upper, open);
        let Converted { values, missing, sound } =
            self.numbers(variable, origin, count, &inside, &words);
        let refused = if observed {
            self.report_mixed(variable, origin, &missing)
        } else {
            self.report_missing(variable, origin, &missing)
        };
        (sound && !refused).then_some(Bound { values: ArrayValues::Real(values), missing })
    }

    /// The cells as numbers; `bounds`: the bounds that `inside` tests, in words.
    fn numbers(
        &mut self,
        variable: VariableId,
        origin: &Origin,
        count: usize,
        inside: &dyn Fn(f64) -> bool,
        bounds: &str,
    ) -> Converted<f64> {
        let read = |cell: &Cell| match cell {
            Cell::Number(value) => Some(*value).filter(|&v| inside(v)),
            Cell::Text(_) | Cell::Missing => None,
        };
        self.converted(numeric_cells(origin, count), read, |binder, element, cell| {
            binder.report_number(variable, origin, element, cell, bounds);
        })
    }

    /// Each cell as `read` makes of it; `report` tells of the first of those of which it makes
    /// nothing.
    fn converted<'c, T: Default>(
        &mut self,
        cells: impl Iterator<Item = Cell<'c>>,
        read: impl Fn(&Cell<'c>) -> Option<T>,
        report: impl Fn(&mut Self, usize, &Cell<'c>),
    ) -> Converted<T> {
        let (mut values, mut missing, mut wrong) = (Vec::new(), Vec::new(), 0);
        for (element, cell) in cells.enumerate() {
            let value = read(&cell);
            if matches!(cell, Cell::Missing) {
                missing.push(element);
            } else if value.is_none() {
                wrong += 1;
                if wrong <= REPORTED {
                    report(self, element, &cell);
                }
            }
            values.push(value.unwrap_or_default());
        }
        Converted { values, missing, sound: wrong == 0 }
    }

    fn integers(
        &mut self,
        variable: VariableId,
        origin: &Origin,
        count: usize,
        bounds: Bounds,
    ) -> Option<Bound> {
        let bound = self.reals(variable, origin, count, bounds)?;
        if self.report_missing(variable, origin, &bound.missing) {
            return None;
        }
        let ArrayValues::Real(values) = &bound.values else { return None };
        let broken: Vec<usize> = values
            .iter()
            .enumerate()
            .filter(|(_, v)| v.fract() != 0.0)
            .map(|(i, _)| i)
            .take(REPORTED)
            .collect();
        let entry = &self.request.network.variables[variable];
        for &element in &broken {
            let span = origin.span(self.sources, element);
            self.errors.push(error::not_whole(
                &entry.name,
                &origin.place(element),
                span,
                values[element],
                entry.span,
            ));
        }
        broken.is_empty().then_some(bound)
    }

    fn truths(&mut self, variable: VariableId, origin: &Origin, count: usize) -> Option<Bound> {
        let inside = |v: f64| v == 0.0 || v == 1.0;
        let Converted { values, missing, sound } =
            self.numbers(variable, origin, count, &inside, "0 or 1");
        if !sound || self.report_missing(variable, origin, &missing) {
            return None;
        }
        let values = values.into_iter().map(|v| u8::from(v == 1.0)).collect();
        Some(Bound { values: ArrayValues::Bool(values), missing })
    }

    fn indices(
        &mut self,
        variable: VariableId,
        origin: &Origin,
        count: usize,
        plate: PlateId,
    ) -> Option<Bound> {
        let data = self.plate(plate)?.clone();
        let known: std::collections::HashMap<&str, u32> =
            data.labels.iter().flatten().map(String::as_str).zip(0..).collect();
        let size = &self.request.network.plates[plate].size;
        let read = |cell: &Cell| match (cell, &data.labels) {
            (Cell::Missing, _) | (Cell::Text(_), None) => None,
            (Cell::Number(value), None) => position(*value, data.size),
            (Cell::Text(text), Some(_)) => known.get(text).copied(),
            (Cell::Number(value), Some(_)) => known
                .get(value.to_string().as_str())
                .copied()
                .or_else(|| position_of_named(&data, size, *value)),
        };
        let cells = (0..count).map(|element| origin.cell(element));
        let Converted { values, missing, sound } =
            self.converted(cells, read, |binder, element, cell| {
                binder.report_level(variable, origin, element, cell, plate);
            });
        if !sound || self.report_missing(variable, origin, &missing) {
            return None;
        }
        Some(Bound { values: ArrayValues::Index(values), missing })
    }

    fn report_level(
        &mut self,
        variable: VariableId,
        origin: &Origin,
        element: usize,
        cell: &Cell,
        plate: PlateId,
    ) {
        let entry = &self.request.network.variables[variable];
        let data = self.plate(plate).cloned().unwrap_or_default();
        let labels = match &data.labels {
            Some(labels) if labels.len() <= 8 => labels.join(", "),
            Some(labels) => format!("{}, … ({} levels)", labels[..8].join(", "), labels.len()),
            None => format!("a number from 1 to {}", data.size),
        };
        let name = &self.request.network.plates[plate].name;
        let span = origin.span(self.sources, element);
        let value = cell.label().unwrap_or_default();
        let error = error::not_a_level(
            &entry.name,
            &origin.place(element),
            span,
            &value,
            name,
            &labels,
            entry.span,
        );
        let table = self
            .request
            .files
            .iter()
            .find(|f| f.plate.as_ref() == Some(name) && data.labels.is_some());
        self.errors.push(match table {
            Some(file) => error.try_this(format!(
                "the rows of {} are the elements of `{name}`: add one for `{value}`",
                file.name
            )),
            None => error,
        });
    }

    fn report_number(
        &mut self,
        variable: VariableId,
        origin: &Origin,
        element: usize,
        cell: &Cell,
        expected: &str,
    ) {
        let entry = &self.request.network.variables[variable];
        let (place, span) = (origin.place(element), origin.span(self.sources, element));
        self.errors.push(match *cell {
            Cell::Missing => return,
            Cell::Text(text) => error::text_in_number(&entry.name, &place, span, text, entry.span),
            Cell::Number(value) if value.is_infinite() => {
                error::infinite(&entry.name, &place, span, entry.span)
            }
            Cell::Number(value) => {
                error::outside(&entry.name, &place, span, value, expected, entry.span)
            }
        });
    }

    /// Whether there were missing values, which have been reported.
    fn report_missing(&mut self, variable: VariableId, origin: &Origin, missing: &[usize]) -> bool {
        let Some(&first) = missing.first() else { return false };
        let entry = &self.request.network.variables[variable];
        if entry.role == Role::Observe {
            return false;
        }
        let span = origin.span(self.sources, first);
        self.errors.push(error::missing_value(
            &entry.name,
            &origin.place(first),
            span,
            entry.span,
            missing.len(),
        ));
        true
    }

    /// Whether there were missing values, which have been reported, of a variable that cannot be
    /// replaced by a coordinate.
    fn report_mixed(&mut self, variable: VariableId, origin: &Origin, missing: &[usize]) -> bool {
        let entry = &self.request.network.variables[variable];
        let Definition::Observed { conditional, .. } = &entry.definition else { return false };
        let mixed = conditional.applications().into_iter().find(|application| application.mixed);
        let (Some(mixed), Some(&first), Support::Real(_)) =
            (mixed, missing.first(), &entry.support)
        else {
            return false;
        };
        if self.is_simulated(variable) {
            return false;
        }
        let span = origin.span(self.sources, first);
        let distribution = (mixed.family.as_str(), mixed.span);
        self.errors.push(error::missing_mixed(
            &entry.name,
            &origin.place(first),
            span,
            distribution,
            missing.len(),
        ));
        true
    }

    fn constant(&self, bound: Option<ExprId>) -> Option<f64> {
        self.request.network.number(bound?)
    }
}

fn bounds_in_words(lower: Option<f64>, upper: Option<f64>, open: bool) -> String {
    match (lower, upper) {
        (Some(lower), Some(upper)) => format!("{lower} to {upper}"),
        (Some(lower), None) if open => format!("above {lower}"),
        (Some(lower), None) => format!("at least {lower}"),
        (None, Some(upper)) => format!("at most {upper}"),
        (None, None) => "a finite number".to_owned(),
    }
}

/// The position, from 0, that a number counting from 1 means.
fn position(value: f64, size: usize) -> Option<u32> {
    (value.fract() == 0.0 && value >= 1.0 && value <= size as f64).then(|| value as u32 - 1)
}

/// Labels that are written in the model may also be given by number; levels may not.
fn position_of_named(
    data: &super::PlateData,
    size: &crate::network::ir::PlateSize,
    value: f64,
) -> Option<u32> {
    match size {
        crate::network::ir::PlateSize::Labels(_) => position(value, data.size),
        crate::network::ir::PlateSize::Data
        | crate::network::ir::PlateSize::Number(_)
        | crate::network::ir::PlateSize::Expression(_)
        | crate::network::ir::PlateSize::Levels(_) => None,
    }
}

/// The cells with numbers for the texts that are numbers: a column with one text in it is text
/// throughout, so its numbers are not mistakes.
fn numeric_cells<'c>(origin: &'c Origin, count: usize) -> impl Iterator<Item = Cell<'c>> {
    (0..count).map(|element| match origin.cell(element) {
        Cell::Text(text) => match truth(text).or_else(|| text.parse().ok()) {
            Some(value) if value.is_nan() => Cell::Missing,
            Some(value) => Cell::Number(value),
            None => Cell::Text(text),
        },
        other @ (Cell::Missing | Cell::Number(_)) => other,
    })
}

fn truth(text: &str) -> Option<f64> {
    match text {
        "true" | "TRUE" | "True" => Some(1.0),
        "false" | "FALSE" | "False" => Some(0.0),
        _ => None,
    }
}
