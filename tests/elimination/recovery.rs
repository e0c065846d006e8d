//! Probabilities, most probable values and draws of discrete variables, against enumeration.

use pgmc::pipeline::DiscretePosterior;

use super::model::{Joint, log_sum, lowered};
use super::random::network;
use crate::support::random::Random;

/// Draws of each network.
const DRAWS: usize = 2000;

#[test]
fn discrete_variables_are_recovered_as_enumeration_has_them() {
    let mut random = Random::new(77);
    for case in 0..40 {
        let made = network(&mut random);
        let lowered = lowered(&made.text, "data.json", &made.data);
        let Some(mut states) = DiscretePosterior::new(&lowered).expect("small") else { continue };
        let q = [random.normal(), random.normal()];
        let joint = Joint::new(&lowered);
        let sizes = joint.elements();
        let all = joint.all(&q);
        let total = log_sum(all.iter().map(|(_, value)| *value));
        let share = |holds: &Event<'_>| {
            all.iter().filter(|(at, _)| holds(at)).map(|(_, v)| (v - total).exp()).sum::<f64>()
        };
        let what = format!("case {case}\n{}\n{}", made.text, made.data);

        let probabilities = states.probabilities(&q);
        let mut probe = 0;
        for (element, &size) in sizes.iter().enumerate() {
            for value in 0..size {
                let expected = share(&|at| at[element] == value);
                assert!(
                    (probabilities[probe] - expected).abs() < 1e-10,
                    "{what}\n{element} {value}: {} {expected}",
                    probabilities[probe]
                );
                probe += 1;
            }
        }

        let together = states.most_probable(&q);
        let largest = all.iter().map(|(_, value)| *value).fold(f64::NEG_INFINITY, f64::max);
        let found = joint.at(&q, &together);
        assert!(
            (found - largest).abs() < 1e-10 * (1.0 + largest.abs()),
            "{what}\n{together:?}: {found} instead of {largest}"
        );

        let draws: Vec<Vec<usize>> =
            (0..DRAWS).map(|draw| states.draw(&q, 1000 * case + draw as u64)).collect();
        check_frequencies(&what, sizes.len(), &draws, &share);
    }
}

/// Whether something holds of the values of all elements.
type Event<'a> = dyn Fn(&[usize]) -> bool + 'a;

/// How often an element is 1, and two of them together, among the draws.
fn check_frequencies(
    what: &str,
    elements: usize,
    draws: &[Vec<usize>],
    probability: &dyn Fn(&Event<'_>) -> f64,
) {
    let close = |holds: &Event<'_>, words: String| {
        let expected = probability(holds);
        let frequency = draws.iter().filter(|draw| holds(draw)).count() as f64 / DRAWS as f64;
        // 40 networks with some 100 frequencies each: beyond 5 standard errors (and 4 draws, where
        // next to none are expected) by chance in 1 of 400 sets of seeds.
        let error = (expected * (1.0 - expected) / DRAWS as f64).max(0.0).sqrt();
        assert!(
            (frequency - expected).abs() < 5.0 * error + 4.0 / DRAWS as f64,
            "{what}\n{words}: {frequency} instead of {expected}"
        );
    };
    for element in 0..elements {
        close(&|draw| draw[element] == 1, format!("draws of {element}"));
        for other in 0..element {
            close(
                &|draw| draw[element] == 1 && draw[other] == 1,
                format!("draws of {other} and {element}"),
            );
        }
    }
}

/// Chains with values that cannot be: what is seen at a later step rules all earlier deaths out,
/// and after its death nothing lives.
#[test]
fn values_that_cannot_be_are_not_drawn() {
    let text = "plate animals\nplate visits\nparam a, b ~ Normal(0, 1)
latent alive[i in animals, v in visits] ~ if v == 1 then Bernoulli(1) else Bernoulli(if alive[i, v-1] then inv_logit(a) else 0)
observe caught[i in animals, v in visits] ~ Bernoulli(if alive then (if v == 1 then 1 else inv_logit(b)) else 0)";
    let lowered =
        lowered(text, "data.json", "{\"caught\": [[1, 0, 1, 0], [1, 0, 0, 0], [1, 1, 1, 1]]}");
    let mut states = DiscretePosterior::new(&lowered).expect("small").expect("discrete");
    let q = [0.4, -0.3];
    let probabilities = states.probabilities(&q);
    let mut shares = vec![0.0; probabilities.len()];
    for seed in 0..DRAWS as u64 {
        let drawn = states.draw(&q, seed);
        drawn
            .iter()
            .enumerate()
            .for_each(|(element, &value)| shares[2 * element + value] += 1.0 / DRAWS as f64);
    }
    for (place, (share, probability)) in shares.iter().zip(&probabilities).enumerate() {
        // 24 shares: beyond 5 standard errors by chance in 1 of 70,000 sets of seeds, and exact
        // where there is no choice.
        let error = (probability * (1.0 - probability) / DRAWS as f64).max(0.0).sqrt();
        assert!(
            (share - probability).abs() <= 5.0 * error + 1e-9,
            "{place}: {share} instead of {probability}"
        );
    }
}
