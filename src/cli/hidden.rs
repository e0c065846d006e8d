//! A fit by maximisation of a model with hidden variables: they are integrated out.

use std::time::Instant;

use pgmc::base::Diagnostic;
use pgmc::bind::Binding;
use pgmc::density::LogDensity as _;
use pgmc::draws::{Estimate, StartOutcome};
use pgmc::elimination::Algebra;
use pgmc::inference::{
    Adam, InferenceError, OptimiseSettings, Progress as _, estimate_at, optimise, optimise_from,
};
use pgmc::lower::Form;
use pgmc::marginal::numerics::{Accuracy, Marginal, NoiseSource, Parts, Rule, Trouble};
use pgmc::marginal::structure::Structure;
use pgmc::marginal::{self, Joint};
use pgmc::network::Network;
use pgmc::network::ir::{Role, Support, Variable};
use pgmc::pipeline::{self, Compiled, JointProgram, Model};
use pgmc::report::headline::Seconds;
use pgmc::report::json::Likelihood;
use pgmc::report::progress::Quiet;
use pgmc::report::warnings;

use super::batches::{Batches, Whole};
use super::estimate::{self, Finding};
use super::files::{Shown, say};
use super::fit::{Fit, Integration, Loaded, Method, Noise, Optimizer, Prepared, Proposal};
use super::refine::{self, Own};
use super::states::{self, Found};
use super::{blocks, results, trace};

/// A model whose hidden variables are integrated out.
type Integrated = Prepared<Marginal<Joint>>;

/// Maximises, prints and keeps.
pub fn run(fit: &Fit, loaded: Loaded) -> Result<(), Shown> {
    let (mut prepared, compiled) =
        prepare(fit, loaded, |joint, network| rule(fit, joint, network), false)?;
    let introduction = introduce(fit, &prepared, &compiled);
    let begin = Instant::now();
    let network = prepared.model.network.clone();
    let names = results::names(&prepared.compiled.layouts);
    let own = refine::own(&network, &prepared.compiled);
    let mut density = prepared.compiled.density.clone();
    let batches = batches(fit, &prepared, &compiled.structure)
        .or_else(|error| prepared.session.fail(&[error]))?;
    let (mut estimate, at_bounds) =
        match maximise(fit, &mut density, (&own, batches), &Quiet::new(prepared.stop.clone())) {
            Ok(found) => found,
            Err(error) => {
                let trouble = density.trouble();
                // Without a peak to integrate around there is nothing wrong with the density's terms.
                let peak = matches!(trouble, None | Some(Trouble::NotFinite { .. }));
                let mut found = if peak {
                    trace::explain(&error, &network, &prepared.compiled)
                } else {
                    Vec::new()
                };
                found.extend(trouble.map(|trouble| blocks::trouble(&network, &compiled, trouble)));
                return prepared.session.fail(&found);
            }
        };
    let found = density
        .accuracy(&estimate.q)
        .and_then(|a| conditional(&mut density, &compiled, &mut estimate).map(|()| a));
    let accuracy = found.or_else(|trouble| {
        prepared.session.fail(&[blocks::trouble(&network, &compiled, trouble)])
    })?;
    let residual = residual(&mut density, &estimate, fit.seed);
    let states = discrete(fit, &prepared, &compiled, (&mut density, &estimate.q))?;
    prepared.compiled.density = density;
    let mut findings = warnings::of_estimate(&names, &estimate);
    let rough =
        prepared.compiled.density.rule() == Rule::Laplace && !compiled.structure.is_quadratic();
    findings.extend((rough && !estimate.converged).then(blocks::jumps));
    findings.extend(refine::at_bounds(&names, &at_bounds));
    findings.extend(accuracy.and_then(|a| blocks::unsure(&network, &compiled, a)));
    findings.extend(
        residual.and_then(|change| blocks::coarse(prepared.compiled.density.rule(), change)),
    );
    findings.extend(unchecked(&prepared.compiled.density).and_then(blocks::unchecked));
    let finding = Finding {
        seconds: Seconds {
            compile: prepared.compile_seconds,
            warmup: 0.0,
            sampling: begin.elapsed().as_secs_f64(),
        },
        likelihood: likelihood(&prepared, &estimate, accuracy, residual),
        code_bytes: compiled.joint.code_size(),
        extra: Some((
            "integration",
            blocks::json(&network, &compiled, prepared.compiled.density.rule(), accuracy),
        )),
        introduction,
        findings,
        states,
        estimate,
    };
    estimate::report(fit, &prepared, &finding)
}

