//! What pages point at is there: the files of links, and files and folders of the repository that
//! are named in backticks.

use std::path::Path;

use super::{root, texts};

/// The folders whose files a page may name by their path from the root.
const FOLDERS: [&str; 8] =
    ["src/", "tests/", "docs/", "library/", "grammar/", "models/", "benches/", "fuzz/"];

/// What stands between `before` and `after`.
fn between<'t>(text: &'t str, before: &str, after: char) -> Vec<&'t str> {
    text.split(before).skip(1).filter_map(|part| Some(part.split_once(after)?.0)).collect()
}

/// The targets of links to files, without the heading that they lead to.
fn links(text: &str) -> Vec<&str> {
    let files = between(text, "](", ')').into_iter().filter(|target| !target.contains("://"));
    files.map(|target| target.split('#').next().unwrap_or(target)).collect()
}

/// Paths from the root in backticks; `NAME` and `*` stand for any name.
fn named(text: &str) -> Vec<&str> {
    let outside_blocks = text.split("```").step_by(2);
    let words = outside_blocks.flat_map(|part| part.split('`').skip(1).step_by(2));
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
    let text = "[a](b.md#c), [d](https://e.org), `src/lib.rs`, `src/NAME.rs`\n```\n`src/x`\n```\n";
    assert_eq!(links(text), ["b.md"]);
    assert_eq!(named(text), ["src/lib.rs"]);
}
