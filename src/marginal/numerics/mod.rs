//! Joint density → the density of the parameters with the hidden variables integrated out: exactly
//! where it is quadratic in them, else by Laplace's approximation, adaptive Gauss-Hermite
//! quadrature or Monte Carlo. Knows no names and no spans: it sees vectors and blocks.

pub mod accuracy;
mod colouring;
mod factor;
pub mod marginal;
mod mode;
pub mod nodes;
mod order;
pub mod points;
mod second;
mod slopes;
mod sums;
mod tangent;

pub use accuracy::{Accuracy, Conditional, Parts};
pub use marginal::Marginal;
pub use mode::Trouble;
pub use nodes::NoiseSource;
pub use points::Rule;
