//! Who counts and keeps the clock.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use pgmc::density::{HiddenCurvature, Integral, JointDensity, LogDensity, SeveralPoints, Weighted};
use pgmc::inference::{Progress, Update};
use pgmc::marginal::Joint;
use pgmc::marginal::numerics::Marginal;

/// A joint density that counts the passes over it: values, gradients, Hessian products and
/// gradients of the curvature are one each; of several points at once, one a point; an integral in
/// closed form is one.
#[derive(Clone)]
pub struct Counted {
    joint: Joint,
    /// How many hidden coordinates there are.
    hidden: usize,
    pub passes: Arc<AtomicU64>,
}

impl Counted {
    pub fn new(joint: Joint, hidden: usize) -> Self {
        Self { joint, hidden, passes: Arc::default() }
    }

    fn pass(&mut self) -> &mut Joint {
        self.passes.fetch_add(1, Ordering::Relaxed);
        &mut self.joint
    }
}

/// A part of a joint density, and what each of its passes counts.
struct Part<P> {
    part: P,
    each: usize,
    passes: Arc<AtomicU64>,
}

impl<P> Part<P> {
    fn pass(&mut self) -> &mut P {
        self.passes.fetch_add(self.each as u64, Ordering::Relaxed);
        &mut self.part
    }
}

impl<P: Integral> Integral for Part<P> {
    fn evaluate(&mut self, parameters: &[f64], grad: &mut [f64]) -> f64 {
        self.pass().evaluate(parameters, grad)
    }
}

impl<P: HiddenCurvature> HiddenCurvature for Part<P> {
    fn entries(&mut self, q: &[f64], entries: &mut [f64]) {
        self.pass().entries(q, entries);
    }

    fn gradient(&mut self, q: &[f64], weights: &[f64], grad: &mut [f64]) {
        self.pass().gradient(q, weights, grad);
    }

    fn entries_along(&mut self, q: &[f64], direction: &[f64], entries: &mut [f64]) -> bool {
        self.pass().entries_along(q, direction, entries)
    }

    fn gradient_along(
        &mut self,
        at: (&[f64], &[f64]),
        direction: (&[f64], &[f64]),
        grad: &mut [f64],
    ) -> bool {
        self.pass().gradient_along(at, direction, grad)
    }
}

impl<P: SeveralPoints> SeveralPoints for Part<P> {
    fn points(&self) -> usize {
        self.part.points()
    }

    fn block_values(&mut self, parameters: &[f64], hidden: &[f64], values: &mut [f64]) -> f64 {
        self.pass().block_values(parameters, hidden, values)
    }

    fn add_weighted(
        &mut self,
        parameters: &[f64],
        at: &Weighted,
        grad: &mut [f64],
        slopes: &mut [f64],
    ) {
        self.pass().add_weighted(parameters, at, grad, slopes);
    }
}

impl JointDensity for Counted {
    fn dim(&self) -> usize {
        self.joint.dim()
    }

    fn blocks(&self) -> usize {
        self.joint.blocks()
    }

    fn block_values(&mut self, q: &[f64], values: &mut [f64]) -> f64 {
        self.pass().block_values(q, values)
    }

    fn weighted(
        &mut self,
        q: &[f64],
        weights: &[f64],
        values: &mut [f64],
        grad: &mut [f64],
    ) -> f64 {
        self.pass().weighted(q, weights, values, grad)
    }

    fn hessian_vector(&mut self, q: &[f64], direction: &[f64], product: &mut [f64]) {
        self.pass().hessian_vector(q, direction, product);
    }

    fn curvature_gradient(&mut self, q: &[f64], a: &[f64], b: &[f64], grad: &mut [f64]) {
        self.pass().curvature_gradient(q, a, b, grad);
    }

    fn curvature(&mut self) -> Option<impl HiddenCurvature> {
        let passes = self.passes.clone();
        Some(Part { part: self.joint.curvature()?, each: 1, passes })
    }

    fn closed_form(&mut self) -> Option<impl Integral> {
        let passes = self.passes.clone();
        Some(Part { part: self.joint.closed_form()?, each: 1, passes })
    }

    fn mean_over(&mut self, points: &Arc<Vec<f64>>) -> Option<impl Integral> {
        let (each, passes) = (points.len() / self.hidden, self.passes.clone());
        Some(Part { part: self.joint.mean_over(points)?, each, passes })
    }

