//! Turns a log density into what a minimiser calls: −log p, finite everywhere, with the best point
//! seen and an evaluation count.

use super::adapter::Unusable;
use crate::density::LogDensity;

/// A point with a finite log density and gradient.
#[derive(Clone, Debug)]
pub(super) struct Point {
    pub q: Vec<f64>,
    pub log_density: f64,
    pub gradient: Vec<f64>,
}

/// No reasonable coordinate comes near this; its square and its cube are still finite.
const OUT_OF_REASON: f64 = 1e30;

/// The negative log density, scaled, with what has been learnt about it.
pub(super) struct Objective<'a, D> {
    pub density: &'a mut D,
    pub evaluations: u64,
    pub infinite_at: Option<Vec<f64>>,
    /// Evaluations since the best point was found.
    pub without_gain: u64,
    best: Option<Point>,
    last: Option<Seen>,
    scale: f64,
}

/// The last point evaluated, because a minimiser asks for value and slope separately.
struct Seen {
    q: Vec<f64>,
    cost: f64,
    slope: Vec<f64>,
}

impl<'a, D: LogDensity> Objective<'a, D> {
    pub fn new(density: &'a mut D) -> Self {
        Self {
            density,
            evaluations: 0,
            infinite_at: None,
            without_gain: 0,
            best: None,
            last: None,
            scale: 1.0,
        }
    }

    /// The density at `q`, if it and its gradient are finite there. Absurdly distant points are not
    /// evaluated: arithmetic overflows there, and the result says nothing about the density.
    pub fn evaluate(&mut self, q: &[f64]) -> Result<Point, Unusable> {
        self.evaluations += 1;
        if largest(q) > OUT_OF_REASON || q.iter().any(|entry| entry.is_nan()) {
            return Err(Unusable::Outside { value: f64::NAN });
        }
        let mut gradient = vec![0.0; q.len()];
        let log_density = self.density.evaluate(q, &mut gradient);
        if log_density == f64::INFINITY {
            self.infinite_at = Some(q.to_vec());
            return Err(Unusable::Infinite);
        }
        if !log_density.is_finite() || gradient.iter().any(|entry| !entry.is_finite()) {
            return Err(Unusable::Outside { value: log_density });
        }
        Ok(Point { q: q.to_vec(), log_density, gradient })
    }

    /// Restarts from a point and forgets the best one so far. The cost is scaled so that its
    /// gradient, of norm `steepness` there, has norm at most 1, because the first step of a
    /// quasi-Newton method is the gradient itself.
    pub fn begin(&mut self, point: Point, steepness: f64) {
        self.scale = 1.0 / steepness.max(1.0);
        self.last = None;
        self.without_gain = 0;
        self.best = Some(point);
    }

    /// The best point since [`Objective::begin`].
    pub fn best(&self) -> Option<&Point> {
        self.best.as_ref()
    }

    /// −log p at `q`, scaled; outside the support, a value above that of the best point which rises
    /// with the distance from it.
    pub fn cost(&mut self, q: &[f64]) -> f64 {
        self.seen(q).cost
    }

    /// The gradient of [`Objective::cost`].
    pub fn slope(&mut self, q: &[f64]) -> Vec<f64> {
        self.seen(q).slope.clone()
    }

    fn seen(&mut self, q: &[f64]) -> &Seen {
        let known = self.last.take().filter(|seen| seen.q == q);
        let seen = known.unwrap_or_else(|| self.look(q));
        self.last.insert(seen)
    }

    fn look(&mut self, q: &[f64]) -> Seen {
        self.without_gain += 1;
        let Ok(point) = self.evaluate(q) else { return self.wall(q) };
        let slope = point.gradient.iter().map(|entry| -entry * self.scale).collect();
        let seen = Seen { q: q.to_vec(), cost: -point.log_density * self.scale, slope };
        if self.best.as_ref().is_none_or(|best| point.log_density > best.log_density) {
            self.best = Some(point);
            self.without_gain = 0;
        }
        seen
    }

    /// A paraboloid around the best point: a line search that hits it interpolates back towards the
    /// support.
    fn wall(&self, q: &[f64]) -> Seen {
        let Some(best) = &self.best else {
            return Seen { q: q.to_vec(), cost: f64::MAX, slope: vec![0.0; q.len()] };
        };
        let away: Vec<f64> = q.iter().zip(&best.q).map(|(to, from)| to - from).collect();
        let distance = norm(&away);
        let floor = -best.log_density * self.scale;
        let rise = 1.0 + norm(&best.gradient) * self.scale * distance;
        let slope = away.iter().map(|entry| 2.0 * rise * entry / (distance * distance)).collect();
        Seen { q: q.to_vec(), cost: floor + rise, slope }
    }
}

/// √Σ x².
pub(super) fn norm(vector: &[f64]) -> f64 {
    vector.iter().map(|entry| entry * entry).sum::<f64>().sqrt()
}

/// The largest |x|.
pub(super) fn largest(vector: &[f64]) -> f64 {
    vector.iter().fold(0.0, |most, entry| most.max(entry.abs()))
}

/// Σ aᵢbᵢ.
pub(super) fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}
