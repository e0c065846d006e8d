//! The tables and the files → what breaks a rule, each with its place.

use super::document::{Document, Right};
use super::paths::{Kind, Named, named};
use super::tokens::{Token, tokens};
use std::fmt;

/// A file of `src/`.
pub struct File {
    /// From the root of the repository: `src/network/ir.rs`.
    pub name: String,
    pub text: String,
    tokens: Vec<Token>,
    named: Vec<Named>,
    module: Vec<String>,
}

/// Something that breaks a rule.
#[derive(Debug, PartialEq)]
pub struct Violation {
    pub file: String,
    pub line: usize,
    pub message: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.message)
    }
}

impl File {
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        let (name, text) = (name.into(), text.into());
        let tokens = tokens(&text);
        let module = module_path(&name);
        let named = named(&tokens, &module);
        Self { name, text, tokens, named, module }
    }

    /// The module that it is, from the crate's root.
    pub fn module(&self) -> &[String] {
        &self.module
    }

    /// The paths that it names.
    pub fn named(&self) -> &[Named] {
        &self.named
    }

    /// The row that the file belongs to: that of the innermost module that has one; else its folder
    /// or file directly below `src/`.
    fn stage(&self, document: &Document) -> String {
        let below = self.name.trim_start_matches("src/").trim_end_matches(".rs");
        row_of(document, &self.module)
            .unwrap_or_else(|| below.split('/').next().unwrap_or(below).to_owned())
    }

    fn breaks(&self, line: usize, message: String) -> Violation {
        Violation { file: self.name.clone(), line, message }
    }

    /// The macros that the file exports to the whole crate.
    fn exported_macros(&self) -> Vec<String> {
        let exports = self.tokens.iter().any(|t| t.is("macro_export"));
        let defined = self
            .tokens
            .windows(3)
            .filter(|w| w[0].is("macro_rules") && w[1].is("!"))
            .map(|w| w[2].text.clone());
        if exports { defined.collect() } else { Vec::new() }
    }
}

/// `src/a/b/mod.rs` and `src/a/b.rs` are the module a::b; `src/lib.rs` and `src/main.rs` are the
/// root.
fn module_path(name: &str) -> Vec<String> {
    let below = name.trim_start_matches("src/").trim_end_matches(".rs");
    if matches!(below, "lib" | "main") {
        return Vec::new();
    }
    below.trim_end_matches("/mod").split('/').map(str::to_owned).collect()
}

/// The innermost module with a row that holds what `path`, from the crate's root, names.
fn row_of(document: &Document, path: &[String]) -> Option<String> {
    let rows = (1..=path.len()).rev().map(|length| path[..length].join("::"));
    rows.into_iter().find(|name| document.module(name).is_some())
}

fn in_document(line: usize, message: String) -> Violation {
    Violation { file: "ARCHITECTURE.md".to_owned(), line, message }
}

/// Rows that import what is not above them.
pub fn table(document: &Document) -> Vec<Violation> {
    let mut found = Vec::new();
    if document.modules.is_empty() || document.rights.is_empty() {
        found.push(in_document(1, "a table is missing".to_owned()));
    }
    for (i, row) in document.modules.iter().enumerate() {
        let above = &document.modules[..i];
        if above.iter().any(|m| m.name == row.name) {
            found.push(in_document(row.line, format!("`{}` has two rows", row.name)));
        }
        for import in row.imports.iter().filter(|import| !above.iter().any(|m| m.name == **import))
        {
            found.push(in_document(
                row.line,
                format!("`{}` may import `{import}`, which is no row above it", row.name),
            ));
        }
    }
    let unknown =
        |right: &Right| right.modules.iter().find(|m| document.module(m).is_none()).cloned();
    found.extend(document.rights.iter().filter_map(|r| {
        unknown(r).map(|m| in_document(r.line, format!("`{m}` is no module of the table")))
    }));
    found
}

/// Modules without a row.
pub fn rows(document: &Document, files: &[File]) -> Vec<Violation> {
    let without = |file: &&File| {
        file.stage(document) != "lib" && document.module(&file.stage(document)).is_none()
    };
    let message = |file: &File| {
        format!("the module `{}` has no row in ARCHITECTURE.md", file.stage(document))
    };
    files.iter().filter(without).map(|file| file.breaks(1, message(file))).collect()
}

/// Imports that the file's row does not allow.
pub fn imports(document: &Document, files: &[File]) -> Vec<Violation> {
    let macros: Vec<(String, String)> = files
        .iter()
        .flat_map(|f| f.exported_macros().into_iter().map(|name| (name, f.stage(document))))
        .collect();
    let mut found = Vec::new();
    for file in files {
        let stage = file.stage(document);
        let Some(row) = document.module(&stage) else { continue };
        for named in file.named.iter().filter(|n| n.starts_with(&["crate"])) {
            let Some(target) = named.path.get(1).filter(|t| *t != "*") else {
                if named.kind == Kind::Use {
                    found.push(
                        file.breaks(
                            named.line,
                            "imports the whole crate: name a module".to_owned(),
                        ),
                    );
                }
                continue;
            };
            let exported =
                macros.iter().find(|(name, _)| name == target).map(|(_, stage)| stage.clone());
            let target = exported
                .or_else(|| row_of(document, &named.path[1..]))
                .unwrap_or_else(|| target.clone());
            if target != stage && !row.imports.contains(&target) {
                let path = named.path.join("::");
                found.push(
                    file.breaks(
                        named.line,
                        format!("`{stage}` may not import `{target}` (`{path}`)"),
                    ),
                );
            }
        }
    }
    found
}

