//! What the means of hidden variables do as parameters move, and second derivatives where blocks are
//! larger than closed forms reach, against differences.

use super::made::{Made, make};
use crate::support::random::Random;
use crate::support::table::table;
use pgmc::density::{LogDensity as _, hessian_by_differences};
use pgmc::lower::Form;
use pgmc::marginal::numerics::{Parts, Rule};

const TREND: &str = "plate time\nparam a, b, s : positive
latent slope[t in time] ~ if t == 1 then Normal(0, 1) else Normal(slope[t-1], b)
latent level[t in time] ~ if t == 1 then Normal(0, 3) else Normal(level[t-1] + slope[t-1], a)
observe y[time] ~ Normal(level, s)";

const VECTORS: &str = "plate rows\nplate groups = levels(g)\nplate terms = 7
input g[rows] : groups\ninput x[rows]\nparam m\nparam tau, s : positive
latent u[groups, k in terms] ~ Normal(0, tau / k)
observe y[rows] ~ Normal(m + sum(k in terms: u[g, k] * sin(k * x)), s)";

const CROSSED: &str = "plate rows\nplate as = levels(g)\nplate bs = levels(h)
input g[rows] : as\ninput h[rows] : bs\ninput x[rows]\nparam m, b\nparam sa, sb, s : positive
latent u[as] ~ Normal(0, sa)\nlatent v[bs] ~ Normal(b, sb)
observe y[rows] ~ Normal(m + u[g] + v[h] * x, s)";

fn data() -> String {
    let mut random = Random::new(21);
    let n = 60;
    let columns: Vec<Vec<f64>> = vec![
        (0..n).map(|_| 1.0 + random.below(6) as f64).collect(),
        (0..n).map(|_| 1.0 + random.below(4) as f64).collect(),
        (0..n).map(|_| random.normal()).collect(),
        (0..n).map(|_| random.normal()).collect(),
    ];
    table(&["g", "h", "x", "y"], &columns)
}

fn each(holds: impl Fn(&str, Made, &[f64], &[f64])) {
    let mut random = Random::new(22);
    for text in [TREND, VECTORS, CROSSED] {
        let made = make(text, &data(), Rule::Laplace, Form::Auto);
        assert!(made.joint.structure.is_quadratic(), "{text}");
        let dim = made.density.dim();
        let q: Vec<f64> = (0..dim).map(|_| 1.2 * random.uniform() - 0.6).collect();
        let along: Vec<f64> = (0..dim).map(|_| random.normal()).collect();
        holds(text, made, &q, &along);
    }
}

#[test]
fn second_derivatives_agree_with_differences() {
    each(|text, made, q, along| {
        let (mut exact, mut differences) = (vec![0.0; q.len()], vec![0.0; q.len()]);
        made.density.clone().hessian_vector(q, along, &mut exact);
        hessian_by_differences(&mut made.density.clone(), q, along, &mut differences);
        let largest = differences.iter().fold(1.0_f64, |m, d| m.max(d.abs()));
        for (a, b) in exact.iter().zip(&differences) {
            assert!((a - b).abs() < 1e-7 * largest, "{text}: {exact:?} against {differences:?}");
        }
    });
}

#[test]
fn means_follow_the_parameters() {
    each(|text, made, q, along| {
        let blocks = made.joint.blocks.clone();
        let parts = Parts {
            block_of: &blocks.of_value,
            coordinate_of: &blocks.coordinate_of_value,
            noisy: &blocks.noisy_value,
        };
        let mut density = made.density.clone();
        let mut mean_at = |step: f64| {
            let moved: Vec<f64> = q.iter().zip(along).map(|(q, d)| q + step * d).collect();
            density.conditional(&moved, parts).expect("there is a mode").mean
        };
        let h = 1e-3;
        let (far, near) = ((mean_at(2.0 * h), mean_at(-2.0 * h)), (mean_at(h), mean_at(-h)));
        let exact = made.density.clone().mean_along(q, along).expect("there is a mode");
        for (i, exact) in exact.iter().enumerate() {
            let difference = (8.0 * (near.0[i] - near.1[i]) - (far.0[i] - far.1[i])) / (12.0 * h);
            let most = 1e-8 * (1.0 + difference.abs());
            assert!((exact - difference).abs() < most, "{text} {i}: {exact} {difference}");
        }
    });
}
