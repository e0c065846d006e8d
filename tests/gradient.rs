//! Derivatives, against differences of the interpreter's values.

mod gradient {
    pub mod differences;
    pub mod make;

    mod builtins;
    mod models;
    mod random;
    mod recurrences;
}
