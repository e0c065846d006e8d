//! Hidden Markov models against a plain scaled forward recursion.

use pgmc::elimination::{Query, eliminate};
use pgmc::lower::Lowered;

use super::model::{check_gradient, density, lowered, opened, value_and_gradient};
use crate::support::random::Random;

const HMM: &str = "plate time
plate states = 3
param   start : simplex[states]
param   trans[states] : simplex[states]
param   level[states]
param   s : positive
input   animal[time] : int
latent  z[t in time] : states
          ~ if t == 1 or animal[t] != animal[t-1] then Categorical(start) else Categorical(trans[z[t-1]])
observe y[time] ~ Normal(level[z], s)
";

/// The log likelihood of sequences by the scaled forward recursion (Rabiner 1989, section V.A).
fn forward(
    sequences: &[Vec<f64>],
    start: &[f64],
    trans: &[Vec<f64>],
    level: &[f64],
    sd: f64,
) -> f64 {
    let density = |y: f64, m: f64| {
        (-0.5 * ((y - m) / sd).powi(2)).exp() / (sd * (2.0 * std::f64::consts::PI).sqrt())
    };
    let mut total = 0.0;
    for sequence in sequences {
        let mut alpha: Vec<f64> = Vec::new();
        for &y in sequence {
            let prior: Vec<f64> = match alpha.as_slice() {
                [] => start.to_vec(),
                alpha => (0..start.len())
                    .map(|k| alpha.iter().zip(trans).map(|(a, row)| a * row[k]).sum())
                    .collect(),
            };
            let joint: Vec<f64> =
                prior.iter().zip(level).map(|(p, &m)| p * density(y, m)).collect();
            let norm: f64 = joint.iter().sum();
            total += norm.ln();
            alpha = joint.iter().map(|j| j / norm).collect();
        }
    }
    total
}

/// Sequences of these lengths, as a table in long format.
fn simulate(random: &mut Random, lengths: &[usize]) -> (Vec<Vec<f64>>, String) {
    let mut table = "animal,y\n".to_owned();
    let mut sequences = Vec::new();
    for (animal, &length) in lengths.iter().enumerate() {
        let mut state = random.below(3);
        let mut sequence = Vec::new();
        for _ in 0..length {
            if random.uniform() < 0.2 {
                state = random.below(3);
            }
            let y = 3.0 * state as f64 + random.normal();
            table += &format!("{animal},{y:?}\n");
            sequence.push(y);
        }
        sequences.push(sequence);
    }
    (sequences, table)
}

/// The variables at `q`, by the names of the layouts.
fn natural(
    density: &mut pgmc::pipeline::Density,
    q: &[f64],
) -> (Vec<f64>, Vec<Vec<f64>>, Vec<f64>, f64) {
    use pgmc::density::LogDensity as _;
    let mut values = vec![0.0; density.constrained_dim()];
    density.constrain(q, &mut values);
    assert_eq!(values.len(), 3 + 9 + 3 + 1);
    let trans = values[3..12].chunks(3).map(<[f64]>::to_vec).collect();
    (values[..3].to_vec(), trans, values[12..15].to_vec(), values[15])
}

/// The log density less the Jacobian of the transforms, which no data touch: of the same model with
/// one observation whose likelihood is known.
fn log_likelihood(table: &str, sequences: &[Vec<f64>], q: &[f64]) -> (f64, f64) {
    let mut whole = density(lowered(HMM, "data.csv", table));
    let mut single = density(lowered(HMM, "data.csv", "animal,y\n0,0.5\n"));
    let (start, trans, level, sd) = natural(&mut whole, q);
    let jacobian =
        value_and_gradient(&mut single, q).0 - forward(&[vec![0.5]], &start, &trans, &level, sd);
    (value_and_gradient(&mut whole, q).0 - jacobian, forward(sequences, &start, &trans, &level, sd))
}

fn point(random: &mut Random) -> Vec<f64> {
    let mut q: Vec<f64> = (0..12).map(|_| 0.5 * random.normal()).collect();
    q[8] = 0.0;
    q[9] = 3.0;
    q[10] = 6.0;
    q[11] = 0.1;
    q
}

#[test]
fn ten_thousand_steps_are_a_forward_recursion() {
    let mut random = Random::new(5);
    let (sequences, table) = simulate(&mut random, &[10_000]);
    let (found, expected) = log_likelihood(&table, &sequences, &point(&mut random));
    assert!((found - expected).abs() < 1e-9 * expected.abs(), "{found} instead of {expected}");
}

