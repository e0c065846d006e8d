//! Values of an event → coordinates at which its transform gives them; None for values that it
//! gives nowhere. The transforms are in the files beside this one.

/// How far values may be from what they sum to, as they are written with a few digits.
const CLOSE: f64 = 1e-6;

/// Steps, as logarithms; the first as it is unless all are positive.
pub fn ordered(values: &[f64], positive: bool) -> Option<Vec<f64>> {
    let mut coordinates = Vec::with_capacity(values.len());
    let mut before = if positive { 0.0 } else { f64::NEG_INFINITY };
    for &value in values {
        if !(value.is_finite() && value > before) {
            return None;
        }
        let is_step = before > f64::NEG_INFINITY;
        coordinates.push(if is_step { (value - before).ln() } else { value });
        before = value;
    }
    Some(coordinates)
}

/// Logarithms less their mean, as coordinates of a vector that sums to 0.
pub fn simplex(values: &[f64]) -> Option<Vec<f64>> {
    let positive = values.iter().all(|value| *value > 0.0);
    let sums_to_1 = (values.iter().sum::<f64>() - 1.0).abs() < CLOSE;
    let logs: Vec<f64> = values.iter().map(|value| value.ln()).collect();
    let mean = logs.iter().sum::<f64>() / logs.len() as f64;
    let centred: Vec<f64> = logs.iter().map(|log| log - mean).collect();
    (positive && sums_to_1).then(|| isometric(&centred))
}

/// The coordinates of a vector that sums to 0.
pub fn sum_to_zero(values: &[f64]) -> Option<Vec<f64>> {
    let size: f64 = values.iter().map(|value| value.abs()).sum();
    let total: f64 = values.iter().sum();
    (size.is_finite() && total.abs() <= CLOSE * size).then(|| isometric(values))
}

/// With s the sum of the coordinates q, the last of k elements is s/√k and the others are q − s/(k
/// − √k).
fn isometric(values: &[f64]) -> Vec<f64> {
    let Some((last, others)) = values.split_last() else { return Vec::new() };
    let (count, root) = (values.len() as f64, (values.len() as f64).sqrt());
    let total = last * root;
    others.iter().map(|value| value + total / (count - root)).collect()
}

/// The vector itself: the length of its coordinates is free, and most probable at 1.
pub fn unit_vector(values: &[f64]) -> Option<Vec<f64>> {
    let length = values.iter().map(|value| value * value).sum::<f64>().sqrt();
    let scaled = || values.iter().map(|value| value / length).collect();
    ((length - 1.0).abs() < CLOSE).then(scaled)
}

/// The lower Cholesky factor of a symmetric positive definite matrix, row by row.
pub fn cholesky(values: &[f64], size: usize) -> Option<Vec<f64>> {
    let mut factor = vec![0.0; size * size];
    for row in 0..size {
        for col in 0..=row {
            let (below, above) = (values[row * size + col], values[col * size + row]);
            let products = (0..col).map(|l| factor[row * size + l] * factor[col * size + l]);
            let rest = below - products.sum::<f64>();
            let scale = (values[row * (size + 1)] * values[col * (size + 1)]).sqrt();
            if (below - above).abs() > CLOSE * scale || !rest.is_finite() {
                return None;
            }
            factor[row * size + col] = match row == col {
                true if rest > 0.0 => rest.sqrt(),
                true => return None,
                false => rest / factor[col * (size + 1)],
            };
        }
    }
    Some(factor)
}

/// Of the strictly lower triangle, row by row: artanh of the partial correlations, each an element
/// divided by what the elements before it leave of the row's length.
pub fn cholesky_correlation(factor: &[f64], size: usize) -> Option<Vec<f64>> {
    let mut coordinates = Vec::new();
    for (number, row) in factor.chunks(size.max(1)).enumerate() {
        let length: f64 = row.iter().map(|entry| entry * entry).sum();
        let triangular = row[number + 1..].iter().all(|entry| *entry == 0.0);
        if !(triangular && row[number] > 0.0 && (length - 1.0).abs() < CLOSE) {
            return None;
        }
        for col in 0..number {
            // From the end of the row: a difference from 1 would lose the digits of a small rest.
            let rest: f64 = row[col..=number].iter().map(|entry| entry * entry).sum();
            coordinates.push((row[col] / rest.sqrt()).atanh());
        }
    }
    Some(coordinates)
}

/// The logarithms of the diagonal, and the strictly lower triangle, row by row.
pub fn cholesky_covariance(factor: &[f64], size: usize) -> Option<(Vec<f64>, Vec<f64>)> {
    let (mut log_diagonal, mut below) = (Vec::new(), Vec::new());
    for (number, row) in factor.chunks(size.max(1)).enumerate() {
        let triangular = row[number + 1..].iter().all(|entry| *entry == 0.0);
        if !(triangular && row[number] > 0.0 && row.iter().all(|entry| entry.is_finite())) {
            return None;
        }
        log_diagonal.push(row[number].ln());
        below.extend_from_slice(&row[..number]);
    }
    Some((log_diagonal, below))
}
