//! What is said where something is wrong, and that nothing is said where all is well.

use pgmc::base::Sources;
use pgmc::draws::{
    Chain, Divergence, DrawStats, Draws, Estimate, StartOutcome, Variable, summaries,
};
use pgmc::fit::{Finding, Options, diagnostics, of_draws, of_estimate};
use pgmc::inference::{NutsSettings, Silent, sample};
use pgmc::report::diagnostics::in_order;

/// Low-discrepancy numbers in (0, 1): independent enough for every threshold.
fn spread(i: usize, step: f64) -> f64 {
    (0.5 + i as f64 * step).fract()
}

const OPTIONS: Options = Options { warmup: 1000, draws: 1000, target_accept: 0.8, max_depth: 10 };

fn stats(energy: f64) -> DrawStats {
    DrawStats {
        divergent: false,
        irreversible: false,
        depth: 3,
        max_depth_hit: false,
        energy,
        acceptance: 0.8,
        step_size: 0.4,
        steps: 7,
        log_density: -1.0,
    }
}

/// Four chains of 1000 draws of two numbers on which they agree.
fn healthy() -> Draws {
    let chain = |c: usize| {
        let place = |d: usize, step: f64| spread(4 * d + c, step);
        Chain {
            width: 2,
            values: (0..1000)
                .flat_map(|d| [place(d, 0.618_033_988_749_895), place(d, 0.754_877_666_246_693)])
                .collect(),
            stats: (0..1000).map(|d| stats(place(d, 0.569_840_290_998_053))).collect(),
            length: 1000,
            ..Chain::default()
        }
    };
    Draws {
        names: ["mu", "s_county"].map(str::to_owned).to_vec(),
        variables: ["mu", "s_county"].map(Variable::scalar).to_vec(),
        chains: (0..4).map(chain).collect(),
    }
}

fn render(findings: &[Finding]) -> String {
    in_order(&diagnostics(findings), &Sources::new(), false)
}

fn findings(draws: &Draws) -> String {
    render(&of_draws(draws, &summaries(draws, 1), OPTIONS))
}

fn diverge(draws: &mut Draws, chain: usize, draw: usize, values: [f64; 2]) {
    draws.chains[chain].stats[draw].divergent = true;
    draws.chains[chain].divergences.push(Divergence {
        draw,
        position: vec![0.0; 2],
        values: values.to_vec(),
    });
}

#[test]
fn silence_where_all_is_well() {
    assert_eq!(findings(&healthy()), "");
}

#[test]
fn divergences_are_placed() {
    let mut draws = healthy();
    for (draw, (chain, value)) in
        [(0, 0.013), (1, 0.048), (3, 0.031), (3, 0.002)].into_iter().enumerate()
    {
        diverge(&mut draws, chain, 100 + draw, [0.2 + 0.2 * chain as f64, value]);
    }
    assert_eq!(
        findings(&draws).lines().collect::<Vec<_>>(),
        [
            "warning[W0401]: 4 of 4,000 transitions diverged, all where s_county < 0.049",
            " = the sampler may not have reached small s_county; its lower tail is unsure",
            " help: --target-accept 0.95",
            "",
        ]
    );
}

#[test]
fn divergences_all_over_are_not_placed() {
    let mut draws = healthy();
    for (chain, value) in [(0, 0.1), (1, 0.5), (3, 0.9)] {
        diverge(&mut draws, chain, 100, [value, 1.0 - value]);
    }
    assert!(findings(&draws).starts_with("warning[W0401]: 3 of 4,000 transitions diverged\n"));
}

#[test]
fn a_real_funnel_is_noticed() {
    let density = super::Funnel;
    let run = sample(
        || density.clone(),
        &NutsSettings { seed: 6, ..NutsSettings::default() },
        &Silent,
        &|| 0.0,
    )
    .unwrap();
    let names = ["v", "x"].map(str::to_owned).to_vec();
    let draws =
        Draws { names, variables: ["v", "x"].map(Variable::scalar).to_vec(), chains: run.chains };
    let text = findings(&draws);
    assert!(text.contains("transitions diverged"), "{text}");
    assert!(text.contains("W0404") || text.contains("W0403"), "{text}");
}

#[test]
fn trajectories_that_were_cut() {
    let mut draws = healthy();
    for draw in 0..25 {
        draws.chains[2].stats[draw].max_depth_hit = true;
    }
    let text = findings(&draws);
    assert!(
        text.starts_with("warning[W0402]: 25 of 4,000 trajectories were cut at a depth of 10\n"),
        "{text}"
    );
    assert!(text.contains(" help: --metric low-rank, or --max-depth 12"));
}

