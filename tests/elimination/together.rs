//! Discrete variables together with real hidden ones, and with missing values: against sums and
//! integrals written out.

use pgmc::density::LogDensity as _;
use pgmc::elimination::{Algebra, Query, eliminate};
use pgmc::lower::Question;
use pgmc::marginal::numerics::Rule;
use pgmc::pipeline::{self, DiscretePosterior};

use super::model::{check_gradient, density, log_sum, lowered, lowered_for, value_and_gradient};

fn normal(y: f64, mean: f64, sd: f64) -> f64 {
    -0.5 * ((y - mean) / sd).powi(2) - sd.ln() - 0.918_938_533_204_672_7
}

const GROUPS: &str = "plate rows
plate groups = levels(group)
input group[rows] : groups
input x[rows]
param b : real
param w : real
param s : positive
latent u[groups] ~ Normal(0, 0.8)
latent z[rows] ~ Bernoulli(inv_logit(w))
observe y[rows] ~ Normal(u[group] + (if z then b else -1) * x, s)
";

const TABLE: &str = "group,x,y\na,0.5,1.2\na,-1.0,0.3\na,0.8,2.2\nb,1.5,-0.4\nb,0.2,0.1\n";
const ROWS: [(usize, f64, f64); 5] =
    [(0, 0.5, 1.2), (0, -1.0, 0.3), (0, 0.8, 2.2), (1, 1.5, -0.4), (1, 0.2, 0.1)];

/// The log likelihood by sums over z and a fine grid over each u; with the weight of z = 1 of a
/// row.
fn by_hand(b: f64, w: f64, s: f64, probe: usize) -> (f64, f64) {
    let p = 1.0 / (1.0 + (-w).exp());
    let (mut total, mut share) = (0.0, 0.0);
    for group in 0..2 {
        let (mut all, mut with) = (Vec::new(), Vec::new());
        let step = 0.002;
        for k in -4000..=4000 {
            let u = f64::from(k) * step;
            let mut log = normal(u, 0.0, 0.8) + f64::ln(step);
            let mut chosen = 0.0;
            for (row, &(g, x, y)) in ROWS.iter().enumerate() {
                if g == group {
                    let (yes, no) =
                        (p.ln() + normal(y, u + b * x, s), (1.0 - p).ln() + normal(y, u - x, s));
                    let sum = log_sum([yes, no].into_iter());
                    log += sum;
                    if row == probe {
                        chosen = yes - sum;
                    }
                }
            }
            all.push(log);
            with.push(log + chosen);
        }
        let whole = log_sum(all.iter().copied());
        total += whole;
        if ROWS[probe].0 == group {
            share = (log_sum(with.iter().copied()) - whole).exp();
        }
    }
    (total, share)
}

#[test]
fn real_and_discrete_hidden_variables_are_integrated_out_together() {
    let open = lowered_for(GROUPS, "data.csv", TABLE, Question::Joint { jacobian: false });
    let probed = eliminate(open.clone(), Query { algebra: Algebra::Sum, probes: true })
        .expect("small")
        .lowered;
    let plain = eliminate(open, Query::default()).expect("small").lowered;
    let made = |lowered| {
        pipeline::compile_joint(lowered, |f| format!("{f:?}"), |_| Ok(Rule::Quadrature(60)))
            .expect("machine code")
            .0
            .density
    };
    let (mut plain, mut probed) = (made(plain), made(probed));
    let q = [1.7, -0.4, -0.2];
    let (expected, _) = by_hand(q[0], q[1], f64::exp(q[2]), 0);
    let mut gradient = vec![0.0; 3];
    let value = plain.evaluate(&q, &mut gradient);
    assert!((value - expected).abs() < 1e-8, "{value} instead of {expected}");
    for i in 0..3 {
        let h = 1e-5;
        let at = |d: f64| {
            let mut q = q;
            q[i] += d;
            by_hand(q[0], q[1], f64::exp(q[2]), 0).0
        };
        let slope = (at(h) - at(-h)) / (2.0 * h);
        assert!(
            (gradient[i] - slope).abs() < 1e-6 * (1.0 + slope.abs()),
            "{i}: {} instead of {slope}",
            gradient[i]
        );
    }
    // Derivatives by probes are probabilities, the real hidden variables integrated out.
    let mut at = q.to_vec();
    at.resize(3 + 10, 0.0);
    let mut gradient = vec![0.0; at.len()];
    probed.evaluate(&at, &mut gradient);
    for row in 0..5 {
        let (_, share) = by_hand(q[0], q[1], f64::exp(q[2]), row);
        assert!(
            (gradient[3 + 2 * row + 1] - share).abs() < 1e-7,
            "{row}: {} instead of {share}",
            gradient[3 + 2 * row + 1]
        );
    }
}

