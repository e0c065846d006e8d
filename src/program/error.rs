//! What can be wrong with a program. Each is a mistake of the compiler, not of its user.

use std::fmt;

use crate::program::{ArrayId, AxisId, NodeId, TieId, Type};

/// A broken invariant.
#[derive(Clone, Debug, PartialEq)]
pub enum CheckError {
    /// A node refers to an operand, axis, array or recurrence that is not there, or to an operand
    /// that does not precede it.
    Reference {
        /// The node.
        node: NodeId,
    },
    /// The axes of a node are not in order, or one comes twice.
    AxesNotASet {
        /// The node.
        node: NodeId,
    },
    /// The axes of a node are not those that its operation gives.
    Axes {
        /// The node.
        node: NodeId,
        /// What the operation gives.
        expected: Vec<AxisId>,
    },
    /// The type of a node is not the one that its operation gives.
    Type {
        /// The node.
        node: NodeId,
        /// What the operation gives.
        expected: Type,
    },
    /// An operation has the wrong number of operands, operands of a wrong type, or lacks an axis
    /// that it works on.
    Operands {
        /// The node.
        node: NodeId,
        /// What the operation takes.
        expected: &'static str,
    },
    /// A coordinate of the unknown vector belongs to no slot or to several.
    Slot {
        /// The coordinate.
        coordinate: usize,
        /// How many slots have it.
        owners: usize,
    },
    /// A term is not a scalar.
    TermNotScalar {
        /// Its node.
        node: NodeId,
    },
    /// A recurrence is not put together rightly.
    Recurrence {
        /// Which.
        tie: TieId,
        /// What does not hold.
        broken: &'static str,
    },
    /// A member of a recurrence reduces, gathers, solves or is placed along the recurrence's axis,
    /// or lacks the axis.
    AlongRecurrence {
        /// The member.
        node: NodeId,
        /// The recurrence.
        tie: TieId,
    },
    /// The list of arrays names an axis that is not there, or starts and subset indices have the
    /// wrong shape.
    Array {
        /// Its position.
        array: ArrayId,
    },
}

impl fmt::Display for CheckError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Reference { node } => {
                write!(f, "{node} refers to what is not there or not before it")
            }
            Self::AxesNotASet { node } => {
                write!(f, "the axes of {node} are not in order or not different")
            }
            Self::Axes { node, expected } => write!(f, "{node} should vary over {expected:?}"),
            Self::Type { node, expected } => write!(f, "{node} should be of type {expected:?}"),
            Self::Operands { node, expected } => write!(f, "{node} should have {expected}"),
            Self::Slot { coordinate, owners } => {
                write!(f, "coordinate {coordinate} has {owners} slots")
            }
            Self::TermNotScalar { node } => write!(f, "the term {node} is not a scalar"),
            Self::Recurrence { tie, broken } => write!(f, "{tie}: {broken}"),
            Self::AlongRecurrence { node, tie } => {
                write!(f, "{node} is a member of {tie} and works along its axis, or lacks it")
            }
            Self::Array { array } => {
                write!(f, "{array} does not have the shape that its use asks for")
            }
        }
    }
}
