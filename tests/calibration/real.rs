//! Models of real values: groups, lost cells, times that are cut off.

use pgmc::lower::Form;

use super::model::{Case, Data, calibrated, column};

const GROUPS: &str = "plate rows = 30
plate groups = 6
input group[rows] : groups
param mu ~ Normal(0, 2)
param tau ~ HalfNormal(1)
param sigma ~ Gamma(4, 4)
latent theta[groups] ~ Normal(mu, tau)
observe y[rows] ~ Normal(theta[group], sigma)
report fit = sum(i in rows: log_density(Normal(theta[group[i]], sigma), y[i]))";

#[test]
fn groups_by_noise() {
    calibrated(&Case {
        text: GROUPS,
        quantities: &["mu", "tau", "sigma", "theta[1]", "fit"],
        inputs: || {
            Data::from([("group".to_owned(), column((0..30).map(|i| f64::from(i % 6 + 1))))])
        },
        form: Form::Auxiliary,
        ..Case::default()
    });
}

/// Units whose time is beyond the end of the study are known to last longer.
#[test]
fn times_cut_off() {
    const END: f64 = 2.0;
    calibrated(&Case {
        text: "plate units = 30
input running[units] : bool
param shape ~ Gamma(6, 4)
param scale ~ LogNormal(0.5, 0.4)
observe hours[units] ~ Censored(Weibull(shape, scale), right = running)",
        quantities: &["shape", "scale"],
        // The simulation draws times, whatever the flag.
        inputs: || Data::from([("running".to_owned(), column([0.0; 30]))]),
        seen: |data| {
            let hours = &mut data.get_mut("hours").expect("observed").1;
            let running: Vec<f64> =
                hours.iter().map(|&time| f64::from(u8::from(time > END))).collect();
            hours.iter_mut().for_each(|time| *time = time.min(END));
            data.insert("running".to_owned(), column(running));
        },
        ..Case::default()
    });
}

/// A scale that ends on both sides.
#[test]
fn values_at_limits() {
    calibrated(&Case {
        text: "plate rows = 30
input x[rows]
param a, b ~ Normal(0, 1)
param s ~ Gamma(4, 4)
observe y[rows] ~ Censored(Normal(a + b * x, s), -1, 1.5)
report fit = sum(i in rows: log_density(Censored(Normal(a + b * x[i], s), -1, 1.5), y[i]))",
        quantities: &["a", "b", "s", "fit"],
        inputs: || {
            Data::from([("x".to_owned(), column((0..30).map(|i| f64::from(i) / 15.0 - 1.0)))])
        },
        ..Case::default()
    });
}

/// A covariate with a distribution of its own, of which cells are lost by chance.
#[test]
fn lost_cells_of_a_covariate() {
    calibrated(&Case {
        text: "plate rows = 25
param m ~ Normal(0, 1)
param r, s ~ Gamma(4, 4)
param a, b ~ Normal(0, 1)
observe x[rows] ~ Normal(m, r)
observe y[rows] ~ Normal(a + b * x, s)",
        quantities: &["m", "r", "s", "a", "b", "x[1]", "x[8]"],
        seen: |data| {
            let x = &mut data.get_mut("x").expect("observed").1;
            x.iter_mut().step_by(7).for_each(|cell| *cell = f64::NAN);
        },
        ..Case::default()
    });
}
