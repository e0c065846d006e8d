//! Fits of models/posteriordb/ against reference posteriors, where these lie beside the repository.

use crate::support::fits::{each, fit, json};
use crate::support::posteriors;
use crate::support::worked::{POSTERIORS, Worked};
use serde_json::Value;
use std::path::Path;

/// Of these the standard deviation of draws, here as in the reference, is that of the largest few:
/// the posterior has no variance. c2 has the prior InverseGamma(2, 8), whose tail falls as c2⁻³,
/// and large values of c2 change nothing that the data see.
const WITHOUT_VARIANCE: [(&str, &str); 1] = [("extra_horseshoe", "c2")];

/// Of these the tail is so long that the standard deviation and the outer quantiles of this many
/// draws vary by a tenth from seed to seed. The means are held to the rule.
const LONG_TAILED: [(&str, &str); 4] = [
    ("Mh_data-Mh_model", "omega"),
    ("Mh_data-Mh_model", "sigma"),
    ("Mh_data-Mh_model", "N"),
    ("irt_2pl-irt_2pl", "a[9]"),
];

#[test]
fn posteriors_agree_with_the_reference() {
    if !Path::new(POSTERIORS).is_dir() {
        println!("skipped: {POSTERIORS} is not there");
        return;
    }
    let models = posteriors::all();
    let short = each(&models, agrees);
    println!("{} of {} agree", models.len() - short.len(), models.len());
    assert!(short.is_empty(), "\n{}\n", short.join("\n"));
}

/// Fits a model and compares each quantity of the reference.
fn agrees(worked: &Worked) -> Result<(), String> {
    let out = fit(worked, &["--method", "nuts", "--threads", "1"], "posteriordb")?;
    let summary = json(&out.join("summary.json"));
    let divergences = summary["sampler"]["divergences"].as_u64();
    println!(
        "{}: compiled in {:.3} s, divergences: {divergences:?}",
        worked.name,
        number(&summary["seconds"], "compile")
    );
    if divergences != Some(0) {
        return Err(format!("{}: divergences: {divergences:?}", worked.name));
    }
    let ours = &summary["variables"];
    let reference = reference(&Path::new(POSTERIORS).join(&worked.name));
    let listed = |list: &[(&str, &str)], name: &str| list.contains(&(worked.name.as_str(), name));
    let held = reference.iter().filter(|(name, _)| !listed(&WITHOUT_VARIANCE, name));
    let short = held.filter_map(|(name, theirs)| {
        falls_short(name, &ours[name], theirs, listed(&LONG_TAILED, name))
    });
    let short: Vec<String> = short.collect();
    if short.is_empty() {
        Ok(())
    } else {
        Err(format!(
            "{}: {} of {}: {}",
            worked.name,
            short.len(),
            reference.len(),
            short.join("; ")
        ))
    }
}

/// The reference of each quantity; what is known exactly is what counts.
fn reference(folder: &Path) -> Vec<(String, Value)> {
    let Value::Object(mut parameters) = json(&folder.join("reference.json"))["parameters"].take()
    else {
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

/// What is wrong with our figures, by the rule of the folder of references (its check.py): the
/// means differ by more than 4 standard errors and 0.05 sd, or the ratio of the sds leaves
/// 0.9..1.1, or a quantile is off by more than 0.15 sd; of a long-tailed quantity the means only.
/// Heavy-tailed quantities, those without a variance, are not held to it.
fn falls_short(name: &str, ours: &Value, theirs: &Value, long_tailed: bool) -> Option<String> {
    if ours.is_null() {
        return Some(format!("{name} is missing"));
    }
    let sd = number(theirs, "sd");
    if !sd.is_finite() || theirs["heavy_tailed"] == true {
        return None;
    }
    let in_sds =
        |key: &str| if sd == 0.0 { 0.0 } else { (number(ours, key) - number(theirs, key)) / sd };
    let gap = in_sds("mean");
    let error = ours["mcse_mean"].as_f64().unwrap_or(0.0).hypot(number(theirs, "mcse_mean"));
    let z =
        if error == 0.0 { 0.0 } else { (number(ours, "mean") - number(theirs, "mean")) / error };
    let ratio = if sd == 0.0 { 1.0 } else { number(ours, "sd") / sd };
    // A quantile of a count may fall on either side of a step of its distribution function.
    let next = |key: &str| {
        let (a, b) = (number(ours, key), number(theirs, key));
        a.fract() == 0.0 && b.fract() == 0.0 && (a - b).abs() == 1.0
    };
    let quantile = ["q05", "q50", "q95"]
        .map(|key| if next(key) { 0.0 } else { in_sds(key).abs() })
        .into_iter()
        .fold(0.0, |a: f64, b| if b.is_nan() { b } else { a.max(b) });
    let finite = z.is_finite() && ratio.is_finite() && quantile.is_finite();
    let tails = !long_tailed && (!(0.9..=1.1).contains(&ratio) || quantile > 0.15);
    let short = !finite || (z.abs() > 4.0 && gap.abs() > 0.05) || tails;
    short.then(|| {
        format!("{name} z {z:+.2} gap/sd {gap:+.3} sd/sd {ratio:.3} quantile {quantile:.3}")
    })
}

/// A number of a JSON object; NaN where there is none.
fn number(object: &Value, key: &str) -> f64 {
    object[key].as_f64().unwrap_or(f64::NAN)
}
