//! Maximises a log density known only through noisy values and gradients, by Adam (Kingma and Ba
//! 2015, arXiv 1412.6980) with averaged iterates.
//!
//! The step size falls in stages: whenever the mean value over a window of steps is no better than
//! that of the window before, given its standard error, the step size is halved; after the last
//! halving the run ends. The result is the mean of the last window (Polyak and Juditsky 1992),
//! which is far less noisy than a single iterate.

use super::{InferenceError, Progress};

/// Settings of a run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Adam {
    /// The initial step size, in the units of the unconstrained coordinates.
    pub step_size: f64,
    /// The number of steps in each window that is compared.
    pub window: usize,
    /// How many times the step size is halved before the run ends.
    pub halvings: u32,
    /// The maximum number of steps.
    pub most: usize,
}

impl Default for Adam {
    fn default() -> Self {
        Self { step_size: 0.1, window: 50, halvings: 6, most: 20_000 }
    }
}

/// Where a run ended.
#[derive(Clone, Debug, PartialEq)]
pub struct Ascent {
    /// The mean of the last window of iterates.
    pub q: Vec<f64>,
    /// The number of steps taken.
    pub steps: usize,
    /// The mean value over the last window.
    pub value: f64,
    /// Its standard error.
    pub standard_error: f64,
    /// Whether the run ended by its own rule, rather than at `most` steps or on request.
    pub converged: bool,
}

/// The noisy density: writes the gradient at the point into the third argument and returns the
/// value. The first argument is the step number.
pub type Sample<'a> = dyn FnMut(usize, &[f64], &mut [f64]) -> f64 + 'a;

/// Decay rates of the running means of gradients and squared gradients, and the constant that keeps
/// the division finite: the values from the paper.
const BETA_ONE: f64 = 0.9;
const BETA_TWO: f64 = 0.999;
const EPSILON: f64 = 1e-8;

impl Adam {
    /// Climbs from a point. A step to a point where the value or gradient is not finite is halved,
    /// back towards where it came from.
    ///
    /// # Errors
    /// [`InferenceError::NoFiniteStart`] if the value or gradient at the start is not finite.
    pub fn climb(
        self,
        start: &[f64],
        sample: &mut Sample,
        progress: &dyn Progress,
    ) -> Result<Ascent, InferenceError> {
        let dim = start.len();
        let mut state = State {
            q: start.to_vec(),
            safe: start.to_vec(),
            mean: vec![0.0; dim],
            square: vec![0.0; dim],
            gradient: vec![0.0; dim],
        };
        let mut step_size = self.step_size;
        let mut halvings = 0;
        let mut window = Window::new(dim);
        let mut before: Option<(f64, f64)> = None;
        for step in 0..self.most {
            let value = sample(step, &state.q, &mut state.gradient);
            if !value.is_finite() || state.gradient.iter().any(|g| !g.is_finite()) {
                if step == 0 {
                    return Err(InferenceError::NoFiniteStart {
                        chain: 0,
                        tried: 1,
                        q: start.to_vec(),
                        value,
                    });
                }
                state.retreat();
                continue;
            }
            window.add(&state.q, value);
            state.advance(step, step_size);
            if window.values.len() == self.window {
                let (value, error) = window.mean();
                let gained =
                    before.is_none_or(|(old, old_error)| value - old > old_error.hypot(error));
                if !gained {
                    step_size *= 0.5;
                    halvings += 1;
                }
                before = Some((value, error));
                let ended = halvings > self.halvings;
                if ended || progress.stop_requested() {
                    return Ok(window.end(step + 1, ended));
                }
                window = Window::new(dim);
            }
        }
        if window.values.is_empty() {
            window.add(&state.q, before.map_or(f64::NAN, |b| b.0));
        }
        Ok(window.end(self.most, false))
    }
}

struct State {
    q: Vec<f64>,
    /// The last point where value and gradient were finite.
    safe: Vec<f64>,
    mean: Vec<f64>,
    square: Vec<f64>,
    gradient: Vec<f64>,
}

impl State {
    fn advance(&mut self, step: usize, step_size: f64) {
        self.safe.clone_from(&self.q);
        let power = step as i32 + 1;
        let (first, second) = (1.0 - BETA_ONE.powi(power), 1.0 - BETA_TWO.powi(power));
        for i in 0..self.q.len() {
            let g = self.gradient[i];
            self.mean[i] = BETA_ONE * self.mean[i] + (1.0 - BETA_ONE) * g;
            self.square[i] = BETA_TWO * self.square[i] + (1.0 - BETA_TWO) * g * g;
            self.q[i] +=
                step_size * (self.mean[i] / first) / ((self.square[i] / second).sqrt() + EPSILON);
        }
    }

    fn retreat(&mut self) {
        self.q.iter_mut().zip(&self.safe).for_each(|(q, safe)| *q = 0.5 * (*q + safe));
        self.mean.fill(0.0);
    }
}

struct Window {
    sum: Vec<f64>,
    values: Vec<f64>,
}

impl Window {
    fn new(dim: usize) -> Self {
        Self { sum: vec![0.0; dim], values: Vec::new() }
    }

    fn add(&mut self, q: &[f64], value: f64) {
        self.sum.iter_mut().zip(q).for_each(|(s, q)| *s += q);
        self.values.push(value);
    }

    /// Mean and standard error.
    fn mean(&self) -> (f64, f64) {
        let count = self.values.len() as f64;
        let mean = self.values.iter().sum::<f64>() / count;
        let variance =
            self.values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (count - 1.0).max(1.0);
        (mean, (variance / count).sqrt())
    }

    fn end(self, steps: usize, converged: bool) -> Ascent {
        let (value, standard_error) = self.mean();
        let count = self.values.len() as f64;
        Ascent {
            q: self.sum.iter().map(|s| s / count).collect(),
            steps,
            value,
            standard_error,
            converged,
        }
    }
}
