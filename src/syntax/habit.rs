//! Constructs of Stan, BUGS, R and Python that pgm writes differently: what each is called, and
//! what to write instead.

/// A construct of another language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Habit {
    /// `data { ... }`, `model { ... }`
    Blocks,
    /// `for (i in 1:N) ...`
    Loop,
    /// `real x`, `int<lower=0> N`
    TypeFirst,
    /// `target += ...`
    TargetIncrement,
    /// `x <- 3`, `x := 3`
    Assignment,
    /// `x == 3` as a definition
    EqualsTwice,
    /// `real<lower=0>`
    Bounds,
    /// `1:N`
    Range,
    /// `T[0, ]`, `I(0, )`
    Truncation,
    /// `;`
    Semicolon,
    /// `**`
    Power,
    /// `.*`, `./`
    Elementwise,
    /// `%*%`
    MatrixProduct,
    /// `elif`, `elseif`
    ElseIf,
    /// `->`
    Arrow,
    /// `dnorm(...)`, with the family to use instead, and any difference between them
    Bugs {
        /// `dnorm`
        name: &'static str,
        /// `Normal(mean, sd)`
        instead: &'static str,
        /// How they differ; may be empty.
        note: &'static str,
    },
    /// `import numpy as np`, `from ... import ...`, `library(...)`
    Module,
}

impl Habit {
    /// What is wrong, in one line.
    pub(super) fn message(self) -> String {
        match self {
            Self::Blocks => "a model has no blocks",
            Self::Loop => "a model has no loops",
            Self::TypeFirst => "a declaration begins with its role, its type follows the name",
            Self::TargetIncrement => "there is no `target` to add to",
            Self::Assignment => {
                "nothing is assigned: a definition is written with `=`, a distribution with `~`"
            }
            Self::EqualsTwice => "`==` compares; a definition is written with `=`",
            Self::Bounds => "bounds are written in parentheses",
            Self::Range => "an index runs over a plate, not over a range of numbers",
            Self::Truncation => "a truncated distribution is written as one",
            Self::Semicolon => "a declaration ends without `;`",
            Self::Power => "a power is written `^`",
            Self::Elementwise => "arithmetic on arrays is elementwise already",
            Self::MatrixProduct => "the matrix product is written `@`",
            Self::ElseIf => "a further condition begins with `else if`",
            Self::Arrow => "`->` has no meaning here",
            Self::Bugs { name, .. } => return format!("`{name}` is a distribution's name in BUGS"),
            Self::Module => "other languages' modules cannot be used here",
        }
        .to_owned()
    }

    /// What to write.
    pub(super) fn help(self) -> String {
        match self {
            Self::Blocks => {
                "drop the block and begin each declaration with its role: what is given with `input`, an unknown with `param`,\n\
                 a hidden variable with `latent`, an output with `observe`, a computed quantity with `let` or `report`"
            }
            Self::Loop => {
                "declare the index set with `plate rows` and write the variable over it: `observe y[rows] ~ ...`;\n\
                 where the index is needed: `latent h[t in time] ~ ...`"
            }
            Self::TypeFirst => "for example: `param x : positive`, `input x[rows]`, `latent z : \
                vector[k]`",
            Self::TargetIncrement => "write `factor name = ...` for a term of the log density",
            Self::Assignment => "write `let name = ...` for a computed quantity, `name ~ ...` for \
                a random one",
            Self::EqualsTwice => "write `=`",
            Self::Bounds => "write `real(0, _)`, with `_` where there is no bound; also \
                `positive`, `unit`, `int(0, 200)`",
            Self::Range => "declare `plate rows = N` (or `plate rows`, sized by the data), then \
                `sum(i in rows: ...)` or `[i in rows]`",
            Self::Truncation => {
                "write `Truncated(Normal(0, 1), 0, inf)`;\nfor a `param` or `latent` a type does \
                 it: `param s : positive ~ Normal(0, 1)`"
            }
            Self::Semicolon => "leave it out: a declaration ends where the next begins",
            Self::Power => "write `x^2`",
            Self::Elementwise => "write `*` or `/`",
            Self::MatrixProduct => "write `A @ x`",
            Self::ElseIf => "write `if a then x else if b then y else z`",
            Self::Arrow => {
                "a clause of a family reads `with (mean, sd) => (shape = ..., rate = ...)`; a \
                 function's result has no written type"
            }
            Self::Bugs { instead, .. } => return format!("write `{instead}`"),
            Self::Module => "families and functions of another file come with `import \
                \"file.pgm\"`; the built-in ones need no import",
        }
        .to_owned()
    }

    /// A further explanation, where one is needed.
    pub(super) fn note(self) -> Option<&'static str> {
        match self {
            Self::Bugs { note, .. } => Some(note).filter(|note| !note.is_empty()),
            Self::Blocks
            | Self::Loop
            | Self::TypeFirst
            | Self::TargetIncrement
            | Self::Assignment
            | Self::EqualsTwice
            | Self::Bounds
            | Self::Range
            | Self::Truncation
            | Self::Semicolon
            | Self::Power
            | Self::Elementwise
            | Self::MatrixProduct
            | Self::ElseIf
            | Self::Arrow
            | Self::Module => None,
        }
    }
}
