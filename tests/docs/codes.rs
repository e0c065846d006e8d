//! Each code of a diagnostic is shown: some snapshot or some test has a message with it.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use super::root;

fn files(folder: &Path, extensions: &[&str], found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a readable folder") {
        let path = entry.expect("a readable entry").path();
        let extension = path.extension().and_then(OsStr::to_str);
        if path.is_dir() {
            files(&path, extensions, found);
        } else if extension.is_some_and(|extension| extensions.contains(&extension)) {
            found.push(path);
        }
    }
}

/// The texts of a folder's files, by path.
fn texts(folder: &str, extensions: &[&str]) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    files(&root().join(folder), extensions, &mut found);
    found
        .into_iter()
        .map(|path| (path.clone(), std::fs::read_to_string(path).expect("a text")))
        .collect()
}

/// Whether this is a letter for errors, warnings or notes with four digits behind it.
fn is_code(text: &str) -> bool {
    text.len() == 5
        && text.starts_with(['E', 'W', 'N'])
        && text[1..].bytes().all(|digit| digit.is_ascii_digit())
}

/// What stands between `before` and `after` and is a code.
fn codes<'t>(text: &'t str, before: &str, after: char) -> Vec<&'t str> {
    let start = |part: &'t str| part.split(after).next().unwrap_or_default();
    text.split(before).skip(1).map(start).filter(|code| is_code(code)).collect()
}

/// The codes that tests show: in a rendered message, or alone in quotes, where it is compared with
/// what is said; not those of diagnostics that a test makes up.
fn shown() -> Vec<String> {
    let mut shown = Vec::new();
    let made_up =
        [root().join("tests/report/diagnostics.rs"), root().join("tests/report/snapshots")];
    let mut texts = texts("tests", &["snap", "rs"]);
    texts.retain(|(path, _)| !made_up.iter().any(|made_up| path.starts_with(made_up)));
    for (_, text) in &texts {
        for kind in ["error[", "warning[", "note["] {
            shown.extend(codes(text, kind, ']').into_iter().map(str::to_owned));
        }
        let text = text.replace("Diagnostic::error(\"", "");
        shown.extend(codes(&text, "\"", '"').into_iter().map(str::to_owned));
    }
    shown
}

#[test]
fn each_code_is_shown() {
    let mut made: BTreeMap<String, PathBuf> = BTreeMap::new();
    for (path, text) in texts("src", &["rs"]) {
        let own = codes(&text, "\"", '"').into_iter().map(str::to_owned);
        made.extend(own.map(|code| (code, path.clone())));
    }
    assert!(made.len() > 200, "the codes are found");
    let shown = shown();
    let hidden: Vec<String> = made
        .iter()
        .filter(|(code, _)| !shown.contains(code))
        .map(|(code, path)| format!("{code} of {}", path.display()))
        .collect();
    assert!(hidden.is_empty(), "no test shows\n{}", hidden.join("\n"));
}
