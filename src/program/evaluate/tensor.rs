//! Values over named axes → values over other axes: the interpreter's only place that computes
//! offsets.

use std::borrow::Cow;

use crate::program::{AxisId, Program};

/// Values over axes, in canonical layout. Truth values are 0 or 1, indices their position.
#[derive(Clone, Debug, PartialEq)]
pub struct Tensor {
    /// In the order of their ids.
    pub axes: Vec<AxisId>,
    /// One number an element.
    pub data: Vec<f64>,
}

impl Tensor {
    /// A number.
    #[must_use]
    pub fn scalar(value: f64) -> Self {
        Self { axes: Vec::new(), data: vec![value] }
    }

    /// The values repeated over `axes`, all of which include the tensor's own.
    pub(super) fn broadcast(&self, program: &Program, axes: &[AxisId]) -> Cow<'_, [f64]> {
        if self.axes == axes {
            return Cow::Borrowed(&self.data);
        }
        let mut out = Vec::with_capacity(program.extent(axes));
        runs(program, &self.axes, axes, |start, step, count| {
            out.extend((0..count).map(|i| self.data[start + i * step]))
        });
        Cow::Owned(out)
    }

    /// The values at one element of `axis`; the tensor itself where it lacks the axis.
    pub(super) fn at(&self, program: &Program, axis: AxisId, element: usize) -> Self {
        if !self.axes.contains(&axis) {
            return self.clone();
        }
        let axes: Vec<AxisId> = self.axes.iter().copied().filter(|&a| a != axis).collect();
        let steps = steps(program, &self.axes, &axes);
        let base = element * steps_of(program, &self.axes, axis);
        let mut data = Vec::with_capacity(program.extent(&axes));
        positions(program, &axes, |position| data.push(self.data[base + dot(&steps, position)]));
        Self { axes, data }
    }
}

/// Calls `visit` with every position over `axes`, the last axis fastest.
pub(super) fn positions(program: &Program, axes: &[AxisId], mut visit: impl FnMut(&[usize])) {
    let sizes: Vec<usize> = axes.iter().map(|&a| program.axes[a].size).collect();
    let mut position = vec![0; sizes.len()];
    for _ in 0..sizes.iter().product::<usize>() {
        visit(&position);
        for (place, size) in position.iter_mut().zip(&sizes).rev() {
            *place += 1;
            if *place < *size {
                break;
            }
            *place = 0;
        }
    }
}

/// Calls `visit` for each run along the last of `over`, in canonical order: where the run starts in
/// a tensor over `axes`, how far apart its elements lie there, and how many there are.
pub(super) fn runs(
    program: &Program,
    axes: &[AxisId],
    over: &[AxisId],
    mut visit: impl FnMut(usize, usize, usize),
) {
    let Some((&last, others)) = over.split_last() else { return visit(0, 0, 1) };
    let (step, count) = (steps_of(program, axes, last), program.axes[last].size);
    let steps = steps(program, axes, others);
    positions(program, others, |position| visit(dot(&steps, position), step, count));
}

/// How far apart neighbours along each of `over` lie in a tensor over `axes`; 0 for an axis that it
/// lacks.
pub(super) fn steps(program: &Program, axes: &[AxisId], over: &[AxisId]) -> Vec<usize> {
    over.iter().map(|&a| steps_of(program, axes, a)).collect()
}

/// How far apart neighbours along `axis` lie in a tensor over `axes`; 0 where it lacks the axis.
pub(super) fn steps_of(program: &Program, axes: &[AxisId], axis: AxisId) -> usize {
    axes.iter().position(|&a| a == axis).map_or(0, |place| program.extent(&axes[place + 1..]))
}

/// Σ step·place.
pub(super) fn dot(steps: &[usize], position: &[usize]) -> usize {
    steps.iter().zip(position).map(|(s, p)| s * p).sum()
}
