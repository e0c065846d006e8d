//! The program: arithmetic over named axes. Everything that runs is one: log densities, gradients,
//! simulation, reports.
//!
//! A node varies over a set of axes; an axis is a plate of the model or made from one. A value over
//! axes {a, b} is stored row by row in the order of the axes' ids, the last id fastest: the
//! *canonical layout*. Operands precede their node; only ties point back.

use std::ops::Range;

use crate::base::{Arena, Span};
use crate::builtins::Builtin;

crate::id_type!(AxisId, "x", "An axis of a program.");
crate::id_type!(ArrayId, "d", "An array of data.");
crate::id_type!(NodeId, "n", "A node of a program.");
crate::id_type!(TieId, "r", "A recurrence.");
crate::id_type!(DiscreteId, "z", "A discrete variable.");

/// Arithmetic over named axes: no values, no names of distributions.
#[derive(Clone, Debug, Default)]
pub struct Program {
    /// Axes with their sizes.
    pub axes: Arena<AxisId, Axis>,
    /// Arrays of data: shape, type and facts. Their values are in [`Values`].
    pub arrays: Arena<ArrayId, Array>,
    /// Operations in topological order.
    pub nodes: Arena<NodeId, Node>,
    /// Recurrences.
    pub ties: Arena<TieId, Recurrence>,
    /// The number of unknown coordinates; each belongs to exactly one `Slot`.
    pub slots: usize,
    /// The summands of the log density, one a declaration.
    pub terms: Vec<Term>,
    /// What is computed.
    pub outputs: Vec<Output>,
}

/// The values of a program's arrays, in the order of their ids.
pub type Values = Arena<ArrayId, ArrayValues>;

/// An axis: a name, a size and where it comes from.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// The plate's name, or one made from it (`rows'`, `rows.missing`).
    pub name: String,
    /// How many elements.
    pub size: usize,
    /// Where it comes from.
    pub kind: AxisKind,
}

/// Where an axis comes from.
#[derive(Clone, Debug, PartialEq)]
pub enum AxisKind {
    /// A plate of the model.
    Plate,
    /// The same elements as another axis, to have a plate twice in one value.
    Alias {
        /// The other axis.
        of: AxisId,
    },
    /// Some elements of one axis, or of a product of several; element s is at `index[k][s]` of
    /// `of[k]`.
    Subset {
        /// The full axes.
        of: Vec<AxisId>,
        /// An index array over this axis for each.
        index: Vec<ArrayId>,
    },
}

/// The type of a node's elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Type {
    /// A real number; integers are exact to 2⁵³.
    Real,
    /// A truth value.
    Bool,
    /// A position on an axis, from 0.
    Index(AxisId),
}

/// An array of data: what compiled code depends on.
#[derive(Clone, Debug, PartialEq)]
pub struct Array {
    /// For people: the variable, or what it was computed from.
    pub name: String,
    /// In the order of their ids.
    pub axes: Vec<AxisId>,
    /// Of the elements.
    pub ty: Type,
    /// What is known of an index array's values.
    pub facts: Facts,
}

/// What is known of the values of an index array; all false or none for other arrays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// Never decreasing along its one axis.
    pub sorted: bool,
    /// No value twice.
    pub injective: bool,
    /// Value i is offset + stride·i.
    pub affine: Option<(i64, i64)>,
}

impl Facts {
    /// What is true of `values`, over one axis.
    #[must_use]
    pub fn of(values: &[u32]) -> Self {
        let sorted = values.is_sorted();
        let injective = if sorted {
            values.windows(2).all(|w| w[0] != w[1])
        } else {
            let mut seen: Vec<u32> = values.to_vec();
            seen.sort_unstable();
            seen.windows(2).all(|w| w[0] != w[1])
        };
        let affine = match values {
            [] => None,
            [only] => Some((i64::from(*only), 1)),
            [first, second, ..] => {
                let (offset, stride) = (i64::from(*first), i64::from(*second) - i64::from(*first));
                let holds =
                    values.iter().zip(0i64..).all(|(&v, i)| i64::from(v) == offset + stride * i);
                holds.then_some((offset, stride))
            }
        };
        Self { sorted, injective, affine }
    }
}

/// The values of an array, in canonical layout.
#[derive(Clone, Debug, PartialEq)]
pub enum ArrayValues {
    /// Of `Type::Real`.
    Real(Vec<f64>),
    /// Of `Type::Bool`: 0 or 1.
    Bool(Vec<u8>),
    /// Of `Type::Index`: from 0.
    Index(Vec<u32>),
}

