//! Linear algebra on small matrices in place: Cholesky factor, triangular solve, adjoint of the
//! factor. Row-major with strides, no allocation.

/// A matrix in a run of numbers.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    /// Its first element first.
    pub cells: &'a [f64],
    /// From a row to the next.
    pub row: usize,
    /// From a column to the next.
    pub column: usize,
}

/// A matrix to write to.
#[derive(Debug)]
pub struct ViewMut<'a> {
    /// Its first element first.
    pub cells: &'a mut [f64],
    /// From a row to the next.
    pub row: usize,
    /// From a column to the next.
    pub column: usize,
}

impl View<'_> {
    fn at(&self, i: usize, j: usize) -> f64 {
        self.cells[i * self.row + j * self.column]
    }
}

impl ViewMut<'_> {
    fn at(&self, i: usize, j: usize) -> f64 {
        self.cells[i * self.row + j * self.column]
    }

    fn set(&mut self, i: usize, j: usize, value: f64) {
        self.cells[i * self.row + j * self.column] = value;
    }
}

/// Lower Cholesky factor of the symmetric n×n matrix whose lower triangle is that of `x`; 0 above
/// the diagonal. Row by row (Cholesky–Banachiewicz). NaN from the first row on where `x` is not
/// positive definite.
pub fn cholesky(n: usize, out: &mut ViewMut, x: View) {
    for i in 0..n {
        for j in 0..=i {
            let mut sum = x.at(i, j);
            for k in 0..j {
                sum -= out.at(i, k) * out.at(j, k);
            }
            let value = if i == j { sqrt_positive(sum) } else { sum / out.at(j, j) };
            out.set(i, j, value);
        }
        (i + 1..n).for_each(|j| out.set(i, j, 0.0));
    }
}

/// √x where x > 0, else NaN: a pivot of 0 is not positive definite either.
fn sqrt_positive(x: f64) -> f64 {
    if x > 0.0 { x.sqrt() } else { f64::NAN }
}

/// The solution u of L·u = b, or of Lᵀ·u = b where `transposed`, with L lower triangular. Vectors
/// use the `row` stride.
pub fn solve(n: usize, transposed: bool, out: &mut ViewMut, l: View, b: View) {
    for step in 0..n {
        let i = if transposed { n - 1 - step } else { step };
        let mut sum = b.at(i, 0);
        let known = if transposed { i + 1..n } else { 0..i };
        for k in known {
            let factor = if transposed { l.at(k, i) } else { l.at(i, k) };
            sum -= factor * out.at(k, 0);
        }
        out.set(i, 0, sum / l.at(i, i));
    }
}

/// ½L⁻ᵀ(Φ + Φᵀ)L⁻¹ with Φ = tril(LᵀL̄), its diagonal halved: the symmetric adjoint of the Cholesky
/// factor (Murray 2016, arXiv 1602.07527, eq. 10).
pub fn cholesky_adjoint(n: usize, out: &mut ViewMut, l: View, bar: View) {
    symmetrised_product(n, out, l, bar);
    // Columns: out ← L⁻ᵀ·out.
    for j in 0..n {
        for i in (0..n).rev() {
            let sum = (i + 1..n).fold(out.at(i, j), |sum, k| sum - l.at(k, i) * out.at(k, j));
            out.set(i, j, sum / l.at(i, i));
        }
    }
    // Rows: out ← out·L⁻¹, and the factor ½.
    for i in 0..n {
        for j in (0..n).rev() {
            let sum = (j + 1..n).fold(out.at(i, j), |sum, k| sum - out.at(i, k) * l.at(k, j));
            out.set(i, j, sum / l.at(j, j));
        }
    }
    (0..n).for_each(|i| (0..n).for_each(|j| out.set(i, j, 0.5 * out.at(i, j))));
}

/// Φ + Φᵀ: the lower triangle of LᵀL̄ mirrored, whose halved diagonal is added to itself.
fn symmetrised_product(n: usize, out: &mut ViewMut, l: View, bar: View) {
    for i in 0..n {
        for j in 0..=i {
            let sum = (i..n).fold(0.0, |sum, k| sum + l.at(k, i) * bar.at(k, j));
            out.set(i, j, sum);
            out.set(j, i, sum);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const X: [f64; 9] = [4.0, 12.0, -16.0, 12.0, 37.0, -43.0, -16.0, -43.0, 98.0];
    const L: [f64; 9] = [2.0, 0.0, 0.0, 6.0, 1.0, 0.0, -8.0, 5.0, 3.0];

    fn view(cells: &[f64]) -> View<'_> {
        View { cells, row: 3, column: 1 }
    }

    fn vector(cells: &[f64]) -> View<'_> {
        View { cells, row: 1, column: 0 }
    }

    fn factor(x: &[f64; 9]) -> [f64; 9] {
        let mut out = [7.0; 9];
        cholesky(3, &mut ViewMut { cells: &mut out, row: 3, column: 1 }, view(x));
        out
    }

    #[test]
    fn factor_of_a_known_matrix() {
        assert_eq!(factor(&X), L);
        assert!(factor(&[-1.0; 9])[0].is_nan());
        assert!(factor(&[1.0; 9])[4].is_nan());
    }

    #[test]
    fn solutions_give_the_right_hand_side_back() {
        let b = [1.0, 2.0, 3.0];
        let mut u = [0.0; 3];
        solve(3, false, &mut ViewMut { cells: &mut u, row: 1, column: 0 }, view(&L), vector(&b));
        assert_eq!(u, [0.5, -1.0, 4.0]);
        solve(3, true, &mut ViewMut { cells: &mut u, row: 1, column: 0 }, view(&L), vector(&b));
        assert_eq!([2.0 * u[0] + 6.0 * u[1] - 8.0 * u[2], u[1] + 5.0 * u[2], 3.0 * u[2]], b);
    }

    #[test]
    fn adjoint_is_the_gradient_of_the_factor() {
        let weights = [0.3, 9.0, 9.0, -1.2, 0.7, 9.0, 0.5, 2.0, -0.4];
        let lower = |i: usize| i % 3 <= i / 3;
        let bar: Vec<f64> = (0..9).map(|i| if lower(i) { weights[i] } else { 0.0 }).collect();
        let mut out = [0.0; 9];
        cholesky_adjoint(
            3,
            &mut ViewMut { cells: &mut out, row: 3, column: 1 },
            view(&L),
            view(&bar),
        );
        let value = |x: &[f64; 9]| factor(x).iter().zip(&bar).map(|(a, b)| a * b).sum::<f64>();
        for (i, j) in [(0, 0), (1, 0), (1, 1), (2, 0), (2, 1), (2, 2)] {
            let shifted = |h: f64| {
                let mut x = X;
                x[i * 3 + j] += h;
                if i != j {
                    x[j * 3 + i] += h;
                }
                value(&x)
            };
            let difference = (shifted(1e-5) - shifted(-1e-5)) / 2e-5;
            let adjoint = if i == j { out[i * 3 + j] } else { out[i * 3 + j] + out[j * 3 + i] };
            assert!(
                (difference - adjoint).abs() < 1e-6 * (1.0 + adjoint.abs()),
                "{i} {j}: {difference} {adjoint}"
            );
        }
    }
}