#[test]
fn chains_that_disagree() {
    let mut draws = healthy();
    for draw in 0..1000 {
        draws.chains[1].values[2 * draw + 1] += 3.0;
    }
    let text = findings(&draws);
    assert!(text.starts_with("warning[W0403]: s_county has R-hat 1."), "{text}");
    assert!(text.contains("the chains are in different places"));
}

#[test]
fn draws_that_depend_on_one_another() {
    let mut draws = healthy();
    for chain in &mut draws.chains {
        for draw in 0..1000 {
            chain.values[2 * draw] =
                ((draw as f64) * 0.05).sin() + 1e-3 * spread(draw, 0.618_033_988_749_895);
        }
    }
    let text = findings(&draws);
    assert!(text.contains("warning[W0404]: mu has ESS "), "{text}");
    assert!(text.contains(", below 400"), "{text}");
    assert!(text.contains(" help: "), "{text}");
}

#[test]
fn energies_that_hardly_move() {
    let mut draws = healthy();
    for draw in 0..1000 {
        draws.chains[2].stats[draw].energy = draw as f64 * 0.01;
    }
    let text = findings(&draws);
    assert!(text.starts_with("warning[W0405]: chain 3 has E-BFMI"), "{text}");
}

#[test]
fn draws_that_are_not_finite() {
    let mut draws = healthy();
    draws.chains[0].values[1] = f64::NAN;
    assert!(findings(&draws).starts_with("warning[W0406]: s_county is not finite in some draws\n"));
}

#[test]
fn one_chain_and_an_early_stop() {
    let mut draws = healthy();
    draws.chains.truncate(1);
    draws.chains[0].truncate(600);
    let text = findings(&draws);
    assert!(
        text.contains("W0407")
            && text.contains("warning[W0408]: stopped early, with 600 of 1,000 draws a chain"),
        "{text}"
    );
}

/// An estimate of three numbers from two starts.
fn estimate() -> Estimate {
    let start = |log_density| StartOutcome { log_density, converged: true, values: Vec::new() };
    Estimate {
        q: vec![0.0; 3],
        values: vec![0.0; 3],
        std_errors: vec![1.0; 3],
        lower: vec![-2.0; 3],
        upper: vec![2.0; 3],
        log_density: -3.0,
        covariance: vec![0.0; 9],
        gradient_norm: 1e-9,
        improvement: 0.0,
        iterations: 3,
        evaluations: 10,
        converged: true,
        hessian_positive_definite: true,
        undetermined: Vec::new(),
        running: Vec::new(),
        unbounded: false,
        starts: vec![start(-3.0), start(-3.0)],
    }
}

#[test]
fn an_end_above_that_is_no_maximum() {
    let names = ["a", "b", "c"].map(str::to_owned).to_vec();
    let mut estimate = estimate();
    assert_eq!(render(&of_estimate((&names, &[true; 3]), &estimate)), "");
    estimate.starts[1] =
        StartOutcome { log_density: 33_554_432.0, converged: false, values: Vec::new() };
    let text = render(&of_estimate((&names, &[true; 3]), &estimate));
    let said = "warning[W0420]: a start ended 34,000,000 above the estimate in log density, but at \
        no maximum\n";
    assert!(text.starts_with(said), "{text}");
}

#[test]
fn estimates_that_are_none() {
    let names = ["a", "b", "c"].map(str::to_owned).to_vec();
    let start = |log_density| StartOutcome { log_density, converged: true, values: Vec::new() };
    let mut estimate = estimate();
    estimate.starts[1] = start(-3.4);
    estimate.std_errors[0] = f64::NAN;
    estimate.std_errors[1] = f64::NAN;
    estimate.hessian_positive_definite = false;
    estimate.undetermined = vec![0, 1];
    estimate.converged = false;
    estimate.gradient_norm = 0.123;
    let text = render(&of_estimate((&names, &[true; 3]), &estimate));
    assert!(
        text.contains("warning[W0411]: no maximum was reached: the gradient is still 0.12\n"),
        "{text}"
    );
    assert!(text.contains("warning[W0412]: not determined by the data: a, b\n"), "{text}");
    assert!(
        text.contains(
            "warning[W0413]: there are several maxima: starts ended up to 0.4 apart \
        in log density\n"
        ),
        "{text}"
    );
}
