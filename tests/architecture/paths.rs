//! The tokens of a file → the paths it names, each from the root of its crate; `self`, `super` and
//! groups are resolved.

use super::tokens::Token;

/// How a path stands in a file.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    /// In a `use`.
    Use,
    /// In code.
    Inline,
    /// As the name of a macro that is called.
    Macro,
}

/// A path: `crate` first where it lies in this crate.
#[derive(Clone, Debug, PartialEq)]
pub struct Named {
    pub path: Vec<String>,
    pub line: usize,
    pub kind: Kind,
    /// Whether it is handed on: a `pub use`.
    pub handed_on: bool,
}

impl Named {
    pub fn starts_with(&self, words: &[&str]) -> bool {
        self.path.len() >= words.len() && self.path.iter().zip(words).all(|(a, b)| a == b)
    }
}

struct Reader<'a> {
    tokens: &'a [Token],
    at: usize,
    /// The modules that the reader is in, from the crate's root.
    module: Vec<String>,
    /// The depth of braces at which each inline module began.
    inline: Vec<usize>,
    depth: usize,
    /// Whether the `use` that is read hands on what it names.
    handed_on: bool,
    found: Vec<Named>,
}

/// The paths in a file of the module `module`.
pub fn named(tokens: &[Token], module: &[String]) -> Vec<Named> {
    let mut reader = Reader {
        tokens,
        at: 0,
        module: module.to_vec(),
        inline: Vec::new(),
        depth: 0,
        handed_on: false,
        found: Vec::new(),
    };
    while reader.at < tokens.len() {
        reader.step();
    }
    reader.found
}

impl Reader<'_> {
    fn is(&self, ahead: usize, text: &str) -> bool {
        self.tokens.get(self.at + ahead).is_some_and(|t| t.is(text))
    }

    fn identifier(&self, ahead: usize) -> Option<&str> {
        self.tokens.get(self.at + ahead).filter(|t| t.is_identifier()).map(|t| t.text.as_str())
    }

    fn step(&mut self) {
        if self.is(0, "use") && !self.is(1, "<") {
            self.handed_on = self.at > 0
                && ["pub", ")"].iter().any(|before| self.tokens[self.at - 1].is(before));
            self.at += 1;
            self.use_tree(&[]);
            self.handed_on = false;
        } else if self.is(0, "pub") && self.is(1, "(") && self.is(2, "in") {
            // Whom something is shown to is no import.
            while self.at < self.tokens.len() && !self.is(0, ")") {
                self.at += 1;
            }
        } else if self.is(0, "mod") && self.identifier(1).is_some() && self.is(2, "{") {
            self.module.extend(self.identifier(1).map(str::to_owned));
            self.inline.push(self.depth);
            self.at += 2;
        } else if self.is(0, "{") {
            self.depth += 1;
            self.at += 1;
        } else if self.is(0, "}") {
            self.close_brace();
        } else if self.identifier(0).is_some() {
            self.inline_path();
        } else {
            self.at += 1;
        }
    }

    fn close_brace(&mut self) {
        self.depth = self.depth.saturating_sub(1);
        if self.inline.last() == Some(&self.depth) {
            self.inline.pop();
            self.module.pop();
        }
        self.at += 1;
    }

    /// `a::b::{c, d::e as f, self, *}` behind `before`.
    fn use_tree(&mut self, before: &[String]) {
        let mut path = before.to_vec();
        let line = self.tokens.get(self.at).map_or(0, |t| t.line);
        loop {
            if self.is(0, "{") {
                return self.use_group(&path);
            }
            match self.tokens.get(self.at) {
                Some(token) if token.is("::") => {}
                Some(token) if token.is_identifier() || token.is("*") => {
                    path.push(token.text.clone())
                }
                _ => break,
            }
            self.at += 1;
            if self.is(0, "as") {
                self.at += 2;
                break;
            }
        }
        self.add(path, line, Kind::Use);
    }

    fn use_group(&mut self, before: &[String]) {
        self.at += 1;
        while self.at < self.tokens.len() && !self.is(0, "}") {
            if self.is(0, ",") {
                self.at += 1;
            } else {
                let start = self.at;
                self.use_tree(before);
                self.at = self.at.max(start + 1);
            }
        }
        self.at += 1;
    }

    fn inline_path(&mut self) {
        let line = self.tokens[self.at].line;
        let mut path = Vec::new();
        while let Some(word) = self.identifier(0) {
            path.push(word.to_owned());
            self.at += 1;
            if !self.is(0, "::") || self.identifier(1).is_none() {
                break;
            }
            self.at += 1;
        }
        let called = self.is(0, "!") && !self.is(1, "=");
        self.add(path, line, if called { Kind::Macro } else { Kind::Inline });
    }

    fn add(&mut self, path: Vec<String>, line: usize, kind: Kind) {
        let mut path = self.resolved(path);
        if kind == Kind::Use && path.last().is_some_and(|word| word == "self") {
            path.pop();
        }
        self.found.push(Named { path, line, kind, handed_on: self.handed_on });
    }

    /// From the crate's root; the library is `pgmc` to the command, which is the same crate to us.
    fn resolved(&self, path: Vec<String>) -> Vec<String> {
        let ups = path.iter().take_while(|word| matches!(word.as_str(), "self" | "super")).count();
        if ups == 0 {
            let ours = path.len() > 1 && path[0] == "pgmc";
            return if ours {
                [vec!["crate".to_owned()], path[1..].to_vec()].concat()
            } else {
                path
            };
        }
        if path.len() == 1 {
            return path;
        }
        let supers = path[..ups].iter().filter(|word| *word == "super").count();
        let kept = self.module.len().saturating_sub(supers);
        [vec!["crate".to_owned()], self.module[..kept].to_vec(), path[ups..].to_vec()].concat()
    }
}
