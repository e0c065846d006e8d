//! Shared by several checks: the probability levels at which distributions are compared.

/// The probabilities below the values at which clauses are compared. None is that of a centre of
/// symmetry, where a density may have a kink.
pub const LEVELS: [f64; 9] = [0.002, 0.013, 0.07, 0.21, 0.47, 0.78, 0.93, 0.986, 0.998];
