//! Matrices over a row and a column axis → Cholesky factors, solutions, the adjoint of Cholesky;
//! other axes are batch.

use crate::program::evaluate::tensor::{Tensor, dot, positions, steps, steps_of};
use crate::program::{AxisId, Program};

/// Lower Cholesky factors; a matrix that is not positive definite gives NaN throughout.
pub(super) fn cholesky(
    program: &Program,
    axes: &[AxisId],
    (row, col): (AxisId, AxisId),
    x: &Tensor,
) -> Tensor {
    let n = program.axes[row].size;
    let mut out = Tensor { axes: axes.to_vec(), data: vec![0.0; program.extent(axes)] };
    positions(program, &batch(axes, &[row, col]), |at| {
        let source = View::new(program, x, &batch(axes, &[row, col]), at, (row, col));
        let factor = factor(n, |i, j| x.data[source.at(i, j)]);
        let target = View::new(program, &out, &batch(axes, &[row, col]), at, (row, col));
        for i in 0..n {
            for j in 0..n {
                let place = target.at(i, j);
                out.data[place] = factor[i * n + j];
            }
        }
    });
    out
}

/// Row-wise Cholesky (Golub and Van Loan, Matrix Computations, 4.2.5): n·n numbers, row by row, the
/// upper triangle 0.
fn factor(n: usize, x: impl Fn(usize, usize) -> f64) -> Vec<f64> {
    let mut l = vec![0.0; n * n];
    for i in 0..n {
        for j in 0..=i {
            let inner: f64 = (0..j).map(|k| l[i * n + k] * l[j * n + k]).sum();
            let rest = x(i, j) - inner;
            l[i * n + j] = if i == j { rest.sqrt() } else { rest / l[j * n + j] };
        }
        if l[i * n + i].is_nan() || l[i * n + i] <= 0.0 {
            return vec![f64::NAN; n * n];
        }
    }
    l
}

/// The solution by a lower triangular matrix or its transpose.
pub(super) fn solve(
    program: &Program,
    axes: &[AxisId],
    (row, col): (AxisId, AxisId),
    transposed: bool,
    l: &Tensor,
    b: &Tensor,
) -> Tensor {
    let n = program.axes[row].size;
    let (from, to) = if transposed { (col, row) } else { (row, col) };
    let rest = batch(axes, &[to]);
    let mut out = Tensor { axes: axes.to_vec(), data: vec![0.0; program.extent(axes)] };
    let step = (steps_of(program, &b.axes, from), steps_of(program, axes, to));
    positions(program, &rest, |at| {
        let matrix = View::new(program, l, &rest, at, (row, col));
        let start = (offset(program, b, &rest, at), offset(program, &out, &rest, at));
        let right: Vec<f64> = (0..n).map(|i| b.data[start.0 + i * step.0]).collect();
        let solution = substitute(n, |i, j| l.data[matrix.at(i, j)], &right, transposed);
        for (i, value) in solution.into_iter().enumerate() {
            out.data[start.1 + i * step.1] = value;
        }
    });
    out
}

/// Forward substitution by a lower triangular matrix; backward by its transpose.
fn substitute(
    n: usize,
    l: impl Fn(usize, usize) -> f64,
    right: &[f64],
    transposed: bool,
) -> Vec<f64> {
    let mut u = vec![0.0; n];
    for step in 0..n {
        let i = if transposed { n - 1 - step } else { step };
        let inner: f64 = if transposed {
            (i + 1..n).map(|k| l(k, i) * u[k]).sum()
        } else {
            (0..i).map(|k| l(i, k) * u[k]).sum()
        };
        u[i] = (right[i] - inner) / l(i, i);
    }
    u
}

/// ½L⁻ᵀ(Φ + Φᵀ)L⁻¹ with Φ the lower triangle of LᵀL̄, its diagonal halved (Murray 2016, arXiv
/// 1602.07527, equation 10).
pub(super) fn cholesky_adjoint(
    program: &Program,
    axes: &[AxisId],
    (row, col): (AxisId, AxisId),
    l: &Tensor,
    adjoint: &Tensor,
) -> Tensor {
    let n = program.axes[row].size;
    let rest = batch(axes, &[row, col]);
    let mut out = Tensor { axes: axes.to_vec(), data: vec![0.0; program.extent(axes)] };
    positions(program, &rest, |at| {
        let (factor, bar) = (
            View::new(program, l, &rest, at, (row, col)),
            View::new(program, adjoint, &rest, at, (row, col)),
        );
        let symmetric =
            symmetric_adjoint(n, |i, j| l.data[factor.at(i, j)], |i, j| adjoint.data[bar.at(i, j)]);
        let target = View::new(program, &out, &rest, at, (row, col));
        for i in 0..n {
            for j in 0..n {
                let place = target.at(i, j);
                out.data[place] = symmetric[i * n + j];
            }
        }
    });
    out
}

fn symmetric_adjoint(
    n: usize,
    l: impl Fn(usize, usize) -> f64,
    bar: impl Fn(usize, usize) -> f64,
) -> Vec<f64> {
    let mut middle = vec![0.0; n * n];
    for i in 0..n {
        for j in 0..=i {
            // Only the lower triangle of L̄ counts: the upper triangle of L is 0 whatever x is.
            let phi: f64 = (i..n).map(|k| l(k, i) * bar(k, j)).sum();
            // Φ + Φᵀ: the halved diagonal is added twice.
            middle[i * n + j] = phi;
            middle[j * n + i] = phi;
        }
    }
    let columns: Vec<Vec<f64>> =
        (0..n).map(|j| (0..n).map(|i| middle[i * n + j]).collect()).collect();
    let left: Vec<Vec<f64>> = columns.iter().map(|c| substitute(n, &l, c, true)).collect();
    let mut out = vec![0.0; n * n];
    for i in 0..n {
        let line: Vec<f64> = (0..n).map(|j| left[j][i]).collect();
        for (j, value) in substitute(n, &l, &line, true).into_iter().enumerate() {
            out[i * n + j] = 0.5 * value;
        }
    }
    out
}

/// Where the matrix of one batch element lies in a tensor.
struct View {
    start: usize,
    row: usize,
    col: usize,
}

impl View {
    fn new(
        program: &Program,
        tensor: &Tensor,
        rest: &[AxisId],
        at: &[usize],
        (row, col): (AxisId, AxisId),
    ) -> Self {
        Self {
            start: offset(program, tensor, rest, at),
            row: steps_of(program, &tensor.axes, row),
            col: steps_of(program, &tensor.axes, col),
        }
    }

    fn at(&self, i: usize, j: usize) -> usize {
        self.start + i * self.row + j * self.col
    }
}

fn offset(program: &Program, tensor: &Tensor, rest: &[AxisId], at: &[usize]) -> usize {
    dot(&steps(program, &tensor.axes, rest), at)
}

fn batch(axes: &[AxisId], except: &[AxisId]) -> Vec<AxisId> {
    axes.iter().copied().filter(|a| !except.contains(a)).collect()
}
