//! Gradients of types and families against differences.

use super::model::{moved, on_scale, slope};
use crate::support::random::numbers;
use pgmc::lower::Scale;

/// Models with every type and every family over an event, parameters of the families unknown where
/// they can be.
const MODELS: &[&str] = &[
    "plate k = 4\nplate docs = 3\nparam c[k] ~ Exponential(1)\nlatent p[docs] : simplex[k] ~ \
     Dirichlet(c)\n",
    "plate k = 4\nparam p : simplex[k] ~ Dirichlet(1)\nparam q[k] : simplex[k] ~ Dirichlet(5 * \
     p)\nfactor f = log(q[1, 1] + q[2, 3])\n",
    "plate k = 5\nparam x : unit_vector[k]\nfactor f = 3 * x[1] - x[2]^2\n",
    "plate k = 5\nplate g = 2\nparam s ~ Exponential(1)\nlatent x[g] : sum_to_zero[k] ~ Normal(0, \
     s)\n",
    "plate k = 3\nparam s ~ Exponential(1)\nparam x : sum_to_zero[k] ~ Cauchy(0.3, s)\n",
    "plate k = 3\nparam d ~ Gamma(3, 1)\nlet S : matrix[k, k] = [[2, 0.5, 0.3], [0.5, 1, -0.2], [0.3, -0.2, 0.5]]\n\
     param W : covariance[k] ~ Wishart(d + 2, S)\nlatent b : vector[k] ~ MultivariateNormal([0, 0, 0], W)\n",
    "plate k = 3\nparam d ~ Gamma(3, 1)\nlet S : matrix[k, k] = [[2, 0.5, 0.3], [0.5, 1, -0.2], [0.3, -0.2, 0.5]]\n\
     param V : covariance[k] ~ InverseWishart(d + 2, S)\nlatent b : vector[k] ~ MultivariateStudentT(d, [1, 2, 3], V)\n",
    "plate k = 3\nplate rows = 2\nparam c[k] ~ Gamma(2, 1)\nparam p : simplex[k] ~ Dirichlet(c)\n\
     observe y[rows] : vector[k] ~ Multinomial(6, p)\nobserve z[rows] : vector[k] ~ DirichletMultinomial(6, c)\n",
    "plate k = 3\nparam tau[k] ~ Exponential(1)\nparam L : cholesky_correlation[k] ~ LKJCholesky(2)\n\
     latent b : vector[k] ~ MultivariateNormal([0, 0, 0], cholesky = diag(tau) @ L)\n",
    "plate k = 5\nparam x : sum_to_zero[k]\nfactor f = -sum(x^2) + x[1]\n",
    "plate k = 4\nparam r : correlation[k]\nfactor f = r[1, 2] * 3 + r[4, 3]\n",
    "plate k = 4\nparam r : covariance[k]\nfactor f = -r[1, 1] - r[2, 2] - r[3, 3] - r[4, 4] + \
     0.1 * r[3, 1]\n",
    "plate k = 4\nparam r : cholesky_covariance[k]\nfactor f = -sum(i in k, j in k: r[i, j]^2)\n",
    "plate k = 4\nparam r : cholesky_correlation[k]\nfactor f = r[2, 1] + r[3, 3] * r[4, 2]\n",
    "plate k = 4\nparam s ~ Exponential(1)\nparam r : cholesky_correlation[k] ~ \
     LKJCholesky(s)\nfactor f = r[2, 1]\n",
    "plate k = 4\nparam s ~ Exponential(1)\nparam r : correlation[k] ~ LKJ(s)\nfactor f = r[2, \
     1]\n",
];

#[test]
fn gradients_agree_with_differences() {
    for text in MODELS {
        for scale in [Scale::Unconstrained, Scale::Natural] {
            let data = "{\"y\": [[1, 2, 3], [6, 0, 0]], \"z\": [[1, 2, 3], [6, 0, 0]]}";
            let data = if text.contains("observe") { data } else { "{}" };
            let made = on_scale(text, data, scale);
            let q = numbers(made.dim(), 2, 1.1);
            let at = made.at(&q, 0);
            assert!(at.value.is_finite(), "{text}");
            let size = at.value.abs().max(at.gradient.iter().fold(1.0, |m: f64, g| m.max(g.abs())));
            for (i, found) in at.gradient.iter().enumerate() {
                let expected = slope(|step| made.at(&moved(&q, i, step), 0).value);
                assert!(
                    (found - expected).abs() < 1e-7 * size,
                    "∂{i}: {found}, by differences {expected}\n{text}"
                );
            }
        }
    }
}
