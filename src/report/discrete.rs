//! Probabilities of discrete variables as text, JSON and CSV.

use std::io::{self, Write};

use serde_json::{Map, Value, json};

use super::Format;
use super::layout::{Align, Column, lines};
use crate::base::numbers::{fixed, shortest, significant, thousands};
use crate::fit::{DiscreteElement, DiscreteVariable, Expected, Fitted, Recovered};

/// Variables with more elements show only the first of them, unless all are requested.
const SHOWN_WHOLE: usize = 20;

/// Up to this many values get a column each.
const COLUMNS: usize = 8;

/// One table per variable.
#[must_use]
pub fn table(variables: &[DiscreteVariable], all: bool) -> String {
    variables.iter().map(|variable| of_variable(variable, all)).collect::<Vec<_>>().join("\n")
}

fn of_variable(variable: &DiscreteVariable, all: bool) -> String {
    let shown =
        if all { variable.elements.len() } else { variable.elements.len().min(SHOWN_WHOLE) };
    let elements = &variable.elements[..shown];
    let Some(first) = elements.first() else { return String::new() };
    let names = elements.iter().map(|e| e.name.clone()).collect();
    let mut columns = vec![Column::words("", names)];
    if first.values.len() <= COLUMNS && elements.iter().all(|e| e.values == first.values) {
        for (k, value) in first.values.iter().enumerate() {
            let cells = elements.iter().map(|e| fixed(e.probabilities[k], 3)).collect();
            columns.push(Column::numbers(&format!("P({value})"), cells));
        }
    } else {
        let of = |f: &dyn Fn(&DiscreteElement) -> String| {
            elements.iter().map(f).collect::<Vec<String>>()
        };
        if elements.iter().all(|e| moments(e).is_some()) {
            columns.push(Column::numbers(
                "mean",
                of(&|e| moments(e).map_or_else(String::new, |(mean, _)| significant(mean, 3))),
            ));
            columns.push(Column::numbers(
                "sd",
                of(&|e| moments(e).map_or_else(String::new, |(_, sd)| significant(sd, 2))),
            ));
        }
        let most = |e: &DiscreteElement| {
            (0..e.values.len())
                .max_by(|&a, &b| e.probabilities[a].total_cmp(&e.probabilities[b]))
                .unwrap_or(0)
        };
        columns.push(Column {
            align: Align::Right,
            ..Column::words("likeliest", of(&|e| e.values[most(e)].clone()))
        });
        columns.push(Column::numbers("P(likeliest)", of(&|e| fixed(e.probabilities[most(e)], 3))));
    }
    let together = elements.iter().map(|e| e.values[e.together].clone()).collect();
    columns.push(Column { align: Align::Right, gap: "   ", ..Column::words("together", together) });
    let mut text = lines(&columns).join("\n") + "\n";
    let hidden = variable.elements.len() - shown;
    if hidden > 0 {
        text += &format!(
            "  … {} more of {}  (--all shows them)\n",
            thousands(hidden as u64),
            variable.name
        );
    }
    text
}

/// Mean and standard deviation, if the values are numbers.
fn moments(element: &DiscreteElement) -> Option<(f64, f64)> {
    let values: Option<Vec<f64>> = element.values.iter().map(|v| v.parse().ok()).collect();
    let values = values?;
    let mean: f64 = values.iter().zip(&element.probabilities).map(|(v, p)| v * p).sum();
    let variance: f64 =
        values.iter().zip(&element.probabilities).map(|(v, p)| (v - mean) * (v - mean) * p).sum();
    Some((mean, variance.max(0.0).sqrt()))
}

/// The entry `discrete` of `summary.json`: for each element, the probability of each value, and its
/// value in the jointly most probable configuration.
#[must_use]
pub fn json(variables: &[DiscreteVariable]) -> Value {
    let mut map = Map::new();
    for element in variables.iter().flat_map(|v| &v.elements) {
        let probabilities: Map<String, Value> = element
            .values
            .iter()
            .cloned()
            .zip(element.probabilities.iter().map(|&p| json!(p)))
            .collect();
        map.insert(
            element.name.clone(),
            json!({ "probabilities": probabilities, "together": element.values[element.together] }),
        );
    }
    Value::Object(map)
}

/// What is printed below the other results.
#[must_use]
pub fn text(recovered: &Recovered, all: bool) -> String {
    let mut text = String::new();
    if !recovered.expected.is_empty() {
        let heading = "Computed from discrete variables, by";
        let draws = recovered.expected_from;
        let table = expected(&recovered.expected);
        text += &format!("\n{heading} {draws} draws of them\n\n{table}");
    }
    text + "\nProbabilities of discrete variables; together: the most probable values of all of \
            them\n\n"
        + &table(&recovered.variables, all)
}

/// `discrete.csv`: one row per value of an element, with its probability, and 1 if it is the
/// element's value in the jointly most probable configuration of all discrete variables.
pub struct DiscreteCsv;

impl Format for DiscreteCsv {
    fn file(&self) -> &'static str {
        "discrete.csv"
    }

    fn applies(&self, fitted: &Fitted) -> bool {
        fitted.discrete.is_some()
    }

    fn write(&self, fitted: &Fitted, out: &mut dyn Write) -> io::Result<()> {
        let mut writer = csv::Writer::from_writer(out);
        writer.write_record(["variable", "value", "probability", "together"])?;
        let variables = fitted.discrete.iter().flat_map(|recovered| &recovered.variables);
        for element in variables.flat_map(|v| &v.elements) {
            for (k, value) in element.values.iter().enumerate() {
                let together = if element.together == k { "1" } else { "0" };
                let probability = shortest(element.probabilities[k]);
                writer.write_record([&element.name, value, &probability, together])?;
            }
        }
        writer.flush()
    }
}

/// A table of expected values.
#[must_use]
pub fn expected(values: &[Expected]) -> String {
    let of = |f: &dyn Fn(&Expected) -> String| values.iter().map(f).collect::<Vec<String>>();
    let columns = [
        Column::words("", of(&|v| v.name.clone())),
        Column::numbers("expected", of(&|v| significant(v.mean, 4))),
        Column::numbers("sd", of(&|v| significant(v.sd, 2))),
        Column::numbers("MCSE", of(&|v| significant(v.mcse, 1))),
    ];
    lines(&columns).join("\n") + "\n"
}

/// The entry `expected` of `summary.json`.
#[must_use]
pub fn expected_json(values: &[Expected]) -> Value {
    let entry =
        |v: &Expected| (v.name.clone(), json!({ "mean": v.mean, "sd": v.sd, "mcse_mean": v.mcse }));
    Value::Object(values.iter().map(entry).collect())
}
