//! The contract between samplers and reports: named draws and estimates, and what is computed from
//! draws alone.

pub mod chain;
pub mod energy;
pub mod ess;
pub mod estimate;
pub mod moments;
pub mod quantile;
pub mod rank;
pub mod rhat;
pub mod summary;

pub use chain::{Chain, Divergence, DrawStats, Phase};
pub use estimate::{Estimate, Runaway, StartOutcome};
pub use summary::{Summary, summaries, summarise};

/// Draws of named variables, from several chains of equal length.
#[derive(Clone, Debug, PartialEq)]
pub struct Draws {
    /// The name of each column, one for each element of a variable: `mu`, `theta[1]`, `a[ANOKA]`.
    pub names: Vec<String>,
    /// The variables that the columns belong to, in the order of the columns.
    pub variables: Vec<Variable>,
    /// The chains; each has `names.len()` values per draw.
    pub chains: Vec<Chain>,
}

/// A variable, whose elements are adjacent columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    /// The name of the variable, without an index.
    pub name: String,
    /// The dimensions, outermost first; empty for a scalar.
    pub dims: Vec<Dim>,
    /// Whether the values are categories or counts.
    pub discrete: bool,
}

/// A dimension of a variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dim {
    /// The plate it runs over, if it has a name.
    pub plate: Option<String>,
    /// How many elements it has.
    pub size: usize,
}

impl Variable {
    /// A real scalar.
    #[must_use]
    pub fn scalar(name: impl Into<String>) -> Self {
        Self { name: name.into(), dims: Vec::new(), discrete: false }
    }

    /// How many columns it occupies.
    #[must_use]
    pub fn len(&self) -> usize {
        self.dims.iter().map(|dim| dim.size).product()
    }

    /// Whether it has no columns, because one of its plates is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Draws {
    /// How many draws each chain has.
    #[must_use]
    pub fn per_chain(&self) -> usize {
        self.chains.iter().map(Chain::len).min().unwrap_or(0)
    }

    /// How many draws there are in all chains together.
    #[must_use]
    pub fn total(&self) -> usize {
        self.per_chain() * self.chains.len()
    }

    /// The draws of one column, a vector for each chain.
    #[must_use]
    pub fn column(&self, column: usize) -> Vec<Vec<f64>> {
        let length = self.per_chain();
        self.chains
            .iter()
            .map(|chain| (0..length).map(|draw| chain.row(draw)[column]).collect())
            .collect()
    }

    /// The variables, each with the range of its columns.
    pub fn columns_by_variable(&self) -> impl Iterator<Item = (&Variable, std::ops::Range<usize>)> {
        columns(&self.variables)
    }
}

/// The variables, each with the range of its columns.
pub fn columns(
    variables: &[Variable],
) -> impl Iterator<Item = (&Variable, std::ops::Range<usize>)> {
    variables.iter().scan(0, |next, variable| {
        let first = *next;
        *next += variable.len();
        Some((variable, first..*next))
    })
}
