//! A joint density and its structure → programs and the code of them: values of blocks, gradients,
//! Hessian products, gradients of the curvature, and closed forms where there are any.

mod careful;
mod closed;
mod code;
mod collapse;
mod coordinates;
mod curvature;
pub(in crate::marginal) mod exact;
mod late;
mod local;
pub(in crate::marginal) mod mean;
pub(in crate::marginal) mod program;
mod quadratic;

pub use code::Joint;
pub use collapse::collapse;
pub use program::whole;
