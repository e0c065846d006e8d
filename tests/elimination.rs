//! Discrete variables summed out, against enumeration, plain forward recursions and published posteriors.

#[path = "elimination/enumeration.rs"]
mod enumeration;
#[path = "elimination/model.rs"]
mod model;
#[path = "elimination/random.rs"]
mod random;
