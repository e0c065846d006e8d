//! Where on its axes an element lies.

use crate::plan::ir::Affine;
use crate::program::AxisId;

/// Positions along axes.
#[derive(Clone, Debug, Default)]
pub(super) struct Point(Vec<(AxisId, Affine)>);

impl Point {
    /// Whether a position along `axis` is set.
    pub(super) fn has(&self, axis: AxisId) -> bool {
        self.0.iter().any(|(a, _)| *a == axis)
    }

    /// The position along `axis`; the schedule sees to it that there is one.
    pub(super) fn at(&self, axis: AxisId) -> &Affine {
        match self.0.iter().find(|(a, _)| *a == axis) {
            Some((_, at)) => at,
            None => panic!("no position along {axis}"),
        }
    }

    pub(super) fn set(&mut self, axis: AxisId, at: Affine) {
        match self.0.iter_mut().find(|(a, _)| *a == axis) {
            Some((_, old)) => *old = at,
            None => self.0.push((axis, at)),
        }
    }

    pub(super) fn unset(&mut self, axis: AxisId) {
        self.0.retain(|(a, _)| *a != axis);
    }

    /// The same, with another position along `axis`.
    pub(super) fn with(&self, axis: AxisId, at: Affine) -> Self {
        let mut point = self.clone();
        point.set(axis, at);
        point
    }

    /// The positions along `axes`.
    pub(super) fn along(&self, axes: &[AxisId]) -> Vec<Affine> {
        axes.iter().map(|&a| self.at(a).clone()).collect()
    }
}
