//! The result of an optimiser: a point, its curvature, and the errors derived from it.

/// The standard normal's 97.5% quantile: a 95% interval reaches so many standard errors to both
/// sides.
pub const TWO_SIDED_95: f64 = 1.959_963_984_540_054;

/// The point where a log density is largest, with normal approximations from its curvature there.
#[derive(Clone, Debug, PartialEq)]
pub struct Estimate {
    /// The maximum on the unconstrained scale.
    pub q: Vec<f64>,
    /// The values of the variables at the maximum, on their natural scale.
    pub values: Vec<f64>,
    /// Standard errors of `values` by the delta method: √(J Σ Jᵀ), with Σ the inverse of the
    /// negative Hessian at `q`, and J = ∂values/∂q. NaN where a value depends on a direction that
    /// the density does not determine.
    pub std_errors: Vec<f64>,
    /// The lower end of the 95% interval: `values − 1.96 std_errors`, until it is replaced by that
    /// of a normal approximation on another scale or of the profile likelihood.
    pub lower: Vec<f64>,
    /// The upper end of the 95% interval.
    pub upper: Vec<f64>,
    /// log p(q), in nats.
    pub log_density: f64,
    /// Σ: the covariance of the normal approximation at `q`, row by row; restricted to the
    /// directions that are determined.
    pub covariance: Vec<f64>,
    /// The largest absolute entry of the gradient at `q`.
    pub gradient_norm: f64,
    /// How much a Newton step would still raise the log density, in nats: gᵀΣg/2. It measures
    /// convergence, as it does not depend on scales.
    pub improvement: f64,
    /// The iterations of the start that was kept.
    pub iterations: u64,
    /// Evaluations of the log density and its gradient over all starts, including those for
    /// Hessians.
    pub evaluations: u64,
    /// Whether `q` is a maximum to within floating-point accuracy.
    pub converged: bool,
    /// Whether the negative Hessian at `q` is positive definite.
    pub hessian_positive_definite: bool,
    /// The unconstrained coordinates involved in a direction along which the density is flat or
    /// curves upwards.
    pub undetermined: Vec<usize>,
    /// The coordinates along which the log density keeps rising however far one goes. `values` that
    /// depend on them have no standard error.
    pub running: Vec<Runaway>,
    /// Whether the log density is unbounded along `running`, rather than approaching a limit.
    pub unbounded: bool,
    /// The outcome of each start, in order.
    pub starts: Vec<StartOutcome>,
}

/// A coordinate that runs away to infinity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Runaway {
    /// The index of the unconstrained coordinate.
    pub coordinate: usize,
    /// Whether it runs to plus infinity.
    pub upwards: bool,
}

/// Where one of several starts ended.
#[derive(Clone, Debug, PartialEq)]
pub struct StartOutcome {
    /// log p at its end; −∞ where no point with a finite density was found.
    pub log_density: f64,
    /// Whether it ended at a maximum.
    pub converged: bool,
    /// The values of the variables at its end, on their natural scale; empty where there is none.
    pub values: Vec<f64>,
}

/// A share of a variance below this is rounding.
const SINGULAR: f64 = 1e-13;

impl Estimate {
    /// The columns of a square root C of the covariance Σ = CCᵀ, each a direction of the
    /// unconstrained coordinates as long as a standard deviation; those of length 0 are left out.
    #[must_use]
    pub fn spreads(&self) -> Vec<Vec<f64>> {
        let n = self.q.len();
        let sds: Vec<f64> = (0..n).map(|i| self.covariance[i * (n + 1)].max(0.0).sqrt()).collect();
        // Cholesky's algorithm on the correlations, so that what counts as 0 has no unit.
        let mut columns: Vec<Vec<f64>> = Vec::new();
        for j in (0..n).filter(|&j| sds[j] > 0.0) {
            let rest = |i: usize| {
                let known: f64 = columns.iter().map(|column| column[i] * column[j]).sum();
                self.covariance[i * n + j] / (sds[i] * sds[j]) - known
            };
            let pivot = rest(j);
            if pivot > SINGULAR {
                let root = pivot.sqrt();
                let entry = |i| if i < j || sds[i] == 0.0 { 0.0 } else { rest(i) / root };
                columns.push((0..n).map(entry).collect());
            }
        }
        for column in &mut columns {
            column.iter_mut().zip(&sds).for_each(|(entry, sd)| *entry *= sd);
        }
        columns
    }

    /// The largest difference in log density between converged starts, in nats: above zero where
    /// there are several maxima.
    #[must_use]
    pub fn spread_of_starts(&self) -> f64 {
        let ended: Vec<f64> = self
            .starts
            .iter()
            .filter(|start| start.converged)
            .map(|start| start.log_density)
            .collect();
        let low = ended.iter().copied().fold(f64::INFINITY, f64::min);
        let high = ended.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        if ended.is_empty() { 0.0 } else { high - low }
    }
}
