//! The tree: what the text says, names unresolved. Every node has its span.

use crate::base::Span;

/// A whole file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tree {
    /// In the order of the text.
    pub declarations: Vec<Declaration>,
}

/// An identifier where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Name {
    /// Its letters.
    pub text: String,
    /// Where it stands.
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
    /// The plate's name.
    pub name: Name,
    /// What follows `=`.
    pub size: Option<PlateSize>,
    /// The comment directly above; lines joined by newlines, `#` removed.
    pub doc: Option<String>,
    /// The whole declaration.
    pub span: Span,
}

/// How many elements a plate has.
#[derive(Clone, Debug, PartialEq)]
pub enum PlateSize {
    /// A number or an integer expression of inputs.
    Expression(Expression),
    /// `{a, b}`
    Labels(Vec<Name>),
    /// `levels(column)`
    Levels(Name),
}

/// The word a variable is declared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// Given, never modelled.
    Input,
    /// An unknown shared by all the data.
    Param,
    /// A hidden variable.
    Latent,
    /// An output that the data hold.
    Observe,
    /// A deterministic quantity.
    Let,
    /// A `let` that is kept in the results.
    Report,
}

/// `param a[p], b[p] : type = value from "column" ~ distribution`; which parts may stand is the
/// role's matter, checked by the parser.
#[derive(Clone, Debug, PartialEq)]
pub struct Variable {
    /// The word it is declared with.
    pub role: Role,
    /// The names declared alike, at least one.
    pub items: Vec<Declarator>,
    /// What follows `:`.
    pub ty: Option<Type>,
    /// What follows `=`: a value, or an input's default.
    pub value: Option<Expression>,
    /// What follows `from`: a column's name and where it stands.
    pub column: Option<Name>,
    /// What follows `~`: an expression whose calls are families.
    pub distribution: Option<Expression>,
    /// The comment directly above.
    pub doc: Option<String>,
    /// The whole declaration.
    pub span: Span,
}

/// `name[i in p, q]`
#[derive(Clone, Debug, PartialEq)]
pub struct Declarator {
    /// The declared name.
    pub name: Name,
    /// The plates in brackets.
    pub plates: Vec<Binder>,
}

/// `p` or `i in p`.
#[derive(Clone, Debug, PartialEq)]
pub struct Binder {
    /// The `i`.
    pub index: Option<Name>,
    /// The `p`.
    pub plate: Name,
}

impl Binder {
    /// From the index' name, where there is one, to the plate's.
    #[must_use]
    pub fn span(&self) -> Span {
        self.index.as_ref().map_or(self.plate.span, |i| i.span.to(self.plate.span))
    }
}

/// `real`, `real(0, _)`, `vector[k]`, `matrix[k, 4]`, a plate's name.
#[derive(Clone, Debug, PartialEq)]
pub struct Type {
    /// `real`, `vector`, `simplex`, ... or a plate's name; not yet known which.
    pub name: Name,
    /// The bounds in parentheses; none for `_`.
    pub bounds: Option<Vec<Option<Expression>>>,
    /// The axes in brackets.
    pub axes: Vec<TypeAxis>,
    /// The whole type.
    pub span: Span,
}

/// An axis of an event type.
#[derive(Clone, Debug, PartialEq)]
pub enum TypeAxis {
    /// A plate, or a family's axis.
    Plate(Name),
    /// `vector[4]`
    Size(u32, Span),
}

/// `fn f(x: real, y: real) = expr`
#[derive(Clone, Debug, PartialEq)]
pub struct Function {
    /// Its name.
    pub name: Name,
    /// Its parameters.
    pub parameters: Vec<Parameter>,
    /// What it is.
    pub body: Expression,
    /// The comment directly above.
    pub doc: Option<String>,
    /// The whole declaration.
    pub span: Span,
}

/// A parameter of a function or family.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// Its name.
    pub name: Name,
    /// Its type; real where none is written.
    pub ty: Option<Type>,
}

/// `family F[k](a: real, s: positive) over real { clauses }`
#[derive(Clone, Debug, PartialEq)]
pub struct Family {
    /// Its name.
    pub name: Name,
    /// The axes it is generic over.
    pub axes: Vec<Name>,
    /// Its parameters.
    pub parameters: Vec<Parameter>,
    /// The support of its value.
    pub over: Type,
    /// What stands between the braces.
    pub clauses: Vec<Clause>,
    /// The comment directly above.
    pub doc: Option<String>,
    /// The whole declaration.
    pub span: Span,
}

/// One clause of a family.
#[derive(Clone, Debug, PartialEq)]
pub enum Clause {
    /// `log_density(y) = ...`, `cdf`, `log_cdf`, `log_ccdf`, `quantile`, `log_density_of_sum`.
    Function {
        /// Which.
        name: Name,
        /// The name of the value (of the probability for `quantile`).
        argument: Name,
        /// What it is.
        body: Expression,
    },
    /// `draw(e ~ Normal(0, 1), ...) = ...`; no noise where the body draws by built-in base
    /// samplers.
    Draw {
        /// The clause's word.
        name: Name,
        /// The noises.
        noises: Vec<Noise>,
        /// The value as a function of them.
        body: Expression,
    },
    /// `mean = ...`, `variance = ...`
    Moment {
        /// Which.
        name: Name,
        /// What it is.
        body: Expression,
    },
    /// `with (mean, sd) => (shape = ..., rate = ...) { clauses }`
    With {
        /// The other parameters; a type where one is written, else that of the family's parameter
        /// of the same name, else real.
        parameters: Vec<Parameter>,
        /// The family's own parameters by them.
        bindings: Vec<(Name, Expression)>,
        /// Clauses that hold for this naming.
        clauses: Vec<Clause>,
        /// The whole clause.
        span: Span,
    },
    /// `example F(0, 1) at 1 = -1.4189`
    Example {
        /// The family with its arguments.
        distribution: Expression,
        /// The value.
        at: Expression,
        /// The log density there.
        log_density: Expression,
        /// The whole clause.
        span: Span,
    },
}

/// A noise of a `draw` clause: `e : vector[k] ~ Normal(0, 1)`.
#[derive(Clone, Debug, PartialEq)]
pub struct Noise {
    /// Its name.
    pub name: Name,
    /// Its type.
    pub ty: Option<Type>,
    /// What it is drawn from.
    pub base: Expression,
}

/// `factor name[p] = expr`
#[derive(Clone, Debug, PartialEq)]
pub struct Factor {
    /// Its name and plates.
    pub item: Declarator,
    /// The term.
    pub body: Expression,
    /// The comment directly above.
    pub doc: Option<String>,
    /// The whole declaration.
    pub span: Span,
}

/// `import "file.pgm"`
#[derive(Clone, Debug, PartialEq)]
pub struct Import {
    /// The path as written, and where.
    pub path: Name,
    /// The whole declaration.
    pub span: Span,
}

/// An expression.
#[derive(Clone, Debug, PartialEq)]
pub struct Expression {
    /// What it is.
    pub kind: ExpressionKind,
    /// Where it stands.
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
        /// `sum`, `prod`, ...
        function: Name,
        /// Over what.
        binders: Vec<Binder>,
        /// Of what.
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
    /// The name, where one is written.
    pub name: Option<Name>,
    /// The value.
    pub value: Expression,
}

/// Operators of one operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UnaryOperator {
    /// `-x`
    Negate,
    /// `not x`
    Not,
}

/// Operators of two operands. Binding, loosest first: `or`; `and`; `not`; comparisons (not
/// chained); `+ -`; `* / @`; unary minus; `^` (to the right).
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
