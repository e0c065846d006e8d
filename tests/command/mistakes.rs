//! The command in hostile hands: folders of `mistakes` → exit status, standard error
//! and standard output.
//!
//! A folder is named after a mistake and holds the files of a user who makes it, the arguments as
//! `command`, and what is said as `output.snap`. What needs large files or permissions is made
//! here.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use super::{folder, pgmc, stderr};

/// What is said, with `...` for the numbers that differ from run to run.
fn said(output: &Output) -> String {
    let text = |bytes: &[u8]| {
        let text = String::from_utf8_lossy(bytes).into_owned();
        text.lines().map(|line| format!("{}\n", masked(line))).collect::<String>()
    };
    let status =
        output.status.code().map_or("ended by a signal".to_owned(), |code| code.to_string());
    format!(
        "exit status {status}\n--- standard error\n{}--- standard output\n{}",
        text(&output.stderr),
        text(&output.stdout)
    )
}

/// Units of time, and counts that rounding on other processors may change.
const TIMES: [&str; 6] = ["ns", "µs", "ms", "s", "min", "h"];
const COUNTS: [&str; 2] = ["iterations", "gradients"];

/// A line that tells times, with `...` in their place, and in that of the numbers of steps.
fn masked(line: &str) -> String {
    let timed =
        line.starts_with("  Compiled") || (line.starts_with("  ") && line.ends_with(" gradients"));
    if !timed {
        return line.to_owned();
    }
    let mut words: Vec<&str> = Vec::new();
    for word in line.split(' ') {
        if TIMES.contains(&word.trim_end_matches([',', ')'])) {
            words.pop();
            words.push("...");
        } else if COUNTS.contains(&word) {
            words.pop();
            words.extend(["...", word]);
        } else {
            words.push(word);
        }
    }
    words.join(" ")
}

#[test]
fn every_mistake_is_told() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/command/mistakes");
    let mut cases: Vec<PathBuf> = fs::read_dir(&root)
        .expect("the folder")
        .map(|entry| entry.expect("a case").path())
        .collect();
    cases.sort();
    assert!(cases.len() > 100, "the folder is found");
    for case in cases {
        let command = fs::read_to_string(case.join("command")).expect("a case has its command");
        let arguments: Vec<&str> = command.split_whitespace().collect();
        let output = pgmc(&case, &arguments);
        let text = said(&output);
        assert!(matches!(output.status.code(), Some(0..=3)), "{}: {text}", case.display());
        assert!(!text.contains("panicked"), "{}: {text}", case.display());
        insta::with_settings!({ snapshot_path => &case, prepend_module_to_snapshot => false, omit_expression => true, description => command.trim() }, {
            insta::assert_snapshot!("output", text);
        });
    }
}

#[test]
fn brackets_without_end() {
    let folder = folder("brackets");
    let text = format!("param a ~ Normal({}1, 1)\n", "(".repeat(200_000));
    fs::write(folder.join("model.pgm"), text).expect("written");
    let output = pgmc(&folder, &["check", "model.pgm"]);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    assert!(output.stderr.len() < 2_000, "{} bytes", output.stderr.len());
    assert!(stderr(&output).contains("model.pgm:1:"), "{}", stderr(&output));
}

#[test]
fn a_folder_that_cannot_be_written_is_told_before_the_work() {
    let folder = folder("unwritable");
    fs::write(
        folder.join("model.pgm"),
        "plate rows\nparam a ~ Normal(0, 1)\nobserve y[rows] ~ Normal(a, 1)\n",
    )
    .expect("written");
    fs::write(folder.join("data.csv"), "y\n1\n").expect("written");
    // A file stands where the folder would be made: nobody can write there, whatever their
    // permissions.
    let output = pgmc(&folder, &["fit", "model.pgm", "data.csv", "--out", "data.csv/fit"]);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    assert!(
        stderr(&output).starts_with("error[E0505]: cannot write to data.csv/fit"),
        "{}",
        stderr(&output)
    );
    assert!(output.stdout.is_empty(), "nothing is fitted");
}

#[test]
fn plates_of_one_and_of_no_element_are_fitted() {
    let folder = folder("small_plates");
    let model = "plate rows\nparam a ~ Normal(0, 1)\nlatent z[rows] ~ Normal(a, 1)\nobserve \
        y[rows] ~ Normal(z, 1)\n";
    fs::write(folder.join("model.pgm"), model).expect("written");
    for (name, text) in [("none.csv", "y\n"), ("one.csv", "y\n1\n")] {
        fs::write(folder.join(name), text).expect("written");
        let output = pgmc(
            &folder,
            &["fit", "model.pgm", name, "--quiet", "--warmup", "200", "--draws", "200"],
        );
        // Chains as short as these may disagree.
        assert!(matches!(output.status.code(), Some(0 | 3)), "{name}: {}", stderr(&output));
        assert!(String::from_utf8_lossy(&output.stdout).contains("NUTS"), "{name}");
    }
}

