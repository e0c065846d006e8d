//! Checks draws and estimates: what is wrong with them, what it means and what to try.

use super::divergences;
use super::finding::Finding;
use crate::base::numbers::{brief, fixed, thousands};
use crate::base::{Diagnostic, set, setting, words};
use crate::draws::energy::{E_BFMI_LIMIT, e_bfmi};
use crate::draws::summary::{ESS_A_CHAIN, RHAT_LIMIT};
use crate::draws::{DrawStats, Draws, Estimate, StartOutcome, Summary};
use crate::inference::NutsSettings;

/// The options of the run that the advice depends on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Options {
    /// The number of warm-up transitions.
    pub warmup: usize,
    /// The number of draws per chain requested.
    pub draws: usize,
    /// The target acceptance.
    pub target_accept: f64,
    /// The maximum number of doublings of a trajectory.
    pub max_depth: u32,
}

impl Options {
    /// The options that the sampler was given.
    #[must_use]
    pub fn of(sampler: &NutsSettings) -> Self {
        let &NutsSettings { warmup, draws, target_accept, max_depth, .. } = sampler;
        Self { warmup, draws, target_accept, max_depth }
    }
}

/// The findings about draws, most serious first. `summaries`: one per column.
#[must_use]
pub fn of_draws(draws: &Draws, summaries: &[Summary], options: Options) -> Vec<Finding> {
    [
        stopped(draws, options),
        not_finite(draws),
        diverged(draws, options),
        disagree(draws, summaries, options),
        too_few(draws, summaries, options),
        stiff(draws),
        depth_hits(draws, options),
        one_chain(draws),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The findings about an estimate; `parameters`: which of the values are those of parameters.
#[must_use]
pub fn of_estimate((names, parameters): (&[String], &[bool]), estimate: &Estimate) -> Vec<Finding> {
    [
        not_converged(estimate),
        undetermined(names, estimate),
        several_maxima(estimate),
        same_height((names, parameters), estimate),
        higher_without_maximum(estimate),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn diverged(draws: &Draws, options: Options) -> Option<Finding> {
    let count = count(draws, |stats| stats.divergent);
    if count == 0 {
        return None;
    }
    let total = thousands(draws.total() as u64);
    let place = divergences::where_they_are(draws);
    let (where_text, meaning) = match &place {
        Some(place) => (format!(", all where {}", place.condition()), place.meaning()),
        None => (
            String::new(),
            "the sampler may not have reached every part of the posterior; its spread is unsure"
                .to_owned(),
        ),
    };
    let finding = Diagnostic::warning(
        "W0401",
        format!("{} of {total} transitions diverged{where_text}", thousands(count as u64)),
    );
    let many = 10 * count > draws.total();
    let form = set("form", "auxiliary");
    let finding = finding.because(meaning);
    let finding = match options.target_accept {
        _ if many => finding.try_this([
            form,
            words(" for the hidden variables, or a tighter prior: smaller steps alone will "),
            words("hardly help"),
        ]),
        accept if accept < 0.95 => finding.try_this([set("target_accept", 0.95)]),
        accept if accept < 0.99 => finding.try_this([set("target_accept", 0.99)]),
        _ => finding.try_this([form, words(" for the hidden variables, or a tighter prior")]),
    };
    let subject = place.map(|place| place.name);
    Some(Finding::from(finding).about(subject).figure("divergences", count as f64))
}

fn depth_hits(draws: &Draws, options: Options) -> Option<Finding> {
    let hits = count(draws, |stats| stats.max_depth_hit);
    let message = format!(
        "{} of {} trajectories were cut at a depth of {}",
        thousands(hits as u64),
        thousands(draws.total() as u64),
        options.max_depth
    );
    let finding = Diagnostic::warning("W0402", message)
        .because(
            "the draws are right, but each one moves less far than it could: strong \
            correlations or very different scales",
        )
        .try_this([
            set("metric", "low-rank"),
            words(", or "),
            set("max_depth", options.max_depth + 2),
        ]);
    (hits > 0).then(|| Finding::from(finding).figure("max_depth_hits", hits as f64))
}

fn disagree(draws: &Draws, summaries: &[Summary], options: Options) -> Option<Finding> {
    let bad: Vec<usize> =
        (0..summaries.len()).filter(|&i| summaries[i].rhat > RHAT_LIMIT).collect();
    let worst = *bad.iter().max_by(|&&a, &&b| summaries[a].rhat.total_cmp(&summaries[b].rhat))?;
    let (name, rhat) = (&draws.names[worst], summaries[worst].rhat);
    let shown = fixed(rhat, if rhat < 1.1 { 3 } else { 2 });
    let message = match bad.len() {
        1 => format!("{name} has R-hat {shown}, above {RHAT_LIMIT}"),
        many => format!(
            "{} values have R-hat above {RHAT_LIMIT}, the worst {shown} at {name}",
            thousands(many as u64)
        ),
    };
    let finding = Diagnostic::warning("W0403", message);
    let finding = if rhat > 1.1 {
        finding
            .because(
                "the chains are in different places: means and intervals do not describe one \
                distribution",
            )
            .try_this(
                "a look at the chains one by one: several modes, or labels that can be \
                swapped, call for another model or prior",
            )
    } else {
        let (warmup, kept) = (2 * options.warmup, 2 * options.draws);
        finding.because("the chains do not quite agree yet").try_this([
            set("warmup", warmup),
            words(" "),
            set("draws", kept),
        ])
    };
    let subject = bad.iter().map(|&i| draws.names[i].clone());
    Some(Finding::from(finding).about(subject).figure("rhat", rhat).doubting())
}

fn too_few(draws: &Draws, summaries: &[Summary], options: Options) -> Option<Finding> {
    let limit = ESS_A_CHAIN * draws.chains.len() as f64;
    let bad: Vec<usize> = (0..summaries.len()).filter(|&i| summaries[i].ess_bulk < limit).collect();
    let worst =
        *bad.iter().min_by(|&&a, &&b| summaries[a].ess_bulk.total_cmp(&summaries[b].ess_bulk))?;
    let (name, ess) = (&draws.names[worst], summaries[worst].ess_bulk);
    let message = match bad.len() {
        1 => format!("{name} has ESS {}, below {limit}", ess.floor()),
        many => format!(
            "{} values have ESS below {limit}, the lowest {} at {name}",
            thousands(many as u64),
            ess.floor()
        ),
    };
    let needed = options.draws as f64 * limit / ess.max(1.0);
    let finding = Diagnostic::warning("W0404", message).because(
        "their draws depend on one another so much that quantiles, and R-hat itself, are unsure",
    );
    let finding = if needed > 20.0 * options.draws as f64 {
        finding.try_this([
            words("another form of the model ("),
            set("form", "auxiliary"),
            words(", centred predictors, tighter priors) or "),
            set("metric", "low-rank"),
        ])
    } else {
        finding.try_this([set("draws", round_up(needed))])
    };
    let subject = bad.iter().map(|&i| draws.names[i].clone());
    Some(Finding::from(finding).about(subject).figure("ess_bulk", ess))
}

fn stiff(draws: &Draws) -> Option<Finding> {
    // Without unknowns there is no energy to assess.
    if draws
        .chains
        .iter()
        .all(|chain| chain.stats.windows(2).all(|pair| pair[0].energy == pair[1].energy))
    {
        return None;
    }
    let of_chain =
        |stats: &[DrawStats]| e_bfmi(&stats.iter().map(|stats| stats.energy).collect::<Vec<_>>());
    let low: Vec<(usize, f64)> = draws
        .chains
        .iter()
        .map(|chain| of_chain(&chain.stats))
        .enumerate()
        .filter(|(_, value)| *value < E_BFMI_LIMIT)
        .collect();
    let (chain, value) = *low.iter().min_by(|a, b| a.1.total_cmp(&b.1))?;
    let message = match low.len() {
        1 => format!("chain {} has E-BFMI {}, below {E_BFMI_LIMIT}", chain + 1, brief(value, 2)),
        many => format!(
            "{many} chains have E-BFMI below {E_BFMI_LIMIT}, the lowest {} in chain {}",
            brief(value, 2),
            chain + 1
        ),
    };
    let finding = Diagnostic::warning("W0405", message)
        .because(
            "the energy changes little from draw to draw: the tails are explored slowly and \
            may be cut short",
        )
        .try_this([
            words("another form of the model: "),
            set("form", "auxiliary"),
            words(", or priors with lighter tails"),
        ]);
    let subject = low.iter().map(|(chain, _)| format!("chain {}", chain + 1));
    Some(Finding::from(finding).about(subject).figure("e_bfmi", value))
}

fn not_finite(draws: &Draws) -> Option<Finding> {
    let spoilt = |column: usize| {
        draws
            .chains
            .iter()
            .flat_map(|chain| (0..chain.len()).map(|draw| chain.row(draw)[column]))
            .any(|v| !v.is_finite())
    };
    let bad: Vec<usize> = (0..draws.names.len()).filter(|&column| spoilt(column)).collect();
    let first = *bad.first()?;
    let message = match bad.len() {
        1 => format!("{} is not finite in some draws", draws.names[first]),
        many => format!(
            "{} values are not finite in some draws, the first {}",
            thousands(many as u64),
            draws.names[first]
        ),
    };
    let finding = Diagnostic::warning("W0406", message)
        .because("there is no summary of them")
        .try_this("a look at its definition: a logarithm of zero, a division by zero, an overflow");
    let subject = bad.iter().map(|&column| draws.names[column].clone());
    Some(Finding::from(finding).about(subject))
}

fn one_chain(draws: &Draws) -> Option<Finding> {
    let finding = Diagnostic::warning("W0407", "there is one chain only")
        .because(
            "without others to compare it with, R-hat cannot be had and a chain that is \
            stuck looks well",
        )
        .try_this([set("chains", 4)]);
    (draws.chains.len() == 1).then(|| finding.into())
}

fn stopped(draws: &Draws, options: Options) -> Option<Finding> {
    let message = format!(
        "stopped early, with {} of {} draws a chain",
        thousands(draws.per_chain() as u64),
        thousands(options.draws as u64)
    );
    let finding = Diagnostic::warning("W0408", message)
        .because("what follows is based on the draws made until then");
    let made = draws.per_chain();
    (made < options.draws).then(|| Finding::from(finding).figure("draws", made as f64))
}

fn not_converged(estimate: &Estimate) -> Option<Finding> {
    // What a step would gain has no unit; where it says nothing, the gradient does.
    let left = match estimate.improvement {
        gain if gain.is_finite() && gain > 0.0 => {
            format!("another step would still gain {} in log density", brief(gain, 2))
        }
        _ => format!("the gradient is still {}", brief(estimate.gradient_norm, 2)),
    };
    let message = format!("no maximum was reached: {left}");
    let finding = Diagnostic::warning("W0411", message)
        .because("the numbers are those of the best point seen, which may lie anywhere on the way")
        .try_this([
            words("priors or bounds on the parameters that run away, "),
            set("init", "FILE"),
            words(" with values near what you expect, more "),
            setting("starts"),
            words(", or "),
            set("method", "nuts"),
        ]);
    let norm = estimate.gradient_norm;
    let finding = Finding::from(finding).figure("gradient_norm", norm).doubting();
    // A density that grows without bound is reported as an error of its own.
    (!estimate.converged && !estimate.unbounded).then_some(finding)
}

fn undetermined(names: &[String], estimate: &Estimate) -> Option<Finding> {
    let open: Vec<&str> = names
        .iter()
        .zip(&estimate.std_errors)
        .filter(|(_, error)| error.is_nan())
        .map(|(name, _)| name.as_str())
        .collect();
    if estimate.unbounded
        || estimate.hessian_positive_definite
        || (open.is_empty() && estimate.undetermined.is_empty())
    {
        return None;
    }
    let some = open.iter().take(5).copied().collect::<Vec<_>>().join(", ");
    let more = if open.len() > 5 { format!(" and {} more", open.len() - 5) } else { String::new() };
    let message = if open.is_empty() {
        "the data do not determine every parameter".to_owned()
    } else {
        format!("not determined by the data: {some}{more}")
    };
    let finding = Diagnostic::warning("W0412", message)
        .because(
            "the density is flat, or curves upwards, along a combination of these: there are \
            no standard errors for them",
        )
        .try_this("fewer parameters, or priors for these");
    Some(Finding::from(finding).about(open))
}

fn several_maxima(estimate: &Estimate) -> Option<Finding> {
    let spread = estimate.spread_of_starts();
    let finding = Diagnostic::warning(
        "W0413",
        format!(
            "there are several maxima: starts ended up to {} apart in log density",
            brief(spread, 2)
        ),
    )
    .because("the highest one found is reported; there may be higher ones")
    .try_this([
        set("method", "nuts"),
        words(", more "),
        setting("starts"),
        words(", or "),
        set("init", "FILE"),
        words(" with values near what you expect"),
    ]);
    (spread > 1e-3).then(|| Finding::from(finding).figure("log_density_spread", spread))
}

/// Log densities, in nats, that differ by less are those of the same height.
const SAME_HEIGHT: f64 = 1e-6;

/// Values that differ by less than this fraction of a standard error are the same.
const SAME_PLACE: f64 = 0.01;

/// The maximum number of values shown of another maximum.
const SHOWN: usize = 3;

/// Whether some start reached another maximum of the same height: a mirror image, swapped labels,
/// or a likelihood that does not tell which one holds. Along a flat direction there are as many as
/// one likes, which is told as such.
fn same_height((names, parameters): (&[String], &[bool]), estimate: &Estimate) -> Option<Finding> {
    let ends: Vec<&StartOutcome> =
        estimate.starts.iter().filter(|s| s.converged && s.values.len() == names.len()).collect();
    let highest = ends.iter().map(|s| s.log_density).fold(f64::NEG_INFINITY, f64::max);
    let level = |s: &&&StartOutcome| highest - s.log_density < SAME_HEIGHT;
    let error = |i: usize| match estimate.std_errors[i] {
        error if error > 0.0 => error,
        // At a bound, or beside a value at one, or where the climb was ended.
        _ => f64::INFINITY,
    };
    let apart = |a: &[f64], b: &[f64]| -> Vec<usize> {
        let differ = |&i: &usize| (a[i] - b[i]).abs() > SAME_PLACE * error(i);
        (0..names.len()).filter(|&i| parameters[i]).filter(differ).collect()
    };
    let from_estimate = |s: &&&StartOutcome| apart(&s.values, &estimate.values).len();
    let own = ends.iter().filter(level).min_by_key(from_estimate)?;
    let differing =
        |s: &&StartOutcome| Some(apart(&s.values, &own.values)).filter(|d| !d.is_empty());
    let (other, differ) = ends.iter().filter(level).find_map(|s| Some((s, differing(s)?)))?;
    let value = |values: &[f64], i: usize| brief(values[i], 4);
    let show = |&i: &usize| {
        format!("{} = {} or {}", names[i], value(&own.values, i), value(&other.values, i))
    };
    let mut shown: Vec<String> = differ.iter().take(SHOWN).map(show).collect();
    if differ.len() > SHOWN {
        shown.push(format!("{} more differ", differ.len() - SHOWN));
    }
    let message = format!("there are two maxima of the same height, at {}", shown.join(", "));
    let finding = Diagnostic::warning("W0421", message)
        .because(
            "the first one is reported, and its standard errors are of it alone; they may be one \
             solution with other signs or labels, or the data may not tell which one holds",
        )
        .try_this([
            words("a sign or an order in the model (`positive`, `ordered`), or "),
            set("init", "FILE"),
            words(" with values near those that you mean"),
        ]);
    let subject = differ.iter().map(|&i| names[i].clone());
    estimate.hessian_positive_definite.then(|| Finding::from(finding).about(subject))
}

/// A difference of log densities, in nats, too large to be an integration error.
const MUCH_HIGHER: f64 = 1.0;

fn higher_without_maximum(estimate: &Estimate) -> Option<Finding> {
    let unfinished = estimate.starts.iter().filter(|start| !start.converged);
    let highest = unfinished.map(|start| start.log_density).fold(f64::NEG_INFINITY, f64::max);
    let above = highest - estimate.log_density;
    let message = format!(
        "a start ended {} above the estimate in log density, but at no maximum",
        brief(above, 2)
    );
    let finding = Diagnostic::warning("W0420", message)
        .because("the estimate is the highest maximum reached; what lies above it may be rounding")
        .try_this("another unit or origin for the data, or bounds and priors for the parameters");
    let is_higher = estimate.converged && above > MUCH_HIGHER;
    is_higher.then(|| Finding::from(finding).figure("log_density_above", above).doubting())
}

fn count(draws: &Draws, of: impl Fn(&DrawStats) -> bool) -> usize {
    draws.chains.iter().flat_map(|chain| &chain.stats).filter(|stats| of(stats)).count()
}

/// Rounds up to the next of 1, 2, 5, 10, 20, ... hundred and so on.
fn round_up(number: f64) -> u64 {
    let power = 10f64.powf(number.max(1.0).log10().floor());
    let steps = [1.0, 2.0, 5.0, 10.0];
    let step = steps.iter().copied().find(|step| step * power >= number).unwrap_or(10.0);
    (step * power) as u64
}
