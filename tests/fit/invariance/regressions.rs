//! Regressions without hidden variables: linear, logistic, of counts, of ordered marks.

use super::case::{Case, Move, Predictor, Units, log_uniform, poisson};
use crate::support::random::Random;

fn rows(random: &mut Random, fewest: f64, most: f64) -> usize {
    log_uniform(random, fewest, most) as usize
}

fn inv_logit(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

/// Every third one has a column and its square.
pub fn linear(random: &mut Random) -> Case {
    if random.below(3) == 0 {
        return square(random);
    }
    let n = rows(random, 8.0, 5000.0);
    let x = Predictor::new(random, n, 4.min(n / 4), 1e4);
    let outcome = Units::any(random, 1e4);
    let y = (0..n).map(|i| 0.5 + x.at(i) + random.normal()).collect();
    let text = format!(
        "plate rows\n{}param a : real\nparam s : positive\nobserve y[rows] ~ Normal(a + {}, s)\n",
        x.declared(),
        x.sum()
    );
    x.columns(Case::of(text))
        .outcome("y", y, outcome)
        .moves(x.slopes_move(outcome))
        .moves([x.intercept_moves("a", outcome, 1.0)])
        .scales("s", outcome.scale)
}

/// A column and its square, which are nearly a line where the column is far from 0.
fn square(random: &mut Random) -> Case {
    let n = rows(random, 6.0, 300.0);
    let x: Vec<f64> = (0..n).map(|_| random.normal()).collect();
    let (units, outcome) = (Units::any(random, 300.0), Units::any(random, 1e4));
    let y = x.iter().map(|x| 1.0 + x - 0.5 * x * x + 0.5 * random.normal()).collect();
    let (h, k, c) = (outcome.scale, units.scale, units.shift);
    let b = Move {
        name: "b".to_owned(),
        factor: h / k,
        others: vec![("q".to_owned(), -2.0 * c * h / k)],
        constant: 0.0,
    };
    let a = Move {
        name: "a".to_owned(),
        factor: h,
        others: vec![("b".to_owned(), -c * h), ("q".to_owned(), c * c * h)],
        constant: h * outcome.shift,
    };
    let text = "plate rows\ninput x[rows]\nparam a, b, q : real\nparam s : positive
observe y[rows] ~ Normal(a + b * x + q * x^2, s)\n";
    Case::of(text.to_owned())
        .column("x", x, units)
        .outcome("y", y, outcome)
        .moves([a, b])
        .scales("q", h / (k * k))
        .scales("s", h)
}

pub fn logistic(random: &mut Random) -> Case {
    let n = rows(random, 20.0, 3000.0);
    let x = Predictor::new(random, n, if n < 60 { 1 } else { 3 }, 1e4);
    let y = (0..n).map(|i| f64::from(random.uniform() < inv_logit(0.3 + x.at(i)))).collect();
    let text = format!(
        "plate rows\n{}param a : real\nobserve y[rows] ~ Bernoulli(inv_logit(a + {}))\n",
        x.declared(),
        x.sum()
    );
    x.columns(Case::of(text))
        .plain("y", y)
        .moves(x.slopes_move(Units::SAME))
        .moves([x.intercept_moves("a", Units::SAME, 1.0)])
}

pub fn counts(random: &mut Random) -> Case {
    let n = rows(random, 8.0, 5000.0);
    let x = Predictor::new(random, n, if n < 30 { 1 } else { 3 }, 1e4);
    let y = (0..n).map(|i| poisson(random, (1.0 + x.at(i)).min(5.0).exp())).collect();
    let text = format!(
        "plate rows\n{}param a : real\nobserve y[rows] ~ Poisson(exp(a + {}))\n",
        x.declared(),
        x.sum()
    );
    x.columns(Case::of(text))
        .plain("y", y)
        .moves(x.slopes_move(Units::SAME))
        .moves([x.intercept_moves("a", Units::SAME, 1.0)])
}

pub fn ordered(random: &mut Random) -> Case {
    let n = rows(random, 40.0, 1000.0);
    let x = Predictor::new(random, n, 2, 1e4);
    let mark = |i: usize, random: &mut Random| {
        let u = random.uniform();
        let beyond = |cut: f64| f64::from(u > inv_logit(cut - x.at(i)));
        1.0 + beyond(-0.5) + beyond(1.0)
    };
    let y = (0..n).map(|i| mark(i, random)).collect();
    let text = format!(
        "plate rows\nplate marks = 3\n{}param cut : ordered[2]\nlet eta[rows] = {}
let low[rows] = inv_logit(cut[1] - eta)\nlet high[rows] = inv_logit(cut[2] - eta)
let p[rows] : vector[marks] = [low, high - low, 1 - high]
observe y[rows] : marks ~ Categorical(p)\n",
        x.declared(),
        x.sum()
    );
    x.columns(Case::of(text))
        .plain("y", y)
        .moves(x.slopes_move(Units::SAME))
        .moves(["cut[1]", "cut[2]"].map(|cut| x.intercept_moves(cut, Units::SAME, -1.0)))
}
