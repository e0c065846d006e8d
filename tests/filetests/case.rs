//! A file: its program, what is to be done with it, and what is expected.

use std::fmt;
use std::path::{Path, PathBuf};

use pgmc::program::{Computation, Program, Values, check, parse, print_with_values};

use super::made::made;
use super::{models, run};

/// What a file fails by.
pub struct Failure {
    path: PathBuf,
    line: usize,
    why: String,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path.display(), self.line, self.why)
    }
}

/// A file, taken apart.
pub struct Case {
    path: PathBuf,
    /// The program with the remarks among it, up to the first expected text.
    input: String,
    calls: Vec<Call>,
    expected: Vec<Expected>,
}

/// A line that has the program run.
struct Call {
    line: usize,
    of: run::Of,
    unknowns: String,
    /// Where it says one.
    result: Option<String>,
}

/// A text that the program becomes.
struct Expected {
    /// The line that says so.
    line: usize,
    /// What the program becomes.
    what: String,
    text: String,
}

/// What was found in the place of what is expected.
pub struct Found {
    calls: Vec<Vec<f64>>,
    texts: Vec<String>,
}

impl Case {
    /// Takes a file apart.
    pub fn read(path: &Path) -> Result<Self, Failure> {
        let text = std::fs::read_to_string(path)
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let mut case = Self {
            path: path.to_owned(),
            input: String::new(),
            calls: Vec::new(),
            expected: Vec::<Expected>::new(),
        };
        for (index, line) in text.lines().enumerate() {
            let line_number = index + 1;
            if let Some(what) = line.strip_prefix("; expect ") {
                let (what, text) = (what.to_owned(), String::new());
                case.expected.push(Expected { line: line_number, what, text });
                continue;
            }
            if let Some(call) = line.strip_prefix("; run: ") {
                case.call(line_number, run::Of::Outputs, call)?;
            } else if let Some(call) = line.strip_prefix("; gradient: ") {
                case.call(line_number, run::Of::Gradient, call)?;
            }
            let text = case.expected.last_mut().map_or(&mut case.input, |e| &mut e.text);
            text.push_str(line);
            text.push('\n');
        }
        Ok(case)
    }

    fn call(&mut self, line: usize, of: run::Of, call: &str) -> Result<(), Failure> {
        let parts = call.strip_prefix("f(").and_then(|rest| rest.split_once(')'));
        let result = parts.map(|(_, rest)| (rest, rest.strip_prefix(" == ")));
        let (Some((unknowns, _)), Some(("", None) | (_, Some(_)))) = (parts, result) else {
            return self.fail(line, "expected `f(unknowns)` or `f(unknowns) == result`");
        };
        let unknowns = unknowns.to_owned();
        let result = result.and_then(|(_, result)| result).map(str::to_owned);
        self.calls.push(Call { line, of, unknowns, result });
        Ok(())
    }

    fn fail<T>(&self, line: usize, why: impl Into<String>) -> Result<T, Failure> {
        Err(Failure { path: self.path.clone(), line, why: why.into() })
    }

    /// What a remark says behind a word and a colon, with its line.
    fn remark(&self, word: &str) -> Option<(usize, &str)> {
        let mut lines = self.input.lines().enumerate();
        lines.find_map(|(index, line)| {
            let said = line.strip_prefix("; ")?.strip_prefix(word)?.strip_prefix(": ")?;
            Some((index + 1, said))
        })
    }

    /// Does what the file says.
    pub fn found(&self) -> Result<Found, Failure> {
        let Computation { program, values } = match (self.remark("model"), parse(&self.input)) {
            (Some((line, name)), _) => {
                let rows = self.remark("rows").and_then(|(_, rows)| rows.parse().ok());
                models::program(name, rows).or_else(|why| self.fail(line, why))?
            }
            (None, Ok(read)) => read,
            (None, Err(error)) => return self.mistake(&error),
        };
        if let Err(errors) = check(&program) {
            let words: Vec<String> = errors.iter().map(ToString::to_string).collect();
            return self.fail(self.line_of(&words[0]), format!("no sound program: {words:?}"));
        }
        self.reads_back(&program, &values)?;
        let calls = self.calls.iter().map(|call| self.result(call, &program, &values));
        let calls = calls.collect::<Result<_, _>>()?;
        let texts = self.expected.iter().map(|expected| {
            made(&expected.what, &program, &values).or_else(|why| self.fail(expected.line, why))
        });
        Ok(Found { calls, texts: texts.collect::<Result<_, _>>()? })
    }

