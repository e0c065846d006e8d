//! Models of counts and shares.

use super::model::{Case, calibrated};

/// Animals at sites, each seen with a chance at each visit: how many there are is not known.
#[test]
fn animals_at_sites() {
    calibrated(&Case {
        text: "plate sites = 12
plate visits = 3
param rate ~ Gamma(8, 2)
param p ~ Beta(4, 4)
latent n[sites] : int(0, 25) ~ Poisson(rate)
observe seen[s in sites, v in visits] ~ Binomial(n[s], p)
report total = sum(s in sites: n[s])",
        quantities: &["rate", "p", "n[1]", "total"],
        has_discrete: true,
        ..Case::default()
    });
}

#[test]
fn more_zeros() {
    calibrated(&Case {
        text:
            "plate visits = 30
param never ~ Beta(2, 3)
param mean ~ Gamma(4, 1)
param size ~ Gamma(4, 1)
observe n[visits] ~ ZeroInflated(never, NegativeBinomial(mean, size))
report fit = sum(i in visits: log_density(ZeroInflated(never, NegativeBinomial(mean, size)), n[i]))",
        quantities: &["never", "mean", "size", "fit"],
        ..Case::default()
    });
}

#[test]
fn hurdle() {
    calibrated(&Case {
        text: "plate visits = 30
param none ~ Beta(2, 3)
param rate ~ Gamma(4, 2)
param m ~ Normal(0, 1)
param s ~ Gamma(4, 4)
observe n[visits] ~ Hurdle(none, Poisson(rate))
observe weight[visits] ~ Hurdle(none, LogNormal(m, s))",
        quantities: &["none", "rate", "m", "s"],
        ..Case::default()
    });
}

/// Compositions, and single draws from the same shares.
#[test]
fn shares() {
    calibrated(&Case {
        text: "plate rows = 15
plate kinds = 3
param p : simplex[kinds] ~ Dirichlet([2, 1, 3])
param spread ~ Gamma(5, 0.5)
observe c[rows] : vector[kinds] ~ DirichletMultinomial(10, spread * p)
observe k[rows] : kinds ~ Categorical(p)
report fit = sum(i in rows: log_density(Categorical(p), k[i]))",
        quantities: &["p", "spread", "fit"],
        ..Case::default()
    });
}
