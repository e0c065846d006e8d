//! A direction of the entries of a matrix → the derivatives of its Cholesky factor along it, and of
//! the adjoint of the factorisation.

use super::factor::Pattern;

impl Pattern {
    /// The derivatives of the entries of L, in place, from those of the entries of A.
    pub fn factorise_along(&self, factor: &[f64], along: &mut [f64]) {
        for j in 0..self.place.len() {
            let (begin, end) = (self.starts[j], self.starts[j + 1]);
            along[begin] /= 2.0 * factor[begin];
            for e in begin + 1..end {
                along[e] = (along[e] - factor[e] * along[begin]) / factor[begin];
            }
            let (done, later) = along.split_at_mut(end);
            for a in begin + 1..end {
                self.each_target(a, end, |target, b| {
                    later[target - end] -= done[a] * factor[b] + factor[a] * done[b];
                });
            }
        }
    }

    /// [`Pattern::adjoint`] of `bar`, with the derivatives `moved` of `bar` as the factor moves
    /// along `along`.
    pub fn adjoint_along(
        &self,
        (factor, along): (&[f64], &[f64]),
        (bar, moved): (&mut [f64], &mut [f64]),
    ) {
        for j in (0..self.place.len()).rev() {
            let (begin, end) = (self.starts[j], self.starts[j + 1]);
            for a in begin + 1..end {
                self.each_target(a, end, |target, b| {
                    let (passed, turned) = (bar[target], moved[target]);
                    moved[a] -= turned * factor[b] + passed * along[b];
                    moved[b] -= turned * factor[a] + passed * along[a];
                    bar[a] -= passed * factor[b];
                    bar[b] -= passed * factor[a];
                });
            }
            let (root, turn) = (factor[begin], along[begin]);
            let (mut below, mut below_moved) = (0.0, 0.0);
            for e in begin + 1..end {
                below += bar[e] * factor[e];
                below_moved += moved[e] * factor[e] + bar[e] * along[e];
                bar[e] /= root;
                moved[e] = (moved[e] - bar[e] * turn) / root;
            }
            let rest = bar[begin] - below / root;
            let rest_moved = moved[begin] - (below_moved - below / root * turn) / root;
            bar[begin] = rest / (2.0 * root);
            moved[begin] = (rest_moved - rest / root * turn) / (2.0 * root);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::factor::example::{N, PAIRS, factor, matrix};
    use super::Pattern;

    /// Derivatives of the factor and of the adjoint of its log determinant along a direction,
    /// against central differences.
    #[test]
    fn tangents_agree_with_differences() {
        let pattern = Pattern::new(N, &PAIRS);
        let (diagonal, pairs) = matrix();
        let of = |step: f64| {
            let moved: Vec<f64> =
                diagonal.iter().enumerate().map(|(i, d)| d + step * (1.0 + i as f64)).collect();
            let off: Vec<f64> =
                pairs.iter().enumerate().map(|(k, p)| p + step * (0.3 - k as f64)).collect();
            let l = factor(&pattern, &moved, &off);
            let mut bar = vec![0.0; pattern.len()];
            pattern.diagonal.iter().for_each(|&e| bar[e] = 1.0 / l[e]);
            (l, bar)
        };
        let (l, mut bar) = of(0.0);
        let mut along = vec![0.0; pattern.len()];
        pattern.diagonal.iter().enumerate().for_each(|(i, &e)| along[e] = 1.0 + i as f64);
        pattern.pair.iter().enumerate().for_each(|(k, &e)| along[e] = 0.3 - k as f64);
        pattern.factorise_along(&l, &mut along);
        let mut moved = vec![0.0; pattern.len()];
        pattern.diagonal.iter().for_each(|&e| moved[e] = -along[e] / (l[e] * l[e]));
        pattern.adjoint_along((&l, &along), (&mut bar, &mut moved));
        let step = 1e-6;
        let ((above, mut bar_above), (below, mut bar_below)) = (of(step), of(-step));
        pattern.adjoint(&above, &mut bar_above);
        pattern.adjoint(&below, &mut bar_below);
        for e in 0..pattern.len() {
            let of_factor = (above[e] - below[e]) / (2.0 * step);
            let of_bar = (bar_above[e] - bar_below[e]) / (2.0 * step);
            assert!((along[e] - of_factor).abs() < 1e-8, "{e}: {} {of_factor}", along[e]);
            assert!((moved[e] - of_bar).abs() < 1e-8, "{e}: {} {of_bar}", moved[e]);
        }
    }
}
