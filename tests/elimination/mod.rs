//! Discrete variables summed out, against enumeration, plain forward recursions and closed forms.

mod asia;
mod chains;
mod enumeration;
mod model;
mod random;
mod recovery;
mod together;
