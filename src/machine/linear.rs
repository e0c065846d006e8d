//! Linear algebra for compiled code: maps sizes, addresses and strides to the kernels on slices.

use crate::plan::Kernel;
use crate::plan::kernels::{self, View, ViewMut};

/// The name under which code calls a kernel.
pub(super) fn kernel_name(kernel: Kernel) -> &'static str {
    match kernel {
        Kernel::Cholesky => "kernel_cholesky",
        Kernel::Solve { transposed: false } => "kernel_solve",
        Kernel::Solve { transposed: true } => "kernel_solve_transposed",
        Kernel::CholeskyAdjoint => "kernel_cholesky_adjoint",
    }
}

/// The kernel with this name. Its parameters: the number of rows, then for each matrix, the result
/// first, the address and the strides in numbers.
pub(super) fn lookup(name: &str) -> Option<*const u8> {
    match name {
        "kernel_cholesky" => Some(cholesky as *const u8),
        "kernel_solve" => Some(solve as *const u8),
        "kernel_solve_transposed" => Some(solve_transposed as *const u8),
        "kernel_cholesky_adjoint" => Some(cholesky_adjoint as *const u8),
        _ => None,
    }
}

/// The number of cells from the first element to the last.
fn span(size: usize, row: usize, column: usize) -> usize {
    (size - 1) * (row + column) + 1
}

/// # Safety
/// `first` must point to the first of as many numbers as the view spans, which nothing writes
/// during the view's life; `size` must be at least 1.
unsafe fn view<'a>(size: usize, first: *const f64, row: usize, column: usize) -> View<'a> {
    // SAFETY: guaranteed by the caller.
    let cells = unsafe { std::slice::from_raw_parts(first, span(size, row, column)) };
    View { cells, row, column }
}

/// # Safety
/// `first` must point to the first of as many numbers as the view spans, which nothing else reads
/// or writes during the view's life; `size` must be at least 1.
unsafe fn view_mut<'a>(size: usize, first: *mut f64, row: usize, column: usize) -> ViewMut<'a> {
    // SAFETY: guaranteed by the caller.
    let cells = unsafe { std::slice::from_raw_parts_mut(first, span(size, row, column)) };
    ViewMut { cells, row, column }
}

// SAFETY, for all functions below: only compiled code calls them, with matrices of a plan that
// `plan::check` has accepted: they have at least one row and lie within their buffers, and the
// result has a buffer of its own.

extern "C" fn cholesky(
    size: usize,
    out: *mut f64,
    out_row: usize,
    out_column: usize,
    x: *const f64,
    x_row: usize,
    x_column: usize,
) {
    // SAFETY: see above.
    let (mut out, x) =
        unsafe { (view_mut(size, out, out_row, out_column), view(size, x, x_row, x_column)) };
    kernels::cholesky(size, &mut out, x);
}

macro_rules! of_two {
    ($name:ident, |$size:ident, $out:ident, $a:ident, $b:ident| $call:expr) => {
        extern "C" fn $name(
            $size: usize,
            out: *mut f64,
            out_row: usize,
            out_column: usize,
            a: *const f64,
            a_row: usize,
            a_column: usize,
            b: *const f64,
            b_row: usize,
            b_column: usize,
        ) {
            // SAFETY: see above.
            let mut target = unsafe { view_mut($size, out, out_row, out_column) };
            // SAFETY: see above.
            let ($a, $b) =
                unsafe { (view($size, a, a_row, a_column), view($size, b, b_row, b_column)) };
            let $out = &mut target;
            $call;
        }
    };
}

of_two!(solve, |size, out, l, b| kernels::solve(size, false, out, l, b));
of_two!(solve_transposed, |size, out, l, b| kernels::solve(size, true, out, l, b));
of_two!(cholesky_adjoint, |size, out, l, bar| kernels::cholesky_adjoint(size, out, l, bar));