/// An operation with its operands.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// What it does.
    pub op: Op,
    /// On what, all before it.
    pub operands: Vec<NodeId>,
    /// What it varies over, in the order of the ids.
    pub axes: Vec<AxisId>,
    /// Of its elements.
    pub ty: Type,
    /// The source it comes from; derivatives carry the span of what they are derivatives of.
    pub span: Span,
}

/// The operations. Axes: a, b for those of the first and second operand.
#[derive(Clone, Debug, PartialEq)]
pub enum Op {
    /// A number, without axes; a truth value (0 or 1) or a position where its type says so.
    Const(f64),
    /// An array.
    Data(ArrayId),
    /// Coordinates of the unknown vector, from this one on, in canonical layout over the node's
    /// axes.
    Slot(usize),
    /// Base noise, for simulation: a function of (seed, stream, element).
    Noise {
        /// Tells noises of one program apart.
        stream: u32,
        /// Its distribution.
        base: Base,
    },
    /// The open value of a discrete variable, as a position from 0 on the axis of its type: it is
    /// summed out, or replaced by a given one, before anything runs.
    Discrete(DiscreteId),
    /// A draw of a base sampler with parameters: `Builtin::RandomGamma` and the like; for
    /// simulation.
    Draw {
        /// As for `Noise`.
        stream: u32,
        /// The sampler; its arguments are the operands.
        sampler: Builtin,
    },
    /// The position on an axis, from 0; of type `Index`.
    Iota(AxisId),
    /// A function of its operands, elementwise; over the union of their axes. Comparisons, logic
    /// and `select` included.
    Call(Builtin),
    /// Bool or Index to Real (0/1, position from 0), Real to Index.
    Convert(Type),
    /// The operand; derivatives do not pass.
    Stop,
    /// Σ over axes the operand has.
    Sum(Vec<AxisId>),
    /// Maximum over axes the operand has.
    Max(Vec<AxisId>),
    /// Σ a·b over axes that both have.
    Contract(Vec<AxisId>),
    /// x at indices: operands x, index₁, ..., with axes (a − the named axes) ∪ those of the
    /// indices. Where a named axis is among an index' axes (a shift), x's axis is meant in x only.
    /// Indices are in range.
    Gather(Vec<AxisId>),
    /// The adjoint of `Gather`: operands x, index₁, ...; out[p₁, ..., rest] = Σ over `over` of
    /// [index₁ == p₁]…·x. Axes: (a ∪ those of the indices − `over`) ∪ `axes`; x is repeated over
    /// axes of the indices that it lacks. Where an axis is both in `over` and in `axes` (the
    /// adjoint of a shift), the summed one is x's and the new one is the target.
    SumBy {
        /// The target axes, one an index.
        axes: Vec<AxisId>,
        /// The axes summed.
        over: Vec<AxisId>,
    },
    /// Lower Cholesky factor L\[row, col\] of a symmetric positive definite x\[row, col\]; other
    /// axes are batch. NaN where it is not positive definite. Only the lower triangle is read; the
    /// upper triangle of the result is 0.
    Cholesky {
        /// Row axis.
        row: AxisId,
        /// Column axis, of the same size.
        col: AxisId,
    },
    /// Operands L, b, with L lower triangular: the u over `col` with Σ_col L\[row, col\]·u\[col\] =
    /// b\[row\]; where `transposed` the u over `row` with Σ_row L\[row, col\]·u\[row\] = b\[col\].
    /// Other axes are batch (of L and b together).
    Solve {
        /// Row axis of L.
        row: AxisId,
        /// Column axis of L.
        col: AxisId,
        /// Whether by Lᵀ.
        transposed: bool,
    },
    /// The adjoint of `Cholesky` as one kernel: operands L and L̄; the symmetric ½L⁻ᵀ(Φ + Φᵀ)L⁻¹
    /// with Φ = tril(LᵀL̄), its diagonal halved (Murray 2016, arXiv 1602.07527).
    CholeskyAdjoint {
        /// Row axis.
        row: AxisId,
        /// Column axis.
        col: AxisId,
    },
    /// The value that a recurrence brings from the step before: `init` at a start, else `next` one
    /// step back (forward where reversed).
    Carry(TieId),
}

/// Base noise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Base {
    /// Normal(0, 1).
    Normal,
    /// Uniform on the open (0, 1).
    Uniform,
    /// Exponential(1).
    Exponential,
}

/// A recurrence along an axis. Its members are the nodes on a path from a carry to a next.
#[derive(Clone, Debug, PartialEq)]
pub struct Recurrence {
    /// Along which axis.
    pub axis: AxisId,
    /// From the last element to the first.
    pub reversed: bool,
    /// A Bool array over `axis`: where a segment starts (in the direction of the recurrence). None:
    /// at the first element only. The first element always is one.
    pub starts: Option<ArrayId>,
    /// What is carried.
    pub carries: Vec<CarryLink>,
}

