//! Forward simulation against what is known of the distributions: their distribution functions,
//! moments, and the moments of chains.

#[path = "simulation/chains.rs"]
mod chains;
#[path = "simulation/events.rs"]
mod events;
#[path = "simulation/families.rs"]
mod families;
#[path = "simulation/lists.rs"]
mod lists;
#[path = "simulation/sample.rs"]
mod sample;
