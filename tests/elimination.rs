//! Discrete variables summed out, against enumeration, plain forward recursions and closed forms.

#[path = "elimination/asia.rs"]
mod asia;
#[path = "elimination/chains.rs"]
mod chains;
#[path = "elimination/enumeration.rs"]
mod enumeration;
#[path = "elimination/model.rs"]
mod model;
#[path = "elimination/random.rs"]
mod random;
#[path = "elimination/recovery.rs"]
mod recovery;
#[path = "elimination/together.rs"]
mod together;