    fn several_points(&mut self) -> Option<impl SeveralPoints> {
        let (part, passes) = (self.joint.several_points()?, self.passes.clone());
        Some(Part { each: part.points(), part, passes })
    }

    fn constrained_dim(&self) -> usize {
        self.joint.constrained_dim()
    }

    fn constrain(&mut self, q: &[f64], values: &mut [f64]) {
        self.joint.constrain(q, values);
    }

    fn constrain_along(&mut self, q: &[f64], direction: &[f64], values: &mut [f64]) {
        self.joint.constrain_along(q, direction, values);
    }
}

/// Looks at each point that a method visits, off the clock, and ends the run at the goal or when
/// patience is.
pub struct Judge<'a> {
    log_likelihood: &'a dyn Fn(&[f64]) -> f64,
    goal: f64,
    patience: f64,
    passes: Arc<AtomicU64>,
    begin: Instant,
    paused: Cell<Duration>,
    reached: Cell<Option<(f64, u64)>>,
    nearest: RefCell<f64>,
}

impl<'a> Judge<'a> {
    pub fn new(
        log_likelihood: &'a dyn Fn(&[f64]) -> f64,
        goal: f64,
        patience: f64,
        passes: Arc<AtomicU64>,
    ) -> Self {
        let (paused, reached, nearest) =
            (Cell::default(), Cell::new(None), RefCell::new(f64::NEG_INFINITY));
        Self {
            log_likelihood,
            goal,
            patience,
            passes,
            begin: Instant::now(),
            paused,
            reached,
            nearest,
        }
    }

    fn seconds(&self) -> f64 {
        (self.begin.elapsed() - self.paused.get()).as_secs_f64()
    }

    pub fn see(&self, q: &[f64]) {
        let (seconds, passes, before) =
            (self.seconds(), self.passes.load(Ordering::Relaxed), Instant::now());
        let value = (self.log_likelihood)(q);
        let nearest = self.nearest.borrow().max(value);
        self.nearest.replace(nearest);
        if value >= self.goal && self.reached.get().is_none() {
            self.reached.set(Some((seconds, passes)));
        }
        self.paused.set(self.paused.get() + before.elapsed());
    }

    /// Whether there is nothing more to see.
    pub fn over(&self) -> bool {
        self.reached.get().is_some() || self.seconds() > self.patience
    }

    pub fn outcome(&self) -> Outcome {
        Outcome {
            reached: self.reached.get(),
            short_by: self.goal + 0.01 - *self.nearest.borrow(),
            seconds: self.seconds(),
        }
    }
}

impl Progress for Judge<'_> {
    fn update(&self, _update: Update) {}

    fn stop_requested(&self) -> bool {
        self.over()
    }
}

/// How a run ended.
pub struct Outcome {
    reached: Option<(f64, u64)>,
    short_by: f64,
    seconds: f64,
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self.reached {
            Some((seconds, passes)) => write!(f, "{seconds:.3} | {passes}"),
            None => write!(f, "{:.3} below after {:.1} | –", self.short_by, self.seconds),
        }
    }
}

/// A density whose points are shown to a judge; after the verdict it computes nothing.
pub struct Watched<'a, 'b> {
    pub density: Marginal<Counted>,
    pub judge: &'a Judge<'b>,
}

impl Watched<'_, '_> {
    /// The density with other points than before.
    pub fn afresh(&mut self, seed: u64, q: &[f64], gradient: &mut [f64]) -> f64 {
        if !self.judge.over() {
            self.density.reseed(seed);
        }
        self.evaluate(q, gradient)
    }
}

impl LogDensity for Watched<'_, '_> {
    fn dim(&self) -> usize {
        self.density.dim()
    }

    fn evaluate(&mut self, q: &[f64], grad: &mut [f64]) -> f64 {
        if self.judge.over() {
            grad.fill(f64::NAN);
            return f64::NAN;
        }
        let value = self.density.evaluate(q, grad);
        self.judge.see(q);
        value
    }

    fn constrained_dim(&self) -> usize {
        self.density.constrained_dim()
    }

    fn constrain(&mut self, q: &[f64], values: &mut [f64]) {
        self.density.constrain(q, values);
    }
}
