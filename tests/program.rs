//! The program: builder, rules, interpreter, check, print, fold.

mod program {
    pub mod support;

    mod builder;
}
