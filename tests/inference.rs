//! NUTS and the optimiser against densities whose answers are known in closed form or from
//! published references.

#[path = "inference/densities.rs"]
mod densities;
#[path = "inference/nuts.rs"]
mod nuts;
#[path = "inference/optimise.rs"]
mod optimise;
#[path = "inference/runaway.rs"]
mod runaway;
