//! Turns the arguments of `pgmc fit` into settings, and rejects invalid combinations.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::str::FromStr as _;

use clap::Args;
use pgmc::base::{Advice, Diagnostic, Piece, set, setting, words as plain};
use pgmc::fit::settings::{
    Acceptance, Climb, Depth, Integration, Intervals, Maximum, MonteCarlo, Nuts, Proposal, Size,
};
use pgmc::fit::{Method, MethodName};
use pgmc::inference::Metric;
use pgmc::lower::Form;
use pgmc::marginal::numerics::NoiseSource;
use pgmc::report::diagnostics::option;

use super::options::{Optimizer, acceptance, at_least_one, words};

/// How to fit, as asked for.
#[derive(Args)]
pub struct Asked {
    /// What to compute: draws from the posterior by the No-U-Turn sampler, the posterior mode with
    /// a normal approximation's errors, or maximum likelihood with standard errors, AIC and BIC.
    #[arg(long, value_parser = words::<MethodName>(&MethodName::WORDS))]
    pub method: Option<MethodName>,
    /// The same seed gives the same results, whatever --threads.
    #[arg(long, default_value_t = 0)]
    pub seed: u64,
    /// Where to start: values of unknowns on their natural scale, as JSON ({"a": 1.2, "b": [1, 2]})
    /// or CSV (name,value), or the folder of an earlier fit. What is not in it starts as usual.
    #[arg(long, value_name = "FILE")]
    pub init: Option<PathBuf>,
    /// How many starts ml and map are the best of (where not given 4, and 4 more where those
    /// disagree, but 1 where there are very many hidden values), and how many points each chain of nuts chooses its start from (20).
    #[arg(long, value_name = "N", value_parser = at_least_one, allow_negative_numbers = true)]
    pub starts: Option<NonZeroUsize>,
    /// Chains.
    #[arg(long, default_value = "4", value_parser = at_least_one, allow_negative_numbers = true)]
    pub chains: NonZeroUsize,
    /// Transitions of warm-up of each chain.
    #[arg(long, default_value_t = 1000)]
    pub warmup: usize,
    /// Draws kept of each chain.
    #[arg(long, default_value = "3000", value_parser = at_least_one, allow_negative_numbers = true)]
    pub draws: NonZeroUsize,
    /// The mean acceptance that the step size is adapted to; where not given 0.92, and more in
    /// another run where transitions diverge.
    #[arg(long, value_parser = acceptance, allow_negative_numbers = true)]
    pub target_accept: Option<Acceptance>,
    /// The most doublings of a trajectory.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=20), allow_negative_numbers = true)]
    pub max_depth: u32,
    /// What the sampler learns of the posterior's shape: a scale for each coordinate, or these and
    /// the few directions that differ most; auto: low-rank up to 120 unknowns.
    #[arg(long, default_value = "auto", value_parser = words::<Metric>(&["auto", "diagonal", "low-rank"]))]
    pub metric: Metric,
    /// How hidden variables are written: as themselves, or as functions of noise.
    #[arg(long, default_value = "auto", value_parser = words::<Form>(&["auto", "auxiliary", "centred"]))]
    pub form: Form,
    /// How ml and map integrate hidden variables out.
    #[arg(long, value_name = "auto|exact|laplace|agh:K|mc", value_parser = Integration::from_str)]
    pub integrate: Option<Integration>,
    /// Points of Monte Carlo integration for each block of hidden variables; 256 where not given.
    #[arg(long, value_name = "L", value_parser = at_least_one, allow_negative_numbers = true)]
    pub mc_samples: Option<NonZeroUsize>,
    /// Where Monte Carlo integration draws hidden variables from: around each block's mode (where
    /// not given), or from their own distribution.
    #[arg(long, value_parser = words::<Proposal>(&["laplace", "prior"]))]
    pub proposal: Option<Proposal>,
    /// The noise of Monte Carlo integration: scrambled Sobol points (where not given), pairs of
    /// opposite points, or independent ones.
    #[arg(long, value_parser = words::<NoiseSource>(&["sobol", "antithetic", "pseudo"]))]
    pub mc_noise: Option<NoiseSource>,
    /// How ml and map climb: by all points at once, or by fresh noise at every step (with
    /// --integrate mc).
    #[arg(long, value_enum, default_value_t = Optimizer::Lbfgs)]
    pub optimizer: Optimizer,
    /// With --optimizer adam: rows that a step looks at; all where not given.
    #[arg(long, value_name = "ROWS", value_parser = at_least_one, allow_negative_numbers = true)]
    pub minibatch: Option<NonZeroUsize>,
    /// Intervals of ml and map from the profile likelihood rather than from standard errors.
    #[arg(long)]
    pub profile: bool,
    /// With nuts: hidden variables that can be integrated out exactly are, and are drawn from their
    /// distribution afterwards.
    #[arg(long)]
    pub collapse: bool,
    /// Keep joint draws of discrete variables in draws.csv, and their summaries.
    #[arg(long)]
    pub draw_discrete: bool,
}

