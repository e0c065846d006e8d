//! The plan: loops, straight-line blocks, buffers and kernel calls, in order. What the machine
//! translates and the plan's interpreter runs.

use crate::base::Arena;
use crate::builtins::Builtin;
use crate::program::{ArrayId, AxisId, Base, NodeId};

crate::id_type!(BufferId, "b", "A buffer of a plan.");
crate::id_type!(
    RegisterId,
    "v",
    "A value of a plan: set once, by its `Let` or as a loop's counter."
);
crate::id_type!(
    CellId,
    "c",
    "A variable of a plan: accumulators of loops and what recurrences carry."
);

/// Whether nodes may share loops.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Nodes over the same axis share a loop; small axes are unrolled; what is not used outside its
    /// loop is not stored.
    Fused,
    /// One nest a node, everything stored: always right, the oracle of fusion.
    Naive,
}

/// Steps in order, over buffers.
#[derive(Clone, Debug)]
pub struct Plan {
    /// How it was made.
    pub mode: Mode,
    /// Where numbers lie.
    pub buffers: Arena<BufferId, Buffer>,
    /// Types of values.
    pub registers: Arena<RegisterId, Kind>,
    /// Types of variables.
    pub cells: Arena<CellId, Cell>,
    /// What is done, in order.
    pub steps: Vec<Step>,
    /// How many numbers the outputs are, one output after the other.
    pub outputs: usize,
    /// How many cells of eight bytes an evaluation needs for its scratch buffers.
    pub scratch: usize,
}

/// The type of a register, of a variable, of a buffer's elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A number.
    Real,
    /// A truth value.
    Bool,
    /// A position, from 0.
    Index,
}

/// A variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    /// The kind of its values.
    pub kind: Kind,
    /// The axis, where its values are positions.
    pub axis: Option<AxisId>,
}

/// A run of elements, row by row over its axes, the last one fastest.
#[derive(Clone, Debug, PartialEq)]
pub struct Buffer {
    /// The node whose values it holds; none for arguments and data.
    pub node: Option<NodeId>,
    /// What it varies over.
    pub axes: Vec<AxisId>,
    /// The kind of its elements.
    pub kind: Kind,
    /// Where it lies.
    pub place: Place,
    /// How many elements.
    pub len: usize,
}

/// Where a buffer lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The unknown vector.
    Argument,
    /// An array of data.
    Data(ArrayId),
    /// The results, from this position on.
    Output(usize),
    /// Scratch, from this cell on: all of a node's elements, between nests.
    Whole(usize),
    /// Scratch: what one round of enclosing loops needs.
    Tile(usize),
    /// Scratch: what a recurrence brings from the step before.
    State(usize),
}

/// A nest, a straight-line block or a copy of results, with its place in the order.
#[derive(Clone, Debug)]
pub struct Step {
    /// What it depends on has a lower level, or the same one and an earlier place in a
    /// straight-line block.
    pub level: usize,
    /// The axis of its outermost loop; none for straight-line blocks.
    pub sweep: Option<AxisId>,
    /// The nodes it computes.
    pub nodes: Vec<NodeId>,
    /// What is done.
    pub body: Vec<Statement>,
}

/// offset + Σ stride·index: positions in buffers, and indices.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Affine {
    /// The constant part.
    pub offset: i64,
    /// Registers of kind `Index` with their strides.
    pub terms: Vec<(RegisterId, i64)>,
}

/// What is done.
#[derive(Clone, Debug)]
pub enum Statement {
    /// Computes a value.
    Let {
        /// Its name.
        to: RegisterId,
        /// What computes it.
        operation: Operation,
    },
    /// Sets a variable.
    Set {
        /// The variable.
        cell: CellId,
        /// Its new value.
        value: RegisterId,
    },
    /// Adds to a variable, or takes the maximum with it.
    Fold {
        /// The variable.
        cell: CellId,
        /// The other operand.
        value: RegisterId,
        /// The reduction.
        by: Reduction,
    },
    /// Writes an element.
    Store {
        /// The buffer.
        buffer: BufferId,
        /// The position in the buffer.
        at: Affine,
        /// The value.
        value: RegisterId,
    },
    /// Adds to an element, or takes the maximum with it.
    Accumulate {
        /// The buffer.
        buffer: BufferId,
        /// The position in the buffer.
        at: Affine,
        /// The other operand.
        value: RegisterId,
        /// The reduction.
        by: Reduction,
    },
    /// Repeats.
    Loop(Loop),
    /// Linear algebra on one matrix.
    Kernel(KernelCall),
}

/// A loop over all elements of an axis; never of size 0.
#[derive(Clone, Debug)]
pub struct Loop {
    /// The axis.
    pub axis: AxisId,
    /// The position; of kind `Index`.
    pub counter: RegisterId,
    /// How many rounds, at least 1.
    pub size: usize,
    /// From the last element to the first.
    pub reversed: bool,
    /// How many rounds run side by side, each statement in all of them before the next: 1 or
    /// [`LANES`].
    ///
    /// Variables that are folded then have a value a lane: the first goes on from what the variable
    /// was, the others begin at the reduction's start, and they are folded in the order of the
    /// lanes once no full set of rounds is left. What is left of the rounds runs alone.
    pub lanes: usize,
    /// What is repeated.
    pub body: Vec<Statement>,
}

/// Numbers in a vector of the machine.
pub const LANES: usize = 2;

