//! `fit --again`: a fit is repeated from its folder, to the same bytes.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::command::{folder, pgmc, stderr};

/// A model of `models/` with its data, and options.
const FITS: [(&str, &str); 12] = [
    ("eight_schools", "--warmup 150 --draws 100 --target-accept 0.85 --metric low-rank"),
    ("eight_schools", "--warmup 150 --draws 100 --form centred --max-depth 6 --chains 2"),
    ("dyestuff", "--method nuts --collapse --warmup 150 --draws 100"),
    ("eight_schools", "--method map --profile"),
    ("regimes", "--warmup 150 --draws 100 --draw-discrete --metric diagonal"),
    ("asia", "--draw-discrete --chains 2 --draws 20"),
    ("dyestuff", "--method map --profile"),
    ("hidden_regression", "--integrate exact"),
    ("hidden_outputs", "--integrate mc --mc-samples 32 --mc-noise antithetic"),
    ("hidden_outputs", "--integrate mc --mc-samples 16 --proposal prior --optimizer adam"),
    ("hidden_outputs", "--integrate agh:5"),
    ("gaps", "--method map --integrate laplace"),
];

/// A folder with a copy of a model and its data; the arguments that name them.
fn copied(name: &str, model: &str) -> (PathBuf, Vec<String>) {
    let folder = folder(name);
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("models").join(model);
    let mut arguments = vec!["fit".to_owned(), "model.pgm".to_owned()];
    for entry in fs::read_dir(from).expect("a model") {
        let path = entry.expect("a file").path();
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        fs::copy(&path, folder.join(&name)).expect("copied");
        if !name.ends_with(".pgm") {
            arguments.push(name);
        }
    }
    (folder, arguments)
}

fn words(line: &str) -> Vec<String> {
    line.split(' ').map(str::to_owned).collect()
}

fn run(folder: &Path, arguments: &[String]) -> (Option<i32>, String) {
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let output = pgmc(folder, &arguments);
    (output.status.code(), stderr(&output))
}

/// The files of a fit by name; of `summary.json` all but what tells times.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<(String, Vec<u8>)> = fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("a file").path())
        .map(|path| {
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            (name, fs::read(&path).expect("a file"))
        })
        .filter(|(name, _)| name != "log.txt")
        .collect();
    for (_, bytes) in files.iter_mut().filter(|(name, _)| name == "summary.json") {
        let mut summary: Value = serde_json::from_slice(bytes).expect("JSON");
        summary["seconds"] = Value::Null;
        summary["compiler"]["gradient_seconds"] = Value::Null;
        *bytes = summary.to_string().into_bytes();
    }
    files.sort();
    files
}

#[test]
fn a_fit_is_repeated_to_the_same_bytes() {
    for (number, (model, options)) in FITS.into_iter().enumerate() {
        let (folder, mut arguments) = copied(&format!("again_{number}"), model);
        arguments.extend(words(options));
        arguments.extend(words("--seed 11 --out first --quiet"));
        // Chains as short as these may disagree.
        let (status, said) = run(&folder, &arguments);
        assert!(matches!(status, Some(0 | 3)), "{model} {options}: {said}");
        let (again, said) = run(&folder, &words("fit --again first --out second --quiet"));
        assert_eq!(status, again, "{model} {options}: {said}");
        let (first, second) = (files(&folder.join("first")), files(&folder.join("second")));
        let names = |files: &[(String, Vec<u8>)]| {
            files.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>()
        };
        assert_eq!(names(&first), names(&second), "{model} {options}");
        assert!(first.len() >= 2, "{model} {options}: {:?}", names(&first));
        for ((name, one), (_, other)) in first.iter().zip(&second) {
            assert!(one == other, "{model} {options}: {name} differs");
        }
    }
}

