//! `src/` keeps the rules of ARCHITECTURE.md: who imports whom, who may use what, how long a file
//! is, what no file holds.

mod circles;
mod document;
mod made_up;
mod paths;
mod rules;
mod tokens;

use document::Document;
use rules::{File, Violation};
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    let entries =
        std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    for entry in entries {
        let path = entry.expect("a readable entry").path();
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}

/// All files of `src/`, named from the root of the repository with `/`.
fn sources() -> Vec<File> {
    let mut paths = Vec::new();
    rust_files(&root().join("src"), &mut paths);
    paths.sort();
    let name = |path: &Path| {
        let parts = path.strip_prefix(root()).expect("below the root").components();
        parts
            .map(|part| part.as_os_str().to_string_lossy().into_owned())
            .collect::<Vec<_>>()
            .join("/")
    };
    paths.iter().map(|path| File::new(name(path), read(path))).collect()
}

fn architecture() -> Document {
    Document::read(&read(&root().join("ARCHITECTURE.md")))
}

fn none(violations: &[Violation]) {
    let lines: Vec<String> = violations.iter().map(Violation::to_string).collect();
    assert!(lines.is_empty(), "\n{}\n", lines.join("\n"));
}

#[test]
fn rows_import_only_rows_above() {
    none(&rules::table(&architecture()));
}

#[test]
fn modules_import_what_their_row_allows() {
    none(&rules::imports(&architecture(), &sources()));
}

#[test]
fn every_module_has_a_row() {
    none(&rules::rows(&architecture(), &sources()));
}

#[test]
fn rights_are_kept() {
    none(&rules::rights(&architecture(), &sources()));
}

#[test]
fn files_are_short_and_finished() {
    none(&rules::finished(&sources()));
}

#[test]
fn lib_lists_the_modules_in_the_order_of_the_table() {
    none(&rules::order(&architecture(), &sources()));
}

#[test]
fn each_dependency_has_a_reason() {
    none(&rules::dependencies(&architecture(), &read(&root().join("Cargo.toml"))));
}

#[test]
fn no_files_import_each_other_in_a_circle() {
    let found: Vec<String> =
        circles::circles(&sources()).iter().map(|circle| circle.join(", ")).collect();
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}
