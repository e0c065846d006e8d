//! Network and data → program: arithmetic over named axes, and the rewrites that are about arithmetic.

pub mod ir;
pub mod noise;

pub use ir::{
    Array, ArrayId, ArrayValues, Axis, AxisId, AxisKind, Base, CarryLink, Facts, Node, NodeId, Op, Output, OutputRole, Program, Recurrence,
    Term, TieId, Type, Values,
};
