//! Forward simulation against what is known of the distributions: their distribution functions,
//! moments, and the moments of chains.

mod chains;
mod events;
mod families;
mod lists;
