//! Starting values that the user names, as settings.

use serde::{Deserialize, Serialize};

/// Starting values, on the natural scale.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Init {
    /// By name: the values of a variable, the last axis fastest, or of one element of it.
    pub values: Vec<(String, Vec<f64>)>,
    /// Whether they are the results of a fit, which has more than unknowns, and may have been of
    /// another model: what does not fit is passed over.
    pub of_fit: bool,
}