#[test]
fn several_hundred_sequences_of_different_lengths_start_anew() {
    let mut random = Random::new(6);
    let lengths: Vec<usize> = (0..400).map(|_| 1 + random.below(30)).collect();
    let (sequences, table) = simulate(&mut random, &lengths);
    let q = point(&mut random);
    let (found, expected) = log_likelihood(&table, &sequences, &q);
    assert!((found - expected).abs() < 1e-10 * expected.abs(), "{found} instead of {expected}");
    let (_, short) = simulate(&mut random, &[5, 1, 12]);
    check_gradient(&mut density(lowered(HMM, "data.csv", &short)), &q, "three sequences");
}

#[test]
fn observations_far_out_do_not_underflow() {
    let mut random = Random::new(7);
    let (mut sequences, mut table) = simulate(&mut random, &[20]);
    for y in [1e3, -1e4] {
        sequences[0].push(y);
        table += &format!("0,{y:?}\n");
    }
    let q = point(&mut random);
    let mut whole = density(lowered(HMM, "data.csv", &table));
    let (value, gradient) = value_and_gradient(&mut whole, &q);
    assert!(value.is_finite() && gradient.iter().all(|g| g.is_finite()), "{value} {gradient:?}");
    // Against the same in logarithms.
    let (start, trans, level, sd) = natural(&mut whole, &q);
    let density_of =
        |y: f64, m: f64| -0.5 * ((y - m) / sd).powi(2) - sd.ln() - 0.918_938_533_204_672_7;
    let mut alpha: Vec<f64> = Vec::new();
    for &y in &sequences[0] {
        let prior: Vec<f64> = match alpha.as_slice() {
            [] => start.iter().map(|p| p.ln()).collect(),
            alpha => (0..3)
                .map(|k| super::model::log_sum((0..3).map(|j| alpha[j] + trans[j][k].ln())))
                .collect(),
        };
        alpha = prior.iter().zip(&level).map(|(p, &m)| p + density_of(y, m)).collect();
    }
    let expected = super::model::log_sum(alpha.iter().copied());
    let mut single = density(lowered(HMM, "data.csv", "animal,y\n0,0.5\n"));
    let jacobian =
        value_and_gradient(&mut single, &q).0 - forward(&[vec![0.5]], &start, &trans, &level, sd);
    assert!(
        (value - jacobian - expected).abs() < 1e-10 * expected.abs(),
        "{} instead of {expected}",
        value - jacobian
    );
}

/// Cormack, Jolly and Seber: being alive is a chain with transitions that cannot be.
#[test]
fn capture_histories_are_the_products_of_their_closed_form() {
    let text = "plate animals
plate occasions
input   first[animals] : occasions
param   phi[occasions] ~ Uniform(0, 1)
param   p[occasions] ~ Uniform(0, 1)
latent  alive[i in animals, t in occasions] : bool
          ~ Bernoulli(if t < first[i] then 0 else if t == first[i] then 1 else phi[t-1] * alive[i, t-1])
observe seen[i in animals, t in occasions] ~ if t <= first[i] then Given() else Bernoulli(p[t] * alive[i, t])
";
    let data = "{\"first\": [1, 2, 1, 3], \"seen\": [[1,0,1,0],[0,1,0,0],[1,1,1,1],[0,0,1,0]]}";
    let mut whole = density(lowered(text, "data.json", data));
    let q = [0.3, -0.4, 0.9, 0.1, -0.2, 0.5, -0.7, 0.8];
    let sigmoid = |x: f64| 1.0 / (1.0 + (-x).exp());
    let (phi, p): (Vec<f64>, Vec<f64>) = (
        q[..4].iter().map(|&x| sigmoid(x)).collect(),
        q[4..].iter().map(|&x| sigmoid(x)).collect(),
    );
    // The probability of not being seen after t (Lebreton et al. 1992, Ecological Monographs 62).
    let mut chi = [1.0; 4];
    for t in (0..3).rev() {
        chi[t] = 1.0 - phi[t] + phi[t] * (1.0 - p[t + 1]) * chi[t + 1];
    }
    let histories = [
        phi[0] * (1.0 - p[1]) * phi[1] * p[2] * chi[2],
        chi[1],
        phi[0] * p[1] * phi[1] * p[2] * phi[2] * p[3] * chi[3],
        chi[2],
    ];
    let jacobian: f64 = q.iter().map(|&x| (sigmoid(x) * sigmoid(-x)).ln()).sum();
    let expected = histories.iter().map(|h: &f64| h.ln()).sum::<f64>() + jacobian;
    let (value, _) = value_and_gradient(&mut whole, &q);
    assert!((value - expected).abs() < 1e-12, "{value} instead of {expected}");
    check_gradient(&mut whole, &q, "capture histories");
}