impl Loop {
    /// The first of the rounds that run alone.
    #[must_use]
    pub fn alone(&self) -> usize {
        if self.lanes > 1 { self.size - self.size % self.lanes } else { 0 }
    }

    /// The variables folded in its body itself, each once.
    #[must_use]
    pub fn folds(&self) -> Vec<(CellId, Reduction)> {
        let mut folds = Vec::new();
        for statement in &self.body {
            if let Statement::Fold { cell, by, .. } = statement
                && !folds.contains(&(*cell, *by))
            {
                folds.push((*cell, *by));
            }
        }
        folds
    }
}

/// Associative operations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reduction {
    /// From 0.
    Sum,
    /// From −∞; NaN wins.
    Maximum,
}

impl Reduction {
    /// The result over no elements.
    #[must_use]
    pub fn start(self) -> f64 {
        match self {
            Self::Sum => 0.0,
            Self::Maximum => f64::NEG_INFINITY,
        }
    }

    /// The result of two values.
    #[must_use]
    pub fn apply(self, a: f64, b: f64) -> f64 {
        match self {
            Self::Sum => a + b,
            Self::Maximum if a.is_nan() || a > b => a,
            Self::Maximum => b,
        }
    }
}

/// What computes a value.
#[derive(Clone, Debug, PartialEq)]
pub enum Operation {
    /// A number.
    Number(f64),
    /// A truth value.
    Truth(bool),
    /// A position.
    Position(Affine),
    /// An element of a buffer.
    Load {
        /// The buffer.
        buffer: BufferId,
        /// The position in the buffer.
        at: Affine,
    },
    /// A variable's value.
    Read(CellId),
    /// A function of values whose kinds are those of its row.
    Call(Builtin, Vec<RegisterId>),
    /// A truth value (0 or 1) or a position as a number.
    ToReal(RegisterId),
    /// A number as a position on an axis of this size: truncated, then clamped into range; 0 for
    /// NaN.
    ToIndex {
        /// The number.
        value: RegisterId,
        /// The size of the axis.
        size: usize,
    },
    /// Base noise.
    Noise {
        /// The stream of noise.
        stream: u32,
        /// Its distribution.
        base: Base,
        /// The element.
        element: Affine,
    },
    /// A draw of a base sampler.
    Draw {
        /// The stream of draws.
        stream: u32,
        /// The sampler.
        sampler: Builtin,
        /// The element.
        element: Affine,
        /// Its parameters.
        arguments: Vec<RegisterId>,
    },
}

/// What a kernel does; see the operations of programs of the same names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kernel {
    /// out, x.
    Cholesky,
    /// out, L, b; by Lᵀ where transposed.
    Solve {
        /// Whether by Lᵀ.
        transposed: bool,
    },
    /// out, L, L̄.
    CholeskyAdjoint,
}

/// A kernel with where its matrices lie.
#[derive(Clone, Debug)]
pub struct KernelCall {
    /// What it does.
    pub kernel: Kernel,
    /// Rows of its matrices.
    pub size: usize,
    /// The result first; all in scratch, in different buffers.
    pub matrices: Vec<Matrix>,
}

/// A matrix or vector in a buffer.
#[derive(Clone, Debug)]
pub struct Matrix {
    /// The buffer.
    pub buffer: BufferId,
    /// Its first element.
    pub at: Affine,
    /// From a row to the next.
    pub row: usize,
    /// From a column to the next; 0 for vectors.
    pub column: usize,
}

impl Affine {
    /// A constant.
    #[must_use]
    pub fn constant(offset: i64) -> Self {
        Self { offset, terms: Vec::new() }
    }

    /// A register.
    #[must_use]
    pub fn register(register: RegisterId) -> Self {
        Self { offset: 0, terms: vec![(register, 1)] }
    }

    /// Its value where it is a constant.
    #[must_use]
    pub fn as_constant(&self) -> Option<i64> {
        self.terms.is_empty().then_some(self.offset)
    }

    /// Adds `factor` times another.
    pub fn add(&mut self, other: &Self, factor: i64) {
        self.offset += other.offset * factor;
        for &(register, stride) in &other.terms {
            match self.terms.iter_mut().find(|(r, _)| *r == register) {
                Some((_, s)) => *s += stride * factor,
                None => self.terms.push((register, stride * factor)),
            }
        }
    }
}

impl Operation {
    /// The registers it reads.
    pub fn reads(&self) -> impl Iterator<Item = RegisterId> + '_ {
        let (list, affine, one): (&[RegisterId], Option<&Affine>, Option<RegisterId>) = match self {
            Self::Number(_) | Self::Truth(_) | Self::Read(_) => (&[], None, None),
            Self::Position(at) | Self::Load { at, .. } | Self::Noise { element: at, .. } => {
                (&[], Some(at), None)
            }
            Self::Call(_, list) => (list, None, None),
            Self::ToReal(value) | Self::ToIndex { value, .. } => (&[], None, Some(*value)),
            Self::Draw { element, arguments, .. } => (arguments, Some(element), None),
        };
        list.iter()
            .copied()
            .chain(affine.into_iter().flat_map(|a| a.terms.iter().map(|t| t.0)))
            .chain(one)
    }
}

impl Kind {
    /// Its name in prints.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Real => "real",
            Self::Bool => "bool",
            Self::Index => "index",
        }
    }
}
