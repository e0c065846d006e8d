//! The tree: what the text says, names unresolved. Every node has its span; `doc` is the comment
//! directly above a declaration, its lines joined by newlines, `#` removed.

#![allow(missing_docs, reason = "plain data: a field whose name says all has no words")]

use crate::base::Span;

/// The declarations of a file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tree {
    /// In text order.
    pub declarations: Vec<Declaration>,
}

/// An identifier, and where it is written.
#[derive(Clone, Debug, PartialEq)]
pub struct Name {
    pub text: String,
    pub span: Span,
}

/// One declaration.
#[derive(Clone, Debug, PartialEq)]
pub enum Declaration {
    /// `plate p = ...`
    Plate(Plate),
    /// `input`, `param`, `latent`, `observe`, `let`, `report`.
    Variable(Variable),
    /// `fn f(x: real) = expr`
    Function(Function),
    /// `family F(...) over support { ... }`
    Family(Family),
    /// `factor name = expr`
    Factor(Factor),
    /// `import "file.pgm"`
    Import(Import),
}

/// `plate p`, `plate p = 3`, `plate p = {a, b}`, `plate p = levels(column)`.
#[derive(Clone, Debug, PartialEq)]
pub struct Plate {
    pub name: Name,
    /// What follows `=`; without it, the data give the size.
    pub size: Option<PlateSize>,
    pub doc: Option<String>,
    pub span: Span,
}

/// The number of elements of a plate.
#[derive(Clone, Debug, PartialEq)]
pub enum PlateSize {
    /// A number, or an integer expression of inputs.
    Expression(Expression),
    /// `{a, b}`
    Labels(Vec<Name>),
    /// `levels(column)`
    Levels(Name),
}

/// The word that declares a variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// Given, and not modelled.
    Input,
    /// An unknown shared by all the data.
    Param,
    /// A hidden variable.
    Latent,
    /// An output whose values are in the data.
    Observe,
    /// A deterministic quantity.
    Let,
    /// A `let` that is kept in the results.
    Report,
}

/// `param a[p], b[p] : type = value from "column" ~ distribution`. The role determines which parts
/// are allowed; the parser checks it.
#[derive(Clone, Debug, PartialEq)]
pub struct Variable {
    pub role: Role,
    /// The names declared together, at least one.
    pub items: Vec<Declarator>,
    pub ty: Option<Type>,
    /// The value, or the default of an input.
    pub value: Option<Expression>,
    /// The name of the column to read.
    pub column: Option<Name>,
    /// An expression whose calls are families.
    pub distribution: Option<Expression>,
    pub doc: Option<String>,
    pub span: Span,
}

/// `name[i in p, q]`
#[derive(Clone, Debug, PartialEq)]
pub struct Declarator {
    pub name: Name,
    pub plates: Vec<Binder>,
}

/// `p` or `i in p`.
#[derive(Clone, Debug, PartialEq)]
pub struct Binder {
    /// The `i`: the name of the position on the plate.
    pub index: Option<Name>,
    /// The `p`.
    pub plate: Name,
}

impl Binder {
    /// From the name of the index, where there is one, to that of the plate.
    #[must_use]
    pub fn span(&self) -> Span {
        self.index.as_ref().map_or(self.plate.span, |i| i.span.to(self.plate.span))
    }
}

/// `real`, `real(0, _)`, `vector[k]`, `matrix[k, 4]`, or the name of a plate.
#[derive(Clone, Debug, PartialEq)]
pub struct Type {
    /// `real`, `vector`, `simplex`, ... or the name of a plate, not yet resolved.
    pub name: Name,
    /// The bounds in parentheses; none where there is a `_`.
    pub bounds: Option<Vec<Option<Expression>>>,
    /// The axes in brackets.
    pub axes: Vec<TypeAxis>,
    pub span: Span,
}

/// An axis of an event type.
#[derive(Clone, Debug, PartialEq)]
pub enum TypeAxis {
    /// A plate, or an axis that a family is generic over.
    Plate(Name),
    /// `vector[4]`
    Size(u32, Span),
}

/// `fn f(x: real, y: real) = expr`
#[derive(Clone, Debug, PartialEq)]
pub struct Function {
    pub name: Name,
    pub parameters: Vec<Parameter>,
    pub body: Expression,
    pub doc: Option<String>,
    pub span: Span,
}

/// A parameter of a function or family.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    pub name: Name,
    /// Real where none is written.
    pub ty: Option<Type>,
}

