//! Summaries and convergence of draws, against ArviZ on the same draws
//! (tests/reference/draws_arviz.py).

use pgmc::draws::chain::{Chain, rectangle};
use pgmc::draws::energy::e_bfmi;
use pgmc::draws::{Dim, Draws, Summary, Variable, summaries, summarise};
use serde_json::Value;

fn cases() -> Vec<(String, Value)> {
    let file: Value = serde_json::from_str(include_str!("../reference/draws_arviz.json")).unwrap();
    let Value::Object(cases) = file else { panic!("an object of cases") };
    cases.into_iter().collect()
}

fn case(name: &str) -> Value {
    cases().into_iter().find(|(own, _)| own == name).unwrap().1
}

/// null stands for infinity among the draws.
fn chains(case: &Value) -> Vec<Vec<f64>> {
    let chain = |chain: &Value| {
        chain.as_array().unwrap().iter().map(|v| v.as_f64().unwrap_or(f64::INFINITY)).collect()
    };
    case["draws"].as_array().unwrap().iter().map(chain).collect()
}

fn fields(summary: &Summary) -> [(&'static str, f64); 9] {
    [
        ("mean", summary.mean),
        ("sd", summary.sd),
        ("q05", summary.q05),
        ("q50", summary.q50),
        ("q95", summary.q95),
        ("mcse_mean", summary.mcse_mean),
        ("ess_bulk", summary.ess_bulk),
        ("ess_tail", summary.ess_tail),
        ("rhat", summary.rhat),
    ]
}

/// Equal to ten digits; `null` there, not finite here. `scale`: what a difference of locations is
/// measured against.
fn assert_equal(name: &str, field: &str, ours: f64, theirs: &Value, scale: f64) {
    match theirs.as_f64() {
        Some(theirs) => {
            let size = if ["mean", "q05", "q50", "q95"].contains(&field) {
                theirs.abs().max(scale)
            } else {
                theirs.abs()
            };
            assert!(
                (ours - theirs).abs() <= 1e-10 * size,
                "{name}, {field}: {ours} against {theirs}"
            );
        }
        None => assert!(!ours.is_finite(), "{name}, {field}: {ours} against null"),
    }
}

#[test]
fn summaries_are_those_of_arviz() {
    for (name, case) in cases() {
        if name == "constant" || name == "not_finite" {
            continue;
        }
        let summary = summarise(&chains(&case));
        for (field, ours) in fields(&summary) {
            assert_equal(&name, field, ours, &case[field], summary.sd);
        }
    }
}

#[test]
fn e_bfmi_is_that_of_arviz() {
    for (name, case) in cases() {
        for (chain, theirs) in chains(&case).iter().zip(case["e_bfmi"].as_array().unwrap()) {
            assert_equal(&name, "e_bfmi", e_bfmi(chain), theirs, 1.0);
        }
    }
}

/// ArviZ reports an effective sample size of n and no Monte Carlo error here; we say that there is
/// nothing to report.
#[test]
fn a_constant_has_no_convergence_to_judge() {
    let summary = summarise(&chains(&case("constant")));
    assert_eq!((summary.mean, summary.sd, summary.q05, summary.q95), (0.1, 0.0, 0.1, 0.1));
    for value in [summary.mcse_mean, summary.ess_bulk, summary.ess_tail, summary.rhat] {
        assert!(value.is_nan());
    }
}

#[test]
fn chains_that_stand_still_apart_have_infinite_rhat() {
    assert_eq!(summarise(&chains(&case("two_constants"))).rhat, f64::INFINITY);
}

/// ArviZ ranks the finite draws and goes on; we report nothing that would look like a result.
#[test]
fn a_draw_that_is_not_finite_spoils_the_column() {
    let summary = summarise(&chains(&case("not_finite")));
    for (field, value) in fields(&summary) {
        assert!(!value.is_finite(), "{field}: {value}");
    }
}

fn example() -> Draws {
    let chain = |offset: f64| Chain {
        width: 3,
        values: (0..60).map(|i| offset + f64::from(i * i % 17)).collect(),
        length: 20,
        ..Chain::default()
    };
    Draws {
        names: ["mu", "a[ANOKA]", "a[LAKE]"].map(str::to_owned).to_vec(),
        variables: vec![
            Variable::scalar("mu"),
            Variable {
                name: "a".to_owned(),
                dims: vec![Dim { plate: Some("counties".to_owned()), size: 2 }],
                discrete: false,
            },
        ],
        chains: vec![chain(0.0), chain(0.5)],
    }
}

#[test]
fn columns_belong_to_variables() {
    let draws = example();
    let ranges: Vec<_> = draws
        .columns_by_variable()
        .map(|(variable, range)| (variable.name.as_str(), range))
        .collect();
    assert_eq!(ranges, [("mu", 0..1), ("a", 1..3)]);
    assert_eq!(draws.total(), 40);
    assert_eq!(draws.column(1)[1][1], draws.chains[1].row(1)[1]);
}

#[test]
fn summaries_do_not_depend_on_threads() {
    let draws = example();
    assert_eq!(summaries(&draws, 1), summaries(&draws, 4));
}

#[test]
fn of_unequal_chains_the_largest_rectangle_is_kept() {
    let chain = |length| Chain { width: 1, values: vec![0.0; length], length, ..Chain::default() };
    let kept = |lengths: &[usize]| -> Vec<usize> {
        rectangle(lengths.iter().map(|&l| chain(l)).collect()).iter().map(Chain::len).collect()
    };
    assert_eq!(kept(&[100, 90, 80, 0]), [80, 80, 80]);
    assert_eq!(kept(&[100, 30, 0, 0]), [100]);
    assert_eq!(kept(&[50, 50]), [50, 50]);
    assert_eq!(kept(&[]), [0; 0]);
}
