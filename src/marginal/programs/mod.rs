//! A joint density and its structure → programs and the code of them: values of blocks, gradients,
//! Hessian products, gradients of the curvature, and closed forms where there are any.

mod code;
mod collapse;
pub(in crate::marginal) mod exact;
pub(in crate::marginal) mod mean;
pub(in crate::marginal) mod program;

pub use code::Joint;
pub use collapse::collapse;
pub use program::whole;