/// The discrete variables given the estimates. Their probabilities are averages over the real
/// hidden variables, as derivatives of the integral by probes; what they are together, and what is
/// computed from them, is told where the real ones are most probable.
fn discrete(
    fit: &Fit,
    prepared: &Integrated,
    compiled: &marginal::Compiled,
    (density, q): (&mut Marginal<Joint>, &[f64]),
) -> Result<Option<Found>, Shown> {
    let session = &prepared.session;
    let Some(mut states) = states::compile(prepared.compiled.open.as_ref(), session)? else {
        return Ok(None);
    };
    let probed =
        states.recovery().probed(Algebra::Sum).or_else(|errors| session.fail(&errors))?.lowered;
    let summands: Vec<_> = probed.summands.iter().map(|s| (s.name.clone(), s.span)).collect();
    let made = pipeline::compile_joint(
        probed,
        |failure| blocks::failure(&failure, &summands),
        |_| Ok(density.rule()),
    );
    let (mut integrated, _) = made.or_else(|diagnostic: Diagnostic| session.fail(&[diagnostic]))?;
    let mut at = q.to_vec();
    at.resize(q.len() + states.probes(), 0.0);
    let mut gradient = vec![0.0; at.len()];
    integrated.density.evaluate(&at, &mut gradient);
    let probabilities = gradient.split_off(q.len());
    let fail =
        |trouble| session.fail(&[blocks::trouble(&prepared.model.network, compiled, trouble)]);
    let whole = density.with_modes(q).or_else(fail)?;
    Ok(Some(states::at(fit, &mut states, &whole, Some(probabilities))))
}

/// Samples the parameters, hidden variables integrated out exactly, and draws these afterwards.
pub fn sample(fit: &Fit, loaded: Loaded) -> Result<(), Shown> {
    let exactly =
        |joint: &marginal::Compiled, network: &Network| match joint.structure.is_quadratic() {
            true => Ok(Rule::Laplace),
            false => Err(blocks::not_exact(network, joint).try_this("leave --collapse out")),
        };
    let (mut prepared, compiled) = prepare(fit, loaded, exactly, true)?;
    let density = prepared.compiled.density.clone();
    prepared.compiled.density = density.drawing(fit.seed);
    super::sample::run(fit, &prepared, compiled.joint.code_size())
}

/// The first lines, printed unless they are not wanted.
fn introduce(fit: &Fit, prepared: &Integrated, compiled: &marginal::Compiled) -> String {
    let network = &prepared.model.network;
    let described = blocks::describe(network, compiled, prepared.compiled.density.rule());
    let introduction = format!("{}\n{described}", results::introduction(fit, prepared));
    if !fit.quiet && !fit.json {
        say(&introduction);
        prepared.session.show(&blocks::untouched(network, compiled));
    }
    introduction
}

/// The maximum, with parameters at their bounds told, and profile intervals where they are asked
/// for.
fn maximise(
    fit: &Fit,
    density: &mut Marginal<Joint>,
    (own, batches): (&[Own], Option<Batches>),
    progress: &Quiet,
) -> Result<(Estimate, Vec<usize>), InferenceError> {
    // An integral is only as accurate as its modes are: about 1e-11, so that smaller changes of the
    // log density are noise.
    let starts = if density.structure().hidden.len() > MANY {
        1
    } else {
        OptimiseSettings::default().starts
    };
    let settings =
        OptimiseSettings { starts, seed: fit.seed, max_iterations: 500, accuracy: 1e-11 };
    let estimate = match fit.optimizer {
        Optimizer::Lbfgs => climb(density, &settings, progress)?,
        Optimizer::Adam => by_fresh_noise(density, batches, fit.seed, progress)?,
    };
    let estimate = match fit.integrate {
        None | Some(Integration::Auto) => {
            with_enough_points(density, estimate, &settings, progress)?
        }
        Some(
            Integration::Exact
            | Integration::Laplace
            | Integration::Quadrature(_)
            | Integration::MonteCarlo,
        ) => estimate,
    };
    let (mut estimate, at_bounds) = refine::to_bounds(density, estimate, own, &settings, progress)?;
    if fit.profile {
        refine::profiles(density, &mut estimate, own, progress)?;
    }
    Ok((estimate, at_bounds))
}

