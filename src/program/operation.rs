//! An operation → what passes ask of it: each question is answered once, here, and a pass matches
//! on the answer. What differs from one operation to the next is elsewhere: values in `evaluate`,
//! shapes in `check`, rules in `gradient`, code in `plan`.

use crate::builtins::Builtin;
use crate::program::{ArrayId, AxisId, DiscreteId, Node, NodeId, Op, TieId};

/// How the elements of a result correspond to those of its operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form<'a> {
    /// There are no operands.
    Leaf,
    /// Each element is made from the operands' elements at its place.
    Elementwise,
    /// Each element is made from all along these axes, which the operands have and the result
    /// lacks; of two operands, from their product.
    Reduce(&'a [AxisId]),
    /// Each element is one of the first operand: along these axes where the other operands, an
    /// index each, say.
    Gather(&'a [AxisId]),
    /// Each element is the sum of those of the first operand for which the other operands, an index
    /// each, name its place along `axes`.
    SumBy {
        /// The target axes.
        axes: &'a [AxisId],
        /// The axes summed.
        over: &'a [AxisId],
    },
    /// The elements along row and column depend on the operands' as a whole; other axes are batch.
    Matrix {
        /// Row axis.
        row: AxisId,
        /// Column axis.
        col: AxisId,
    },
    /// What a recurrence brings from the step before.
    Carry(TieId),
}

/// What the value of an operation depends on, beyond its operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Nothing, or data: equal operands give equal results.
    Data,
    /// Unknown coordinates.
    Unknown,
    /// Chance.
    Noise,
    /// An open discrete variable.
    Discrete,
    /// What the step before brings.
    Recurrence,
}

