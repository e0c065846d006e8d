//! The network: variables with plates, supports and conditionals; names resolved, axes known, no
//! cycle between elements.

use petgraph::graph::DiGraph;

use crate::base::{Arena, Span};
use crate::builtins::Builtin;
pub use crate::syntax::tree::Role;

crate::id_type!(PlateId, "p", "A plate.");
crate::id_type!(
    AxisId,
    "a",
    "An axis of an expression: a plate, told apart where one occurs several times."
);
crate::id_type!(VariableId, "v", "A declared variable.");
crate::id_type!(ExprId, "e", "A resolved expression.");
crate::id_type!(NoiseId, "u", "A noise of a draw clause.");

/// A Bayesian network over plates.
#[derive(Clone, Debug, Default)]
pub struct Network {
    /// Index sets.
    pub plates: Arena<PlateId, Plate>,
    /// Axes of expressions.
    pub axes: Arena<AxisId, Axis>,
    /// Declared variables, in the order of the text.
    pub variables: Arena<VariableId, Variable>,
    /// Expressions; shared ones once.
    pub expressions: Arena<ExprId, Expr>,
    /// Noises of instantiated draw clauses.
    pub noises: Arena<NoiseId, Noise>,
    /// Terms that no conditional expresses.
    pub factors: Vec<Factor>,
    /// An edge a → b where b's definition uses a.
    pub graph: DiGraph<VariableId, ()>,
    /// Topological order; variables of one chain stand together, in the order of a step.
    pub order: Vec<Component>,
}

/// A step of the topological order.
#[derive(Clone, Debug, PartialEq)]
pub enum Component {
    /// A variable that does not depend on itself.
    Single(VariableId),
    /// Variables that depend on earlier elements of each other along a plate.
    Chain {
        /// The plate.
        plate: PlateId,
        /// In the order of a step.
        members: Vec<VariableId>,
    },
}

/// An index set.
#[derive(Clone, Debug, PartialEq)]
pub struct Plate {
    /// Its name; the number for an axis like that of `vector[4]`.
    pub name: String,
    /// Where its size comes from.
    pub size: PlateSize,
    /// The declaration.
    pub span: Span,
    /// The comment above it.
    pub doc: Option<String>,
}

/// The most elements that a plate, or a variable, can have: with more, memory ends before the work
/// does.
pub const LARGEST_PLATE: usize = 100_000_000;

/// Where a plate's size comes from.
#[derive(Clone, Debug, PartialEq)]
pub enum PlateSize {
    /// The data.
    Data,
    /// A number.
    Number(usize),
    /// An integer expression of inputs.
    Expression(ExprId),
    /// Labels.
    Labels(Vec<String>),
    /// A column's distinct values.
    Levels(String),
}

/// An axis of an expression.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Axis {
    /// Its plate.
    pub plate: PlateId,
    /// 0: the plate itself; more: a further occurrence.
    pub occurrence: u32,
}

/// A declared variable.
#[derive(Clone, Debug)]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// Its role.
    pub role: Role,
    /// Plates, then axes of the event.
    pub axes: Vec<AxisId>,
    /// How many of the axes are plates.
    pub plates: usize,
    /// The support of one element: declared type and distribution together.
    pub support: Support,
    /// Constraint over the event as a whole.
    pub event: Event,
    /// What it is.
    pub definition: Definition,
    /// Where the name stands.
    pub span: Span,
    /// The comment above it.
    pub doc: Option<String>,
}

/// The support of one element.
#[derive(Clone, Debug, PartialEq)]
pub enum Support {
    /// Real numbers between bounds.
    Real(Bounds),
    /// Integers between bounds.
    Integer(Bounds),
    /// 0 or 1.
    Bool,
    /// An element of a plate.
    Index(PlateId),
}

/// Bounds, where there are any.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bounds {
    /// Not below.
    pub lower: Option<ExprId>,
    /// Not above.
    pub upper: Option<ExprId>,
}

