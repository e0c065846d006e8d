//! Means that are no lines: growth without and with an end, saturation.

use super::case::{Case, Move, Units, log_uniform};
use crate::support::random::Random;

fn model(declared: &str, mean: &str) -> String {
    format!(
        "plate rows\ninput x[rows]\nparam {declared} : real\nparam s : positive
observe y[rows] ~ Normal({mean}, s)\n"
    )
}

/// Values of x, and outcomes about a mean with some noise.
fn about(
    random: &mut Random,
    (first, last): (f64, f64),
    noise: f64,
    mean: impl Fn(f64) -> f64,
) -> (Vec<f64>, Vec<f64>) {
    let n = log_uniform(random, 8.0, 300.0) as usize;
    let step = (last - first) / (n - 1) as f64;
    let x: Vec<f64> = (0..n).map(|i| first + step * i as f64).collect();
    let y = x.iter().map(|x| mean(*x) + noise * random.normal()).collect();
    (x, y)
}

pub fn exponential_growth(random: &mut Random) -> Case {
    let rate = if random.below(2) == 0 { 0.8 } else { -0.8 };
    let (x, y) = about(random, (0.0, 3.0), 0.2, |x| 2.0 * (rate * x).exp());
    let (units, outcome) = (Units::scale(random), Units::scale(random));
    Case::of(model("a, r", "a * exp(r * x)"))
        .column("x", x, units)
        .outcome("y", y, outcome)
        .scales("a", outcome.scale)
        .scales("r", 1.0 / units.scale)
        .scales("s", outcome.scale)
}

/// The time may begin anywhere.
pub fn logistic_growth(random: &mut Random) -> Case {
    let middle = random.between(-1.0, 1.0);
    let (x, y) = about(random, (-4.0, 4.0), 0.1, |x| 3.0 / (1.0 + (middle - x).exp()));
    let (units, outcome) = (Units::any(random, 1e3), Units::scale(random));
    let moved = Move {
        name: "middle".to_owned(),
        factor: units.scale,
        others: Vec::new(),
        constant: units.scale * units.shift,
    };
    Case::of(model("top, middle, width", "top / (1 + exp((middle - x) / width))"))
        .column("x", x, units)
        .outcome("y", y, outcome)
        .moves([moved])
        .scales("top", outcome.scale)
        .scales("width", units.scale)
        .scales("s", outcome.scale)
}

pub fn michaelis_menten(random: &mut Random) -> Case {
    let half = random.between(0.5, 2.0);
    let (x, y) = about(random, (0.1, 8.0), 0.1, |x| 2.0 * x / (half + x));
    let (units, outcome) = (Units::scale(random), Units::scale(random));
    Case::of(model("top, half", "top * x / (half + x)"))
        .column("x", x, units)
        .outcome("y", y, outcome)
        .scales("top", outcome.scale)
        .scales("half", units.scale)
        .scales("s", outcome.scale)
}
