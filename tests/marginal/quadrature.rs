//! Quadrature against integrals in closed form.

use super::made::make;
use crate::support::random::Random;
use crate::support::table::table;
use pgmc::lower::Form;
use pgmc::marginal::numerics::Rule;
use pgmc::math::beta::lbeta;
use pgmc::math::gamma::lgamma;

/// A Poisson count with a gamma rate is negative binomial.
#[test]
fn gamma_and_poisson() {
    let mut random = Random::new(21);
    let counts: Vec<f64> = (0..25).map(|_| random.below(9) as f64).collect();
    let text = "plate rows\nparam size, mean : positive\nlatent l[rows] ~ Gamma(size, size / \
        mean)\nobserve y[rows] ~ Poisson(l)";
    let mut made =
        make(text, &table(&["y"], std::slice::from_ref(&counts)), Rule::Quadrature(40), Form::Auto);
    for (size, mean) in [(2.0_f64, 3.0_f64), (6.0, 4.0)] {
        let closed: f64 = counts
            .iter()
            .map(|&y| {
                lgamma(y + size) - lgamma(size) - lgamma(y + 1.0)
                    + size * (size / (size + mean)).ln()
                    + y * (mean / (size + mean)).ln()
            })
            .sum();
        let ours = made.value(&[size.ln(), mean.ln()]);
        assert!((ours - closed).abs() < 1e-6, "{ours} against {closed}");
    }
}

/// Trials with a beta probability a group are beta-binomial.
#[test]
fn beta_and_bernoulli() {
    let mut random = Random::new(22);
    let g: Vec<f64> = (0..60).map(|_| 1.0 + random.below(8) as f64).collect();
    let y: Vec<f64> = (0..60).map(|_| random.below(2) as f64).collect();
    let text = "plate rows\nplate groups = levels(g)\ninput g[rows] : groups\nparam a, b : positive
latent p[groups] ~ Beta(a, b)\nobserve y[rows] : bool ~ Bernoulli(p[g])";
    let mut made =
        make(text, &table(&["g", "y"], &[g.clone(), y.clone()]), Rule::Quadrature(40), Form::Auto);
    let (a, b) = (2.5_f64, 1.5_f64);
    let groups = (1..=8).map(|k| {
        let chosen = |yes: f64| {
            g.iter().zip(&y).filter(|&(group, y)| *group == f64::from(k) && *y == yes).count()
                as f64
        };
        lbeta(a + chosen(1.0), b + chosen(0.0)) - lbeta(a, b)
    });
    let closed: f64 = groups.sum();
    let ours = made.value(&[a.ln(), b.ln()]);
    assert!((ours - closed).abs() < 1e-6, "{ours} against {closed}");
}

/// More points come closer, and one point is Laplace's approximation.
#[test]
fn points_add_up() {
    let mut random = Random::new(23);
    let g: Vec<f64> = (0..40).map(|_| 1.0 + random.below(8) as f64).collect();
    let y: Vec<f64> = (0..40).map(|_| random.below(2) as f64).collect();
    let text =
        "plate rows\nplate groups = levels(g)\ninput g[rows] : groups\nparam m\nparam s : positive
latent u[groups] ~ Normal(m, s)\nobserve y[rows] : bool ~ Bernoulli(inv_logit(u[g]))";
    let data = table(&["g", "y"], &[g, y]);
    let at = |rule| make(text, &data, rule, Form::Auto).value(&[0.3, 0.4]);
    let best = at(Rule::Quadrature(60));
    let errors: Vec<f64> =
        [1, 3, 9, 25].into_iter().map(|k| (at(Rule::Quadrature(k)) - best).abs()).collect();
    assert!(errors.windows(2).all(|w| w[1] < w[0]), "{errors:?}");
    assert!(errors[3] < 1e-9, "{errors:?}");
    assert_eq!(at(Rule::Quadrature(1)), at(Rule::Laplace));
}

/// Looking at several points together changes nothing.
#[test]
fn points_together_and_one_by_one() {
    use pgmc::density::LogDensity as _;
    let mut random = Random::new(24);
    let g: Vec<f64> = (0..40).map(|_| 1.0 + random.below(8) as f64).collect();
    let y: Vec<f64> = (0..40).map(|_| random.below(2) as f64).collect();
    let text = "plate rows\nplate groups = levels(g)\ninput g[rows] : groups\nparam m\nparam s : positive
latent u[groups] ~ Normal(m, s)\nobserve y[rows] : bool ~ Bernoulli(inv_logit(u[g]))\nfactor weight = -m^2";
    let data = table(&["g", "y"], &[g, y]);
    let alone = make(text, &data, Rule::Laplace, Form::Auto).density;
    for rule in [Rule::Quadrature(7), Rule::Quadrature(21), Rule::Quadrature(40)] {
        let mut together = make(text, &data, rule, Form::Auto).density;
        let mut alone = alone.with_rule(rule);
        let (mut a, mut b) = ([0.0; 2], [0.0; 2]);
        let (x, y) = (together.evaluate(&[0.3, 0.4], &mut a), alone.evaluate(&[0.3, 0.4], &mut b));
        assert!((x - y).abs() < 1e-11 * y.abs(), "{x} {y}");
        a.iter()
            .zip(&b)
            .for_each(|(a, b)| assert!((a - b).abs() < 1e-9 * (1.0 + b.abs()), "{a} {b}"));
    }
}
