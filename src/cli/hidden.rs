//! A fit by maximisation of a model with hidden variables: they are integrated out.

use std::time::Instant;

use pgmc::base::Diagnostic;
use pgmc::density::LogDensity as _;
use pgmc::draws::Estimate;
use pgmc::inference::{OptimiseSettings, optimise};
use pgmc::integration::{Accuracy, Marginal, NoiseSource, Rule};
use pgmc::joint::{self, Joint};
use pgmc::pipeline;
use pgmc::program::lower::{Form, Question};
use pgmc::report::headline::Seconds;
use pgmc::report::json::Likelihood;
use pgmc::report::progress::Quiet;
use pgmc::report::warnings;

use super::estimate::{self, Finding};
use super::files::Shown;
use super::fit::{Fit, Integration, Loaded, Method, Noise, Prepared, Proposal};
use super::{blocks, results, trace};

/// A model whose hidden variables are integrated out.
type Integrated = Prepared<Marginal<Joint>>;

/// Maximises, prints and keeps.
pub fn run(fit: &Fit, loaded: Loaded) -> Result<(), Shown> {
    let (mut prepared, compiled) = prepare(fit, loaded)?;
    let described = blocks::describe(&prepared.model.network, &compiled, prepared.compiled.density.rule());
    let introduction = format!("{}\n{described}", results::introduction(fit, &prepared));
    if !fit.quiet && !fit.json {
        println!("{introduction}");
        prepared.session.show(&blocks::untouched(&prepared.model.network, &compiled));
    }
    let begin = Instant::now();
    let settings = OptimiseSettings { seed: fit.seed, ..OptimiseSettings::default() };
    let mut density = prepared.compiled.density.clone();
    let mut estimate = match optimise(&mut density, &settings, &Quiet::new(prepared.stop.clone())) {
        Ok(estimate) => estimate,
        Err(error) => {
            let mut found = trace::explain(&error, &prepared.compiled);
            found.extend(density.trouble().map(|trouble| blocks::trouble(&prepared.model.network, &compiled, trouble)));
            return prepared.session.fail(&found);
        }
    };
    prepared.compiled.density = density;
    let accuracy = conditional(&mut prepared, &compiled, &mut estimate).or_else(|trouble| {
        let found = blocks::trouble(&prepared.model.network, &compiled, trouble);
        prepared.session.fail(&[found])
    })?;
    let names = results::names(&prepared.compiled.layouts);
    let mut findings = warnings::of_estimate(&names, &estimate);
    findings.extend(accuracy.and_then(|a| blocks::unsure(&prepared.model.network, &compiled, a)));
    let finding = Finding {
        seconds: Seconds { compile: prepared.compile_seconds, warmup: 0.0, sampling: begin.elapsed().as_secs_f64() },
        likelihood: likelihood(&prepared, &estimate, accuracy),
        code_bytes: compiled.joint.code_size(),
        extra: Some(("integration", blocks::json(&prepared.model.network, &compiled, prepared.compiled.density.rule(), accuracy))),
        introduction,
        findings,
        estimate,
    };
    estimate::report(fit, &prepared, &finding)
}

fn prepare(fit: &Fit, loaded: Loaded) -> Result<(Integrated, joint::Compiled), Shown> {
    let begin = Instant::now();
    let from_prior = fit.integrate == Some(Integration::MonteCarlo) && fit.proposal == Proposal::Prior;
    let form = if from_prior { Form::Auxiliary } else { fit.form.form() };
    let (network, session) = (&loaded.model.network, &loaded.session);
    let question = Question::Joint { jacobian: false };
    let lowered = loaded.model.program(&loaded.binding, question, form).or_else(|e| session.fail(&e))?;
    let summands: Vec<_> = lowered.summands.iter().map(|s| (s.name.clone(), s.span)).collect();
    let fail = |failure| blocks::failure(&failure, &summands);
    let choose = |compiled: &joint::Compiled| rule(fit, compiled, network);
    let result = pipeline::compile_joint(lowered, fail, choose);
    let (compiled, joint) = result.or_else(|diagnostic: Diagnostic| session.fail(&[diagnostic]))?;
    Ok((loaded.with(compiled, begin.elapsed().as_secs_f64()), joint))
}

