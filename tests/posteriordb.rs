//! Fits of models/posteriordb/ against reference posteriors, where these lie beside the repository.

#[path = "models/command.rs"]
mod command;
#[path = "models/worked.rs"]
mod worked;

use command::{each, fit, json};
use serde_json::Value;
use std::path::Path;
use worked::{POSTERIORS, Worked};

/// Of these the standard deviation of draws, here as in the reference, is that of the largest few: the posterior has no variance. c2 has the prior
/// InverseGamma(2, 8), whose tail falls as c2⁻³, and large values of c2 change nothing that the data see.
const WITHOUT_VARIANCE: [(&str, &str); 1] = [("extra_horseshoe", "c2")];

/// Draws of discrete variables that a combinator sums out: a model that has it reports their expectation, with the same mean and less spread.
const SUMMED_OUT: [(&str, &str); 1] = [("extra_zero_inflated_poisson", "n_structural")];

#[test]
fn posteriors_agree_with_the_reference() {
    if !Path::new(POSTERIORS).is_dir() {
        println!("skipped: {POSTERIORS} is not there");
        return;
    }
    let models = worked::of_posteriors();
    let short = each(&models, agrees);
    println!("{} of {} agree", models.len() - short.len(), models.len());
    assert!(short.is_empty(), "\n{}\n", short.join("\n"));
}

/// Fits a model and compares each quantity of the reference.
fn agrees(worked: &Worked) -> Result<(), String> {
    let out = fit(worked, &["--method", "nuts", "--threads", "1"], "posteriordb")?;
    let summary = json(&out.join("summary.json"));
    let divergences = summary["sampler"]["divergences"].as_u64();
    println!("{}: compiled in {:.3} s, divergences: {divergences:?}", worked.name, number(&summary["seconds"], "compile"));
    if divergences != Some(0) {
        return Err(format!("{}: divergences: {divergences:?}", worked.name));
    }
    let ours = &summary["variables"];
    let reference = reference(&Path::new(POSTERIORS).join(&worked.name));
    let elsewhere: Vec<_> = WITHOUT_VARIANCE.into_iter().chain(SUMMED_OUT).collect();
    let held = reference.iter().filter(|(name, _)| !elsewhere.contains(&(worked.name.as_str(), name.as_str())));
    let short: Vec<String> = held.filter_map(|(name, theirs)| falls_short(name, &ours[name], theirs)).collect();
    if short.is_empty() { Ok(()) } else { Err(format!("{}: {} of {}: {}", worked.name, short.len(), reference.len(), short.join("; "))) }
}

/// The reference of each quantity; what is known exactly is what counts.
fn reference(folder: &Path) -> Vec<(String, Value)> {
    let Value::Object(mut parameters) = json(&folder.join("reference.json"))["parameters"].take() else {
        panic!("{}: no parameters", folder.display());
    };
    let exact = folder.join("exact.json");
    if exact.exists() {
        for (name, values) in json(&exact)["parameters"].as_object().expect("parameters") {
            if let Some(known) = parameters.get_mut(name).and_then(Value::as_object_mut) {
                known.extend(values.as_object().expect("an object").clone());
                known.insert("mcse_mean".to_owned(), 0.0.into());
            }
        }
    }
    parameters.into_iter().collect()
}

/// What is wrong with our figures, by the rule of the folder of references (its check.py): the means differ by more than 4 standard errors
/// and 0.05 sd, or the ratio of the sds leaves 0.9..1.1, or a quantile is off by more than 0.15 sd. Heavy-tailed quantities are not held to it.
fn falls_short(name: &str, ours: &Value, theirs: &Value) -> Option<String> {
    if ours.is_null() {
        return Some(format!("{name} is missing"));
    }
    let sd = number(theirs, "sd");
    if !sd.is_finite() || theirs["heavy_tailed"] == true {
        return None;
    }
    let in_sds = |key: &str| if sd == 0.0 { 0.0 } else { (number(ours, key) - number(theirs, key)) / sd };
    let gap = in_sds("mean");
    let error = ours["mcse_mean"].as_f64().unwrap_or(0.0).hypot(number(theirs, "mcse_mean"));
    let z = if error == 0.0 { 0.0 } else { (number(ours, "mean") - number(theirs, "mean")) / error };
    let ratio = if sd == 0.0 { 1.0 } else { number(ours, "sd") / sd };
    let quantile =
        ["q05", "q50", "q95"].map(|key| in_sds(key).abs()).into_iter().fold(0.0, |a: f64, b| if b.is_nan() { b } else { a.max(b) });
    let finite = z.is_finite() && ratio.is_finite() && quantile.is_finite();
    let short = !finite || (z.abs() > 4.0 && gap.abs() > 0.05) || !(0.9..=1.1).contains(&ratio) || quantile > 0.15;
    short.then(|| format!("{name} z {z:+.2} gap/sd {gap:+.3} sd/sd {ratio:.3} quantile {quantile:.3}"))
}

/// A number of a JSON object; NaN where there is none.
fn number(object: &Value, key: &str) -> f64 {
    object[key].as_f64().unwrap_or(f64::NAN)
}