/// A constraint over an event as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// None: a scalar, vector or matrix.
    Free,
    /// Increasing along the last axis.
    Ordered,
    /// Increasing along the last axis, the first above 0.
    PositiveOrdered,
    /// Probabilities along the last axis that add up to 1.
    Simplex,
    /// Of length 1 along the last axis.
    UnitVector,
    /// Adds up to 0 along the last axis.
    SumToZero,
    /// A correlation matrix over the last two axes.
    Correlation,
    /// The lower Cholesky factor of a correlation matrix over the last two axes.
    CholeskyCorrelation,
    /// A covariance matrix over the last two axes: symmetric, positive definite.
    Covariance,
    /// The lower Cholesky factor of a covariance matrix over the last two axes.
    CholeskyCovariance,
}

/// What a variable is.
#[derive(Clone, Debug)]
pub enum Definition {
    /// Given.
    Input {
        /// The column's name where it differs.
        column: Option<String>,
        /// Its value where the data lack it.
        default: Option<ExprId>,
    },
    /// Drawn; without a conditional: flat.
    Random(Option<Conditional>),
    /// Data, drawn.
    Observed {
        /// The column's name where it differs.
        column: Option<String>,
        /// `observe v = expr`
        value: Option<ExprId>,
        /// What it is drawn from.
        conditional: Conditional,
    },
    /// Computed.
    Deterministic(ExprId),
}

/// A conditional distribution.
#[derive(Clone, Debug)]
pub enum Conditional {
    /// Conditioned on: no term.
    Given(Span),
    /// A family with its arguments.
    Family(Box<Application>),
    /// Chosen element by element.
    If {
        /// By this.
        condition: ExprId,
        /// Where it holds.
        then: Box<Conditional>,
        /// Where it does not.
        otherwise: Box<Conditional>,
    },
}

/// A family applied to arguments, or a combinator to distributions, its clauses instantiated for
/// the variable's element.
#[derive(Clone, Debug)]
pub struct Application {
    /// The family's or combinator's name.
    pub family: String,
    /// As given.
    pub arguments: Vec<Argument>,
    /// The distribution's own support.
    pub support: Support,
    /// Whether its density is one by length and by points at once: that of a value that is known to
    /// lie beyond a limit, or of a zero among continuous values. No coordinate can stand for such a
    /// value.
    pub mixed: bool,
    /// The log density of one event, at the variable's value; over the variable's plates, and over
    /// its event axes where the family is univariate.
    pub log_density: ExprId,
    /// The value as a function of noise.
    pub draw: Option<Draw>,
    /// Log of the probability of the declared bounds, where they are narrower than the support.
    pub log_normaliser: Option<ExprId>,
    /// Of elements that add up to 0 and have one distribution: the log density of their sum at 0,
    /// where the family tells it.
    pub log_of_sum: Option<ExprId>,
    /// Conditions on the arguments that could not be proved: outside, the density is 0.
    pub requirements: Vec<ExprId>,
    /// The mean, where the family has one.
    pub mean: Option<ExprId>,
    /// Whether the family covers the whole event at once (its value has axes).
    pub multivariate: bool,
    /// What the family's values are as a whole; the variable's type may ask for more.
    pub event: Event,
    /// Where it stands.
    pub span: Span,
}

/// An argument of a distribution.
#[derive(Clone, Debug)]
pub struct Argument {
    /// The parameter's name, where the position does not tell it.
    pub name: Option<String>,
    /// What is given.
    pub value: ArgumentValue,
}

/// What is given for a parameter of a distribution.
#[derive(Clone, Debug)]
pub enum ArgumentValue {
    /// A number, for each element.
    Number(ExprId),
    /// A list of numbers.
    Numbers(Vec<ExprId>),
    /// To a combinator: a distribution, by name and arguments.
    Distribution(String, Vec<Argument>),
}

/// The value as a function of noise.
#[derive(Clone, Debug, PartialEq)]
pub struct Draw {
    /// The noises it uses.
    pub noises: Vec<NoiseId>,
    /// The value.
    pub value: ExprId,
    /// Whether only the noises are random: a differentiable function of them and the parameters.
    pub deterministic: bool,
}

/// A noise of a draw clause; drawn anew for every element.
#[derive(Clone, Debug, PartialEq)]
pub struct Noise {
    /// Its distribution.
    pub base: NoiseBase,
    /// Its own axes, besides those of the variable.
    pub axes: Vec<AxisId>,
}

