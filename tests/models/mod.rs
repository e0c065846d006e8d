//! The worked models of `models/`: they compile, machine and interpreter agree, fits converge and
//! do not depend on the number of threads.

mod derivative;

use crate::support::fits::{each, fit, json};
use crate::support::posteriors;
use crate::support::worked::{self, Worked};
use serde_json::Value;
use std::path::Path;

/// The models with data of their own, by name.
fn with_data() -> Vec<Worked> {
    let models = worked::entries(Path::new("models"))
        .into_iter()
        .map(|folder| folder.join("model.pgm"))
        .filter(|model| model.exists());
    models.map(|model| worked::worked(model.parent().expect("a folder"), &model)).collect()
}

fn assert_none(complaints: &[String]) {
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

#[test]
fn values_and_gradients_are_those_of_the_interpreter() {
    let mut models = with_data();
    models.extend(posteriors::all());
    println!("{} models", models.len());
    assert_none(&each(&models, derivative::check));
}

#[test]
fn fits_by_default_converge() {
    assert_none(&each(&with_data(), converges));
}

#[test]
fn fits_do_not_depend_on_the_number_of_threads() {
    let chosen = ["darwin", "eight_schools", "horse_kicks"];
    let models: Vec<Worked> =
        with_data().into_iter().filter(|w| chosen.contains(&w.name.as_str())).collect();
    assert_eq!(models.len(), chosen.len(), "the models are still there");
    assert_none(&each(&models, is_deterministic));
}

/// Whether all numbers are finite, those of constants that there are, and, of draws, all chains are
/// at the same place.
fn converges(worked: &Worked) -> Result<(), String> {
    let summary =
        json(&fit(worked, &["--threads", "1", "--draws", "1000"], "models")?.join("summary.json"));
    let mut complaints = Vec::new();
    let variables = summary["variables"]
        .as_object()
        .filter(|v| !v.is_empty() || summary["discrete"].is_object())
        .ok_or(format!("{}: no variables", worked.name))?;
    for (name, figures) in variables {
        let figures = figures.as_object().ok_or(format!("{}: {name} is no object", worked.name))?;
        // What is always the same, as an element of a Cholesky factor, has no error and no
        // effective sample size.
        let constant = figures.get("sd").and_then(Value::as_f64) == Some(0.0);
        let is_there = |v: &Value| {
            v.is_object() || v.as_f64().is_some_and(f64::is_finite) || (constant && v.is_null())
        };
        let missing = figures.iter().filter(|(_, v)| !is_there(v));
        complaints.extend(missing.map(|(key, v)| format!("{name} {key} {v}")));
        if let Some(rhat) = figures.get("rhat").and_then(Value::as_f64).filter(|&rhat| rhat >= 1.05)
        {
            complaints.push(format!("{name} R-hat {rhat:.3}"));
        }
    }
    if complaints.is_empty() {
        Ok(())
    } else {
        Err(format!("{}: {}", worked.name, complaints.join(", ")))
    }
}

/// Whether one and two threads give the same results but for the times.
fn is_deterministic(worked: &Worked) -> Result<(), String> {
    let results = |threads: &str| {
        let out =
            fit(worked, &["--method", "nuts", "--threads", threads], &format!("threads{threads}"))?;
        let mut summary = json(&out.join("summary.json"));
        let figures = summary.as_object_mut().ok_or("no object")?;
        figures.remove("seconds");
        figures.remove("compiler");
        let draws = std::fs::read(out.join("draws.csv")).map_err(|error| error.to_string())?;
        Ok::<_, String>((summary, draws))
    };
    let ((summary, draws), (other_summary, other_draws)) = (results("1")?, results("2")?);
    if summary != other_summary {
        return Err(format!("{}: summary.json differs", worked.name));
    }
    if draws != other_draws { Err(format!("{}: draws.csv differs", worked.name)) } else { Ok(()) }
}
