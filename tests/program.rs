//! The program: builder, rules, interpreter, check, fold.

mod program {
    pub mod support;

    mod builder;
    mod check;
    mod fold;
    mod random;
    mod rules;
    mod simulate;
}
