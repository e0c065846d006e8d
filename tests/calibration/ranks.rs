//! Ranks of true values among draws → whether they are uniform.

use pgmc::math::gamma_inc::gamma_inc;

use crate::support::random::Random;

/// Data sets that are simulated of each model.
pub const DATA_SETS: u64 = 128;

/// Draws that a true value is ranked among: its rank has one value more.
pub const RANKED: usize = 63;

/// Ranks are counted in so many bins of equal width. 16 are expected in each.
const BINS: usize = 8;

/// The chance that any of all tests fails although all ranks are uniform.
const ANY: f64 = 1e-3;

/// No fewer quantities than all models have together, so that [`ANY`] holds by Bonferroni's
/// inequality.
const QUANTITIES: f64 = 100.0;

/// How many of the draws lie below `truth`; among those that equal it the place is drawn, so that
/// ranks of discrete quantities are uniform too.
pub fn rank(truth: f64, draws: impl Iterator<Item = f64>, random: &mut Random) -> usize {
    let (mut below, mut equal) = (0, 0);
    for draw in draws {
        below += usize::from(draw < truth);
        equal += usize::from(draw == truth);
    }
    below + random.below(equal + 1)
}

/// The chance of a χ² at least as large, for uniform ranks. The χ² distribution is a limit: at 16
/// expected a bin the chance is right within a factor of 2 down to 1e-5.
fn chance(ranks: &[usize]) -> (f64, [usize; BINS]) {
    let mut counts = [0; BINS];
    ranks.iter().for_each(|rank| counts[rank * BINS / (RANKED + 1)] += 1);
    let expected = ranks.len() as f64 / BINS as f64;
    let square: f64 =
        counts.iter().map(|&count| (count as f64 - expected).powi(2) / expected).sum();
    (1.0 - gamma_inc((BINS - 1) as f64 / 2.0, square / 2.0), counts)
}

/// Fails where the ranks of a quantity are too far from uniform.
pub fn assert_uniform(names: &[String], ranks: &[Vec<usize>]) {
    let mut failures = Vec::new();
    for (name, ranks) in names.iter().zip(ranks) {
        let (chance, counts) = chance(ranks);
        println!("{name:>16}  p = {chance:.2e}  {counts:?}");
        if chance.is_nan() || chance < ANY / QUANTITIES {
            failures.push(format!("{name}: p = {chance:.1e}, ranks by bins {counts:?}"));
        }
    }
    assert!(failures.is_empty(), "not calibrated:\n{}", failures.join("\n"));
}

#[test]
fn uniform_ranks_pass_and_others_fail() {
    let mut random = Random::new(1);
    let uniform: Vec<usize> = (0..DATA_SETS).map(|_| random.below(RANKED + 1)).collect();
    assert!(chance(&uniform).0 > 1e-3);
    // Draws with a standard deviation of two thirds of what it should be push ranks outwards; a
    // wide one pulls them in.
    let pushed: Vec<usize> = uniform
        .iter()
        .map(|&rank| if rank < 32 { rank * 2 / 3 } else { 63 - (63 - rank) * 2 / 3 })
        .collect();
    assert!(chance(&pushed).0 < ANY / QUANTITIES);
    let shifted: Vec<usize> =
        uniform.iter().map(|&rank| (rank + random.below(32)).min(RANKED)).collect();
    assert!(chance(&shifted).0 < ANY / QUANTITIES);
}
