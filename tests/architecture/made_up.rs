//! The checker itself, on small sources that are made up: what it must catch, what it must leave
//! alone.

use super::document::Document;
use super::rules::{self, File, Violation};

const TABLES: &str = "\
| module | may import | what |
|---|---|---|
| `base` | – | |
| `middle` | `base` | |
| `top` | `middle` | |
| `cli` | all above | |

| what | only in | why |
|---|---|---|
| `pest`, `pest_derive` | `middle` | |
| `unsafe` | – | |
| `std::fs` | `cli` | |
| `println!` | `cli` | |
";

/// No line is found.
const NONE: [usize; 0] = [];

fn document() -> Document {
    Document::read(TABLES)
}

fn lines(violations: &[Violation]) -> Vec<usize> {
    let mut lines: Vec<usize> = violations.iter().map(|v| v.line).collect();
    lines.sort_unstable();
    lines
}

/// The lines of wrong imports in a file of this name.
fn imports(name: &str, text: &str) -> Vec<usize> {
    lines(&rules::imports(&document(), &[File::new(name, text)]))
}

fn rights(name: &str, text: &str) -> Vec<usize> {
    lines(&rules::rights(&document(), &[File::new(name, text)]))
}

#[test]
fn allowed_imports_pass() {
    assert_eq!(
        imports(
            "src/middle/ir.rs",
            "use crate::base::Span;\nuse crate::middle::x;\nuse std::fmt;\nuse super::y;\n"
        ),
        NONE
    );
    assert_eq!(
        imports("src/cli/fit.rs", "use pgmc::top;\nuse pgmc::{base::Span, middle};\n"),
        NONE
    );
}

#[test]
fn a_plain_import_is_caught() {
    assert_eq!(imports("src/base/a.rs", "\nuse crate::middle::x;\n"), [2]);
    assert_eq!(imports("src/top.rs", "pub use crate::base::Span;\n"), [1]);
    assert_eq!(imports("src/top.rs", "use ::pgmc::base::Span as Place;\n"), [1]);
}

#[test]
fn grouped_imports_are_caught() {
    assert_eq!(imports("src/middle/a.rs", "use crate::{base, top::x};\n"), [1]);
    assert_eq!(
        imports(
            "src/middle/a.rs",
            "use crate::{\n    base::{Span, Id},\n    top::{\n        x,\n    },\n};\n"
        ),
        [4]
    );
    assert_eq!(imports("src/middle/a.rs", "use {crate::top, std::fmt};\n"), [1]);
}

#[test]
fn inline_paths_are_caught() {
    assert_eq!(imports("src/base/a.rs", "fn f() {\n    crate::top::g();\n}\n"), [2]);
    assert_eq!(
        imports("src/base/a.rs", "fn f(x: Vec<crate::middle::T>) -> <crate::top::T as A>::B {}\n"),
        [1, 1]
    );
}

#[test]
fn super_that_leaves_the_module_is_caught() {
    assert_eq!(imports("src/middle/a/b.rs", "use super::super::c;\n"), NONE);
    assert_eq!(imports("src/middle/a/b.rs", "use super::super::super::top::c;\n"), [1]);
    assert_eq!(imports("src/middle/mod.rs", "use super::top::{x, y};\n"), [1, 1]);
    assert_eq!(imports("src/middle/a.rs", "fn f() { super::super::top::g() }\n"), [1]);
    assert_eq!(imports("src/middle/a.rs", "use self::super::super::top;\n"), [1]);
}

#[test]
fn modules_for_tests_count_too() {
    let inside = "#[cfg(test)]\nmod tests {\n    use super::*;\n    use super::super::b;\n    use \
        super::super::super::top::c;\n}\nuse super::b;\n";
    assert_eq!(imports("src/middle/a.rs", inside), [5]);
}

#[test]
fn comments_strings_and_characters_do_not_count() {
    let text = "// use crate::top;\n/* crate::top::x /* nested */ crate::top */\n/// crate::top\nconst A: &str = \"crate::top::x\";\n\
                const B: &str = r#\"\"crate::top\"#;\nconst C: char = '\"';\nfn f<'a>(x: &'a str) \
                    { crate::top::g(b\"'\", '\\'') }\n";
    assert_eq!(imports("src/base/a.rs", text), [7]);
}

#[test]
fn the_whole_crate_is_caught() {
    assert_eq!(
        imports("src/top.rs", "use crate as root;\nuse crate::*;\nuse crate::{self};\n"),
        [1, 2, 3]
    );
    assert_eq!(imports("src/top.rs", "pub(crate) fn f() {}\npub(in crate::top) fn g() {}\n"), NONE);
}

