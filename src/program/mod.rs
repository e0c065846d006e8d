//! Network and data → program: arithmetic over named axes, and the rewrites that are about arithmetic.

pub mod builder;
pub mod evaluate;
pub mod ir;
pub mod members;
pub mod noise;
mod simplify;

pub use builder::Builder;
pub use evaluate::{evaluate, evaluate_nodes};
pub use ir::{
    Array, ArrayId, ArrayValues, Axis, AxisId, AxisKind, Base, CarryLink, Facts, Node, NodeId, Op, Output, OutputRole, Program, Recurrence,
    Term, TieId, Type, Values,
};
pub use members::{members, membership};