/// With more hidden values than this one start has to do: each costs as much as all the rest, and
/// much data leave few maxima.
const MANY: usize = 20_000;

/// From several starts by Laplace's approximation with bent curvatures, which is cheap and smooth;
/// then from the best of these by the rule itself. Laplace's approximation as it stands has a peak
/// of its own wherever the curvature of some block is small.
fn climb(
    density: &mut Marginal<Joint>,
    settings: &OptimiseSettings,
    progress: &Quiet,
) -> Result<Estimate, InferenceError> {
    let rule = density.rule();
    if density.structure().is_quadratic() || matches!(rule, Rule::Prior { .. }) {
        return optimise(density, settings, progress);
    }
    let mut cheap = density.with_rule(Rule::Quadrature(1));
    let Ok(first) = optimise(&mut cheap, settings, progress) else {
        return optimise(density, settings, progress);
    };
    *density = cheap.with_rule(rule);
    let found = optimise_from(density, &first.q, settings, progress)?;
    let (iterations, evaluations) =
        (first.iterations + found.iterations, first.evaluations + found.evaluations);
    let starts = first.starts.iter().map(|start| StartOutcome {
        log_density: found.log_density + start.log_density - first.log_density,
        ..*start
    });
    Ok(Estimate { iterations, evaluations, starts: starts.collect(), ..found })
}

/// A change of the log likelihood, in nats, that more points need not remove.
const SMALL_CHANGE: f64 = 5e-5;

/// Twice as many points of quadrature and one, as long as that changes the log likelihood and can
/// be paid for.
fn with_enough_points(
    density: &mut Marginal<Joint>,
    mut estimate: Estimate,
    settings: &OptimiseSettings,
    progress: &Quiet,
) -> Result<Estimate, InferenceError> {
    while let Some(finer) = finer(density) {
        let (mut gradient, mut finer) = (vec![0.0; density.dim()], density.with_rule(finer));
        let change = finer.evaluate(&estimate.q, &mut gradient) - estimate.log_density;
        if change.abs() < SMALL_CHANGE || !change.is_finite() || progress.stop_requested() {
            break;
        }
        *density = finer;
        let found = optimise_from(density, &estimate.q, settings, progress)?;
        let (iterations, evaluations) =
            (estimate.iterations + found.iterations, estimate.evaluations + found.evaluations);
        let starts = std::mem::take(&mut estimate.starts);
        estimate = Estimate { iterations, evaluations, starts, ..found };
    }
    Ok(estimate)
}

/// The rule with about twice as many points a dimension, where that is not too many.
fn finer(density: &Marginal<Joint>) -> Option<Rule> {
    let Rule::Quadrature(points) = density.rule() else { return None };
    let more = 2 * points + 1;
    let all = more.checked_pow(density.structure().largest_block() as u32)?;
    (all <= MOST_POINTS / 4 && !density.structure().is_quadratic())
        .then_some(Rule::Quadrature(more))
}

/// The points of quadrature a dimension that nothing finer was held against: more are not paid for.
fn unchecked(density: &Marginal<Joint>) -> Option<usize> {
    let Rule::Quadrature(points) = density.rule() else { return None };
    (finer(density).is_none() && !density.structure().is_quadratic()).then_some(points)
}

/// By how much the log likelihood is off that is not found exactly: against finer quadrature, of
/// Laplace's approximation against importance sampling.
fn residual(density: &mut Marginal<Joint>, estimate: &Estimate, seed: u64) -> Option<f64> {
    let rule = match density.rule() {
        Rule::Quadrature(_) => finer(density)?,
        Rule::Laplace if !density.structure().is_quadratic() => {
            let numbers = density.structure().hidden.len().saturating_mul(CHECK_SAMPLES);
            (numbers <= blocks::MOST_NUMBERS).then_some(Rule::Importance {
                samples: CHECK_SAMPLES,
                source: NoiseSource::Sobol,
                seed,
            })?
        }
        Rule::Laplace | Rule::Importance { .. } | Rule::Prior { .. } => return None,
    };
    let mut gradient = vec![0.0; density.dim()];
    let change =
        density.with_rule(rule).evaluate(&estimate.q, &mut gradient) - estimate.log_density;
    change.is_finite().then_some(change)
}

