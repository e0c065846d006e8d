//! Models along a plate that is ordered: a point of change, an autoregression, a variance that
//! follows its past.

use super::model::{Case, calibrated};

#[test]
fn point_of_change() {
    calibrated(&Case {
        text: "plate years = 20
param early, late ~ Gamma(3, 1)
param tau : int(1, 20) ~ DiscreteUniform(1, 20)
observe n[t in years] ~ Poisson(if t <= tau then early else late)
report fit = sum(t in years: log_density(Poisson(if t <= tau then early else late), n[t]))",
        quantities: &["early", "late", "tau", "fit"],
        has_discrete: true,
        ..Case::default()
    });
}

#[test]
fn variance_that_follows_its_past() {
    calibrated(&Case {
        text: "plate time = 30
param mu ~ Normal(0, 1)
param base ~ Gamma(3, 3)
param reaction : real(0, 1) ~ Beta(2, 3)
param memory ~ Uniform(0, 1 - reaction)
let v[t in time] = if t == 1 then base else base + reaction * (y[t-1] - mu)^2 + memory * v[t-1]
observe y[time] ~ Normal(mu, sqrt(v))
report fit = sum(t in time: log_density(Normal(mu, sqrt(v[t])), y[t]))",
        quantities: &["mu", "base", "reaction", "memory", "fit"],
        ..Case::default()
    });
}

#[test]
fn autoregression() {
    calibrated(&Case {
        text: "plate time = 25
param level ~ Normal(0, 2)
param memory ~ Uniform(-1, 1)
param noise ~ Gamma(4, 4)
observe y[t in time] ~ if t == 1 then Normal(level, noise / sqrt(1 - memory^2)) else Normal(level + memory * (y[t-1] - level), noise)
report half_life = log(0.5) / log(abs(memory))",
        quantities: &["level", "memory", "noise", "half_life"],
        ..Case::default()
    });
}
