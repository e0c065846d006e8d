//! The program: builder, rules, interpreter, check, print, fold.

mod builder;
mod check;
mod fold;
mod print;
mod random;
mod rules;
mod simulate;
