//! The arguments of `pgmc fit` → settings; what cannot be said together.

use pgmc::base::{Diagnostic, set, setting, words};
use pgmc::fit::settings::{Climb, Depth, Integration, Intervals, Maximum, MonteCarlo, Nuts, Size};
use pgmc::fit::{Method, MethodName, Settings};

use super::fit::Fit;
use super::options::Integrate;

/// The settings that the arguments ask for.
///
/// # Errors
/// Arguments that have no meaning together.
pub fn settings(fit: &Fit, method: MethodName) -> Result<Settings, Diagnostic> {
    if let Some(error) = misplaced(fit, method) {
        return Err(error);
    }
    let method = match method {
        MethodName::Nuts => Method::Nuts(nuts(fit)),
        MethodName::Map => Method::Map(maximum(fit)),
        MethodName::Ml => Method::Ml(maximum(fit)),
    };
    Ok(Settings { method, seed: fit.seed, threads: fit.threads })
}

fn nuts(fit: &Fit) -> Nuts {
    Nuts {
        chains: fit.chains,
        warmup: fit.warmup,
        draws: fit.draws,
        target_accept: fit.target_accept,
        max_depth: Depth::new(fit.max_depth).unwrap_or(Nuts::default().max_depth),
        metric: fit.metric.into(),
        form: fit.form.into(),
        collapse: fit.collapse,
        draw_discrete: fit.draw_discrete,
    }
}

fn maximum(fit: &Fit) -> Maximum {
    let size = Size { chains: fit.chains, draws: fit.draws };
    Maximum {
        integrate: fit.integrate.map(|how| integration(fit, how)),
        form: fit.form.into(),
        intervals: if fit.profile { Intervals::Profile } else { Intervals::Normal },
        draw_discrete: fit.draw_discrete.then_some(size),
    }
}

fn integration(fit: &Fit, how: Integrate) -> Integration {
    match how {
        Integrate::Auto => Integration::Auto,
        Integrate::Exact => Integration::Exact,
        Integrate::Laplace => Integration::Laplace,
        Integrate::Quadrature(nodes) => Integration::Quadrature(nodes),
        Integrate::MonteCarlo => {
            let default = MonteCarlo::default();
            let fresh = Climb::FreshNoise { minibatch: fit.minibatch };
            Integration::MonteCarlo(MonteCarlo {
                samples: fit.mc_samples.unwrap_or(default.samples),
                proposal: fit.proposal.map_or(default.proposal, Into::into),
                noise: fit.mc_noise.map_or(default.noise, Into::into),
                climb: if fit.optimizer.into() { fresh } else { Climb::SameNoise },
            })
        }
    }
}

/// An option that has no meaning with the others.
fn misplaced(fit: &Fit, method: MethodName) -> Option<Diagnostic> {
    let is_nuts = method == MethodName::Nuts;
    let monte_carlo = fit.integrate == Some(Integrate::MonteCarlo);
    let adam: bool = fit.optimizer.into();
    if fit.profile && is_nuts {
        let message =
            "--profile is for --method ml and --method map; nuts has intervals from its draws";
        return Some(leave_out(Diagnostic::error("E0424", message), "profile"));
    }
    if fit.minibatch.is_some() && !adam {
        return Some(
            Diagnostic::error("E0427", "--minibatch is for stochastic gradients").try_this([
                set("integrate", "mc"),
                words(" "),
                set("optimizer", "adam"),
                words(" with it, or leave "),
                setting("minibatch"),
                words(" out"),
            ]),
        );
    }
    let of_points = [
        ("mc_samples", fit.mc_samples.is_some()),
        ("proposal", fit.proposal.is_some()),
        ("mc_noise", fit.mc_noise.is_some()),
    ];
    if let (Some((name, _)), false) = (of_points.iter().find(|(_, given)| *given), monte_carlo) {
        let message = format!("--{} is for integration by Monte Carlo", name.replace('_', "-"));
        return Some(with_monte_carlo(Diagnostic::error("E0425", message), name));
    }
    if fit.collapse && !is_nuts {
        let message = "--collapse is for --method nuts and a model with hidden variables";
        let error = Diagnostic::error("E0420", message)
            .because("ml and map always integrate hidden variables out");
        return Some(leave_out(error, "collapse"));
    }
    if let (Some(error), false) = (draws_without_folder(fit), is_nuts) {
        return Some(error);
    }
    if adam && !monte_carlo {
        let message =
            "--optimizer adam is for stochastic gradients, and nothing here is drawn at random";
        return Some(with_monte_carlo(Diagnostic::error("E0421", message), "optimizer"));
    }
    let message = "--integrate is for --method ml and --method map; nuts draws hidden variables \
                   with the parameters";
    (fit.integrate.is_some() && is_nuts).then(|| {
        Diagnostic::error("E0422", message).try_this([
            set("method", "map"),
            words(", or leave "),
            setting("integrate"),
            words(" out"),
        ])
    })
}

fn leave_out(error: Diagnostic, name: &'static str) -> Diagnostic {
    error.try_this([words("leave "), setting(name), words(" out")])
}

fn with_monte_carlo(error: Diagnostic, name: &'static str) -> Diagnostic {
    error.try_this([
        set("integrate", "mc"),
        words(" with it, or leave "),
        setting(name),
        words(" out"),
    ])
}

/// Draws of discrete variables beside estimates, which nothing would show.
pub fn draws_without_folder(fit: &Fit) -> Option<Diagnostic> {
    (fit.draw_discrete && fit.out.is_none()).then(|| {
        Diagnostic::error("E0430", "--draw-discrete keeps draws beside estimates in a folder")
            .try_this([
                set("out", "DIR"),
                words(" with it, or leave "),
                setting("draw_discrete"),
                words(" out"),
            ])
    })
}
