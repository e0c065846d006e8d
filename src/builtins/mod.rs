//! The functions of the language: one row each, with name, domain, code, partial derivatives and
//! doc.

mod table;

pub use table::{Builtin, ROWS};

/// What a function of the language is.
pub struct Row {
    /// The function.
    pub builtin: Builtin,
    /// Its name in the language; operators have names too (`add`), which programs print.
    pub name: &'static str,
    /// Names and domains of its arguments.
    pub arguments: &'static [Argument],
    /// What computes it.
    pub code: Code,
    /// ∂/∂ each argument, as expressions over builtins; empty for samplers.
    pub partials: &'static [Partial],
    /// One or two sentences for `docs/` and `--help`.
    pub doc: &'static str,
    /// Whether a `.pgm` text may call it by its name (operators and helpers of derivatives may
    /// not).
    pub public: bool,
}

/// An argument of a function.
pub struct Argument {
    /// Its name.
    pub name: &'static str,
    /// Where the function is defined; outside it is NaN.
    pub domain: Domain,
}

/// Where a function is defined.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Domain {
    /// All real numbers.
    Real,
    /// Above 0.
    Positive,
    /// At least 0.
    NonNegative,
    /// 0 to 1.
    Unit,
    /// Between two numbers, ends included.
    Interval(f64, f64),
    /// 0, 1, 2, ...
    Count,
    /// A truth value.
    Bool,
}

/// What computes a function.
#[derive(Clone, Copy)]
pub enum Code {
    /// Of one number.
    One(fn(f64) -> f64),
    /// Of two numbers.
    Two(fn(f64, f64) -> f64),
    /// Of three numbers.
    Three(fn(f64, f64, f64) -> f64),
    /// Two numbers → truth value.
    Compare(fn(f64, f64) -> bool),
    /// Truth values → truth value (`not` ignores the second).
    Logic(fn(bool, bool) -> bool),
    /// `select(c, a, b)`: a where c, else b.
    Select,
    /// A base sampler with one parameter.
    SampleOne(fn(&mut dyn rand::Rng, f64) -> f64),
    /// A base sampler with two parameters.
    SampleTwo(fn(&mut dyn rand::Rng, f64, f64) -> f64),
}

/// A partial derivative: an expression over the arguments, the result and builtins.
#[derive(Clone, Copy, Debug)]
pub enum Partial {
    /// No derivative passes (0).
    Zero,
    /// A number.
    Number(f64),
    /// The argument at this position.
    Argument(usize),
    /// The function's own value.
    Result,
    /// A function of such expressions.
    Call(Builtin, &'static [Partial]),
}

impl Builtin {
    /// Its row.
    #[must_use]
    pub fn row(self) -> &'static Row {
        &ROWS[self as usize]
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.row().name
    }

    /// The function a `.pgm` text means by `name`.
    #[must_use]
    pub fn public_by_name(name: &str) -> Option<Self> {
        ROWS.iter().find(|row| row.public && row.name == name).map(|row| row.builtin)
    }

    /// The function that a program prints as `name`: operators and helpers too.
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        ROWS.iter().find(|row| row.name == name).map(|row| row.builtin)
    }

    /// Whether a derivative of some order by some argument is not available (NaN).
    #[must_use]
    pub fn is_rough(self) -> bool {
        let mut seen = vec![self];
        let mut waiting = vec![self];
        while let Some(next) = waiting.pop() {
            let mut partials: Vec<&Partial> = next.row().partials.iter().collect();
            while let Some(partial) = partials.pop() {
                match partial {
                    Partial::Number(value) if value.is_nan() => return true,
                    Partial::Zero | Partial::Number(_) | Partial::Argument(_) | Partial::Result => {
                    }
                    Partial::Call(called, arguments) => {
                        partials.extend(*arguments);
                        if !seen.contains(called) {
                            seen.push(*called);
                            waiting.push(*called);
                        }
                    }
                }
            }
        }
        false
    }
}
