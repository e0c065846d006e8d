//! What is told of a run beside its numbers. Draws differ from machine to machine, so that no
//! snapshot is taken of what holds them.

use std::fs;
use std::path::PathBuf;

use super::{folder, pgmc, stderr};

/// A folder with `model.pgm` and `data.csv`.
fn written(name: &str, model: &str, data: &str) -> PathBuf {
    let folder = folder(name);
    fs::write(folder.join("model.pgm"), model).expect("written");
    fs::write(folder.join("data.csv"), data).expect("written");
    folder
}

const MEAN: &str = "plate rows\nparam a ~ Normal(0, 1)\nobserve y[rows] ~ Normal(a, 1)\n";

#[test]
fn parameters_without_a_prior_are_named_beside_those_with_one() {
    let model = "plate rows\nparam a\nparam b ~ Normal(0, 1)\nobserve y[rows] ~ Normal(a + b, 1)\n";
    let folder = written("flat", model, "y\n1\n3\n");
    let output =
        pgmc(&folder, &["fit", "model.pgm", "data.csv", "--warmup", "100", "--draws", "100"]);
    // Chains as short as these may disagree.
    assert!(matches!(output.status.code(), Some(0 | 3)), "{}", stderr(&output));
    assert!(
        stderr(&output).starts_with("note[N0401]: flat, without a prior: `a`\n"),
        "{}",
        stderr(&output)
    );
}

/// Neal's funnel, as wide as exp(v / 2): the steps that suit the wide end are too long in the neck.
#[test]
fn smaller_steps_are_told() {
    let model = "plate rows\nplate sides = 3\nparam v ~ Normal(0, 3)
latent x[sides] ~ Normal(0, exp(v / 2))\nobserve y[rows] ~ Normal(v, 10)\n";
    let folder = written("funnel", model, "y\n1\n");
    let line = "fit model.pgm data.csv --form centred --seed 2 --warmup 500 --draws 500";
    let output = pgmc(&folder, &line.split(' ').collect::<Vec<_>>());
    let note = "note[N0403]: transitions diverged, so smaller steps were tried; divergences by \
        target acceptance: ";
    assert!(stderr(&output).contains(note), "{}", stderr(&output));
}

/// Ctrl-C during warm-up, once it has begun.
#[cfg(unix)]
#[test]
fn an_end_before_the_first_draw_is_told() {
    use std::io::{BufRead as _, BufReader};
    use std::process::{Command, Stdio};

    let folder = written("interrupted", MEAN, "y\n1\n3\n");
    let mut child = Command::new(env!("CARGO_BIN_EXE_pgmc"))
        .args(["fit", "model.pgm", "data.csv", "--chains", "1", "--warmup", "200000"])
        .current_dir(&folder)
        .env("NO_COLOR", "1")
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command starts");
    let mut lines = BufReader::new(child.stderr.take().expect("a pipe")).lines();
    let begun = lines.by_ref().map_while(Result::ok).find(|line| line.starts_with("chain 1: "));
    assert!(begun.is_some(), "progress is told");
    let kill = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(kill.expect("`kill` runs").success());
    let said: Vec<String> = lines.map_while(Result::ok).collect();
    assert_eq!(child.wait().expect("it ends").code(), Some(130), "{said:?}");
    assert!(
        said.iter().any(|line| line == "error[E0408]: stopped before the first draw"),
        "{said:?}"
    );
}

/// More threads than the memory that a shell allows has room for.
#[cfg(target_os = "linux")]
#[test]
fn threads_that_cannot_be_had_are_told() {
    let folder = written("threads", MEAN, "y\n1\n3\n");
    let line = "ulimit -v 1500000 && exec \"$0\" fit model.pgm data.csv --threads 60000";
    let output = std::process::Command::new("sh")
        .args(["-c", line, env!("CARGO_BIN_EXE_pgmc")])
        .current_dir(&folder)
        .env("NO_COLOR", "1")
        .output()
        .expect("the shell starts");
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    assert!(
        stderr(&output).contains("error[E0403]: no threads to run on: "),
        "{}",
        stderr(&output)
    );
}
