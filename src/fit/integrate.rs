//! Fits a model whose hidden variables are integrated out.

use super::blocks::{self, Blocks};
use super::boundless;
use super::bounds::{self, Ends};
use super::climb;
use super::discrete;
use super::explain;
use super::finding::Finding;
use super::fitted::{Answer, Fitted, IntegratedOut, Likelihood, Maximised, Seconds};
use super::groups;
use super::hidden;
use super::identify;
use super::intervals;
use super::introduce::overview;
use super::job::Job;
use super::judge;
use super::maximise::in_order;
use super::minibatch::{Batches, Whole};
use super::names::{are_parameters, names, variables};
use super::nuts;
use super::overview::Overview;
use super::ranges::ranges;
use super::recovered::Recovered;
use super::rule;
use super::scalars::scalars;
use super::settings::{Climb, Integration, Intervals, Maximum, MonteCarlo, Nuts, Proposal, Target};
use super::starts;
use super::unintegrable;
use super::world::{News, Unwatched};
use crate::base::{Diagnostic, setting, words};
use crate::density::LogDensity as _;
use crate::draws::Estimate;
use crate::elimination::Algebra;
use crate::inference::{InferenceError, OptimiseSettings, Turned};
use crate::lower::{Form, Scale};
use crate::marginal::numerics::{Accuracy, Marginal, Rule, Trouble};
use crate::marginal::{self, Joint};
use crate::network::Network;
use crate::pipeline::{self, Compiled, JointModel};

/// A model whose hidden variables are integrated out, and what integrates them.
struct Integrated {
    compiled: Compiled<Marginal<Joint>>,
    joint: marginal::Compiled,
}

/// Compiles a model whose hidden variables are integrated out by the rule that `choose` picks.
fn compile(
    job: &Job<'_>,
    (form, scale): (Form, Scale),
    choose: impl Fn(&marginal::Compiled, &Network) -> Result<Rule, Diagnostic>,
) -> Result<(Integrated, Overview), Vec<Diagnostic>> {
    let network = &job.model.network;
    let JointModel { integrand, open } = job.model.integrand(job.binding, scale, form)?;
    let summands: Vec<_> =
        integrand.joint.summands.iter().map(|s| (s.name.clone(), s.span)).collect();
    let fail = |failure| unintegrable::failure(&failure, &summands);
    let made = pipeline::compile_joint(integrand, fail, |compiled| choose(compiled, network));
    let (compiled, joint) = made.map_err(|diagnostic: Diagnostic| vec![diagnostic])?;
    let compiled = Compiled { open, ..compiled };
    let of_code = (joint.joint.code_size(), job.world.seconds());
    let overview = overview(job, &compiled, of_code);
    Ok((Integrated { compiled, joint }, overview))
}

/// Samples the parameters with hidden variables integrated out exactly, and draws these afterwards.
///
/// # Errors
/// If exact integration is not possible, and as [`nuts::joint`].
pub fn sample(job: &Job<'_>, nuts: &Nuts) -> Result<Fitted, Vec<Diagnostic>> {
    let exactly = |joint: &marginal::Compiled, network: &Network| {
        let leave_out = [words("leave "), setting("collapse"), words(" out")];
        rule::exactly(joint, network).map_err(|error| error.try_this(leave_out))
    };
    let (Integrated { mut compiled, .. }, overview) =
        compile(job, (nuts.form, Scale::Unconstrained), exactly)?;
    compiled.density = compiled.density.drawing(job.settings.seed);
    let exact = || Ok(compiled.density.clone());
    match identify::turn(job, &compiled, exact).map_err(|error| vec![error])? {
        Some(turn) => {
            let compiled = compiled.on(|density| Turned::new(density, turn));
            nuts::sample(job, nuts, &compiled, (overview, Vec::new()))
        }
        None => nuts::sample(job, nuts, &compiled, (overview, Vec::new())),
    }
}

