//! Settings of a fit: types that cannot hold invalid values, and that are stored in the record of a
//! fit.

use std::num::NonZeroUsize;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::init::Init;
use crate::inference::{Metric, NutsSettings};
use crate::lower::Form;
use crate::marginal::numerics::NoiseSource;

/// How to fit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// What to compute, and how.
    pub method: Method,
    /// The same seed gives the same results, whatever `threads` is.
    pub seed: u64,
    /// How many chains run concurrently; by default, one per processor.
    pub threads: Option<NonZeroUsize>,
    /// Where to start, where that is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub init: Option<Init>,
    /// How many starts an estimate is the best of, or how many points a chain chooses its start
    /// from; the default of the method where it is not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts: Option<NonZeroUsize>,
}

/// What to compute, and how.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Method {
    /// Draws from the joint posterior by the No-U-Turn sampler.
    Nuts(Nuts),
    /// Maximum likelihood, with standard errors, AIC and BIC.
    Ml(Maximum),
    /// The posterior mode, with standard errors from a normal approximation.
    Map(Maximum),
}

/// A method without its settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MethodName {
    /// See [`Method::Nuts`].
    Nuts,
    /// See [`Method::Map`].
    Map,
    /// See [`Method::Ml`].
    Ml,
}

/// How to sample.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Nuts {
    /// The number of chains.
    pub chains: NonZeroUsize,
    /// Transitions per chain that adapt step size and metric and are discarded.
    pub warmup: usize,
    /// Draws kept per chain.
    pub draws: NonZeroUsize,
    /// The target mean acceptance for step size adaptation; by default that of
    /// [`NutsSettings::default`], and higher in a repeated run if transitions diverge.
    pub target_accept: Option<Acceptance>,
    /// The maximum number of doublings of a trajectory.
    pub max_depth: Depth,
    /// What the sampler learns about the posterior's shape.
    pub metric: Metric,
    /// How hidden variables are parameterised.
    pub form: Form,
    /// Whether to integrate out hidden variables where that is exact, and draw them from their
    /// distribution afterwards.
    pub collapse: bool,
    /// Whether to keep joint draws of all discrete variables.
    pub draw_discrete: bool,
}

/// How to maximise.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Maximum {
    /// How hidden variables are integrated out; [`Integration::Auto`] by default.
    pub integrate: Option<Integration>,
    /// How hidden variables are parameterised.
    pub form: Form,
    /// How intervals are computed.
    pub intervals: Intervals,
    /// Joint draws of discrete variables at the estimate, if requested.
    pub draw_discrete: Option<Size>,
}

/// The number of draws.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Size {
    /// The number of chains.
    pub chains: NonZeroUsize,
    /// The number of draws per chain.
    pub draws: NonZeroUsize,
}

/// How the intervals of an estimate are computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Intervals {
    /// From standard errors.
    Normal,
    /// From the profile likelihood.
    Profile,
}

/// How hidden variables are integrated out.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Integration {
    /// Exactly if possible, otherwise by quadrature in small blocks and by Laplace's approximation
    /// in large ones.
    Auto,
    /// Exactly, or not at all.
    Exact,
    /// Laplace's approximation.
    Laplace,
    /// Adaptive Gauss-Hermite quadrature, with this many points per dimension.
    #[serde(rename = "agh")]
    Quadrature(Nodes),
    /// Monte Carlo.
    #[serde(rename = "mc")]
    MonteCarlo(MonteCarlo),
}

impl FromStr for Integration {
    type Err = &'static str;

    /// `auto`, `exact`, `laplace`, `agh:K` or `mc`, the last with [`MonteCarlo::default`].
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match (text, text.strip_prefix("agh:")) {
            ("auto", _) => Ok(Integration::Auto),
            ("exact", _) => Ok(Integration::Exact),
            ("laplace", _) => Ok(Integration::Laplace),
            ("mc", _) => Ok(Integration::MonteCarlo(MonteCarlo::default())),
            (_, Some(points)) => {
                let nodes = points.parse().ok().and_then(Nodes::new);
                nodes.map(Integration::Quadrature).ok_or(Nodes::EXPECTED)
            }
            (_, None) => Err("expected auto, exact, laplace, agh:K (K points of quadrature a \
                              dimension) or mc"),
        }
    }
}

/// Integration by Monte Carlo.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MonteCarlo {
    /// The number of points for each block of hidden variables.
    pub samples: NonZeroUsize,
    /// The distribution that hidden variables are drawn from.
    pub proposal: Proposal,
    /// How the points are generated.
    pub noise: NoiseSource,
    /// How the likelihood is maximised.
    pub climb: Climb,
}

/// Where Monte Carlo integration draws hidden variables from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Proposal {
    /// A normal distribution around each block's mode.
    Laplace,
    /// Their own distribution, in auxiliary form.
    Prior,
}

/// How a Monte Carlo likelihood is maximised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Climb {
    /// With the same noise throughout: L-BFGS, then Newton steps.
    SameNoise,
    /// With fresh noise at every step, and averaged iterates: Adam.
    FreshNoise {
        /// The number of rows per step; all by default.
        minibatch: Option<NonZeroUsize>,
    },
}

