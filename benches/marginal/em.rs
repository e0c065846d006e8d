//! Monte Carlo EM (Wei and Tanner 1990) beside the integrated likelihood: time and passes over the
//! joint density until a visited point lies within 0.01 nats of the highest log likelihood. What a
//! visited point's log likelihood is, is told by formulas written by hand, off the clock.
//!
//! Run: cargo bench --bench em, or cargo bench --bench em -- 'two layers 1000' for one case

mod cases;
mod compile;
mod expectation;
mod judge;

use cases::{Case, hidden_regression, two_layer};
use compile::compile;
use judge::{Counted, Judge, Outcome, Watched};
use pgmc::inference::{Adam, OptimiseSettings, optimise_from};
use pgmc::lower::Form;
use pgmc::marginal::numerics::{Marginal, NoiseSource, Rule};

/// Seconds after which a method is given up.
const PATIENCE: f64 = 60.0;

/// How a method climbs.
enum Way {
    /// L-BFGS on the integrated likelihood, by one rule after another.
    Climb(Vec<Rule>),
    /// Adam with fresh noise at every step.
    Adam(Rule),
    /// Monte Carlo EM with at most so many draws.
    Em(usize),
}

const SOBOL: NoiseSource = NoiseSource::Sobol;

fn around_mode(samples: usize) -> Rule {
    Rule::Importance { samples, source: SOBOL, seed: 1 }
}

fn from_prior(samples: usize) -> Rule {
    Rule::Prior { samples, source: SOBOL, seed: 1 }
}

/// A method's name with what it does, for a case.
fn ways(case: &Case) -> Vec<(&'static str, Way)> {
    let mut ways = if case.quadratic {
        vec![
            ("exact (the default)", Way::Climb(vec![Rule::Laplace])),
            ("Monte Carlo around the mode, 16 points", Way::Climb(vec![around_mode(16)])),
            ("Adam around the mode, 16 fresh points a step", Way::Adam(around_mode(16))),
        ]
    } else {
        // The second layer is integrated out exactly, given the first. One point a row first, which
        // is cheap, then quadrature as fine as `--integrate auto` makes it.
        let finer = [15, 31, 63, 127].map(Rule::Quadrature);
        vec![
            (
                "quadrature, agh:15 to agh:127 (the default)",
                Way::Climb([Rule::Quadrature(1)].into_iter().chain(finer).collect()),
            ),
            (
                "Monte Carlo around the mode, 256 points",
                Way::Climb(vec![Rule::Quadrature(1), around_mode(256)]),
            ),
            ("Adam, 64 fresh points of prior noise a step", Way::Adam(from_prior(64))),
        ]
    };
    ways.push(("Monte Carlo, 1,024 points of prior noise", Way::Climb(vec![from_prior(1024)])));
    ways.push(("Monte Carlo EM, 16 to 512 draws", Way::Em(512)));
    ways
}

fn is_prior(rule: Rule) -> bool {
    matches!(rule, Rule::Prior { .. })
}

fn fit(case: &Case, way: &Way) -> Outcome {
    let form = match way {
        Way::Climb(rules) if rules.iter().any(|&rule| is_prior(rule)) => Form::Auxiliary,
        Way::Adam(rule) if is_prior(*rule) => Form::Auxiliary,
        Way::Climb(_) | Way::Adam(_) => Form::Auto,
        Way::Em(_) => Form::Centred,
    };
    // Code for the last rule does for those before it.
    let rule = match way {
        Way::Climb(rules) => rules.last().copied().unwrap_or(Rule::Laplace),
        Way::Adam(rule) => *rule,
        Way::Em(_) => Rule::Laplace,
    };
    let (_, joint) = compile(case.text, &case.table, rule, form);
    let counted = Counted::new(joint.joint, joint.structure.hidden.len());
    let judge =
        Judge::new(&case.log_likelihood, case.best - 0.01, PATIENCE, counted.passes.clone());
    match way {
        Way::Climb(rules) => {
            climb(Marginal::new(counted, joint.structure, Rule::Laplace), rules, case, &judge)
        }
        Way::Adam(rule) => {
            by_fresh_noise(Marginal::new(counted, joint.structure, *rule).unbiased(), case, &judge)
        }
        Way::Em(most) => {
            expectation::maximise(counted, &joint.structure, &case.start, *most, &judge)
        }
    }
    judge.outcome()
}

/// By each rule from where the last one led, hidden modes too.
fn climb(density: Marginal<Counted>, rules: &[Rule], case: &Case, judge: &Judge) {
    let settings = OptimiseSettings::default();
    let mut start = case.start.clone();
    let mut watched = Watched { density, judge };
    for &rule in rules {
        if judge.over() {
            return;
        }
        watched.density = watched.density.with_rule(rule);
        // An error says that the judge ended the run.
        if let Ok(found) = optimise_from(&mut watched, &start, &settings, judge) {
            start = found.q;
        }
    }
}

fn by_fresh_noise(density: Marginal<Counted>, case: &Case, judge: &Judge) {
    let mut watched = Watched { density, judge };
    let mut sample =
        |step: usize, q: &[f64], gradient: &mut [f64]| watched.afresh(step as u64, q, gradient);
    let _ = Adam::default().climb(&case.start, &mut sample, judge);
}

/// Rows → a case.
type Maker = fn(usize) -> Case;

fn main() {
    println!("| model | rows | method | seconds | passes |\n|---|---|---|---|---|");
    let wanted = std::env::args().skip(1).find(|argument| !argument.starts_with("--"));
    for rows in [1_000, 100_000] {
        let makers: [(&str, Maker); 2] =
            [("hidden regression", hidden_regression), ("two layers", two_layer)];
        for (name, make) in makers {
            if wanted.as_ref().is_some_and(|wanted| *wanted != format!("{name} {rows}")) {
                continue;
            }
            let case = make(rows);
            for (name, way) in ways(&case) {
                println!("| {} | {rows} | {name} | {} |", case.name, fit(&case, &way));
            }
        }
    }
}
