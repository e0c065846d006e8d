//! Derivatives, against differences of the interpreter's values.

mod differences;

mod builtins;
mod everywhere;
mod models;
mod random;
mod recurrences;
