//! The functions of the language: one row each, with name, domain, code, partial derivatives,
//! compiled form and doc.

mod entry;
mod table;

pub use entry::Entry;
pub use table::{Builtin, ROWS};

/// Everything that is known about a function of the language.
pub struct Row {
    /// The function the row describes.
    pub builtin: Builtin,
    /// Its name in the language; operators have names too (`add`), which programs print.
    pub name: &'static str,
    /// Names and domains of its arguments.
    pub arguments: &'static [Argument],
    /// What is certain of its value.
    pub range: Range,
    /// The kind of number that the language takes its value for.
    pub kind: Kind,
    /// The Rust code that evaluates it.
    pub code: Code,
    /// The partial derivative by each argument, as expressions over builtins; empty for samplers.
    pub partials: &'static [Partial],
    /// How compiled code computes it, and at what price.
    pub compiled: Compiled,
    /// Its code in a form that compiled code can call.
    pub entry: Entry,
    /// One or two sentences for `docs/` and `--help`.
    pub doc: &'static str,
    /// Whether a `.pgm` text may call it by its name (operators and helpers of derivatives may
    /// not).
    pub public: bool,
}

/// An argument of a function.
pub struct Argument {
    /// The name in the documentation; calls may use it for a named argument.
    pub name: &'static str,
    /// Where the function is defined; outside it is NaN.
    pub domain: Domain,
}

/// The numbers for which a function is defined in one argument.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Domain {
    /// The real line.
    Real,
    /// Greater than 0.
    Positive,
    /// At least 0.
    NonNegative,
    /// From 0 to 1, ends included.
    Unit,
    /// Between two numbers, ends included.
    Interval(f64, f64),
    /// 0, 1, 2, ...
    Count,
    /// A truth value.
    Bool,
}

/// What is certain of a function's value wherever the function is defined, as far as proofs of signs
/// use it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Range {
    /// Nothing is claimed.
    Any,
    /// At least 0.
    NonNegative,
    /// Greater than 0, but for underflow.
    Positive,
    /// Between 0 and 1, which are reached by rounding only.
    Probability,
}

/// The kind of number that the language takes a function's value for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A real number; truth values where the code compares or combines them.
    Real,
    /// A whole number.
    Integer,
    /// A whole number where all arguments are whole numbers, otherwise a real number.
    LikeArguments,
}

/// What evaluates a function, by its number and kind of arguments.
#[derive(Clone, Copy)]
pub enum Code {
    /// A function of one number.
    One(fn(f64) -> f64),
    /// A function of two numbers.
    Two(fn(f64, f64) -> f64),
    /// A function of three numbers.
    Three(fn(f64, f64, f64) -> f64),
    /// A comparison of two numbers.
    Compare(fn(f64, f64) -> bool),
    /// A function of truth values (`not` ignores the second).
    Logic(fn(bool, bool) -> bool),
    /// `select(c, a, b)`: a where c holds, else b.
    Select,
    /// A base sampler with one parameter.
    SampleOne(fn(&mut dyn rand::Rng, f64) -> f64),
    /// A base sampler with two parameters.
    SampleTwo(fn(&mut dyn rand::Rng, f64, f64) -> f64),
}

/// How compiled code computes a function. Prices count instructions, roughly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Compiled {
    /// The instruction, or what is called.
    pub native: Native,
    /// 1 for an instruction; 4 for a call, or for an instruction that occupies its unit for several
    /// cycles.
    pub price: usize,
    /// How much one instruction on a vector of two numbers saves over one instruction per number;
    /// none where there is no vector instruction.
    pub vector_saves: Option<usize>,
}

/// What evaluates a function in compiled code: one or a few instructions, or a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Native {
    /// A call of the C function made from the row's code.
    Function,
    /// A call that draws with a random number generator of its own.
    Draw,
    /// x + y.
    Add,
    /// x − y.
    Subtract,
    /// x·y.
    Multiply,
    /// x·y; 0 where a factor is 0.
    MaskedProduct,
    /// x/y.
    Divide,
    /// −x.
    Negate,
    /// |x|.
    Abs,
    /// √x.
    Sqrt,
    /// The smaller number; NaN where one is NaN.
    Min,
    /// The larger number; NaN where one is NaN.
    Max,
    /// Products and a square root where the exponent is known to be half a small integer; otherwise
    /// a call of the C function.
    Power,
    /// x = y.
    Equal,
    /// x ≠ y, also where one is NaN.
    NotEqual,
    /// x < y.
    Less,
    /// x ≤ y.
    LessEqual,
    /// x > y.
    Greater,
    /// x ≥ y.
    GreaterEqual,
    /// The conjunction of truth values.
    And,
    /// The disjunction of truth values.
    Or,
    /// The negation of a truth value.
    Not,
    /// The second value where the first holds, else the third.
    Select,
}

/// A partial derivative: an expression over the arguments, the result and other builtins.
#[derive(Clone, Copy, Debug)]
pub enum Partial {
    /// The derivative is 0 everywhere it exists.
    Zero,
    /// A constant; NaN where the derivative is not available.
    Number(f64),
    /// The argument at this position.
    Argument(usize),
    /// The function's own value.
    Result,
    /// A function of such expressions.
    Call(Builtin, &'static [Partial]),
}

impl Builtin {
    /// The row of this function.
    #[must_use]
    pub fn row(self) -> &'static Row {
        &ROWS[self as usize]
    }

    /// The name that programs print.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.row().name
    }

    /// The function that `name` means in a `.pgm` text.
    #[must_use]
    pub fn public_by_name(name: &str) -> Option<Self> {
        ROWS.iter().find(|row| row.public && row.name == name).map(|row| row.builtin)
    }

    /// The function that a program prints as `name`: operators and helpers too.
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        ROWS.iter().find(|row| row.name == name).map(|row| row.builtin)
    }

    /// Whether it has an instruction on vectors; a power has one only where its exponent is known
    /// to be half a small integer.
    #[must_use]
    pub fn has_vector_form(self) -> bool {
        self.row().compiled.vector_saves.is_some()
    }

    /// Whether some derivative, of any order, is unavailable (NaN).
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
