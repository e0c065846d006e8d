//! Climbs from a starting point to a point near a maximum, by basin's trust-region Newton method.
//!
//! Every step is taken on a basis in which the Hessian is diagonal with entries ±1, so that a
//! region of trust is one of nats: what happens does not depend on the units, the origins or the
//! correlations of coordinates.

use std::cell::RefCell;
use std::convert::Infallible;

use basin::{
    CostFunction, DenseMatrix, Executor, FirstOrderState, Gradient, Hessian, MoreSorensen,
    TrustRegion,
};

use super::Progress;
use super::curvature::Curvature;
use super::frame::Frame;
use super::newton;
use super::objective::{Objective, Point};
use crate::density::LogDensity;

/// A region is never larger: where the log density hardly curves, a step of that many times the
/// change that the curvature speaks of says nothing.
const LARGEST: f64 = 1e3;

/// Below this gain, in nats, of a full Newton step, the rest is left to polishing.
const READY: f64 = 1e-3;

/// So many steps in a row that gain nothing end a climb.
const FRUITLESS: u32 = 4;

/// Where a climb ended.
pub(super) struct Climbed {
    pub point: Point,
    /// The curvature there, if it was measured.
    pub curvature: Option<Curvature>,
    pub iterations: u64,
}

/// Whether the rest is little enough for polishing.
pub(super) fn is_ready(curvature: &Curvature, gradient: &[f64]) -> bool {
    curvature.improvement(gradient) < READY
        && curvature.slope_where_flat(gradient) < READY
        && !curvature.curves_upwards()
}

/// Climbs from a point for at most `limit` steps. `begun`: with the curvature, if it is known.
pub(super) fn climb<D: LogDensity>(
    objective: &mut Objective<'_, D>,
    begun: Climbed,
    (limit, accuracy): (u64, f64),
    progress: &dyn Progress,
) -> Climbed {
    let first = begun.iterations;
    let mut climbed = begun;
    let (mut radius, mut fruitless) = (1.0, 0);
    while climbed.iterations < first + limit && !progress.stop_requested() {
        let is_new = climbed.iterations == first;
        let curvature = match climbed.curvature.take() {
            Some(known) if is_new => known,
            near => {
                let scales = near.as_ref().map(Curvature::scales);
                newton::measure(objective, &climbed.point, scales)
            }
        };
        let ready = is_ready(&curvature, &climbed.point.gradient);
        climbed.curvature = Some(curvature);
        if ready || fruitless == FRUITLESS {
            break;
        }
        climbed.iterations += 1;
        let before = climbed.point.log_density;
        step(objective, &mut climbed, &mut radius);
        let gain = climbed.point.log_density - before;
        let is_little = gain <= accuracy * (1.0 + before.abs());
        fruitless = if is_little { fruitless + 1 } else { 0 };
    }
    climbed
}

/// One step of the method, on the basis of the curvature at the point. Afterwards the region has the
/// size that it should have for the next.
fn step<D: LogDensity>(objective: &mut Objective<'_, D>, climbed: &mut Climbed, radius: &mut f64) {
    let Some(curvature) = &climbed.curvature else { return };
    let (basis, curvatures): (Vec<Vec<f64>>, Vec<f64>) =
        curvature.uneven(&climbed.point.gradient).into_iter().unzip();
    if basis.is_empty() {
        return;
    }
    let seen = RefCell::new(Seen { objective, last: climbed.point.clone() });
    let frame = Frame::on(climbed.point.q.clone(), basis);
    let local = Local { seen: &seen, frame, curvatures };
    let solver = TrustRegion::with_subproblem(MoreSorensen::new())
        .with_radius(radius.max(f64::MIN_POSITIVE))
        .with_max_radius(LARGEST);
    let origin = vec![0.0; local.curvatures.len()];
    let Ok(ended) =
        Executor::new(local, solver, FirstOrderState::new(origin)).max_iter(1).run_with_solver();
    *radius = ended.solver.radius();
    // The point that is accepted is the last one that was looked at.
    if ended.param().iter().any(|&entry| entry != 0.0) {
        climbed.point = seen.into_inner().last;
    }
}

/// A density, and the last point that it was evaluated at.
struct Seen<'a, 'b, D> {
    objective: &'a mut Objective<'b, D>,
    last: Point,
}

/// The negative log density in coordinates around a point.
struct Local<'a, 'b, 'c, D> {
    seen: &'a RefCell<Seen<'b, 'c, D>>,
    frame: Frame,
    curvatures: Vec<f64>,
}

impl<D: LogDensity> CostFunction for Local<'_, '_, '_, D> {
    type Param = Vec<f64>;
    type Output = f64;
    type Error = Infallible;

    /// Outside the support: infinite, which makes the region smaller.
    fn cost(&self, z: &Vec<f64>) -> Result<f64, Infallible> {
        let (q, mut seen) = (self.frame.place(z), self.seen.borrow_mut());
        if q != seen.last.q {
            match seen.objective.evaluate(&q) {
                Ok(point) => seen.last = point,
                Err(_) => return Ok(f64::INFINITY),
            }
        }
        Ok(-seen.last.log_density)
    }
}

impl<D: LogDensity> Gradient for Local<'_, '_, '_, D> {
    type Gradient = Vec<f64>;

    fn gradient(&self, z: &Vec<f64>) -> Result<Vec<f64>, Infallible> {
        self.cost(z)?;
        let seen = self.seen.borrow();
        let mut gradient = self.frame.gradient(&seen.last.gradient);
        gradient.iter_mut().for_each(|slope| *slope = -*slope);
        Ok(gradient)
    }
}

impl<D: LogDensity> Hessian for Local<'_, '_, '_, D> {
    type Hessian = DenseMatrix;

    /// That at the origin, for a single step starts there.
    fn hessian(&self, _: &Vec<f64>) -> Result<DenseMatrix, Infallible> {
        let n = self.curvatures.len();
        Ok(DenseMatrix::from_fn(n, n, |i, j| if i == j { self.curvatures[i] } else { 0.0 }))
    }
}
