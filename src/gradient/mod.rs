//! Program → program with its derivatives, in the same arithmetic: a reverse sweep, and a tangent
//! sweep on the same rules.
//!
//! Derivatives are exact where the program is smooth. Where it is not (`abs` at 0, ties of `max`),
//! they are those of one side. A branch that is not taken sends nothing, whatever its derivative
//! there: 0·∞ is 0.

mod activity;
mod cotangent;
mod matrix;
mod partial;
mod reverse;
mod rules;
mod tangent;

pub use reverse::differentiate;
pub use tangent::{curvature_gradient, hessian_vector, tangent};
