//! What can be wrong with a text: fields, not sentences. `wording` turns them into diagnostics.

use super::habit::Habit;
use super::tree::Role;
use crate::base::Span;

/// A mistake in a text.
#[derive(Clone, Debug, PartialEq)]
pub enum SyntaxError {
    /// Something else was expected here.
    Expected {
        /// What could stand here, in the language's words.
        expected: Vec<&'static str>,
        /// What stands here; none at the end of a declaration.
        found: Option<String>,
        /// What may help.
        hint: Option<Hint>,
        /// Where.
        span: Span,
    },
    /// A line that begins with a word that declares nothing.
    UnknownDeclaration {
        /// The word.
        word: String,
        /// The declaration word that may be meant.
        nearest: Option<&'static str>,
        /// The word.
        span: Span,
    },
    /// `y ~ Normal(0, 1)` or `z = 3` alone.
    MissingDeclarationWord {
        /// The variable.
        name: String,
        /// What it seems to be.
        seems: Seems,
        /// The variable.
        span: Span,
    },
    /// A character that the language has no use for.
    UnknownCharacter {
        /// The character.
        character: char,
        /// Where.
        span: Span,
    },
    /// A quote without its end.
    UnterminatedString {
        /// From the quote to the end of the line.
        span: Span,
    },
    /// `1.2.3`, `2x`
    MalformedNumber {
        /// As written.
        text: String,
        /// Where.
        span: Span,
    },
    /// A number that no machine number holds.
    NumberTooLarge {
        /// The number.
        span: Span,
    },
    /// `// ...` or `/* ... */`
    ForeignComment {
        /// The comment.
        span: Span,
    },
    /// An opening bracket without its end.
    UnclosedBracket {
        /// The opening bracket.
        open: char,
        /// Where it stands.
        span: Span,
        /// What ends the text that could hold its end: another kind of closing bracket, or the next
        /// declaration.
        end: Option<Span>,
    },
    /// A closing bracket without its beginning.
    UnopenedBracket {
        /// The closing bracket.
        close: char,
        /// Where it stands.
        span: Span,
        /// The bracket of another kind that is open there.
        within: Option<(char, Span)>,
    },
    /// Too many levels of brackets or `if`s.
    NestedTooDeeply {
        /// The first that is one too many.
        span: Span,
    },
    /// A tree of expressions too deep to walk.
    TooLong {
        /// The part that is one level too deep.
        span: Span,
    },
    /// A reserved word used as a name.
    ReservedName {
        /// The word.
        word: String,
        /// Where.
        span: Span,
    },
    /// `a < b < c`
    ChainedComparison {
        /// `a < b`, as written.
        first: String,
        /// `b <`, as written.
        second: String,
        /// The second operator.
        span: Span,
        /// The first.
        earlier: Span,
    },
    /// An `if` without `then` or `else`.
    MissingBranch {
        /// `then` or `else`.
        word: &'static str,
        /// The `if`.
        start: Span,
        /// Where the word should stand.
        span: Span,
    },
    /// A part that a declaration cannot do without.
    MissingPart {
        /// The declaration's role.
        role: Role,
        /// The first declared name.
        name: String,
        /// The part.
        part: Part,
        /// The declaration.
        span: Span,
    },
    /// A part that such a declaration has not.
    PartNotAllowed {
        /// The declaration's role.
        role: Role,
        /// The first declared name.
        name: String,
        /// The part.
        part: Part,
        /// The part.
        span: Span,
    },
    /// A part written twice.
    RepeatedPart {
        /// The part.
        part: Part,
        /// The second.
        span: Span,
        /// The first.
        earlier: Span,
    },
    /// `input a, b from "column"`
    SharedColumn {
        /// The column.
        span: Span,
    },
    /// `param a = Normal(0, 1)`
    DistributionAfterEquals {
        /// As it should be: `param a ~ Normal(0, 1)`.
        instead: String,
        /// `= Normal(0, 1)`
        span: Span,
    },
    /// A clause that families have not.
    UnknownClause {
        /// The clause's word.
        name: String,
        /// The one that may be meant.
        nearest: Option<&'static str>,
        /// The word.
        span: Span,
    },
    /// A clause with an argument too many or too few.
    ClauseShape {
        /// As it should begin: `log_density(y) =`.
        shape: &'static str,
        /// The clause's word.
        span: Span,
    },
    /// A declaration between a family's braces.
    WordInFamily {
        /// The declaration's word.
        word: String,
        /// Where.
        span: Span,
    },
    /// How another language writes it.
    Foreign {
        /// What it is.
        habit: Habit,
        /// Where.
        span: Span,
    },
}

/// A fact that may explain an unexpected token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hint {
    /// Two values side by side: `2 x`.
    MissingOperator,
    /// A comma before a closing bracket.
    TrailingComma,
    /// `import kernels`
    QuotedImport,
    /// `=` where a truth value is built.
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

/// What a name without a declaration word seems to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seems {
    /// `y ~ Normal(0, 1)`
    Random,
    /// `z = 3`
    Computed,
    /// `z = 3` behind a declaration with `where`
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