    /// The line of the node that a text names.
    fn line_of(&self, why: &str) -> usize {
        let is_node = |word: &&str| {
            word.strip_prefix('n').is_some_and(|number| number.parse::<u32>().is_ok())
        };
        let node = why.split(' ').find(is_node).unwrap_or("nodes");
        let is_its = |line: &str| {
            let rest = line.trim_start().strip_prefix(node);
            rest.is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_digit()))
        };
        1 + self.input.lines().position(is_its).unwrap_or(0)
    }

    /// The text is no program, as its file says.
    fn mistake(&self, error: &pgmc::program::ParseError) -> Result<Found, Failure> {
        match self.expected.as_slice() {
            [only] if only.what == "error" && self.calls.is_empty() => {
                Ok(Found { calls: Vec::new(), texts: vec![format!("{error}\n")] })
            }
            _ => self.fail(error.line, format!("{error}")),
        }
    }

    /// A program says the same once it was printed and read; where it has no `…` for values, it is
    /// printed as it stands in the file.
    fn reads_back(&self, program: &Program, values: &Values) -> Result<(), Failure> {
        let printed = print_with_values(program, values);
        match parse(&printed) {
            Ok(Computation { program: again, values: again_values }) => {
                if print_with_values(&again, &again_values) != printed {
                    return self.fail(1, "read again, its print is another program");
                }
            }
            Err(error) => return self.fail(1, format!("its print cannot be read: {error}")),
        }
        let says = |line: &&str| !line.trim().is_empty() && !line.starts_with(';');
        let written = self.input.lines().enumerate().filter(|(_, line)| says(line));
        for ((index, written), printed) in written.zip(printed.lines()) {
            if written.trim_end() != printed.trim_end() && !written.ends_with('…') {
                return self.fail(index + 1, format!("is printed as `{}`", printed.trim()));
            }
        }
        Ok(())
    }

    fn result(&self, call: &Call, program: &Program, values: &Values) -> Result<Vec<f64>, Failure> {
        let unknowns = unknowns(&call.unknowns, program.slots);
        let found = unknowns.and_then(|q| run::run(call.of, program, values, &q));
        found.or_else(|why| self.fail(call.line, why))
    }

    /// Holds what was found to what is expected.
    pub fn compare(&self, found: &Found) -> Result<(), Failure> {
        for (call, found) in self.calls.iter().zip(&found.calls) {
            let Some(result) = &call.result else { continue };
            let expected = numbers(result).or_else(|why| self.fail(call.line, why))?;
            if let Err(why) = run::same("the program's interpreter", found, &expected) {
                return self.fail(call.line, format!("{why}\n  found {}", shown(found)));
            }
        }
        for (expected, found) in self.expected.iter().zip(&found.texts) {
            let mut lines = expected.text.lines().map(str::trim_end).zip(found.lines());
            if let Some(place) = lines.position(|(a, b)| a != b.trim_end()) {
                let line = found.lines().nth(place).unwrap_or_default();
                return self.fail(expected.line + 1 + place, format!("found `{line}`"));
            }
            let (wanted, there) = (expected.text.trim_end(), found.trim_end());
            if wanted.lines().count() != there.lines().count() {
                let line = expected.line + wanted.lines().count().min(there.lines().count());
                return self.fail(line, format!("found {} lines", there.lines().count()));
            }
        }
        Ok(())
    }

    /// Writes the file with what was found.
    pub fn write(&self, found: &Found) {
        let mut text = String::new();
        let mut calls = self.calls.iter().zip(&found.calls).peekable();
        for (index, line) in self.input.lines().enumerate() {
            match calls.next_if(|(call, _)| call.line == index + 1) {
                Some((Call { of, unknowns, result: Some(_), .. }, found)) => {
                    text += &format!("; {}: f({unknowns}) == {}", of.name(), shown(found))
                }
                Some((Call { result: None, .. }, _)) | None => text += line,
            }
            text.push('\n');
        }
        for (position, (expected, found)) in self.expected.iter().zip(&found.texts).enumerate() {
            text += &format!("; expect {}\n{}\n", expected.what, found.trim_end());
            if position + 1 < self.expected.len() {
                text.push('\n');
            }
        }
        std::fs::write(&self.path, text)
            .unwrap_or_else(|error| panic!("{}: {error}", self.path.display()));
    }
}

/// The unknowns of a call.
fn unknowns(text: &str, count: usize) -> Result<Vec<f64>, String> {
    let (list, repeated) = match text.strip_suffix('…') {
        Some(list) => (list.trim_end().trim_end_matches(','), true),
        None => (text, false),
    };
    let given = numbers(&format!("[{list}]"))?;
    let all = if repeated { given.iter().copied().cycle().take(count).collect() } else { given };
    if all.len() == count { Ok(all) } else { Err(format!("the program has {count} unknowns")) }
}

/// A number, or several in brackets.
fn numbers(text: &str) -> Result<Vec<f64>, String> {
    let list = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    let words = list.split(',').map(str::trim).filter(|word| !word.is_empty());
    words.map(|word| word.parse().map_err(|_| format!("`{word}` is no number"))).collect()
}

fn shown(numbers: &[f64]) -> String {
    match numbers {
        [only] => format!("{only:?}"),
        _ => format!("{numbers:?}"),
    }
}
