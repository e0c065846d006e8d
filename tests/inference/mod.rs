//! NUTS and the optimiser against densities whose answers are known in closed form or from
//! published references.

mod densities;
mod nuts;
mod optimise;
mod precisions;
mod runaway;