/// The most evaluations of the density for one value of an integral by quadrature.
const MOST_POINTS: usize = 20_000;

/// How to integrate: as asked, or by the best means that the structure allows.
fn rule(fit: &Fit, compiled: &joint::Compiled, network: &pgmc::network::Network) -> Result<Rule, Diagnostic> {
    let structure = &compiled.structure;
    let exact = structure.is_quadratic();
    let largest = structure.largest_block();
    match fit.integrate.unwrap_or(Integration::Auto) {
        Integration::Auto | Integration::Exact if exact => Ok(Rule::Laplace),
        Integration::Exact => Err(blocks::not_exact(network, compiled)),
        Integration::Laplace => Ok(Rule::Laplace),
        Integration::Auto => Ok(match largest {
            0 | 1 => Rule::Quadrature(15),
            2 => Rule::Quadrature(9),
            3 => Rule::Quadrature(5),
            _ => Rule::Laplace,
        }),
        Integration::Quadrature(points) => {
            let all = points.checked_pow(largest as u32).filter(|&all| all <= MOST_POINTS);
            all.map(|_| Rule::Quadrature(points)).ok_or_else(|| blocks::too_large(network, compiled, points))
        }
        Integration::MonteCarlo => {
            let source = match fit.mc_noise {
                Noise::Sobol => NoiseSource::Sobol,
                Noise::Antithetic => NoiseSource::Antithetic,
                Noise::Pseudo => NoiseSource::Pseudo,
            };
            let (samples, seed) = (fit.mc_samples, fit.seed);
            blocks::check_samples(network, compiled, samples, fit.proposal)?;
            Ok(match fit.proposal {
                Proposal::Laplace => Rule::Importance { samples, source, seed },
                Proposal::Prior => Rule::Prior { samples, source, seed },
            })
        }
    }
}

/// Puts mean and standard deviation given the parameters in the place of what hidden variables have a part in; how sure the likelihood is.
fn conditional(
    prepared: &mut Integrated,
    compiled: &joint::Compiled,
    estimate: &mut Estimate,
) -> Result<Option<Accuracy>, pgmc::integration::Trouble> {
    let density = &mut prepared.compiled.density;
    let accuracy = density.accuracy(&estimate.q)?;
    let block_of = &compiled.blocks.of_value;
    let conditional = density.conditional(&estimate.q, block_of)?;
    for (i, _) in block_of.iter().enumerate().filter(|(_, block)| block.is_some()) {
        let (mean, sd) = (conditional.mean[i], conditional.sd[i]);
        estimate.values[i] = mean;
        estimate.std_errors[i] = sd;
        estimate.lower[i] = mean - estimate::TWO_SIDED_95 * sd;
        estimate.upper[i] = mean + estimate::TWO_SIDED_95 * sd;
    }
    Ok(accuracy)
}

/// The integrated density without the priors of parameters.
fn likelihood(prepared: &Integrated, estimate: &Estimate, accuracy: Option<Accuracy>) -> Likelihood {
    let density = &prepared.compiled.density;
    let structure = density.structure();
    let q = structure.whole(&estimate.q, &vec![0.0; structure.hidden.len()]);
    let network = &prepared.model.network;
    let is_param = |name: &str| network.variable(name).is_some_and(|v| network.variables[v].role == pgmc::network::ir::Role::Param);
    let priors: f64 = match prepared.method {
        Method::Map => prepared.compiled.terms(&q).iter().filter(|(name, _)| is_param(name)).map(|(_, value)| value).sum(),
        Method::Ml | Method::Nuts => 0.0,
    };
    Likelihood {
        log_likelihood: estimate.log_density - priors,
        mcse: accuracy.map_or(0.0, |a| a.standard_error),
        bias: accuracy.map_or(0.0, |a| a.bias),
        parameters: density.dim(),
        observations: estimate::observations(prepared),
    }
}
