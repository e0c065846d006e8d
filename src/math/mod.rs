//! Special functions of f64, each with its source and error bound. Functions are NaN outside their
//! domain; limits at the edges are exact.

pub mod bessel;
pub mod beta;
pub mod beta_inc;
pub mod beta_quantile;
pub mod curve;
pub mod discrete_quantile;
pub mod elementary;
pub mod gamma;
pub mod gamma_inc;
pub mod gamma_quantile;
pub mod jet;
pub mod log_beta_inc;
pub mod log_gamma_inc;
pub mod logistic;
pub mod normal;
pub mod quadrature;
pub mod quantile;
pub mod sampling;
pub mod stirling;
pub mod uniforms;
pub mod von_mises;
pub mod von_mises_quantile;
