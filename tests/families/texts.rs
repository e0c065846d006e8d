//! The texts themselves: each file reads without a mistake, each worked model fits its data, each
//! example holds.

use std::fs;
use std::path::{Path, PathBuf};

use pgmc::base::Sources;
use pgmc::bind::Purpose;
use pgmc::lower::{Form, Lowered, Scale};
use pgmc::pipeline::Model;
use pgmc::syntax::parse;
use pgmc::syntax::tree::{Clause, Declaration, Family};

use crate::families::reported::reported;

/// The .pgm files of a folder, or the files `wanted` of its folders.
pub fn files(folder: &str, wanted: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let entries = fs::read_dir(folder)
        .expect("the folder is in the repository")
        .map(|entry| entry.expect("readable").path());
    let mut found: Vec<_> =
        entries.map(|path| if path.is_dir() { path.join(wanted) } else { path }).collect();
    found.retain(|path| path.extension().is_some_and(|e| e == "pgm") && path.exists());
    found.sort();
    found
}

/// A file's text.
pub fn text_at(path: &Path) -> String {
    fs::read_to_string(path).expect("the file is readable")
}

#[test]
fn every_model_of_posteriordb_resolves() {
    for path in files("models/posteriordb", "") {
        let mut sources = Sources::new();
        let source = sources.add(path.display().to_string(), text_at(&path));
        Model::parse(&mut sources, source, &mut |_, path, _| {
            unreachable!("no file is imported: {path}")
        })
        .unwrap_or_else(|errors| panic!("{}: {errors:#?}", path.display()));
    }
}

#[test]
fn every_worked_model_fits_its_data() {
    for path in files("models", "model.pgm") {
        let mut sources = Sources::new();
        let source = sources.add(path.display().to_string(), text_at(&path));
        let name = if path.with_file_name("data.csv").exists() { "data.csv" } else { "data.json" };
        let bytes = fs::read(path.with_file_name(name)).expect("a worked model has data");
        let checked = || {
            let model = Model::parse(&mut sources, source, &mut |_, path, _| {
                unreachable!("no file is imported: {path}")
            })?;
            let data = pgmc::data::read(&mut sources, name, None, bytes)?;
            let binding = model.bind(&[data], &[], Purpose::Fit, &sources)?;
            model.open_density(&binding, Scale::Unconstrained, Form::Auto)
        };
        let lowered = checked().unwrap_or_else(|errors| panic!("{}: {errors:#?}", path.display()));
        let unknown = match &lowered {
            Lowered::Closed(density) => density.computation.program.slots > 0,
            Lowered::Open(open) => !open.discrete.is_empty(),
        };
        assert!(unknown, "{} has nothing to estimate", path.display());
    }
}

#[test]
fn examples_hold() {
    for path in files("library/families", "") {
        let mut sources = Sources::new();
        let source = sources.add(path.display().to_string(), text_at(&path));
        let tree = parse(&sources, source).unwrap_or_else(|errors| panic!("{errors:#?}"));
        let Some(Declaration::Family(family)) = tree.declarations.first() else {
            panic!("{} is no family", path.display())
        };
        let mut examples = 0;
        for clause in &family.clauses {
            let Clause::Example { distribution, at, log_density, .. } = clause else { continue };
            examples += 1;
            // A list takes its axis from its place, which an expression by itself is not.
            if !family.axes.is_empty() {
                continue;
            }
            let [distribution, at, expected] =
                [distribution, at, log_density].map(|e| sources.slice(e.span));
            let found = reported(
                &format!("report value = log_density({distribution}, {at})\n"),
                "{}",
                "value",
            )[0];
            let expected: f64 = expected.parse().expect("an example's value is a number");
            assert!(
                (found - expected).abs() <= 1e-12 * expected.abs().max(1.0),
                "{distribution} at {at}: {expected:e}, found {found:e}"
            );
        }
        assert!(examples >= 3, "{} has {examples} examples", path.display());
    }
}

/// The first line of a family's page, and the other ways to name its parameters.
fn ways(family: &Family, text: &str) -> Vec<String> {
    let head =
        text[family.span.start as usize..].lines().next().expect("a family has a first line");
    let head = head.trim_start_matches("family ").trim_end_matches(" {");
    let other = family.clauses.iter().filter_map(|clause| match clause {
        Clause::With { parameters, .. } => {
            let names: Vec<_> = parameters.iter().map(|p| p.name.text.as_str()).collect();
            Some(format!("`{}({})`", family.name.text, names.join(", ")))
        }
        Clause::Function { .. }
        | Clause::Moment { .. }
        | Clause::Draw { .. }
        | Clause::Example { .. } => None,
    });
    std::iter::once(format!("### {}\n\n`{head}`\n", family.name.text)).chain(other).collect()
}

#[test]
fn the_page_of_the_families_is_complete() {
    let page = text_at(&Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/families.md"));
    let files = files("library/families", "");
    for path in &files {
        let text = text_at(path);
        let mut sources = Sources::new();
        let source = sources.add(path.display().to_string(), text.as_str());
        let tree = parse(&sources, source).unwrap_or_else(|errors| panic!("{errors:#?}"));
        let Some(Declaration::Family(family)) = tree.declarations.first() else {
            panic!("{} is no family", path.display())
        };
        for way in ways(family, &text) {
            assert!(page.contains(&way), "docs/families.md lacks {way}");
        }
    }
    assert_eq!(
        page.matches("\n### ").count(),
        files.len(),
        "docs/families.md has a heading a family"
    );
}
