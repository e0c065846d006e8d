//! Derivatives, against differences of the interpreter's values.

mod differences;

mod builtins;
mod models;
mod random;
mod recurrences;
