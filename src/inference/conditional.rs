//! How precisely each of a sequence of coordinates is known given the ones before it, from a log
//! density at a point.

use crate::density::LogDensity;

/// The maximum number of mutually dependent coordinates: the work is cubic in it.
const MOST: usize = 600;

/// For each of `coordinates`, in order: 1/variance given the earlier ones and all coordinates not
/// listed, with the later ones integrated out, under the normal distribution that has the density's
/// curvature at `q`. Values below 1 (the density need not curve downwards) are raised to 1, because
/// the coordinates are meant to be standard normal a priori. None if the curvature is not finite,
/// or if more than 600 coordinates depend on each other.
pub fn conditional_precisions<D: LogDensity>(
    density: &mut D,
    q: &[f64],
    coordinates: &[usize],
) -> Option<Vec<f64>> {
    let precisions = match independent(density, q, coordinates) {
        Some(precisions) => precisions.into_iter().map(at_least_1).collect(),
        None if coordinates.len() <= MOST => eliminate(negative_hessian(density, q, coordinates)),
        None => return None,
    };
    precisions.iter().all(|p: &f64| p.is_finite()).then_some(precisions)
}

/// The precisions of coordinates that do not depend on each other; None if they do, in which case Σ
/// over j of H(i, j)·v(j)·v(i) changes with the signs v.
fn independent<D: LogDensity>(
    density: &mut D,
    q: &[f64],
    coordinates: &[usize],
) -> Option<Vec<f64>> {
    // Two fixed rows of signs without a pattern: bits of multiples of an odd number (2⁶⁴/φ).
    let sign = |i: usize, row: u32| {
        if (i as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (40 + row) & 1 == 1 {
            1.0
        } else {
            -1.0
        }
    };
    let mut probe = |row: u32| -> Vec<f64> {
        let mut direction = vec![0.0; q.len()];
        coordinates.iter().enumerate().for_each(|(i, &c)| direction[c] = sign(i, row));
        let mut product = vec![0.0; q.len()];
        density.hessian_vector(q, &direction, &mut product);
        coordinates.iter().map(|&c| -product[c] * direction[c]).collect()
    };
    let first = probe(0);
    let same = |other: &[f64]| {
        first.iter().zip(other).all(|(a, b)| (a - b).abs() <= 1e-4 * (1.0 + a.abs().max(b.abs())))
    };
    (1..4).all(|row| same(&probe(row))).then_some(first)
}

/// −H over these coordinates, row by row.
fn negative_hessian<D: LogDensity>(
    density: &mut D,
    q: &[f64],
    coordinates: &[usize],
) -> Vec<Vec<f64>> {
    let mut direction = vec![0.0; q.len()];
    let mut product = vec![0.0; q.len()];
    let mut rows = Vec::new();
    for &c in coordinates {
        direction[c] = 1.0;
        density.hessian_vector(q, &direction, &mut product);
        direction[c] = 0.0;
        rows.push(coordinates.iter().map(|&k| -product[k]).collect());
    }
    rows
}

/// Integrates coordinates out from last to first: what remains of a diagonal entry is the precision
/// given the earlier coordinates.
fn eliminate(mut rows: Vec<Vec<f64>>) -> Vec<f64> {
    for k in (0..rows.len()).rev() {
        let (earlier, later) = rows.split_at_mut(k);
        let last = &later[0];
        let pivot = at_least_1(last[k]);
        for (i, row) in earlier.iter_mut().enumerate() {
            let factor = last[i] / pivot;
            row[..k].iter_mut().zip(last).for_each(|(entry, l)| *entry -= factor * l);
        }
    }
    rows.iter().enumerate().map(|(k, row)| at_least_1(row[k])).collect()
}

/// NaN stays NaN, unlike with `f64::max`.
fn at_least_1(precision: f64) -> f64 {
    if precision < 1.0 { 1.0 } else { precision }
}