impl Op {
    /// How the elements of the result correspond to those of the operands.
    #[must_use]
    pub fn form(&self) -> Form<'_> {
        match self {
            Op::Const(_)
            | Op::Data(_)
            | Op::Slot(_)
            | Op::Noise { .. }
            | Op::Discrete(_)
            | Op::Iota(_) => Form::Leaf,
            Op::Draw { .. } | Op::Call(_) | Op::Convert(_) | Op::Stop => Form::Elementwise,
            Op::Sum(over) | Op::Max(over) | Op::Contract(over) => Form::Reduce(over),
            Op::Gather(named) => Form::Gather(named),
            Op::SumBy { axes, over } => Form::SumBy { axes, over },
            &(Op::Cholesky { row, col }
            | Op::Solve { row, col, .. }
            | Op::CholeskyAdjoint { row, col }) => Form::Matrix { row, col },
            Op::Carry(tie) => Form::Carry(*tie),
        }
    }

    /// What its value depends on, beyond its operands.
    #[must_use]
    pub fn origin(&self) -> Origin {
        match self {
            Op::Slot(_) => Origin::Unknown,
            Op::Noise { .. } | Op::Draw { .. } => Origin::Noise,
            Op::Discrete(_) => Origin::Discrete,
            Op::Carry(_) => Origin::Recurrence,
            Op::Const(_)
            | Op::Data(_)
            | Op::Iota(_)
            | Op::Call(_)
            | Op::Convert(_)
            | Op::Stop
            | Op::Sum(_)
            | Op::Max(_)
            | Op::Contract(_)
            | Op::Gather(_)
            | Op::SumBy { .. }
            | Op::Cholesky { .. }
            | Op::Solve { .. }
            | Op::CholeskyAdjoint { .. } => Origin::Data,
        }
    }

    /// The operands in which the result is linear, each of them while the others are held fixed.
    #[must_use]
    pub fn linear_in(&self) -> &'static [usize] {
        match self {
            Op::Convert(_) | Op::Sum(_) | Op::Gather(_) | Op::SumBy { .. } => &[0],
            Op::Contract(_) => &[0, 1],
            Op::Solve { .. } => &[1],
            Op::Const(_)
            | Op::Data(_)
            | Op::Slot(_)
            | Op::Noise { .. }
            | Op::Discrete(_)
            | Op::Draw { .. }
            | Op::Iota(_)
            | Op::Call(_)
            | Op::Stop
            | Op::Max(_)
            | Op::Cholesky { .. }
            | Op::CholeskyAdjoint { .. }
            | Op::Carry(_) => &[],
        }
    }

    /// One word for what it computes, for people; none where the word would say nothing.
    #[must_use]
    pub fn word(&self) -> Option<&'static str> {
        match self {
            Op::Call(builtin) => Some(builtin.name()),
            Op::Sum(_) | Op::Contract(_) => Some("sum"),
            Op::Gather(_) => Some("gather"),
            Op::SumBy { .. } => Some("sum by"),
            Op::Convert(_) => Some("number"),
            Op::Max(_) => Some("maximum"),
            Op::Const(_)
            | Op::Data(_)
            | Op::Slot(_)
            | Op::Noise { .. }
            | Op::Discrete(_)
            | Op::Draw { .. }
            | Op::Iota(_)
            | Op::Stop
            | Op::Cholesky { .. }
            | Op::Solve { .. }
            | Op::CholeskyAdjoint { .. }
            | Op::Carry(_) => None,
        }
    }

    /// Whether the result depends on data alone wherever the operands do.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.origin() == Origin::Data
    }

    /// Whether it is a discrete variable that is still to be summed out.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.origin() == Origin::Discrete
    }

    /// Whether there are no operands, and nothing comes from the step before.
    #[must_use]
    pub fn is_leaf(&self) -> bool {
        self.form() == Form::Leaf
    }

    /// Whether it is a maximum, among what reduces.
    #[must_use]
    pub fn is_maximum(&self) -> bool {
        matches!(self, Op::Max(_))
    }

    /// Whether it passes its operand on, without derivatives.
    #[must_use]
    pub fn is_stop(&self) -> bool {
        *self == Op::Stop
    }

    /// The value of a constant.
    #[must_use]
    pub fn constant(&self) -> Option<f64> {
        if let Op::Const(value) = self { Some(*value) } else { None }
    }

    /// The array that it reads.
    #[must_use]
    pub fn array(&self) -> Option<ArrayId> {
        if let Op::Data(array) = self { Some(*array) } else { None }
    }

    /// The first of the coordinates that it is.
    #[must_use]
    pub fn slot(&self) -> Option<usize> {
        if let Op::Slot(first) = self { Some(*first) } else { None }
    }

    /// The discrete variable that it is.
    #[must_use]
    pub fn discrete(&self) -> Option<DiscreteId> {
        if let Op::Discrete(id) = self { Some(*id) } else { None }
    }

    /// The recurrence that it is carried by.
    #[must_use]
    pub fn tie(&self) -> Option<TieId> {
        if let Op::Carry(tie) = self { Some(*tie) } else { None }
    }

    /// The axis along which it is the position.
    #[must_use]
    pub fn position(&self) -> Option<AxisId> {
        if let Op::Iota(axis) = self { Some(*axis) } else { None }
    }

    /// The function that it calls.
    #[must_use]
    pub fn called(&self) -> Option<Builtin> {
        if let Op::Call(builtin) = self { Some(*builtin) } else { None }
    }

    /// Its stream of random numbers, which no other operation of the program has.
    #[must_use]
    pub fn stream(&self) -> Option<u32> {
        if let Op::Noise { stream, .. } | Op::Draw { stream, .. } = self {
            Some(*stream)
        } else {
            None
        }
    }

    /// The same with other ids for its array and its recurrence.
    #[must_use]
    pub fn renumbered(
        &self,
        arrays: impl FnOnce(ArrayId) -> ArrayId,
        ties: impl FnOnce(TieId) -> TieId,
    ) -> Self {
        match (self.array(), self.tie()) {
            (Some(array), _) => Op::Data(arrays(array)),
            (None, Some(tie)) => Op::Carry(ties(tie)),
            (None, None) => self.clone(),
        }
    }

    /// The axes that operands have and that the operation adds up, or takes the maximum over.
    #[must_use]
    pub fn reduced(&self) -> &[AxisId] {
        match self.form() {
            Form::Reduce(over) | Form::SumBy { over, .. } => over,
            Form::Leaf
            | Form::Elementwise
            | Form::Gather(_)
            | Form::Matrix { .. }
            | Form::Carry(_) => &[],
        }
    }

    /// Row and column axis of linear algebra.
    #[must_use]
    pub fn matrix(&self) -> Option<(AxisId, AxisId)> {
        if let Form::Matrix { row, col } = self.form() { Some((row, col)) } else { None }
    }

    /// The axes along which an element of the result is not made from the operands' elements at its
    /// own place alone.
    #[must_use]
    pub fn bound(&self) -> Vec<AxisId> {
        match self.form() {
            Form::Reduce(axes) | Form::Gather(axes) => axes.to_vec(),
            Form::SumBy { axes, over } => [axes, over].concat(),
            Form::Matrix { row, col } => vec![row, col],
            Form::Leaf | Form::Elementwise | Form::Carry(_) => Vec::new(),
        }
    }
}

impl Node {
    /// The axes that operands are indices into, each with its index.
    #[must_use]
    pub fn indices(&self) -> Vec<(AxisId, NodeId)> {
        let axes = match self.op.form() {
            Form::Gather(axes) | Form::SumBy { axes, .. } => axes,
            Form::Leaf
            | Form::Elementwise
            | Form::Reduce(_)
            | Form::Matrix { .. }
            | Form::Carry(_) => return Vec::new(),
        };
        axes.iter().copied().zip(self.operands.iter().skip(1).copied()).collect()
    }
}
