//! Arguments outside the bounds of their parameters: where only the data or the unknowns tell, the
//! density is 0 there.

use crate::families::reported::reported;

const WEDGE: &str = "family Wedge(low: real(_, 1), top: real(low, 5), steps: int(1, 4), flag: bool) over real {\n\
                     log_density(y) = low + top + steps + flag + 0 * y\n}\nplate rows\n";

/// The log density at 0 for rows of (low, top, steps, flag).
fn densities(rows: &[[f64; 4]]) -> Vec<f64> {
    let model = format!(
        "{WEDGE}input low[rows]\ninput top[rows]\ninput steps[rows]\ninput flag[rows]\n\
         report value[rows] = log_density(Wedge(low, top, steps, flag), 0)\n"
    );
    let column =
        |i: usize| rows.iter().map(|row| row[i].to_string()).collect::<Vec<_>>().join(", ");
    let data = format!(
        "{{\"low\": [{}], \"top\": [{}], \"steps\": [{}], \"flag\": [{}]}}",
        column(0),
        column(1),
        column(2),
        column(3)
    );
    reported(&model, &data, "value")
}

#[test]
fn within_their_bounds_arguments_change_nothing() {
    let rows = [[0.0, 0.0, 1.0, 0.0], [1.0, 5.0, 4.0, 1.0], [-100.0, 2.5, 2.0, 1.0]];
    assert_eq!(densities(&rows), rows.map(|row| row.iter().sum::<f64>()));
}

#[test]
fn outside_their_bounds_the_density_is_0() {
    let outside = [
        [1.1, 2.0, 1.0, 0.0],
        [0.5, 0.4, 1.0, 0.0],
        [0.5, 5.1, 1.0, 0.0],
        [0.5, 2.0, 0.0, 0.0],
        [0.5, 2.0, 5.0, 0.0],
        [0.5, 2.0, 2.5, 0.0],
        [0.5, 2.0, 2.0, 0.5],
    ];
    assert_eq!(densities(&outside), [f64::NEG_INFINITY; 7]);
}

#[test]
fn the_librarys_own_bounds_hold() {
    let model = "plate rows\ninput a[rows]\ninput b[rows]\n\
                 report value[rows] = log_density(Uniform(a, b), 1)\n\
                 report whole[rows] = log_density(DiscreteUniform(a, b), 1)\n\
                 report trials[rows] = log_density(Binomial(b, 0.5), 1)\n";
    let data = "{\"a\": [0, 2, 0], \"b\": [2, 0, 2.5]}";
    assert_eq!(reported(model, data, "value"), [-(2f64.ln()), f64::NEG_INFINITY, -(2.5f64.ln())]);
    let whole = reported(model, data, "whole");
    assert!(
        (whole[0] + 3f64.ln()).abs() < 1e-15 && whole[1..] == [f64::NEG_INFINITY; 2],
        "{whole:?}"
    );
    let trials = reported(model, data, "trials");
    assert!(
        (trials[0] - 0.5f64.ln()).abs() < 1e-15 && trials[2] == f64::NEG_INFINITY,
        "{trials:?}"
    );
}
