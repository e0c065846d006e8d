//! The values of operands → the value of an operation. One function an operation, as its definition
//! reads.

use crate::builtins::{Builtin, Code};
use crate::program::axes::union;
use crate::program::evaluate::tensor::{Tensor, dot, positions, runs, steps_of};
use crate::program::{AxisId, Program};

/// The larger of both, NaN where one is NaN.
pub(super) fn larger(a: f64, b: f64) -> f64 {
    if a.is_nan() || a > b { a } else { b }
}

pub(super) fn call(
    program: &Program,
    builtin: Builtin,
    axes: &[AxisId],
    operands: &[&Tensor],
) -> Tensor {
    let arguments: Vec<_> = operands.iter().map(|t| t.broadcast(program, axes)).collect();
    let mut at = vec![0.0; arguments.len()];
    let data = (0..program.extent(axes))
        .map(|element| {
            at.iter_mut().zip(&arguments).for_each(|(value, argument)| *value = argument[element]);
            value_of(builtin, &at)
        })
        .collect();
    Tensor { axes: axes.to_vec(), data }
}

/// A function of numbers; truth values are 0 or 1.
///
/// # Panics
/// On samplers, and where the number of arguments is not the function's.
#[must_use]
pub fn value_of(builtin: Builtin, x: &[f64]) -> f64 {
    let truth = |value: bool| f64::from(u8::from(value));
    match builtin.row().code {
        Code::One(f) => f(x[0]),
        Code::Two(f) => f(x[0], x[1]),
        Code::Three(f) => f(x[0], x[1], x[2]),
        Code::Compare(f) => truth(f(x[0], x[1])),
        Code::Logic(f) => truth(f(x[0] != 0.0, x.get(1).is_some_and(|&y| y != 0.0))),
        Code::Select => {
            if x[0] != 0.0 {
                x[1]
            } else {
                x[2]
            }
        }
        Code::SampleOne(_) | Code::SampleTwo(_) => unreachable!("{} is a sampler", builtin.name()),
    }
}

/// Combines the product of the operands over the axes `over`, starting from `start`.
pub(super) fn reduce(
    program: &Program,
    axes: &[AxisId],
    over: &[AxisId],
    operands: &[&Tensor],
    start: f64,
    combine: fn(f64, f64) -> f64,
) -> Tensor {
    let full = union(axes, over);
    let values: Vec<_> = operands.iter().map(|t| t.broadcast(program, &full)).collect();
    let mut data = vec![start; program.extent(axes)];
    let mut element = 0;
    runs(program, axes, &full, |start, step, count| {
        for i in 0..count {
            let value = values.iter().map(|v| v[element]).product();
            let place = &mut data[start + i * step];
            *place = combine(*place, value);
            element += 1;
        }
    });
    Tensor { axes: axes.to_vec(), data }
}

pub(super) fn gather(
    program: &Program,
    axes: &[AxisId],
    named: &[AxisId],
    operands: &[&Tensor],
) -> Tensor {
    let x = operands[0];
    let indices: Vec<_> = operands[1..].iter().map(|t| t.broadcast(program, axes)).collect();
    let strides: Vec<usize> = named.iter().map(|&a| steps_of(program, &x.axes, a)).collect();
    let kept: Vec<usize> = axes
        .iter()
        .map(|a| if named.contains(a) { 0 } else { steps_of(program, &x.axes, *a) })
        .collect();
    let mut data = Vec::with_capacity(program.extent(axes));
    positions(program, axes, |position| {
        let element = data.len();
        let at: usize = indices
            .iter()
            .zip(&strides)
            .map(|(index, stride)| place(index[element]) * stride)
            .sum();
        data.push(x.data[dot(&kept, position) + at]);
    });
    Tensor { axes: axes.to_vec(), data }
}

pub(super) fn sum_by(
    program: &Program,
    axes: &[AxisId],
    targets: &[AxisId],
    over: &[AxisId],
    operands: &[&Tensor],
) -> Tensor {
    let full = operands.iter().fold(Vec::new(), |all, t| union(&all, &t.axes));
    let x = operands[0].broadcast(program, &full);
    let indices: Vec<_> = operands[1..].iter().map(|t| t.broadcast(program, &full)).collect();
    let strides: Vec<usize> = targets.iter().map(|&a| steps_of(program, axes, a)).collect();
    let kept: Vec<usize> = full
        .iter()
        .map(|a| if over.contains(a) { 0 } else { steps_of(program, axes, *a) })
        .collect();
    let mut data = vec![0.0; program.extent(axes)];
    let mut element = 0;
    positions(program, &full, |position| {
        let at: usize = indices
            .iter()
            .zip(&strides)
            .map(|(index, stride)| place(index[element]) * stride)
            .sum();
        data[dot(&kept, position) + at] += x[element];
        element += 1;
    });
    Tensor { axes: axes.to_vec(), data }
}

/// An index as a position.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "indices are whole numbers in range, found at binding"
)]
pub(super) fn place(index: f64) -> usize {
    index as usize
}
