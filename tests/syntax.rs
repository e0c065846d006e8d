//! The syntax stage: texts → printed trees.

#[path = "syntax/hostile.rs"]
mod hostile;

use std::path::Path;

use pgmc::base::Sources;
use pgmc::syntax;

/// The name and the text of each `.pgm` file of a folder below `tests/`.
fn texts(folder: &str) -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(folder);
    let mut paths: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "pgm"));
    paths.sort();
    assert!(!paths.is_empty(), "no text in {}", folder.display());
    let text = |path: &Path| (path.file_stem().unwrap().to_str().unwrap().to_owned(), std::fs::read_to_string(path).unwrap());
    paths.iter().map(|path| text(path)).collect()
}

fn parse(text: &str) -> Result<syntax::tree::Tree, Vec<pgmc::base::Diagnostic>> {
    let mut sources = Sources::new();
    let source = sources.add("model.pgm", text);
    syntax::parse(&sources, source)
}

/// What a user reads about a text.
fn message(name: &str, text: &str) -> String {
    let mut sources = Sources::new();
    let source = sources.add(format!("{name}.pgm"), text);
    match syntax::parse(&sources, source) {
        Ok(tree) => format!("no mistake found\n{}", syntax::print(&tree)),
        Err(errors) => pgmc::report::diagnostics::render(&errors, &sources, false),
    }
}

#[test]
fn each_mistake_has_its_message() {
    for (name, text) in &texts("errors/syntax") {
        insta::with_settings!({ snapshot_path => "snapshots/syntax_errors", prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(name.as_str(), message(name, text));
        });
    }
}

#[test]
fn examples_give_their_trees() {
    for (name, text) in &texts("syntax/examples") {
        let tree = parse(text).unwrap_or_else(|errors| panic!("{name}: {errors:#?}"));
        insta::with_settings!({ snapshot_path => "snapshots/syntax", prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(name.as_str(), syntax::print(&tree));
        });
    }
}

/// All `.pgm` files below a folder of the repository.
fn shipped(folder: &Path, found: &mut Vec<std::path::PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        if entry.path().is_dir() {
            shipped(&entry.path(), found);
        } else if entry.path().extension().is_some_and(|extension| extension == "pgm") {
            found.push(entry.path());
        }
    }
}

#[test]
fn the_library_and_the_models_parse() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths = Vec::new();
    shipped(&root.join("library"), &mut paths);
    shipped(&root.join("models"), &mut paths);
    assert!(paths.len() > 50, "{} texts", paths.len());
    for path in paths {
        let text = std::fs::read_to_string(&path).unwrap();
        let tree = parse(&text).unwrap_or_else(|_| panic!("{}:\n{}", path.display(), message("model", &text)));
        let from_windows = parse(&format!("\u{feff}{}", text.replace('\n', "\r\n"))).unwrap();
        assert_eq!(syntax::print(&tree), syntax::print(&from_windows), "{}", path.display());
    }
}
