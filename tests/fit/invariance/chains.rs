//! Hidden chains: a level, a level with a trend, an autoregression, states.

use super::case::{Case, Move, Units, log_uniform};
use crate::support::random::Random;

fn length(random: &mut Random, fewest: f64, most: f64) -> usize {
    log_uniform(random, fewest, most) as usize
}

/// Of a place in the outcome's units.
fn place(name: &str, outcome: Units) -> Move {
    Move {
        name: name.to_owned(),
        factor: outcome.scale,
        others: Vec::new(),
        constant: outcome.scale * outcome.shift,
    }
}

pub fn local_level(random: &mut Random) -> Case {
    let n = length(random, 30.0, 500.0);
    let mut level = 0.0;
    let mut next = || {
        level += 0.5 * random.normal();
        level + random.normal()
    };
    let y = (0..n).map(|_| next()).collect();
    let outcome = Units::any(random, 1e4);
    let text = "plate rows\nparam start : real\nparam sl, s : positive
latent level[t in rows] ~ if t == 1 then Normal(start, sl) else Normal(level[t-1], sl)
observe y[rows] ~ Normal(level, s)\n";
    Case::of(text.to_owned())
        .outcome("y", y, outcome)
        .moves([place("start", outcome)])
        .scales("sl", outcome.scale)
        .scales("s", outcome.scale)
}

pub fn local_trend(random: &mut Random) -> Case {
    let n = length(random, 60.0, 400.0);
    let (mut level, mut slope) = (0.0, 0.0);
    let mut next = || {
        level += slope + 0.5 * random.normal();
        slope += 0.3 * random.normal();
        level + random.normal()
    };
    let y = (0..n).map(|_| next()).collect();
    let outcome = Units::any(random, 1e4);
    let text = "plate rows\nparam start, tilt : real\nparam sl, sb, s : positive
latent slope[t in rows] ~ if t == 1 then Normal(tilt, sb) else Normal(slope[t-1], sb)
latent level[t in rows] ~ if t == 1 then Normal(start, sl)
                          else Normal(level[t-1] + slope[t-1], sl)
observe y[rows] ~ Normal(level, s)\n";
    let scaled = ["tilt", "sl", "sb", "s"].map(|name| Move::scaled(name, outcome.scale));
    Case::of(text.to_owned())
        .outcome("y", y, outcome)
        .moves([place("start", outcome)])
        .moves(scaled)
}

pub fn autoregression(random: &mut Random) -> Case {
    let n = length(random, 80.0, 500.0);
    let phi = random.between(0.6, 0.9);
    let mut hidden = random.normal();
    let mut next = || {
        hidden = phi * hidden + random.normal();
        hidden + 0.7 * random.normal()
    };
    let y = (0..n).map(|_| next()).collect();
    let outcome = Units::any(random, 1e4);
    let text = "plate rows\nparam m : real\nparam phi : real(-1, 1)\nparam sh, s : positive
latent h[t in rows] ~ if t == 1 then Normal(m, sh / sqrt(1 - phi^2))
                      else Normal(m + phi * (h[t-1] - m), sh)
observe y[rows] ~ Normal(h, s)\n";
    Case::of(text.to_owned())
        .outcome("y", y, outcome)
        .moves([place("m", outcome)])
        .scales("phi", 1.0)
        .scales("sh", outcome.scale)
        .scales("s", outcome.scale)
}

pub fn states(random: &mut Random) -> Case {
    let n = length(random, 60.0, 500.0);
    let mut state = 0;
    let mut next = || {
        if random.uniform() < [0.1, 0.2][state] {
            state = 1 - state;
        }
        [-1.5, 1.5][state] + random.normal()
    };
    let y = (0..n).map(|_| next()).collect();
    let outcome = Units::any(random, 1e4);
    let text = "plate rows\nplate states = 2\nparam trans[states] : simplex[states]
param level : ordered[states]\nparam s : positive\nlet start : vector[states] = [0.5, 0.5]
latent z[t in rows] ~ if t == 1 then Categorical(start) else Categorical(trans[z[t-1]])
observe y[rows] ~ Normal(level[z], s)\n";
    Case::of(text.to_owned())
        .outcome("y", y, outcome)
        .moves(["level[1]", "level[2]"].map(|name| place(name, outcome)))
        .moves(["trans[1,1]", "trans[2,2]"].map(|name| Move::scaled(name, 1.0)))
        .scales("s", outcome.scale)
}
