//! What pages point at is there: the files of links, and files and folders of the repository that
//! are named in backticks.

use std::path::Path;

use super::{root, texts};

/// The folders whose files a page may name by their path from the root.
const FOLDERS: [&str; 7] =
    ["src/", "tests/", "docs/", "library/", "grammar/", "models/", "benches/"];

/// The parts of a page outside its blocks.
fn prose(text: &str) -> impl Iterator<Item = &str> {
    text.split("```").step_by(2)
}

/// The targets of links to files, without the heading that they lead to.
fn links(text: &str) -> Vec<String> {
    let without_code = |part: &str| part.split('`').step_by(2).collect::<String>();
    let targets = |part: String| -> Vec<String> {
        let behind = part.split("](").skip(1);
        let targets = behind.filter_map(|rest| Some(rest.split_once(')')?.0));
        let files = targets.filter(|target| !target.contains("://"));
        files.map(|target| target.split('#').next().unwrap_or(target).to_owned()).collect()
    };
    prose(text).map(without_code).flat_map(targets).collect()
}

/// Paths from the root in backticks; `NAME` and `*` stand for any name.
fn named(text: &str) -> Vec<&str> {
    let words = prose(text).flat_map(|part| part.split('`').skip(1).step_by(2));
    words
        .filter(|word| FOLDERS.iter().any(|folder| word.starts_with(folder)))
        .filter(|word| !word.contains(['*', ' ', '{']) && !word.contains("NAME"))
        .collect()
}

#[test]
fn links_lead_to_files() {
    let mut broken = Vec::new();
    for (page, text) in texts() {
        let folder = root().join(Path::new(&page).parent().expect("below the root"));
        let missing = links(&text).into_iter().filter(|target| !folder.join(target).exists());
        broken.extend(missing.map(|target| format!("{page}: {target}")));
    }
    assert!(broken.is_empty(), "there is nothing at\n{}", broken.join("\n"));
}

#[test]
fn files_that_pages_name_are_there() {
    let mut missing = Vec::new();
    for (page, text) in texts() {
        let gone = named(&text).into_iter().filter(|path| !root().join(path).exists());
        missing.extend(gone.map(|path| format!("{page}: {path}")));
    }
    assert!(missing.is_empty(), "there is nothing at\n{}", missing.join("\n"));
}

#[test]
fn what_a_page_points_at_is_found() {
    let text = "[a](b.md#c), [`d`](https://e.org), `f[k](x)`, `src/lib.rs`, `src/NAME.rs`\n```\n`src/x`\n```\n";
    assert_eq!(links(text), ["b.md"]);
    assert_eq!(named(text), ["src/lib.rs"]);
}
