//! The values that options take.

use clap::ValueEnum;
use pgmc::fit::MethodName;
use pgmc::fit::settings::{Acceptance, Nodes, Proposal};
use pgmc::inference::Metric;
use pgmc::lower::Form;
use pgmc::marginal::numerics::NoiseSource;
use std::num::NonZeroUsize;

/// A count of which there must be one, for clap.
pub fn at_least_one(text: &str) -> Result<NonZeroUsize, String> {
    text.parse().map_err(|_| "expected a whole number from 1".to_owned())
}

/// `PLATE=N`, for `--size`.
pub fn size(text: &str) -> Result<(String, usize), String> {
    let (plate, size) = text.split_once('=').ok_or("expected PLATE=N, such as rows=100")?;
    let size = size.parse().map_err(|_| format!("`{size}` is not a whole number"))?;
    Ok((plate.to_owned(), size))
}

/// A mean acceptance, for clap.
pub fn acceptance(text: &str) -> Result<Acceptance, String> {
    let value = text.parse().ok().and_then(Acceptance::new);
    value.ok_or_else(|| "expected a number between 0 and 1, such as 0.95".to_owned())
}

/// How hidden variables are integrated out, without what else Monte Carlo takes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Integrate {
    Auto,
    Exact,
    Laplace,
    Quadrature(Nodes),
    MonteCarlo,
}

/// How hidden variables are integrated out, for clap.
pub fn integrate(text: &str) -> Result<Integrate, String> {
    match (text, text.strip_prefix("agh:")) {
        ("auto", _) => Ok(Integrate::Auto),
        ("exact", _) => Ok(Integrate::Exact),
        ("laplace", _) => Ok(Integrate::Laplace),
        ("mc", _) => Ok(Integrate::MonteCarlo),
        (_, Some(points)) => {
            let nodes = points.parse().ok().and_then(Nodes::new).map(Integrate::Quadrature);
            nodes.ok_or_else(|| "expected 1 to 100 points a dimension, such as agh:9".to_owned())
        }
        (_, None) => Err("expected auto, exact, laplace, agh:K (K points of quadrature a \
                          dimension) or mc"
            .to_owned()),
    }
}

/// Declares the words of an option, each with what it stands for in the library.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident => $to:ty { $($(#[$each:meta])* $word:ident => $value:expr,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
        pub enum $name {
            $($(#[$each])* $word,)+
        }

        impl From<$name> for $to {
            fn from(word: $name) -> Self {
                match word {
                    $($name::$word => $value,)+
                }
            }
        }
    };
}

words! {
    /// Methods of estimation.
    MethodWord => MethodName {
        /// Draws from the joint posterior by the No-U-Turn sampler.
        Nuts => MethodName::Nuts,
        /// The posterior mode, with a normal approximation's errors.
        Map => MethodName::Map,
        /// Maximum likelihood, with standard errors, AIC and BIC.
        Ml => MethodName::Ml,
    }
}

words! {
    /// Whether stochastic gradients are used.
    Optimizer => bool {
        /// L-BFGS, then Newton steps: the same noise throughout.
        Lbfgs => false,
        /// Stochastic gradients: fresh noise at every step, averaged iterates.
        Adam => true,
    }
}

words! {
    /// Where Monte Carlo integration draws hidden variables from.
    ProposalWord => Proposal {
        /// A normal distribution around each block's mode.
        Laplace => Proposal::Laplace,
        /// Their own distribution, in auxiliary form.
        Prior => Proposal::Prior,
    }
}

words! {
    /// The noise of Monte Carlo integration.
    Noise => NoiseSource {
        /// Scrambled Sobol points.
        Sobol => NoiseSource::Sobol,
        /// Pairs of opposite points.
        Antithetic => NoiseSource::Antithetic,
        /// Independent points.
        Pseudo => NoiseSource::Pseudo,
    }
}

words! {
    /// What the sampler learns of the posterior's shape.
    MetricWord => Metric {
        /// Low-rank up to 120 unknowns, diagonal beyond.
        Auto => Metric::Auto,
        /// A scale for each coordinate.
        Diagonal => Metric::Diagonal,
        /// Scales, and the few directions that differ most from them.
        LowRank => Metric::LowRank,
    }
}

words! {
    /// How hidden variables are written.
    FormWord => Form {
        /// Chosen for each hidden variable.
        Auto => Form::Auto,
        /// As functions of noise, wherever that is possible.
        Auxiliary => Form::Auxiliary,
        /// As themselves.
        Centred => Form::Centred,
    }
}
