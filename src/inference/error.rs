//! Why a density could not be sampled or maximised.

use std::fmt;

/// Why there is no result.
#[derive(Clone, Debug, PartialEq)]
pub enum InferenceError {
    /// No starting point had a finite log density with a finite gradient.
    NoFiniteStart {
        /// The chain, or the optimiser's start, that found none.
        chain: usize,
        /// How many points were tried.
        tried: usize,
        /// The last point tried, unconstrained.
        q: Vec<f64>,
        /// The log density there: −∞ or NaN, or a finite number if the gradient is not finite.
        value: f64,
    },
    /// The log density is +∞ somewhere: it is not a density.
    Infinite {
        /// Where, unconstrained.
        q: Vec<f64>,
    },
    /// No run is possible with these settings.
    Settings {
        /// What is wrong with them.
        message: String,
    },
    /// The sampler gave up.
    Sampler {
        /// The chain.
        chain: usize,
        /// The sampler's message.
        message: String,
    },
}

impl InferenceError {
    /// Whether it says that no starting point was found.
    pub(super) fn is_no_start(&self) -> bool {
        matches!(self, Self::NoFiniteStart { .. })
    }
}

impl fmt::Display for InferenceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoFiniteStart { tried, value, .. } if value.is_finite() => {
                write!(
                    f,
                    "none of {tried} starting points has a finite gradient of the log density"
                )
            }
            Self::NoFiniteStart { tried, value, .. } => {
                write!(
                    f,
                    "the log density is not finite at any of {tried} starting points; at the last \
                     one it is {value}"
                )
            }
            Self::Infinite { .. } => write!(f, "the log density is +∞ at some points"),
            Self::Settings { message } => write!(f, "{message}"),
            Self::Sampler { chain, message } => {
                write!(f, "chain {} could not go on: {message}", chain + 1)
            }
        }
    }
}

impl std::error::Error for InferenceError {}
