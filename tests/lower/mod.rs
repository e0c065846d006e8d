//! The lowering: networks with their data → programs.

mod events;
mod forms;
mod simulation;