/// What a noise is drawn from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoiseBase {
    /// Normal(0, 1)
    Normal,
    /// Uniform(0, 1)
    Uniform,
    /// Exponential(1)
    Exponential,
}

/// `factor name[p] = expr`
#[derive(Clone, Debug)]
pub struct Factor {
    /// Its name.
    pub name: String,
    /// Its plates.
    pub axes: Vec<AxisId>,
    /// The term.
    pub term: ExprId,
    /// Where the name stands.
    pub span: Span,
}

/// A resolved expression.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// The axes it varies over, in the order in which they appear.
    pub axes: Vec<AxisId>,
    /// The kind of its elements.
    pub scalar: Scalar,
    /// Where it stands.
    pub span: Span,
}

/// The kind of an expression's elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scalar {
    /// A real number.
    Real,
    /// An integer.
    Integer,
    /// A truth value.
    Bool,
    /// An element of a plate; as a number it counts from 1.
    Index(PlateId),
}

/// The kinds of resolved expressions.
#[derive(Clone, Debug, PartialEq)]
pub enum ExprKind {
    /// A number.
    Number(f64),
    /// A truth value.
    Bool(bool),
    /// A variable at one index per axis.
    Variable(VariableId, Vec<ExprId>),
    /// The position on an axis.
    Position(AxisId),
    /// The element of a plate with this label.
    Label(PlateId, String),
    /// The number of elements of a plate.
    Size(PlateId),
    /// A function, elementwise.
    Call(Builtin, Vec<ExprId>),
    /// A choice; what is not chosen is not evaluated.
    If(ExprId, ExprId, ExprId),
    /// A reduction over axes.
    Reduce(Reduction, Vec<AxisId>, ExprId),
    /// An expression at indices of some of its axes.
    At(ExprId, Vec<(AxisId, ExprId)>),
    /// Elements along an axis.
    List(AxisId, Vec<ExprId>),
    /// To an index of a plate, from a number that counts from 1.
    ToIndex(PlateId, ExprId),
    /// Lower Cholesky factor over (row, column).
    Cholesky(ExprId, AxisId, AxisId),
    /// L⁻¹b, or L⁻ᵀb: factor, right side, row, column, transposed; over row (column where not
    /// transposed, before renaming).
    Solve(ExprId, ExprId, AxisId, AxisId, bool),
    /// A noise of a draw clause.
    Noise(NoiseId),
}

/// Reductions over axes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reduction {
    /// Σ
    Sum,
    /// Π
    Product,
    /// Largest.
    Max,
    /// Smallest.
    Min,
    /// Mean.
    Mean,
    /// Standard deviation, divisor n − 1.
    Sd,
    /// Variance, divisor n − 1.
    Variance,
    /// log Σ exp
    LogSumExp,
    /// Whether one is true.
    Any,
    /// Whether all are true.
    All,
}

impl Network {
    /// An axis' plate.
    #[must_use]
    pub fn plate_of(&self, axis: AxisId) -> PlateId {
        self.axes[axis].plate
    }

    /// An axis' name for people: the plate's, with a mark for each further occurrence.
    #[must_use]
    pub fn axis_name(&self, axis: AxisId) -> String {
        let axis = &self.axes[axis];
        format!("{}{}", self.plates[axis.plate].name, "'".repeat(axis.occurrence as usize))
    }

    /// The number that is written as an expression.
    #[must_use]
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "asks for a few kinds; every other kind, also a new one, is the same answer"
    )]
    pub fn number(&self, expression: ExprId) -> Option<f64> {
        match &self.expressions[expression].kind {
            ExprKind::Number(value) => Some(*value),
            ExprKind::Call(Builtin::Negate, operands) => {
                self.number(*operands.first()?).map(|value| -value)
            }
            _ => None,
        }
    }

    /// The variable called `name`.
    #[must_use]
    pub fn variable(&self, name: &str) -> Option<VariableId> {
        self.variables.iter().find(|(_, v)| v.name == name).map(|(id, _)| id)
    }
}

impl Variable {
    /// Whether data are told of it: those of an `observe`.
    #[must_use]
    pub fn is_observed(&self) -> bool {
        matches!(self.definition, Definition::Observed { .. })
    }

    /// Whether it is an unknown of the log density.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        matches!(self.role, Role::Param | Role::Latent)
    }
}
