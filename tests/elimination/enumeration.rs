//! Elimination against the sum over every combination of values.

use super::model::{Joint, check_gradient, density, log_sum, opened, value_and_gradient};
use super::random::network;
use crate::support::random::Random;
use pgmc::lower::Lowered;

#[test]
fn random_networks_are_summed_out_as_enumeration_sums_them() {
    let mut random = Random::new(20);
    let mut combinations = 0;
    for case in 0..200 {
        let made = network(&mut random);
        let open = opened(&made.text, "data.json", &made.data);
        let q = [random.normal(), random.normal()];
        let joint = Joint::new(&open);
        let all = joint.all(&q);
        combinations += all.len();
        let expected = log_sum(all.iter().map(|(_, value)| *value));
        let mut density = density(Lowered::Open(open));
        let (value, _) = value_and_gradient(&mut density, &q);
        let tolerance = 1e-11 * (1.0 + expected.abs());
        assert!(
            (value - expected).abs() <= tolerance,
            "case {case}: {value} instead of {expected}\n{}\n{}",
            made.text,
            made.data
        );
        if case % 10 == 0 {
            check_gradient(&mut density, &q, &made.text);
        }
    }
    assert!(combinations > 20_000, "only {combinations} combinations");
}