/// A count series with a Poisson mean that depends on the value before; two neighbours and one more
/// are missing.
#[test]
fn missing_counts_of_a_series_are_summed_out() {
    let text = "plate time
param a : positive
param b : unit
observe y[t in time] ~ if t == 1 then Truncated(Poisson(3), 0, 30) else Truncated(Poisson(a + b * y[t-1]), 0, 30)
";
    let lowered = lowered(text, "data.csv", "y,i\n2,1\nNA,2\nNA,3\n4,4\n1,5\nNA,6\n3,7\n");
    let mut density = density(&lowered);
    let q = [0.2, -0.3];
    let (a, b) = (f64::exp(0.2), 1.0 / (1.0 + f64::exp(0.3)));
    let factorial = |n: usize| (1..=n).map(|k| (k as f64).ln()).sum::<f64>();
    let poisson = |y: usize, rate: f64| {
        let log = |y: usize| y as f64 * rate.ln() - rate - factorial(y);
        log(y) - log_sum((0..=30).map(log).collect::<Vec<_>>().into_iter())
    };
    let next = |y: usize, before: usize| poisson(y, a + b * before as f64);
    let mut sums = Vec::new();
    for i in 0..=30 {
        for j in 0..=30 {
            for k in 0..=30 {
                sums.push(
                    poisson(2, 3.0)
                        + next(i, 2)
                        + next(j, i)
                        + next(4, j)
                        + next(1, 4)
                        + next(k, 1)
                        + next(3, k),
                );
            }
        }
    }
    let jacobian = 0.2 + b.ln() + (1.0 - b).ln();
    let expected = log_sum(sums.iter().copied()) + jacobian;
    let (value, _) = value_and_gradient(&mut density, &q);
    assert!((value - expected).abs() < 1e-9, "{value} instead of {expected}");
    check_gradient(&mut density, &q, "a series of counts");
    // The third missing value alone: its probabilities.
    let mut states = DiscretePosterior::new(&lowered).expect("small").expect("missing values");
    let found = states.probabilities(&q);
    let weights: Vec<f64> = (0..=30).map(|k| next(k, 1) + next(3, k)).collect();
    let total = log_sum(weights.iter().copied());
    for (k, weight) in weights.iter().enumerate() {
        assert!(
            (found[62 + k] - (weight - total).exp()).abs() < 1e-10,
            "{k}: {} instead of {}",
            found[62 + k],
            (weight - total).exp()
        );
    }
}

/// A binary covariate with a distribution of its own, missing now and then.
#[test]
fn missing_covariates_are_summed_out() {
    let text = "plate rows
param p : unit
param a, b : real
observe c[rows] ~ Bernoulli(p)
observe y[rows] ~ Normal(a + b * c, 1)
";
    let mut density = density(&lowered(text, "data.csv", "c,y\n1,2.2\nNA,0.4\n0,0.1\nNA,1.9\n"));
    let q = [0.4, 0.3, 1.6];
    let p: f64 = 1.0 / (1.0 + f64::exp(-0.4));
    let of = |c: f64, y: f64| if c == 1.0 { p.ln() } else { (1.0 - p).ln() } + normal(y, 0.3 + 1.6 * c, 1.0);
    let either = |y: f64| log_sum([of(0.0, y), of(1.0, y)].into_iter());
    let expected =
        of(1.0, 2.2) + either(0.4) + of(0.0, 0.1) + either(1.9) + p.ln() + (1.0 - p).ln();
    let (value, _) = value_and_gradient(&mut density, &q);
    assert!((value - expected).abs() < 1e-12, "{value} instead of {expected}");
    check_gradient(&mut density, &q, "missing covariates");
}

/// Missing counts that nothing depends on have no range, and need none.
#[test]
fn missing_values_that_nothing_depends_on_are_left_out() {
    let text = "plate rows\nparam r : positive\nobserve y[rows] ~ Poisson(r)\n";
    let mut whole = density(&lowered(text, "data.csv", "y,i\n3,1\nNA,2\n5,3\n"));
    let mut without = density(&lowered(text, "data.csv", "y,i\n3,1\n5,3\n"));
    assert_eq!(value_and_gradient(&mut whole, &[0.7]), value_and_gradient(&mut without, &[0.7]));
}
