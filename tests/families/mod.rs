//! The distribution families and the worked models: their texts, their examples, and every clause
//! against 50-digit arithmetic.

mod bounds;
mod clauses;
mod combinators;
mod reported;
mod table;
mod texts;
