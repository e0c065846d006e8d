//! Climbs from a starting point to a point near a maximum, by argmin's L-BFGS.

use std::cell::RefCell;

use argmin::core::{CostFunction, Error, Executor, Gradient, State};
use argmin::solver::linesearch::MoreThuenteLineSearch;
use argmin::solver::quasinewton::LBFGS;

use super::Progress;
use super::frame::Frame;
use super::objective::{Objective, Point, norm};
use crate::density::LogDensity;

/// How many steps the curvature approximation remembers.
const MEMORY: usize = 10;

/// A run ends after this many evaluations without a better point: near a maximum, rounding hides
/// the decrease that a line search looks for.
const FRUITLESS: u64 = 100;

/// Climbs from a point, the origin of the frame, on the frame's coordinates, for at most `limit`
/// iterations, until the (scaled) cost changes by less than `accuracy` relative to its size. Returns
/// the best point seen, however the run ended, and the number of iterations.
pub(super) fn climb<D: LogDensity>(
    objective: &mut Objective<'_, D>,
    (start, frame): (Point, &Frame),
    (limit, accuracy): (u64, f64),
    progress: &dyn Progress,
) -> (Point, u64) {
    objective.begin(start.clone(), norm(&frame.gradient(&start.gradient)));
    let cost = objective.cost(&start.q);
    let most = objective.evaluations + 20 * limit + 100;
    let shared = RefCell::new(objective);
    let solver = LBFGS::new(MoreThuenteLineSearch::new(), MEMORY)
        .with_tolerance_grad(0.0)
        .and_then(|solver| solver.with_tolerance_cost(accuracy * (1.0 + cost.abs())));
    let run = solver.and_then(|solver| {
        let begin = vec![0.0; start.q.len()];
        let guarded = Guarded { objective: &shared, frame, most, progress };
        let climbing = Executor::new(guarded, solver)
            .configure(|state| state.param(begin).max_iters(limit))
            .ctrlc(false)
            .timer(false);
        climbing.run().map(|result| result.state().get_iter().max(1))
    });
    // An error ends the run and loses the iteration count, but not the best point.
    let iterations = run.unwrap_or(1);
    (shared.into_inner().best().cloned().unwrap_or(start), iterations)
}

/// Ends a run that was asked to stop, or whose line search does not terminate.
struct Guarded<'a, 'b, 'c, D> {
    objective: &'a RefCell<&'b mut Objective<'c, D>>,
    frame: &'a Frame,
    most: u64,
    progress: &'a dyn Progress,
}

impl<D> Guarded<'_, '_, '_, D> {
    fn may_go_on(&self) -> Result<(), Error> {
        let objective = self.objective.borrow();
        let fruitless = objective.evaluations > self.most || objective.without_gain > FRUITLESS;
        if self.progress.stop_requested() || fruitless || objective.infinite_at.is_some() {
            return Err(Error::msg("stopped"));
        }
        Ok(())
    }
}

impl<D: LogDensity> CostFunction for Guarded<'_, '_, '_, D> {
    type Param = Vec<f64>;
    type Output = f64;

    fn cost(&self, z: &Vec<f64>) -> Result<f64, Error> {
        self.may_go_on()?;
        Ok(self.objective.borrow_mut().cost(&self.frame.place(z)))
    }
}

impl<D: LogDensity> Gradient for Guarded<'_, '_, '_, D> {
    type Param = Vec<f64>;
    type Gradient = Vec<f64>;

    fn gradient(&self, z: &Vec<f64>) -> Result<Vec<f64>, Error> {
        self.may_go_on()?;
        Ok(self.frame.gradient(&self.objective.borrow_mut().slope(&self.frame.place(z))))
    }
}