/// Maximises the likelihood, or the posterior density, over the parameters.
///
/// # Errors
/// If hidden variables cannot be integrated out as the settings say, or the search for a maximum
/// cannot start.
pub fn maximum(job: &Job<'_>, maximum: &Maximum) -> Result<Fitted, Vec<Diagnostic>> {
    let integration = maximum.integrate.unwrap_or(Integration::Auto);
    let seed = job.settings.seed;
    let choose = |joint: &marginal::Compiled, network: &Network| {
        rule::choose(integration, seed, (joint, network))
    };
    let (integrated, mut overview) = compile(job, (form(maximum), Scale::Natural), choose)?;
    let Integrated { compiled, joint } = &integrated;
    let network = &job.model.network;
    overview.integrated = Some(Blocks::new(network, joint, compiled.density.rule()));
    job.world.hear(News::Compiled(&overview));
    for note in blocks::untouched(network, joint) {
        job.world.hear(News::Note(&note));
    }
    let begin = job.world.seconds();
    let mut density = compiled.density.clone();
    let (mut estimate, ends) = climbed(job, maximum, &integrated, &mut density)?;
    let trouble = |trouble| vec![unintegrable::trouble(network, joint, trouble)];
    let accuracy = density.accuracy(&estimate.q).map_err(trouble)?;
    let ranges = ranges(network, compiled);
    let conditional_sds =
        hidden::totals(&mut density, joint, &ranges, &mut estimate).map_err(trouble)?;
    let residual = rule::residual(&mut density, &estimate, seed);
    let discrete = recovered(job, maximum, &integrated, (&mut density, &estimate.q))?;
    let sampling = job.world.seconds() - begin;
    let names = names(&compiled.layouts);
    let found = (&estimate, names.as_slice(), &ends);
    let findings = findings(job, &integrated, found, (&density, accuracy, residual));
    let blocks = Blocks::new(network, joint, density.rule());
    Ok(Fitted {
        settings: job.settings.clone(),
        answer: Answer::Estimate(Maximised {
            names,
            variables: variables(&compiled.layouts),
            likelihood: likelihood(job, compiled, &estimate, (accuracy, residual)),
            estimate,
            integration: Some(IntegratedOut { blocks, accuracy, conditional_sds }),
        }),
        discrete,
        findings,
        attempts: Vec::new(),
        seconds: Seconds { compile: overview.compile_seconds, sampling, ..Seconds::default() },
        overview,
    })
}

/// The form of hidden variables: points from the prior require all of them as functions of noise.
fn form(maximum: &Maximum) -> Form {
    match maximum.integrate {
        Some(Integration::MonteCarlo(MonteCarlo { proposal: Proposal::Prior, .. })) => {
            Form::Auxiliary
        }
        Some(_) | None => maximum.form,
    }
}

/// The maximum, and the values at the bounds of their ranges; or why there is none.
fn climbed(
    job: &Job<'_>,
    maximum: &Maximum,
    integrated: &Integrated,
    density: &mut Marginal<Joint>,
) -> Result<(Estimate, Ends), Vec<Diagnostic>> {
    let (network, compiled) = (&job.model.network, &integrated.compiled);
    let batches = batches(job, maximum, integrated).map_err(|error| vec![error])?;
    let groups = groups::of(job, compiled);
    let settings = climb::settings(density, groups, job.settings.seed);
    let starts = starts::of_optimiser(job, compiled, settings)?;
    climb(job, maximum, (density, compiled), (&starts, batches)).map_err(|error| {
        let trouble = density.trouble();
        // If the integrand has no peak, the density's terms are not at fault.
        let peak = matches!(trouble, None | Some(Trouble::NotFinite { .. }));
        let terms = if peak { explain::error(&error, network, compiled) } else { Vec::new() };
        let trouble = trouble.map(|t| unintegrable::trouble(network, &integrated.joint, t));
        terms.into_iter().chain(trouble).collect()
    })
}

/// The maximum, with parameters at their bounds identified, and profile intervals if requested.
fn climb(
    job: &Job<'_>,
    maximum: &Maximum,
    (density, compiled): (&mut Marginal<Joint>, &Compiled<Marginal<Joint>>),
    (settings, batches): (&OptimiseSettings, Option<Batches>),
) -> Result<(Estimate, Ends), InferenceError> {
    let progress = &Unwatched(job.world);
    let estimate = match maximum.integrate {
        Some(Integration::MonteCarlo(MonteCarlo { climb: Climb::FreshNoise { .. }, .. })) => {
            climb::fresh_noise(density, batches, settings, progress)?
        }
        None | Some(Integration::Auto) => {
            let estimate = climb::same_noise(density, settings, progress)?;
            climb::with_enough_points(density, estimate, settings, progress)?
        }
        Some(
            Integration::Exact
            | Integration::Laplace
            | Integration::Quadrature(_)
            | Integration::MonteCarlo(_),
        ) => climb::same_noise(density, settings, progress)?,
    };
    let scalars = scalars(&job.model.network, compiled);
    let ranges = ranges(&job.model.network, compiled);
    let mut estimate = estimate;
    intervals::from_errors(density, &mut estimate, &ranges, &scalars);
    let (mut estimate, ends) = bounds::to_bounds(density, estimate, &scalars, settings, progress)?;
    intervals::from_errors(density, &mut estimate, &ranges, &scalars);
    if maximum.intervals == Intervals::Profile {
        intervals::profiles(density, &mut estimate, &scalars, progress)?;
    }
    Ok((estimate, ends))
}