/// Points of importance sampling against which Laplace's approximation is held.
const CHECK_SAMPLES: usize = 256;

/// Stochastic gradients with fresh noise at every step, of all rows or of a part of them; errors
/// from the curvature under the noise of the first.
fn by_fresh_noise(
    density: &mut Marginal<Joint>,
    batches: Option<Batches>,
    seed: u64,
    progress: &Quiet,
) -> Result<Estimate, InferenceError> {
    let start = vec![0.0; density.dim()];
    let ascent = match batches.map(Batches::unbiased) {
        Some(mut batches) => {
            let mut sample = |step: usize, q: &[f64], gradient: &mut [f64]| {
                batches.sample(step, seed, q, gradient)
            };
            Adam::default().climb(&start, &mut sample, progress)?
        }
        None => {
            let mut noisy = density.clone().unbiased();
            let mut sample = |step: usize, q: &[f64], gradient: &mut [f64]| {
                noisy.reseed(seed.wrapping_add(step as u64 + 1));
                noisy.evaluate(q, gradient)
            };
            Adam::default().climb(&start, &mut sample, progress)?
        }
    };
    let steps = ascent.steps as u64;
    let found = estimate_at(density, &ascent.q, steps, ascent.converged)?;
    Ok(Estimate { evaluations: found.evaluations + steps, ..found })
}

/// The rows in parts, where that is asked for.
fn batches(
    fit: &Fit,
    prepared: &Integrated,
    structure: &Structure,
) -> Result<Option<Batches>, Diagnostic> {
    let Some(rows) = fit.minibatch else { return Ok(None) };
    let rule = prepared.compiled.density.rule();
    let whole = Whole {
        model: &prepared.model,
        binding: &prepared.binding,
        structure,
        rule,
        form: form(fit),
    };
    whole.split(rows).map(Some)
}

/// The form of hidden variables: points from the prior need all of them as functions of noise.
fn form(fit: &Fit) -> Form {
    let from_prior =
        fit.integrate == Some(Integration::MonteCarlo) && fit.proposal() == Proposal::Prior;
    if from_prior { Form::Auxiliary } else { fit.form.form() }
}

/// What `explain` says of integration: the blocks, each with its method by default and why; nothing
/// where there is no hidden variable.
pub fn explained(model: &Model, binding: &Binding) -> String {
    let Ok(JointProgram { lowered, .. }) = model.joint(binding, false, Form::Auto) else {
        return String::new();
    };
    if lowered.hidden.is_empty() {
        return String::new();
    }
    let head = "\nIntegrated out by ml and map\n";
    match marginal::compile(&lowered) {
        Ok(compiled) => {
            let rule = by_structure(&compiled.structure);
            let (products, entries) =
                Marginal::new(compiled.joint.clone(), compiled.structure.clone(), Rule::Laplace)
                    .cost();
            let cost = format!(
                "  a factorisation takes {products} products with the Hessian and has {entries} \
                 entries"
            );
            format!("{head}{}\n{cost}\n", blocks::lines(&model.network, &compiled, rule))
        }
        Err(marginal::Failure::TooDense(dense)) => {
            format!(
                "{head}  not possible: {} hidden values meet in one element of `{}`\n",
                dense.coordinates, lowered.summands[dense.summand].name
            )
        }
        Err(marginal::Failure::Machine(message)) => format!("{head}  not possible: {message}\n"),
    }
}

/// The best means that a structure allows.
fn by_structure(structure: &Structure) -> Rule {
    match structure.largest_block() {
        _ if structure.is_quadratic() => Rule::Laplace,
        0 | 1 => Rule::Quadrature(15),
        2 => Rule::Quadrature(9),
        3 => Rule::Quadrature(5),
        _ => Rule::Laplace,
    }
}