#[test]
fn a_mistake_at_the_end_of_a_long_table_is_found() {
    let folder = folder("long_table");
    fs::write(
        folder.join("model.pgm"),
        "plate rows\nparam a ~ Normal(0, 1)\nobserve y[rows] ~ Normal(a, 1)\n",
    )
    .expect("written");
    fs::write(folder.join("data.csv"), format!("y\n{}oops\n", "1.25\n".repeat(200_000)))
        .expect("written");
    let output = pgmc(&folder, &["check", "model.pgm", "data.csv"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("data.csv:200002:1"), "{}", stderr(&output));
    assert!(stderr(&output).contains("`oops` is not a number"), "{}", stderr(&output));
}

/// Trees of which no two are alike: each has so many branches of length 1, so many of length 2, 3
/// and 4.
#[test]
fn discrete_variables_of_too_many_kinds_are_told() {
    let folder = folder("irregular");
    let model = "plate nodes\ninput parent[nodes] : nodes\nparam p : real(0, 1)
latent s[i in nodes] : bool ~ if parent[i] == i then Bernoulli(0.5) else Bernoulli(if s[parent[i]] then p else 1 - p)
observe y[nodes] : bool ~ Bernoulli(if s then 0.8 else 0.3)\n";
    let mut parents: Vec<usize> = Vec::new();
    for kind in 0..4096_usize {
        let root = parents.len() + 1;
        parents.push(root);
        for length in 1..=4 {
            for _ in 0..kind >> (3 * (length - 1)) & 7 {
                parents.push(root);
                (1..length).for_each(|_| parents.push(parents.len()));
            }
        }
    }
    let table: String = parents.iter().map(|parent| format!("{parent},{}\n", parent % 2)).collect();
    fs::write(folder.join("model.pgm"), model).expect("written");
    fs::write(folder.join("data.csv"), format!("parent,y\n{table}")).expect("written");
    let output = pgmc(&folder, &["fit", "model.pgm", "data.csv"]);
    assert_eq!(output.status.code(), Some(1));
    insta::assert_snapshot!(stderr(&output), @"
    error[E0356]: the discrete variables depend on each other in too many different ways
      ┌─ model.pgm:4:8
      │
    4 │ latent s[i in nodes] : bool ~ if parent[i] == i then Bernoulli(0.5) else Bernoulli(if s[parent[i]] then p else 1 - p)
      │        ^ one of the distributions that connect them
      │
      = elements that are alike are summed out together, and here no more than a few are
      help: use fewer elements, or a regular structure: independent copies, chains, trees
    ");
}

/// Names that stand before what they need, 20,000 of them, and functions whose calls double with
/// each: an error, no endless work.
#[test]
fn models_that_nest_without_end_are_told() {
    let folder = folder("nesting");
    let forward: String =
        (0..20_000).map(|i| format!("let a{i} = a{} + 1\n", i + 1)).collect::<String>()
            + "let a20000 = 1\n";
    let doubling = |body: &str| {
        let functions: String = (1..60)
            .map(|i| format!("fn f{i}(x) = {}\n", body.replace('F', &format!("f{}", i - 1))))
            .collect();
        format!("fn f0(x) = x + 1\n{functions}param a ~ Normal(f59(1), exp(f59(2)))\n")
    };
    let squares: String =
        (1..60).map(|i| format!("let b{i} = b{} * b{}\n", i - 1, i - 1)).collect();
    let cases = [
        ("forward.pgm", forward, "E0149"),
        ("calls.pgm", doubling("F(x) + F(x + 1)"), "E0150"),
        ("shared.pgm", doubling("F(x) * F(x)"), "E0150"),
    ];
    for (name, text, code) in cases {
        fs::write(folder.join(name), text).expect("written");
        let output = pgmc(&folder, &["check", name]);
        assert_eq!(output.status.code(), Some(1), "{name}: {}", stderr(&output));
        assert!(stderr(&output).contains(&format!("error[{code}]")), "{name}: {}", stderr(&output));
    }
    let shared = format!(
        "let b0 = 2\n{squares}plate rows\nparam a ~ Normal(0, b59)\nobserve y[rows] ~ Normal(a, \
         1)\n"
    );
    let backward: String = (1..20_000).map(|i| format!("let a{i} = a{} + 1\n", i - 1)).collect();
    let backward = format!(
        "let a0 = 1\n{backward}plate rows\nparam a ~ Normal(a19999, a19999)\nobserve y[rows] ~ \
         Normal(a, 1)\n"
    );
    for (name, text) in [("squares.pgm", shared), ("backward.pgm", backward)] {
        fs::write(folder.join(name), text).expect("written");
        let output = pgmc(&folder, &["check", name]);
        assert_eq!(output.status.code(), Some(0), "{name}: {}", stderr(&output));
    }
}
