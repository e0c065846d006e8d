//! The values that options of `pgmc fit` take.

use clap::ValueEnum;
use pgmc::lower::Form;

/// A mean acceptance, for clap.
pub fn acceptance(text: &str) -> Result<f64, String> {
    let value = text.parse().ok().filter(|&value: &f64| value > 0.0 && value < 1.0);
    value.ok_or_else(|| "expected a number between 0 and 1, such as 0.95".to_owned())
}

/// How hidden variables are integrated out, for clap.
pub fn integration(text: &str) -> Result<Integration, String> {
    match (text, text.strip_prefix("agh:")) {
        ("auto", _) => Ok(Integration::Auto),
        ("exact", _) => Ok(Integration::Exact),
        ("laplace", _) => Ok(Integration::Laplace),
        ("mc", _) => Ok(Integration::MonteCarlo),
        (_, Some(points)) => match points.parse() {
            Ok(points @ 1..=100) => Ok(Integration::Quadrature(points)),
            Ok(_) | Err(_) => Err("expected 1 to 100 points a dimension, such as agh:9".to_owned()),
        },
        (_, None) => {
            Err("expected auto, exact, laplace, agh:K (K points of quadrature a dimension) or mc"
                .to_owned())
        }
    }
}

/// How hidden variables are integrated out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Integration {
    /// Exactly where that is possible, else by quadrature in small blocks and by Laplace's
    /// approximation in large ones.
    Auto,
    /// Exactly, or not at all.
    Exact,
    /// Laplace's approximation.
    Laplace,
    /// Adaptive Gauss-Hermite quadrature.
    Quadrature(usize),
    /// Monte Carlo.
    MonteCarlo,
}

impl Integration {
    /// As it is asked for.
    pub fn word(self) -> String {
        match self {
            Integration::Auto => "auto".to_owned(),
            Integration::Exact => "exact".to_owned(),
            Integration::Laplace => "laplace".to_owned(),
            Integration::Quadrature(points) => format!("agh:{points}"),
            Integration::MonteCarlo => "mc".to_owned(),
        }
    }
}

/// Optimisers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Optimizer {
    /// L-BFGS, then Newton steps: the same noise throughout.
    Lbfgs,
    /// Stochastic gradients: fresh noise at every step, averaged iterates.
    Adam,
}

/// Where Monte Carlo integration draws hidden variables from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Proposal {
    /// A normal distribution around each block's mode.
    Laplace,
    /// Their own distribution, in auxiliary form.
    Prior,
}

/// The noise of Monte Carlo integration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Noise {
    /// Scrambled Sobol points.
    Sobol,
    /// Pairs of opposite points.
    Antithetic,
    /// Independent points.
    Pseudo,
}

/// Methods of estimation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Method {
    /// Draws from the joint posterior by the No-U-Turn sampler.
    Nuts,
    /// The posterior mode, with a normal approximation's errors.
    Map,
    /// Maximum likelihood, with standard errors, AIC and BIC.
    Ml,
}

/// Metrics by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum MetricName {
    /// Low-rank up to 120 unknowns, diagonal beyond.
    Auto,
    /// A scale for each coordinate.
    Diagonal,
    /// Scales, and the few directions that differ most from them.
    LowRank,
}

/// Forms by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FormName {
    /// Chosen for each hidden variable.
    Auto,
    /// As functions of noise, wherever that is possible.
    Auxiliary,
    /// As themselves.
    Centred,
}

impl FormName {
    pub fn form(self) -> Form {
        match self {
            FormName::Auto => Form::Auto,
            FormName::Auxiliary => Form::Auxiliary,
            FormName::Centred => Form::Centred,
        }
    }
}

impl Method {
    pub fn name(self) -> &'static str {
        match self {
            Method::Nuts => "nuts",
            Method::Map => "map",
            Method::Ml => "ml",
        }
    }
}