/// A number within a range, checked on construction and when it is read.
macro_rules! within {
    ($name:ident($of:ident), $of_text:literal, $valid:expr, $words:literal, $doc:literal) => {
        #[doc = $doc]
        #[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
        #[serde(try_from = $of_text, into = $of_text)]
        pub struct $name($of);

        impl $name {
            /// Describes the allowed values, for error messages.
            pub const EXPECTED: &str = $words;

            /// None if the value is outside the range.
            #[must_use]
            pub fn new(value: $of) -> Option<Self> {
                let valid: fn($of) -> bool = $valid;
                valid(value).then_some(Self(value))
            }

            /// The number.
            #[must_use]
            pub fn get(self) -> $of {
                self.0
            }
        }

        impl TryFrom<$of> for $name {
            type Error = &'static str;

            fn try_from(value: $of) -> Result<Self, Self::Error> {
                Self::new(value).ok_or(Self::EXPECTED)
            }
        }

        impl From<$name> for $of {
            fn from(value: $name) -> Self {
                value.0
            }
        }
    };
}

within!(
    Acceptance(f64),
    "f64",
    |value| value > 0.0 && value < 1.0,
    "expected a number between 0 and 1, such as 0.95",
    "A mean acceptance: above 0 and below 1."
);
within!(
    Depth(u32),
    "u32",
    |value| (1..=20).contains(&value),
    "expected 1 to 20 doublings of a trajectory",
    "The most doublings of a trajectory: 1 to 20."
);
within!(
    Nodes(usize),
    "usize",
    |value| (1..=100).contains(&value),
    "expected 1 to 100 points a dimension, such as agh:9",
    "Points of quadrature a dimension: 1 to 100."
);

impl Settings {
    /// The defaults of a method.
    #[must_use]
    pub fn of(method: MethodName) -> Self {
        let method = match method {
            MethodName::Nuts => Method::Nuts(Nuts::default()),
            MethodName::Map => Method::Map(Maximum::default()),
            MethodName::Ml => Method::Ml(Maximum::default()),
        };
        Self { method, seed: 0, threads: None, init: None, starts: None }
    }

    /// How many chains run concurrently.
    #[must_use]
    pub fn threads(&self) -> usize {
        let all = || std::thread::available_parallelism().map_or(1, usize::from);
        self.threads.map_or_else(all, usize::from)
    }
}

impl Method {
    /// The method without its settings.
    #[must_use]
    pub fn name(&self) -> MethodName {
        match self {
            Method::Nuts(_) => MethodName::Nuts,
            Method::Map(_) => MethodName::Map,
            Method::Ml(_) => MethodName::Ml,
        }
    }
}

/// What a method maximises or samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// The likelihood: parameters have no priors.
    Likelihood,
    /// The posterior density.
    Posterior,
}

impl MethodName {
    /// The words of all methods.
    pub const WORDS: [&str; 3] = ["nuts", "map", "ml"];

    /// Whether it targets the likelihood or the posterior.
    #[must_use]
    pub fn target(self) -> Target {
        match self {
            MethodName::Ml => Target::Likelihood,
            MethodName::Map | MethodName::Nuts => Target::Posterior,
        }
    }

    /// `nuts`, `map` or `ml`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            MethodName::Nuts => "nuts",
            MethodName::Map => "map",
            MethodName::Ml => "ml",
        }
    }
}

impl Default for Nuts {
    fn default() -> Self {
        let NutsSettings { chains, warmup, draws, max_depth, .. } = NutsSettings::default();
        let count = |number| NonZeroUsize::new(number).unwrap_or(NonZeroUsize::MIN);
        Self {
            chains: count(chains),
            warmup,
            draws: count(draws),
            target_accept: None,
            max_depth: Depth(max_depth),
            metric: Metric::Auto,
            form: Form::Auto,
            collapse: false,
            draw_discrete: false,
        }
    }
}

impl Nuts {
    /// The number of draws.
    #[must_use]
    pub fn size(&self) -> Size {
        Size { chains: self.chains, draws: self.draws }
    }

    /// The settings passed to the sampler.
    #[must_use]
    pub fn sampler(&self, settings: &Settings) -> NutsSettings {
        let default = NutsSettings::default();
        NutsSettings {
            chains: self.chains.get(),
            warmup: self.warmup,
            draws: self.draws.get(),
            target_accept: self.target_accept.map_or(default.target_accept, Acceptance::get),
            max_depth: self.max_depth.get(),
            seed: settings.seed,
            threads: settings.threads(),
            metric: self.metric,
            choices: settings.starts.map_or(default.choices, NonZeroUsize::get),
            ..default
        }
    }
}

impl Default for Maximum {
    fn default() -> Self {
        Self {
            integrate: None,
            form: Form::Auto,
            intervals: Intervals::Normal,
            draw_discrete: None,
        }
    }
}

/// The default number of Monte Carlo points; a power of two suits Sobol points.
const SAMPLES: NonZeroUsize = NonZeroUsize::new(256).unwrap();

impl Default for MonteCarlo {
    fn default() -> Self {
        Self {
            samples: SAMPLES,
            proposal: Proposal::Laplace,
            noise: NoiseSource::Sobol,
            climb: Climb::SameNoise,
        }
    }
}