/// `family F[k](a: real, s: positive) over real { clauses }`
#[derive(Clone, Debug, PartialEq)]
pub struct Family {
    pub name: Name,
    /// The axes it is generic over.
    pub axes: Vec<Name>,
    pub parameters: Vec<Parameter>,
    /// The support of its values.
    pub over: Type,
    pub clauses: Vec<Clause>,
    pub doc: Option<String>,
    pub span: Span,
}

/// One clause of a family.
#[derive(Clone, Debug, PartialEq)]
pub enum Clause {
    /// A function of a value: `log_density(y) = ...`, `cdf`, `log_cdf`, `log_ccdf`, `quantile`,
    /// `log_density_of_sum`.
    Function {
        /// The word of the clause.
        name: Name,
        /// The name of the value (for `quantile`, of the probability).
        argument: Name,
        body: Expression,
    },
    /// `draw(e ~ Normal(0, 1), ...) = ...`; without noises where the body calls the built-in base
    /// samplers.
    Draw {
        /// The word of the clause.
        name: Name,
        noises: Vec<Noise>,
        /// The value as a function of the noises.
        body: Expression,
    },
    /// A moment: `mean = ...`, `variance = ...`
    Moment {
        /// The word of the clause.
        name: Name,
        body: Expression,
    },
    /// `with (mean, sd) => (shape = ..., rate = ...) { clauses }`
    With {
        /// The other parameters. One without a type has the type of the family's parameter of the
        /// same name, else real.
        parameters: Vec<Parameter>,
        /// The family's own parameters, in terms of the others.
        bindings: Vec<(Name, Expression)>,
        /// Clauses that hold for this parameterisation.
        clauses: Vec<Clause>,
        span: Span,
    },
    /// `example F(0, 1) at 1 = -1.4189`
    Example {
        /// The family with its arguments.
        distribution: Expression,
        /// The value at which the density is known.
        at: Expression,
        /// The log density at that value.
        log_density: Expression,
        span: Span,
    },
}

/// A noise of a `draw` clause: `e : vector[k] ~ Normal(0, 1)`.
#[derive(Clone, Debug, PartialEq)]
pub struct Noise {
    pub name: Name,
    pub ty: Option<Type>,
    /// The distribution it is drawn from.
    pub base: Expression,
}

/// `factor name[p] = expr`
#[derive(Clone, Debug, PartialEq)]
pub struct Factor {
    /// The name and the plates.
    pub item: Declarator,
    /// The expression added to the log density.
    pub body: Expression,
    pub doc: Option<String>,
    pub span: Span,
}

/// `import "file.pgm"`
#[derive(Clone, Debug, PartialEq)]
pub struct Import {
    /// The path as written.
    pub path: Name,
    pub span: Span,
}

/// An expression and its location.
#[derive(Clone, Debug, PartialEq)]
pub struct Expression {
    pub kind: ExpressionKind,
    pub span: Span,
}

/// The kinds of expressions.
#[derive(Clone, Debug, PartialEq)]
pub enum ExpressionKind {
    /// `2.5`
    Number(f64),
    /// `true`, `false`
    Bool(bool),
    /// `"slope"`: a label.
    Label(String),
    /// `x`
    Name(String),
    /// `x[i, "slope"]`
    Index(Box<Expression>, Vec<Expression>),
    /// `f(x, y = 2)`
    Call(Name, Vec<Argument>),
    /// `sum(k in p, l in q: expr)`
    Reduce {
        /// The word of the reduction: `sum`, `prod`, ...
        function: Name,
        binders: Vec<Binder>,
        /// The expression that is reduced.
        body: Box<Expression>,
    },
    /// `-x`, `not x`
    Unary(UnaryOperator, Box<Expression>),
    /// `x + y`
    Binary(BinaryOperator, Box<Expression>, Box<Expression>),
    /// `if a then b else c`
    If(Box<Expression>, Box<Expression>, Box<Expression>),
    /// `[a, b]`
    List(Vec<Expression>),
    /// `expr where z = ..., w = ...`; a later binding sees the earlier ones.
    Where(Box<Expression>, Vec<(Name, Expression)>),
}

/// `x` or `name = x` in a call.
#[derive(Clone, Debug, PartialEq)]
pub struct Argument {
    /// The parameter, where it is named.
    pub name: Option<Name>,
    pub value: Expression,
}

/// Operators with one operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UnaryOperator {
    /// `-x`
    Negate,
    /// `not x`
    Not,
}

/// Operators with two operands. Precedence, loosest first: `or`; `and`; `not`; comparisons (which
/// do not chain); `+ -`; `* / @`; unary minus; `^` (right-associative).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BinaryOperator {
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `^`
    Power,
    /// `@`
    MatrixProduct,
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterEqual,
    /// `and`
    And,
    /// `or`
    Or,
}
