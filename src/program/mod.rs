//! Arithmetic over named axes: its form, builder, checker, printer and interpreters, and the
//! rewrites that are about arithmetic alone.

pub mod axes;
pub mod builder;
pub mod check;
mod computation;
mod degree;
pub mod error;
pub mod evaluate;
mod flow;
pub mod fold;
pub mod ir;
pub mod members;
pub mod noise;
pub mod non_finite;
pub mod operation;
mod order;
pub mod parse;
pub mod print;
mod replay;
mod simplify;
pub(crate) mod text;

pub use builder::Builder;
pub use check::check;
pub use computation::Computation;
pub use degree::degrees;
pub use error::CheckError;
pub use evaluate::{DependenceSets, SetId, dependence_sets, evaluate, evaluate_nodes};
pub use flow::{downstream, fixed_point, needed, upstream};
pub use fold::{fold, remove_dead};
pub use ir::{
    Array, ArrayId, ArrayValues, Axis, AxisId, AxisKind, Base, CarryLink, DiscreteId, Facts, Node,
    NodeId, Op, Output, OutputRole, Program, Recurrence, Term, TermKind, TieId, Type, Values,
};
pub use members::{between, members, membership};
pub use operation::{Form, Origin};
pub use parse::parse;
pub use print::{print, print_with_values};
pub use replay::replay;
pub use text::ParseError;
