//! Mistakes in a text: fields, not sentences. `wording` turns them into diagnostics.
//!
//! In the fields, `span` is where the mistake is, and `nearest` what was probably meant.

#![allow(missing_docs, reason = "plain data: a field whose name says all has no words")]

use super::habit::Habit;
use super::tree::Role;
use crate::base::Span;

/// A mistake in a text.
#[derive(Clone, Debug, PartialEq)]
pub enum SyntaxError {
    /// Something else was expected.
    Expected {
        /// What could be here, in the language's words.
        expected: Vec<&'static str>,
        /// What is here; none at the end of a declaration.
        found: Option<String>,
        /// An explanation, where one is likely.
        hint: Option<Hint>,
        span: Span,
    },
    /// A line that begins with a word that declares nothing.
    UnknownDeclaration { word: String, nearest: Option<&'static str>, span: Span },
    /// `y ~ Normal(0, 1)` or `z = 3`, without a declaration word.
    MissingDeclarationWord {
        name: String,
        /// What kind of declaration it seems to be.
        seems: Seems,
        span: Span,
    },
    /// A character that the language does not use.
    UnknownCharacter { character: char, span: Span },
    /// A quote that is not closed on its line.
    UnterminatedString {
        /// From the quote to the end of the line.
        span: Span,
    },
    /// `1.2.3`, `2x`
    MalformedNumber { text: String, span: Span },
    /// A number too large for a 64-bit float.
    NumberTooLarge { span: Span },
    /// `// ...` or `/* ... */`
    ForeignComment { span: Span },
    /// An opening bracket that is never closed.
    UnclosedBracket {
        open: char,
        span: Span,
        /// What ends the text in which it could have been closed: another kind of closing bracket,
        /// or the next declaration.
        end: Option<Span>,
    },
    /// A closing bracket that was never opened.
    UnopenedBracket {
        close: char,
        span: Span,
        /// The bracket of another kind that is open there, and where.
        within: Option<(char, Span)>,
    },
    /// Too many levels of brackets or `if`s.
    NestedTooDeeply {
        /// The first level that is too deep.
        span: Span,
    },
    /// An expression too deep to walk.
    TooLong {
        /// The part that is one level too deep.
        span: Span,
    },
    /// A reserved word used as a name.
    ReservedName { word: String, span: Span },
    /// `a < b < c`
    ChainedComparison {
        /// `a < b`, as written.
        first: String,
        /// `b <`, as written.
        second: String,
        /// The second comparison operator.
        span: Span,
        /// The first comparison operator.
        earlier: Span,
    },
    /// An `if` without `then` or `else`.
    MissingBranch {
        /// `then` or `else`: the one that is missing.
        word: &'static str,
        /// The `if`.
        start: Span,
        /// Where the word should be.
        span: Span,
    },
    /// A declaration lacks a part that it needs.
    MissingPart {
        role: Role,
        /// The first declared name.
        name: String,
        part: Part,
        /// The declaration.
        span: Span,
    },
    /// A declaration has a part that its role does not allow.
    PartNotAllowed {
        role: Role,
        /// The first declared name.
        name: String,
        part: Part,
        /// The part.
        span: Span,
    },
    /// A part written twice.
    RepeatedPart {
        part: Part,
        /// The second occurrence.
        span: Span,
        /// The first occurrence.
        earlier: Span,
    },
    /// `input a, b from "column"`
    SharedColumn {
        /// The column.
        span: Span,
    },
    /// `param a = Normal(0, 1)`
    DistributionAfterEquals {
        /// The declaration as it should be: `param a ~ Normal(0, 1)`.
        instead: String,
        /// `= Normal(0, 1)`
        span: Span,
    },
    /// A word that begins no clause of a family.
    UnknownClause { name: String, nearest: Option<&'static str>, span: Span },
    /// A clause with too many or too few arguments.
    ClauseShape {
        /// How it should begin: `log_density(y) =`.
        shape: &'static str,
        /// The clause's word.
        span: Span,
    },
    /// A declaration between the braces of a family.
    WordInFamily { word: String, span: Span },
    /// A construct of another language.
    Foreign { habit: Habit, span: Span },
}

/// An explanation that an unexpected token suggests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hint {
    /// Two values side by side: `2 x`.
    MissingOperator,
    /// A comma before a closing bracket.
    TrailingComma,
    /// `import kernels`
    QuotedImport,
    /// `=` where a condition was meant.
    EqualsInCondition,
    /// `(1, 2)`
    ListInParentheses,
    /// `param a Normal(0, 1)`
    MissingTilde,
    /// `param a real`
    MissingColon,
    /// `input x "column"`
    MissingFrom,
    /// `f(x where ...)`
    WhereInArgument,
    /// A second `where`.
    SecondWhere,
    /// `plate p[3]`, `plate p 3`
    PlateSize,
    /// `family F(...) {`
    FamilySupport,
    /// `fn f(x) { ... }`
    FunctionBody,
    /// `a[3]` in a declaration
    NumberForPlate,
    /// `{1970, 1980}`
    QuotedLabel,
    /// `sum(i: x[i])`, `[t]` where `t in time` is meant
    Binder,
}

/// What a name without a declaration word seems to declare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seems {
    /// `y ~ Normal(0, 1)`
    Random,
    /// `z = 3`
    Computed,
    /// `z = 3` after a declaration with `where`
    Binding,
    /// `f(x) = ...`
    Function,
    /// `F(x) over real { ... }`
    Family,
}

/// A part of a variable's declaration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// `: type`
    Type,
    /// `= value`
    Value,
    /// `from "column"`
    Column,
    /// `~ distribution`
    Distribution,
}
