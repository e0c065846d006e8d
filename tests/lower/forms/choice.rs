//! The form that `fit` chooses mixes as well as the better of the two that one can ask for, and the
//! answer is the same.

use std::path::Path;

use serde_json::Value;

use crate::support::fits::{each, fit, json};
use crate::support::worked::{Worked, worked};

/// Of the better form's effective draws a gradient: the least that the chosen form must have. From
/// one seed to the next both numbers vary by a tenth.
const SHARE: f64 = 0.7;

fn models() -> Vec<Worked> {
    let folder = |name: &str| Path::new("models").join(name);
    ["eight_schools", "classrooms", "workshops", "volatility"]
        .map(|name| worked(&folder(name), &folder(name).join("model.pgm")))
        .into()
}

fn summary(worked: &Worked, form: &str) -> Result<Value, String> {
    let out = fit(
        worked,
        &["--form", form, "--threads", "1", "--draws", "1500"],
        &format!("form_{form}"),
    )?;
    Ok(json(&out.join("summary.json")))
}

/// Effective draws of the slowest variable, a gradient.
fn efficiency(summary: &Value) -> f64 {
    let variables = summary["variables"].as_object().expect("variables");
    let slowest =
        variables.values().filter_map(|v| v["ess_bulk"].as_f64()).fold(f64::INFINITY, f64::min);
    let count = |key: &str| summary["sampler"][key].as_f64().expect("a count");
    slowest / (count("gradient_evaluations") - count("gradient_evaluations_warmup"))
}

#[test]
fn the_choice_is_as_good_as_the_better_form() {
    let complaints = each(&models(), |worked| {
        let (auto, auxiliary, centred) =
            (summary(worked, "auto")?, summary(worked, "auxiliary")?, summary(worked, "centred")?);
        let [ours, one, other] = [&auto, &auxiliary, &centred].map(efficiency);
        println!("{}: {ours:.5} auxiliary {one:.5} centred {other:.5}", worked.name);
        if ours < SHARE * one.max(other) {
            return Err(format!(
                "{}: {ours:.5}, auxiliary {one:.5}, centred {other:.5}",
                worked.name
            ));
        }
        if auto["sampler"]["divergences"] != 0 {
            return Err(format!("{}: {} divergences", worked.name, auto["sampler"]["divergences"]));
        }
        differs(&auto, if one > other { &auxiliary } else { &centred })
            .map_or(Ok(()), |what| Err(format!("{}: {what}", worked.name)))
    });
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

/// A variable whose means are further apart than 5 of their standard errors.
fn differs(ours: &Value, theirs: &Value) -> Option<String> {
    ours["variables"].as_object().expect("variables").iter().find_map(|(name, v)| {
        let other = &theirs["variables"][name];
        let of = |v: &Value, key: &str| v[key].as_f64().unwrap_or(f64::NAN);
        let error = of(v, "mcse_mean").hypot(of(other, "mcse_mean"));
        let apart = (of(v, "mean") - of(other, "mean")).abs();
        (apart.is_nan() || apart > 5.0 * error)
            .then(|| format!("{name}: means {apart} apart, standard error {error}"))
    })
}