#[test]
fn exported_macros_belong_to_their_module() {
    let base = File::new(
        "src/base/arena.rs",
        "#[macro_export]\nmacro_rules! id_type { () => { $crate::base::Id } }\n",
    );
    let text = "crate::id_type!(A);\nuse crate::id_type;\n";
    let files = [base, File::new("src/middle/a.rs", text), File::new("src/top.rs", text)];
    let found = rules::imports(&document(), &files);
    assert_eq!(
        found.iter().map(|v| (v.file.as_str(), v.line)).collect::<Vec<_>>(),
        [("src/top.rs", 1), ("src/top.rs", 2)]
    );
}

#[test]
fn a_message_names_place_and_path() {
    let found =
        rules::imports(&document(), &[File::new("src/base/a.rs", "\nuse crate::top::x;\n")]);
    assert_eq!(
        found[0].to_string(),
        "src/base/a.rs:2: `base` may not import `top` (`crate::top::x`)"
    );
}

#[test]
fn a_module_without_a_row_is_caught() {
    let files = [
        File::new("src/lib.rs", ""),
        File::new("src/helpers/a.rs", ""),
        File::new("src/top.rs", ""),
    ];
    let found = rules::rows(&document(), &files);
    assert_eq!(found.len(), 1);
    assert_eq!(
        found[0].to_string(),
        "src/helpers/a.rs:1: the module `helpers` has no row in ARCHITECTURE.md"
    );
}

#[test]
fn a_row_that_imports_one_below_is_caught() {
    let table = "| module | may import |\n|---|---|\n| `a` | `b` |\n| `b` | `a` |\n\n| what | \
        only in |\n|---|---|\n| `pest` | `c` |\n";
    assert_eq!(lines(&rules::table(&Document::read(table))), [3, 8]);
    assert_eq!(rules::table(&document()), []);
}

#[test]
fn rights_are_caught() {
    assert_eq!(
        rights(
            "src/top.rs",
            "use pest::Parser;\n#[derive(pest_derive::Parser)]\nstruct A;\nuse ::pest;\n"
        ),
        [1, 2, 4]
    );
    assert_eq!(rights("src/middle/a.rs", "use pest::Parser;\n"), NONE);
    assert_eq!(
        rights(
            "src/top.rs",
            "use std::{fmt, fs::File};\nlet x = std::fs::read(p);\nuse std::fs as disk;\n"
        ),
        [1, 2, 3]
    );
    assert_eq!(rights("src/top.rs", "println!(\"a\");\nstd::println!();\nx.println();\n"), [1, 2]);
    assert_eq!(rights("src/cli/a.rs", "println!(\"a\");\n"), NONE);
    assert_eq!(
        rights("src/middle/a.rs", "unsafe { f() }\n// unsafe\n#![deny(unsafe_code)]\n"),
        [1]
    );
    assert_eq!(
        rights(
            "src/base/a.rs",
            "mod pest;\nlet a = pest::read();\nlet pest = 1;\ncrate::base::pest::x();\n"
        ),
        NONE
    );
}

#[test]
fn long_and_unfinished_files_are_caught() {
    let long = "\n".repeat(501);
    let unfinished = format!(
        "// {}: later\nfn f() {{ {}() }}\n{}]\nfn g() {{}}\n",
        concat!("TO", "DO"),
        concat!("to", "do!"),
        concat!("#[ign", "ore")
    );
    assert_eq!(lines(&rules::finished(&[File::new("src/a.rs", long)])), [501]);
    assert_eq!(lines(&rules::finished(&[File::new("src/a.rs", unfinished)])), [1, 2, 3]);
    assert_eq!(rules::finished(&[File::new("src/a.rs", "\n".repeat(500))]), []);
}

#[test]
fn another_order_in_lib_is_caught() {
    let lib = |text: &str| lines(&rules::order(&document(), &[File::new("src/lib.rs", text)]));
    assert_eq!(lib("pub mod base;\n\npub mod middle;\n"), NONE);
    assert_eq!(lib("pub mod middle;\n\npub mod base;\n"), [3]);
}

#[test]
fn dependencies_without_a_reason_are_caught() {
    let found = rules::dependencies(
        &document(),
        "[dependencies]\npest = \"2\"\nnew-crate = \"1\"\n\n[dev-dependencies]\ninsta = \"1\"\n",
    );
    let messages: Vec<&str> = found.iter().map(|v| v.message.as_str()).collect();
    assert_eq!(
        messages,
        [
            "the crate `new_crate` has no row in ARCHITECTURE.md",
            "`pest_derive` is no dependency in Cargo.toml"
        ]
    );
}
