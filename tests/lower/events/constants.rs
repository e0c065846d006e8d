//! Densities are complete: over the unconstrained scale, Jacobian included, they have the integral
//! 1.

use super::model::{Made, made};

/// ∫ exp f over one coordinate, by the trapezoidal rule: exact to rounding for smooth functions
/// that vanish at both ends.
fn integral(f: &mut dyn FnMut(f64) -> f64) -> f64 {
    let step = 0.1;
    (-400..=400).map(|i| f(f64::from(i) * step)).sum::<f64>() * step
}

fn total(made: &Made) -> f64 {
    match made.dim() {
        1 => integral(&mut |x| made.at(&[x], 0).value.exp()),
        _ => integral(&mut |x| integral(&mut |y| made.at(&[x, y], 0).value.exp())),
    }
}

const COMPLETE: &[&str] = &[
    "plate k = 2\nparam p : simplex[k] ~ Dirichlet([0.7, 3])\n",
    "plate k = 3\nparam p : simplex[k] ~ Dirichlet([1.5, 3, 2])\n",
    "plate k = 3\nparam z : sum_to_zero[k] ~ Normal(0.5, 0.8)\n",
    "plate k = 2\nparam z : sum_to_zero[k] ~ Normal(0.5, 0.8)\n",
    "plate k = 2\nparam r : correlation[k] ~ LKJ(0.6)\n",
    "plate k = 2\nparam r : cholesky_correlation[k] ~ LKJCholesky(3)\n",
];

/// The area of the sphere: without a distribution a density over it is 1 everywhere.
#[test]
fn unit_vectors_cover_the_sphere() {
    let circle = total(&made("plate k = 2\nparam u : unit_vector[k]\n", "{}"));
    assert!((circle - 2.0 * std::f64::consts::PI).abs() < 1e-3, "{circle}");
    // In more dimensions along a ray: ∫ r^(k − 1) exp f(r) dr over the area is 1.
    for k in [2, 3, 5, 40] {
        let made = made(&format!("plate k = {k}\nparam u : unit_vector[k]\n"), "{}");
        let along = |r: f64| {
            made.at(&[&[r], vec![0.0; k - 1].as_slice()].concat(), 0).value.exp()
                * r.powi(k as i32 - 1)
        };
        let found: f64 = (1..4000).map(|i| along(f64::from(i) * 1e-3)).sum::<f64>() * 1e-3;
        assert!((found - 1.0).abs() < 1e-6, "k = {k}: {found}");
    }
}

#[test]
fn densities_integrate_to_one() {
    for text in COMPLETE {
        let found = total(&made(text, "{}"));
        assert!((found - 1.0).abs() < 1e-6, "{found}\n{text}");
    }
}
