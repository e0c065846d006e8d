//! JSON or CSV → numbers by name: written by hand, or the summary of a fit.

use serde_json::{Map, Value};

/// Numbers by name.
#[derive(Clone, Debug, PartialEq)]
pub struct Named {
    /// By name: the values of a variable, the last axis fastest, or of one element of it.
    pub values: Vec<(String, Vec<f64>)>,
    /// Whether they are the results of a fit, not written by hand.
    pub of_fit: bool,
}

/// Reads an object of numbers, a table of names and numbers, or either form of a summary.
///
/// # Errors
/// What is wrong with the text, in words.
pub fn read(text: &str) -> Result<Named, String> {
    match text.trim_start().starts_with(['{', '[']) {
        true => of_json(text),
        false => of_csv(text),
    }
}

/// An object of values by name, or the summary of a fit, which has these under `variables`.
fn of_json(text: &str) -> Result<Named, String> {
    let value: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let Value::Object(object) = &value else {
        return Err("it is a list, without the names of variables".to_owned());
    };
    let mut values = Vec::new();
    let of_fit = match object.get("variables") {
        Some(Value::Object(variables)) => {
            for (name, entry) in variables {
                let found = ["estimate", "mean"].iter().find_map(|key| entry.get(key));
                values.extend(found.and_then(Value::as_f64).map(|v| (name.clone(), vec![v])));
            }
            true
        }
        Some(_) | None => {
            collect(object, &mut values)?;
            false
        }
    };
    Ok(Named { values, of_fit })
}

/// The values of an object: a number, lists of numbers one in another, or an object by labels.
fn collect(
    object: &Map<String, Value>,
    values: &mut Vec<(String, Vec<f64>)>,
) -> Result<(), String> {
    for (name, value) in object {
        match value {
            Value::Object(elements) => {
                let named = |(label, value): (&String, &Value)| {
                    let name = format!("{name}[{label}]");
                    Ok((name, vec![number(value).ok_or_else(|| no_number(label, value))?]))
                };
                let named: Result<Vec<_>, String> = elements.iter().map(named).collect();
                values.extend(named?);
            }
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Array(_) => {
                let mut numbers = Vec::new();
                flatten(name, value, &mut numbers)?;
                values.push((name.clone(), numbers));
            }
        }
    }
    Ok(())
}

/// The numbers of nested lists, in order.
fn flatten(name: &str, value: &Value, numbers: &mut Vec<f64>) -> Result<(), String> {
    match value {
        Value::Array(elements) => elements.iter().try_for_each(|e| flatten(name, e, numbers)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_) => {
            numbers.push(number(value).ok_or_else(|| no_number(name, value))?);
            Ok(())
        }
    }
}

fn number(value: &Value) -> Option<f64> {
    value.as_bool().map(f64::from).or_else(|| value.as_f64())
}

fn no_number(name: &str, value: &Value) -> String {
    format!("`{name}` is {value}, which is no number")
}

/// A table of names and values: the first two columns, or those of a summary.
fn of_csv(text: &str) -> Result<Named, String> {
    let mut reader = ::csv::ReaderBuilder::new();
    let reader = reader.has_headers(false).flexible(true).trim(::csv::Trim::All);
    let reader = reader.from_reader(text.as_bytes());
    let rows: Result<Vec<_>, _> = reader.into_records().collect();
    let rows = rows.map_err(|error| error.to_string())?;
    let Some(first) = rows.first() else { return Err("it is empty".to_owned()) };
    let column = |names: &[&str]| first.iter().position(|cell| names.contains(&cell));
    let of_summary = column(&["variable"]).zip(column(&["estimate", "mean"]));
    let has_heading =
        of_summary.is_some() || first.get(1).is_some_and(|c| c.parse::<f64>().is_err());
    let by_hand = (column(&["name", "variable"]).unwrap_or(0), column(&["value"]).unwrap_or(1));
    let (name, value) = of_summary.unwrap_or(by_hand);
    let mut values = Vec::new();
    for (number, row) in rows.iter().enumerate().skip(usize::from(has_heading)) {
        let cell = |at: usize| row.get(at).unwrap_or_default();
        match (cell(value).parse::<f64>(), of_summary) {
            (Ok(found), _) => values.push((cell(name).to_owned(), vec![found])),
            // A summary leaves cells empty where there is no number.
            (Err(_), Some(_)) if cell(value).is_empty() => {}
            (Err(_), _) => {
                return Err(format!("`{}` in line {} is no number", cell(value), number + 1));
            }
        }
    }
    Ok(Named { values, of_fit: of_summary.is_some() })
}