fn prepare(
    fit: &Fit,
    loaded: Loaded,
    choose: impl Fn(&marginal::Compiled, &Network) -> Result<Rule, Diagnostic>,
    jacobian: bool,
) -> Result<(Integrated, marginal::Compiled), Shown> {
    let begin = Instant::now();
    let (network, session) = (&loaded.model.network, &loaded.session);
    let JointProgram { lowered, open } =
        loaded.model.joint(&loaded.binding, jacobian, form(fit)).or_else(|e| session.fail(&e))?;
    let summands: Vec<_> = lowered.summands.iter().map(|s| (s.name.clone(), s.span)).collect();
    let fail = |failure| blocks::failure(&failure, &summands);
    let result = pipeline::compile_joint(lowered, fail, |compiled| choose(compiled, network));
    let (compiled, joint) = result.or_else(|diagnostic: Diagnostic| session.fail(&[diagnostic]))?;
    let compiled = Compiled { open, ..compiled };
    Ok((loaded.with(compiled, begin.elapsed().as_secs_f64()), joint))
}

/// The most evaluations of the density for one value of an integral by quadrature.
const MOST_POINTS: usize = 20_000;

/// How to integrate: as asked, or by the best means that the structure allows.
fn rule(fit: &Fit, compiled: &marginal::Compiled, network: &Network) -> Result<Rule, Diagnostic> {
    let structure = &compiled.structure;
    let exact = structure.is_quadratic();
    let largest = structure.largest_block();
    match fit.integrate.unwrap_or(Integration::Auto) {
        Integration::Auto => Ok(by_structure(structure)),
        Integration::Exact if exact => Ok(Rule::Laplace),
        Integration::Exact => Err(blocks::not_exact(network, compiled)),
        Integration::Laplace | Integration::Quadrature(1) => Ok(Rule::Laplace),
        Integration::Quadrature(points) => {
            let all = points.checked_pow(largest as u32).filter(|&all| all <= MOST_POINTS);
            all.map(|_| Rule::Quadrature(points))
                .ok_or_else(|| blocks::too_large(network, compiled, points))
        }
        Integration::MonteCarlo => {
            let source = match fit.noise() {
                Noise::Sobol => NoiseSource::Sobol,
                Noise::Antithetic => NoiseSource::Antithetic,
                Noise::Pseudo => NoiseSource::Pseudo,
            };
            let (samples, proposal, seed) = (fit.points(), fit.proposal(), fit.seed);
            blocks::check_samples(network, compiled, samples, proposal)?;
            Ok(match proposal {
                Proposal::Laplace => Rule::Importance { samples, source, seed },
                Proposal::Prior => Rule::Prior { samples, source, seed },
            })
        }
    }
}

/// Puts mean and standard deviation given the parameters in the place of what hidden variables have
/// a part in.
fn conditional(
    density: &mut Marginal<Joint>,
    compiled: &marginal::Compiled,
    estimate: &mut Estimate,
) -> Result<(), Trouble> {
    let blocks = &compiled.blocks;
    let parts = Parts {
        block_of: &blocks.of_value,
        coordinate_of: &blocks.coordinate_of_value,
        noisy: &blocks.noisy_value,
    };
    let conditional = density.conditional(&estimate.q, parts)?;
    for i in (0..conditional.mean.len()).filter(|&i| parts.is_hidden(i)) {
        let (mean, sd) = (conditional.mean[i], conditional.sd[i]);
        estimate.values[i] = mean;
        estimate.std_errors[i] = sd;
        estimate.lower[i] = mean - estimate::TWO_SIDED_95 * sd;
        estimate.upper[i] = mean + estimate::TWO_SIDED_95 * sd;
    }
    Ok(())
}

/// The integrated density without the priors of parameters.
fn likelihood(
    prepared: &Integrated,
    estimate: &Estimate,
    accuracy: Option<Accuracy>,
    residual: Option<f64>,
) -> Likelihood {
    let density = &prepared.compiled.density;
    let network = &prepared.model.network;
    let prior = |v: &Variable| v.role == Role::Param && matches!(v.support, Support::Real(_));
    let is_param =
        |name: &str| network.variable(name).is_some_and(|v| prior(&network.variables[v]));
    let priors: f64 = match prepared.method {
        Method::Map => prepared
            .compiled
            .terms(&estimate.q)
            .iter()
            .filter(|(name, _)| is_param(name))
            .map(|(_, value)| value)
            .sum(),
        Method::Ml | Method::Nuts => 0.0,
    };
    Likelihood {
        log_likelihood: estimate.log_density - priors,
        mcse: accuracy.map_or(0.0, |a| a.standard_error),
        bias: accuracy.map(|a| a.bias).or(residual.map(|change| -change)).unwrap_or(0.0),
        parameters: density.dim(),
        observations: estimate::observations(prepared),
    }
}