/// Twelve states, of which each leads to itself and the next alone: most transitions cannot be, and
/// are not computed.
#[test]
fn transitions_that_cannot_be_are_skipped() {
    let text = "plate time\nplate states = 12\nparam stay[states] : unit\nparam s : positive
let p[i in states, j in states] = if i == j then stay[i] else if int(j) == (if i == 12 then 1 else int(i) + 1) then 1 - stay[i] else 0
latent z[t in time] : states ~ if t == 1 then Categorical([1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]) else Categorical(p[z[t-1]])
observe y[time] ~ Normal(int(z), s)\n";
    let mut random = Random::new(9);
    let y: Vec<f64> = (0..40).map(|t| 1.0 + f64::from(t) / 4.0 + random.normal()).collect();
    let table = "y\n".to_owned() + &y.iter().map(|v| format!("{v:?}\n")).collect::<String>();
    let q: Vec<f64> = (0..13).map(|_| 0.5 * random.normal()).collect();
    let open = opened(text, "data.csv", &table);
    let mut few = density(Lowered::Open(open.clone()));
    let (value, _) = value_and_gradient(&mut few, &q);
    check_gradient(&mut few, &q, "few transitions");
    let stay: Vec<f64> = q[..12].iter().map(|x| 1.0 / (1.0 + (-x).exp())).collect();
    let sd = q[12].exp();
    let mut alpha: Vec<f64> =
        (0..12).map(|k| if k == 0 { 0.0 } else { f64::NEG_INFINITY }).collect();
    let mut expected = stay.iter().map(|p| (p * (1.0 - p)).ln()).sum::<f64>() + q[12];
    let seen = |y: f64, k: usize| {
        -0.5 * ((y - (k + 1) as f64) / sd).powi(2) - sd.ln() - 0.918_938_533_204_672_7
    };
    for (t, &y) in y.iter().enumerate() {
        if t > 0 {
            let from = |k: usize| {
                [alpha[k] + stay[k].ln(), alpha[(k + 11) % 12] + (1.0 - stay[(k + 11) % 12]).ln()]
            };
            alpha = (0..12).map(|k| super::model::log_sum(from(k).into_iter())).collect();
        }
        alpha.iter_mut().enumerate().for_each(|(k, a)| *a += seen(y, k));
    }
    expected += super::model::log_sum(alpha.iter().copied());
    assert!((value - expected).abs() < 1e-10 * expected.abs(), "{value} instead of {expected}");
    // A sum over 24 transitions of 144.
    let eliminated = eliminate(open, Query::default()).expect("a chain").joint.computation.program;
    let transitions: Vec<usize> = eliminated
        .axes
        .iter()
        .map(|(_, axis)| axis.size)
        .filter(|&size| size > 13 && size != 40)
        .collect();
    assert!(transitions.contains(&24) && !transitions.contains(&144), "{transitions:?}");
}

#[test]
fn the_time_of_a_gradient_grows_with_the_steps_as_their_number() {
    // Not a matter of seconds: the instructions of the plan do not grow, and each is run once a
    // step.
    let mut random = Random::new(8);
    let code = |steps: usize, random: &mut Random| {
        let (_, table) = simulate(random, &[steps]);
        density(lowered(HMM, "data.csv", &table)).code_size()
    };
    let (short, long) = (code(500, &mut random), code(5_000, &mut random));
    assert!(
        long <= short + short / 10,
        "{long} bytes of code for ten times as many steps as {short} bytes"
    );
}

/// What each element depends on may be told by data: a chain told so is no recursion, and is summed
/// out element by element. Its log likelihood is one expression that is as deep as the chain is
/// long, and in which what is shared counts twice at each step.
#[test]
fn a_chain_told_by_data_is_the_recursion() {
    let steps = 150;
    let text = |first: &str, before: &str| {
        format!(
            "plate time\ninput up[time] : int\nparam a, b ~ Normal(0, 1)
latent z[t in time] ~ if {first} then Bernoulli(0.5) else Bernoulli(inv_logit(a + b * z[{before}]))
observe y[time] ~ Normal(z, 1)"
        )
    };
    let mut random = Random::new(9);
    let rows: String = (0..steps).map(|t| format!("{t},{:.3}\n", random.normal())).collect();
    let table = format!("up,y\n{rows}");
    let texts = [text("up[t] == 0", "int(up[t])"), text("t == 1", "t-1")];
    let [mut told, mut known] = texts.map(|text| density(lowered(&text, "data.csv", &table)));
    let q = [0.3, -0.8];
    let ((told, gradient), (known, expected)) =
        (value_and_gradient(&mut told, &q), value_and_gradient(&mut known, &q));
    assert!((told - known).abs() < 1e-10 * known.abs(), "{told} instead of {known}");
    for (found, expected) in gradient.iter().zip(&expected) {
        assert!(
            (found - expected).abs() < 1e-9 * (1.0 + expected.abs()),
            "{found} instead of {expected}"
        );
    }
}
