//! Types of events and the families over them: transforms, densities, gradients, draws, and what
//! the data may hold.

#[path = "events/constants.rs"]
mod constants;
#[path = "events/gradients.rs"]
mod gradients;
#[path = "events/jacobians.rs"]
mod jacobians;
#[path = "events/model.rs"]
mod model;
#[path = "events/posteriors.rs"]
mod posteriors;
#[path = "events/rows.rs"]
mod rows;
