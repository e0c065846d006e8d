//! Types of events and the families over them: transforms, densities, gradients, draws, and what
//! the data may hold.

mod constants;
mod gradients;
mod jacobians;
mod model;
mod posteriors;
mod rows;
