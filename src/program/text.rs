//! A line of a text form, read from its left end: what programs and plans are read with.

use std::fmt;
use std::str::FromStr;

use crate::base::Id;
use crate::program::{AxisId, Program, Type, print};

/// Why a text is no program, or no plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError {
    /// The line, from 1.
    pub line: usize,
    /// What should stand there.
    pub expected: String,
    /// The first characters of what does; nothing at the end of a line or of the text.
    pub found: String,
}

/// How many characters of what was found an error shows.
const SHOWN: usize = 40;

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: expected {}, found ", self.line, self.expected)?;
        if self.found.is_empty() { write!(f, "the end") } else { write!(f, "`{}`", self.found) }
    }
}

impl std::error::Error for ParseError {}

/// What is left of a line.
#[derive(Clone, Debug)]
pub(crate) struct Line<'a> {
    /// Its number, from 1.
    pub number: usize,
    /// Its first byte in the text.
    pub start: usize,
    /// How many spaces it begins with.
    pub indent: usize,
    /// What is not read yet.
    pub rest: &'a str,
}

/// The lines that say something: those that are not empty and do not begin with `;`.
pub(crate) fn lines(text: &str) -> impl Iterator<Item = Line<'_>> {
    let mut next = 0;
    let with_start = text.split_inclusive('\n').enumerate().map(move |(index, line)| {
        let start = next;
        next += line.len();
        let rest = line.trim();
        let indent = line.len() - line.trim_start().len();
        Line { number: index + 1, start, indent, rest }
    });
    with_start.filter(|line| !line.rest.is_empty() && !line.rest.starts_with(';'))
}

impl<'a> Line<'a> {
    /// The error that something else should stand here.
    pub fn fail<T>(&self, expected: impl Into<String>) -> Result<T, ParseError> {
        Err(ParseError {
            line: self.number,
            expected: expected.into(),
            found: self.rest.chars().take(SHOWN).collect(),
        })
    }

    /// Reads a text where it is next.
    pub fn eat(&mut self, text: &str) -> bool {
        match self.rest.strip_prefix(text) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    /// Reads a text.
    pub fn expect(&mut self, text: &str) -> Result<(), ParseError> {
        if self.eat(text) { Ok(()) } else { self.fail(format!("`{text}`")) }
    }

    /// Nothing is left.
    pub fn end(&self) -> Result<(), ParseError> {
        if self.rest.is_empty() { Ok(()) } else { self.fail("the end of the line") }
    }

    /// Reads up to a character that is no part of a word or a number.
    pub fn word(&mut self) -> &'a str {
        let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '-');
        let end = self.rest.find(|c| !is_part(c)).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        word
    }

    /// Reads a number, described by `expected`.
    pub fn number<T: FromStr>(&mut self, expected: &str) -> Result<T, ParseError> {
        let before = self.clone();
        self.word().parse().or_else(|_| before.fail(expected))
    }

    /// Reads an id with its letter.
    pub fn id<I: Id>(&mut self, letter: &str) -> Result<I, ParseError> {
        let before = self.clone();
        let number = self.word().strip_prefix(letter).and_then(|n| n.parse::<u32>().ok());
        match number {
            Some(number) => Ok(I::from_index(number as usize)),
            None => before.fail(format!("`{letter}` and a number")),
        }
    }

    /// Reads the id of the entry that comes after `count` others.
    pub fn next_id<I: Id>(&mut self, letter: &str, count: usize) -> Result<I, ParseError> {
        let mut ahead = self.clone();
        match ahead.id::<I>(letter) {
            Ok(id) if id.index() == count => {
                *self = ahead;
                Ok(id)
            }
            Ok(_) | Err(_) => self.fail(format!("`{letter}{count}`")),
        }
    }

    /// Reads ids as long as there are more, each behind a separator.
    pub fn ids<I: Id>(&mut self, letter: &str, separator: &str) -> Result<Vec<I>, ParseError> {
        let mut ids = Vec::new();
        while self.eat(separator) {
            ids.push(self.id(letter)?);
        }
        Ok(ids)
    }
}

/// The names of a program's axes, as they are printed.
pub(crate) struct AxisNames(Vec<(String, AxisId)>);

impl AxisNames {
    /// Of a program whose axes are known.
    pub fn of(program: &Program) -> Self {
        let mut names: Vec<(String, AxisId)> =
            program.axes.ids().map(|axis| (print::name(program, axis), axis)).collect();
        // Where one name begins like another the longer one is meant.
        names.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
        Self(names)
    }

    /// Reads the name of an axis.
    pub fn axis(&self, line: &mut Line) -> Result<AxisId, ParseError> {
        match self.0.iter().find(|(name, _)| line.rest.starts_with(name)) {
            Some((name, axis)) => {
                line.expect(name)?;
                Ok(*axis)
            }
            None => line.fail("the name of an axis"),
        }
    }

    /// Reads names with commas between them.
    pub fn axes(&self, line: &mut Line) -> Result<Vec<AxisId>, ParseError> {
        let mut axes = vec![self.axis(line)?];
        while line.eat(", ") {
            axes.push(self.axis(line)?);
        }
        Ok(axes)
    }

    /// Reads names in brackets; none where there is no bracket.
    pub fn list(&self, line: &mut Line) -> Result<Vec<AxisId>, ParseError> {
        if !line.eat("[") || line.eat("]") {
            return Ok(Vec::new());
        }
        let axes = self.axes(line)?;
        line.expect("]")?;
        Ok(axes)
    }

    /// Reads a type.
    pub fn ty(&self, line: &mut Line) -> Result<Type, ParseError> {
        if line.eat("real") {
            Ok(Type::Real)
        } else if line.eat("bool") {
            Ok(Type::Bool)
        } else if line.eat("index ") {
            self.axis(line).map(Type::Index)
        } else {
            line.fail("`real`, `bool` or `index` and an axis")
        }
    }
}
