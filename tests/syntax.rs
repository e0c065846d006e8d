//! The syntax stage: texts → printed trees.

use std::path::Path;

use pgmc::base::Sources;
use pgmc::syntax;

/// Calls `check` with the name and the text of each `.pgm` file of a folder below `tests/`.
fn each_text(folder: &str, check: impl Fn(&str, &str)) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(folder);
    let mut paths: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "pgm"));
    paths.sort();
    assert!(!paths.is_empty(), "no text in {}", folder.display());
    for path in paths {
        check(path.file_stem().unwrap().to_str().unwrap(), &std::fs::read_to_string(&path).unwrap());
    }
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
    each_text("errors/syntax", |name, text| {
        insta::with_settings!({ snapshot_path => "snapshots/syntax_errors", prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(name, message(name, text));
        });
    });
}

#[test]
fn examples_give_their_trees() {
    each_text("syntax/examples", |name, text| {
        let tree = parse(text).unwrap_or_else(|errors| panic!("{name}: {errors:#?}"));
        insta::with_settings!({ snapshot_path => "snapshots/syntax", prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(name, syntax::print(&tree));
        });
    });
}