/// Uses of what belongs to other modules.
pub fn rights(document: &Document, files: &[File]) -> Vec<Violation> {
    let mut found = Vec::new();
    for file in files {
        let stage = file.stage(document);
        for right in document.rights.iter().filter(|r| !r.modules.contains(&stage)) {
            for word in &right.words {
                for line in uses(file, word) {
                    let owners = if right.modules.is_empty() {
                        "no module".to_owned()
                    } else {
                        right.modules.join(", ")
                    };
                    found.push(
                        file.breaks(
                            line,
                            format!("`{word}` is for {owners} only, this is `{stage}`"),
                        ),
                    );
                }
            }
        }
    }
    found
}

/// The lines on which `word` is used.
fn uses(file: &File, word: &str) -> Vec<usize> {
    let named = file.named.iter();
    if word == "unsafe" {
        return file.tokens.iter().filter(|t| t.is("unsafe")).map(|t| t.line).collect();
    }
    if let Some(name) = word.strip_suffix('!') {
        return named
            .filter(|n| n.kind == Kind::Macro && n.path.last().is_some_and(|l| l == name))
            .map(|n| n.line)
            .collect();
    }
    let path: Vec<&str> = word.split("::").collect();
    let whole = |n: &&Named| n.kind == Kind::Use || n.path.len() > 1;
    let own = |n: &&Named| path.len() > 1 || !local_module(file, &n.path);
    named.filter(|n| n.starts_with(&path)).filter(whole).filter(own).map(|n| n.line).collect()
}

/// Whether the path begins with a module that the file itself declares (`mod csv;` and then
/// `csv::read`).
fn local_module(file: &File, path: &[String]) -> bool {
    file.tokens
        .windows(2)
        .any(|w| w[0].is("mod") && path.first().is_some_and(|first| w[1].is(first)))
}

/// Files that are too long or not finished.
pub fn finished(files: &[File]) -> Vec<Violation> {
    // Put together, so that this file does not hold them.
    let words = [
        concat!("TO", "DO"),
        concat!("FIX", "ME"),
        concat!("to", "do!"),
        concat!("unimple", "mented!"),
        concat!("#[ign", "ore"),
    ];
    let mut found = Vec::new();
    for file in files {
        let lines = file.text.lines().count();
        if lines > 500 {
            found.push(file.breaks(501, format!("{lines} lines: at most 500 are allowed")));
        }
        for (i, line) in file.text.lines().enumerate() {
            if let Some(word) = words.iter().find(|word| line.contains(**word)) {
                found.push(file.breaks(i + 1, format!("`{word}` is left here")));
            }
        }
    }
    found
}

/// Modules of `src/lib.rs` that stand in another order than the table.
pub fn order(document: &Document, files: &[File]) -> Vec<Violation> {
    let Some(lib) = files.iter().find(|f| f.name == "src/lib.rs") else { return Vec::new() };
    let position = |name: &str| document.modules.iter().position(|m| m.name == name);
    let modules: Vec<(&str, usize)> = lib
        .tokens
        .windows(3)
        .filter(|w| w[0].is("mod") && w[2].is(";"))
        .map(|w| (w[1].text.as_str(), w[1].line))
        .collect();
    let late = modules.windows(2).filter(|pair| position(pair[0].0) > position(pair[1].0));
    late.map(|pair| {
        lib.breaks(
            pair[1].1,
            format!("`{}` stands above `{}` in ARCHITECTURE.md", pair[1].0, pair[0].0),
        )
    })
    .collect()
}

/// Dependencies of `manifest` without a row, and rows about crates that it does not name.
pub fn dependencies(document: &Document, manifest: &str) -> Vec<Violation> {
    let section =
        manifest.lines().enumerate().skip_while(|(_, line)| *line != "[dependencies]").skip(1);
    let section = section.take_while(|(_, line)| !line.starts_with('['));
    let crates: Vec<(usize, String)> = section
        .filter_map(|(i, line)| {
            line.split_once(" = ").map(|(name, _)| (i + 1, name.replace('-', "_")))
        })
        .collect();
    let known =
        |word: &str| document.rights.iter().any(|right| right.words.iter().any(|w| w == word));
    let missing = crates.iter().filter(|(_, name)| !known(name));
    let missing = missing.map(|(line, name)| Violation {
        file: "Cargo.toml".to_owned(),
        line: *line,
        message: format!("the crate `{name}` has no row in ARCHITECTURE.md"),
    });
    let is_crate =
        |word: &str| word.chars().all(|c| c.is_alphanumeric() || c == '_') && word != "unsafe";
    let gone = |word: &&String| is_crate(word) && !crates.iter().any(|(_, name)| name == *word);
    let message = |word: &String| format!("`{word}` is no dependency in Cargo.toml");
    let rights = document.rights.iter();
    let gone = rights.flat_map(|right| {
        right.words.iter().filter(gone).map(|word| in_document(right.line, message(word)))
    });
    missing.chain(gone.collect::<Vec<_>>()).collect()
}
