//! The network: variables with plates, supports and conditionals; names resolved, axes known, no
//! cycle between elements.

#![allow(missing_docs, reason = "plain data: a field whose name says all has no words")]

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
    /// The index sets of the model.
    pub plates: Arena<PlateId, Plate>,
    /// The axes that expressions vary over.
    pub axes: Arena<AxisId, Axis>,
    /// Declared variables, in text order.
    pub variables: Arena<VariableId, Variable>,
    /// Expressions; each shared one only once.
    pub expressions: Arena<ExprId, Expr>,
    /// The noises of instantiated draw clauses.
    pub noises: Arena<NoiseId, Noise>,
    /// Terms of the log density that no conditional expresses.
    pub factors: Vec<Factor>,
    /// The edge a → b means that b's definition uses a.
    pub graph: DiGraph<VariableId, ()>,
    /// Topological order; the variables of a chain are adjacent, in the order of a step.
    pub order: Vec<Component>,
}

/// A step of the topological order.
#[derive(Clone, Debug, PartialEq)]
pub enum Component {
    /// A variable that does not depend on itself.
    Single(VariableId),
    /// Variables that depend on earlier elements of each other along a plate.
    Chain {
        plate: PlateId,
        /// In the order of a step.
        members: Vec<VariableId>,
    },
}

/// An index set.
#[derive(Clone, Debug, PartialEq)]
pub struct Plate {
    /// Its name; a number for an axis like that of `vector[4]`.
    pub name: String,
    pub size: PlateSize,
    pub span: Span,
    /// The comment above the declaration.
    pub doc: Option<String>,
}

/// The maximum number of elements of a plate or a variable: with more, memory runs out before the
/// work is done.
pub const LARGEST_PLATE: usize = 100_000_000;

/// Where the size of a plate comes from.
#[derive(Clone, Debug, PartialEq)]
pub enum PlateSize {
    /// The length of its data.
    Data,
    /// A number in the model.
    Number(usize),
    /// An integer expression of inputs.
    Expression(ExprId),
    /// Labels in the model.
    Labels(Vec<String>),
    /// The distinct values of a column.
    Levels(String),
}

/// An axis of an expression.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Axis {
    /// The plate whose elements are its positions.
    pub plate: PlateId,
    /// 0: the plate itself; more: a further occurrence.
    pub occurrence: u32,
}

/// A declared variable.
#[derive(Clone, Debug)]
pub struct Variable {
    pub name: String,
    pub role: Role,
    /// Plates, then the axes of the event.
    pub axes: Vec<AxisId>,
    /// How many of the axes are plates.
    pub plates: usize,
    /// The support of one element, from the declared type and the distribution.
    pub support: Support,
    /// The constraint on the event as a whole.
    pub event: Event,
    pub definition: Definition,
    /// Where the name is declared.
    pub span: Span,
    /// The comment above the declaration.
    pub doc: Option<String>,
}

/// The support of one element.
#[derive(Clone, Debug, PartialEq)]
pub enum Support {
    /// Real numbers within bounds.
    Real(Bounds),
    /// Integers within bounds.
    Integer(Bounds),
    /// 0 or 1.
    Bool,
    /// An element of a plate.
    Index(PlateId),
}

/// Bounds; inclusive. None where there is no bound.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bounds {
    pub lower: Option<ExprId>,
    pub upper: Option<ExprId>,
}

/// A constraint on an event as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// No constraint: a scalar, vector or matrix.
    Free,
    /// Increasing along the last axis.
    Ordered,
    /// Increasing along the last axis, starting above 0.
    PositiveOrdered,
    /// Probabilities that sum to 1 along the last axis.
    Simplex,
    /// Of length 1 along the last axis.
    UnitVector,
    /// Summing to 0 along the last axis.
    SumToZero,
    /// A correlation matrix over the last two axes.
    Correlation,
    /// The lower Cholesky factor of a correlation matrix over the last two axes.
    CholeskyCorrelation,
    /// A covariance matrix over the last two axes: symmetric and positive definite.
    Covariance,
    /// The lower Cholesky factor of a covariance matrix over the last two axes.
    CholeskyCovariance,
}

/// The definition of a variable.
#[derive(Clone, Debug)]
pub enum Definition {
    /// An input.
    Input {
        /// The name of the column, where it differs from that of the variable.
        column: Option<String>,
        /// The default, for data that lack it.
        default: Option<ExprId>,
    },
    /// A parameter or latent variable; the prior is flat where there is no conditional.
    Random(Option<Conditional>),
    /// Data that are modelled.
    Observed {
        /// The name of the column, where it differs from that of the variable.
        column: Option<String>,
        /// The value that is observed, in `observe v = expr`.
        value: Option<ExprId>,
        /// The distribution of the data.
        conditional: Conditional,
    },
    /// A deterministic quantity.
    Deterministic(ExprId),
}

