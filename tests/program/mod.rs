//! The program: builder, rules, interpreter, check, fold.

mod builder;
mod check;
mod fold;
mod random;
mod rules;
mod simulate;
