//! Program → program with its derivatives, in the same arithmetic: a reverse sweep, and a tangent
//! sweep on the same rules (Griewank and Walther 2008, Evaluating Derivatives, chapter 3).
//!
//! Derivatives are exact where the program is smooth. Where it is not (`abs` at 0, ties of `max`),
//! they are those of one side. A branch that is not taken passes nothing back, whatever its
//! derivative is there: 0·∞ counts as 0.

mod activity;
mod cotangent;
mod matrix;
mod partial;
mod reverse;
mod rules;
mod tangent;

pub use partial::of_call as partial_of_call;
pub use reverse::differentiate;
pub use tangent::{curvature_gradient, hessian_vector, tangent};
