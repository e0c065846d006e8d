//! Hand-written densities whose answers are known.

use pgmc::density::LogDensity;

/// A density given by a closure: q, gradient → log p. What is constrained is q itself.
#[derive(Clone)]
pub struct Plain<F> {
    pub dim: usize,
    pub log_density: F,
}

impl<F: FnMut(&[f64], &mut [f64]) -> f64> LogDensity for Plain<F> {
    fn dim(&self) -> usize {
        self.dim
    }

    fn evaluate(&mut self, q: &[f64], grad: &mut [f64]) -> f64 {
        (self.log_density)(q, grad)
    }

    fn constrained_dim(&self) -> usize {
        self.dim
    }

    fn constrain(&mut self, q: &[f64], values: &mut [f64]) {
        values.copy_from_slice(q);
    }
}

/// Independent normals with the given means and standard deviations.
pub fn normals(means: Vec<f64>, sds: Vec<f64>) -> impl LogDensity + Send + Clone {
    let dim = means.len();
    let log_density = move |q: &[f64], grad: &mut [f64]| {
        let mut sum = 0.0;
        for i in 0..dim {
            let z = (q[i] - means[i]) / sds[i];
            grad[i] = -z / sds[i];
            sum -= 0.5 * z * z;
        }
        sum
    };
    Plain { dim, log_density }
}

/// The correlation of neighbours in [`chain_normal`].
pub const NEIGHBOURS: f64 = 0.9;

/// A normal with standard deviations `sds`, mean `i` in coordinate i, and correlation 0.9^|i−j|:
/// that of a stationary autoregression, whose precision is tridiagonal.
pub fn chain_normal(sds: Vec<f64>) -> impl LogDensity + Send + Clone {
    let dim = sds.len();
    let log_density = move |q: &[f64], grad: &mut [f64]| {
        let z: Vec<f64> = (0..dim).map(|i| (q[i] - i as f64) / sds[i]).collect();
        let scale = 1.0 / (1.0 - NEIGHBOURS * NEIGHBOURS);
        let mut sum = 0.0;
        for i in 0..dim {
            let inner = i > 0 && i + 1 < dim;
            let own = if inner { 1.0 + NEIGHBOURS * NEIGHBOURS } else { 1.0 };
            let beside =
                (if i > 0 { z[i - 1] } else { 0.0 }) + (if i + 1 < dim { z[i + 1] } else { 0.0 });
            let pull = scale * (own * z[i] - NEIGHBOURS * beside);
            grad[i] = -pull / sds[i];
            sum -= 0.5 * z[i] * pull;
        }
        sum
    };
    Plain { dim, log_density }
}

/// Rubin's (1981) eight schools, non-centred: q = (mu, log tau, standardised theta); values = (mu,
/// tau, theta). Priors as in posteriordb's eight_schools: mu ~ Normal(0, 5), tau ~ half-Cauchy(5).
#[derive(Clone)]
pub struct EightSchools;

const EFFECTS: [f64; 8] = [28.0, 8.0, -3.0, 7.0, -1.0, 1.0, 18.0, 12.0];
const ERRORS: [f64; 8] = [15.0, 10.0, 16.0, 11.0, 9.0, 11.0, 10.0, 18.0];

impl LogDensity for EightSchools {
    fn dim(&self) -> usize {
        10
    }

    fn evaluate(&mut self, q: &[f64], grad: &mut [f64]) -> f64 {
        let (mu, tau) = (q[0], q[1].exp());
        let mut sum = -0.5 * (mu / 5.0).powi(2) - (1.0 + (tau / 5.0).powi(2)).ln() + q[1];
        grad[0] = -mu / 25.0;
        grad[1] = 1.0 - 2.0 * tau * tau / (25.0 + tau * tau);
        for school in 0..8 {
            let z = q[2 + school];
            let residual = (EFFECTS[school] - mu - tau * z) / ERRORS[school];
            let slope = residual / ERRORS[school];
            sum -= 0.5 * (residual * residual + z * z);
            grad[0] += slope;
            grad[1] += slope * tau * z;
            grad[2 + school] = slope * tau - z;
        }
        sum
    }

    fn constrained_dim(&self) -> usize {
        10
    }

    fn constrain(&mut self, q: &[f64], values: &mut [f64]) {
        let (mu, tau) = (q[0], q[1].exp());
        values[0] = mu;
        values[1] = tau;
        for school in 0..8 {
            values[2 + school] = mu + tau * q[2 + school];
        }
    }
}

/// Neal's funnel in the centred form, which no step size suits: v ~ Normal(0, 3), x ~ Normal(0,
/// exp(v/2)).
pub fn funnel() -> impl LogDensity + Send + Clone {
    let log_density = |q: &[f64], grad: &mut [f64]| {
        let (v, x) = (q[0], q[1]);
        let precision = (-v).exp();
        grad[0] = -v / 9.0 - 0.5 + 0.5 * x * x * precision;
        grad[1] = -x * precision;
        -v * v / 18.0 - 0.5 * v - 0.5 * x * x * precision
    };
    Plain { dim: 2, log_density }
}
