//! Starts that the user gives: files of all kinds, for all methods; and several maxima of the same
//! height are told.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::command::{folder, pgmc, stderr};

/// Two rows far apart: the likelihood has a maximum at each of them.
const CAUCHY: &str = "plate rows\nparam m : real\nobserve y[rows] ~ Cauchy(m, 0.1)\n";

fn written(name: &str, model: &str, data: &str) -> PathBuf {
    let folder = folder(name);
    fs::write(folder.join("model.pgm"), model).expect("written");
    fs::write(folder.join("data.csv"), data).expect("written");
    folder
}

/// Fits with these options besides; what is said, and `summary.json`.
fn fitted(folder: &Path, options: &str) -> (String, Value) {
    let line = format!("fit model.pgm data.csv --quiet --out kept {options}");
    let output = pgmc(folder, &line.split(' ').collect::<Vec<_>>());
    let status = output.status.code();
    assert!(matches!(status, Some(0 | 3)), "{status:?} {}", stderr(&output));
    let summary = fs::read_to_string(folder.join("kept/summary.json")).expect("kept");
    (stderr(&output), serde_json::from_str(&summary).expect("JSON"))
}

fn estimate(summary: &Value, name: &str) -> f64 {
    summary["variables"][name]["estimate"].as_f64().expect("an estimate")
}

#[test]
fn the_climb_begins_at_the_given_start() {
    let folder = written("starts", CAUCHY, "y\n-10\n10\n");
    let write = |name: &str, text: &str| fs::write(folder.join(name), text).expect("written");
    write("flat.json", "{\"m\": 9}");
    write("low.csv", "name,value\nm,-9\n");
    write("bare.csv", "m,9.5\n");
    write("summary.csv", "variable,estimate,std_error,lower,upper\nm,-9.9,0.1,,\n");
    for (file, sign) in
        [("flat.json", 1.0), ("low.csv", -1.0), ("bare.csv", 1.0), ("summary.csv", -1.0)]
    {
        let (_, summary) = fitted(&folder, &format!("--method ml --starts 1 --init {file}"));
        let found = estimate(&summary, "m");
        assert!((found - sign * 10.0).abs() < 0.01, "{file}: {found}");
        assert_eq!(summary["optimizer"]["starts"].as_array().map(Vec::len), Some(1), "{file}");
    }
    // The folder of a fit is a start too, and the record repeats it.
    write("flat.json", "{\"m\": 9}");
    fitted(&folder, "--method ml --starts 1 --init flat.json");
    fs::create_dir_all(folder.join("earlier")).expect("a folder");
    fs::copy(folder.join("kept/summary.json"), folder.join("earlier/summary.json"))
        .expect("copied");
    let (_, summary) = fitted(&folder, "--method ml --starts 1 --init earlier");
    let found = estimate(&summary, "m");
    assert!((found - 10.0).abs() < 0.01, "{found}");
    let output = pgmc(&folder, &["fit", "--again", "kept", "--out", "again", "--quiet"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let again = fs::read_to_string(folder.join("again/summary.csv")).expect("kept");
    assert_eq!(again, fs::read_to_string(folder.join("kept/summary.csv")).expect("kept"));
}

#[test]
fn maxima_of_the_same_height_are_told() {
    let squares = "plate rows\nparam m : real\nparam s : positive
observe y[rows] ~ Normal(m^2, s)\n";
    let cases = [
        ("same_cauchy", CAUCHY, "y\n-10\n10\n", "m = "),
        ("same_squares", squares, "y\n3.5\n4.5\n4\n", "at m = "),
    ];
    for (name, model, data, place) in cases {
        let folder = written(name, model, data);
        let (said, summary) = fitted(&folder, "--method ml --starts 8");
        let told = "warning[W0421]: there are two maxima of the same height, ";
        assert!(said.contains(told) && said.contains(place), "{said}");
        assert_eq!(summary["findings"][0]["subject"][0], "m", "{summary}");
    }
    let one = written("one_maximum", CAUCHY, "y\n-0.1\n0\n0.1\n");
    let (said, _) = fitted(&one, "--method ml --starts 8");
    assert!(!said.contains("W0421"), "{said}");
}

/// Chains begin at the start: one coordinate near a mode that the usual starts, within 2 of the
/// origin, do not find, the others as usual.
#[test]
fn chains_begin_at_the_given_start() {
    let model = "plate rows\nparam m : real\nparam a, b ~ Normal(0, 1)
observe y[rows] ~ Cauchy(m, 0.01)\n";
    let folder = written("chains_start", model, "y\n300\n300\n300\n-2\n-2\n-2\n");
    fs::write(folder.join("start.json"), "{\"m\": 299.99, \"a\": 0.5}").expect("written");
    let line = "--method nuts --warmup 100 --draws 50 --chains 2 --init start.json --seed 3";
    let (_, summary) = fitted(&folder, line);
    let mean = summary["variables"]["m"]["mean"].as_f64().expect("a mean");
    assert!((mean - 300.0).abs() < 1.0, "{mean}");
}

/// Hidden variables that are integrated out need no start; where they are drawn, they can have one.
#[test]
fn hidden_variables_may_be_given() {
    let model =
        "plate rows\nplate groups = levels(g)\ninput g[rows] : groups\nparam m ~ Normal(0, 9)
param tau ~ HalfNormal(3)\nlatent u[groups] ~ Normal(m, tau)\nobserve y[rows] ~ Normal(u[g], 1)\n";
    let folder = written("hidden_start", model, "g,y\na,1\na,2\nb,4\nb,5\nc,3\n");
    let start = "{\"m\": 3, \"tau\": 1, \"u\": {\"a\": 1.5, \"b\": 4.5}}";
    fs::write(folder.join("start.json"), start).expect("written");
    fitted(&folder, "--method map --init start.json");
    fitted(&folder, "--method nuts --form centred --warmup 50 --draws 20 --init start.json");
    fitted(&folder, "--method nuts --warmup 50 --draws 20 --init start.json");
}
