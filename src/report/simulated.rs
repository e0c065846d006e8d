//! Simulated values as CSV.

use crate::lower::Layout;
use crate::network::ir::Role;

/// Draws of all variables, one per row.
#[must_use]
pub fn rows(layouts: &[Layout], draws: impl Iterator<Item = Vec<f64>>) -> String {
    let names = layouts.iter().flat_map(|l| l.names.iter().map(|n| field(n)));
    let mut text = names.collect::<Vec<String>>().join(",") + "\n";
    for draw in draws {
        let row: Vec<String> = draw.iter().map(f64::to_string).collect();
        text += &(row.join(",") + "\n");
    }
    text
}

/// The observed variables of one draw, side by side, in the shape of data: one row per element of
/// their plate, one column per variable.
#[must_use]
pub fn data(layouts: &[Layout], values: &[f64]) -> String {
    let observed = parts(layouts, values).filter(|(layout, _)| layout.role == Role::Observe);
    let columns: Vec<(String, Vec<f64>)> =
        observed.flat_map(|(layout, values)| as_columns(layout, values)).collect();
    table(&columns)
}

/// The unobserved variables of one draw: one row per element, `name,value`.
#[must_use]
pub fn parameters(layouts: &[Layout], values: &[f64]) -> String {
    let mut text = String::from("name,value\n");
    for (layout, values) in parts(layouts, values).filter(|(layout, _)| is_hidden(layout)) {
        for (name, value) in layout.names.iter().zip(values) {
            text += &format!("{},{value}\n", field(name));
        }
    }
    text
}

/// The unobserved variables of several draws: one row per draw, one column per element.
#[must_use]
pub fn parameter_rows(layouts: &[Layout], draws: &[Vec<f64>]) -> String {
    let hidden: Vec<Layout> = layouts.iter().filter(|l| is_hidden(l)).cloned().collect();
    let of_draw = |draw: &Vec<f64>| -> Vec<f64> {
        let parts = parts(layouts, draw).filter(|(layout, _)| is_hidden(layout));
        parts.flat_map(|(_, values)| values.to_vec()).collect()
    };
    rows(&hidden, draws.iter().map(of_draw))
}

fn is_hidden(layout: &Layout) -> bool {
    layout.role != Role::Observe
}

/// The values of each variable.
fn parts<'a>(
    layouts: &'a [Layout],
    values: &'a [f64],
) -> impl Iterator<Item = (&'a Layout, &'a [f64])> {
    layouts.iter().scan(0, |next, layout| {
        let first = *next;
        *next += layout.names.len();
        Some((layout, &values[first..*next]))
    })
}

/// A variable as columns: its first axis runs down, the others across.
fn as_columns(layout: &Layout, values: &[f64]) -> Vec<(String, Vec<f64>)> {
    let rows = layout.dimensions.first().map_or(1, |d| d.labels.len());
    if layout.dimensions.len() < 2 {
        return vec![(layout.name.clone(), values.to_vec())];
    }
    let width = values.len() / rows.max(1);
    (0..width)
        .map(|column| {
            let name = layout.names[column]
                .split_once(',')
                .map_or("", |(_, rest)| rest.trim_end_matches(']'))
                .replace(',', ".");
            (
                format!("{}.{name}", layout.name),
                (0..rows).map(|row| values[row * width + column]).collect(),
            )
        })
        .collect()
}

/// Columns side by side; shorter ones are padded with empty cells.
fn table(columns: &[(String, Vec<f64>)]) -> String {
    let header: Vec<String> = columns.iter().map(|(name, _)| field(name)).collect();
    let rows = columns.iter().map(|(_, values)| values.len()).max().unwrap_or(0);
    let mut text = header.join(",") + "\n";
    for row in 0..rows {
        let cells: Vec<String> =
            columns.iter().map(|(_, v)| v.get(row).map_or(String::new(), f64::to_string)).collect();
        text += &(cells.join(",") + "\n");
    }
    text
}

/// A CSV field, quoted if necessary.
fn field(text: &str) -> String {
    if text.contains([',', '"', '\n']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}