/// One carried value of a recurrence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CarryLink {
    /// The `Carry` node; varies over the axis.
    pub carry: NodeId,
    /// Its value at a start; may vary over the axis (then the start's element counts) or not.
    pub init: NodeId,
    /// The node whose value goes to the next step: a member, or a node that precedes all carries of
    /// the recurrence (then the carry is a shift). The carry itself until `tie` sets it.
    pub next: NodeId,
}

/// A summand of the log density.
#[derive(Clone, Debug, PartialEq)]
pub struct Term {
    /// The declared variable, `jacobian of x`, or the factor's name.
    pub name: String,
    /// A scalar.
    pub node: NodeId,
    /// What it is a part of.
    pub kind: TermKind,
    /// The declaration.
    pub span: Span,
}

/// What a summand of the log density is a part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TermKind {
    /// The prior of a parameter.
    Prior,
    /// The distribution of a hidden variable, missing cells and sums over discrete variables that
    /// no data depend on among them.
    Hidden,
    /// The density of noise that is a coordinate: points drawn from that noise have it in them
    /// already.
    Noise,
    /// The log of a discrete variable's own conditional probability, the variable to be summed out.
    Mass,
    /// Data.
    Likelihood,
    /// A `factor` of the model.
    Factor,
    /// The Jacobian of a constraint transform, or the density of a coordinate that a transform has
    /// in excess.
    Jacobian,
    /// The whole density, or a function made of it.
    Whole,
}

impl TermKind {
    /// All kinds.
    pub const ALL: [TermKind; 8] = [
        TermKind::Prior,
        TermKind::Hidden,
        TermKind::Noise,
        TermKind::Mass,
        TermKind::Likelihood,
        TermKind::Factor,
        TermKind::Jacobian,
        TermKind::Whole,
    ];

    /// Its name in the text of a program.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            TermKind::Prior => "prior",
            TermKind::Hidden => "hidden",
            TermKind::Noise => "noise",
            TermKind::Mass => "mass",
            TermKind::Likelihood => "likelihood",
            TermKind::Factor => "factor",
            TermKind::Jacobian => "jacobian",
            TermKind::Whole => "whole",
        }
    }

    /// Whether data, or a factor in their place, enter it.
    #[must_use]
    pub fn is_data(self) -> bool {
        match self {
            TermKind::Likelihood | TermKind::Factor => true,
            TermKind::Prior
            | TermKind::Hidden
            | TermKind::Noise
            | TermKind::Mass
            | TermKind::Jacobian
            | TermKind::Whole => false,
        }
    }
}

/// A result of a program.
#[derive(Clone, Debug, PartialEq)]
pub struct Output {
    /// What it is.
    pub role: OutputRole,
    /// The variable's name; empty where the role says it all.
    pub name: String,
    /// Its node; results are written in canonical layout, outputs one after the other.
    pub node: NodeId,
}

/// What an output is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OutputRole {
    /// The log density: the sum of the terms.
    Value,
    /// ∂ value / ∂ the slots of this range.
    Gradient(Range<usize>),
    /// The tangent of an output: a directional derivative.
    Tangent,
    /// The value of a term, for the search of a −∞ or NaN.
    Term,
    /// A named variable on its natural scale.
    Variable,
}

impl Program {
    /// The number of elements of a node.
    #[must_use]
    pub fn extent(&self, axes: &[AxisId]) -> usize {
        axes.iter().map(|&a| self.axes[a].size).product()
    }

    /// The axis that an alias stands for; the axis itself where it is none.
    #[must_use]
    pub fn original(&self, axis: AxisId) -> AxisId {
        match self.axes[axis].kind {
            AxisKind::Alias { of } => self.original(of),
            AxisKind::Plate | AxisKind::Subset { .. } => axis,
        }
    }

    /// The recurrence of a carry with its link; none for other nodes, and for a carry that no link
    /// has yet.
    #[must_use]
    pub fn link(&self, id: NodeId) -> Option<(TieId, &CarryLink)> {
        let tie = self.nodes[id].op.tie()?;
        self.ties[tie].carries.iter().find(|link| link.carry == id).map(|link| (tie, link))
    }

    /// What is wanted: the nodes of outputs and terms.
    pub fn ends(&self) -> impl Iterator<Item = NodeId> + '_ {
        self.outputs.iter().map(|o| o.node).chain(self.terms.iter().map(|t| t.node))
    }

    /// First coordinate and node of each slot, in the order of the nodes.
    pub fn unknowns(&self) -> impl Iterator<Item = (usize, NodeId)> + '_ {
        self.nodes.iter().filter_map(|(id, node)| node.op.slot().map(|first| (first, id)))
    }
}
