//! Special functions: f64 → f64, each with source and bound.