/// A conditional distribution.
#[derive(Clone, Debug)]
pub enum Conditional {
    /// `Given()`: conditioned on, without a term.
    Given(Span),
    /// A family with its arguments.
    Family(Box<Application>),
    /// A choice between two conditionals, element by element.
    If { condition: ExprId, then: Box<Conditional>, otherwise: Box<Conditional> },
}

/// A family applied to arguments, or a combinator to distributions, with its clauses instantiated
/// for the element of the variable.
#[derive(Clone, Debug)]
pub struct Application {
    /// The name of the family or combinator.
    pub family: String,
    /// In the order given.
    pub arguments: Vec<Argument>,
    /// The support of the distribution itself; the type may narrow it.
    pub support: Support,
    /// Whether its density is with respect to length and points together: that of a value that is
    /// censored, or of a zero among continuous values. No coordinate can replace such a value.
    pub mixed: bool,
    /// The log density of one event at the value of the variable; over its plates, and over its
    /// event axes where the family is univariate.
    pub log_density: ExprId,
    /// The value as a function of noise.
    pub draw: Option<Draw>,
    /// The log of the probability of the declared bounds, if they are narrower than the support.
    pub log_normaliser: Option<ExprId>,
    /// For elements that sum to 0 and have the same distribution: the log density of their sum at
    /// 0, if the family provides it.
    pub log_of_sum: Option<ExprId>,
    /// Conditions on the arguments that could not be proved: where one fails, the density is 0.
    pub requirements: Vec<ExprId>,
    /// The mean, if the family has one.
    pub mean: Option<ExprId>,
    /// Whether the family covers the whole event at once (its value has axes).
    pub multivariate: bool,
    /// The joint constraint on values of the family; the type of the variable may require more.
    pub event: Event,
    pub span: Span,
}

/// An argument of a distribution.
#[derive(Clone, Debug)]
pub struct Argument {
    /// The name of the parameter, where the position does not determine it.
    pub name: Option<String>,
    pub value: ArgumentValue,
}

/// The value of an argument.
#[derive(Clone, Debug)]
pub enum ArgumentValue {
    /// A number, for each element.
    Number(ExprId),
    /// A list of numbers.
    Numbers(Vec<ExprId>),
    /// Of a combinator: a distribution, by its name and arguments.
    Distribution(String, Vec<Argument>),
}

/// The value of a draw as a function of noise.
#[derive(Clone, Debug, PartialEq)]
pub struct Draw {
    pub noises: Vec<NoiseId>,
    pub value: ExprId,
    /// Whether only the noises are random: a differentiable function of them and the parameters.
    pub deterministic: bool,
}

/// A noise of a draw clause; a new draw for every element.
#[derive(Clone, Debug, PartialEq)]
pub struct Noise {
    pub base: NoiseBase,
    /// Its own axes, besides those of the variable.
    pub axes: Vec<AxisId>,
}

/// The distribution of a noise.
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
    pub name: String,
    pub axes: Vec<AxisId>,
    /// The expression added to the log density.
    pub term: ExprId,
    /// Where the name is declared.
    pub span: Span,
}

/// A resolved expression.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    pub kind: ExprKind,
    /// The axes it varies over, in order of appearance.
    pub axes: Vec<AxisId>,
    /// The kind of its elements.
    pub scalar: Scalar,
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
    /// A choice; the branch that is not chosen is not evaluated.
    If(ExprId, ExprId, ExprId),
    /// A reduction over axes.
    Reduce(Reduction, Vec<AxisId>, ExprId),
    /// An expression at indices of some of its axes.
    At(ExprId, Vec<(AxisId, ExprId)>),
    /// Elements along an axis.
    List(AxisId, Vec<ExprId>),
    /// A number that counts from 1, as an index of a plate.
    ToIndex(PlateId, ExprId),
    /// The lower Cholesky factor over (row, column).
    Cholesky(ExprId, AxisId, AxisId),
    /// L⁻¹b or L⁻ᵀb: factor, right side, row, column, transposed; over row (over column where not
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
    /// The largest.
    Max,
    /// The smallest.
    Min,
    /// The mean.
    Mean,
    /// Standard deviation, divisor n − 1.
    Sd,
    /// Variance, divisor n − 1.
    Variance,
    /// log Σ exp
    LogSumExp,
    /// Whether some element is true.
    Any,
    /// Whether all elements are true.
    All,
}

impl Network {
    /// The plate of an axis.
    #[must_use]
    pub fn plate_of(&self, axis: AxisId) -> PlateId {
        self.axes[axis].plate
    }

    /// The name of an axis, as users see it: the plate's, with a mark for each further occurrence.
    #[must_use]
    pub fn axis_name(&self, axis: AxisId) -> String {
        let axis = &self.axes[axis];
        format!("{}{}", self.plates[axis.plate].name, "'".repeat(axis.occurrence as usize))
    }

    /// The number that an expression is, if it is written as one.
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
            ExprKind::List(_, elements) if elements.len() == 1 => self.number(elements[0]),
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