/// The rows split into minibatches, if requested.
fn batches(
    job: &Job<'_>,
    maximum: &Maximum,
    integrated: &Integrated,
) -> Result<Option<Batches>, Diagnostic> {
    let Some(Integration::MonteCarlo(monte_carlo)) = maximum.integrate else { return Ok(None) };
    let Climb::FreshNoise { minibatch: Some(rows) } = monte_carlo.climb else { return Ok(None) };
    let whole = Whole {
        model: job.model,
        binding: job.binding,
        structure: &integrated.joint.structure,
        rule: integrated.compiled.density.rule(),
        form: form(maximum),
    };
    whole.split(rows.get()).map(Some)
}

/// The discrete variables given the estimates. Their probabilities are averages over the real
/// hidden variables, as derivatives of the integral by probes. Their joint configuration, and what
/// is computed from it, is given with the real ones at their most probable values.
fn recovered(
    job: &Job<'_>,
    maximum: &Maximum,
    integrated: &Integrated,
    (density, q): (&mut Marginal<Joint>, &[f64]),
) -> Result<Option<Recovered>, Vec<Diagnostic>> {
    let Some(mut states) = discrete::compile(integrated.compiled.open.as_ref())? else {
        return Ok(None);
    };
    let probed = states.recovery().probed(Algebra::Sum)?.joint;
    let summands: Vec<_> = probed.summands.iter().map(|s| (s.name.clone(), s.span)).collect();
    let fail = |failure| unintegrable::failure(&failure, &summands);
    let made = pipeline::compile_joint(probed.into(), fail, |_| Ok(density.rule()));
    let (mut probed, _) = made.map_err(|diagnostic: Diagnostic| vec![diagnostic])?;
    let mut at = q.to_vec();
    at.resize(q.len() + states.probes(), 0.0);
    let mut gradient = vec![0.0; at.len()];
    probed.density.evaluate(&at, &mut gradient);
    let probabilities = gradient.split_off(q.len());
    let network = &job.model.network;
    let fail = |trouble| vec![unintegrable::trouble(network, &integrated.joint, trouble)];
    let whole = density.with_modes(q).map_err(fail)?;
    let draws = (job.settings.seed, maximum.draw_discrete);
    Ok(Some(discrete::at(&mut states, &whole, Some(probabilities), draws)))
}

/// The findings about the estimate.
fn findings(
    job: &Job<'_>,
    integrated: &Integrated,
    (estimate, names, ends): (&Estimate, &[String], &Ends),
    (density, accuracy, residual): (&Marginal<Joint>, Option<Accuracy>, Option<f64>),
) -> Vec<Finding> {
    let (network, joint, rule) = (&job.model.network, &integrated.joint, density.rule());
    let parameters = are_parameters(&integrated.compiled.layouts);
    let rough = rule == Rule::Laplace && !joint.structure.is_quadratic();
    let mut findings = judge::of_estimate((names, &parameters), estimate);
    let has_none = !estimate.converged || !estimate.running.is_empty();
    findings.extend((rough && has_none).then(|| unintegrable::jumps().into()));
    findings.extend(bounds::at_bounds(names, &ends.at));
    findings.extend(bounds::not_determined(names, &ends.flat));
    findings.extend(accuracy.and_then(|a| unintegrable::unsure(network, joint, a)));
    findings.extend(residual.and_then(|change| unintegrable::coarse(rule, change)));
    findings.extend(rule::unchecked(density).and_then(unintegrable::unchecked));
    in_order(boundless::finding(job, &integrated.compiled, estimate), findings)
}

/// How well the data are explained, with hidden variables integrated out.
fn likelihood(
    job: &Job<'_>,
    compiled: &Compiled<Marginal<Joint>>,
    estimate: &Estimate,
    (accuracy, residual): (Option<Accuracy>, Option<f64>),
) -> Likelihood {
    let log_likelihood = match (job.settings.method.name().target(), estimate.unbounded) {
        (_, true) => f64::NAN,
        (Target::Likelihood, false) => estimate.log_density,
        (Target::Posterior, false) => compiled.log_likelihood(&estimate.q, estimate.log_density),
    };
    Likelihood {
        log_likelihood,
        mcse: accuracy.map_or(0.0, |a| a.standard_error),
        bias: accuracy.map(|a| a.bias).or(residual.map(|change| -change)).unwrap_or(0.0),
        parameters: compiled.density.dim(),
        observations: job.observations(),
    }
}
