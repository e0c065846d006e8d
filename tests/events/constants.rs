//! Densities are complete: over the unconstrained scale, Jacobian included, they have the integral 1.

use super::model::{Made, made};

/// ∫ exp f over one coordinate, by the trapezoidal rule: exact to rounding for smooth functions that vanish at both ends.
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
    "plate k = 2\nparam r : correlation[k] ~ LKJ(0.6)\n",
    "plate k = 2\nparam r : cholesky_correlation[k] ~ LKJCholesky(3)\n",
];

#[test]
fn densities_integrate_to_one() {
    for text in COMPLETE {
        let found = total(&made(text, "{}"));
        assert!((found - 1.0).abs() < 1e-6, "{found}\n{text}");
    }
}
