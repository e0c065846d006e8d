//! The pages, README.md, CONTRIBUTING.md and all below docs/: models build, mistakes give the code
//! beside them, commands run and print what is shown, links lead somewhere.

mod blocks;
mod codes;
mod places;
mod shown;

use blocks::{Block, Kind, blocks};
use pgmc::base::{Diagnostic, Sources};
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// All pages, with their names: paths from the root.
fn texts() -> Vec<(String, String)> {
    let mut paths = vec![root().join("README.md"), root().join("CONTRIBUTING.md")];
    for folder in ["docs", "docs/contributing"] {
        let entries = std::fs::read_dir(root().join(folder)).expect("a folder of pages");
        let entries = entries.map(|entry| entry.expect("a readable entry").path());
        paths.extend(entries.filter(|path| path.extension().is_some_and(|e| e == "md")));
    }
    paths.sort();
    let name =
        |path: &Path| path.strip_prefix(root()).expect("below the root").display().to_string();
    let read = |path: &Path| std::fs::read_to_string(path).expect("a readable page");
    paths.iter().map(|path| (name(path), read(path))).collect()
}

/// All blocks of all pages, with the pages' names.
fn pages() -> Vec<(String, Vec<Block>)> {
    texts().into_iter().map(|(name, text)| (name, blocks(&text))).collect()
}

/// Runs `check` on each block, and fails with all complaints, each with its place.
fn each(check: impl Fn(&Block) -> Result<(), String>) {
    let mut complaints = Vec::new();
    for (page, blocks) in pages() {
        for block in blocks {
            if let Err(complaint) = check(&block) {
                complaints.push(format!("{page}:{}: {complaint}", block.line));
            }
        }
    }
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

/// What is said about a model.
fn diagnostics(text: &str) -> Vec<Diagnostic> {
    let mut sources = Sources::new();
    let source = sources.add("block.pgm", text);
    let built = pgmc::syntax::parse(&sources, source)
        .and_then(|tree| pgmc::network::build(&[tree], &mut sources));
    built.err().unwrap_or_default()
}

fn words(diagnostics: &[Diagnostic]) -> String {
    diagnostics.iter().map(|d| format!("{}: {}", d.code, d.message)).collect::<Vec<_>>().join("; ")
}

#[test]
fn blocks_are_of_a_known_kind() {
    each(|block| match &block.kind {
        Kind::Unknown(info) => Err(format!("a block of an unknown kind: `{info}`")),
        Kind::Model | Kind::Mistake(_) | Kind::Fragment | Kind::Shell | Kind::Shown => Ok(()),
    });
}

#[test]
fn models_build() {
    each(|block| match block.kind {
        Kind::Model => match diagnostics(&block.text).as_slice() {
            [] => Ok(()),
            found => Err(words(found)),
        },
        Kind::Mistake(_) | Kind::Fragment | Kind::Shell | Kind::Shown | Kind::Unknown(_) => Ok(()),
    });
}

#[test]
fn mistakes_give_their_code() {
    each(|block| match &block.kind {
        Kind::Mistake(code) => {
            let found = diagnostics(&block.text);
            let exactly = !found.is_empty() && found.iter().all(|d| d.code == code);
            if exactly {
                Ok(())
            } else {
                Err(format!("expected {code} alone, found: {}", words(&found)))
            }
        }
        Kind::Model | Kind::Fragment | Kind::Shell | Kind::Shown | Kind::Unknown(_) => Ok(()),
    });
}

#[test]
fn the_language_page_names_each_function_and_family() {
    let page =
        std::fs::read_to_string(root().join("docs/language.md")).expect("the page of the language");
    let functions = pgmc::builtins::ROWS.iter().filter(|row| row.public).map(|row| row.name);
    let families = pgmc::network::FAMILIES.iter().map(|(name, _, _)| *name);
    let named =
        |name: &str| page.contains(&format!("`{name}`")) || page.contains(&format!("`{name}("));
    let missing: Vec<&str> = functions.chain(families).filter(|name| !named(name)).collect();
    assert!(missing.is_empty(), "docs/language.md does not name {}", missing.join(", "));
}

#[test]
fn the_page_of_models_names_each_model() {
    let page = std::fs::read_to_string(root().join("docs/models.md")).expect("the page of models");
    let folders = std::fs::read_dir(root().join("models"))
        .expect("the folder models")
        .map(|entry| entry.expect("a readable entry"));
    let models = folders
        .filter(|folder| folder.path().join("model.pgm").exists())
        .map(|folder| folder.file_name().into_string().expect("a name"));
    let missing: Vec<String> =
        models.filter(|name| !page.contains(&format!("](../models/{name}/model.pgm)"))).collect();
    assert!(missing.is_empty(), "docs/models.md does not name {}", missing.join(", "));
}

#[test]
fn commands_run() {
    each(|block| match block.kind {
        Kind::Shell => shown::commands(&block.text)
            .iter()
            .try_for_each(|(command, expected)| run(command, expected)),
        Kind::Model | Kind::Mistake(_) | Kind::Fragment | Kind::Shown | Kind::Unknown(_) => Ok(()),
    });
}

/// Runs a command line in the root of the repository, with this build of `pgmc` before any other.
fn run(command: &str, expected: &[String]) -> Result<(), String> {
    let binary = Path::new(env!("CARGO_BIN_EXE_pgmc")).parent().expect("a folder");
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path = std::env::join_paths(
        std::iter::once(binary.to_owned()).chain(std::env::split_paths(&path)),
    )
    .expect("a search path");
    let output = Command::new("sh")
        .args(["-c", command])
        .current_dir(root())
        .env("PATH", path)
        .output()
        .expect("a shell");
    let text = String::from_utf8_lossy(&output.stdout);
    if !output.status.success() {
        return Err(format!(
            "`{command}` fails ({}):\n{}",
            output.status,
            String::from_utf8_lossy(&output.stderr)
        ));
    }
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    let expected: Vec<&str> = expected.iter().map(String::as_str).collect();
    if shown::matches(&expected, &lines) {
        Ok(())
    } else {
        Err(format!("`{command}` prints something else:\n{text}"))
    }
}