impl Asked {
    /// What the arguments ask for. `shows`: whether draws of discrete variables are shown anywhere.
    ///
    /// # Errors
    /// If arguments make no sense together.
    pub fn method(&self, method: MethodName, shows: bool) -> Result<Method, Diagnostic> {
        if let Some(error) = self.misplaced(method, shows) {
            return Err(error);
        }
        Ok(match method {
            MethodName::Nuts => Method::Nuts(self.nuts()),
            MethodName::Map => Method::Map(self.maximum()),
            MethodName::Ml => Method::Ml(self.maximum()),
        })
    }

    fn nuts(&self) -> Nuts {
        Nuts {
            chains: self.chains,
            warmup: self.warmup,
            draws: self.draws,
            target_accept: self.target_accept,
            max_depth: Depth::new(self.max_depth).unwrap_or(Nuts::default().max_depth),
            metric: self.metric,
            form: self.form,
            collapse: self.collapse,
            draw_discrete: self.draw_discrete,
        }
    }

    fn maximum(&self) -> Maximum {
        let size = Size { chains: self.chains, draws: self.draws };
        Maximum {
            integrate: self.integrate.map(|how| self.integration(how)),
            form: self.form,
            intervals: if self.profile { Intervals::Profile } else { Intervals::Normal },
            draw_discrete: self.draw_discrete.then_some(size),
        }
    }

    /// How hidden variables are integrated out, including the Monte Carlo options.
    fn integration(&self, how: Integration) -> Integration {
        let Integration::MonteCarlo(default) = how else { return how };
        let fresh = Climb::FreshNoise { minibatch: self.minibatch };
        let climb = if self.optimizer == Optimizer::Adam { fresh } else { default.climb };
        Integration::MonteCarlo(MonteCarlo {
            samples: self.mc_samples.unwrap_or(default.samples),
            proposal: self.proposal.unwrap_or(default.proposal),
            noise: self.mc_noise.unwrap_or(default.noise),
            climb,
        })
    }

    /// An option that makes no sense with the others.
    #[rustfmt::skip] // a table: when, code, option, what it is for, what would make it meaningful
    fn misplaced(&self, method: MethodName, shows: bool) -> Option<Diagnostic> {
        let is_nuts = method == MethodName::Nuts;
        let is_adam = self.optimizer == Optimizer::Adam;
        let lacks_mc = !matches!(self.integrate, Some(Integration::MonteCarlo(_)));
        let mc = || vec![set("integrate", "mc")];
        let adam = vec![set("integrate", "mc"), plain(" "), set("optimizer", "adam")];
        let (map, out) = (vec![set("method", "map")], vec![set("out", "DIR")]);
        let points = "integration by Monte Carlo";
        let profile = "--method ml and --method map; nuts has intervals from its draws";
        let collapse = "--method nuts and a model with hidden variables; ml and map always \
                        integrate these out";
        let optimizer = "stochastic gradients, and nothing here is drawn at random";
        let integrate = "--method ml and --method map; nuts draws hidden variables with the \
                         parameters";
        let refusals = [
            (self.profile && is_nuts, "E0424", "profile", profile, vec![]),
            (self.minibatch.is_some() && !is_adam, "E0427", "minibatch", "stochastic gradients", adam),
            (self.mc_samples.is_some() && lacks_mc, "E0425", "mc_samples", points, mc()),
            (self.proposal.is_some() && lacks_mc, "E0425", "proposal", points, mc()),
            (self.mc_noise.is_some() && lacks_mc, "E0425", "mc_noise", points, mc()),
            (self.collapse && !is_nuts, "E0420", "collapse", collapse, vec![]),
            (self.draw_discrete && !shows, "E0430", "draw_discrete", "draws that are kept in a folder", out),
            (is_adam && lacks_mc, "E0421", "optimizer", optimizer, mc()),
            (self.integrate.is_some() && is_nuts, "E0422", "integrate", integrate, map),
        ];
        let first = refusals.into_iter().find(|(refused, ..)| *refused);
        first.map(|(_, code, name, why, with)| refused(code, name, why, with))
    }
}

/// An option that applies to something else. `with`: what would make it meaningful.
fn refused(code: &'static str, name: &'static str, why: &str, with: Vec<Piece>) -> Diagnostic {
    let message = format!("{} is for {why}", option(name, None));
    let or = if with.is_empty() { Vec::new() } else { vec![plain(" with it, or ")] };
    let leave_out = [plain("leave "), setting(name), plain(" out")];
    Diagnostic::error(code, message).try_this(Advice([with, or, leave_out.into()].concat()))
}