/// Imports, plates with tables of their own, sizes: all that a fit reads is recorded; and the
/// folder is enough where the command runs elsewhere and the texts have changed since.
#[test]
fn all_that_was_read_is_recorded() {
    let folder = folder("recorded");
    let write = |name: &str, text: &str| fs::write(folder.join(name), text).expect("written");
    write("shift.pgm", "fn twice(x) = 2 * x\n");
    let model = "import \"shift.pgm\"\nplate rows\nplate groups = levels(group)\nplate extra
input group[rows] : groups\ninput w[groups]\nparam a ~ Normal(0, 1)\nparam b[extra] ~ Normal(0, 1)
observe y[rows] ~ Normal(twice(a) + w[group], 1)\n";
    write("model.pgm", model);
    write("rows.csv", "group,y\nu,1\nv,2\nu,3\n");
    write("groups.csv", "group,w\nu,0.5\nv,-0.5\n");
    let line = "fit model.pgm rows=rows.csv groups=groups.csv --size extra=3 --seed 4 --warmup 100 \
                --draws 50 --out first --quiet";
    let (status, said) = run(&folder, &words(&line.replace("                ", "")));
    assert!(matches!(status, Some(0 | 3)), "{said}");
    write("model.pgm", "param other ~ Normal(0, 1)\n");
    write("shift.pgm", "");
    let elsewhere = folder.join("elsewhere");
    fs::create_dir_all(&elsewhere).expect("a folder");
    let (status, said) = run(&elsewhere, &words("fit --again ../first --out second --quiet"));
    assert!(matches!(status, Some(0 | 3)), "{said}");
    assert!(files(&folder.join("first")) == files(&elsewhere.join("second")), "they differ");
}

/// What is told where the record is not enough.
#[test]
fn what_stands_in_the_way_is_told() {
    let folder = folder("again_mistakes");
    let write = |name: &str, text: &str| fs::write(folder.join(name), text).expect("written");
    write("shift.pgm", "fn twice(x) = 2 * x\n");
    write(
        "model.pgm",
        "import \"shift.pgm\"\nplate rows\nparam a ~ Normal(0, 1)\nobserve y[rows] ~ Normal(twice(a), 1)\n",
    );
    write("data.csv", "y\n1\n2\n");
    let line = "fit model.pgm data.csv --method map --out kept --quiet";
    let (status, said) = run(&folder, &words(line));
    assert_eq!(status, Some(0), "{said}");
    let again = |line: &str| {
        let (status, said) = run(&folder, &words(line));
        let home = folder.display().to_string();
        format!("exit status {status:?}\n{}", said.replace(&home, "..."))
    };
    write("data.csv", "y\n1\n3\n");
    insta::assert_snapshot!("data_changed", again("fit --again kept"));
    fs::remove_file(folder.join("data.csv")).expect("removed");
    insta::assert_snapshot!("data_gone", again("fit --again kept"));
    insta::assert_snapshot!("no_record", again("fit --again nowhere"));
    insta::assert_snapshot!("settings_beside_a_record", again("fit --again kept --draws 10"));
    let record = fs::read_to_string(folder.join("kept/fit.json")).expect("a record");
    let mut lacking: Value = serde_json::from_str(&record).expect("JSON");
    lacking["imports"] = Value::Array(Vec::new());
    fs::create_dir_all(folder.join("lacking")).expect("a folder");
    write("lacking/fit.json", &lacking.to_string());
    insta::assert_snapshot!("import_missing", again("fit --again lacking"));
    fs::create_dir_all(folder.join("broken")).expect("a folder");
    write("broken/fit.json", &record.replace("\"map\"", "\"mop\""));
    insta::assert_snapshot!("not_a_record", again("fit --again broken"));
}

/// The folder of a fit repeats with another number of threads.
#[test]
fn threads_may_differ() {
    let (folder, mut arguments) = copied("again_threads", "darwin");
    arguments.extend(words("--seed 2 --warmup 100 --draws 50 --out first --quiet --threads 1"));
    let (status, said) = run(&folder, &arguments);
    assert!(matches!(status, Some(0 | 3)), "{said}");
    let line = "fit --again first --out second --quiet --threads 4";
    let (status, said) = run(&folder, &words(line));
    assert!(matches!(status, Some(0 | 3)), "{said}");
    assert!(files(&folder.join("first")) == files(&folder.join("second")), "they differ");
}
