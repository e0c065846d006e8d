//! The values that options take.

use std::num::NonZeroUsize;

use clap::ValueEnum;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use pgmc::fit::settings::Acceptance;
use serde::de::DeserializeOwned;

/// The values of an option, spelt as in the record of a fit.
pub fn words<T>(words: &'static [&'static str]) -> impl TypedValueParser<Value = T>
where
    T: DeserializeOwned + Clone + Send + Sync + 'static,
{
    let value = |word: String| serde_json::from_value(serde_json::Value::String(word));
    PossibleValuesParser::new(words).try_map(value)
}

/// Parses a count that must be at least 1, for clap.
pub fn at_least_one(text: &str) -> Result<NonZeroUsize, String> {
    text.parse().map_err(|_| "expected a whole number from 1".to_owned())
}

/// Parses `PLATE=N`, for `--size`.
pub fn size(text: &str) -> Result<(String, usize), String> {
    let (plate, size) = text.split_once('=').ok_or("expected PLATE=N, such as rows=100")?;
    let size = size.parse().map_err(|_| format!("`{size}` is not a whole number"))?;
    Ok((plate.to_owned(), size))
}

/// Parses a mean acceptance, for clap.
pub fn acceptance(text: &str) -> Result<Acceptance, String> {
    let value = text.parse().ok().and_then(Acceptance::new);
    value.ok_or_else(|| Acceptance::EXPECTED.to_owned())
}

/// How `ml` and `map` climb.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Optimizer {
    /// L-BFGS, then Newton steps: the same noise throughout.
    Lbfgs,
    /// Stochastic gradients: fresh noise at every step, averaged iterates.
    Adam,
}
